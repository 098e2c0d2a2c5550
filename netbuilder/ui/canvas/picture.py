"""A drawing as a picture in a file: SVG, PDF or PNG, in the colours of print or of the screen.

What is shown is gathered on the window's thread as plain values; it is painted from them alone, on any thread, as
shapes and text, with no pixel in it but those of a PNG.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QImage,
    QPageSize,
    QPainter,
    QPainterPath,
    QPalette,
    QPdfWriter,
    QPen,
    QTextDocument,
)

from netbuilder.graph.graph import Frame, Note
from netbuilder.ui.canvas import beside, geometry
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.geometry import BADGE, DOT, HEADER, LINE, LINK, PAD, PORT, Layout
from netbuilder.ui.canvas.paints import Paints
from netbuilder.ui.theme import LIGHT, Theme

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene

Tell = Callable[[int, int], None]  # of so many pieces so many are painted; what it raises ends the painting
FORMATS = ("svg", "pdf", "png")
MARGIN = 24.0  # around the drawing
SIDE, PIXELS = 30_000, 250_000_000  # of a PNG, at most
INCH = 96  # scene units
PRINT = replace(
    LIGHT, name="print", canvas="#ffffff", raised="#ffffff", border="#b4bac6", edge="#5d6575", muted="#3f4755"
)


class TooLarge(Exception):
    """The picture would have more pixels than fit."""


@dataclass(frozen=True)
class Shown:
    """What is in the picture, in scene coordinates."""

    area: QRectF
    cards: list[tuple[Card, Layout, QPointF]]
    edges: list[tuple[QPainterPath, str]]  # with the family they come from
    frames: list[Frame]
    notes: list[Note]


def shown(scene: NetworkScene, nodes: Iterable[str] | None = None, marks: Iterable[str] = ()) -> Shown:
    """All of a scene, or these nodes with the edges among them, and these frames and notes."""
    known = scene.graph.annotations
    ids = set(scene.nodes) if nodes is None else set(nodes) & set(scene.nodes)
    chosen = {*known.frames, *known.notes} if nodes is None else set(marks)
    items = [item for id, item in scene.nodes.items() if id in ids]
    edges = [item for item in scene.edges.values() if item.edge.source in ids and item.edge.target in ids]
    frames = [frame for id, frame in known.frames.items() if id in chosen]
    frames.sort(key=lambda frame: -frame.size[0] * frame.size[1])
    notes = [note for id, note in known.notes.items() if id in chosen]
    area = geometry.bounds(
        (
            *(item.rect() for item in items),
            *(item.path.boundingRect() for item in edges),
            *(QRectF(*mark.position, *mark.size) for mark in (*frames, *notes)),
        )
    )
    return Shown(
        area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN),
        [(item.card, item.layout, QPointF(item.pos())) for item in items],
        [(QPainterPath(item.path), scene.nodes[item.edge.source].card.family) for item in edges],
        frames,
        notes,
    )


def _tell_nobody(done: int, total: int) -> None:
    """A `Tell` for whoever has nothing to show progress on."""


def encoded(drawing: Shown, format: str, theme: Theme, scale: float = 1.0, tell: Tell = _tell_nobody) -> bytes:
    """The file: "svg", "pdf" or "png", the last with `scale` pixels a unit. Raises `TooLarge`, and what `tell` does."""
    if format == "png":
        return _png(drawing, theme, scale, tell)
    content, area = QByteArray(), drawing.area
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if format == "svg":
        from PySide6.QtSvg import QSvgGenerator

        device = QSvgGenerator()
        device.setOutputDevice(buffer)
        device.setResolution(INCH)
        device.setSize(QSize(round(area.width()), round(area.height())))
        device.setViewBox(QRectF(0, 0, area.width(), area.height()))
        device.setTitle("Network drawn with NetBuilder")
    else:
        device = QPdfWriter(buffer)
        device.setCreator("NetBuilder")
        device.setResolution(INCH)
        inches = QSizeF(area.width() / INCH, area.height() / INCH)
        device.setPageSize(QPageSize(inches, QPageSize.Unit.Inch, "", QPageSize.SizeMatchPolicy.ExactMatch))
        device.setPageMargins(QMarginsF())
    painter = QPainter(device)
    _paint(painter, theme, drawing, tell)
    buffer.close()
    return bytes(content.data())


def _paint(painter: QPainter, theme: Theme, drawing: Shown, tell: Tell) -> None:
    try:
        _Painting(painter, Paints(theme), tell).paint(drawing)
    finally:
        painter.end()  # before its device goes, also where the painting was called off


def _png(drawing: Shown, theme: Theme, scale: float, tell: Tell) -> bytes:
    width, height = pixels(drawing, scale)
    if max(width, height) > SIDE or width * height > PIXELS:
        raise TooLarge(f"The picture would have {width:,}×{height:,} pixels. Choose a smaller scale, or SVG or PDF.")
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    painter.scale(scale, scale)
    _paint(painter, theme, drawing, tell)
    tell(0, 0)
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    buffer.close()
    return bytes(content.data())


def pixels(drawing: Shown, scale: float) -> tuple[int, int]:
    """How large a PNG is."""
    return max(1, round(drawing.area.width() * scale)), max(1, round(drawing.area.height() * scale))


class _Painting:
    """Paints a drawing once, with the upper left corner of its area at the origin."""

    def __init__(self, painter: QPainter, paints: Paints, tell: Tell):
        self._painter, self._paints, self._tell = painter, paints, tell

    def paint(self, drawing: Shown) -> None:
        painter, paints, area = self._painter, self._paints, drawing.area
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(QRectF(0, 0, area.width(), area.height()), paints.canvas)
        painter.translate(-area.topLeft())
        for frame in drawing.frames:
            self._frame(frame)
        for note in drawing.notes:
            self._note(note)
        painter.setBrush(paints.no_brush)
        painter.setPen(paints.edge)
        total = len(drawing.edges) + len(drawing.cards)
        for done, (path, _) in enumerate(drawing.edges):
            self._tell(done, total)
            painter.drawPath(path)
        for done, (card, layout, place) in enumerate(drawing.cards, start=len(drawing.edges)):
            self._tell(done, total)
            painter.save()
            painter.translate(place)
            self._card(card, layout)
            painter.restore()

    def _frame(self, frame: Frame) -> None:
        painter, paints = self._painter, self._paints
        color = paints.family_color(beside.FAMILY_OF.get(frame.color, "block"))
        fill = QColor(color)
        fill.setAlpha(26 if paints.theme.dark else 22)
        area = QRectF(*frame.position, *frame.size)
        painter.setPen(QPen(color, 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(fill)
        painter.drawRoundedRect(area, beside.RADIUS, beside.RADIUS)
        self._text("name", frame.title, area.left() + beside.INSET, area.top(), beside.BAR, QPen(color))

    def _note(self, note: Note) -> None:
        painter, paints = self._painter, self._paints
        theme, sheet = paints.theme, QRectF(*note.position, *note.size)
        inside, edge = beside.paper(theme)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(inside)
        painter.drawRoundedRect(sheet, 6, 6)
        place = sheet.adjusted(beside.INSET, beside.INSET, -beside.INSET, -beside.INSET)
        painter.save()
        painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
        painter.translate(place.topLeft())
        look = QAbstractTextDocumentLayout.PaintContext()
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.Link):
            look.palette.setColor(role, QColor(theme.text))
        words: QTextDocument = beside.words_of(note, paints)
        words.documentLayout().draw(painter, look)
        painter.restore()

    def _card(self, card: Card, layout: Layout) -> None:
        painter, paints = self._painter, self._paints
        shape = paints.card(layout.width, layout.height)
        if card.bypassed:
            painter.setOpacity(0.45)
        border = paints.border_of(card.family) if card.is_block else paints.border
        for sheet in range((card.is_block + (card.repeat > 1)), 0, -1):
            painter.setPen(border)
            painter.setBrush(paints.raised)
            painter.translate(4.0 * sheet, 4.0 * sheet)
            painter.drawPath(paints.card(layout.width - 8.0 * sheet, layout.height))
            painter.translate(-4.0 * sheet, -4.0 * sheet)
        painter.setPen(paints.nothing)
        painter.setBrush(paints.raised)
        painter.drawPath(shape)
        painter.setBrush(paints.header_brush(card.family))
        painter.drawPath(shape if card.collapsed else paints.header(layout.width))
        painter.setBrush(paints.family_brush(card.family))
        if card.is_block:
            painter.drawRoundedRect(QRectF(PAD, HEADER / 2 - DOT / 2, DOT, DOT), 2, 2)
        else:
            painter.drawEllipse(QPointF(PAD + DOT / 2, HEADER / 2), DOT / 2, DOT / 2)
        painter.setBrush(paints.no_brush)
        painter.setPen(border)
        painter.drawPath(shape)
        self._titles(card, layout)
        if not card.collapsed:
            self._body(card, layout)
        self._ports(card, layout)

    def _titles(self, card: Card, layout: Layout) -> None:
        paints, right = self._paints, layout.width - PAD
        header = layout.height if card.collapsed else HEADER
        self._text("name", card.name, PAD + DOT + 8, 0, header, paints.text)
        if times := geometry.times(card):
            right -= paints.text_width(times) + BADGE
            self._text("text", times, right + BADGE, 0, header, QPen(paints.family_color(card.family)))
        right -= paints.text_width(card.caption)
        self._text("text", card.caption, right, 0, header, paints.muted)
        if card.frozen:
            self._lock(QRectF(right - LINK - 2, (header - LINK) / 2, LINK, LINK))
        elif words := geometry.rate(card):
            self._text("text", words, right - paints.text_width(words) - 8, 0, header, paints.text)

    def _lock(self, place: QRectF) -> None:
        """As shapes: the font of the icons is not in the file."""
        painter, width = self._painter, place.width()
        painter.setPen(QPen(self._paints.text.color(), 1.4))
        painter.setBrush(self._paints.no_brush)
        bow = QRectF(place.left() + width * 0.32, place.top() + width * 0.1, width * 0.36, width * 0.55)
        painter.drawRoundedRect(bow, width * 0.18, width * 0.18)
        painter.setPen(self._paints.nothing)
        painter.setBrush(self._paints.text.color())
        painter.drawRoundedRect(place.adjusted(width * 0.2, width * 0.42, -width * 0.2, -width * 0.08), 1, 1)

    def _body(self, card: Card, layout: Layout) -> None:
        paints, y = self._paints, layout.lines_top
        if card.summary:
            self._text("text", card.summary, PAD, y, LINE, paints.muted)
            y += LINE
        if card.shape and not card.problem:
            self._text("mono", card.shape, PAD, y, LINE, paints.text)
        ins, outs = geometry.named_ports(card)
        for name in ins:
            self._text("text", name, PAD, layout.inputs[name].y() - LINE / 2, LINE, paints.muted)
        for name in outs:
            left = layout.width - PAD - paints.text_width(name)
            self._text("text", name, left, layout.outputs[name].y() - LINE / 2, LINE, paints.muted)

    def _ports(self, card: Card, layout: Layout) -> None:
        painter, paints = self._painter, self._paints
        family = paints.family_color(card.family)
        for output, ports in ((False, layout.inputs), (True, layout.outputs)):
            painter.setPen(paints.nothing if output else QPen(family, 1.6))
            painter.setBrush(paints.family_brush(card.family) if output else paints.raised)
            for place in ports.values():
                painter.drawEllipse(place, PORT - 1, PORT - 1)

    def _text(self, font: str, text: str, left: float, top: float, height: float, pen: QPen) -> None:
        """One line, in the middle of a height."""
        if text:
            self._painter.setFont(self._paints.fonts[font])
            self._painter.setPen(pen)
            line = self._paints.line_height(font)
            baseline = top + (height - line) / 2 + self._paints.ascent(font)
            self._painter.drawText(QPointF(left, baseline), text)
