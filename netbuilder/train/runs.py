"""All runs that were made: where they lie, and for each what a table says of it.

It opens no network and reads no curve, so hundreds of runs are listed at once; what has not changed is not read again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from netbuilder.places import data_folder
from netbuilder.train.about import FILE as ABOUT_FILE
from netbuilder.train.about import About, read_about
from netbuilder.train.adjustments import Change, changes, read_adjusted
from netbuilder.train.alive import is_alive
from netbuilder.train.event_log import why_unreadable
from netbuilder.train.events import EpochDone, Failed, Finished
from netbuilder.train.log_ends import LogEnds, read_ends
from netbuilder.train.recipes import find
from netbuilder.train.schedules import Constant

DONE, STOPPED, EARLY, FAILED = "done", "stopped", "early stop", "failed"
INTERRUPTED, RUNNING, UNREADABLE = "interrupted", "running", "unreadable"
STATES = (RUNNING, DONE, EARLY, STOPPED, INTERRUPTED, UNREADABLE, FAILED)
DEEPEST = 4  # folders below the one that is searched


@dataclass(frozen=True)
class RunSummary:
    """A run in a row. What it has not told is None, "" or empty.

    `state` is one of `STATES`, `sentence` why it failed or can't be read; `epochs` and `steps` are those done, of
    `planned` epochs. `score` is the metric that decides which epoch is the best, `value` that of the best epoch;
    `final` all metrics of the last one. `seconds` are those of training. `settings` are those of the recipe that are
    not its defaults; `learning_rate` and `batch_size` are those it began with, `changes` how they were changed on the
    way.
    """

    folder: Path
    project: str
    created: datetime | None = None
    state: str = INTERRUPTED
    sentence: str = ""
    epochs: int = 0
    planned: int | None = None
    steps: int = 0
    best_epoch: int | None = None
    score: str = ""
    value: float | None = None
    final: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    parameters: int | None = None
    device: str = ""
    seed: int | None = None
    learning_rate: float | None = None
    batch_size: int | None = None
    changes: tuple[Change, ...] = ()
    recipe: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    data: str = ""
    about: About = field(default_factory=About)

    @property
    def title(self) -> str:
        """What the user calls it, or its folder's name."""
        return self.about.name or self.folder.name

    @property
    def rate_now(self) -> float | None:
        """The learning rate that was set last."""
        return next((one.learning_rate for one in reversed(self.changes) if one.learning_rate), self.learning_rate)

    @property
    def batch_now(self) -> int | None:
        """The size of batches that was set last."""
        return next((one.batch_size for one in reversed(self.changes) if one.batch_size), self.batch_size)

    def describe(self) -> dict[str, Any]:
        """All of it as plain JSON values. "learning_rate" and "batch_size" are those it began with, "..._now" those
        that were set last; "changes" has each in its order: "step" and "epochs" until then, and what was set, or None.
        """
        return {
            "folder": str(self.folder),
            "title": self.title,
            "name": self.about.name,
            "note": self.about.note,
            "star": self.about.star,
            "project": self.project,
            "created": self.created.isoformat(timespec="milliseconds") if self.created is not None else None,
            "state": self.state,
            "sentence": self.sentence,
            "epochs": self.epochs,
            "planned_epochs": self.planned,
            "steps": self.steps,
            "best_epoch": self.best_epoch,
            "score": self.score,
            "value": self.value,
            "final": dict(self.final),
            "seconds": self.seconds,
            "parameters": self.parameters,
            "device": self.device,
            "seed": self.seed,
            "learning_rate": self.learning_rate,
            "learning_rate_now": self.rate_now,
            "batch_size": self.batch_size,
            "batch_size_now": self.batch_now,
            "changes": [one.describe() for one in self.changes],
            "recipe": self.recipe,
            "settings": dict(self.settings),
            "data": self.data,
        }


def all_runs_folder() -> Path:
    """Where the runs of all projects lie, unless one was given a folder of its own."""
    return data_folder() / "runs"


def run_folders(under: Path, deepest: int = DEEPEST) -> Iterator[Path]:
    """The folders of runs at or below `under`. Nothing is looked for inside a run, or in hidden folders."""
    inside = []
    try:
        with os.scandir(under) as entries:
            for entry in entries:
                if entry.name == "run.json":
                    yield Path(under)
                    return
                if deepest and not entry.name.startswith(".") and entry.is_dir():
                    inside.append(Path(entry.path))
    except OSError:
        return
    for folder in inside:
        yield from run_folders(folder, deepest - 1)


class RunsReader:
    """Reads runs into summaries and remembers them. To be used by one thread at a time."""

    def __init__(self, alive: Callable[[Path], bool] = is_alive):
        self.alive = alive
        self._known: dict[Path, tuple[object, RunSummary | None]] = {}

    def read(self, under: Path | None = None) -> tuple[RunSummary, ...]:
        """All runs at or below a folder (None: those of all projects), the newest first. Folders that are no runs are
        left out."""
        known, self._known = self._known, {}
        found = []
        for folder in run_folders(all_runs_folder() if under is None else Path(under)):
            stamps = _stamps(folder)
            before, summary = known.get(folder, (None, None))
            if before != stamps or (summary is not None and summary.state == UNREADABLE):  # it may be by now
                summary = summary_of(folder)
            self._known[folder] = (stamps, summary)
            if summary is not None:
                if summary.state == INTERRUPTED and self.alive(folder):
                    summary = replace(summary, state=RUNNING)
                found.append(summary)
        return tuple(sorted(found, key=age, reverse=True))


def summary_of(folder: Path) -> RunSummary | None:
    """The run in this folder, without asking whether it is still trained; None if it is no run."""
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not (folder / "model.py").is_file():
        return None
    log = folder / "events.jsonl"
    ends = read_ends(log)
    recipe, data = _part(record.get("recipe")), _part(record.get("data"))
    known = RunSummary(
        folder=folder,
        project=str(record.get("title", folder.name)),
        created=_moment(record.get("created")),
        device=str(record.get("device", "")),
        seed=_whole(record.get("seed")),
        recipe=recipe[0],
        settings=recipe[1],
        learning_rate=_setting(recipe, "learning_rate", float),
        batch_size=_setting(recipe, "batch_size", int),
        planned=_setting(recipe, "epochs", int),
        data=data[0],
        about=read_about(folder),
    )
    if ends == LogEnds() and (trouble := why_unreadable(log)):
        return replace(known, state=UNREADABLE, sentence=f"{trouble[:1].upper()}{trouble[1:]}")
    told = _with_progress(known, ends)
    found = changes(read_adjusted(log), told.learning_rate, told.batch_size, steady=is_steady(*recipe))
    return replace(told, changes=found)


def is_steady(recipe: str, settings: Mapping[str, Any]) -> bool:
    """Whether no schedule moves the learning rate of a recipe, as a file has it."""
    told, kind = settings.get("schedule"), find(recipe)
    if told is None and kind is not None and "schedule" in kind.fields():
        told = kind.fields()["schedule"].default
    word = told.get("kind") if isinstance(told, Mapping) else getattr(told, "kind", told)
    return word in (None, Constant.kind)


def main_metric(done: EpochDone) -> str | None:
    """The metric a run is judged by: the one that decides which epoch is the best. Runs of earlier versions do not say:
    one of the validation split then, and not the loss if there is another."""
    if done.score in done.metrics:
        return done.score
    names = [name for name in done.metrics if name.startswith("validation_")]
    return next((name for name in names if not name.endswith("_loss")), names[0] if names else None)


def _with_progress(run: RunSummary, ends: LogEnds) -> RunSummary:
    started, done, best, ended = ends.started, ends.done, ends.best, ends.ended
    if started is not None:
        run = replace(
            run,
            planned=started.epochs,
            parameters=started.parameters,
            device=started.device,
            seed=started.seed,
            batch_size=started.batch_size,
        )
    if done is not None:
        run = replace(run, epochs=done.epoch, final=done.metrics, seconds=done.seconds, score=main_metric(done) or "")
    run = replace(run, steps=ends.step)
    if best is not None:
        run = replace(run, best_epoch=best.epoch, value=best.metrics.get(run.score))
    if isinstance(ended, Failed):
        return replace(run, state=FAILED, sentence=ended.sentence)
    if isinstance(ended, Finished):
        return replace(
            run,
            state=ended.reason if ended.reason in STATES else DONE,
            epochs=ended.epochs,
            best_epoch=ended.best_epoch or None,
            final=ended.final,
            value=ended.best.get(run.score),
            seconds=ended.seconds,
        )
    return run


def _stamps(folder: Path) -> tuple[tuple[int, int], ...]:
    """When its files were last written, and how long they are."""
    told = []
    for name in ("run.json", "events.jsonl", ABOUT_FILE):
        try:
            stat = os.stat(folder / name)  # noqa: PTH116 - as it is called hundreds of times in a row
            told.append((stat.st_mtime_ns, stat.st_size))
        except OSError:
            told.append((0, -1))
    return tuple(told)


def age(run: RunSummary) -> tuple[float, str]:
    """By what runs are put in order: the older one first."""
    return (run.created.timestamp() if run.created is not None else 0.0, run.folder.name)


def _part(told: Any) -> tuple[str, dict[str, Any]]:
    if not isinstance(told, dict):
        return "", {}
    settings = told.get("settings")
    return str(told.get("kind", "")), settings if isinstance(settings, dict) else {}


def _setting(recipe: tuple[str, dict[str, Any]], name: str, kind: type) -> Any:
    """A number among the settings, or the recipe's default."""
    word, settings = recipe
    value = settings.get(name)
    if value is None and (found := find(word)) is not None and name in found.fields():
        value = found.fields()[name].default
    return kind(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _whole(told: Any) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) else None


def _moment(told: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(told)).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
