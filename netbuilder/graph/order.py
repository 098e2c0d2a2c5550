"""The order in which the nodes of a graph can be worked through. It knows nothing about what they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from netbuilder.graph.graph import Graph


def topological(graph: Graph) -> list[str]:
    """Node ids, each after all that feed it; where the edges leave a choice, the node drawn first comes first."""
    return list(graph.order)


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
