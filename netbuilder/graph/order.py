"""The order in which the nodes of a graph can be worked through. It knows nothing about what they do."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from netbuilder.graph.graph import Graph


def topological(graph: Graph) -> list[str]:
    """Node ids, each after all that feed it; where the edges leave a choice, the node drawn first comes first."""
    rank = {id: number for number, id in enumerate(graph.nodes)}
    waits = dict.fromkeys(graph.nodes, 0)
    feeds: dict[str, list[str]] = {}
    for edge in graph.edges.values():
        waits[edge.target] += 1
        feeds.setdefault(edge.source, []).append(edge.target)
    ready = [(rank[id], id) for id, count in waits.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, id = heapq.heappop(ready)
        ordered.append(id)
        for target in feeds.get(id, ()):
            waits[target] -= 1
            if waits[target] == 0:
                heapq.heappush(ready, (rank[target], target))
    return ordered


def upstream(graph: Graph, starts: Iterable[str]) -> set[str]:
    """The given nodes and all that feed them, directly or not."""
    return _spread(starts, {e: [] for e in graph.nodes}, [(e.target, e.source) for e in graph.edges.values()])


def downstream(graph: Graph, starts: Iterable[str]) -> set[str]:
    """The given nodes and all that they feed, directly or not."""
    return _spread(starts, {e: [] for e in graph.nodes}, [(e.source, e.target) for e in graph.edges.values()])


def _spread(starts: Iterable[str], next: dict[str, list[str]], steps: list[tuple[str, str]]) -> set[str]:
    for start, end in steps:
        next[start].append(end)
    seen = {start for start in starts if start in next}
    todo = list(seen)
    while todo:
        for other in next[todo.pop()]:
            if other not in seen:
                seen.add(other)
                todo.append(other)
    return seen
