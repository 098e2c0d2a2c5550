"""Losses and sums of one pass over samples, kept on the device until somebody reads them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from netbuilder.train.learning import Learning, Told


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
        self._told: list[Told] = []
        self._loss = 0.0
        self._weight = 0
        self._sums: dict[str, Any] = {}

    def add(self, told: Told) -> None:
        self._told.append(told._replace(loss=told.loss.detach()))

    def read(self) -> list[float]:
        """The losses added since the last read. They may be NaN."""
        if not self._told:
            return []
        losses: list[float] = torch.stack([told.loss for told in self._told]).tolist()
        for loss, told in zip(losses, self._told, strict=True):
            self._loss += loss * told.weight
            self._weight += told.weight
        for name in self._told[0].sums:
            for added in _in_order([told.sums[name] for told in self._told]):
                self._sums[name] = self._sums.get(name, 0.0) + added
        self._told = []
        return losses

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """What was added up and read: rows of numbers, and plain numbers."""
        rows = {name: value for name, value in self._sums.items() if isinstance(value, torch.Tensor)}
        plain = {name: value for name, value in self._sums.items() if name not in rows}
        return rows, {"loss": self._loss, "weight": self._weight, "sums": plain, "order": list(self._sums)}

    def restore(self, rows: Mapping[str, torch.Tensor], numbers: Mapping[str, Any]) -> None:
        """Go on from what another one had added up."""
        self._loss, self._weight = float(numbers["loss"]), int(numbers["weight"])
        found = {**rows, **numbers["sums"]}
        self._sums = {name: found[name] for name in numbers["order"]}

    def metrics(self, part: str, learning: Learning) -> dict[str, float]:
        """The metrics over all that was read: `part` is "training" or "validation". Empty if there was nothing."""
        if not self._weight:
            return {}
        loss = self._loss / self._weight
        found = {"loss": loss} | learning.metrics({"loss": loss} | self._sums)
        return {f"{part}_{name}": value for name, value in found.items()}


def _in_order(sums: list[torch.Tensor | int]) -> list[Any]:
    """What to add, one after the other: numbers, or rows of numbers."""
    if isinstance(sums[0], int):
        return list(sums)
    together = torch.stack([torch.as_tensor(one) for one in sums]).double()
    return list(together.cpu()) if together.dim() > 1 else together.tolist()
