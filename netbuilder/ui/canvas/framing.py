"""Gestures on what is drawn beside the network: frames and notes moved and resized, points of edges moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from netbuilder.graph import annotations, edits
from netbuilder.ui.canvas import geometry, wiring
from netbuilder.ui.canvas.beside import FrameItem
from netbuilder.ui.canvas.gestures import Gesture

if TYPE_CHECKING:
    from netbuilder.graph import Edge, Graph
    from netbuilder.ui.canvas.canvas import Canvas

CURSORS = {
    "left": Qt.CursorShape.SizeHorCursor, "right": Qt.CursorShape.SizeHorCursor,
    "top": Qt.CursorShape.SizeVerCursor, "bottom": Qt.CursorShape.SizeVerCursor,
    "left top": Qt.CursorShape.SizeFDiagCursor, "right bottom": Qt.CursorShape.SizeFDiagCursor,
    "right top": Qt.CursorShape.SizeBDiagCursor, "left bottom": Qt.CursorShape.SizeBDiagCursor,
}  # fmt: skip


class MoveMarks(Gesture):
    """Moves frames with all that lies in them, notes, and nodes that are selected with them."""

    cursor = Qt.CursorShape.ClosedHandCursor
    hint = "A frame takes along what lies in it"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, grabbed: str, *, adds: bool = False):
        super().__init__(canvas, at, pixel)
        self.grabbed, self.adds = grabbed, adds
        items, selection = self.scene.beside.items, self.bench.selection
        marks = {id for id in selection.marks if id in items}
        alone = grabbed in items and grabbed not in marks
        marks = {grabbed} if alone else marks
        nodes = set() if alone else {id for id in selection.nodes if id in self.scene.nodes}
        if grabbed in self.scene.nodes:
            nodes.add(grabbed)
        for id in list(marks):
            item = items[id]
            if isinstance(item, FrameItem):
                marks |= self.scene.beside.within(item.rect())
                nodes |= {n.id for n in self.scene.nodes.values() if item.rect().contains(n.rect().center())}
        self._marks = {id: QPointF(items[id].pos()) for id in marks}
        self._nodes = {id: QPointF(self.scene.nodes[id].pos()) for id in nodes}
        self._bends = annotations.bends_among(self.scene.graph, nodes)
        self._shift = QPointF()

    def move(self, at: QPointF, pixel: QPoint) -> None:
        anchor = self._marks.get(self.grabbed) or self._nodes[self.grabbed]
        self._place(geometry.snap(anchor + at - self.began) - anchor)

    def end(self, at: QPointF, pixel: QPoint) -> None:
        shift, graph = self._shift, self.scene.graph
        if shift.isNull():
            return
        nodes = {id: ((p + shift).x(), (p + shift).y()) for id, p in self._nodes.items()}
        marks = {id: ((p + shift).x(), (p + shift).y()) for id, p in self._marks.items()}

        def moved(graph: Graph) -> Graph:
            graph = annotations.move_marks(edits.move_nodes(graph, nodes), marks)
            return annotations.move_bends(graph, nodes, (shift.x(), shift.y()))

        frame = graph.annotations.frames.get(self.grabbed)
        if frame is not None:
            label = f"Move {frame.title or 'the frame'}"
        else:
            label = "Move the note" if not nodes else wiring.count("Move", graph, nodes)
        if not self.canvas.edit(label, moved):
            self.cancel()

    def click(self) -> None:
        selection = self.bench.selection
        if self.grabbed in self.scene.nodes:
            selection.set([self.grabbed])
        elif self.adds:
            selection.set(selection.nodes, selection.marks ^ {self.grabbed})
        else:
            selection.set([], [self.grabbed])

    def cancel(self) -> None:
        self._place(QPointF())

    def _place(self, shift: QPointF) -> None:
        self._shift = shift
        for id, place in self._marks.items():
            if id in self.scene.beside.items:
                self.scene.beside.items[id].move_to(place + shift)
        self.scene.place({id: place + shift for id, place in self._nodes.items()})
        self.canvas.viewport().update()


class ResizeMark(Gesture):
    """Pulls an edge or a corner of a frame or a note."""

    hint = "What lies in a frame goes with it when it is moved"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, id: str, grip: str):
        super().__init__(canvas, at, pixel)
        self._item = self.scene.beside.items[id]
        self._before, self._sides = self._item.mark, grip.split()
        self.cursor = CURSORS.get(grip)

    def move(self, at: QPointF, pixel: QPoint) -> None:
        rect, place = self._rect(), geometry.snap(at)
        least = 2 * geometry.GRID + annotations.SMALLEST
        if "left" in self._sides:
            rect.setLeft(min(place.x(), rect.right() - least))
        if "right" in self._sides:
            rect.setRight(max(place.x(), rect.left() + least))
        if "top" in self._sides:
            rect.setTop(min(place.y(), rect.bottom() - least))
        if "bottom" in self._sides:
            rect.setBottom(max(place.y(), rect.top() + least))
        self._item.show_mark(
            replace(self._before, position=(rect.left(), rect.top()), size=(rect.width(), rect.height()))  # type: ignore[arg-type]
        )
        self.canvas.viewport().update()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        mark = self._item.mark
        frame = isinstance(self._item, FrameItem)
        put = annotations.put_frame if frame else annotations.put_note
        if mark != self._before and not self.canvas.edit(
            f"Resize {'the frame' if frame else 'the note'}",
            lambda g: put(g, mark),  # type: ignore[arg-type]
        ):
            self.cancel()

    def click(self) -> None:
        self.bench.selection.set([], [self._before.id])

    def cancel(self) -> None:
        self._item.show_mark(self._before)  # type: ignore[arg-type]
        self.canvas.viewport().update()

    def _rect(self) -> QRectF:
        return QRectF(*self._before.position, *self._before.size)


class MoveBend(Gesture):
    """Moves one of the points by way of which an edge is drawn. A new one may be made where it begins."""

    cursor = Qt.CursorShape.SizeAllCursor
    hint = "Double-click a point to take it out"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, edge: Edge, number: int, *, new: bool = False):
        super().__init__(canvas, at, pixel)
        self._edge, self._number = edge, number
        self._before = list(self.scene.graph.bends_of(edge))
        self._way = list(self._before)
        if new:
            self._way.insert(number, (at.x(), at.y()))

    def move(self, at: QPointF, pixel: QPoint) -> None:
        place = geometry.snap(at)
        self._way[self._number] = (place.x(), place.y())
        self.scene.lead(self._edge, self._way)

    def end(self, at: QPointF, pixel: QPoint) -> None:
        way, edge, names = self._way, self._edge, self.scene.graph.nodes
        label = f"Lead the edge from {names[edge.source].name} to {names[edge.target].name}"
        if not self.canvas.edit(label, lambda g: annotations.bend(g, edge, way)):
            self.cancel()

    def click(self) -> None:
        self.scene.select_edge((self._edge.target, self._edge.input))

    def cancel(self) -> None:
        if self.scene.graph.edges.get((self._edge.target, self._edge.input)) == self._edge:
            self.scene.lead(self._edge, self._before)
