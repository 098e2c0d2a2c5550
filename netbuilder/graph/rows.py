"""Where a long drawing is broken into rows, so that it fills the room it is looked at in. Numbers only."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

BETWEEN = 80.0  # from one row to the next: room for the edge that runs back
WORSE = 0.65  # what each further edge across a break is worth

Room = tuple[float, float]


def break_rows(
    widths: Sequence[float], tops: Sequence[float], bottoms: Sequence[float], links: Sequence[int], room: Room
) -> list[int]:
    """The numbers of the columns that rows begin with, so that the whole can be shown as large as possible.

    `widths` are those of the columns with the space behind them, `tops` and `bottoms` how high they reach, and
    `links` how many edges lead from each to the next: a row is best broken where a single edge passes.
    """
    ways: list[tuple[int, ...]] = sorted({_broken(widths, links, limit) for limit in _limits(widths)})

    def worth(starts: tuple[int, ...]) -> tuple[float, int]:
        spans = [slice(*span) for span in pairwise((*starts, len(widths)))]
        width = max(sum(widths[span]) for span in spans)
        height = sum(max(bottoms[span]) - min(tops[span]) + BETWEEN for span in spans) - BETWEEN
        zoom = min(1.0, room[0] / width, room[1] / max(height, 1.0))
        crossing = sum(links[start - 1] - 1 for start in starts[1:])
        return zoom * WORSE**crossing, -len(starts)

    best = max(ways, key=worth)
    return list(best)


def _limits(widths: Sequence[float]) -> Iterator[float]:
    """How wide a row may be, from all in one to as many rows as could make sense."""
    whole, widest = sum(widths), max(widths)
    rows = 1
    while rows <= 2 * math.isqrt(len(widths)) + 2:
        for slack in (0.0, 0.5, 1.0):
            yield max(widest, whole / rows + slack * widest)
        rows += 1 + rows // 8


def _broken(widths: Sequence[float], links: Sequence[int], limit: float) -> tuple[int, ...]:
    """The starts of rows up to `limit` wide, broken where few edges pass and about equally full."""
    ends = [0.0, *accumulate(widths)]
    number = len(widths)
    cost, start_of = [0.0] + [math.inf] * number, [0] * (number + 1)
    for end in range(1, number + 1):
        for start in range(end - 1, -1, -1):
            width = ends[end] - ends[start]
            if width > limit + 0.5 and start < end - 1:
                break
            crossing = links[start - 1] - 1 if start else 0
            slack = (1 - width / limit) ** 2 * (0.5 if end == number else 1.0)
            tried = cost[start] + 2.0 * crossing + slack
            if tried < cost[end]:
                cost[end], start_of[end] = tried, start
    starts = [number]
    while starts[-1]:
        starts.append(start_of[starts[-1]])
    return tuple(reversed(starts[1:]))
