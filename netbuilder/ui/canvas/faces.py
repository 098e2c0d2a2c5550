"""Blank cards as pictures, for the zoom of the moment: painting one is a copy, not a drawing. It knows no nodes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from netbuilder.ui import icons
from netbuilder.ui.canvas.geometry import DOT, HEADER, PAD, round_up
from netbuilder.ui.canvas.paints import Paints

MARGIN = 12  # scene units around the card, for its shadow and the sheets below it
SHEETS = {"layer": 0, "block": 1, "repeated": 2}  # how many sheets show below a card, by its style
SHEET = 4  # how far each shows
MOST = 300  # pictures kept at one zoom


class Faces:
    """Draws a card without texts and ports: shadow, body, header, dot, border; the sheets below that of a block."""

    def __init__(self, paints: Paints):
        self._paints = paints
        self._scale = (0.0, 0.0)
        self._pictures: dict[tuple[float, float, str, bool, str], QPixmap] = {}

    def paint(
        self, painter: QPainter, width: float, height: float, family: str, hovered: bool, style: str = "layer"
    ) -> None:
        """At the origin of `painter`, which is scaled and moved but not turned."""
        placed = painter.worldTransform()
        zoom, ratio = placed.m11(), painter.device().devicePixelRatio()
        if self._scale != (zoom, ratio) or len(self._pictures) > MOST:
            self._scale = (zoom, ratio)
            self._pictures.clear()
        key = (width, height, family, hovered, style)
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

    def _draw(self, key: tuple[float, float, str, bool, str], zoom: float, ratio: float) -> QPixmap:
        width, height, family, hovered, style = key
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
        for sheet in range(SHEETS[style], 0, -1):
            self._draw_sheet(painter, width, height, family, sheet)
        painter.setPen(paints.nothing)
        painter.setBrush(paints.hovered if hovered else paints.raised)
        painter.drawPath(shape)
        painter.setBrush(paints.header_brush(family))
        painter.drawPath(paints.header(width))
        if style == "layer":
            painter.setBrush(paints.family_brush(family))
            painter.drawEllipse(QPointF(PAD + DOT / 2, HEADER / 2), DOT / 2, DOT / 2)
        else:
            icons.paint(painter, "cube-outline", QRectF(PAD - 3, HEADER / 2 - 7, 14, 14), paints.family_color(family))
        painter.setBrush(paints.no_brush)
        own = paints.border if style == "layer" else paints.border_of(family)
        painter.setPen(paints.border_hover if hovered else own)
        painter.drawPath(shape)
        painter.end()
        return picture

    def _draw_sheet(self, painter: QPainter, width: float, height: float, family: str, sheet: int) -> None:
        """One more card below this one, of which only the lower rim shows."""
        paints, inset = self._paints, float(SHEET * sheet)
        painter.setPen(paints.border_of(family))
        painter.setBrush(paints.raised)
        painter.translate(inset, inset)
        painter.drawPath(paints.card(width - 2 * inset, height))
        painter.translate(-inset, -inset)
