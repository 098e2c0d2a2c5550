"""The whole graph painted in a few strokes, for when single nodes are too small to read. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPen

from netbuilder.ui.canvas.scene import NetworkScene

CURVES = 400  # edges up to which their curves are painted; more are straight lines


class Overview:
    """Rectangles by colour and lines, gathered once and kept until `forget`."""

    def __init__(self, scene: NetworkScene):
        self._scene = scene
        self._known = False
        self._boxes: dict[str, list[QRectF]] = {}
        self._lines: list[QLineF] = []
        self._selected: list[str] = []
        self._bad: dict[str, list[str]] = {}
        self._box_at: dict[str, tuple[str, int]] = {}
        self._line_at: dict[tuple[str, str], int] = {}

    def forget(self, moved: Iterable[str] | None = None) -> None:
        """Something looks different: only these nodes stand elsewhere, or anything (None)."""
        if moved is None:
            self._known = False
        if not self._known or moved is None:
            return
        for id in moved:
            family, at = self._box_at[id]
            self._boxes[family][at] = self._scene.nodes[id].rect()
            for end in self._scene.touching(id):
                if self._lines:
                    edge = self._scene.edges[end]
                    self._lines[self._line_at[end]] = QLineF(edge.start, edge.end)

    def gather(self) -> dict[str, list[QRectF]]:
        """The cards by family."""
        if not self._known:
            self._known = True
            self._boxes, self._box_at, self._bad, self._selected = {}, {}, {}, []
            for id, item in self._scene.nodes.items():
                boxes = self._boxes.setdefault(item.card.family, [])
                self._box_at[id] = (item.card.family, len(boxes))
                boxes.append(item.rect())
                if item.selected:
                    self._selected.append(id)
                elif item.card.severity:
                    self._bad.setdefault(item.card.severity, []).append(id)
            edges = self._scene.edges if len(self._scene.edges) > CURVES else {}
            self._line_at = {at: number for number, at in enumerate(edges)}
            self._lines = [QLineF(edge.start, edge.end) for edge in edges.values()]
        return self._boxes

    def paint(self, painter: QPainter, area: QRectF, zoom: float) -> None:
        """All of it, in scene coordinates."""
        paints = self._scene.paints
        boxes = self.gather()
        painter.setBrush(paints.no_brush)
        if self._lines:
            painter.setPen(paints.edge_thin)
            painter.drawLines(self._lines)
        else:
            self._paint_curves(painter, area)
        painter.setPen(paints.nothing)
        for family, rects in boxes.items():
            painter.setBrush(paints.overview_brush(family))
            painter.drawRects(rects)
        painter.setBrush(paints.no_brush)
        outlined = ((self._bad.get("warning", []), paints.warning), (self._bad.get("error", []), paints.danger),
                    (self._selected, paints.border_selected))  # fmt: skip
        for ids, pen in outlined:
            if ids:
                painter.setPen(QPen(pen.color(), 2 / zoom))
                painter.drawRects([self._scene.nodes[id].rect() for id in ids])

    def _paint_curves(self, painter: QPainter, area: QRectF) -> None:
        paints = self._scene.paints
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for edge in self._scene.edges.values():
            if edge.boundingRect().intersects(area):
                painter.setPen(paints.wire(edge.family) if edge.lit else paints.edge)
                painter.drawPath(edge.path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
