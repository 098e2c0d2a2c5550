"""The order in which the nodes of a graph can be worked through. It knows nothing about what they do."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from netbuilder.graph.graph import Graph


def topological(graph: Graph) -> list[str]:
    """Node ids, each after all that feed it; where the edges leave a choice, the node drawn first comes first.

    A graph never changes, so it is worked out once for each.
    """
    known: tuple[str, ...] | None = vars(graph).get("_order")
    if known is None:
        known = vars(graph)["_order"] = tuple(_ordered(graph))
    return list(known)


def _ordered(graph: Graph) -> list[str]:
    rank = {id: number for number, id in enumerate(graph.nodes)}
    into, out_of = graph.wiring.into, graph.wiring.out_of
    waits = {id: len(into.get(id, ())) for id in graph.nodes}
    ready = [(rank[id], id) for id, count in waits.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, id = heapq.heappop(ready)
        ordered.append(id)
        for edge in out_of.get(id, ()):
            waits[edge.target] -= 1
            if waits[edge.target] == 0:
                heapq.heappush(ready, (rank[edge.target], edge.target))
    return ordered


def upstream(graph: Graph, starts: Iterable[str]) -> set[str]:
    """The given nodes and all that feed them, directly or not."""
    into = graph.wiring.into
    return _spread(graph, starts, lambda id: [edge.source for edge in into.get(id, ())])


def downstream(graph: Graph, starts: Iterable[str]) -> set[str]:
    """The given nodes and all that they feed, directly or not."""
    out_of = graph.wiring.out_of
    return _spread(graph, starts, lambda id: [edge.target for edge in out_of.get(id, ())])


def _spread(graph: Graph, starts: Iterable[str], next: Callable[[str], list[str]]) -> set[str]:
    seen = {start for start in starts if start in graph.nodes}
    todo = list(seen)
    while todo:
        for other in next(todo.pop()):
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen
