"""Two runs side by side, from their folders: all that differs, and all that they reached. It runs nothing of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from netbuilder.comparison.drawings import ChangedGraph, compare_drawings
from netbuilder.comparison.figures import Course, Reached, reached
from netbuilder.comparison.lines import Line, in_words, line, lines_of, said, told
from netbuilder.data import catalog as data
from netbuilder.fields import Declared, Part
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.project.file import CannotOpen, open_file
from netbuilder.train import recipes
from netbuilder.train.about import read_about
from netbuilder.train.adjustments import Change, changes
from netbuilder.train.run import Run
from netbuilder.train.runs import is_steady

SAME = "The drawings are the same."


@dataclass(frozen=True)
class Group:
    """Settings that belong together."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Comparison:
    """`names` are what the user calls the runs, else those of the folders; `changes` how rate and batch size of each
    were changed on the way. `drawings` has each graph, or none where `trouble` says why a drawing can't be
    opened; `notes` say what is to be minded when figures are compared."""

    names: tuple[str, str]
    groups: tuple[Group, ...]
    reached: Reached
    projects: tuple[Project | None, Project | None] = (None, None)
    drawings: tuple[ChangedGraph, ...] = ()
    trouble: str = ""
    notes: tuple[str, ...] = ()
    changes: tuple[tuple[Change, ...], tuple[Change, ...]] = ((), ())

    @property
    def changed_drawings(self) -> tuple[ChangedGraph, ...]:
        return tuple(graph for graph in self.drawings if graph.state)

    @property
    def about_drawings(self) -> str:
        """What there is to say in place of differences between the drawings; "" where there are some."""
        return self.trouble or ("" if self.changed_drawings else SAME)


def compare(runs: tuple[Run, Run], courses: tuple[Course, Course]) -> Comparison:
    """Both runs, of which `courses` are what they have said. Reads their projects."""
    opened = [_project_of(run) for run in runs]
    projects = opened[0][0], opened[1][0]
    trouble = " ".join(said for _, said in opened if said)
    drawings: tuple[ChangedGraph, ...] = ()
    if projects[0] is not None and projects[1] is not None:
        drawings = compare_drawings(projects[0], projects[1], standard())
    changed = _changes(runs[0], courses[0]), _changes(runs[1], courses[1])
    groups = (
        Group("How it learns", tuple(_recipe(runs, changed))),
        Group("Data", tuple(_data(runs, courses))),
        Group("Where", tuple(_where(runs, courses, projects))),
    )
    unlike, notes = _unlike(runs)
    judged_by = [name for run in runs if (kind := recipes.find(run.recipe.kind)) is not None for name in kind.judged_by]
    figures = reached(*courses, judged_by=judged_by, unlike=unlike)
    return Comparison(_names(runs), groups, figures, projects, drawings, trouble, notes, changed)


def _names(runs: tuple[Run, Run]) -> tuple[str, str]:
    """What the user calls them; those of the folders, where these would be the same."""
    folders = runs[0].folder, runs[1].folder
    one, other = (read_about(folder).name or folder.name for folder in folders)
    return (one, other) if one != other else (folders[0].name, folders[1].name)


def _changes(run: Run, course: Course) -> tuple[Change, ...]:
    kind, settings = recipes.find(run.recipe.kind), run.recipe.settings
    begun = kind.read(settings)[0].settings if kind is not None else settings
    size = course.started.batch_size if course.started is not None else begun.get("batch_size")
    rate = begun.get("learning_rate")
    steady = is_steady(run.recipe.kind, settings)
    return changes(
        course.adjusted_since_seam,
        rate if isinstance(rate, float) else None,
        size if isinstance(size, int) else None,
        steady=steady,
    )


def _project_of(run: Run) -> tuple[Project | None, str]:
    """The project a run was begun with, or why it can't be opened."""
    try:
        return open_file(run.project_file).project, ""
    except CannotOpen as error:
        return None, f"The drawing of {run.folder.name} can't be shown: {error}"


def _recipe(runs: tuple[Run, Run], changed: Sequence[Sequence[Change]]) -> Iterator[Line]:
    parts = [run.recipe for run in runs]
    kinds = [recipes.find(part.kind) for part in parts]
    yield _kinds("recipe", kinds, parts)
    reads = [kind.read if kind else None for kind in kinds]
    settings = [told(read, part.settings) for read, part in zip(reads, parts, strict=True)]
    for found, those in zip(settings, changed, strict=True):
        for name in ("learning_rate", "batch_size"):
            values = [value for one in those if (value := getattr(one, name)) is not None]
            if values and name in found:
                found[name] = found[name].then(values)
    yield from lines_of(*settings)


def _data(runs: tuple[Run, Run], courses: tuple[Course, Course]) -> Iterator[Line]:
    parts = [run.data for run in runs]
    kinds = [data.find(part.kind) for part in parts]
    yield _kinds("data", kinds, parts)
    reads = [kind.from_settings if kind else None for kind in kinds]
    yield from lines_of(*(told(read, part.settings) for read, part in zip(reads, parts, strict=True)))
    for name, key in (("samples to learn from", "training_samples"), ("samples for validation", "validation_samples")):
        counts = [f"{getattr(course.started, key):,}" if course.started else "" for course in courses]
        yield said(name, counts)
    hashes = [_hash(run) for run in runs]
    if all(hashes):
        yield said("its numbers (hash)", hashes)


def _hash(run: Run) -> str:
    """The beginning of what tells data apart, where the run says it."""
    told = run.record.get("data_fingerprint")
    return str(told.get("hash", ""))[:12] if isinstance(told, Mapping) else ""


def _where(
    runs: tuple[Run, Run], courses: tuple[Course, Course], projects: tuple[Project | None, Project | None]
) -> Iterator[Line]:
    devices = [course.started.device if course.started else "" for course in courses]
    devices = ["CPU" if device == "cpu" else device for device in devices]
    yield said("device", devices)
    machines = [_versions(run) for run in runs]
    for name in dict.fromkeys((*machines[0], *machines[1])):
        versions = [machine.get(name, "") for machine in machines]
        yield said(name, versions)
    starts = [project.weights if project is not None else "" for project in projects]
    yield line("starts from", *(weights or "random weights" for weights in starts))


def _kinds(name: str, kinds: Sequence[type[Declared] | None], parts: list[Part]) -> Line:
    titles = [kind.title if kind is not None else part.kind for kind, part in zip(kinds, parts, strict=True)]
    return Line(name, titles[0], titles[1], parts[0].kind != parts[1].kind)


def _versions(run: Run) -> dict[str, str]:
    """What a run was made with: its "environment", or of runs of earlier versions the words "torch 2.13.0 · Python
    3.11.9 · Linux x86_64" piece by piece."""
    threads = str(run.record.get("threads", ""))
    told = run.record.get("environment")
    if isinstance(told, Mapping):
        return {"threads": threads} | {str(name): in_words(None, value) for name, value in told.items()}
    found = {"threads": threads}
    for piece in filter(None, str(run.record.get("made_with", "")).split(" · ")):
        name, _, version = piece.partition(" ")
        found |= {name: version} if version[:1].isdigit() else {"system": piece}
    return found


def _unlike(runs: tuple[Run, Run]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The metrics whose values can't be compared, and the sentences that say so."""
    notes, unlike = [], []
    if _settings_of(runs[0].data) != _settings_of(runs[1].data):
        notes.append("They learned from other data, so their metrics are of other samples.")
    one, other = (recipes.find(run.recipe.kind) for run in runs)
    losses = [_loss(run) for run in runs]
    if one is not other or losses[0] != losses[1]:
        unlike.append("loss")
        notes.append("They make different losses small, so these can't be compared.")
    elif one is not None and any(one.read(run.recipe.settings)[0].roles() for run in runs):
        unlike += ["loss", "generator_loss"]
        notes.append("Two networks play against each other, so a smaller loss need not be a better one.")
    return tuple(unlike), tuple(notes)


def _settings_of(part: Part) -> tuple[object, ...]:
    return part.kind, dict(part.settings)


def _loss(run: Run) -> object:
    """What a recipe makes small, with its settings."""
    kind = recipes.find(run.recipe.kind)
    declared = kind.read(run.recipe.settings)[0] if kind is not None else None
    return None if declared is None else declared.settings.get("loss")
