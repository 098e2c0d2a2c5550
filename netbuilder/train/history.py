"""What one run has said so far, folded from its events: losses, epochs, seams, how it ended.

It draws nothing and knows no screen: the window and the command line read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netbuilder.train.epoch_axis import EpochAxis
from netbuilder.train.event_log import EventTail
from netbuilder.train.events import (
    Adjusted,
    CheckpointSaved,
    Continued,
    EpochDone,
    Event,
    Failed,
    Finished,
    Judged,
    Noted,
    Paused,
    Preparing,
    Progress,
    Resumed,
    Shown,
    Started,
)

if TYPE_CHECKING:
    from netbuilder.train.run import Run

MOST_LOST = 10_000_000  # steps whose losses may be missing: more is no gap but a line that makes no sense


@dataclass(frozen=True)
class Seam:
    """Where the network was changed and trained on: after `step` steps, which is at `epochs` on the axis of epochs."""

    step: int
    epochs: float
    sentence: str


class RunRecord:
    """Feed it events with `add`; read the rest.

    `Continued` takes back what was told of later steps and epochs. Whoever keeps something made of the record asks
    `voided`: how often that has happened. Step losses are kept in single precision, four bytes a step.
    """

    def __init__(self, title: str = "", folder: Path | None = None):
        self.title = title
        self.folder = folder  # where the files of what is shown lie
        self.started: Started | None = None
        self.preparing: Preparing | None = None  # what takes so long before it starts
        self.progress: Progress | None = None
        self.epochs: list[EpochDone] = []
        self.names: tuple[str, ...] = ()  # of all metrics so far: some have no value in the first epochs
        self.checkpoints: list[CheckpointSaved] = []
        self.shown: list[Shown] = []
        self.finished: Finished | None = None
        self.failed: Failed | None = None
        self.paused = False
        self.paused_because = ""  # a sentence, where nobody asked for the pause
        self.axis = EpochAxis()
        self.seams: list[Seam] = []
        self.adjusted: list[Adjusted] = []  # where rate or batch size were changed
        self._before_seam = 0  # how many of them are of the network before
        self.continued: Continued | None = None  # how it last went on from a state that was kept
        self.noted = ""  # the newest sentence of what stops nothing
        self.voided = 0
        self._judged: list[Judged] = []
        self._losses = np.empty(1024, np.float32)
        self._count = 0
        self._fresh = False  # nothing was said of its steps since it was started

    def add(self, event: Event) -> None:
        match event:
            case Preparing():
                self.preparing = event
            case Started():
                self._start(event)
            case Shown():
                self.shown.append(event)
            case Progress():
                self._go_on(event)
            case EpochDone():
                self._keep(event)
                if event.metrics.keys() - self.names:
                    self.names = tuple(dict.fromkeys((*self.names, *event.metrics)))
            case Judged():
                self._judged.append(event)
            case CheckpointSaved():
                self.checkpoints.append(event)
            case Continued():
                self._continue(event)
            case Adjusted():
                self.adjusted.append(event)
                self.axis.bend(event.step, event.epochs, event.steps_per_epoch)
                self._fresh = False
            case Noted():
                self.noted = event.sentence
            case Paused():
                self.paused, self.paused_because = True, event.sentence
            case Resumed():
                self.paused, self.paused_because = False, ""
            case Failed():
                self.failed = event
            case Finished():
                self.finished = event

    @property
    def step_losses(self) -> np.ndarray:
        """The loss of every step so far, (steps,) in single precision; NaN where it is not known. A view: valid until
        the next `add`."""
        return self._losses[: self._count]

    @property
    def step_epochs(self) -> np.ndarray:
        """For each step the epochs done after it, (steps,): the x of `step_losses`. For few of many steps, and the
        other way round, ask `axis`."""
        return self.axis.epochs_at(np.arange(1, self._count + 1))

    @property
    def judged(self) -> Judged | None:
        """What there is to say of its losses by now."""
        return self._judged[-1] if self._judged and self._judged[-1].sentence else None

    @property
    def adjusted_since_seam(self) -> Sequence[Adjusted]:
        """Those of the network that is trained now."""
        return self.adjusted[self._before_seam :]

    @property
    def share(self) -> float:
        """How much of its epochs a run has done, from 0 to 1; 1 when it has come to its own end."""
        if self.finished is not None and self.finished.reason != "stopped":
            return 1.0
        if self.started is None or self.progress is None:
            return 0.0
        return min(1.0, self.axis.epoch_at(self.progress.step) / max(1, self.started.epochs))

    @property
    def rate(self) -> float | None:
        """The learning rate by now, where it was told."""
        return self.progress.rate if self.progress is not None else None

    @property
    def best_epoch(self) -> int | None:
        return next((done.epoch for done in reversed(self.epochs) if done.best), None)

    @property
    def ended(self) -> bool:
        return self.finished is not None or self.failed is not None

    def metric(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """(epochs, values) of one metric, each (epochs,)."""
        told = [(done.epoch, done.metrics[name]) for done in self.epochs if name in done.metrics]
        return np.array([e for e, _ in told], dtype=float), np.array([v for _, v in told], dtype=float)

    def _keep(self, event: EpochDone) -> None:
        """In the order of epochs: one that was lost is told after those that were not."""
        if self.epochs and event.epoch <= self.epochs[-1].epoch:
            others = [done for done in self.epochs if done.epoch != event.epoch]
            self.epochs = sorted((event, *others), key=lambda done: done.epoch)
        else:
            self.epochs.append(event)

    def _start(self, event: Started) -> None:
        if self.started is None:
            self.axis = EpochAxis(event.steps_per_epoch, event.epoch)
        self.started, self.preparing = event, None
        self._fresh = True
        if event.folder:
            self.folder = Path(event.folder)

    def _go_on(self, event: Progress) -> None:
        if event.losses:
            self._keep_length()
            self._fill_up_to(event.step - len(event.losses))
            self._append(event.losses)
        self.progress = event

    def _keep_length(self) -> None:
        """A run that was started again may have epochs of another length than it had where it goes on."""
        if self._fresh and self.started is not None and self.started.steps_per_epoch != self.axis.steps_per_epoch:
            self.axis.bend(self._count, self.axis.epoch_at(self._count), self.started.steps_per_epoch)
        self._fresh = False

    def _continue(self, event: Continued) -> None:
        self.voided += 1
        self.continued = event
        self._count = min(self._count, event.step)
        self.epochs = [done for done in self.epochs if done.epoch <= event.epoch]
        self.names = tuple(dict.fromkeys(name for done in self.epochs for name in done.metrics))
        self.checkpoints = [saved for saved in self.checkpoints if saved.step <= event.step]
        self.shown = [shown for shown in self.shown if shown.epoch <= event.epoch]
        self._judged = [judged for judged in self._judged if judged.epoch <= event.epoch]
        self.adjusted = [adjusted for adjusted in self.adjusted if adjusted.step <= event.step]
        self._before_seam = len(self.adjusted) if event.changed else min(self._before_seam, len(self.adjusted))
        self.axis.cut(event.step)
        self.finished = self.failed = None
        self.paused, self.paused_because, self.noted = False, "", ""
        epochs = self.axis.epoch_at(event.step)
        if not event.epoch - 1e-6 <= epochs <= event.epoch + 1 + 1e-6:  # its first steps are another run's
            epochs = float(event.epoch)
            self.axis.bend(event.step, epochs, self.axis.steps_per_epoch)
        self.seams = [seam for seam in self.seams if seam.step < event.step + (not event.changed)]
        if event.changed:
            self.seams.append(Seam(event.step, epochs, event.sentence))
        if self.progress is not None and self.progress.step > event.step:
            at = min(self.progress.epoch, event.epoch + 1)
            self.progress = Progress(event.step, at, (), samples_per_second=0.0, seconds_left=None)

    def _fill_up_to(self, step: int) -> None:
        """Losses that were told and are lost, as when the program was killed in the middle of a line, leave a gap."""
        lost = step - self._count
        if 0 < lost <= MOST_LOST:
            self._append(np.full(lost, np.nan, np.float32))

    def _append(self, losses: Sequence[float] | np.ndarray) -> None:
        need = self._count + len(losses)
        if need > len(self._losses):
            grown = np.empty(max(need, 2 * len(self._losses)), np.float32)  # what is not used yet takes no memory
            grown[: self._count] = self._losses[: self._count]
            self._losses = grown
        with np.errstate(over="ignore"):  # beyond single precision a loss is infinite
            self._losses[self._count : need] = losses
        self._count = need


def read_record(run: Run) -> RunRecord:
    """What a run has said so far, from its folder. A million steps take a few tenths of a second. Raises `RunError`
    where its log can't be read."""
    run.check_log()
    record = RunRecord(run.folder.name, run.folder)
    for event in EventTail(run.events_file, merged=True).each():
        record.add(event)
    return record
