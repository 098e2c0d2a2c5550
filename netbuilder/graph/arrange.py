"""A tidy place for every node: layers from left to right, few crossings, straight chains.

The layered method of Sugiyama: columns by longest path, order within a column by the middle of the neighbours,
then heights that pull neighbours level as far as nobody overlaps. It knows sizes, but not what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import networkx as nx

from netbuilder.graph.graph import Graph
from netbuilder.graph.order import topological

GRID = 8
ACROSS = 64  # between one column and the next
DOWN = 40  # between nodes of one column
APART = 80  # between parts that no edge joins
USUAL = (160.0, 64.0)
SWEEPS = 12
BEND = 16.0  # the height of an edge that passes a column

Place = tuple[float, float]


def arrange(graph: Graph, sizes: Mapping[str, tuple[float, float]], only: set[str] | None = None) -> dict[str, Place]:
    """New top left corners, by node id, of all nodes or of `only` some; their common corner stays where it is.

    `sizes` are widths and heights. The same graph gives the same places.
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
    places: dict[str, Place] = {}
    lower = 0.0
    for part in sorted(nx.weakly_connected_components(chosen), key=lambda part: min(map(rank.__getitem__, part))):
        inside = [id for id in chosen if id in part]
        laid = _Layout(inside, [e for e in chosen.edges if e[0] in part], {id: sizes.get(id, USUAL) for id in part})
        corners = laid.corners()
        high = min(y for _, y in corners.values())
        for id, (x, y) in corners.items():
            places[id] = (_on_grid(left + x), _on_grid(top + lower + y - high))
        lower += max(y + laid.size[id][1] for id, (_, y) in corners.items()) - high + APART
    return {id: places[id] for id in ids}


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

    def corners(self) -> dict[str, Place]:
        """The top left corner of each node."""
        self._order()
        middles = self._middles()
        corners: dict[str, Place] = {}
        x = 0.0
        for column in self.columns:
            nodes = [id for id in column if id in self.size]
            for id in nodes:
                corners[id] = (x, middles[id] - self.size[id][1] / 2)
            x += max((self.size[id][0] for id in nodes), default=0.0) + ACROSS
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

    def _middles(self) -> dict[str, float]:
        """A height for each node's middle: as level with its neighbours as the others of its column allow."""
        middles: dict[str, float] = {}
        for column in self.columns:
            middles.update(_spread(dict.fromkeys(column, 0.0), [self._height(id) for id in column]))
        for sweep in range(2 * SWEEPS):
            columns = self.columns if sweep % 2 == 0 else self.columns[::-1]
            sides = self.before if sweep % 2 == 0 else self.behind
            for column in columns:
                wanted = {id: _mean([middles[o] for o in sides[id]], middles[id]) for id in column}
                middles.update(_spread(wanted, [self._height(id) for id in column]))
        return middles

    def _height(self, id: str) -> float:
        return self.size[id][1] if id in self.size else BEND


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


def _spread(wanted: Mapping[str, float], heights: list[float]) -> dict[str, float]:
    """The heights nearest to the wanted ones at which nothing overlaps, in the same order (isotonic regression)."""
    offsets = [0.0]
    for above, below in pairwise(heights):
        offsets.append(offsets[-1] + (above + below) / 2 + DOWN)
    blocks: list[tuple[float, int]] = []  # mean and count of neighbours that are pushed against each other
    for want, offset in zip(wanted.values(), offsets, strict=True):
        mean, count = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, others = blocks.pop()
            mean, count = (mean * count + other * others) / (count + others), count + others
        blocks.append((mean, count))
    means = [mean for mean, count in blocks for _ in range(count)]
    return {id: mean + offset for id, mean, offset in zip(wanted, means, offsets, strict=True)}


def _mean(values: list[float] | list[int], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _on_grid(value: float) -> float:
    return float(round(value / GRID) * GRID)
