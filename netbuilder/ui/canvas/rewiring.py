"""Edges of several nodes at once: healed where nodes are taken out, drawn where a selection is wired up. No Qt.

Functions of graphs; what ports a node has is told by whoever calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netbuilder.graph import Edge, Graph, edits

Ports = tuple[tuple[str, ...], tuple[str, ...]]  # the inputs that want an edge, and the outputs


@dataclass(frozen=True)
class Card:
    """Where a node stands."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def incoming(graph: Graph, ids: Iterable[str]) -> list[Edge]:
    """The edges that lead into these nodes from others."""
    inside = set(ids)
    return [edge for edge in graph.edges.values() if edge.target in inside and edge.source not in inside]


def healing(graph: Graph, ids: Iterable[str]) -> tuple[list[Edge], list[Edge]]:
    """The edges that join these nodes to others, and those that would join what comes before them to what follows.

    What follows is joined to the one thing that led, through them, to where its edge came from; where several did,
    nothing can be said, and it is left open.
    """
    inside = set(ids)
    cut = [edge for edge in graph.edges.values() if (edge.source in inside) != (edge.target in inside)]
    healed = []
    for edge in cut:
        before = _before(graph, edge, inside) if edge.source in inside else None
        if before is not None:
            healed.append(Edge(before.source, before.output, edge.target, edge.input))
    return cut, healed


def pull_out(graph: Graph, ids: Iterable[str]) -> Graph:
    """With these nodes standing free, and what came before them joined to what follows. Edges among them stay."""
    cut, healed = healing(graph, ids)
    for edge in cut:
        graph = edits.disconnect(graph, edge.target, edge.input)
    for edge in healed:
        graph = edits.connect(graph, edge)
    return graph


def _before(graph: Graph, edge: Edge, inside: set[str]) -> Edge | None:
    """The one edge that leads into the run of nodes that `edge` leaves, if each has one way in."""
    while edge.source in inside:
        into = graph.edges_into(edge.source)
        if len(into) != 1:
            return None
        edge = into[0]
    return edge


def in_columns(cards: Mapping[str, Card]) -> list[list[str]]:
    """The nodes in columns from left to right, each from top to bottom: what overlaps sideways stands in one."""
    columns: list[list[str]] = []
    reach = float("-inf")
    for id in sorted(cards, key=lambda id: (cards[id].left, cards[id].top)):
        if not columns or cards[id].left >= reach:
            columns.append([])
            reach = cards[id].right
        columns[-1].append(id)
        reach = min(reach, cards[id].right)
    return [sorted(column, key=lambda id: cards[id].top) for column in columns]


def new_edges(graph: Graph, cards: Mapping[str, Card], ports: Mapping[str, Ports]) -> list[Edge]:
    """The edges that wire these nodes up from left to right: each open input to what stands before it.

    Of the column before, an input takes the node that is nearest in height; several inputs of one node take several,
    from top to bottom. What is wired already stays.
    """
    made: list[Edge] = []
    used = {edge.source for edge in graph.edges.values() if edge.source in cards and edge.target in cards}
    giving: list[str] = []
    for column in in_columns(cards):
        for id in column:
            open_inputs = [name for name in ports[id][0] if graph.edge_into(id, name) is None]
            for input, source in zip(open_inputs, _sources(id, len(open_inputs), giving, cards, used), strict=False):
                made.append(Edge(source, ports[source][1][0], id, input))
                used.add(source)
        before = [id for id in giving if id not in used]  # a branch that ends further left can still be joined
        here = [id for id in column if ports[id][1]]
        giving = [*(before if here else giving), *here]
    return made


def _sources(id: str, wanted: int, giving: list[str], cards: Mapping[str, Card], used: set[str]) -> list[str]:
    """Which of those that give feed a node: what feeds nothing yet before what does, the nearest first."""
    fresh = [other for other in giving if other not in used]
    if wanted == 1:
        pool = fresh or giving
        return sorted(pool, key=lambda other: abs(cards[other].middle - cards[id].middle))[:1]
    pool = fresh if len(fresh) >= wanted else [*fresh, *(other for other in giving if other in used)]
    near = sorted(pool, key=lambda other: abs(cards[other].middle - cards[id].middle))[:wanted]
    return sorted(near, key=lambda other: cards[other].middle)
