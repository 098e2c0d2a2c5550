"""The numbers behind a plot: smoothing, thinning, ticks. Pure functions of arrays; it knows nothing about Qt."""

from __future__ import annotations

import math

import numpy as np

AT_ONCE = 1 << 16  # numbers that are smoothed together
OLD = 40.0  # what has been forgotten this many times over (by e) is nothing in double precision


class Growing:
    """Numbers in single precision that more are added to, in a buffer that doubles. `row` is how many are beside each
    other in a place, 0 for plain numbers."""

    def __init__(self, row: int = 0):
        self._values = np.empty((1024, row) if row else 1024, np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def values(self) -> np.ndarray:
        """A view of them all, (count,) or (count, row)."""
        return self._values[: self._count]

    def extend(self, numbers: np.ndarray) -> None:
        need = self._count + len(numbers)
        if need > len(self._values):
            grown = np.empty((max(need, 2 * len(self._values)), *self._values.shape[1:]), np.float32)
            grown[: self._count] = self._values[: self._count]
            self._values = grown
        with np.errstate(over="ignore"):
            self._values[self._count : need] = numbers
        self._count = need


class Smoothed:
    """A running average of a growing row of numbers, each new number weighing `1 - weight`.

    It starts at the first number (the bias of an average that starts at zero is divided out), it never leaves the
    range of the numbers it has seen, and a number that is not finite leaves it where it was.
    """

    def __init__(self, weight: float):
        self.weight = weight
        self._sum = 0.0
        self._seen = 0  # numbers that were finite
        self._averages = Growing()

    @classmethod
    def over(cls, steps: float) -> Smoothed:
        """One that forgets half of what it has seen in about `steps` numbers."""
        return cls(0.5 ** (1.0 / max(1.0, steps)))

    def __len__(self) -> int:
        return len(self._averages)

    @property
    def values(self) -> np.ndarray:
        return self._averages.values

    def extend(self, numbers: np.ndarray) -> None:
        for at in range(0, len(numbers), AT_ONCE):
            self._extend(numbers[at : at + AT_ONCE])

    def _extend(self, numbers: np.ndarray) -> None:
        known = np.isfinite(numbers)
        if known.all():
            sums = decayed_sums(numbers.astype(float), self.weight, self._sum)
            seen = self._seen + np.arange(1, len(numbers) + 1)
        else:
            upto = np.cumsum(known)  # for each number, how many finite ones there are up to it
            sums = decayed_sums(numbers[known].astype(float), self.weight, self._sum)
            sums, seen = np.concatenate([[self._sum], sums])[upto], self._seen + upto
        self._sum, self._seen = float(sums[-1]), int(seen[-1])
        sums *= 1 - self.weight
        if self.weight and (young := int(np.searchsorted(seen, OLD / -math.log(self.weight)))):
            with np.errstate(invalid="ignore"):  # nothing divided by nothing, before the first
                sums[:young] /= -np.expm1(seen[:young] * math.log(self.weight))
        sums[seen == 0] = np.nan
        self._averages.extend(sums)


def decayed_sums(numbers: np.ndarray, weight: float, before: float = 0.0) -> np.ndarray:
    """For each of the numbers (N,) the sum of it, `weight` times the one before, weight² times the one before that ...

    `before` is the sum that there was already. In blocks within which the powers of the weight stay in range.
    """
    if not weight or not len(numbers):
        return numbers.astype(float)
    size = max(1, min(len(numbers), int(math.log(1e100) / -math.log(weight)))) if weight < 1 else len(numbers)
    blocks = np.zeros((-(-len(numbers) // size), size))
    blocks.reshape(-1)[: len(numbers)] = numbers
    powers = weight ** np.arange(size)
    sums = np.cumsum(blocks / powers, axis=1) * powers
    carried = np.empty(len(sums))
    fade, ends = weight**size, sums[:, -1].tolist()
    for at, end in enumerate(ends):
        carried[at] = before
        before = fade * before + end
    sums += carried[:, None] * (powers * weight)
    return sums.reshape(-1)[: len(numbers)]


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


def epoch_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Ticks for an axis of epochs from `low` to `high`: whole epochs where there are several."""
    step = nice_step(high - low, 6)
    step = max(step, 1.0 if high - low > 4 else 0.25) if low == 0 else step
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    places += abs(round(step, places) - step) > step * 1e-6  # 0.25, 2.5 ...
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    places_of = [number * step for number in range(first, min(last, first + 50) + 1)]
    return [(at, f"{at:.{places}f}".rstrip("0").rstrip(".") if places else f"{at:.0f}") for at in places_of]


def precise(value: float, unit: float) -> str:
    """A number with no more digits than it takes to tell it from another one that is `unit` away."""
    places = max(0, -math.floor(math.log10(unit))) if unit > 0 else 3
    return f"{value:.{min(places, 9)}f}"


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
