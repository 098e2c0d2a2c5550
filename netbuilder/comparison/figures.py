"""What two runs reached, side by side, and which of them is the better. It knows nothing about files and drawings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from netbuilder.train.events import Adjusted, EpochDone, Failed, Finished, Started
from netbuilder.train.metrics import is_share

LESS = (
    *("loss", "error", "perplexity", "bits_per_character", "distance", "reconstruction"),
    *("rmse", "mse", "mape", "smape"),
)
MORE = ("r2", "explained_variance", "pearson", "spearman", "cohen_kappa", "matthews", "skill")
NEITHER = ("told_apart",)  # a share that is best where it is neither high nor low
SPLITS = ("training_", "validation_")


class Course(Protocol):
    """What a run has said of its course, as its record holds it."""

    started: Started | None
    epochs: list[EpochDone]
    finished: Finished | None
    failed: Failed | None

    @property
    def adjusted_since_seam(self) -> Sequence[Adjusted]: ...
    @property
    def best_epoch(self) -> int | None: ...


@dataclass(frozen=True)
class Figure:
    """One number of both runs; None where the one has none. `more` says whether more of it is better, None that
    nobody can say."""

    name: str
    one: float | None
    other: float | None
    more: bool | None = None

    @property
    def difference(self) -> float | None:
        """From the one to the other."""
        return None if self.one is None or self.other is None else self.other - self.one

    @property
    def better(self) -> int:
        """-1: the one is; 1: the other is; 0: neither, or nobody can say."""
        apart = self.difference
        if apart is None or self.more is None or math.isnan(apart) or apart == 0:
            return 0
        return 1 if (apart > 0) == self.more else -1


@dataclass(frozen=True)
class Reached:
    """What both reached: the metrics of their last epochs and of their best ones, and figures of the whole."""

    whole: tuple[Figure, ...] = ()
    final: tuple[Figure, ...] = ()
    best: tuple[Figure, ...] = ()
    ended: tuple[str, str] = ("", "")  # how each ended: "done", "stopped", "early stop", "failed", "" (not yet)


def reached(one: Course, other: Course, judged_by: Iterable[str] = (), unlike: Sequence[str] = ()) -> Reached:
    """`judged_by` are the metrics of which the recipes say that more is better, `unlike` those whose values can't be
    compared, each without its split."""
    judged = frozenset(judged_by)
    rows = []
    for pick in (_final, _best):
        metrics = [pick(course) for course in (one, other)]
        names = dict.fromkeys((*metrics[0], *metrics[1]))
        rows.append(
            tuple(
                Figure(name, metrics[0].get(name), metrics[1].get(name), _more(name, judged, unlike)) for name in names
            )
        )
    facts = [_facts(course) for course in (one, other)]
    whole = tuple(Figure(name, facts[0][name], facts[1][name]) for name in facts[0])
    return Reached(whole, rows[0], rows[1], (_ended(one), _ended(other)))


def plain(name: str) -> str:
    """A metric without the split it is of: "validation_accuracy" is "accuracy"."""
    for split in SPLITS:
        name = name.removeprefix(split)
    return name


def _more(name: str, judged_by: frozenset[str], unlike: Sequence[str]) -> bool | None:
    word = plain(name)
    if word in unlike or word in NEITHER:
        return None
    if word in judged_by:
        return True
    if any(word == less or word.endswith(f"_{less}") for less in LESS):
        return False
    return True if is_share(name) or word in MORE else None


def _final(course: Course) -> Mapping[str, float]:
    if course.finished is not None and course.finished.final:
        return course.finished.final
    return course.epochs[-1].metrics if course.epochs else {}


def _best(course: Course) -> Mapping[str, float]:
    if course.finished is not None and course.finished.best:
        return course.finished.best
    return next((done.metrics for done in course.epochs if done.epoch == course.best_epoch), {})


def _facts(course: Course) -> dict[str, float | None]:
    started, finished = course.started, course.finished
    last = course.epochs[-1] if course.epochs else None
    epochs = last.epoch if last else finished.epochs if finished else None
    seconds = finished.seconds if finished else last.seconds if last else None
    return {
        "parameters": started.parameters if started else None,
        "epochs": epochs,
        "best epoch": course.best_epoch,
        "seconds": seconds,
    }


def _ended(course: Course) -> str:
    if course.failed is not None:
        return "failed"
    return course.finished.reason if course.finished is not None else ""
