"""The gesture that cuts every edge it is drawn across, as one step."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from netbuilder.graph import edits
from netbuilder.ui.canvas.edge_item import EdgeItem
from netbuilder.ui.canvas.gestures import Gesture

if TYPE_CHECKING:
    from netbuilder.graph import Graph
    from netbuilder.ui.canvas.canvas import Canvas

SHORT = 4.0  # pixels of the stroke that are one straight line


class Knife(Gesture):
    """Begins on the ground. The edges that it has crossed are cut when it is let go."""

    cursor = Qt.CursorShape.CrossCursor
    hint = "Cuts the edges it crosses"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint):
        super().__init__(canvas, at, pixel)
        self.stroke = [at]
        self.crossed: dict[tuple[str, str], EdgeItem] = {}

    def move(self, at: QPointF, pixel: QPoint) -> None:
        line = QLineF(self.stroke[-1], at)
        if line.length() * self.canvas.zoom < SHORT:
            return
        self.stroke.append(at)
        around = QRectF(line.p1(), line.p2()).normalized().adjusted(-1, -1, 1, 1)
        for item in self.scene.edges_in(around):
            if _crosses(item, line):
                self.crossed[item.edge.target, item.edge.input] = item
        self.canvas.viewport().update()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.viewport().update()
        ends = [at for at in self.crossed if at in self.scene.graph.edges]
        if not ends:
            return
        names, (first, *more) = self.scene.graph.nodes, [self.scene.graph.edges[at] for at in ends]
        one = f"Disconnect {names[first.source].name} from {names[first.target].name}"

        def cut(graph: Graph) -> Graph:
            for at in ends:
                graph = edits.disconnect(graph, *at)
            return graph

        self.canvas.edit(f"Cut {len(ends)} edges" if more else one, cut)

    def click(self) -> None:
        """Nothing was crossed."""

    def cancel(self) -> None:
        self.canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        if not self.moving:
            return
        color = self.scene.paints.danger.color()
        painter.setBrush(self.scene.paints.no_brush)
        cut = QPen(color, 3)
        cut.setCosmetic(True)
        painter.setPen(cut)
        for item in self.crossed.values():
            painter.drawPath(item.path)
        blade = QPen(color, 1.6, Qt.PenStyle.DashLine)
        blade.setCosmetic(True)
        painter.setPen(blade)
        painter.drawPolyline(QPolygonF(self.stroke))


def _crosses(item: EdgeItem, line: QLineF) -> bool:
    """Whether a straight stroke meets the curve."""
    for polygon in item.path.toSubpathPolygons():
        for start, end in pairwise(polygon):
            if QLineF(start, end).intersects(line)[0] == QLineF.IntersectionType.BoundedIntersection:
                return True
    return False
