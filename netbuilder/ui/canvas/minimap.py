"""The whole graph in a corner, with a frame around what is in view. It knows nothing about projects."""

from __future__ import annotations

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QMenu, QWidget

from netbuilder.ui.canvas.overlays import plate
from netbuilder.ui.canvas.scene import NetworkScene
from netbuilder.ui.canvas.viewport import NOTCH
from netbuilder.ui.look import Look

SIZE = (176, 120)
SHARE = 0.18  # of the width of its canvas, at most
INSET = 10


class Minimap(QWidget):
    """Pressing or dragging emits the place of the scene that should be in the middle: the frame goes along with the
    hand that takes it, and jumps to one that presses beside it. The wheel emits the place and by what to zoom."""

    pointed = Signal(QPointF)
    zoomed = Signal(QPointF, float)
    hidden = Signal()

    def __init__(self, scene: NetworkScene, look: Look, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("minimap")
        self.setAccessibleName("Overview of the network")
        self.setToolTip("Drag to move the view, turn the wheel to zoom")
        self.wanted = True  # whether it is shown where it is of use
        self._hold = QPointF()  # from the hand to the middle of the frame, while that is dragged
        self.setFixedSize(*SIZE)
        self._scene, self._look = scene, look
        self._view = QRectF()
        self._whole = QRectF()
        self._picture: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()
        scene.redrawn.connect(self.update)

    def fit(self, width: int) -> None:
        """Be as large as a canvas of this width has room for."""
        share = max(0.6, min(1.0, width * SHARE / SIZE[0]))
        self.setFixedSize(round(SIZE[0] * share), round(SIZE[1] * share))

    def show_view(self, view: QRectF) -> None:
        """The part of the scene that is in view. The map is there only if that is not all of it."""
        nodes = self._scene.bounds()
        needed = self.wanted and not nodes.isEmpty() and not view.adjusted(-8, -8, 8, 8).contains(nodes)
        self.setVisible(needed)
        if needed:
            self._view, self._whole = view, nodes
            self.update()

    def _scale(self) -> float:
        area = self._whole
        return min((self.width() - 2 * INSET) / area.width(), (self.height() - 2 * INSET) / area.height(), 0.12)

    def _offset(self) -> QPointF:
        return QPointF(self.rect().center()) - self._whole.center() * self._scale()

    def _draw(self) -> QPixmap:
        """The plate and the nodes: the same until a node changes."""
        theme, paints = self._look.theme, self._scene.paints
        picture = plate(self, theme)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._whole.isEmpty():
            scale, offset = self._scale(), self._offset()
            self._scene.beside.paint_small(painter, scale, offset)
            table = self._scene.node_boxes
            rows = np.flatnonzero(~np.isnan(table.sides[:, 0]))
            sides = table.sides[rows]
            rects = np.concatenate(
                [sides[:, :2] * scale + (offset.x(), offset.y()), sides[:, 2:] - sides[:, :2]], axis=1
            )
            rects[:, 2:] = np.maximum(rects[:, 2:] * scale, 1.5)
            looks = np.array(["!" if i.card.severity == "error" else i.card.family for i in table.at(rows)])
            painter.setPen(paints.nothing)
            for look in np.unique(looks).tolist():
                some = np.ascontiguousarray(rects[looks == look])
                painter.setBrush(paints.danger.color() if look == "!" else paints.overview_brush(look))
                painter.drawRects(shiboken6.wrapInstance(some.ctypes.data, QRectF), len(some))
        painter.end()
        return picture

    def _place(self, pixel: QPointF) -> QPointF:
        """Which place of the scene is shown there."""
        return (pixel - self._offset()) / self._scale()

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._whole.isEmpty():
            return
        place = self._place(event.position())
        self._hold = self._view.center() - place if self._view.contains(place) else QPointF()
        if self._hold.isNull():
            self.pointed.emit(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not self._whole.isEmpty():
            self.pointed.emit(self._place(event.position()) + self._hold)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._whole.isEmpty() and event.angleDelta().y():
            self.zoomed.emit(self._place(event.position()), NOTCH ** (event.angleDelta().y() / 120))
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Hide the minimap").triggered.connect(self.hidden)
        menu.popup(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        self._whole = self._scene.bounds()
        wanted = (self._scene.version, theme, self.size(), self.devicePixelRatioF())
        if self._picture is None or self._drawn != wanted:
            self._picture, self._drawn = self._draw(), wanted
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if not self._whole.isEmpty():
            scale, offset = self._scale(), self._offset()
            frame = QRectF(self._view.topLeft() * scale + offset, self._view.size() * scale).toRect()
            color = QColor(theme.accent)
            painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
            painter.setPen(QPen(color, 1))
            color.setAlpha(24)
            painter.setBrush(color)
            painter.drawRect(frame)
        painter.end()
