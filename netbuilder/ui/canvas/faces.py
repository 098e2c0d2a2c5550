"""Blank cards as pictures, for the zoom of the moment: painting one is a copy, not a drawing. It knows no nodes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from netbuilder.ui.canvas.geometry import DOT, HEADER, PAD, round_up
from netbuilder.ui.canvas.paints import Paints

MARGIN = 8  # scene units around the card, for its shadow
MOST = 300  # pictures kept at one zoom


class Faces:
    """Draws a card without texts and ports: shadow, body, header, dot, border."""

    def __init__(self, paints: Paints):
        self._paints = paints
        self._scale = (0.0, 0.0)
        self._pictures: dict[tuple[float, float, str, bool], QPixmap] = {}

    def paint(self, painter: QPainter, width: float, height: float, family: str, hovered: bool) -> None:
        """At the origin of `painter`, which is scaled and moved but not turned."""
        placed = painter.worldTransform()
        zoom, ratio = placed.m11(), painter.device().devicePixelRatio()
        if self._scale != (zoom, ratio) or len(self._pictures) > MOST:
            self._scale = (zoom, ratio)
            self._pictures.clear()
        key = (width, height, family, hovered)
        picture = self._pictures.get(key)
        if picture is None:
            picture = self._pictures[key] = self._draw(key, zoom, ratio)
        corner = QPointF(round(placed.dx() * ratio) / ratio, round(placed.dy() * ratio) / ratio)
        painter.setWorldTransform(QTransform.fromTranslate(corner.x(), corner.y()))
        painter.drawPixmap(QPointF(-self._inset(zoom), -self._inset(zoom)), picture)
        painter.setWorldTransform(placed)

    @staticmethod
    def _inset(zoom: float) -> float:
        """The margin on screen, in whole points so that the picture lies on whole pixels."""
        return round_up(MARGIN * zoom)

    def _draw(self, key: tuple[float, float, str, bool], zoom: float, ratio: float) -> QPixmap:
        width, height, family, hovered = key
        inset = self._inset(zoom)
        size = (round((width * zoom + 2 * inset) * ratio) + 1, round((height * zoom + 2 * inset) * ratio) + 1)
        picture = QPixmap(*size)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(inset, inset)
        painter.scale(zoom, zoom)
        paints, shape = self._paints, self._paints.card(width, height)
        painter.setPen(paints.nothing)
        painter.setBrush(paints.shadow)
        painter.translate(0, 3)
        painter.drawPath(shape)
        painter.translate(0, -3)
        painter.setBrush(paints.hovered if hovered else paints.raised)
        painter.drawPath(shape)
        painter.setBrush(paints.header_brush(family))
        painter.drawPath(paints.header(width))
        painter.setBrush(paints.family_brush(family))
        painter.drawEllipse(QPointF(PAD + DOT / 2, HEADER / 2), DOT / 2, DOT / 2)
        painter.setBrush(paints.no_brush)
        painter.setPen(paints.border_hover if hovered else paints.border)
        painter.drawPath(shape)
        painter.end()
        return picture
