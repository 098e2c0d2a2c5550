"""What the menus and keys do to the graph on the canvas: each a method, each one undoable step."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QGuiApplication

from netbuilder.graph import Graph, Node, edits, room
from netbuilder.graph.annotations import remove_marks
from netbuilder.project import Project, clipboard
from netbuilder.ui.canvas import geometry, rewiring, swapping, wiring
from netbuilder.ui.canvas.geometry import GAP, MIN_WIDTH
from netbuilder.ui.canvas.pasting import piece_in
from netbuilder.ui.canvas.wiring import End

if TYPE_CHECKING:
    from netbuilder.layers.layer import Layer
    from netbuilder.ui.canvas.canvas import Canvas
    from netbuilder.ui.canvas.node_item import NodeItem

CARD = (float(MIN_WIDTH), 80.0)  # how much room a new node is given


class Editing:
    """The edits of one canvas."""

    def __init__(self, canvas: Canvas):
        self._canvas, self._bench, self._scene = canvas, canvas.bench, canvas.scene()

    @property
    def _graph(self) -> Graph:
        return self._bench.graph

    def _marks(self) -> list[str]:
        """The frames and notes that are selected."""
        return [id for id in _marks_of(self._graph) if id in self._bench.selection.marks]

    def _selected(self) -> list[str]:
        return [id for id in self._graph.nodes if id in self._bench.selection.nodes]

    # Adding

    def add_layer(self, kind: str, at: QPointF | None = None, wired_to: End | None = None) -> str | None:
        """Add a node of this kind and select it. With no place given it stands to the right of the selected node and
        is fed by it, where both have a port for that. Returns its id, or None if there is no such layer."""
        layer = self._bench.find_layer(kind)
        if layer is None:
            self._bench.say(f"This version has no layer called {kind!r}.")
            return None
        beside = at is None
        if beside and wired_to is None:
            wired_to = self._end_to_go_on_from(layer)
        place = self._place(wired_to) if at is None else geometry.snap(at)
        node = wiring.new_node(self._graph, layer, (place.x(), place.y()), self._offered())
        if not self._bring(f"Add {layer.title}", node, lambda g, node: wiring.add(g, node, layer, wired_to)):
            return None
        self._bench.selection.set([node.id])
        if beside:
            self._canvas.bring_into_view(self._scene.nodes[node.id].rect())
        return node.id

    def insert_layer(self, kind: str, at: QPointF, into: wiring.Edge) -> str | None:
        """Put a new node into the middle of an edge; beside it if the layer has not both ends."""
        layer = self._bench.find_layer(kind)
        if layer is None:
            return None
        node = wiring.new_node(self._graph, layer, (at.x(), at.y()), self._offered())
        place, moves = self.room_on_edge(into, self._scene.size_of(node), at)
        if wiring.first_port(layer, output=False) is None or wiring.first_port(layer, output=True) is None:
            return self.add_layer(kind, at)

        def insert(graph: Graph, node: Node) -> Graph:
            return wiring.insert(edits.move_nodes(graph, moves), into, replace(node, position=place), layer) or graph

        names = self._graph.nodes
        label = f"Put {layer.title} between {names[into.source].name} and {names[into.target].name}"
        if not self._bring(label, node, insert):
            return None
        self._bench.selection.set([node.id])
        return node.id

    def change_kind(self, ids: list[str], kind: str) -> None:
        """Make these nodes layers of another kind, which keep the settings and edges that both have."""
        layer = self._bench.find_layer(kind)
        if layer is None:
            return
        name = self._bench.graph_name

        def edit(project: Project) -> Project:
            project, brought = self._bench.shelf.bring(project, kind)
            graph = project.graphs[name]
            for id in ids:
                graph = swapping.swap(graph, id, layer, self._bench.find_layer(graph.nodes[id].kind))
                graph = graph.with_nodes({id: replace(graph.nodes[id], kind=brought)})
            return project.with_graph(graph, name)

        self._bench.try_apply(f"{wiring.count('Change', self._graph, ids)} to {layer.title}", edit)

    def _bring(self, label: str, node: Node, change: Callable[[Graph, Node], Graph]) -> bool:
        """One step that puts a new node into the graph: a block of the library comes into the project with it."""
        name = self._bench.graph_name

        def edit(project: Project) -> Project:
            project, kind = self._bench.shelf.bring(project, node.kind)
            return project.with_graph(change(project.graphs[name], replace(node, kind=kind)), name)

        return self._bench.try_apply(label, edit)

    def room_on_edge(
        self, edge: wiring.Edge, size: tuple[float, float], at: QPointF, moved: str = ""
    ) -> tuple[room.Place, dict[str, room.Place]]:
        """Where a card of this size goes between the ends of an edge, and who moves aside for it."""
        sizes = {id: (item.layout.width, item.layout.height) for id, item in self._scene.nodes.items()}
        return room.place_on_edge(self._graph, edge, size, sizes, (at.x(), at.y()), moved)

    def _offered(self) -> list[str]:
        """What a new Input is called after: the data's inputs, or what the first port of a block usually is."""
        if self._bench.graph_name in self._bench.project.blocks:
            return ["x"]
        spec = self._bench.loading.spec
        return list(spec.inputs) if spec is not None else []

    def _end_to_go_on_from(self, layer: type[Layer]) -> End | None:
        only = self._bench.selection.only
        item = self._scene.nodes.get(only) if only is not None else None
        if item is None or not item.layout.outputs or wiring.first_port(layer, output=False) is None:
            return None
        return End(item.id, next(iter(item.layout.outputs)), True)

    def _place(self, wired_to: End | None) -> QPointF:
        taken = self._scene.node_rects()
        only = self._bench.selection.only
        beside = wired_to.node if wired_to is not None else only
        if beside is not None and beside in self._scene.nodes:
            rect = self._scene.nodes[beside].rect()
            wanted = QRectF(rect.right() + GAP, rect.top(), *CARD)
        elif taken:
            middle = self._canvas.visible_area().center()
            wanted = QRectF(middle.x() - CARD[0] / 2, middle.y() - CARD[1] / 2, *CARD)
        else:
            seen = self._canvas.visible_area()
            wanted = QRectF(seen.left() + 48, seen.center().y() - CARD[1], *CARD)
        return geometry.free_place(taken, wanted)

    def free_place(self, at: QPointF, size: tuple[float, float] = CARD) -> QPointF:
        """The free place nearest below `at`."""
        return geometry.free_place(self._scene.node_rects(), QRectF(at.x(), at.y(), *size))

    # Removing

    def delete_selection(self) -> None:
        """Remove the selected nodes, or the selected edge."""
        ids, marks = self._selected(), self._marks()
        at = self._scene.selected_edge
        if ids or marks:
            label = _count("Delete", self._graph, ids, marks)
            self._canvas.edit(label, lambda g: remove_marks(edits.remove_nodes(g, ids), marks))
        elif at is not None and at in self._graph.edges:
            edge, names = self._graph.edges[at], self._graph.nodes
            label = f"Disconnect {names[edge.source].name} from {names[edge.target].name}"
            self._canvas.edit(label, lambda g: edits.disconnect(g, *at))

    def dissolve_selection(self) -> None:
        """Remove the selected nodes and join what came before them to what follows."""
        ids = self._selected()
        if ids:
            label = wiring.count("Delete and reconnect", self._graph, ids)
            self._canvas.edit(label, lambda g: wiring.dissolve(g, ids))

    def disconnect_selection(self) -> None:
        """Remove every edge that touches a selected node."""
        ids = set(self._selected())
        ends = [at for at, e in self._graph.edges.items() if e.source in ids or e.target in ids]

        def cut(graph: Graph) -> Graph:
            for at in ends:
                graph = edits.disconnect(graph, *at)
            return graph

        if ends:
            self._canvas.edit(wiring.count("Disconnect", self._graph, self._selected()), cut)

    # Wiring

    def wire_selection(self) -> None:
        """Join the selected nodes from left to right, wherever an input is open."""
        items = {id: self._scene.nodes[id] for id in self._selected()}
        cards = {id: rewiring.Card(*_sides(item.rect())) for id, item in items.items()}
        edges = rewiring.new_edges(self._graph, cards, {id: _ports(item) for id, item in items.items()})
        if not edges:
            self._bench.say("There is nothing to wire: select nodes with open inputs and what stands left of them.")
            return

        def join(graph: Graph) -> Graph:
            for edge in edges:
                graph = edits.connect(graph, edge)
            return graph

        self._canvas.edit(wiring.count("Wire up", self._graph, items), join)

    # Copying

    def copy(self) -> None:
        ids = self._selected()
        if ids or self._marks():
            QGuiApplication.clipboard().setText(clipboard.dumps(self._piece(ids)))

    def cut(self) -> None:
        ids, marks = self._selected(), self._marks()
        if ids or marks:
            self.copy()
            label = _count("Cut", self._graph, ids, marks)
            self._canvas.edit(label, lambda g: remove_marks(edits.remove_nodes(g, ids), marks))

    def paste(self, at: QPointF | None = None) -> None:
        """Paste at `at`, or at the cursor, or in the middle of what is in view; below what stands there already."""
        try:
            piece, name = piece_in(QGuiApplication.clipboard().text(), self._bench.checking.catalog)
        except clipboard.CannotPaste as why:
            self._bench.say(str(why))
            return
        corner = self._area(piece).topLeft()
        self._add_piece(
            piece, (at or self._canvas.cursor_place()) - corner, f"Paste {name}" if name else "Paste", counted=not name
        )

    def duplicate(self) -> None:
        ids = self._selected()
        if ids or self._marks():
            piece = self._piece(ids)
            drop = geometry.round_up(self._area(piece).height()) + 24
            self._add_piece(piece, QPointF(0.0, drop), "Duplicate")

    def copy_to(self, ids: list[str], shift: QPointF) -> None:
        """A copy of these nodes, so far from them, fed by what feeds them; the copy is selected."""
        name, piece, made = self._bench.graph_name, self._piece(ids), []

        def edit(project: Project) -> Project:
            pasted, new = clipboard.paste(project, name, piece, (shift.x(), shift.y()))
            made.extend(new)
            twin, graph = dict(zip(piece.graph.nodes, new, strict=True)), pasted.graphs[name]
            for edge in rewiring.incoming(self._graph, ids):
                graph = edits.connect(graph, replace(edge, target=twin[edge.target]))
            return pasted.with_graph(graph, name)

        if self._bench.try_apply(wiring.count("Duplicate", self._graph, ids), edit):
            self._bench.selection.set(made)

    def _piece(self, ids: list[str]) -> clipboard.Piece:
        return clipboard.piece_of(self._bench.project, self._bench.graph_name, ids, self._marks())

    def _area(self, piece: clipboard.Piece) -> QRectF:
        """The room that a piece takes where it comes from."""
        known = piece.graph.annotations
        return geometry.bounds(
            (
                *(QRectF(*node.position, *self._scene.size_of(node)) for node in piece),
                *(QRectF(*mark.position, *mark.size) for mark in (*known.frames.values(), *known.notes.values())),
            )
        )

    def _add_piece(self, piece: clipboard.Piece, shift: QPointF, label: str, *, counted: bool = True) -> None:
        area = self._area(piece)
        wanted = area.topLeft() + shift
        by = self.free_place(wanted, (area.width(), area.height())) - area.topLeft()
        name, made = self._bench.graph_name, []

        def edit(project: Project) -> Project:
            pasted, ids = clipboard.paste(project, name, piece, (by.x(), by.y()))
            made.extend(ids)
            return pasted

        before = {*self._scene.beside.items}
        if counted:
            label = _count(label, piece.graph, piece.graph.nodes, _marks_of(piece.graph))
        if self._bench.try_apply(label, edit):
            self._bench.selection.set(made, {*self._scene.beside.items} - before)

    # Moving

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes by a step of the grid."""
        graph, ids = self._graph, self._selected()
        places = {id: (graph.nodes[id].position[0] + dx, graph.nodes[id].position[1] + dy) for id in ids}
        if places:
            self._canvas.edit(wiring.count("Move", graph, ids), lambda g: edits.move_nodes(g, places))


def _sides(rect: QRectF) -> tuple[float, float, float, float]:
    return rect.left(), rect.top(), rect.right(), rect.bottom()


def _ports(item: NodeItem) -> rewiring.Ports:
    """The inputs that need an edge, and the outputs."""
    layer = item.card.layer
    optional = {port.name for port in layer.inputs() if port.optional} if layer is not None else set()
    return tuple(name for name in item.layout.inputs if name not in optional), tuple(item.layout.outputs)


def _marks_of(graph: Graph) -> list[str]:
    """The frames and notes of a graph."""
    return [*graph.annotations.frames, *graph.annotations.notes]


def _count(verb: str, graph: Graph, ids: Collection[str], marks: list[str]) -> str:
    """A label for an edit of nodes, frames and notes: "Delete 3 nodes", "Delete the frame"."""
    if ids:
        return wiring.count(verb, graph, ids)
    one = "the frame" if marks[0] in graph.annotations.frames else "the note"
    return f"{verb} {one if len(marks) == 1 else f'{len(marks)} frames and notes'}"
