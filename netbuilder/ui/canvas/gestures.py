"""What a hand does on the canvas: each gesture has a beginning, an end and a cancel, and changes the project at most
once, when it ends. The canvas holds the one that is going on; Esc cancels it, whichever it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from netbuilder.graph import edits
from netbuilder.ui.canvas import geometry, wiring
from netbuilder.ui.canvas.node_item import NodeItem

if TYPE_CHECKING:
    from netbuilder.graph import Edge
    from netbuilder.ui.canvas.canvas import Canvas

CLICK = 4  # pixels within which a press and a release are a click


class Gesture:
    """Begins where it is made. `at` is a place in the scene, `pixel` the same in the view."""

    cursor: Qt.CursorShape | None = None
    drifts = True  # at the edge of the view, the view moves on

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint):
        self.canvas, self.scene, self.bench = canvas, canvas.scene(), canvas.bench
        self.began, self.began_pixel = at, pixel
        self.moving = False

    def drag(self, at: QPointF, pixel: QPoint) -> None:
        """The hand is somewhere else now. Up to `CLICK` pixels it is still a click."""
        if not self.moving and (pixel - self.began_pixel).manhattanLength() < CLICK:
            return
        self.moving = True
        self.move(at, pixel)

    def release(self, at: QPointF, pixel: QPoint) -> None:
        self.drag(at, pixel)
        if self.moving:
            self.end(at, pixel)
        else:
            self.click()

    def move(self, at: QPointF, pixel: QPoint) -> None:
        raise NotImplementedError

    def end(self, at: QPointF, pixel: QPoint) -> None:
        raise NotImplementedError

    def click(self) -> None:
        """Released where it began."""
        self.cancel()

    def cancel(self) -> None:
        """As if it had not begun."""

    def paint(self, painter: QPainter) -> None:
        """What is drawn over the scene while it goes on, in scene coordinates."""


class MoveNodes(Gesture):
    """Moves the selected nodes on the grid. One lonely node let go over an edge is put into it."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, grabbed: str):
        super().__init__(canvas, at, pixel)
        self.grabbed = grabbed
        ids = {id for id in self.bench.selection.nodes if id in self.scene.nodes} | {grabbed}
        self.before = {id: QPointF(self.scene.nodes[id].pos()) for id in ids}
        self.now = dict(self.before)
        graph = self.scene.graph
        lonely = len(ids) == 1 and not graph.edges_into(grabbed) and not graph.edges_from(grabbed)
        self._lonely = lonely and bool(self.scene.nodes[grabbed].layout.inputs)
        self._into: Edge | None = None

    def move(self, at: QPointF, pixel: QPoint) -> None:
        anchor = self.before[self.grabbed]
        shift = geometry.snap(anchor + at - self.began) - anchor
        self.now = {id: place + shift for id, place in self.before.items()}
        self.scene.place(self.now)
        if self._lonely:
            self._look_for_edge()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.light_edge(None)
        positions = {id: (place.x(), place.y()) for id, place in self.now.items()}
        if self._into is not None:
            self._insert(self._into)
            return
        label = wiring.count("Move", self.scene.graph, positions)
        if self.now != self.before and not self.canvas.edit(label, lambda g: edits.move_nodes(g, positions)):
            self.cancel()

    def click(self) -> None:
        if not self.canvas.additive:
            self.bench.selection.set([self.grabbed])

    def cancel(self) -> None:
        self.canvas.light_edge(None)
        self.scene.place(self.before)

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


class RubberBand(Gesture):
    """Selects what the rectangle touches, in addition to what `keep` holds."""

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, keep: frozenset[str]):
        super().__init__(canvas, at, pixel)
        self.keep = keep
        self.before = self.bench.selection.nodes
        self.area = QRectF(at, at)

    def move(self, at: QPointF, pixel: QPoint) -> None:
        self.area = QRectF(self.began, at).normalized()
        bounds = Qt.ItemSelectionMode.IntersectsItemBoundingRect  # the shapes of edges are slow to ask
        found = (item for item in self.scene.items(self.area, bounds) if isinstance(item, NodeItem))
        touched = {item.id for item in found if item.rect().intersects(self.area)}
        self.bench.selection.set(self.keep | touched)
        self.canvas.viewport().update()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.viewport().update()

    def click(self) -> None:
        self.bench.selection.set(self.keep)

    def cancel(self) -> None:
        self.bench.selection.set(self.before)
        self.canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        if self.moving:
            painter.setPen(self.scene.paints.band_pen)
            painter.setBrush(self.scene.paints.band_brush)
            painter.drawRect(self.area)


class Pan(Gesture):
    """Moves the view."""

    cursor = Qt.CursorShape.ClosedHandCursor
    drifts = False

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint):
        super().__init__(canvas, at, pixel)
        self._last = pixel

    def move(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.pan(pixel - self._last)
        self._last = pixel

    def end(self, at: QPointF, pixel: QPoint) -> None:
        """The view stays where it is."""
