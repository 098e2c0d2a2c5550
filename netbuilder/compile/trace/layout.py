"""Where the nodes of a drawing that nobody drew by hand lie. It knows how large a node is about, and no more."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.graph import Graph, Node
from netbuilder.graph.arrange import arrange, arranged
from netbuilder.graph.boxes import PORT, Ports
from netbuilder.layers import Catalog, Layer

ROOM = (1600.0, 1000.0)  # what a graph is laid out to be seen in: a longer one goes on in rows
LEAST = 176.0
HEADER, ROW, LINE = 32.0, 24.0, 24.0
LETTER = 7.5


def laid_out(graph: Graph, catalog: Catalog) -> Graph:
    """`graph` with every node in a tidy place."""
    sizes = {id: _size(node, _layer(node, catalog)) for id, node in graph.nodes.items()}
    ports = {id: _ports(_layer(node, catalog)) for id, node in graph.nodes.items()}
    return arranged(graph, arrange(graph, sizes, room=ROOM, ports=ports))


def _layer(node: Node, catalog: Catalog) -> Layer | None:
    kind = catalog.find(node.kind)
    return kind.read(node.settings)[0] if kind is not None else None


def _size(node: Node, layer: Layer | None) -> tuple[float, float]:
    """About how wide and how high a node is shown."""
    if layer is None:
        return LEAST, HEADER + 2 * LINE
    ports: Mapping[str, int] = {"in": len(layer.inputs()), "out": len(layer.outputs())}
    rows = max(ports.values())
    names = [max((len(port.name) for port in side), default=0) for side in (layer.inputs(), layer.outputs())]
    words = max(len(node.name) + len(layer.title) + 6, len(layer.summary()) + 4, 18, sum(names) + 8 if rows > 1 else 0)
    height = HEADER + (rows * ROW if rows > 1 else 0) + LINE * (2 if layer.summary() else 1)
    return max(LEAST, words * LETTER), height


def _ports(layer: Layer | None) -> Ports:
    """How far below a card's top its ports are shown."""
    if layer is None:
        return {}, {}
    ins, outs = (
        {port.name: PORT + row * ROW for row, port in enumerate(side)} for side in (layer.inputs(), layer.outputs())
    )
    return ins, outs
