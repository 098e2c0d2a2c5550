"""From what a run has said to the curves that are drawn. It keeps the smoothing up to date step by step, and where very
many are waiting a stretch at a time."""

from __future__ import annotations

from netbuilder.train.history import RunRecord
from netbuilder.ui.curve import Curve, Mark, StepCurve
from netbuilder.ui.pyramid import Pyramid
from netbuilder.ui.series import Smoothed
from netbuilder.ui.train import wording

LOSS = "loss"
AT_ONCE = 1 << 17  # losses that are smoothed between two frames: a few milliseconds
SEAM = "drawing changed"
WHOLE = ("stuck", "resting")  # what is said of a run and not of where its curves part


class RunCurves:
    """The curves of one run; made once for a run, asked again each time it has said more."""

    def __init__(self, record: RunRecord, title: str = ""):
        self.record = record
        self.title = title or wording.run_title(record.title)  # what people call the run
        self._smoothed: Smoothed | None = None
        self._smooth, self._rough, self._voided = Pyramid(), Pyramid(), 0

    @property
    def behind(self) -> bool:
        """Whether there are more losses than have been smoothed so far: `losses` goes on a little each time."""
        if self.record.started is None:
            return False
        voided = self._voided != self.record.voided
        return len(self.record.step_losses) > (0 if voided or self._smoothed is None else len(self._smoothed))

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

    def losses(self, prefix: str = "", *, dashed: bool = False) -> list[Curve | StepCurve]:
        """Training loss, every step faint and smoothed, and validation loss, once an epoch."""
        found: list[Curve | StepCurve] = []
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

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Where the drawing, the learning rate or the size of the batches were changed on the way."""
        record = self.record
        marks = [Mark(seam.epochs, seam.sentence or "The drawing was changed here.", SEAM) for seam in record.seams]
        rate, batch = None, record.started.batch_size if record.started is not None else 0
        for adjusted in record.adjusted:
            said = []
            if adjusted.learning_rate != rate:
                said.append(f"learning rate {adjusted.learning_rate:.3g}")
            if adjusted.batch_size != batch:
                said.append(f"batches of {adjusted.batch_size}, {batch} before" if batch else "")
            rate, batch = adjusted.learning_rate, adjusted.batch_size
            marks.append(Mark(adjusted.epochs, f"From here on: {' · '.join(filter(None, said)) or 'as before'}"))
        return tuple(sorted(marks, key=lambda mark: mark.x))

    def _pair(self, name: str, split: str, title: str, dashed: bool) -> list[Curve]:
        x, y = self.record.metric(f"{split}_{name}")
        return (
            [Curve(title, split, x, y, dots=not dashed, dashed=dashed, run=title.rpartition(" ")[0])] if len(x) else []
        )

    def _step_curve(self, title: str, dashed: bool) -> StepCurve | None:
        record = self.record
        losses = record.step_losses
        if record.started is None or not len(losses):
            return None
        if self._smoothed is None or self._voided != record.voided:  # some of them may be others by now
            steps = min(50.0, record.started.steps_per_epoch / 8)
            self._smoothed = Smoothed.over(steps) if steps >= 1 else Smoothed(0.0)  # so few are drawn as they are
            self._smooth, self._rough, self._voided = Pyramid(), Pyramid(), record.voided
        done = len(self._smoothed)
        self._smoothed.extend(losses[done : done + AT_ONCE])
        self._smooth.follow(self._smoothed.values)
        if not dashed:
            self._rough.follow(losses[: len(self._smoothed)])
        return StepCurve(
            title,
            "training",
            record.axis,
            self._smooth,
            None if dashed else self._rough,
            count=len(self._smoothed),
            voided=record.voided,
            dashed=dashed,
            run=title.rpartition(" ")[0],
        )


def smoothed(record: RunRecord, title: str = "") -> RunCurves:
    """The curves of a run that has said much, with the work done: of a million steps it is none for the window's
    thread."""
    curves = RunCurves(record, title)
    while curves.behind:
        curves.losses()
    return curves


def _plain(name: str) -> str:
    """The metric without the split it is of."""
    return name.removeprefix("validation_").removeprefix("training_")
