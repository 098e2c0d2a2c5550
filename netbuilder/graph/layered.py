"""A drawing that hangs together in columns from left to right: chains straight, long edges past what is between.

Few edges cross, none runs through a node. What is longer than the room it is looked at in goes on in a row below,
but a row only ends where a single edge passes. It knows sizes, but not what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from netbuilder.graph.boxes import Boxes, Laid, Place, on_grid, up_to_grid
from netbuilder.graph.columns import Columns, Wire
from netbuilder.graph.curves import sampled, through
from netbuilder.graph.graph import Edge
from netbuilder.graph.levels import levels
from netbuilder.graph.rows import BETWEEN, Room, break_rows

ACROSS = 64.0  # between one column and the next
STEEP = 6.0  # edges that go so many times further down than across get more room
MOST_ACROSS = 160.0
DOWN, BESIDE, ALONG = 40.0, 32.0, 24.0  # between two nodes, a node and an edge that passes it, two such edges
CLEAR = 6.0  # how far from a node an edge keeps at least
PIECES = 24


def lay_out(ids: Sequence[str], edges: Iterable[Edge], boxes: Boxes, room: Room | None = None) -> Laid:
    """`ids` in topological order, and the edges between them. In one row if no `room` is given."""
    return _Layered(ids, list(edges), boxes).laid(room)


class _Layered:
    def __init__(self, ids: Sequence[str], edges: Sequence[Edge], boxes: Boxes):
        self.ids, self.edges, self.boxes = ids, edges, boxes
        number = {id: slot for slot, id in enumerate(ids)}
        wires = []
        for edge in edges:
            leaves = boxes.leaves(edge) / max(1.0, boxes.size(edge.source)[1])
            enters = boxes.enters(edge) / max(1.0, boxes.size(edge.target)[1])
            wires.append(Wire(number[edge.source], number[edge.target], min(leaves, 0.99), min(enters, 0.99)))
        self.columns = Columns(len(ids), wires)
        self.wires = wires
        self.sizes = [boxes.size(id) for id in ids]
        self.above = [min(boxes.level(id), size[1]) for id, size in zip(ids, self.sizes, strict=True)]
        reaches = [(above, size[1] - above) for above, size in zip(self.above, self.sizes, strict=True)]
        self.level = [on_grid(level) for level in levels(self.columns, reaches, (DOWN, BESIDE, ALONG))]
        self.wide = [
            max((self.sizes[slot][0] for slot in column if slot < len(ids)), default=0.0)
            for column in self.columns.order
        ]
        self.left = [0.0] * len(self.wide)

    def laid(self, room: Room | None) -> Laid:
        widths = [up_to_grid(wide + self._across(number)) for number, wide in enumerate(self.wide)]
        tops, bottoms = self._spans()
        starts = break_rows(widths, tops, bottoms, self._breaks(), room) if room is not None else [0]
        corners: dict[str, Place] = {}
        lower = 0.0
        for start, end in pairwise([*starts, len(widths)]):
            x, high = 0.0, min(tops[start:end])
            for number in range(start, end):
                self.left[number] = x
                x += widths[number]
                for slot in self.columns.order[number]:
                    self.level[slot] += lower - high
                    if slot < len(self.ids):
                        corners[self.ids[slot]] = (self.left[number], self.level[slot] - self.above[slot])
            lower += up_to_grid(max(bottoms[start:end]) - high) + BETWEEN
        return Laid(
            corners,
            self._bends(corners, set(starts)),
            max(left + wide for left, wide in zip(self.left, self.wide, strict=True)),
            lower - BETWEEN,
        )

    def _across(self, number: int) -> float:
        """The room behind a column: more where edges go far up or down."""
        steps = [
            abs(self.level[slot] - self.level[target])
            for slot in self.columns.order[number]
            for target, _, _ in self.columns.behind[slot]
        ]
        return max(ACROSS, min(MOST_ACROSS, max(steps, default=0.0) / STEEP))

    def _breaks(self) -> list[bool]:
        """Which columns may begin a row."""
        order = self.columns.order
        return [False] + [
            len(here) == len(there) == 1 and self.columns.links(number) == 1
            for number, (here, there) in enumerate(pairwise(order))
        ]

    def _spans(self) -> tuple[list[float], list[float]]:
        """How far up and how far down each column reaches."""
        tops, bottoms = [], []
        for column in self.columns.order:
            tops.append(min(self.level[s] - (self.above[s] if s < len(self.ids) else ALONG / 2) for s in column))
            bottoms.append(
                max(
                    self.level[s] + (self.sizes[s][1] - self.above[s] if s < len(self.ids) else ALONG / 2)
                    for s in column
                )
            )
        return tops, bottoms

    def _bends(self, corners: dict[str, Place], starts: set[int]) -> dict[Edge, tuple[Place, ...]]:
        bends: dict[Edge, tuple[Place, ...]] = {}
        for edge, wire, passed in zip(self.edges, self.wires, self.columns.passes, strict=True):
            if self.columns.column[wire.target] in starts:
                continue  # it runs back, in the room between two rows
            begin, end = corners[edge.source], corners[edge.target]
            start = begin[0] + self.sizes[wire.source][0], begin[1] + self.boxes.leaves(edge)
            way = []
            for slot in passed:
                number = self.columns.column[slot]
                way += [(self.left[number], self.level[slot])]
                way += [(self.left[number] + self.wide[number], self.level[slot])]
            stop = end[0], end[1] + self.boxes.enters(edge)
            if self._bumps(wire.source, start, way[0] if way else stop, corners):
                number = self.columns.column[wire.source]
                way.insert(0, (self.left[number] + self.wide[number], start[1]))
            kept = without_needless([start, *way, stop])[1:-1]
            if kept:
                bends[edge] = tuple(kept)
        return bends

    def _bumps(self, source: int, start: Place, end: Place, corners: dict[str, Place]) -> bool:
        """Whether an edge that heads for the next column from here runs into another node of the column."""
        number = self.columns.column[source]
        low, high = min(start[1], end[1]) - CLEAR, max(start[1], end[1]) + CLEAR
        if start[0] >= self.left[number] + self.wide[number] or start[1] == end[1]:
            return False
        boxes = []
        for slot in self.columns.order[number]:
            if slot < len(self.ids) and slot != source:
                left, top = corners[self.ids[slot]]
                width, height = self.sizes[slot]
                if top < high and top + height > low and left + width + CLEAR > start[0]:
                    boxes.append((left - CLEAR, top - CLEAR, left + width + CLEAR, top + height + CLEAR))
        if not boxes:
            return False
        points = sampled(through([start, end])[0], PIECES)
        return any(left < x < right and top < y < bottom for left, top, right, bottom in boxes for x, y in points)


def without_needless(way: list[Place]) -> list[Place]:
    """The places without those that lie on a level line between their neighbours."""
    kept = way[:1]
    for number in range(1, len(way) - 1):
        if len({kept[-1][1], way[number][1], way[number + 1][1]}) > 1:
            kept.append(way[number])
    return [*kept, *way[-1:]] if len(way) > 1 else kept
