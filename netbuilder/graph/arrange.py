"""A tidy place for every node: layers from left to right, few crossings, straight chains.

The layered method of Sugiyama: columns by longest path, order within a column by the middle of the neighbours,
then levels that make edges straight as far as nobody overlaps. What is longer than the room it is looked at in goes
on in a row below. It knows sizes, but not what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import networkx as nx

from netbuilder.graph.graph import Graph
from netbuilder.graph.order import topological
from netbuilder.graph.rows import BETWEEN, break_rows

GRID = 8
ACROSS = 64  # between one column and the next
DOWN = 40  # between nodes of one column
APART = 80  # between parts that no edge joins
USUAL = (160.0, 64.0)
SWEEPS = 12
PORT = 40.0  # how far below a node's top its edges end
BEND_WEIGHT = 8.0  # how much rather a node than such an edge leaves its level
BEND = 16.0  # the height of an edge that passes a column

Place = tuple[float, float]


def arrange(
    graph: Graph,
    sizes: Mapping[str, tuple[float, float]],
    only: set[str] | None = None,
    room: tuple[float, float] | None = None,
) -> dict[str, Place]:
    """New top left corners, by node id, of all nodes or of `only` some; their common corner stays where it is.

    `sizes` are widths and heights, `room` is what the whole should be seen in: all is in one row if it isn't given.
    The same graph gives the same places.
    """
    ids = [id for id in graph.nodes if only is None or id in only]
    if not ids:
        return {}
    chosen = nx.DiGraph()
    chosen.add_nodes_from(id for id in topological(graph) if only is None or id in only)
    chosen.add_edges_from(
        (e.source, e.target) for e in graph.edges.values() if e.source in chosen and e.target in chosen
    )
    left = min(graph.nodes[id].position[0] for id in ids)
    top = min(graph.nodes[id].position[1] for id in ids)
    rank = {id: number for number, id in enumerate(ids)}
    shelf = _Shelf(room[0] if room is not None else 0.0)
    for part in sorted(nx.weakly_connected_components(chosen), key=lambda part: min(map(rank.__getitem__, part))):
        inside = [id for id in chosen if id in part]
        laid = _Layout(inside, [e for e in chosen.edges if e[0] in part], {id: sizes.get(id, USUAL) for id in part})
        shelf.put(laid.corners(room), laid.size)
    return {id: (_on_grid(left + shelf.places[id][0]), _on_grid(top + shelf.places[id][1])) for id in ids}


class _Shelf:
    """Parts beside each other as far as they go, the next ones below."""

    def __init__(self, width: float):
        self.places: dict[str, Place] = {}
        self._width = width
        self._x = self._y = self._lower = 0.0

    def put(self, corners: dict[str, Place], size: Mapping[str, tuple[float, float]]) -> None:
        high = min(y for _, y in corners.values())
        wide = max(x + size[id][0] for id, (x, _) in corners.items())
        deep = max(y + size[id][1] for id, (_, y) in corners.items()) - high
        if self._x and self._x + wide > self._width:
            self._x, self._y = 0.0, self._lower + APART
        for id, (x, y) in corners.items():
            self.places[id] = (self._x + x, self._y + y - high)
        self._x += wide + APART
        self._lower = max(self._lower, self._y + deep)


class _Layout:
    """One part of a graph that hangs together, in columns. Long edges get a bend in each column they pass."""

    def __init__(self, ids: list[str], edges: Iterable[tuple[str, str]], size: dict[str, tuple[float, float]]):
        self.ids, self.size = ids, size
        self.before: dict[str, list[str]] = {id: [] for id in ids}
        self.behind: dict[str, list[str]] = {id: [] for id in ids}
        edges = list(edges)
        column = _columns(ids, edges)
        self.columns: list[list[str]] = [[] for _ in range(max(column.values()) + 1)]
        for id in ids:
            self.columns[column[id]].append(id)
        for source, target in edges:
            last = source
            for number in range(column[source] + 1, column[target]):
                bend = f"{source}\n{target}\n{number}"  # no id has a line break
                self.columns[number].append(bend)
                self.before[bend], self.behind[bend] = [], []
                last = self._join(last, bend)
            self._join(last, target)

    def _join(self, source: str, target: str) -> str:
        self.behind[source].append(target)
        self.before[target].append(source)
        return target

    def corners(self, room: tuple[float, float] | None) -> dict[str, Place]:
        """The top left corner of each node, in rows that fit the room if one is given."""
        self._order()
        levels = self._levels()
        widths = [max((self.size[id][0] for id in c if id in self.size), default=0.0) + ACROSS for c in self.columns]
        starts = [0]
        if room is not None:
            links = [sum(len(self.behind[id]) for id in column) for column in self.columns]
            starts = break_rows(widths, *self._spans(levels), links, room)
            levels = self._levels(starts)
        tops, bottoms = self._spans(levels)
        corners: dict[str, Place] = {}
        lower = 0.0
        for start, end in pairwise([*starts, len(self.columns)]):
            x, high = 0.0, min(tops[start:end])
            for number in range(start, end):
                for id in self.columns[number]:
                    if id in self.size:
                        corners[id] = (x, lower + levels[id] - self._reach(id)[0] - high)
                x += widths[number]
            lower += max(bottoms[start:end]) - high + BETWEEN
        return corners

    def _order(self) -> None:
        """Order each column by the middle of its neighbours, and keep the order with the fewest crossings."""
        best, fewest = [list(column) for column in self.columns], self._crossings()
        for sweep in range(SWEEPS):
            forwards = sweep % 2 == 0
            sides = self.before if forwards else self.behind
            numbers = range(1, len(self.columns)) if forwards else range(len(self.columns) - 2, -1, -1)
            for number in numbers:
                fixed = self.columns[number - 1 if forwards else number + 1]
                at = {id: place for place, id in enumerate(fixed)}
                here = {id: place for place, id in enumerate(self.columns[number])}
                self.columns[number].sort(key=lambda id, at=at, here=here: _mean([at[o] for o in sides[id]], here[id]))  # type: ignore[misc]
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(column) for column in self.columns], crossings
        self.columns = best

    def _crossings(self) -> int:
        crossings = 0
        for here, there in pairwise(self.columns):
            at = {id: place for place, id in enumerate(there)}
            ends = [at[o] for id in here for o in sorted(self.behind[id], key=at.__getitem__)]
            crossings += sum(a > b for n, b in enumerate(ends) for a in ends[:n])
        return crossings

    def _levels(self, starts: Iterable[int] = ()) -> dict[str, float]:
        """A height for each node's edges: as level with its neighbours in its row as the others of its column allow.
        `starts` are the columns that rows begin with."""
        levels: dict[str, float] = {}
        first, last = set(starts), {start - 1 for start in starts}
        none: dict[str, list[str]] = {}
        for column in self.columns:
            levels.update(self._spread(dict.fromkeys(column, 0.0)))
        for sweep in range(2 * SWEEPS):
            forwards = sweep % 2 == 0
            numbers = range(len(self.columns)) if forwards else range(len(self.columns) - 1, -1, -1)
            for number in numbers:
                column, alone = self.columns[number], number in (first if forwards else last)
                sides = none if alone else self.before if forwards else self.behind
                wanted = {id: self._level(levels, sides.get(id, ()), levels[id]) for id in column}
                levels.update(self._spread(wanted))
        self._straighten(levels, first)
        return levels

    def _level(self, levels: Mapping[str, float], others: Iterable[str], otherwise: float) -> float:
        """The middle of the others' levels. An edge that passes a column counts more: it is drawn straight."""
        weights = [(self._weight(id), levels[id]) for id in others]
        whole = sum(weight for weight, _ in weights)
        return sum(weight * level for weight, level in weights) / whole if whole else otherwise

    def _straighten(self, levels: dict[str, float], first: set[int]) -> None:
        """Bring each run of nodes that only feed each other, in one row, onto one level, as far as there is room."""
        column = {id: number for number, ids in enumerate(self.columns) for id in ids}
        runs: list[list[str]] = []
        run_of: dict[str, list[str]] = {}
        for number, ids in enumerate(self.columns):
            for id in ids:
                before = self.before[id]
                alone = len(before) == 1 and len(self.behind[before[0]]) == 1 and number not in first
                run = run_of[before[0]] if alone else []
                if not alone:
                    runs.append(run)
                run.append(id)
                run_of[id] = run
        for _ in range(SWEEPS):
            level = {id: sum(map(levels.__getitem__, run)) / len(run) for run in runs for id in run}
            for number in {column[id] for run in runs if len(run) > 1 for id in run}:
                levels.update(self._spread({id: level[id] for id in self.columns[number]}))

    def _spread(self, wanted: Mapping[str, float]) -> dict[str, float]:
        return _spread(wanted, [self._reach(id) for id in wanted], [self._weight(id) for id in wanted])

    def _weight(self, id: str) -> float:
        return 1.0 if id in self.size else BEND_WEIGHT

    def _spans(self, levels: dict[str, float]) -> tuple[list[float], list[float]]:
        """How far up and how far down each column reaches."""
        tops = [min(levels[id] - self._reach(id)[0] for id in column) for column in self.columns]
        return tops, [max(levels[id] + self._reach(id)[1] for id in column) for column in self.columns]

    def _reach(self, id: str) -> tuple[float, float]:
        """How far a node reaches above and below the level of its edges."""
        if id not in self.size:
            return BEND / 2, BEND / 2
        height = self.size[id][1]
        above = min(PORT, height)
        return above, height - above


def _columns(ids: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """Each node one column behind the last that feeds it; one that nothing feeds stands just before what it feeds."""
    before: dict[str, list[str]] = {id: [] for id in ids}
    behind: dict[str, list[str]] = {id: [] for id in ids}
    for source, target in edges:
        before[target].append(source)
        behind[source].append(target)
    column: dict[str, int] = {}
    for id in ids:  # in topological order
        column[id] = max((column[source] + 1 for source in before[id]), default=0)
    for id in ids:
        if not before[id] and behind[id]:
            column[id] = min(column[target] for target in behind[id]) - 1
    return column


def _spread(wanted: Mapping[str, float], reaches: list[tuple[float, float]], weights: list[float]) -> dict[str, float]:
    """The levels nearest to the wanted ones at which nothing overlaps, in the same order (isotonic regression)."""
    offsets = [0.0]
    for upper, lower in pairwise(reaches):
        offsets.append(offsets[-1] + upper[1] + lower[0] + DOWN)
    blocks: list[tuple[float, float, int]] = []  # mean, weight and count of neighbours that are pushed together
    for want, offset, weight in zip(wanted.values(), offsets, weights, strict=True):
        mean, whole, count = want - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, heavy, others = blocks.pop()
            mean = (mean * whole + other * heavy) / (whole + heavy)
            whole, count = whole + heavy, count + others
        blocks.append((mean, whole, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    return {id: mean + offset for id, mean, offset in zip(wanted, means, offsets, strict=True)}


def _mean(values: list[float] | list[int], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _on_grid(value: float) -> float:
    return float(round(value / GRID) * GRID)
