"""Edges on their way from one row to the next: in order, within each other, none through another."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph.returns import returning
from netbuilder.graph.rows import BETWEEN

Place = tuple[float, float]
BOTTOM = 400.0
heights = st.lists(st.integers(0, 20).map(lambda n: n * 24.0), min_size=2, max_size=6, unique=True)


def cross(a: Place, b: Place, c: Place, d: Place) -> bool:
    def side(p: Place, q: Place, r: Place) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@given(heights, st.integers(0, 300))
def test_edges_that_come_in_as_they_left_do_not_cross(heights: list[float], lower: int) -> None:
    heights.sort()
    found = returning(list(range(len(heights))))
    top = BOTTOM + found.height + lower
    ways = []
    for origin, height in enumerate(heights):
        out, into = (2000.0, BOTTOM - 500.0 + height), (0.0, top + height)
        ways.append([out, *found.way(origin, out, into, BOTTOM), into])
    for one, other in combinations(ways, 2):
        assert not any(cross(*a, *b) for a in pairwise(one) for b in pairwise(other))


def test_all_lanes_lie_between_the_rows() -> None:
    found = returning(["a", "b", "a", "c"])
    assert len(found.lanes) == 3
    levels = {found.way(origin, (900.0, 300.0), (0.0, 700.0), BOTTOM)[2][1] for origin in found.lanes}
    assert len(levels) == 3
    assert min(levels) >= BOTTOM + BETWEEN / 2
    assert max(levels) <= BOTTOM + found.height - BETWEEN / 2
