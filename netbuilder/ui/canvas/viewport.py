"""The window onto the scene: zoom, pan, the dotted ground, and the picture of it that is kept while nothing changes.

It knows nothing about gestures, projects or edits.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QRegion, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsScene, QGraphicsView, QWidget

from netbuilder.ui.canvas.fills import fill, whole
from netbuilder.ui.canvas.geometry import GRID
from netbuilder.ui.canvas.paints import blend
from netbuilder.ui.canvas.scene import NetworkScene

FIT_MARGIN = 56  # pixels left free around what is fitted into the view
FAR = 0.35  # below this zoom nothing is written beside a node
LEAST, MOST = 0.015, 3.0
NOTCH = 1.15  # one step of the wheel
EDGE = 1.1e7  # half the side of the ground; no node can stand further out
DOTS = 3 * GRID
PARTS = 4  # of the picture that are painted one by one; more of them as one,
CLOSE = 0.3  # as are those in so much of the view: each costs something of its own
AREAS = 24  # that are out of date since the last picture; with more, all of it is


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
        self._outdated = 0  # areas since the last picture
        scene.outdated.connect(self._redraw)
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
        self._keep(False)
        self.setTransform(QTransform.fromScale(zoom, zoom))
        moved = self.viewportTransform().map(held) - QPointF(pixel)
        self._move(QPoint(-round(moved.x()), -round(moved.y())))
        self.viewport().update()
        self.viewed.emit()

    def zoom_in(self) -> None:
        self.set_zoom(self.zoom * 1.25)

    def zoom_out(self) -> None:
        self.set_zoom(self.zoom / 1.25)

    def pan(self, by: QPoint) -> None:
        """Move what is shown by so many pixels."""
        self._keep(True)
        self._move(by)

    def _move(self, by: QPoint) -> None:
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
        theme = paints.theme
        color: QColor = blend(theme.canvas, theme.canvas_dot, min(1.0, (step * zoom - 8) / 14))
        placed, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
        across = np.arange(math.floor(area.left() / step), math.ceil(area.right() / step) + 1) * step * zoom
        down = np.arange(math.floor(area.top() / step), math.ceil(area.bottom() / step) + 1) * step * zoom
        dots = np.empty((len(across), len(down), 4), np.int32)
        dots[:, :, 0] = whole((across + placed.dx() - 1) * ratio)[:, None]
        dots[:, :, 1] = whole((down + placed.dy() - 1) * ratio)[None, :]
        dots[:, :, 2:] = dots[:, :, :2] + round(2 * ratio)
        fill(painter, dots.reshape(-1, 4), color)

    def _keep(self, picture: bool) -> None:
        """Whether the picture is kept from now on: panned, it is moved and only its rim painted. Zoomed, no picture
        fits the next, and each is painted straight to the screen."""
        flags = QGraphicsView.CacheModeFlag
        self.setCacheMode(flags.CacheBackground if picture else flags.CacheNone)

    def _redraw(self, area: QRectF) -> None:
        """Paint an area anew, or with a null one everything."""
        if self._outdated > AREAS:
            return  # all of it will be
        rim = 2 / self.zoom  # what is half on a pixel is painted on it
        around = area.adjusted(-rim, -rim, rim, rim)
        if area.isNull():
            self._outdated = AREAS
        elif not self.visible_area().intersects(around):
            return
        self._outdated += 1
        if self._outdated > AREAS:
            self.resetCachedContent()
            self.viewport().update()
        else:
            self._keep(True)
            self.invalidateScene(around, QGraphicsScene.SceneLayer.BackgroundLayer)

    # Qt

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse; Shift, or two fingers on a pad, move it."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        turned, moved = event.angleDelta(), event.pixelDelta()
        on_pad = event.phase() != Qt.ScrollPhase.NoScrollPhase and not moved.isNull()
        if on_pad and not control:
            self.pan(moved)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(QPoint(turned.y() or turned.x(), 0))
        elif turned.y():
            self.set_zoom(self.zoom * NOTCH ** (turned.y() / 120), event.position().toPoint())
        event.accept()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """The network itself: it is all in the background, which Qt keeps as a picture."""
        self._outdated = 0
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        placed, screen = painter.worldTransform(), self.viewport().rect()
        painter.setWorldTransform(QTransform())
        region = painter.clipRegion() & screen if painter.hasClipping() else QRegion(screen)
        back, sight = placed.inverted()[0], self._network.drawing.sight(self.visible_area(), self.zoom)
        for part in _parts(region, screen):
            painter.setWorldTransform(QTransform())
            painter.setClipRect(part)
            painter.setWorldTransform(placed)
            area = back.mapRect(QRectF(part))
            self._paint_ground(painter, area)
            self._network.drawing.paint(painter, area, sight)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        self.paint_over(painter)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.viewed.emit()


def _parts(region: QRegion, screen: QRect) -> list[QRect]:
    """What of the picture to paint, one after the other."""
    around = region.boundingRect()
    small = around.width() * around.height() <= CLOSE * screen.width() * screen.height()
    return [around] if small or region.rectCount() > PARTS else list(region)
