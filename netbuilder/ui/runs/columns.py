"""The columns of the table of runs: what each says of a run, and by what it is sorted. It knows no widget."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from netbuilder.train.recipes import find
from netbuilder.train.runs import DONE, EARLY, RunSummary
from netbuilder.ui.train import wording

Value = str | float | tuple[float, ...] | None


@dataclass(frozen=True)
class Column:
    """`text` is what is read, `value` what is sorted by: text without regard to case, None last. `width` in pixels."""

    name: str
    head: str
    width: int
    text: Callable[[RunSummary], str]
    value: Callable[[RunSummary], Value]
    number: bool = False
    editable: bool = False
    tip: str = ""


def title(run: RunSummary) -> str:
    """What people call the run: the name they gave it, or "Run 7"."""
    return run.about.name or wording.run_title(run.folder.name)


def state(run: RunSummary) -> str:
    return {DONE: "finished", EARLY: "stopped early"}.get(run.state, run.state)


def score(run: RunSummary) -> str:
    """ "accuracy 0.983"."""
    if run.value is None:
        return ""
    name = wording.metric_title(run.score).removeprefix("validation ")
    return f"{name}  {wording.number(run.value, run.score)}"


def time(seconds: float) -> str:
    """As short as it can be read: 4.2 s, 3 min 20 s."""
    return f"{seconds:.1f} s" if seconds < 10 else wording.duration(seconds)


def haystack(run: RunSummary) -> str:
    """What a search looks through, in small letters."""
    recipe = find(run.recipe)
    told = (title(run), run.folder.name, run.project, run.about.note, run.recipe, run.data, state(run), run.device)
    return "\n".join((*told, recipe.title if recipe is not None else "")).lower()


def _natural(text: str) -> str:
    """Sorted by it, Run 2 comes before Run 10."""
    return re.sub(r"\d+", lambda number: number[0].zfill(12), text)


def _epochs(run: RunSummary) -> str:
    return f"{run.epochs:,}" if run.planned in (None, run.epochs) else f"{run.epochs:,} of {run.planned:,}"


def _optional(value: float | None) -> str:
    return "" if value is None else wording.small(value)


def _changed(begun: float | None, now: float | None) -> str:
    """ "0.001", or "0.001 → 0.0003" where it was changed on the way."""
    return _optional(begun) if now == begun else f"{_optional(begun)} → {_optional(now)}"


def _in_order(begun: float | None, now: float | None) -> Value:
    """By what it began with, then by what it was changed to."""
    return None if begun is None or now is None else (begun, now)


COLUMNS = (
    Column("star", "", 34, lambda run: "", lambda run: 0.0 if run.about.star else 1.0, tip="Starred (S)"),
    Column(
        "name", "Run", 160, title, lambda run: _natural(title(run)), editable=True,
        tip="F2 or a double-click gives it another name.",
    ),
    Column("project", "Project", 124, lambda run: run.project, lambda run: run.project),
    Column("state", "State", 104, state, state),
    Column(
        "score", "Reached", 168, score, lambda run: run.value, True,
        tip="At its best epoch: the metric that decides which epoch is the best.",
    ),
    Column("epochs", "Epochs", 86, _epochs, lambda run: run.epochs, True, tip="Epochs that are done."),
    Column(
        "seconds", "Time", 92, lambda run: time(run.seconds) if run.seconds else "", lambda run: run.seconds or None,
        True, tip="Time of training, pauses left out.",
    ),
    Column(
        "parameters", "Parameters", 104, lambda run: "" if run.parameters is None else f"{run.parameters:,}",
        lambda run: run.parameters, True, tip="Numbers that are learned.",
    ),
    Column(
        "learning_rate", "Rate", 118, lambda run: _changed(run.learning_rate, run.rate_now),
        lambda run: _in_order(run.learning_rate, run.rate_now), True,
        tip="The learning rate it began with → the one it was changed to on the way.",
    ),
    Column(
        "batch_size", "Batch", 88, lambda run: _changed(run.batch_size, run.batch_now),
        lambda run: _in_order(run.batch_size, run.batch_now), True,
        tip="Samples that each step looks at → the size it was changed to on the way.",
    ),
    Column("device", "Device", 74, lambda run: run.device, lambda run: run.device),
    Column(
        "created", "Made", 128, lambda run: wording.moment(run.created) if run.created is not None else "",
        lambda run: run.created.timestamp() if run.created is not None else None,
    ),
    Column("note", "Note", 120, lambda run: " ".join(run.about.note.split()), lambda run: run.about.note or None,
           editable=True, tip="F2 or a double-click writes one."),
)  # fmt: skip
AT = {column.name: number for number, column in enumerate(COLUMNS)}
