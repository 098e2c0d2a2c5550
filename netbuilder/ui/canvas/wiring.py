"""What can be joined to what, and the edits that join it: functions of graphs and declarations. No Qt.

Whether two ports can be joined is found by trying it: the broken rule's own sentence is the reason why not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.graph.errors import GraphError
from netbuilder.graph.order import downstream, upstream
from netbuilder.layers.block import FAMILY as BLOCK
from netbuilder.layers.inputs import Input
from netbuilder.layers.layer import Layer
from netbuilder.layers.naming import stem
from netbuilder.ui.canvas import rewiring


@dataclass(frozen=True)
class End:
    """One end of an edge to be: a port of a node."""

    node: str
    port: str
    output: bool

    def to(self, other: End) -> Edge:
        """The edge between two ends, whichever way round they are given."""
        source, target = (self, other) if self.output else (other, self)
        return Edge(source.node, source.port, target.node, target.port)


def refusal(graph: Graph, edge: Edge) -> str:
    """Why this edge can't be drawn, as a sentence; "" if it can. A taken input is given up to the new edge."""
    if edge.source == edge.target:
        return "A node can't feed itself."
    try:
        edits.connect(graph, edge, replacing=True)
    except GraphError as broken:
        return str(broken)
    return ""


def out_of_reach(graph: Graph, end: End) -> set[str]:
    """The nodes that `end` can't be joined to, because the edge would run in a circle."""
    return upstream(graph, [end.node]) if end.output else downstream(graph, [end.node])


def best_port(graph: Graph, id: str, ports: Iterable[str], *, output: bool) -> str | None:
    """Which port of a node is meant when only the node is: the first free one, else the first."""
    names = list(ports)
    if output:
        return names[0] if names else None
    free = (name for name in names if graph.edge_into(id, name) is None)
    return next(free, names[0] if names else None)


def connect(graph: Graph, edge: Edge) -> Graph:
    """With the edge, in place of the one that ended there. Raises as `edits.connect`."""
    return edits.connect(graph, edge, replacing=True)


def replug(graph: Graph, old: Edge, new: Edge) -> Graph:
    """With the end of `old` plugged in elsewhere."""
    return edits.connect(edits.disconnect(graph, old.target, old.input), new, replacing=True)


def new_node(
    graph: Graph, layer: type[Layer], position: tuple[float, float] = (0.0, 0.0), offered: Iterable[str] = ()
) -> Node:
    """A node of this layer at its defaults, with an id and a name that are free. An Input is called after the first
    of the data's inputs (`offered`) that no node is called after yet."""
    name = _block_stem(layer.title) if layer.family == BLOCK else stem(layer.kind)
    if layer.kind == Input.kind:
        names = list(offered)
        name = next((known for known in names if graph.named(known) is None), names[0] if names else "image")
    return Node(edits.new_id(graph), layer.kind, edits.new_name(graph, name), {}, position)


def _block_stem(title: str) -> str:
    """What a node that stands for a block is called: residual_unit for ResidualUnit."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|\s+", "_", title).lower()


def add(graph: Graph, node: Node, layer: type[Layer], wired_to: End | None = None) -> Graph:
    """With `node`, joined to `wired_to` by its first fitting port if it has one."""
    made = edits.add_node(graph, node)
    fits = first_port(layer, output=not wired_to.output) if wired_to is not None else None
    if wired_to is None or fits is None:
        return made
    return connect(made, wired_to.to(End(node.id, fits, not wired_to.output)))


def first_port(layer: type[Layer], *, output: bool) -> str | None:
    """The first output (or input) of a layer at its defaults."""
    ports = layer().outputs() if output else layer().inputs()
    return ports[0].name if ports else None


def insert(graph: Graph, edge: Edge, node: Node, layer: type[Layer]) -> Graph | None:
    """With `node` put into the middle of `edge`; None if the layer has not both an input and an output."""
    input, output = first_port(layer, output=False), first_port(layer, output=True)
    if input is None or output is None:
        return None
    return edits.insert_on_edge(graph, edge, node, input, output)


def dissolve(graph: Graph, ids: Iterable[str]) -> Graph:
    """Without these nodes, and what came before a run of them with one way in joined to what follows it."""
    gone = list(ids)
    return edits.remove_nodes(rewiring.pull_out(graph, gone), gone)


def count(verb: str, graph: Graph, ids: Iterable[str]) -> str:
    """A label in the user's words: "Move conv1", "Move 3 nodes"."""
    names = [graph.nodes[id].name for id in ids if id in graph.nodes]
    return f"{verb} {names[0]}" if len(names) == 1 else f"{verb} {len(names)} nodes"
