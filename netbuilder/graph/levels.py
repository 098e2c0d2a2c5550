"""How high each slot of an ordered drawing stands: chains and long edges on straight lines, the trunk first.

The second half of the layered method. Slots that follow each other are drawn together into lines, which are then
pushed apart as far as what they hold needs, and pulled to what they are joined to.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from itertools import pairwise

from netbuilder.graph.columns import Columns, pairs_across, trunk

SWEEPS = 8
TRUNK, LONG, CHAIN, ANY = 4, 3, 2, 1  # which pairs are made straight before which

Reach = tuple[float, float]  # how far something reaches above and below its level


def levels(
    columns: Columns, reaches: Sequence[Reach], spaces: tuple[float, float, float], first: int, end: int
) -> dict[int, float]:
    """The level of each slot of these columns; the trunk's is 0. `reaches` are those of the nodes, `spaces` the room
    between two nodes, between a node and a long edge, and between two long edges."""
    lines = _Lines(columns, reaches, spaces, first, end)
    lines.push_apart()
    for _ in range(SWEEPS):
        if not lines.pull():
            break
    return {slot: lines.level[line] for slot, line in lines.of.items()}


def _straight(columns: Columns, first: int, end: int) -> list[list[tuple[int, int]]]:
    """The pairs of each two columns that are to be on one level: none of them cross, none share a slot."""
    backbone = set(pairwise(trunk(columns, first, end)))
    chosen = []
    for pairs in pairs_across(columns, first, end):
        ranked = []
        for pair in set(pairs):
            upper, lower = columns.place(pair[0]), columns.place(pair[1])
            ranked.append((-_urgency(columns, pair, backbone), abs(upper - lower), upper, lower, pair))
        taken: list[tuple[int, int]] = []
        kept: list[tuple[int, int]] = []
        used: set[int] = set()
        for _, _, upper, lower, pair in sorted(ranked):
            if used & set(pair):
                continue
            at = bisect_left(taken, (upper, lower))
            if (at and taken[at - 1][1] > lower) or (at < len(taken) and taken[at][1] < lower):
                continue
            insort(taken, (upper, lower))
            used.update(pair)
            kept.append(pair)
        chosen.append(kept)
    return chosen


def _urgency(columns: Columns, pair: tuple[int, int], backbone: set[tuple[int, int]]) -> int:
    source, target = pair
    if pair in backbone:
        return TRUNK
    if source >= columns.nodes and target >= columns.nodes:
        return LONG
    alone = len(columns.behind[source]) == 1 and len(columns.before[target]) == 1
    return LONG if alone else CHAIN if source < columns.nodes and target < columns.nodes else ANY


class _Lines:
    """Slots on one level each. Those of one column keep their distance."""

    def __init__(
        self,
        columns: Columns,
        reaches: Sequence[Reach],
        spaces: tuple[float, float, float],
        first: int,
        end: int,
    ):
        self._columns = columns
        self.of: dict[int, int] = {}
        before = {target: source for pairs in _straight(columns, first, end) for source, target in pairs}
        self.members: list[list[int]] = []
        order = columns.order[first:end]
        for column in order:
            for slot in column:
                if slot in before:
                    self.of[slot] = self.of[before[slot]]
                else:
                    self.of[slot] = len(self.members)
                    self.members.append([])
                self.members[self.of[slot]].append(slot)
        count = len(self.members)
        self.level = [0.0] * count
        self.above: list[dict[int, float]] = [{} for _ in range(count)]  # the least distance to each line above
        self.below: list[dict[int, float]] = [{} for _ in range(count)]
        for column in order:
            for upper, lower in pairwise(column):
                self._keep_apart(upper, lower, reaches, spaces)
        self._trunk = self.of[trunk(columns, first, end)[0]]
        self._sorted = self._in_order()
        self._joined = self._neighbours()

    def _keep_apart(self, upper: int, lower: int, reaches: Sequence[Reach], spaces: tuple[float, float, float]) -> None:
        nodes = self._columns.nodes
        passing = (upper >= nodes) + (lower >= nodes)
        distance = spaces[passing]
        distance += reaches[upper][1] if upper < nodes else 0.0
        distance += reaches[lower][0] if lower < nodes else 0.0
        a, b = self.of[upper], self.of[lower]
        self.below[a][b] = max(self.below[a].get(b, 0.0), distance)
        self.above[b][a] = self.below[a][b]

    def _in_order(self) -> list[int]:
        """The lines from top to bottom."""
        waits = [len(above) for above in self.above]
        ready = [line for line, count in enumerate(waits) if not count]
        order = []
        while ready:
            line = ready.pop()
            order.append(line)
            for other in self.below[line]:
                waits[other] -= 1
                if not waits[other]:
                    ready.append(other)
        return order

    def _neighbours(self) -> list[list[int]]:
        """The lines that edges of each line lead to or come from."""
        joined: list[list[int]] = [[] for _ in self.members]
        for slot, line in self.of.items():
            for target, _, _ in self._columns.behind[slot]:
                other = self.of.get(target, line)
                if other != line:
                    joined[line].append(other)
                    joined[other].append(line)
        return joined

    def push_apart(self) -> None:
        """Every line as near to the trunk as what stands between them lets it."""
        lower = {self._trunk}
        self.level[self._trunk] = 0.0
        for line in self._sorted:
            over = [other for other in self.above[line] if other in lower]
            if over and line != self._trunk:
                lower.add(line)
                self.level[line] = max(self.level[other] + self.above[line][other] for other in over)
        for line in reversed(self._sorted):
            if line not in lower and self.below[line]:
                self.level[line] = min(self.level[other] - space for other, space in self.below[line].items())
        self._lower = lower

    def pull(self) -> bool:
        """Let each line go to the middle of what it is joined to, the outermost first. False if none moved."""
        moved = False
        under = [line for line in reversed(self._sorted) if line in self._lower and line != self._trunk]
        over = [line for line in self._sorted if line not in self._lower]
        for line in (*under, *over):
            if not self._joined[line]:
                continue
            least = max((self.level[o] + space for o, space in self.above[line].items()), default=float("-inf"))
            most = min((self.level[o] - space for o, space in self.below[line].items()), default=float("inf"))
            levels = sorted(self.level[other] for other in self._joined[line])
            middle = levels[(len(levels) - 1) // 2], levels[len(levels) // 2]
            wanted = max(least, min(most, min(middle, key=abs)))
            if wanted != self.level[line]:
                self.level[line] = wanted
                moved = True
        return moved
