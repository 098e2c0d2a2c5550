"""From what a run has said to the curves that are drawn. It keeps the smoothing up to date step by step."""

from __future__ import annotations

import numpy as np

from netbuilder.train.history import RunRecord
from netbuilder.ui.plots import Curve
from netbuilder.ui.series import Smoothed

LOSS = "loss"
WHOLE = ("stuck", "resting")  # what is said of a run and not of where its curves part


class RunCurves:
    """The curves of one run; made once for a run, asked again each time it has said more."""

    def __init__(self, record: RunRecord):
        self.record = record
        self._smoothed: Smoothed | None = None

    @property
    def metric(self) -> str | None:
        """What is plotted beside the loss first: "accuracy"; None before the first epoch is done."""
        return next(iter(self.names), None)

    @property
    def names(self) -> tuple[str, ...]:
        """All that is told of an epoch but the loss, first what decides: "reconstruction", "kl". Empty before the first
        epoch is done."""
        decides = self.record.epochs[0].score if self.record.epochs else ""
        names = [_plain(name) for name in (decides, *self.record.names) if name]
        return tuple(name for name in dict.fromkeys(names) if name != LOSS)

    @property
    def loss_title(self) -> str:
        """What the loss is called: "Loss"."""
        loss = self.record.started.loss if self.record.started is not None else LOSS
        return loss[:1].upper() + loss[1:]

    def losses(self, prefix: str = "", *, dashed: bool = False) -> list[Curve]:
        """Training loss, every step faint and smoothed, and validation loss, once an epoch."""
        found = []
        steps = self._step_curve(f"{prefix}train", dashed)
        if steps is not None:
            found.append(steps)
        elif self.record.epochs:
            found += self._pair(LOSS, "training", f"{prefix}train", dashed)
        return found + self._pair(LOSS, "validation", f"{prefix}validation", dashed)

    def metrics(self, prefix: str = "", *, dashed: bool = False, name: str | None = None) -> list[Curve]:
        """One of them, the first if none is named."""
        name = self.metric if name is None else name
        if name is None:
            return []
        train = self._pair(name, "training", f"{prefix}train", dashed)
        return train + self._pair(name, "validation", f"{prefix}validation", dashed)

    @property
    def best(self) -> tuple[float, str] | None:
        epoch = self.record.best_epoch
        return None if epoch is None else (float(epoch), f"best · epoch {epoch}")

    @property
    def marked(self) -> float | None:
        """The epoch from which on the losses show what is said of them."""
        judged = self.record.judged
        return None if judged is None or judged.kind in WHOLE else float(judged.since)

    def _pair(self, name: str, split: str, title: str, dashed: bool) -> list[Curve]:
        x, y = self.record.metric(f"{split}_{name}")
        return (
            [Curve(title, split, x, y, dots=not dashed, dashed=dashed, run=title.rpartition(" ")[0])] if len(x) else []
        )

    def _step_curve(self, title: str, dashed: bool) -> Curve | None:
        record = self.record
        losses = record.step_losses
        if record.started is None or not len(losses):
            return None
        if self._smoothed is None:
            steps = min(50.0, record.started.steps_per_epoch / 8)
            self._smoothed = Smoothed.over(steps) if steps >= 1 else Smoothed(0.0)  # so few are drawn as they are
        self._smoothed.extend(np.asarray(losses[len(self._smoothed) :]))
        x = record.step_epochs + record.started.epoch
        raw = None if dashed else (x, losses)
        return Curve(title, "training", x, self._smoothed.values, raw=raw, dashed=dashed, run=title.rpartition(" ")[0])


def _plain(name: str) -> str:
    """The metric without the split it is of."""
    return name.removeprefix("validation_").removeprefix("training_")
