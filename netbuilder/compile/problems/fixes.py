"""The edits that mend a drawing. Each works on the project as it is when it is clicked, not when it was offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from netbuilder.compile.problems.problem import Fix
from netbuilder.fields import plain
from netbuilder.graph import Edge, Graph, Node, edits, room
from netbuilder.graph.errors import GraphError
from netbuilder.layers import Catalog, Layer
from netbuilder.layers.naming import stem
from netbuilder.project import Project

APART = 208.0  # from one node to the next, to the right

Change = Callable[[Graph], Graph]


def fix(label: str, *changes: Change) -> Fix:
    """One step that makes these changes to the main graph; where one is no longer possible, it does nothing."""

    def edit(project: Project) -> Project:
        graph = project.main
        try:
            for change in changes:
                graph = change(graph)
        except (GraphError, KeyError):
            return project
        return project.with_graph(graph)

    return Fix(label, edit)


def unfreeze(graph_name: str) -> Fix:
    """Let all nodes of this graph learn, and those of the blocks in it."""

    def edit(project: Project) -> Project:
        for name in (graph_name, *project.blocks):
            graph = project.graphs.get(name)
            ids = [node.id for node in graph if node.frozen] if graph is not None else []
            if graph is not None and ids:
                project = project.with_graph(edits.freeze(graph, ids, False), name)
        return project

    return Fix("Unfreeze all layers", edit)


def set_to(id: str, layer: type[Layer], **settings: Any) -> Change:
    """Give the node these settings; one that is the default is not written down."""

    def change(graph: Graph) -> Graph:
        kept = {name: value for name, value in graph.nodes[id].settings.items() if name not in settings}
        defaults = {name: field.default for name, field in layer.fields().items()}
        chosen = {name: plain(value) for name, value in settings.items() if defaults.get(name) != value}
        return edits.set_settings(graph, id, kept | chosen)

    return change


def without_setting(id: str, name: str) -> Change:
    """Put a setting back to its default."""

    def change(graph: Graph) -> Graph:
        return edits.set_settings(graph, id, {k: v for k, v in graph.nodes[id].settings.items() if k != name})

    return change


def put_before(id: str, input: str, layers: Sequence[tuple[type[Layer], dict[str, Any]]]) -> Change:
    """Put new nodes on the edge that ends in this input, in the order given, and make room for them."""

    def change(graph: Graph) -> Graph:
        for layer, settings in layers:
            edge = graph.edges[id, input]
            size = _size(stem(layer.kind), layer.title)
            place, moves = room.place_on_edge(graph, edge, size, _sizes(graph))
            node = _new(graph, layer, settings, place)
            graph = edits.move_nodes(graph, moves)
            graph = edits.insert_on_edge(graph, edge, node, layer().inputs()[0].name, layer().outputs()[0].name)
        return graph

    return change


def put_between(other: Edge, id: str, input: str, layer: type[Layer], port: str) -> Change:
    """Put a new node on the edge that ends in this input, and let the value of `other` flow into its `port` too."""

    def change(graph: Graph) -> Graph:
        graph = put_before(id, input, [(layer, {})])(graph)
        new = graph.edges[id, input].source
        return edits.connect(graph, Edge(other.source, other.output, new, port))

    return change


def rename(id: str, name: str) -> Change:
    """Give the node this name, if it is still free."""
    return lambda graph: edits.rename_node(graph, id, name)


def add(layer: type[Layer], place: tuple[float, float] | None = None, **settings: Any) -> Change:
    """Add a node that no edge touches yet, by default below all others."""

    def change(graph: Graph) -> Graph:
        lowest = max((node.position[1] for node in graph), default=-112.0) + 112.0
        return edits.add_node(graph, _new(graph, layer, settings, place or (0.0, lowest)))

    return change


def feed(layer: type[Layer], id: str, input: str) -> Change:
    """Add a node to the left of this one, and connect it to the input."""

    def change(graph: Graph) -> Graph:
        x, y = graph.nodes[id].position
        node = _new(graph, layer, {}, _free(graph, layer, x - APART, y))
        graph = edits.add_node(graph, node)
        return edits.connect(graph, Edge(node.id, layer().outputs()[0].name, id, input))

    return change


def follow(layer: type[Layer], id: str, output: str) -> Change:
    """Add a node to the right of this one, and connect the output to it."""

    def change(graph: Graph) -> Graph:
        x, y = graph.nodes[id].position
        right = x + _sizes(graph)[id][0] + room.GAP
        node = _new(graph, layer, {}, _free(graph, layer, right, y))
        graph = edits.add_node(graph, node)
        return edits.connect(graph, Edge(id, output, node.id, layer().inputs()[0].name))

    return change


def join(edge: Edge) -> Change:
    """Connect two ports."""
    return lambda graph: edits.connect(graph, edge)


def cut(target: str, input: str) -> Change:
    """Take away the edge that ends in this input."""
    return lambda graph: edits.disconnect(graph, target, input)


def take_out(id: str) -> Change:
    """Remove a node; what it fed is fed by what fed it first."""

    def change(graph: Graph) -> Graph:
        before = graph.edges_into(id)[:1]
        behind = graph.edges_from(id)
        graph = edits.remove_nodes(graph, [id])
        for edge in behind if before else ():
            graph = edits.connect(graph, Edge(before[0].source, before[0].output, edge.target, edge.input))
        return graph

    return change


def remove(ids: Sequence[str]) -> Change:
    """Remove these nodes and their edges."""
    return lambda graph: edits.remove_nodes(graph, ids)


def turn_into(id: str, layer: type[Layer]) -> Change:
    """Make the node one of another kind; settings that the new kind has as well stay."""

    def change(graph: Graph) -> Graph:
        node = graph.nodes[id]
        known = {name: value for name, value in node.settings.items() if name in layer.fields()}
        kept = layer.read(known)[0].changed()
        return replace(graph, nodes={**graph.nodes, id: replace(node, kind=layer.kind, settings=kept)})

    return change


def find(catalog: Catalog, *kinds: str) -> list[type[Layer]] | None:
    """The layers of these kinds, or None if one of them is not in the catalogue: then there is no such fix."""
    found = [layer for layer in map(catalog.find, kinds) if layer is not None]
    return found if len(found) == len(kinds) else None


def _new(graph: Graph, layer: type[Layer], settings: dict[str, Any], place: tuple[float, float]) -> Node:
    name = edits.new_name(graph, stem(layer.kind))
    return Node(edits.new_id(graph), layer.kind, name, layer(**settings).changed(), place)


def _free(graph: Graph, layer: type[Layer], left: float, top: float) -> tuple[float, float]:
    """The place nearest below this one that is free."""
    taken = room.boxes(graph, _sizes(graph)).values()
    return room.free_place(taken, room.Box(left, top, *_size(stem(layer.kind), layer.title)))


def _sizes(graph: Graph) -> dict[str, tuple[float, float]]:
    return {node.id: _size(node.name, node.kind) for node in graph}


def _size(name: str, title: str) -> tuple[float, float]:
    """About how large a card with these words on it is: no screen has been asked."""
    return max(room.USUAL[0], 52 + 8.0 * len(name) + 7.0 * len(title)), room.USUAL[1]
