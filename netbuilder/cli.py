"""The command line: the same work as in the window, for scripts and machines without a screen. It knows no Qt.

The exit code is 0 only when the work was done; 1 for a problem in the input, said in one line on standard error;
2 for wrong usage. Whatever takes time to import is imported by the verb that needs it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import netbuilder
from netbuilder.comparing import compare_verb
from netbuilder.going_on import resume_verb
from netbuilder.headless import (
    Refused,
    adopted,
    checked_with,
    command,
    how_to_trust,
    launch_of,
    open_project,
    ready_to_train,
    ready_to_write,
    recipe_with,
    train_to_the_end,
)
from netbuilder.importing import import_verb
from netbuilder.listing import runs_verb
from netbuilder.terminal import TrainingLines, print_json, print_table, shown_progress
from netbuilder.trying import find_rate_verb, overfit_verb

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked
    from netbuilder.compile.problems.problem import Problem
    from netbuilder.project import Project
    from netbuilder.project.file import Opened
    from netbuilder.train.run import Run

INTERRUPTED = 130  # the exit code of typer and of shells after Ctrl-C
app = typer.Typer(
    name="netbuilder",
    help="Draw a neural network, train exactly what you drew, look inside it, and take it away.\n\n"
    "With no verb, or with nothing but a project file (netbuilder FILE.netb), it opens the window.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="A project (.netb).", show_default=False)]
Trusted = Annotated[bool, typer.Option("--trust", help="Let the Python code run that the project holds of its own.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


class Format(Enum):
    """What a run can be exported to."""

    bundle = "bundle"
    onnx = "onnx"
    pt2 = "pt2"
    safetensors = "safetensors"


class Which(Enum):
    """Which weights of a run."""

    best = "best"
    last = "last"


def main(arguments: Sequence[str]) -> int:
    """Run the verb; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that has no × still gets the rest
    try:
        app(args=list(arguments), prog_name="netbuilder")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if code == INTERRUPTED:
            print("Stopped by Ctrl-C.", file=sys.stderr)
    except Refused as why:
        print(" ".join(str(why).split()), file=sys.stderr)
        code = why.code
    except BrokenPipeError:
        code = 1
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read this has left; Python must not find that out again at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    return code


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"netbuilder {netbuilder.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


@app.command()
def layers(json: Json = False) -> None:
    """List the layers that can be drawn."""
    from netbuilder.layers import standard

    told = [layer.describe() for layer in standard()]
    if json:
        print_json(told)
    else:
        print_table(("family", "kind", "title", ""), [(t["family"], t["kind"], t["title"], t["help"]) for t in told])


@app.command()
def samples(json: Json = False) -> None:
    """List the sample projects, and what each reaches when it is trained to its end."""
    from netbuilder import resources
    from netbuilder.scores import in_words

    found = resources.samples()
    if json:
        told = ("name", "title", "description", "family", "path")
        print_json(
            [{**{key: str(getattr(s, key)) for key in told}, "score": s.score and s.score.describe()} for s in found]
        )
    else:
        rows = [(s.name, s.family, in_words(s.score) if s.score else "", s.title) for s in found]
        print_table(("name", "family", "reaches", ""), rows)


@app.command()
def new(
    sample: Annotated[str, typer.Argument(metavar="SAMPLE", help="A name that `netbuilder samples` lists.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The project to make (.netb); it must not exist yet.")],
    json: Json = False,
) -> None:
    """Make a project from a sample."""
    from netbuilder import resources

    known = {found.name: found for found in resources.samples()}
    if sample not in known:
        raise Refused(f"There is no sample called {sample!r}. Choose one of {', '.join(known)}.")
    try:
        with file.open("xb") as stream:
            stream.write(known[sample].path.read_bytes())
    except FileExistsError:
        raise Refused(f"{file} exists already, and is left as it is. Choose another name.") from None
    except OSError as error:
        raise Refused(f"{file} can't be written: {error.strerror or error}.") from error
    if json:
        print_json({"sample": sample, "file": str(file)})
    else:
        print(f"{file} is a copy of {known[sample].title}. Train it with: {command('train', file)}")


@app.command()
def check(file: File, trust: Trusted = False, json: Json = False) -> None:
    """Check a project: every problem, the shapes, what it costs."""
    from netbuilder.compile.problems.foreign import UNTRUSTED
    from netbuilder.data.catalog import elsewhere, source_of
    from netbuilder.data.source import DataError
    from netbuilder.train.recipes import RecipeError, recipe_of

    opened = open_project(file)
    project, dataset = opened.project, None
    unusable: list[dict[str, Any]] = []
    try:
        strange = elsewhere(project.data)
        if strange and not trust:
            raise DataError(f"The data lies on another computer, {strange}. Add --trust to read it from there.", "path")
        with shown_progress() as tell:
            dataset = source_of(project.data, file.parent).read(tell)
    except DataError as error:
        unusable.append({"node": None, "severity": "error", "sentence": str(error), "setting": error.setting})
    try:
        recipe_of(project.recipe)
    except RecipeError as error:
        unusable.append({"node": None, "severity": "error", "sentence": str(error), "setting": error.setting})
    checked = checked_with(project, dataset, trust=trust)
    cost = checked.cost
    problems = [*unusable, *(_described(problem, project) for problem in checked.problems)]
    if json:
        print_json(
            {
                "file": str(file),
                "can_train": checked.can_train and not unusable and opened.faithful,
                "problems": problems,
                "notes": list(opened.notes),
                "shapes": _shapes(checked),
                "parameters": cost.parameters if cost else None,
                "macs": cost.macs if cost else None,
            }
        )
    else:
        _print_check(checked, problems, opened)
    errors = [str(problem["sentence"]) for problem in unusable]
    errors += [*(problem.sentence for problem in checked.errors), *opened.notes]
    if errors:
        if any(problem.short == UNTRUSTED for problem in checked.errors):
            raise Refused(f"{file} holds Python code of its own, and none of it was run. {how_to_trust(file)}")
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        raise Refused(f"{file} can't be trained: {errors[0]}{more}")


@app.command()
def source(file: File, trust: Trusted = False, json: Json = False) -> None:
    """Print the PyTorch source of a project: exactly what is trained."""
    from netbuilder.project import MAIN

    project, checked = ready_to_write(file, trust=trust)
    assert checked.source is not None
    if json:
        nodes = {name: graph.nodes for name, graph in project.graphs.items()}
        lines = {
            nodes[graph][id].name if graph == MAIN else f"{graph}/{nodes[graph][id].name}": list(numbers)
            for (graph, id), numbers in checked.source.lines.items()
        }
        print_json({"file": str(file), "source": checked.source.text, "lines": lines})
    else:
        print(checked.source.text, end="")


@app.command()
def train(
    file: File,
    epochs: Annotated[int | None, typer.Option(min=1, help="Instead of the project's own.", show_default=False)] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps; auto takes the best there is.")] = "auto",
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the project's own.", show_default=False)] = None,
    run: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The run's folder, new or empty.", show_default=False)
    ] = None,
    tensorboard: Annotated[
        bool, typer.Option("--tensorboard", help="Also write files for TensorBoard into the run's folder.")
    ] = False,
    follow: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN", help="Go on from where this run stopped, with the weights that fit.", show_default=False
        ),
    ] = None,
    weights_of_now: Annotated[
        bool,
        typer.Option("--weights-of-now", help="With --follow: not those of before, where the drawing is that again."),
    ] = False,
    trust: Trusted = False,
    json: Json = False,
) -> None:
    """Train a project. With --json every event is a line, and the last has the final and the best metrics.

    Ctrl-C ends it with a checkpoint and says how to go on; a second one ends it at once. The exit code is 1 where it
    failed, 130 after Ctrl-C, 143 where the process was told to end, 129 where its terminal was closed.
    """
    project, dataset, checked = ready_to_train(file, trust=trust)
    recipe = recipe_with(project, {"epochs": epochs, "seed": seed})
    job = launch_of(
        *(file, dataset, checked, recipe),
        device=device,
        folder=run,
        tensorboard=tensorboard,
        follows=_followed(follow),
        back=not weights_of_now,
    )
    if json:
        from netbuilder.train.event_lines import events_as_json

        train_to_the_end(job, lambda event: print_json(events_as_json(event)))
    else:
        print(dataset.summary())
        with shown_progress() as tell:
            train_to_the_end(job, TrainingLines(recipe.curves(dataset.spec.target), tell).show)


def _followed(folder: Path | None) -> Run | None:
    from netbuilder.train.run import Run, RunError

    try:
        return None if folder is None else Run.open(folder.absolute())
    except RunError as error:
        raise Refused(str(error)) from error


@app.command()
def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    to: Annotated[Format, typer.Option("--to", help="The format.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="PATH", help="The file to write; for a bundle a folder or a .zip.")
    ],
    checkpoint: Annotated[Which, typer.Option(help="Which weights to take.")] = Which.best,
    json: Json = False,
) -> None:
    """Take a trained network away, proved in a fresh process before it says done."""
    from netbuilder.data.catalog import source_of
    from netbuilder.data.source import DataError
    from netbuilder.export.catalog import find
    from netbuilder.export.export import export_run
    from netbuilder.export.exporter import ExportError
    from netbuilder.train.recipes import RecipeError, recipe_of
    from netbuilder.train.run import Run, RunError

    exporter = find(to.value)
    assert exporter is not None  # the formats of the option are the exporters' kinds
    try:
        opened = adopted(Run.open(run))
        with shown_progress() as tell:
            recipe = recipe_of(opened.recipe)
            dataset = recipe.as_asked(source_of(opened.data).read(tell))
            report = export_run(opened, exporter(checkpoint=checkpoint.value), out, dataset, tell, recipe.scripts)
    except (RunError, DataError, RecipeError, ExportError) as error:
        raise Refused(str(error)) from error
    if json:
        print_json(
            {
                "path": str(report.path),
                "format": to.value,
                "largest_difference": report.largest_difference,
                "allowed": report.allowed,
                "samples_compared": report.samples_compared,
                "bytes": report.size,
                "sentence": report.sentence,
            }
        )
    else:
        print(report.sentence)


app.command("import")(import_verb)
app.command("resume")(resume_verb)
app.command("find-rate")(find_rate_verb)
app.command("overfit")(overfit_verb)
app.command("runs")(runs_verb)
app.command("compare")(compare_verb)


def _described(problem: Problem, project: Project) -> dict[str, Any]:
    """A problem as plain JSON values, with the node's name in place of its id; "graph" is the block or the network."""
    from netbuilder.project import MAIN

    node = project.graphs[problem.graph].nodes.get(problem.node) if problem.node else None
    told: dict[str, Any] = {
        "node": node.name if node else None,
        "severity": problem.severity,
        "sentence": problem.sentence,
    }
    for key, value in (
        ("graph", problem.graph if problem.graph != MAIN else None),
        ("setting", problem.setting),
        ("port", problem.port),
        ("fix", problem.fix and problem.fix.label),
    ):
        if value:
            told[key] = value
    return told


def _shapes(checked: Checked) -> dict[str, dict[str, str]]:
    """The shape of every output, by the name of its node."""
    shapes: dict[str, dict[str, str]] = {}
    for (id, output), type in checked.types.items():
        shapes.setdefault(checked.project.main.nodes[id].name, {})[output] = str(type)
    return shapes


def _print_check(checked: Checked, problems: list[dict[str, Any]], opened: Opened) -> None:
    rows, shapes = [], _shapes(checked)
    for id, node in checked.project.main.nodes.items():
        layer = checked.catalog.find(node.kind) if checked.catalog is not None else None
        cost = checked.cost.per_node.get(id) if checked.cost else None
        shape = ", ".join(shapes.get(node.name, {}).values())
        parameters = f"{cost.parameters:,}" if cost and cost.parameters else ""
        rows.append((node.name, layer.title if layer else node.kind, shape, parameters))
    print_table(("node", "layer", "shape", "parameters"), rows)
    if checked.cost:
        macs = f", {checked.cost.macs:,} multiply-accumulates a sample" if checked.cost.macs is not None else ""
        print(f"{checked.cost.parameters:,} parameters{macs}")
    for note in opened.notes:
        print(f"note: {note}")
    for problem in problems:
        fix = f" Fix: {problem['fix']}." if "fix" in problem else ""
        places = [str(problem[key]) for key in ("graph", "node") if problem.get(key)]
        where = f"{'/'.join(places)}: " if places else ""
        print(f"{problem['severity']}: {where}{problem['sentence']}{fix}")
    if not problems:
        print("No problems.")
