"""A drawing that hangs together in columns from left to right: chains straight, long edges past what is between.

Few edges cross, none runs through a node. What is longer than the room it is looked at in goes on in a row below. A
row ends where a single edge passes, or a few where there is no such place. It knows sizes, but not what is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from netbuilder.graph.boxes import Boxes, Laid, Place, on_grid, up_to_grid
from netbuilder.graph.columns import Columns, Wire
from netbuilder.graph.curves import sampled, through
from netbuilder.graph.graph import Edge
from netbuilder.graph.levels import levels
from netbuilder.graph.returns import Return, returning
from netbuilder.graph.rows import BETWEEN, Room, break_rows

ACROSS = 64.0  # between one column and the next
STEEP = 6.0  # edges that go so many times further down than across get more room
MOST_ACROSS = 160.0
DOWN, BESIDE, ALONG = 40.0, 32.0, 24.0  # between two nodes, a node and an edge that passes it, two such edges
CLEAR = 6.0  # how far from a node an edge keeps at least
PIECES = 24
STAIR = 3.0  # times as high as its highest column is no way to draw a row
TORN = 24.0  # edges more than one that the end of a row tears at most
RETURNS = 8  # of one edge at most: each takes six of the points that it may be led by


def lay_out(ids: Sequence[str], edges: Iterable[Edge], boxes: Boxes, room: Room | None = None) -> Laid:
    """`ids` in topological order, and the edges between them. In one row if no `room` is given."""
    return _Layered(ids, list(edges), boxes).laid(room)


class _Layered:
    def __init__(self, ids: Sequence[str], edges: Sequence[Edge], boxes: Boxes):
        self.ids, self.edges, self.boxes = ids, edges, boxes
        number = self._number = {id: slot for slot, id in enumerate(ids)}
        wires = []
        for edge in edges:
            leaves = boxes.leaves(edge) / max(1.0, boxes.size(edge.source)[1])
            enters = boxes.enters(edge) / max(1.0, boxes.size(edge.target)[1])
            wires.append(Wire(number[edge.source], number[edge.target], min(leaves, 0.99), min(enters, 0.99)))
        self.columns = Columns(len(ids), wires)
        self.wires = wires
        self.sizes = [boxes.size(id) for id in ids]
        self.above = [min(boxes.level(id), size[1]) for id, size in zip(ids, self.sizes, strict=True)]
        self.level = [0.0] * len(self.columns.column)
        self._level(0, len(self.columns.order))
        self.wide = [
            max((self.sizes[slot][0] for slot in column if slot < len(ids)), default=0.0)
            for column in self.columns.order
        ]
        self.left = [0.0] * len(self.wide)

    def _level(self, first: int, end: int) -> None:
        """Put what stands in these columns on its levels."""
        reaches = [(above, size[1] - above) for above, size in zip(self.above, self.sizes, strict=True)]
        for slot, level in levels(self.columns, reaches, (DOWN, BESIDE, ALONG), first, end).items():
            self.level[slot] = on_grid(level)

    def laid(self, room: Room | None) -> Laid:
        widths, (tops, bottoms) = self._widths(), self._spans()
        starts = self._starts(widths, *self._least_spans(), room) if room is not None else [0]
        if len(starts) > 1:  # in each row, without regard to the others
            for start, end in pairwise([*starts, len(widths)]):
                self._level(start, end)
            widths, (tops, bottoms) = self._widths(starts), self._spans()
        returns = {}
        for start, end in pairwise([*starts[1:], len(widths)]):
            if not self._alone(start) or min(tops[start:end]) < tops[start]:
                returns[start] = self._return(start)
        margin = max((up_to_grid(found.beside) for found in returns.values()), default=0.0)
        corners: dict[str, Place] = {}
        ends: dict[int, float] = {}  # how far down the row reaches that ends before a column
        lower = 0.0
        for start, end in pairwise([*starts, len(widths)]):
            x, high = margin, -up_to_grid(-min(tops[start:end]))
            for number in range(start, end):
                self.left[number] = x
                x += widths[number]
                for slot in self.columns.order[number]:
                    self.level[slot] += lower - high
                    if slot < len(self.ids):
                        corners[self.ids[slot]] = (self.left[number], self.level[slot] - self.above[slot])
            lower += up_to_grid(max(bottoms[start:end]) - high)
            ends[end] = lower
            lower += returns[end].height if end in returns else BETWEEN
        return Laid(
            corners,
            self._bends(corners, set(starts), returns, ends),
            max(left + wide for left, wide in zip(self.left, self.wide, strict=True)) + margin,
            lower - BETWEEN,
        )

    def _widths(self, starts: Sequence[int] = ()) -> list[float]:
        """Those of the columns, with the space behind them."""
        return [
            up_to_grid(wide + (ACROSS if number + 1 in starts else self._across(number)))
            for number, wide in enumerate(self.wide)
        ]

    def _across(self, number: int) -> float:
        """The room behind a column: more where edges go far up or down."""
        steps = [
            abs(self.level[slot] - self.level[target])
            for slot in self.columns.order[number]
            for target, _, _ in self.columns.behind[slot]
        ]
        return max(ACROSS, min(MOST_ACROSS, max(steps, default=0.0) / STEEP))

    def _starts(
        self, widths: Sequence[float], tops: Sequence[float], bottoms: Sequence[float], room: Room
    ) -> list[int]:
        """The columns that rows begin with. No edge is torn so often that it could not be led."""
        torn = self._torn()
        while True:
            starts = break_rows(widths, tops, bottoms, torn, room)
            before = list(accumulate((number in starts for number in range(len(widths))), initial=0))
            column = self.columns.column
            spans = [(column[wire.source] + 1, column[wire.target] + 1) for wire in self.wires]
            far = [span for span in spans if before[span[1]] - before[span[0]] > RETURNS]
            if not far:
                return starts
            for span in far:
                torn[slice(*span)] = [math.inf] * (span[1] - span[0])

    def _torn(self) -> list[float]:
        """How many edges more than one pass before each column. Those from one port are drawn as one up to where they
        part, and count little."""
        column, number = self.columns.column, len(self.columns.order)
        reach: dict[tuple[str, str], int] = {}
        links, origins = [0] * (number + 1), [0] * (number + 1)
        for edge, wire in zip(self.edges, self.wires, strict=True):
            first, last = column[wire.source] + 1, column[wire.target]
            links[first] += 1
            links[last + 1] -= 1
            origin = edge.source, edge.output
            reach[origin] = max(reach.get(origin, 0), last)
        for (source, _), last in reach.items():
            origins[column[self._number[source]] + 1] += 1
            origins[last + 1] -= 1
        torn = [
            max(0.0, some - 1 + (all - some) / 8)
            for all, some in zip(accumulate(links), accumulate(origins), strict=True)
        ]
        return [math.inf, *(more if more <= TORN else math.inf for more in torn[1:number])]

    def _alone(self, start: int) -> bool:
        """Whether a single edge leads from the row above to this column: unless anything stands higher than what it
        leads to, it finds its way by itself."""
        order = self.columns.order
        return len(order[start - 1]) == len(order[start]) == self.columns.links(start - 1) == 1

    def _return(self, start: int) -> Return:
        """The lanes of what leads to this column from the row above."""
        leaving = []
        for edge, wire, passed in zip(self.edges, self.wires, self.columns.passes, strict=True):
            first = self.columns.column[wire.source] + 1
            if first <= start <= self.columns.column[wire.target]:
                slot = [wire.source, *passed][start - first]
                leaving.append((self.columns.place(slot), wire.leaves, (edge.source, edge.output)))
        return returning([origin for _, _, origin in sorted(leaving)])

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

    def _least_spans(self) -> tuple[list[float], list[float]]:
        """The same, or how high each column would be by itself, if that is far less: edges that pass one another like
        the steps of a stair lead far down in one row, and hardly in many."""
        tops, bottoms = self._spans()
        heights = []
        for column in self.columns.order:
            real = [self.sizes[slot][1] for slot in column if slot < len(self.ids)]
            heights.append(sum(real) + DOWN * (len(real) - 1) + ALONG * (len(column) - len(real)))
        if max(bottoms) - min(tops) <= STAIR * max(heights):
            return tops, bottoms
        return [0.0] * len(heights), heights

    def _bends(
        self, corners: dict[str, Place], starts: set[int], returns: dict[int, Return], ends: dict[int, float]
    ) -> dict[Edge, tuple[Place, ...]]:
        bends: dict[Edge, tuple[Place, ...]] = {}
        for edge, wire, passed in zip(self.edges, self.wires, self.columns.passes, strict=True):
            first, last = self.columns.column[wire.source], self.columns.column[wire.target]
            if last in starts and last not in returns:
                continue  # it runs back, in the room between two rows
            begin, end = corners[edge.source], corners[edge.target]
            start = begin[0] + self.sizes[wire.source][0], begin[1] + self.boxes.leaves(edge)
            stop = end[0], end[1] + self.boxes.enters(edge)
            way = [start]
            for number, slot in enumerate((*passed, wire.target), start=first + 1):
                into = self.left[number], self.level[slot] if slot != wire.target else stop[1]
                if number in returns:
                    out = self.left[number - 1] + self.wide[number - 1], way[-1][1]
                    way += [out] if out != way[-1] else []
                    way += returns[number].way((edge.source, edge.output), out, into, ends[number])
                elif number == first + 1 and self._bumps(wire.source, start, into, corners):
                    way.append((self.left[first] + self.wide[first], start[1]))
                way.append(into)
                if slot != wire.target:
                    way.append((self.left[number] + self.wide[number], self.level[slot]))
            kept = without_needless([*way[:-1], stop])[1:-1]
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
