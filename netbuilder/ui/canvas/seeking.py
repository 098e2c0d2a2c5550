"""Adding a layer by typing its name: where the search was opened, and where what is found goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF

from netbuilder.graph import Edge
from netbuilder.graph.block import ENDS
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.editing import CARD
from netbuilder.ui.canvas.likely import Joint, likely_first
from netbuilder.ui.canvas.wiring import End, first_port

if TYPE_CHECKING:
    from netbuilder.layers.layer import Layer
    from netbuilder.ui.canvas.canvas import Canvas


class Seeking:
    """The search of one canvas."""

    def __init__(self, canvas: Canvas):
        self._canvas = canvas
        self.pointing = False  # whether the mouse was moved since something was added or chosen by key
        self._at: QPointF | None = None  # None: beside the selected node
        self._wired_to: End | None = None
        self._into: Edge | None = None
        self._swapped: list[str] = []  # nodes that become what is found

    def begin(self) -> None:
        """For the free ground that the mouse points at; where it doesn't, for what comes after the selected node."""
        canvas = self._canvas
        nodes, only = canvas.scene().nodes, canvas.bench.selection.only
        at = canvas.cursor_place()
        card = QRectF(at.x(), at.y() - 40, *CARD)
        free = self.pointing and not any(card.intersects(rect) for rect in canvas.scene().node_rects())
        if free or only is None or only not in nodes:
            self.open(at)
            return
        canvas.bring_into_view(nodes[only].rect())
        outputs = nodes[only].layout.outputs
        after = End(only, next(iter(outputs)), True) if outputs else None
        self.open(nodes[only].rect().topRight() + QPointF(geometry.GAP, 0), after=after)
        self._at = None

    def open(
        self, at: QPointF, wired_to: End | None = None, into: Edge | None = None, *, after: End | None = None
    ) -> None:
        """For a layer to put at a place: joined to a port, or put into an edge, if one is given. The layers that most
        likely stand there come first; `after` is what a new node would be fed by if nothing else is said."""
        canvas = self._canvas
        canvas.cancel_gesture()
        self._at, self._wired_to, self._into, self._swapped = at, wired_to, into, []
        layers = self._layers()
        if wired_to is not None:
            layers = [layer for layer in layers if first_port(layer, output=not wired_to.output)]
        if into is not None:
            layers = [layer for layer in layers if all(first_port(layer, output=side) for side in (True, False))]
        if into is not None:
            after = End(into.source, into.output, True)
        layers = likely_first(layers, self._joint(wired_to or after))
        names = canvas.scene().graph.nodes
        prompt = "Add a layer…" if wired_to is None else f"Connect {names[wired_to.node].name} to…"
        canvas.show_hint("", QPoint())
        canvas.floating.menu.open_at(canvas.mapFromScene(at), layers, prompt)

    def open_to_insert(self) -> None:
        """For a layer to put into the selected edge, or into the one that leaves the selected node."""
        canvas = self._canvas
        scene, only = canvas.scene(), canvas.bench.selection.only
        edge = scene.graph.edges.get(scene.selected_edge) if scene.selected_edge is not None else None
        if edge is None and only in scene.graph.nodes:
            edge = next(iter(scene.graph.edges_from(str(only))), None)
        if edge is None:
            canvas.bench.say("Select an edge, or a node that feeds another, to put a layer into that edge.")
            return
        self.open(scene.edge_item(edge.target, edge.input).middle(), into=edge)

    def open_for_swap(self) -> None:
        """For the kind of layer that the selected nodes become."""
        canvas = self._canvas
        graph, chosen = canvas.scene().graph, canvas.bench.selection.nodes
        ids = [id for id, node in graph.nodes.items() if id in chosen and node.kind not in ENDS]
        if not ids:
            canvas.bench.say("Select the layers to change first. An Input and an Output stay what they are.")
            return
        canvas.cancel_gesture()
        first = canvas.scene().nodes[ids[0]]
        canvas.bring_into_view(first.rect())
        into = next(iter(graph.edges_into(ids[0])), None)
        joint = self._joint(End(into.source, into.output, True)) if into is not None else None
        layers = likely_first([layer for layer in self._layers() if layer.kind not in ENDS], joint)
        self._at, self._wired_to, self._into, self._swapped = None, None, None, ids
        names = first.card.name if len(ids) == 1 else f"{len(ids)} nodes"
        canvas.floating.menu.open_at(canvas.mapFromScene(first.rect().bottomLeft()), layers, f"Change {names} to…")

    def _layers(self) -> list[type[Layer]]:
        bench = self._canvas.bench
        return [*bench.catalog, *bench.shelf.layers(bench.project)]

    def _joint(self, end: End | None) -> Joint | None:
        """What is known of the port that a new node would be joined to."""
        graph, checked = self._canvas.scene().graph, self._canvas.scene().checked
        node = graph.nodes.get(end.node) if end is not None else None
        layer = self._canvas.bench.find_layer(node.kind) if node is not None else None
        if end is None or layer is None:
            return None
        into = None if end.output else graph.edge_into(end.node, end.port)
        tensor = (end.node, end.port) if end.output else (into.source, into.output) if into is not None else None
        found = getattr(checked, "types", {}).get(tensor)
        if found is not None:
            return Joint(layer, end.port, end.output, found.rank, found.dtype)
        ports = layer().outputs() if end.output else layer().inputs()
        port = next((port for port in ports if port.name == end.port), None)
        axes = port.axes if port is not None and "..." not in port.axes else ()
        return Joint(layer, end.port, end.output, len(axes), port.dtype if port is not None else "")

    def add(self, kind: str) -> None:
        """Add what was found."""
        self.pointing = False
        at, wired_to, into, editing = self._at, self._wired_to, self._into, self._canvas.editing
        if self._swapped:
            editing.change_kind(self._swapped, kind)
        elif at is None:
            editing.add_layer(kind)
        elif into is not None and into in self._canvas.scene().graph.edges.values():
            editing.insert_layer(kind, at - QPointF(geometry.MIN_WIDTH / 2, 40), into)
        else:
            shift = 40.0 if wired_to is None else geometry.port_y(0)
            left = geometry.MIN_WIDTH if wired_to is not None and not wired_to.output else 0
            editing.add_layer(kind, editing.free_place(at - QPointF(left, shift)), wired_to)
