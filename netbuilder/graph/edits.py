"""Every change to a graph: functions from a frozen graph to a new one, or the broken rule's own error.

"Can I?" is "try it" caught. Nothing here knows what a layer is; whoever connects ports asks the layer first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from netbuilder.graph.block import ENDS
from netbuilder.graph.errors import (
    BadName,
    BadPosition,
    BadRate,
    CannotBypass,
    CannotTrain,
    IdTaken,
    NameTaken,
    NoSuchEdge,
    NoSuchNode,
    NothingToShare,
    PortTaken,
    SharesItself,
    SharesNobody,
    SharesNothing,
    SharesOtherKind,
    SharesSharer,
    WouldCycle,
)
from netbuilder.graph.free import Free
from netbuilder.graph.graph import FAR, MAX_NAME, MAX_RATE, Edge, Graph, Node


def new_id(graph: Graph) -> str:
    """An id that no node of this graph has: n1, n2 ..., one past the largest in use."""
    used = [int(id[1:]) for id in graph.nodes if id[:1] == "n" and id[1:].isascii() and id[1:].isdigit()]
    return f"n{max(used, default=0) + 1}"


def new_name(graph: Graph, stem: str) -> str:
    """`stem`, or the first of stem2, stem3 ... that is free."""
    return Free(node.name for node in graph).near(stem)


def add_node(graph: Graph, node: Node) -> Graph:
    """With `node` added. Raises `IdTaken`, `NameTaken`, `BadName`, `BadPosition`, `CannotShare`."""
    if node.id in graph.nodes:
        raise IdTaken(node.id)
    _check_free(graph, node.name)
    check_position(node)
    check_shares(node, graph.nodes)
    return replace(graph, nodes={**graph.nodes, node.id: node})


def remove_nodes(graph: Graph, ids: Iterable[str]) -> Graph:
    """Without these nodes and the edges that touch them. Raises `NoSuchNode`.

    Where others share one of them, the first of those has the layer from now on, with the settings it had.
    """
    gone = set(ids)
    for id in gone:
        _node(graph, id)
    left = {id: node for id, node in graph.nodes.items() if id not in gone}
    orphans: dict[str, list[Node]] = {}
    for node in left.values():
        if node.shares in gone:
            orphans.setdefault(node.shares, []).append(node)
    for id, sharers in orphans.items():
        left |= _inherited(graph.nodes[id], sharers)
    edges = {at: e for at, e in graph.edges.items() if e.source not in gone and e.target not in gone}
    return replace(graph, nodes=left, edges=edges)


def _inherited(owner: Node, sharers: list[Node]) -> dict[str, Node]:
    """The sharers without their owner: the first has the layer now."""
    heir, *others = sharers
    origin = owner.id if owner.origin is None else owner.origin
    heirs = [
        replace(heir, shares="", settings=owner.settings, origin=origin, rate=owner.rate, frozen=owner.frozen),
        *(replace(one, shares=heir.id) for one in others),
    ]
    return {node.id: node for node in heirs}


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
    return graph.with_nodes(moved)


def set_settings(graph: Graph, id: str, settings: Mapping[str, Any]) -> Graph:
    """With the node's settings replaced by `settings` (only what differs from the defaults). Raises `NoSuchNode`.

    Those of a node that shares another are those of the other.
    """
    _node(graph, id)
    return _with(graph, replace(graph.owner(id), settings=dict(settings)))


def bypass(graph: Graph, ids: Iterable[str], bypassed: bool = True) -> Graph:
    """With these nodes left out of the network, or in it again. Raises `NoSuchNode`, `CannotBypass`."""
    changed = {id: replace(_node(graph, id), bypassed=bypassed) for id in ids}
    for node in changed.values():
        if bypassed and node.kind in ENDS:
            raise CannotBypass(node.name)
    return graph.with_nodes(changed)


def collapse(graph: Graph, ids: Iterable[str], collapsed: bool = True) -> Graph:
    """With only the titles of these nodes drawn, or all of them again. Raises `NoSuchNode`."""
    return graph.with_nodes({id: replace(_node(graph, id), collapsed=collapsed) for id in ids})


def set_rate(graph: Graph, ids: Iterable[str], rate: float) -> Graph:
    """With the learning rate of these nodes' weights multiplied by `rate`. Of one that shares another's layer, that is
    the other's. Raises `NoSuchNode`, `CannotTrain`, `BadRate`."""
    owners = _owners(graph, ids)
    if not 0 < rate <= MAX_RATE:
        raise BadRate(owners[0].name if owners else "a node")
    return graph.with_nodes({node.id: replace(node, rate=float(rate)) for node in owners})


def freeze(graph: Graph, ids: Iterable[str], frozen: bool = True) -> Graph:
    """With the weights of these nodes left as they are in training, or trained again. Of one that shares another's
    layer, these are the other's. Raises `NoSuchNode`, `CannotTrain`."""
    return graph.with_nodes({node.id: replace(node, frozen=frozen) for node in _owners(graph, ids)})


def _owners(graph: Graph, ids: Iterable[str]) -> list[Node]:
    """The nodes whose layers these have. Raises `NoSuchNode`, `CannotTrain`."""
    owners = [graph.owner(_node(graph, id).id) for id in ids]
    for node in owners:
        if node.kind in ENDS:
            raise CannotTrain(node.name)
    return owners


def share(graph: Graph, id: str, owner: str) -> Graph:
    """With the node using the layer of `owner`: the same weights, the same settings. So do those that share the node.

    Raises `NoSuchNode`, `CannotShare`.
    """
    node = _node(graph, id)
    _node(graph, owner)
    having = graph.owner(owner)
    if having.id == id:
        raise SharesItself(node.name)
    if node.shares == having.id:
        return graph
    check_shares(replace(node, shares=having.id), graph.nodes)
    moved = [replace(one, shares=having.id, settings={}, rate=1.0, frozen=False) for one in (node, *graph.sharers(id))]
    return replace(graph, nodes={**graph.nodes, **{one.id: one for one in moved}})


def unshare(graph: Graph, id: str) -> Graph:
    """With a layer of its own for this node, with the settings it had; others that shared it share the first of them.

    Raises `NoSuchNode`, `SharesNothing`.
    """
    node, others = _node(graph, id), graph.sharers(id)
    if node.shares:
        owner = graph.owner(id)
        return _with(graph, replace(node, shares="", settings=owner.settings, rate=owner.rate, frozen=owner.frozen))
    if not others:
        raise SharesNothing(node.name)
    return replace(graph, nodes={**graph.nodes, **_inherited(node, others)})


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
    into = graph.wiring.into
    seen, todo = {end}, [end]
    while todo:  # backwards from the end: what lies before a node is usually less than what lies behind it
        for edge in into.get(todo.pop(), ()):
            if edge.source == start:
                return True
            if edge.source not in seen:
                seen.add(edge.source)
                todo.append(edge.source)
    return False


def check_name(name: str) -> None:
    """Raises `BadName` where this can't be the name of a node in any graph."""
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        raise BadName(name)


def check_position(node: Node) -> None:
    """Raises `BadPosition` where the node lies on no canvas."""
    if not all(math.isfinite(c) and abs(c) <= FAR for c in node.position):
        raise BadPosition(node.name)


def check_shares(node: Node, nodes: Mapping[str, Node]) -> None:
    """Raises `CannotShare` where the node can't share, among `nodes`, what it says it does."""
    if not node.shares:
        return
    owner = nodes.get(node.shares)
    if owner is None:
        raise SharesNobody(node.name, node.shares[:MAX_NAME])
    if owner.id == node.id:
        raise SharesItself(node.name)
    if owner.kind != node.kind:
        raise SharesOtherKind(node.name, owner.name)
    if node.kind in ENDS:
        raise NothingToShare(node.name)
    if owner.shares:
        raise SharesSharer(node.name, owner.name)


def _node(graph: Graph, id: str) -> Node:
    node = graph.nodes.get(id)
    if node is None:
        raise NoSuchNode(id)
    return node


def _with(graph: Graph, node: Node) -> Graph:
    return graph.with_nodes({node.id: node})


def _check_free(graph: Graph, name: str) -> None:
    check_name(name)
    if graph.named(name) is not None:
        raise NameTaken(name)
