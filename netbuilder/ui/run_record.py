"""What one run has said so far, kept for the screens: curves, epochs, how it ended. It draws nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from netbuilder.train.events import (
    CheckpointSaved,
    EpochDone,
    Event,
    Failed,
    Finished,
    Judged,
    Paused,
    Progress,
    Resumed,
    Shown,
    Started,
)


class RunRecord:
    """Feed it events with `add`; read the rest. Step losses are kept in a buffer that doubles."""

    def __init__(self, title: str = "", folder: Path | None = None):
        self.title = title
        self.started: Started | None = None
        self.progress: Progress | None = None
        self.epochs: list[EpochDone] = []
        self.names: tuple[str, ...] = ()  # of all metrics so far: some have no value in the first epochs
        self.checkpoints: list[CheckpointSaved] = []
        self.shown: list[Shown] = []
        self.judged: Judged | None = None  # what there is to say of its losses by now
        self.folder = folder  # where the files of what is shown lie
        self.finished: Finished | None = None
        self.failed: Failed | None = None
        self.paused = False
        self._losses = np.empty(1024)
        self._count = 0

    def add(self, event: Event) -> None:
        match event:
            case Started():
                self.started = event
                if event.folder:
                    self.folder = Path(event.folder)
            case Shown():
                self.shown.append(event)
            case Progress():
                self.progress = event
                self._append(event.losses)
            case EpochDone():
                self.epochs.append(event)
                if event.metrics.keys() - self.names:
                    self.names = tuple(dict.fromkeys((*self.names, *event.metrics)))
            case Judged():
                self.judged = event if event.sentence else None
            case CheckpointSaved():
                self.checkpoints.append(event)
            case Paused():
                self.paused = True
            case Resumed():
                self.paused = False
            case Failed():
                self.failed = event
            case Finished():
                self.finished = event

    @property
    def step_losses(self) -> np.ndarray:
        """The loss of every step so far, (steps,). A view: valid until the next `add`."""
        return self._losses[: self._count]

    @property
    def step_epochs(self) -> np.ndarray:
        """For each step the epochs done after it, (steps,): the x of `step_losses`."""
        per_epoch = self.started.steps_per_epoch if self.started else 1
        return np.arange(1, self._count + 1) / max(1, per_epoch)

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

    def _append(self, losses: tuple[float, ...]) -> None:
        need = self._count + len(losses)
        if need > len(self._losses):
            grown = np.empty(max(need, 2 * len(self._losses)))
            grown[: self._count] = self._losses[: self._count]
            self._losses = grown
        self._losses[self._count : need] = losses
        self._count = need
