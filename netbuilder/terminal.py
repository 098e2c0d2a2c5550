"""How things look in a terminal: tables, the lines of a training, JSON. It knows nothing about how they come about."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from netbuilder.train.events import (
    Adjusted,
    Continued,
    EpochDone,
    Event,
    Finished,
    Judged,
    Noted,
    Paused,
    Progress,
    Resumed,
    Shown,
    Started,
)
from netbuilder.train.metrics import is_share

if TYPE_CHECKING:
    from netbuilder.data.source import Tell
    from netbuilder.train.recipes import Curve


def print_json(value: Any) -> None:
    """One JSON document on one line, at once. What is no number in JSON (NaN) becomes null."""
    print(json.dumps(_finite(value)), flush=True)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(inside) for key, inside in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inside) for inside in value]
    return value


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under their heads, as wide as the terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(_escaped(cell) for cell in row))
    Console(highlight=False).print(table)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def metric(name: str, value: float) -> str:
    """A metric as people read it: 98.6 %, 0.0432."""
    return f"{100 * value:.1f} %" if is_share(name) else f"{value:.4g}"


@contextmanager
def shown_progress() -> Iterator[Tell]:
    """A bar that comes and goes on standard error, if that is a terminal; gives what to tell it."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal, auto_refresh=False) as bar:
        task = bar.add_task("", total=None, note="")

        def tell(what: str, done: int, total: int) -> None:
            description, _, note = what.partition("\n")
            bar.update(
                task, description=_escaped(description), note=_escaped(note), completed=done, total=total or None
            )
            bar.refresh()

        yield tell


class TrainingLines:
    """A training in a terminal: a line an epoch, and in `tell` a bar with the time left."""

    def __init__(self, curves: Sequence[Curve], tell: Tell):
        self._tell = tell
        self._curves = curves
        self._columns = [
            (name, max(14, len(title) + 2))
            for curve in curves
            for name, title in ((curve.training, curve.title), (curve.validation, "validation"))
        ]
        self._started: Started | None = None
        self._judged = ""
        self._shown: dict[str, Shown] = {}  # the newest by title: in between, it would break up the table

    def show(self, event: Event) -> None:
        match event:
            case Started():
                self._started = event
                print(
                    f"{event.parameters:,} parameters, {event.training_samples:,} samples to learn from, "
                    f"{event.validation_samples:,} for validation, on {event.device}, seed {event.seed}"
                )
                if event.note:
                    print(f"note: {event.note}")
                print()
                titles = (title for curve in self._curves for title in (curve.title.lower(), "validation"))
                heads = (title.rjust(width) for title, (_, width) in zip(titles, self._columns, strict=True))
                print("epoch".rjust(9) + "".join(heads))
            case Progress() if self._started is not None:
                total = self._started.epochs * self._started.steps_per_epoch
                left = "" if event.seconds_left is None else f", {duration(event.seconds_left)} left"
                note = f"{event.samples_per_second:,.0f} samples/s{left}"
                self._tell(f"epoch {event.epoch}/{self._started.epochs}\n{note}", event.step, total)
            case EpochDone() if self._started is not None:
                cells = (
                    (metric(name, event.metrics[name]) if name in event.metrics else "").rjust(width)
                    for name, width in self._columns
                )
                place = f"{event.epoch}/{self._started.epochs}"
                best = "  best so far" if event.best else ""
                print(place.rjust(9) + "".join(cells) + best, flush=True)
            case Continued():
                where = f"epoch {event.epoch}" if event.epoch else "the beginning"
                print(f"{'':9}goes on after {where}, step {event.step:,}. {event.sentence}".rstrip(), flush=True)
            case Noted():
                print(f"{'':9}{event.sentence}", flush=True)
            case Paused():
                print(f"{'':9}{event.sentence or 'Paused.'}", flush=True)
            case Resumed():
                print(f"{'':9}It goes on.", flush=True)
            case Adjusted():
                print(
                    f"{'':9}from step {event.step:,} on: learning rate {event.learning_rate:g}, "
                    f"{event.batch_size:,} samples a batch",
                    flush=True,
                )
            case Judged():
                self._judged = event.sentence
            case Shown():
                self._shown[event.title] = event
            case Finished():
                print()
                said = "Stopped early" if event.reason == "early stop" else event.reason.capitalize()
                print(f"{said}: {event.epochs} epochs in {duration(event.seconds)}.")
                if event.best:
                    told = ", ".join(f"{name} {metric(name, value)}" for name, value in event.best.items())
                    print(f"Best epoch {event.best_epoch}: {told}")
                for shown in self._shown.values():
                    said = ", ".join(filter(None, (shown.text, shown.file and f"in {shown.file} of the run's folder")))
                    print(f"{shown.title} after epoch {shown.epoch}: {said}")
                if self._judged:
                    print(self._judged)
                if self._started is not None:
                    print(f"Run: {self._started.folder}")
        sys.stdout.flush()


def duration(seconds: float) -> str:
    """A time as people read it: 4.2 s, 3 min 20 s, 2 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
