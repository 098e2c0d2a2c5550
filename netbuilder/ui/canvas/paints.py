"""The pens, brushes, fonts and laid-out texts that all items share, made once per theme. It knows no items."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QGlyphRun,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPen,
    QTextLayout,
)

from netbuilder.ui.canvas.geometry import HEADER
from netbuilder.ui.canvas.heat import LEVELS
from netbuilder.ui.stylesheet import mono_font
from netbuilder.ui.theme import RADIUS, Theme

GROUPS = ("embedding", "attention", "recurrent", "activation", "linear", "normalization")  # whose colours groups bear
MOST_TEXTS = 20_000  # laid-out texts kept; beyond that all are dropped and made again


def blend(under: str, over: str, share: float) -> QColor:
    """`over` laid on `under` with this share of opacity."""
    return mix(QColor(under), QColor(over), share)


def mix(a: QColor, b: QColor, share: float) -> QColor:
    """From `a` to `b`, as `share` goes from 0 to 1."""
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    )


def heat_color(theme: Theme, part: float) -> QColor:
    """From hardly any colour over the theme's warning to its danger, as `part` goes from 0 to 1."""
    if part <= 0.6:
        return blend(theme.border, theme.warning, 0.25 + part * 1.25)
    return blend(theme.warning, theme.danger, (part - 0.6) * 2.5)


class Paints:
    """Everything a theme gives to paint with. Also measures texts, as `geometry.Measure` asks."""

    def __init__(self, theme: Theme):
        self.theme = theme
        body = QFont(QGuiApplication.font())
        body.setPixelSize(12)
        name = QFont(body)
        name.setPixelSize(13)
        name.setWeight(QFont.Weight.DemiBold)
        self.fonts = {"name": name, "text": body, "mono": mono_font(size=12)}
        self._metrics = {key: QFontMetricsF(font) for key, font in self.fonts.items()}
        self._widths: dict[tuple[str, str], float] = {}
        self._texts: dict[tuple[str, str], list[QGlyphRun]] = {}
        self._cards: dict[tuple[float, float], QPainterPath] = {}
        self._headers: dict[float, QPainterPath] = {}
        self._families: dict[str, tuple[QColor, QBrush, QBrush, QPen]] = {}

        self._borders: dict[str, QPen] = {}
        self._heat: dict[int, tuple[QBrush, QBrush]] = {}
        self._overview: dict[str, QBrush] = {}
        self.text = QPen(QColor(theme.text))
        self.muted = QPen(QColor(theme.muted))
        self.faint = QPen(QColor(theme.faint))
        self.danger = QPen(QColor(theme.danger))
        self.warning = QPen(QColor(theme.warning))
        self.raised = QBrush(QColor(theme.raised))
        self.hovered = QBrush(blend(theme.raised, theme.hover, 0.6))
        self.canvas = QBrush(QColor(theme.canvas))
        self.shadow = QBrush(QColor(0, 0, 0, 70 if theme.dark else 22))
        self.border = QPen(QColor(theme.border), 1.0)
        self.border_hover = QPen(blend(theme.border, theme.muted, 0.6), 1.2)
        self.border_danger = QPen(QColor(theme.danger), 1.6)
        self.border_warning = QPen(QColor(theme.warning), 1.6)
        self.border_selected = QPen(QColor(theme.accent), 2.0)
        self.halo = QPen(QColor(theme.accent), 6.0)
        glow = QColor(theme.accent)
        glow.setAlpha(60)
        self.halo.setColor(glow)
        self.edge = _wire(QColor(theme.edge), 1.8)
        self.edge_dimmed = _wire(blend(theme.canvas, theme.edge, 0.45), 1.8)
        self.band_pen = QPen(QColor(theme.accent), 0)
        self.band_brush = QBrush(QColor(glow.red(), glow.green(), glow.blue(), 36))
        self.accent = QColor(theme.accent)
        self.on_family = QPen(QColor(theme.canvas))
        self.nothing = QPen(Qt.PenStyle.NoPen)
        self.no_brush = QBrush(Qt.BrushStyle.NoBrush)

    # Measure

    def name(self, text: str) -> float:
        return self._width("name", text)

    def text_width(self, text: str) -> float:
        return self._width("text", text)

    def mono(self, text: str) -> float:
        return self._width("mono", text)

    def _width(self, font: str, text: str) -> float:
        key = (font, text)
        if key not in self._widths:
            self._widths[key] = self._metrics[font].horizontalAdvance(text) if text else 0.0
        return self._widths[key]

    # Texts and shapes, made once

    def runs(self, font: str, text: str) -> list[QGlyphRun]:
        """`text` laid out in one of the three fonts, from its top left corner: one run for each font it takes."""
        key = (font, text)
        made = self._texts.get(key)
        if made is None:
            if len(self._texts) > MOST_TEXTS:
                self._texts.clear()
            layout = QTextLayout(text, self.fonts[font])
            layout.beginLayout()
            layout.createLine()
            layout.endLayout()
            made = self._texts[key] = layout.glyphRuns()
        return made

    def ascent(self, font: str) -> float:
        """How far above its baseline a line reaches."""
        return self._metrics[font].ascent()

    def write(self, painter: QPainter, font: str, text: str, place: QPointF) -> None:
        """Draw `text` with the pen of `painter`, its top left corner at a place. Its size follows the zoom without
        being laid out again."""
        for run in self.runs(font, text):
            painter.drawGlyphRun(place, run)

    def line_height(self, font: str) -> float:
        return self._metrics[font].height()

    def card(self, width: float, height: float) -> QPainterPath:
        path = self._cards.get((width, height))
        if path is None:
            path = QPainterPath()
            path.addRoundedRect(QRectF(0, 0, width, height), RADIUS + 2, RADIUS + 2)
            self._cards[width, height] = path
        return path

    def header(self, width: float) -> QPainterPath:
        """The top of a card: round above, straight below."""
        path = self._headers.get(width)
        if path is None:
            round_part = QPainterPath()
            round_part.addRoundedRect(QRectF(0, 0, width, HEADER + 20), RADIUS + 2, RADIUS + 2)
            clip = QPainterPath()
            clip.addRect(QRectF(0, 0, width, HEADER))
            path = round_part.intersected(clip)
            self._headers[width] = path
        return path

    # Families

    def _family(self, name: str) -> tuple[QColor, QBrush, QBrush, QPen]:
        made = self._families.get(name)
        if made is None:
            color = QColor(self.theme.family(name))
            tint = blend(self.theme.raised, self.theme.family(name), 0.26 if self.theme.dark else 0.14)
            made = (color, QBrush(color), QBrush(tint), _wire(color, 2.2))
            self._families[name] = made
        return made

    def family_color(self, name: str) -> QColor:
        return self._family(name)[0]

    def family_brush(self, name: str) -> QBrush:
        return self._family(name)[1]

    def header_brush(self, name: str) -> QBrush:
        return self._family(name)[2]

    def overview_brush(self, name: str) -> QBrush:
        """What a node of this family is filled with when it is only a rectangle."""
        made = self._overview.get(name)
        if made is None:
            made = QBrush(blend(self.theme.raised, self.theme.family(name), 0.62))
            self._overview[name] = made
        return made

    def border_of(self, name: str) -> QPen:
        """The border of a card that is a block."""
        pen = self._borders.get(name)
        if pen is None:
            pen = QPen(blend(self.theme.raised, self.theme.family(name), 0.75), 1.2)
            self._borders[name] = pen
        return pen

    def group_color(self, number: int) -> QColor:
        """The colour of one group of nodes that share a layer."""
        return self.family_color(GROUPS[number % len(GROUPS)])

    def heat(self, level: int) -> tuple[QBrush, QBrush]:
        """What a heat bar of this level is filled with, and a whole card seen from afar."""
        made = self._heat.get(level)
        if made is None:
            color = heat_color(self.theme, max(0, level - 1) / (LEVELS - 2)) if level else QColor(self.theme.border)
            far = blend(self.theme.raised, color.name(), 0.75)
            bar = QColor(color)
            bar.setAlpha(150 if self.theme.dark else 120)
            made = self._heat[level] = (QBrush(bar), QBrush(far))
        return made

    def far_edge(self, strength: float) -> QColor:
        """The colour of an edge in the distance, where many lie close together."""
        return blend(self.theme.canvas, self.theme.edge, strength)

    def wire(self, name: str) -> QPen:
        """The pen of an edge that comes from a node of this family and is meant just now."""
        return self._family(name)[3]


class Widths:
    """`Paints` as `geometry.Measure`."""

    def __init__(self, paints: Paints):
        self.name, self.text, self.mono = paints.name, paints.text_width, paints.mono


def _wire(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
