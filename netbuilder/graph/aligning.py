"""Boxes brought into line with each other, or apart by equal gaps. Numbers only: it knows nothing of nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from netbuilder.graph.room import GRID, Box, Place

Line = Literal["left", "centre", "right", "top", "middle", "bottom"]
Axis = Literal["across", "down"]


def aligned(boxes: Mapping[str, Box], line: Line) -> dict[str, Place]:
    """The corners of the boxes with these sides, or their middles, on one line: the outermost side of them all, or
    the middle between the outermost."""
    left, right = min(box.left for box in boxes.values()), max(box.right for box in boxes.values())
    top, bottom = min(box.top for box in boxes.values()), max(box.bottom for box in boxes.values())

    def place(box: Box) -> Place:
        if line == "left":
            return left, box.top
        if line == "right":
            return right - box.width, box.top
        if line == "centre":
            return round((left + right - box.width) / 2), box.top
        if line == "top":
            return box.left, top
        if line == "bottom":
            return box.left, bottom - box.height
        return box.left, round((top + bottom - box.height) / 2)

    return {id: place(box) for id, box in boxes.items()}


def distributed(boxes: Mapping[str, Box], axis: Axis) -> dict[str, Place]:
    """The corners of the boxes with equal gaps between them; the first and the last stay. Where there is no room for
    a gap, the last ones go further."""
    across = axis == "across"

    def span(box: Box) -> tuple[float, float]:
        return (box.left, box.width) if across else (box.top, box.height)

    ids = sorted(boxes, key=lambda id: (span(boxes[id])[0], span(boxes[id])[1], id))
    if len(ids) < 3:
        return {id: (boxes[id].left, boxes[id].top) for id in ids}
    begin = span(boxes[ids[0]])[0]
    end = max(start + length for start, length in map(span, boxes.values()))
    gap = max((end - begin - sum(span(boxes[id])[1] for id in ids)) / (len(ids) - 1), float(GRID))
    places: dict[str, Place] = {}
    at = begin
    for id in ids:
        box = boxes[id]
        places[id] = (round(at), box.top) if across else (box.left, round(at))
        at += span(box)[1] + gap
    return places
