"""Which stretch of an axis is seen. Pure functions of numbers; it knows nothing about Qt.

A stretch is (from, to), and None stands for all of the axis, which goes on growing.
"""

from __future__ import annotations

Stretch = tuple[float, float]


def within(stretch: Stretch, end: float, narrowest: float) -> Stretch | None:
    """The stretch inside 0 to `end`, no narrower than that; None where it would be nearly all."""
    low, high = sorted(stretch)
    wide = max(high - low, narrowest)
    if wide >= end * 0.995:
        return None
    middle = (low + high) / 2
    low = min(max(0.0, middle - wide / 2), end - wide)
    return low, low + wide


def closer(seen: Stretch, at: float, factor: float, end: float, narrowest: float) -> Stretch | None:
    """What is seen made `factor` times as wide, with `at` staying where it is on the screen."""
    low, high = seen
    wide = max((high - low) * factor, narrowest)
    share = (at - low) / (high - low) if high > low else 0.5
    start = min(max(0.0, at - share * wide), max(0.0, end - wide))
    return within((start, start + wide), end, narrowest)


def moved(seen: Stretch, by: float, end: float) -> Stretch:
    """What is seen moved along, as far as there is something."""
    wide = seen[1] - seen[0]
    low = min(max(0.0, seen[0] + by), max(0.0, end - wide))
    return low, low + wide
