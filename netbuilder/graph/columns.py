"""Which column each node of a drawing stands in, and in which order, so that few edges cross.

The first half of the layered method of Sugiyama. Everything is a slot here: a node, or a place in a column that a
long edge passes. It knows no places and no names.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

SWEEPS = 16
PATIENCE = 4  # sweeps in which nothing got better
WORK = 60_000  # slots that are sorted for the sake of the order, all sweeps together
LONG = 12  # columns that a node is kept away from what it feeds at most
SWAPPED = 3000  # slots up to which neighbours are tried the other way round


@dataclass(frozen=True)
class Wire:
    """An edge between two slots, and which part of their heights (0 to 1) its ports stand at."""

    source: int
    target: int
    leaves: float = 0.5
    enters: float = 0.5


class Columns:
    """`order` holds the slots of each column from top to bottom; slots from `nodes` on are passed by long edges.
    `passes` are those of each wire, in its order from left to right; wires from one port pass the same ones."""

    def __init__(self, nodes: int, wires: Sequence[Wire], rank: Sequence[int] | None = None):
        """`nodes` stand in topological order: every wire leads from a lower number to a higher one."""
        self.nodes = nodes
        self.column = _columns(nodes, wires)
        self.order: list[list[int]] = [[] for _ in range(max(self.column, default=-1) + 1)]
        for slot in range(nodes):
            self.order[self.column[slot]].append(slot)
        self.behind: list[list[tuple[int, float, float]]] = [[] for _ in range(nodes)]
        self.before: list[list[tuple[int, float, float]]] = [[] for _ in range(nodes)]
        self.passes: list[list[int]] = []
        ways: dict[tuple[int, float], list[int]] = {}
        for wire in wires:
            way = ways.setdefault((wire.source, wire.leaves), [])
            first, end = self.column[wire.source] + 1, self.column[wire.target]
            for number in range(first + len(way), end):
                bend = len(self.column)
                self.column.append(number)
                self.order[number].append(bend)
                self.behind.append([])
                self.before.append([])
                self._join(way[-1] if way else wire.source, bend, 0.5 if way else wire.leaves, 0.5)
                way.append(bend)
            passed = way[: end - first]
            self._join(passed[-1] if passed else wire.source, wire.target, 0.5 if passed else wire.leaves, wire.enters)
            self.passes.append(passed)
        self._place = [0] * len(self.column)
        self._arrange()

    def place(self, slot: int) -> int:
        """Its number in its column, from the top."""
        return self._place[slot]

    def links(self, number: int) -> int:
        """How many edges lead from this column to the next."""
        return sum(len(self.behind[slot]) for slot in self.order[number])

    def _join(self, source: int, target: int, leaves: float, enters: float) -> None:
        self.behind[source].append((target, leaves, enters))
        self.before[target].append((source, leaves, enters))

    def _arrange(self) -> None:
        """Sort each column by the middle of its neighbours, and keep the order with the fewest crossings."""
        self._number()
        best, fewest, waited = [list(column) for column in self.order], self.crossings(), 0
        for sweep in range(max(2, min(SWEEPS, WORK // max(1, len(self.column))))):
            if not fewest or waited >= PATIENCE:
                break
            self._sweep(forwards=sweep % 2 == 0)
            crossings = self.crossings()
            waited += 1
            if crossings < fewest:
                best, fewest, waited = [list(column) for column in self.order], crossings, 0
        self.order = best
        self._number()
        if fewest and len(self.column) <= SWAPPED:
            self._swap()

    def _number(self) -> None:
        for column in self.order:
            for place, slot in enumerate(column):
                self._place[slot] = place

    def _sweep(self, *, forwards: bool) -> None:
        place = self._place
        numbers = range(1, len(self.order)) if forwards else range(len(self.order) - 2, -1, -1)
        for number in numbers:
            column = self.order[number]
            if len(column) < 2:
                continue
            wanted = {}
            for slot in column:
                sides = self.before[slot] if forwards else self.behind[slot]
                if sides:
                    whole = sum(place[other] + (leaves if forwards else enters) for other, leaves, enters in sides)
                    wanted[slot] = whole / len(sides)
                else:
                    wanted[slot] = place[slot] + 0.5
            column.sort(key=wanted.__getitem__)
            for at, slot in enumerate(column):
                place[slot] = at

    def crossings(self) -> int:
        """How many pairs of edges cross between two columns, in this order."""
        place, count = self._place, 0
        for column in self.order[:-1]:
            ends = sorted(
                (at + leaves, place[target] + enters)
                for at, slot in enumerate(column)
                for target, leaves, enters in self.behind[slot]
            )
            seen: list[float] = []
            for _, end in ends:
                count += len(seen) - bisect_right(seen, end)
                insort(seen, end)
        return count

    def _swap(self) -> None:
        """Let neighbours change places as long as fewer edges cross for it."""
        for _ in range(SWEEPS):
            better = False
            for column in self.order:
                for at in range(len(column) - 1):
                    upper, lower = column[at], column[at + 1]
                    if self._crossed(upper, lower) > self._crossed(lower, upper):
                        column[at], column[at + 1] = lower, upper
                        self._place[lower], self._place[upper] = at, at + 1
                        better = True
            if not better:
                return

    def _crossed(self, upper: int, lower: int) -> int:
        """How many edges of the two cross with the first above the second."""
        place, count = self._place, 0
        for sides, end in ((self.behind, 2), (self.before, 1)):
            if sides[upper] and sides[lower]:
                ours = [place[side[0]] + side[end] for side in sides[upper]]
                theirs = [place[side[0]] + side[end] for side in sides[lower]]
                count += sum(a > b for a in ours for b in theirs)
        return count


def _columns(nodes: int, wires: Sequence[Wire]) -> list[int]:
    """Each node one column behind the last that feeds it; one that nothing feeds stands just before what it feeds, and
    so does one of a chain that would have to wait for long."""
    before: list[list[int]] = [[] for _ in range(nodes)]
    behind: list[list[int]] = [[] for _ in range(nodes)]
    for wire in wires:
        before[wire.target].append(wire.source)
        behind[wire.source].append(wire.target)
    column = [0] * nodes
    for slot in range(nodes):
        column[slot] = max((column[source] + 1 for source in before[slot]), default=0)
    for slot in reversed(range(nodes)):
        if len(before[slot]) == len(behind[slot]) == 1 and column[behind[slot][0]] - 1 - column[slot] >= LONG:
            column[slot] = column[behind[slot][0]] - 1
    for slot in range(nodes):
        if not before[slot] and behind[slot]:
            column[slot] = min(column[target] for target in behind[slot]) - 1
    return column


def trunk(columns: Columns, first: int, end: int) -> list[int]:
    """The longest way through these columns, one node a column; the middle one of several."""
    led: list[list[int]] = [[slot for slot in columns.order[first] if slot < columns.nodes]]  # through nodes alone
    for column in columns.order[first + 1 : end]:
        known = set(led[-1])
        led.append([slot for slot in column if slot < columns.nodes and _sources(columns, slot) & known])
    way = [led[-1][(len(led[-1]) - 1) // 2]]
    for here in reversed(led[:-1]):
        choice = [slot for slot in here if slot in _sources(columns, way[-1])]
        way.append(choice[(len(choice) - 1) // 2])
    return way[::-1]


def _sources(columns: Columns, slot: int) -> set[int]:
    return {source for source, _, _ in columns.before[slot]}


def pairs_across(columns: Columns, first: int, end: int) -> list[list[tuple[int, int]]]:
    """The edges between each of these columns and the next of them, as pairs of slots."""
    return [
        [(slot, target) for slot in here for target, _, _ in columns.behind[slot]]
        for here in columns.order[first : end - 1]
    ]
