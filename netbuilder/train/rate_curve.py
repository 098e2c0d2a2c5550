"""The loss over a rising learning rate: smoothing it, and reading a good rate off it. Plain numbers, no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

WIDTH = 2.5  # steps: the deviation of the bell that smooths
CLEAR = 0.01  # a fall is clear if it is at least this share of the loss, and more than its noise explains
NOISE = 4.0  # deviations of the smoothed loss
BEGINNING = 8  # steps that say where the loss stood before it fell


class Reading(NamedTuple):
    """The rate that is suggested, and those at which the loss fell steepest and was lowest; None where there is no
    clear fall. `fall` is how far it fell, as a share of what it was at first."""

    suggestion: float | None
    steepest: float | None
    lowest: float | None
    fall: float = 0.0


def smooth(losses: Sequence[float], width: float = WIDTH) -> list[float]:
    """Each loss as a mean of those around it, weighed by a bell. It lags behind neither way, as a running average
    does, and so leaves the fall at the rate that it has."""
    reach = math.ceil(3 * width)
    bell = [math.exp(-0.5 * (away / width) ** 2) for away in range(-reach, reach + 1)]
    found = []
    for at in range(len(losses)):
        first, last = max(0, at - reach), min(len(losses), at + reach + 1)
        weights = bell[first - at + reach : last - at + reach]
        found.append(sum(w * y for w, y in zip(weights, losses[first:last], strict=True)) / sum(weights))
    return found


def diverged(losses: Sequence[float]) -> bool:
    """Whether the loss has gone so far above where it began that larger rates have nothing more to say."""
    if not losses or not math.isfinite(losses[-1]):
        return bool(losses)
    if len(losses) < BEGINNING + 3:
        return False
    began, last = _mean(losses[:BEGINNING]), sorted(losses[-3:])[1]  # one wild batch does not decide
    spread = max(abs(began), began - min(losses), 4 * _noise(losses[: 2 * BEGINNING]))
    return last > began + spread


def read(rates: Sequence[float], losses: Sequence[float]) -> Reading:
    """The rate to begin with: the mean, on the axis of logarithms, of the two that are read off such a curve by hand,
    where the loss falls steepest and a tenth of where it is lowest.

    The range test is that of L. Smith, "Cyclical Learning Rates for Training Neural Networks" (2017); both rules are
    fastai's (J. Howard and S. Gugger, `lr_find`: "steep" and "minimum"). Each errs where the other does not: the
    steepest fall comes early where the network learns fast, and the lowest point late where it learns slowly. Where the
    fall takes up a stretch, the middle of its steep part counts and not a single step.
    """
    losses = finite(losses)
    if len(losses) < 2 * BEGINNING:
        return Reading(None, None, None)
    smoothed = smooth(losses)
    lowest = min(range(len(smoothed)), key=smoothed.__getitem__)
    began = _mean(losses[:BEGINNING])
    fall = began - smoothed[lowest]
    least = max(CLEAR * abs(began), NOISE * _noise(losses[: max(4 * BEGINNING, lowest)]) / math.sqrt(2 * WIDTH))
    if fall <= least or lowest < 3:
        return Reading(None, None, None)
    logs = [math.log10(rate) for rate in rates]
    slopes = [
        max(0.0, (smoothed[at - 1] - smoothed[at + 1]) / (logs[at + 1] - logs[at - 1]))
        for at in range(1, max(2, min(lowest, len(logs) - 2) + 1))
    ]
    steepest = max(slopes)
    weights = [slope if slope >= 0.5 * steepest else 0.0 for slope in slopes]
    middle = sum(w * logs[at] for at, w in enumerate(weights, 1)) / sum(weights)
    return Reading(
        rounded(math.sqrt(10**middle * rates[lowest] / 10)), 10**middle, rates[lowest], fall / max(abs(began), 1e-12)
    )


def finite(losses: Sequence[float]) -> list[float]:
    """The losses before the first that is not finite."""
    end = next((at for at, loss in enumerate(losses) if not math.isfinite(loss)), len(losses))
    return list(losses[:end])


def rounded(rate: float) -> float:
    """With two digits: no more is known of it."""
    return float(f"{rate:.1e}")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _noise(losses: Sequence[float]) -> float:
    """How far one loss is off the next by chance: from second differences, in which a steady fall cancels out."""
    bends = [a - 2 * b + c for a, b, c in zip(losses, losses[1:], losses[2:], strict=False)]
    return math.sqrt(sorted(b * b for b in bends)[len(bends) // 2] / 6 / 0.455) if bends else 0.0
