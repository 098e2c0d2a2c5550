"""Thin dashed lines between the nodes that share one layer, while one of them is meant. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from netbuilder.ui.canvas.paints import Paints


class ShareLines:
    """From the first of each group to each of the others."""

    def __init__(self) -> None:
        self.lines: list[tuple[QLineF, int]] = []
        self.bounds = QRectF()

    def show_groups(self, groups: Sequence[tuple[int, Sequence[QPointF]]]) -> QRectF:
        """Join these places: a group's number, and the middles of its nodes, the owner first. Returns the area that
        looks different now, a null one if none does."""
        lines = [(QLineF(places[0], place), group) for group, places in groups for place in places[1:]]
        if lines == self.lines:
            return QRectF()
        before, self.lines, self.bounds = self.bounds, lines, QRectF()
        for line, _ in lines:
            self.bounds = self.bounds.united(QRectF(line.p1(), line.p2()).normalized().adjusted(-2, -2, 2, 2))
        return before.united(self.bounds)

    def paint(self, painter: QPainter, paints: Paints) -> None:
        for line, group in self.lines:
            pen = QPen(paints.group_color(group), 1.4, Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLine(line)
