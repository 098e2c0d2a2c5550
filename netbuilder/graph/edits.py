"""Every change to a graph: functions from a frozen graph to a new one, or the broken rule's own error.

"Can I?" is "try it" caught. Nothing here knows what a layer is; whoever connects ports asks the layer first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from netbuilder.graph.errors import (
    BadName,
    BadPosition,
    IdTaken,
    NameTaken,
    NoSuchEdge,
    NoSuchNode,
    PortTaken,
    WouldCycle,
)
from netbuilder.graph.free import Free
from netbuilder.graph.graph import MAX_NAME, Edge, Graph, Node

FAR = 1e7  # no canvas is larger; a coordinate beyond it can't be shown


def new_id(graph: Graph) -> str:
    """An id that no node of this graph has: n1, n2 ..., one past the largest in use."""
    used = [int(id[1:]) for id in graph.nodes if id[:1] == "n" and id[1:].isascii() and id[1:].isdigit()]
    return f"n{max(used, default=0) + 1}"


def new_name(graph: Graph, stem: str) -> str:
    """`stem`, or the first of stem2, stem3 ... that is free."""
    return Free(node.name for node in graph).near(stem)


def add_node(graph: Graph, node: Node) -> Graph:
    """With `node` added. Raises `IdTaken`, `NameTaken`, `BadName`, `BadPosition`."""
    if node.id in graph.nodes:
        raise IdTaken(node.id)
    _check_free(graph, node.name)
    check_position(node)
    return replace(graph, nodes={**graph.nodes, node.id: node})


def remove_nodes(graph: Graph, ids: Iterable[str]) -> Graph:
    """Without these nodes and the edges that touch them. Raises `NoSuchNode`."""
    gone = set(ids)
    for id in gone:
        _node(graph, id)
    return Graph(
        {id: node for id, node in graph.nodes.items() if id not in gone},
        {at: e for at, e in graph.edges.items() if e.source not in gone and e.target not in gone},
    )


def rename_node(graph: Graph, id: str, name: str) -> Graph:
    """With the node called `name`. Raises `NoSuchNode`, `NameTaken`, `BadName`."""
    node = _node(graph, id)
    if name == node.name:
        return graph
    _check_free(graph, name)
    return _with(graph, replace(node, name=name))


def move_nodes(graph: Graph, positions: Mapping[str, tuple[float, float]]) -> Graph:
    """With these nodes at these places. Raises `NoSuchNode`, `BadPosition`."""
    moved = {id: replace(_node(graph, id), position=(float(x), float(y))) for id, (x, y) in positions.items()}
    for node in moved.values():
        check_position(node)
    return replace(graph, nodes={**graph.nodes, **moved})


def set_settings(graph: Graph, id: str, settings: Mapping[str, Any]) -> Graph:
    """With the node's settings replaced by `settings` (only what differs from the defaults). Raises `NoSuchNode`."""
    return _with(graph, replace(_node(graph, id), settings=dict(settings)))


def connect(graph: Graph, edge: Edge, *, replacing: bool = False) -> Graph:
    """With `edge` added; `replacing` lets it take the place of the edge that ends there.

    Raises `NoSuchNode`, `PortTaken`, `WouldCycle`.
    """
    source, target = _node(graph, edge.source), _node(graph, edge.target)
    at = (edge.target, edge.input)
    if at in graph.edges and not replacing:
        raise PortTaken(target.name, edge.input)
    if reaches(graph, edge.target, edge.source):
        raise WouldCycle(source.name, target.name)
    return replace(graph, edges={**graph.edges, at: edge})


def disconnect(graph: Graph, target: str, input: str) -> Graph:
    """Without the edge that ends in this input. Raises `NoSuchNode`, `NoSuchEdge`."""
    node = _node(graph, target)
    if (target, input) not in graph.edges:
        raise NoSuchEdge(node.name, input)
    return replace(graph, edges={at: e for at, e in graph.edges.items() if at != (target, input)})


def insert_on_edge(graph: Graph, edge: Edge, node: Node, input: str, output: str) -> Graph:
    """With `node` put between the two ends of `edge`. Raises as `add_node` and `connect` do, and `NoSuchEdge`."""
    if graph.edge_into(edge.target, edge.input) != edge:
        raise NoSuchEdge(_node(graph, edge.target).name, edge.input)
    cut = disconnect(graph, edge.target, edge.input)
    cut = add_node(cut, node)
    cut = connect(cut, Edge(edge.source, edge.output, node.id, input))
    return connect(cut, Edge(node.id, output, edge.target, edge.input))


def reaches(graph: Graph, start: str, end: str) -> bool:
    """Whether a path of edges leads from `start` to `end` (a node reaches itself)."""
    if start == end:
        return True
    sources: dict[str, list[str]] = {}
    for edge in graph.edges.values():
        sources.setdefault(edge.target, []).append(edge.source)
    seen, todo = {end}, [end]
    while todo:  # backwards from the end: what lies before a node is usually less than what lies behind it
        for before in sources.get(todo.pop(), ()):
            if before == start:
                return True
            if before not in seen:
                seen.add(before)
                todo.append(before)
    return False


def check_name(name: str) -> None:
    """Raises `BadName` where this can't be the name of a node in any graph."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise BadName(name)


def check_position(node: Node) -> None:
    """Raises `BadPosition` where the node lies on no canvas."""
    if not all(math.isfinite(c) and abs(c) <= FAR for c in node.position):
        raise BadPosition(node.name)


def _node(graph: Graph, id: str) -> Node:
    node = graph.nodes.get(id)
    if node is None:
        raise NoSuchNode(id)
    return node


def _with(graph: Graph, node: Node) -> Graph:
    return replace(graph, nodes={**graph.nodes, node.id: node})


def _check_free(graph: Graph, name: str) -> None:
    check_name(name)
    if graph.named(name) is not None:
        raise NameTaken(name)
