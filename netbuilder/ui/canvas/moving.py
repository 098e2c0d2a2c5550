"""Dragging nodes: to another place, out of their chain, or a copy of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from netbuilder.graph import annotations, edits
from netbuilder.ui.canvas import geometry, rewiring, wiring
from netbuilder.ui.canvas.gestures import Gesture
from netbuilder.ui.canvas.snapping import Snapping

if TYPE_CHECKING:
    from netbuilder.graph import Edge, Graph
    from netbuilder.ui.canvas.canvas import Canvas


class MoveNodes(Gesture):
    """Moves the selected nodes, with the points of the edges among them, to where `Snapping` lets them rest. One lonely
    node let go over an edge is put into it. A click selects the node that was grabbed; one that `adds` puts it to the
    selection or takes it out."""

    cursor = Qt.CursorShape.ClosedHandCursor
    hint = "Shift takes it out of its chain, Alt drags a copy; hold Ctrl to move freely"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, grabbed: str, *, adds: bool = False):
        super().__init__(canvas, at, pixel)
        self.grabbed, self.adds = grabbed, adds
        ids = {id for id in self.bench.selection.nodes if id in self.scene.nodes} | {grabbed}
        self.before = {id: QPointF(self.scene.nodes[id].pos()) for id in ids}
        self.now = dict(self.before)
        self.snapping = Snapping(self.scene, ids, grabbed, canvas.snaps)
        graph = self.scene.graph
        self._bends = annotations.bends_among(graph, ids)
        lonely = len(ids) == 1 and not graph.edges_into(grabbed) and not graph.edges_from(grabbed)
        self._lonely = lonely and bool(self.scene.nodes[grabbed].layout.inputs)
        self._into: Edge | None = None

    def move(self, at: QPointF, pixel: QPoint) -> None:
        shown = self.snapping.guides
        shift = self.snapping.shift(at - self.began, self.canvas.zoom)
        self.now = {id: place + shift for id, place in self.before.items()}
        self.scene.place(self.now)
        for edge, way in self._bends.items():
            self.scene.lead(edge, [(x + shift.x(), y + shift.y()) for x, y in way])
        if shown != self.snapping.guides:
            self._paint_again(shown)
            self._paint_again(self.snapping.guides)
        if self._lonely:
            self._look_for_edge()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.light_edge(None)
        self.canvas.viewport().update()  # the guides go
        positions = {id: (place.x(), place.y()) for id, place in self.now.items()}
        if self._into is not None:
            self._insert(self._into)
            return
        label = wiring.count("Move", self.scene.graph, positions)
        by = self.now[self.grabbed] - self.before[self.grabbed]

        def moved(graph: Graph) -> Graph:
            return annotations.move_bends(edits.move_nodes(graph, positions), positions, (by.x(), by.y()))

        if not by.isNull() and not self.canvas.edit(label, moved):
            self.cancel()

    def click(self) -> None:
        chosen = self.bench.selection.nodes
        self.bench.selection.set(chosen ^ {self.grabbed} if self.adds else [self.grabbed])

    def cancel(self) -> None:
        self.canvas.light_edge(None)
        self.canvas.viewport().update()
        self.scene.place(self.before)
        for edge, way in self._bends.items():
            self.scene.lead(edge, way)

    def paint(self, painter: QPainter) -> None:
        if self.moving:
            self.snapping.paint(painter)

    def _paint_again(self, guides: list[QLineF]) -> None:
        """Where these lines are or were, and no more: a whole canvas may hold thousands of nodes."""
        rim = 6 / self.canvas.zoom
        for line in guides:
            self.scene.update(QRectF(line.p1(), line.p2()).normalized().adjusted(-rim, -rim, rim, rim))

    def _look_for_edge(self) -> None:
        edge = self.canvas.edge_under(self.scene.nodes[self.grabbed].rect())
        self._into = edge.edge if edge is not None else None
        self.canvas.light_edge(edge)

    def _insert(self, edge: Edge) -> None:
        item = self.scene.nodes[self.grabbed]
        input, output = next(iter(item.layout.inputs)), next(iter(item.layout.outputs), None)
        source, target = self.scene.nodes[edge.source].card.name, self.scene.nodes[edge.target].card.name

        place, aside = self.canvas.editing.room_on_edge(
            edge, (item.layout.width, item.layout.height), item.pos(), moved=item.id
        )

        def insert(graph):
            moved = edits.move_nodes(graph, aside | {item.id: place})
            if output is None:
                return moved
            into = wiring.connect(
                edits.disconnect(moved, edge.target, edge.input), wiring.Edge(edge.source, edge.output, item.id, input)
            )
            return wiring.connect(into, wiring.Edge(item.id, output, edge.target, edge.input))

        self.canvas.edit(f"Put {item.card.name} between {source} and {target}", insert)


class PullOut(MoveNodes):
    """Takes the selected nodes out of what they are wired to and joins what came before them to what follows."""

    hint = "What came before is joined to what follows"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, grabbed: str, *, adds: bool = False):
        super().__init__(canvas, at, pixel, grabbed, adds=adds)
        self._lonely = False  # it is on its way out, not into an edge
        graph = self.scene.graph
        self._cut, self._healed = rewiring.healing(graph, self.before)

    def move(self, at: QPointF, pixel: QPoint) -> None:
        super().move(at, pixel)
        self._show_cut(False)
        self.canvas.viewport().update()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self._show_cut(True)
        positions = {id: (place.x(), place.y()) for id, place in self.now.items()}
        label = wiring.count("Take out", self.scene.graph, positions)
        if not self.canvas.edit(label, lambda g: edits.move_nodes(rewiring.pull_out(g, positions), positions)):
            super().cancel()

    def cancel(self) -> None:
        self._show_cut(True)
        super().cancel()

    def paint(self, painter: QPainter) -> None:
        super().paint(painter)
        if not self.moving:
            return
        painter.setBrush(self.scene.paints.no_brush)
        for edge in self._healed:
            source, target = self.scene.nodes[edge.source], self.scene.nodes[edge.target]
            painter.setPen(self.scene.paints.wire(source.card.family))
            painter.drawPath(
                self.scene.curve(source.port_position(edge.output, True), target.port_position(edge.input, False))
            )

    def _show_cut(self, shown: bool) -> None:
        for edge in self._cut:
            item = self.scene.edges.get((edge.target, edge.input))
            if item is not None:
                item.show(hidden=not shown)


class CopyNodes(Gesture):
    """Drags a copy of the selected nodes away from them, fed by what feeds them. They stay where they are."""

    cursor = Qt.CursorShape.DragCopyCursor
    hint = "The copy is fed by what feeds the original"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, grabbed: str):
        super().__init__(canvas, at, pixel)
        self.grabbed = grabbed
        chosen = {id for id in self.bench.selection.nodes if id in self.scene.nodes} | {grabbed}
        self.ids = [id for id in self.scene.graph.nodes if id in chosen]
        self.shift = QPointF()

    def move(self, at: QPointF, pixel: QPoint) -> None:
        anchor = QPointF(self.scene.nodes[self.grabbed].pos())
        self.shift = geometry.snap(anchor + at - self.began) - anchor
        self.canvas.viewport().update()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.viewport().update()
        if not self.shift.isNull():
            self.canvas.editing.copy_to(self.ids, self.shift)

    def click(self) -> None:
        self.bench.selection.set([self.grabbed])

    def cancel(self) -> None:
        self.canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        if not self.moving:
            return
        paints, nodes = self.scene.paints, self.scene.nodes
        painter.setBrush(paints.no_brush)
        for edge in rewiring.incoming(self.scene.graph, self.ids):
            source, target = nodes[edge.source], nodes[edge.target]
            painter.setPen(paints.wire(source.card.family))
            start, end = source.port_position(edge.output, True), target.port_position(edge.input, False)
            painter.drawPath(self.scene.curve(start, end + self.shift))
        painter.setOpacity(0.85)
        for id in self.ids:
            rect = nodes[id].rect().translated(self.shift)
            painter.setPen(paints.border_selected)
            painter.setBrush(paints.header_brush(nodes[id].card.family))
            painter.drawRoundedRect(rect, 10, 10)
            painter.setPen(paints.text)
            painter.setFont(paints.fonts["name"])
            painter.drawText(
                rect.adjusted(geometry.PAD, 0, -geometry.PAD, 0), Qt.AlignmentFlag.AlignCenter, nodes[id].card.name
            )
        painter.setOpacity(1.0)
