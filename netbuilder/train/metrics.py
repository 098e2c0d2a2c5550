"""Losses and scores of one pass over samples, kept on the device until somebody reads them."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch


class NotFinite(ArithmeticError):
    """A number became NaN or infinite in training. `step` is where, `replay` runs that step's forward pass again."""

    def __init__(self, what: str, value: float, step: int, replay: Callable[[], object] | None = None):
        self.what = what
        self.word = "NaN" if math.isnan(value) else "infinite"
        self.step = step
        self.replay = replay
        super().__init__(f"The {what} became {self.word} at step {step}.")


class Tally:
    """Adds up a pass. `read` is the only place that waits for the device.

    Every batch is added in order and in double precision, so when it was read makes no difference to the result.
    """

    def __init__(self) -> None:
        self._losses: list[torch.Tensor] = []
        self._scores: list[torch.Tensor] = []
        self._sizes: list[int] = []
        self.samples = 0
        self._loss = 0.0
        self._score = 0.0

    def add(self, loss: torch.Tensor, score: torch.Tensor, size: int) -> None:
        self._losses.append(loss.detach())
        self._scores.append(score)
        self._sizes.append(size)

    def read(self) -> list[float]:
        """The losses added since the last read. They may be NaN."""
        if not self._losses:
            return []
        losses: list[float] = torch.stack(self._losses).tolist()
        scores: list[float] = torch.stack(self._scores).tolist()
        for loss, score, size in zip(losses, scores, self._sizes, strict=True):
            self._loss += loss * size
            self._score += score
            self.samples += size
        self._losses, self._scores, self._sizes = [], [], []
        return losses

    def metrics(self, part: str, score_name: str, unit: float = 1.0) -> dict[str, float]:
        """The means over all that was read: `part` is "training" or "validation". Empty if there was nothing.

        `unit` is what a score of 1 stands for: the scale of a target that was standardised.
        """
        if not self.samples:
            return {}
        return {f"{part}_loss": self._loss / self.samples, f"{part}_{score_name}": unit * self._score / self.samples}
