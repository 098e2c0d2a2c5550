"""The numbers behind a plot: smoothing, thinning, ticks. Pure functions of arrays; it knows nothing about Qt."""

from __future__ import annotations

import math

import numpy as np


class Smoothed:
    """A running average of a growing row of numbers, each new number weighing `1 - weight`.

    It starts at the first number (the bias of an average that starts at zero is divided out), it never leaves the
    range of the numbers it has seen, and a number that is not finite leaves it where it was.
    """

    def __init__(self, weight: float):
        self.weight = weight
        self._sum = 0.0
        self._mass = 0.0
        self._values = np.empty(1024)
        self._count = 0

    @classmethod
    def over(cls, steps: float) -> Smoothed:
        """One that forgets half of what it has seen in about `steps` numbers."""
        return cls(0.5 ** (1.0 / max(1.0, steps)))

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> np.ndarray:
        return self._values[: self._count]

    def extend(self, numbers: np.ndarray) -> None:
        need = self._count + len(numbers)
        if need > len(self._values):
            grown = np.empty(max(need, 2 * len(self._values)))
            grown[: self._count] = self._values[: self._count]
            self._values = grown
        total, mass, weight = self._sum, self._mass, self.weight
        for at, number in enumerate(numbers.tolist(), self._count):
            if math.isfinite(number):
                total = weight * total + (1 - weight) * number
                mass = weight * mass + (1 - weight)
            self._values[at] = total / mass if mass else math.nan
        self._sum, self._mass, self._count = total, mass, need


def thin(x: np.ndarray, y: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """At most about `most` points that draw the same picture: the lowest and the highest of every stretch stay."""
    stretches = max(1, most // 2)
    size = len(y) // stretches
    if size < 3:
        return x, y
    whole = stretches * size
    blocks = np.where(np.isfinite(y[:whole]), y[:whole], 0.0).reshape(stretches, size)
    low, high = blocks.argmin(axis=1), blocks.argmax(axis=1)
    starts = np.arange(stretches) * size
    kept = np.sort(np.concatenate([starts + low, starts + high]))
    kept = np.concatenate([[0], kept, np.arange(whole, len(y))])
    kept = np.unique(np.concatenate([kept, [len(y) - 1]]))
    return x[kept], y[kept]


def nice_step(span: float, about: int) -> float:
    """A round step (1, 2, 2.5 or 5 times a power of ten) that cuts `span` into about `about` parts."""
    rough = span / max(1, about)
    if not math.isfinite(rough) or rough <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * 0.999)


def nice_range(low: float, high: float, about: int = 4) -> tuple[float, float, float]:
    """Round ends around `low` to `high`, and the step between ticks. Two equal ends are moved apart."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0, 0.25
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):
        apart = abs(high) * 0.1 or 0.5
        low, high = low - apart, high + apart
    step = nice_step(high - low, about)
    return math.floor(low / step + 1e-6) * step, math.ceil(high / step - 1e-6) * step, step


def ticks(low: float, high: float, step: float) -> list[tuple[float, str]]:
    """Where the ticks stand and what they say, with no more digits than they differ by."""
    count = min(50, round((high - low) / step))
    top = max(abs(low), abs(high))
    if 1e4 <= top < 1e9:  # thousands and millions, as there is no room for six digits
        unit, letter = (1e6, "M") if top >= 1e6 else (1e3, "k")
        return [
            (low + i * step, f"{(low + i * step) / unit:.4g}{letter}" if low + i * step else "0")
            for i in range(count + 1)
        ]
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    if abs(round(step, places) - step) > step * 1e-6:
        places += 1
    if places > 5 or top >= 1e9:
        return [(low + i * step, f"{low + i * step:.3g}".replace("e+", "e")) for i in range(count + 1)]
    return [(v, f"{v + 0.0:.{places}f}" if v else "0") for v in (round(low + i * step, 12) for i in range(count + 1))]


def power_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Ticks for an axis of logarithms (base ten) from `low` to `high`."""
    first, last = math.floor(low + 1e-9), math.ceil(high - 1e-9)
    if high - low >= 2:
        stride = max(1, (last - first) // 5)
        return [
            (float(p), f"1e{p}" if abs(p) > 3 else f"{10.0**p:g}")
            for p in range(first, last + 1, stride)
            if low - 1e-9 <= p <= high + 1e-9
        ]
    marks = [(m * 10.0**p) for p in range(first, last + 1) for m in (1, 2, 5)]
    return [(math.log10(m), f"{m:g}") for m in marks if low - 1e-9 <= math.log10(m) <= high + 1e-9]
