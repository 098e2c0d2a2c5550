"""Where the keyboard is on a canvas: the node that the arrows start from, and the marks that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from netbuilder.ui.canvas import walking

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

RING = 2  # pixels


class Cursor:
    """Of one canvas. `node` is the node that the keyboard is on: the last that was gone to, while it is selected."""

    def __init__(self, canvas: Canvas):
        self._canvas = canvas
        self._at: str | None = None
        self._ring = [_Line(canvas) for _ in range(4)]
        self._around: str | None = None  # the node with the dashed ring
        canvas.bench.selection.changed.connect(self._follow)

    @property
    def node(self) -> str | None:
        selected, nodes = self._canvas.bench.selection.nodes, self._canvas.scene().nodes
        if self._at in selected and self._at in nodes:
            return self._at
        return next((id for id in nodes if id in selected), None) if selected else None

    def walk(self, way: str, extend: bool = False) -> None:
        """Select the node that lies this way; with `extend`, beside what is selected."""
        canvas = self._canvas
        canvas.seeking.pointing = False
        rects = {id: item.rect() for id, item in canvas.scene().nodes.items()}
        start = self.node
        found = walking.walk(canvas.scene().graph, rects, start, way) if start is not None else walking.first(rects)
        if found is None:
            return
        self._at = found
        selected = canvas.bench.selection.nodes & rects.keys()
        canvas.bench.selection.set(selected | {found} if extend else [found])
        canvas.bring_into_view(rects[found])
        canvas.voices.go_to(found)
        canvas.viewport().update()

    # How it is seen

    def show_focus(self, reason: Qt.FocusReason | None) -> None:
        """The canvas has the keyboard, or (None) has it no more. Who clicked into it needs no frame to see that."""
        shown = reason is not None and reason != Qt.FocusReason.MouseFocusReason
        for line in self._ring:
            line.setVisible(shown)
        self.arrange()
        self._follow()

    def _follow(self) -> None:
        """The ring lies beyond what is painted anew of a node that is selected."""
        now = self._ringed()
        if now != self._around:
            self._around = now
            self._canvas.viewport().update()

    def _ringed(self) -> str | None:
        several = len(self._canvas.bench.selection.nodes) > 1 and self._canvas.hasFocus()
        return self.node if several else None

    def arrange(self) -> None:
        """Around a canvas of this size."""
        width, height = self._canvas.width(), self._canvas.height()
        places = ((0, 0, width, RING), (0, height - RING, width, RING), (0, 0, RING, height))
        for line, place in zip(self._ring, (*places, (width - RING, 0, RING, height)), strict=True):
            line.setGeometry(*place)
            line.raise_()

    def paint(self, painter: QPainter) -> None:
        """A dashed ring around the node it is on, where several are selected."""
        canvas, node = self._canvas, self._ringed()
        if node is None:
            return
        pen = QPen(QColor(canvas.scene().paints.theme.text), 1.5, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(canvas.scene().nodes[node].rect().adjusted(-5, -5, 5, 5), 10, 10)


class _Line(QWidget):
    """One side of the frame around a canvas that has the keyboard."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._canvas.scene().paints.theme.accent))
