"""Where a long drawing is broken into rows, so that it fills the room it is looked at in. Numbers only."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

BETWEEN = 80.0  # from one row to the next: room for the edge that runs back

Room = tuple[float, float]


def break_rows(
    widths: Sequence[float], tops: Sequence[float], bottoms: Sequence[float], breaks: Sequence[bool], room: Room
) -> list[int]:
    """The numbers of the columns that rows begin with, so that the whole can be shown as large as possible.

    `widths` are those of the columns with the space behind them, `tops` and `bottoms` how high they reach, and
    `breaks` which of them may begin a row: those before which a single edge passes.
    """
    high = max(bottoms) - min(tops) + BETWEEN
    guess = math.sqrt(sum(widths) / high * room[1] / room[0])  # rows, were all as high as the highest
    ways = sorted({(0,), *(_broken(widths, breaks, limit) for limit in _limits(widths, guess))})

    def worth(starts: tuple[int, ...]) -> tuple[float, int]:
        spans = [slice(*span) for span in pairwise((*starts, len(widths)))]
        width = max(sum(widths[span]) for span in spans)
        height = sum(max(bottoms[span]) - min(tops[span]) + BETWEEN for span in spans) - BETWEEN
        return min(1.0, room[0] / width, room[1] / max(height, 1.0)), -len(starts)

    best = max(ways, key=worth)
    return list(best)


def _limits(widths: Sequence[float], guess: float) -> Iterator[float]:
    """How wide a row may be, for about as many rows as could make sense."""
    whole, widest = sum(widths), max(widths)
    rows = max(2, int(guess / 3))
    while rows <= min(len(widths), 3 * guess + 3):
        for slack in (0.0, 0.5, 1.0):
            yield max(widest, whole / rows + slack * widest)
        rows += 1 + rows // 8


def _broken(widths: Sequence[float], breaks: Sequence[bool], limit: float) -> tuple[int, ...]:
    """The starts of rows that are about equally full, and no wider than `limit` where there is a place to break."""
    ends = [0.0, *accumulate(widths)]
    number = len(widths)
    places = [0, *(at for at in range(1, number) if breaks[at]), number]
    cost, start_of = {0: 0.0}, {0: 0}
    for place, end in enumerate(places[1:], start=1):
        cost[end] = math.inf
        for start in reversed(places[:place]):
            width = ends[end] - ends[start]
            if width > limit + 0.5 and start != places[place - 1]:
                break
            slack = (1 - width / limit) ** 2 * (0.5 if end == number and width <= limit else 1.0)
            if cost[start] + slack < cost[end]:
                cost[end], start_of[end] = cost[start] + slack, start
    starts = [number]
    while starts[-1]:
        starts.append(start_of[starts[-1]])
    return tuple(reversed(starts[1:]))
