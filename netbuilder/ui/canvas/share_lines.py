"""Thin dashed lines between the nodes that share one layer, while one of them is meant. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.ui.canvas.paints import Paints

Z = 0.5  # above the edges, below the cards


class ShareLines(QGraphicsItem):
    """From the first of each group to each of the others."""

    def __init__(self, paints: Paints):
        super().__init__()
        self.paints = paints
        self.lines: list[tuple[QLineF, int]] = []
        self._bounds = QRectF()
        self.setZValue(Z)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def show_groups(self, groups: Sequence[tuple[int, Sequence[QPointF]]]) -> None:
        """Join these places: a group's number, and the middles of its nodes, the owner first."""
        lines = [(QLineF(places[0], place), group) for group, places in groups for place in places[1:]]
        if lines == self.lines:
            return
        self.prepareGeometryChange()
        self.lines = lines
        self._bounds = QRectF()
        for line, _ in lines:
            self._bounds = self._bounds.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))
        self.update()

    # Qt

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        for line, group in self.lines:
            pen = QPen(self.paints.group_color(group), 1.4, Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(line)
