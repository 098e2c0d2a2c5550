"""The whole graph painted in a few strokes, for when single nodes are too small to read. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from netbuilder.ui.canvas.scene import NetworkScene

CURVES = 400  # edges up to which their curves are painted; more are straight lines
NAMES = 400  # cards in view up to which those names are written that fit
HOT = "heat "  # what stands for a level of heat in the place of a family
NAMELESS = 0.14  # the zoom below which no card has room for its name
LETTERS = 10  # their size in pixels, whatever the zoom


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
        """The cards by family, or by how hot they are where cost is painted."""
        if not self._known:
            self._known = True
            self._boxes, self._box_at, self._bad, self._selected = {}, {}, {}, []
            for id, item in self._scene.nodes.items():
                look = item.card.family if item.heat is None else f"{HOT}{item.heat.level}"
                boxes = self._boxes.setdefault(look, [])
                self._box_at[id] = (look, len(boxes))
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
        self._scene.beside.paint_far(painter)
        painter.setBrush(paints.no_brush)
        if self._lines:
            painter.setPen(paints.edge_thin)
            painter.drawLines(self._lines)
        else:
            self._paint_curves(painter, area)
        painter.setPen(paints.nothing)
        few = len(self._box_at) <= NAMES
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, few)
        for look, rects in boxes.items():
            hot = look.startswith(HOT)
            painter.setBrush(paints.heat(int(look.removeprefix(HOT)))[1] if hot else paints.overview_brush(look))
            if few:
                for rect in rects:
                    painter.drawRoundedRect(rect, 12, 12)
            else:
                painter.drawRects(rects)
        painter.setBrush(paints.no_brush)
        outlined = ((self._bad.get("warning", []), paints.warning), (self._bad.get("error", []), paints.danger),
                    (self._selected, paints.border_selected))  # fmt: skip
        for ids, pen in outlined:
            if ids:
                painter.setPen(QPen(pen.color(), 2 / zoom))
                painter.drawRects([self._scene.nodes[id].rect() for id in ids])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if zoom > NAMELESS and len(self._box_at) <= 4 * NAMES:
            self._paint_names(painter, area, zoom)

    def _paint_names(self, painter: QPainter, area: QRectF, zoom: float) -> None:
        """Names in a size that can be read, on the cards that have room for them."""
        paints = self._scene.paints
        shown = [item for item in self._scene.nodes.values() if item.rect().intersects(area)]
        if len(shown) > NAMES:
            return
        font = QFont(paints.fonts["text"])
        font.setPixelSize(LETTERS)
        metrics = QFontMetricsF(font)
        to_pixels = painter.transform()
        painter.save()
        painter.resetTransform()
        painter.setFont(font)
        painter.setPen(paints.text)
        for item in shown:
            card = to_pixels.mapRect(item.rect())
            if metrics.horizontalAdvance(item.card.name) <= card.width() - 4 and metrics.height() <= card.height() + 2:
                painter.drawText(card, Qt.AlignmentFlag.AlignCenter, item.card.name)
        painter.restore()

    def _paint_curves(self, painter: QPainter, area: QRectF) -> None:
        paints = self._scene.paints
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for edge in self._scene.edges.values():
            if edge.boundingRect().intersects(area):
                painter.setPen(paints.far_wire(edge.family) if edge.lit else paints.edge_far)
                painter.drawPath(edge.path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
