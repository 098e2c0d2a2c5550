"""The whole graph painted in a few strokes, for when single nodes are too small to read. Also the minimap's picture."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

from netbuilder.ui.canvas.scene import NetworkScene

CURVES = 400  # edges up to which their curves are painted; more are straight lines


class Overview:
    """Rectangles by colour and lines, gathered once and kept until `forget`."""

    def __init__(self, scene: NetworkScene):
        self._scene = scene
        self._boxes: dict[str, list[QRectF]] | None = None
        self._lines: list[QLineF] = []

    def forget(self) -> None:
        self._boxes = None

    def _gather(self) -> dict[str, list[QRectF]]:
        if self._boxes is None:
            boxes: dict[str, list[QRectF]] = {}
            for item in self._scene.nodes.values():
                boxes.setdefault(item.card.family, []).append(item.rect())
            self._boxes = boxes
            edges = self._scene.edges.values()
            self._lines = [QLineF(edge.start, edge.end) for edge in edges] if len(edges) > CURVES else []
        return self._boxes

    def paint(self, painter: QPainter, area: QRectF, zoom: float) -> None:
        """All of it, in scene coordinates."""
        scene, paints = self._scene, self._scene.paints
        boxes = self._gather()
        painter.setBrush(paints.no_brush)
        if self._lines:
            painter.setPen(paints.edge_thin)
            painter.drawLines(self._lines)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(paints.edge)
            for edge in scene.edges.values():
                if edge.boundingRect().intersects(area):
                    painter.setPen(paints.wire(edge.family) if edge.lit else paints.edge)
                    painter.drawPath(edge.path)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(paints.nothing)
        for family, rects in boxes.items():
            painter.setBrush(paints.overview_brush(family))
            painter.drawRects(rects)
        painter.setBrush(paints.no_brush)
        for item in scene.nodes.values():
            if item.selected or item.card.severity:
                bad = paints.danger if item.card.severity == "error" else paints.warning
                painter.setPen(QPen(paints.accent if item.selected else bad.color(), 2 / zoom))
                painter.drawRect(item.rect())
