"""A layer dragged in from the palette: where it would stand, which edge it would be put into, and the drop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPen

from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.geometry import HEADER, MIN_WIDTH

if TYPE_CHECKING:
    from netbuilder.layers.layer import Layer
    from netbuilder.ui.canvas.canvas import Canvas

LAYER_MIME = "application/x-netbuilder-layer"


def kind_in(data: QMimeData) -> str | None:
    """The kind of the layer that is being dragged, if it is one."""
    if not data.hasFormat(LAYER_MIME):
        return None
    return bytes(data.data(LAYER_MIME).data()).decode("utf-8", "replace")


def carry(kind: str) -> QMimeData:
    """What a drag of this layer carries."""
    data = QMimeData()
    data.setData(LAYER_MIME, kind.encode())
    return data


class DropLayer:
    """From the moment a layer is dragged over the canvas until it is let go or leaves."""

    def __init__(self, canvas: Canvas, layer: type[Layer]):
        self._canvas, self.layer = canvas, layer
        self._corner = QPointF()
        self._into = None

    def move(self, at: QPointF) -> None:
        self._corner = geometry.snap(at - QPointF(MIN_WIDTH / 2, HEADER / 2))
        inside = self.layer()
        edge = self._canvas.edge_under(self._rect()) if inside.inputs() and inside.outputs() else None
        self._into = edge.edge if edge is not None else None
        self._canvas.light_edge(edge)
        self._canvas.viewport().update()

    def end(self, at: QPointF) -> None:
        self.move(at)
        into, corner = self._into, self._corner
        self.cancel()
        if into is not None:
            self._canvas.editing.insert_layer(self.layer.kind, corner, into)
        else:
            self._canvas.editing.add_layer(self.layer.kind, corner)

    def cancel(self) -> None:
        self._into = None
        self._canvas.light_edge(None)
        self._canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        """The outline of the node to be, with its title."""
        paints = self._canvas.scene().paints
        rect = self._rect()
        color = paints.family_color(self.layer.family)
        painter.setOpacity(0.85)
        painter.setPen(QPen(color, 1.6))
        painter.setBrush(paints.raised)
        painter.drawRoundedRect(rect, 8, 8)
        painter.translate(rect.topLeft())
        painter.setPen(paints.nothing)
        painter.setBrush(paints.header_brush(self.layer.family))
        painter.drawPath(paints.header(rect.width()))
        painter.setPen(paints.text)
        top = (HEADER - paints.line_height("name")) / 2
        paints.write(painter, "name", self.layer.title, QPointF(geometry.PAD, top))
        painter.translate(-rect.topLeft())
        painter.setOpacity(1.0)

    def _rect(self) -> QRectF:
        return QRectF(self._corner.x(), self._corner.y(), MIN_WIDTH, 64)


class Drops:
    """Takes what is dragged over one canvas, if it is a layer."""

    def __init__(self, canvas: Canvas):
        self._canvas = canvas
        self._now: DropLayer | None = None

    @property
    def going_on(self) -> bool:
        """Whether a layer is being dragged over the canvas."""
        return self._now is not None

    def enter(self, event: QDragEnterEvent) -> None:
        kind = kind_in(event.mimeData())
        layer = self._canvas.bench.find_layer(kind) if kind is not None else None
        if layer is None:
            event.ignore()
            return
        self._now = DropLayer(self._canvas, layer)
        self._canvas.floating.empty.hide()  # it would swallow the drop, and so would a note about a problem
        self._canvas.floating.show_problem()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def move(self, event: QDragMoveEvent) -> None:
        if self._now is None:
            event.ignore()
            return
        self._now.move(self._canvas.mapToScene(event.position().toPoint()))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def leave(self) -> None:
        if self._now is not None:
            self._now.cancel()
            self._now = None
            self._canvas.floating.refresh()

    def drop(self, event: QDropEvent) -> None:
        now, self._now = self._now, None
        if now is None:
            event.ignore()
            return
        now.end(self._canvas.mapToScene(event.position().toPoint()))
        self._canvas.floating.show_problem()
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)

    def paint(self, painter: QPainter) -> None:
        if self._now is not None:
            self._now.paint(painter)
