"""The window onto the scene: zoom, pan, and the dotted ground.

It knows nothing about gestures, projects or edits.
"""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from netbuilder.ui.canvas.geometry import GRID
from netbuilder.ui.canvas.paints import blend
from netbuilder.ui.canvas.scene import NetworkScene

FIT_MARGIN = 56  # pixels left free around what is fitted into the view
FAR = 0.35  # below this zoom nothing is written beside a node
LEAST, MOST = 0.015, 3.0
NOTCH = 1.15  # one step of the wheel
EDGE = 1.1e7  # half the side of the ground; no node can stand further out
DOTS = 3 * GRID


class Viewport(QGraphicsView):
    """A view that zooms at a point and pans without end. `viewed` says that it shows another part of the scene."""

    viewed = Signal()

    def __init__(self, scene: NetworkScene, parent: QWidget | None = None):
        super().__init__(scene, parent)
        self._network = scene  # a view does not keep its scene alive
        self.setSceneRect(-EDGE, -EDGE, 2 * EDGE, 2 * EDGE)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setMouseTracking(True)
        self.centerOn(0, 0)

    @property
    def zoom(self) -> float:
        return self.transform().m11()

    @property
    def far(self) -> bool:
        """Whether nodes are too small to write something beside them."""
        return self.zoom < FAR

    def visible_area(self) -> QRectF:
        """What of the scene is in view."""
        return self.mapToScene(self.viewport().rect()).boundingRect()

    def screen_position(self, point: QPointF) -> QPoint:
        """Where a place of the scene is on the screen."""
        return self.viewport().mapToGlobal(self.mapFromScene(point))

    def set_zoom(self, zoom: float, at: QPoint | None = None) -> None:
        """Zoom so that what is at this pixel of the view (its middle by default) stays there."""
        zoom = min(max(zoom, LEAST), MOST)
        if abs(zoom - 1.0) < 0.02:
            zoom = 1.0
        pixel = at if at is not None else self.viewport().rect().center()
        held = self.mapToScene(pixel)
        self.setTransform(QTransform.fromScale(zoom, zoom))
        moved = self.viewportTransform().map(held) - QPointF(pixel)
        self.pan(QPoint(-round(moved.x()), -round(moved.y())))
        self.viewport().update()
        self.viewed.emit()

    def zoom_in(self) -> None:
        self.set_zoom(self.zoom * 1.25)

    def zoom_out(self) -> None:
        self.set_zoom(self.zoom / 1.25)

    def pan(self, by: QPoint) -> None:
        """Move what is shown by so many pixels."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())

    def show_area(self, area: QRectF, most: float = 1.0, margin: int = FIT_MARGIN) -> None:
        """Zoom and pan so that all of `area` is in view, at most `most` times as large."""
        if area.isEmpty():
            return
        width, height = self.viewport().width() - 2 * margin, self.viewport().height() - 2 * margin
        fits = min(width / area.width(), height / area.height()) if width > 0 and height > 0 else LEAST
        self.set_zoom(min(max(fits, LEAST), most))
        self.centerOn(area.center())
        self.viewed.emit()

    def bring_into_view(self, area: QRectF, margin: int = 48) -> None:
        """Pan just as far as needed for `area` to be in view."""
        seen = self.visible_area()
        space = margin / self.zoom
        inner = seen.adjusted(space, space, -space, -space)
        if inner.contains(area):
            return
        dx = min(0.0, inner.right() - area.right()) or max(0.0, inner.left() - area.left())
        dy = min(0.0, inner.bottom() - area.bottom()) or max(0.0, inner.top() - area.top())
        self.pan(QPoint(round(dx * self.zoom), round(dy * self.zoom)))

    def paint_over(self, painter: QPainter) -> None:
        """What is painted over the scene, near or far, in scene coordinates."""

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        """A level colour with dots on the grid. Where they stand too close they fade, and every other is left out."""
        paints, zoom = self._network.paints, self.zoom
        painter.fillRect(area, paints.canvas)
        step = float(DOTS)
        while step * zoom < 16:
            step *= 2
        strength = min(1.0, (step * zoom - 8) / 14)
        theme = paints.theme
        color: QColor = blend(theme.canvas, theme.canvas_dot, strength)
        left, top = math.floor(area.left() / step) * step, math.floor(area.top() / step) * step
        columns, rows = int(area.width() / step) + 2, int(area.height() / step) + 2
        if columns * rows > 20_000:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        pen = QPen(color, 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.translate(left, top)
        painter.drawPoints(_dots(step, columns, rows))
        painter.translate(-left, -top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    # Qt

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        self._paint_ground(painter, rect)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        self.paint_over(painter)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.viewed.emit()


@lru_cache(maxsize=64)
def _dots(step: float, columns: int, rows: int) -> QPolygonF:
    """A field of dots from the origin on."""
    return QPolygonF([QPointF(step * column, step * row) for column in range(columns) for row in range(rows)])
