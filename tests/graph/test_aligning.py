"""Boxes brought into line and apart."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph.aligning import aligned, distributed
from netbuilder.graph.room import GRID, Box

places = st.integers(-100, 100).map(lambda n: n * 8.0)
sides = st.integers(3, 30).map(lambda n: n * 8.0)
boxes = st.lists(st.builds(Box, places, places, sides, sides), min_size=2, max_size=8).map(
    lambda found: {f"n{number}": box for number, box in enumerate(found)}
)

SIDES = {
    "left": lambda box: box.left,
    "centre": lambda box: (box.left + box.right) / 2,
    "right": lambda box: box.right,
    "top": lambda box: box.top,
    "middle": lambda box: (box.top + box.bottom) / 2,
    "bottom": lambda box: box.bottom,
}


@pytest.mark.parametrize("line", SIDES)
@given(given_boxes=boxes)
def test_aligned_boxes_share_a_line_and_keep_their_place_along_it(given_boxes: dict[str, Box], line: str) -> None:
    moved = {id: given_boxes[id].at(*place) for id, place in aligned(given_boxes, line).items()}
    lines = [SIDES[line](box) for box in moved.values()]
    assert max(lines) - min(lines) <= 1  # middles fall on whole numbers
    for id, box in moved.items():
        if line in ("left", "centre", "right"):
            assert box.top == given_boxes[id].top
        else:
            assert box.left == given_boxes[id].left


@given(boxes)
def test_the_outermost_side_stays_where_it_is(given_boxes: dict[str, Box]) -> None:
    assert min(x for x, _ in aligned(given_boxes, "left").values()) == min(b.left for b in given_boxes.values())
    assert max(given_boxes[id].at(*at).bottom for id, at in aligned(given_boxes, "bottom").items()) == max(
        b.bottom for b in given_boxes.values()
    )


@given(boxes)
def test_distributed_boxes_have_equal_gaps_and_the_first_stays(given_boxes: dict[str, Box]) -> None:
    found = distributed(given_boxes, "across")
    moved = sorted((given_boxes[id].at(*place) for id, place in found.items()), key=lambda box: box.left)
    assert moved[0].left == min(box.left for box in given_boxes.values())
    gaps = [there.left - here.right for here, there in pairwise(moved)]
    if len(gaps) > 1:
        assert max(gaps) - min(gaps) <= 1
        assert min(gaps) >= GRID - 1
    assert all(found[id][1] == box.top for id, box in given_boxes.items())


def test_two_boxes_have_only_one_gap_and_stay() -> None:
    two = {"a": Box(0, 0, 80, 80), "b": Box(200, 40, 80, 80)}
    assert distributed(two, "down") == {"a": (0, 0), "b": (200, 40)}
