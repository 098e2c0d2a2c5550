"""Where a step is on the axis of epochs, also where the length of an epoch was changed on the way.

It knows numbers of steps and of epochs, and no events.
"""

from __future__ import annotations

import numpy as np


class EpochAxis:
    """A line made of pieces: in each, an epoch has so many steps.

    Step 0 is before the first step, so that after `steps_per_epoch` steps one epoch is done.
    """

    def __init__(self, steps_per_epoch: int = 1, epochs: float = 0.0):
        self._pieces: list[tuple[int, float, int]] = [(0, epochs, max(1, steps_per_epoch))]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EpochAxis) and self._pieces == other._pieces

    __hash__ = None  # type: ignore[assignment]  # it changes

    @property
    def steps_per_epoch(self) -> int:
        """By now."""
        return self._pieces[-1][2]

    def bend(self, step: int, epochs: float, steps_per_epoch: int) -> None:
        """After `step` steps `epochs` are done, and from there on an epoch has `steps_per_epoch` steps."""
        self._pieces = [piece for piece in self._pieces if piece[0] < step] + [(step, epochs, max(1, steps_per_epoch))]

    def cut(self, step: int) -> None:
        """Forget what was changed after `step` steps."""
        self._pieces = [piece for piece in self._pieces if piece[0] <= step] or self._pieces[:1]

    def epochs_at(self, steps: np.ndarray) -> np.ndarray:
        """For numbers of steps done (N,), the epochs that are done by then, (N,) in double precision."""
        begins, epochs, lengths = self._columns()
        piece = np.maximum(np.searchsorted(begins, steps, side="right") - 1, 0)
        return epochs[piece] + (steps - begins[piece]) / lengths[piece]

    def epoch_at(self, step: float) -> float:
        """The same for one."""
        return float(self.epochs_at(np.array([step]))[0])

    def step_at(self, epochs: float) -> float:
        """How many steps are done when so many epochs are: the other way round."""
        begins, starts, lengths = self._columns()
        piece = max(int(np.searchsorted(starts, epochs, side="right")) - 1, 0)
        return float(begins[piece] + (epochs - starts[piece]) * lengths[piece])

    def _columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        begins, epochs, lengths = zip(*self._pieces, strict=True)
        return np.array(begins), np.array(epochs, dtype=float), np.array(lengths)
