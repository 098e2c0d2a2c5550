"""The curves that edges are drawn in, as numbers: what draws them and what keeps nodes out of their way go by the
same. Out to the right and in from the left, by way of points if there are any. It knows nothing of who draws it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Piece = tuple[Point, Point, Point, Point]  # a cubic curve: where it begins, its two controls, where it ends

LEAST_REACH = 24.0  # an end nearer than this can't be gone to straight
BOW = 0.4  # of the way, where it doesn't lead to the right
SQUARE = 0.3  # a turn about as sharp as a right angle, as a cosine: a quarter of an ellipse,
ROUND = 0.5523  # which a curve is with its controls so far along


def reach(dx: float, dy: float) -> float:
    """How far a curve heads straight out of its start and straight into its end."""
    return max(LEAST_REACH, min(abs(dx) * 0.5, 120.0 + abs(dy) * 0.2))


def through(places: Sequence[Point]) -> list[Piece]:
    """The curve from the first of these places to the last by way of all others. Between two of them that lead to the
    right it stays within the rectangle that they span."""
    ways = list(_ways(places))
    return [_piece(*pair, *ways[number : number + 2]) for number, pair in enumerate(pairwise(places))]


def _ways(places: Sequence[Point]) -> Iterator[Point]:
    """In which direction the curve goes at each place: level at the ends, and where it turns up or down; where it leads
    back, along what is level or upright there."""
    yield 1.0, 0.0
    for before, here, after in zip(places, places[1:], places[2:], strict=False):
        dx, dy = here[0] - before[0], here[1] - before[1]
        next_dx, next_dy = after[0] - here[0], after[1] - here[1]
        if dx <= 0 or next_dx <= 0:
            level, upright = 0.0 in (dy, next_dy), 0.0 in (dx, next_dx)
            yield (
                0.0 if upright and not level else after[0] - before[0],
                0.0 if level and not upright else after[1] - before[1],
            )
        elif dy * next_dy <= 0:
            yield 1.0, 0.0
        else:
            slope, next_slope = dy / dx, next_dy / next_dx
            yield 1.0, 2 * slope * next_slope / (slope + next_slope)
    yield 1.0, 0.0


def _piece(start: Point, end: Point, out: Point, into: Point) -> Piece:
    (x1, y1), (x2, y2) = start, end
    dx, dy = x2 - x1, y2 - y1
    if out[0] > 0 and into[0] > 0 and dx > 0:
        far = min(reach(dx, dy), dx)
        return start, (x1 + far, y1 + far * out[1] / out[0]), (x2 - far, y2 - far * into[1] / into[0]), end
    (a, b), (c, d) = _unit(out), _unit(into)
    far = near = BOW * math.hypot(dx, dy)
    along, across = a * dx + b * dy, c * dx + d * dy
    if abs(a * c + b * d) < SQUARE and along > 0 and across > 0:
        far, near = ROUND * along, ROUND * across
    return start, (x1 + far * a, y1 + far * b), (x2 - near * c, y2 - near * d), end


def _unit(way: Point) -> Point:
    length = math.hypot(*way) or 1.0
    return way[0] / length, way[1] / length


def sampled(piece: Piece, count: int) -> list[Point]:
    """So many places along a piece, and its start."""
    points = []
    for number in range(count + 1):
        t = number / count
        s = 1 - t
        parts = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
        points.append(
            (
                sum(part * place[0] for part, place in zip(parts, piece, strict=True)),
                sum(part * place[1] for part, place in zip(parts, piece, strict=True)),
            )
        )
    return points
