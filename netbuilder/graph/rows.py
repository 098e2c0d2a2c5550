"""Where a long drawing is broken into rows, so that it fills the room it is looked at in. Numbers only.

Best between two columns that a single edge joins. Where that leaves rows too long to be read, also where few others
pass: the fewer the better.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

BETWEEN = 80.0  # from one row to the next: room for the edge that runs back
LANE = 24.0  # and for each further one
READABLE = 0.6  # names can be read where the whole is shown at this scale
PRICE = 0.06  # of an edge more that is torn, in the room that a row leaves empty
DEAR = 0.08  # the same, in the size of the whole
WORTH = 1.3  # how much larger all has to become for it
STRETCHES = 16  # of a row; in each one place to break it is looked at

Room = tuple[float, float]


def break_rows(
    widths: Sequence[float], tops: Sequence[float], bottoms: Sequence[float], torn: Sequence[float], room: Room
) -> list[int]:
    """The numbers of the columns that rows begin with, so that the whole can be shown as large as possible.

    `widths` are those of the columns with the space behind them, `tops` and `bottoms` how high they reach, and
    `torn` how many edges more than one a row that begins with them tears; infinite where none may begin.
    """
    high = max(bottoms) - min(tops) + BETWEEN
    guess = math.sqrt(sum(widths) / high * room[1] / room[0])  # rows, were all as high as the highest

    def scale(starts: tuple[int, ...]) -> float:
        spans = [slice(*span) for span in pairwise((*starts, len(widths)))]
        width = max(sum(widths[span]) for span in spans)
        height = sum(max(bottoms[span]) - min(tops[span]) for span in spans)
        height += sum(BETWEEN + LANE * torn[start] for start in starts[1:])
        return min(1.0, room[0] / width, room[1] / max(height, 1.0))

    def worth(starts: tuple[int, ...]) -> tuple[float, int]:
        dear = sum(torn[start] for start in starts[1:]) / max(1, len(starts) - 1)
        return scale(starts) / (1 + DEAR * dear), -len(starts)

    def best(most: float) -> tuple[int, ...]:
        ways = {(0,), *(_broken(widths, torn, most, limit) for limit in _limits(widths, guess))}
        return max(sorted(ways), key=worth)

    gentle = best(0.0)
    if scale(gentle) >= READABLE or not any(0.0 < more < math.inf for more in torn[1:]):
        return list(gentle)
    rough = best(max(more for more in torn if more < math.inf))
    return list(rough if worth(rough)[0] > WORTH * scale(gentle) else gentle)


def _limits(widths: Sequence[float], guess: float) -> Iterator[float]:
    """How wide a row may be, for about as many rows as could make sense."""
    whole, widest = sum(widths), max(widths)
    rows = max(2, int(guess / 3))
    while rows <= min(len(widths), 3 * guess + 3):
        for slack in (0.0, 0.5, 1.0):
            yield max(widest, whole / rows + slack * widest)
        rows += 1 + rows // 8


def _broken(widths: Sequence[float], torn: Sequence[float], most: float, limit: float) -> tuple[int, ...]:
    """The starts of rows that are about equally full, tear few edges, `most` at most, and are no wider than `limit`
    where there is a place to break."""
    ends = [0.0, *accumulate(widths)]
    number = len(widths)
    places = [0, *_places(ends, torn, most, limit / STRETCHES), number]
    cost, start_of = {0: 0.0}, {0: 0}
    for place, end in enumerate(places[1:], start=1):
        cost[end] = math.inf
        price = PRICE * torn[end] if end < number else 0.0
        for start in reversed(places[:place]):
            width = ends[end] - ends[start]
            if width > limit + 0.5 and start != places[place - 1]:
                break
            slack = (1 - width / limit) ** 2 * (0.5 if end == number and width <= limit else 1.0) + price
            if cost[start] + slack < cost[end]:
                cost[end], start_of[end] = cost[start] + slack, start
    starts = [number]
    while starts[-1]:
        starts.append(start_of[starts[-1]])
    return tuple(reversed(starts[1:]))


def _places(ends: Sequence[float], torn: Sequence[float], most: float, stretch: float) -> list[int]:
    """The columns that may begin a row; of those in one stretch the one that tears the fewest edges, the last such."""
    chosen: dict[int, int] = {}
    for at in range(1, len(torn)):
        if torn[at] <= most:
            cell = int(ends[at] / stretch)
            if cell not in chosen or torn[at] <= torn[chosen[cell]]:
                chosen[cell] = at
    return list(chosen.values())
