"""Frames and notes on the canvas: items that paint themselves and know where they can be taken hold of.

They decide nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QTextDocument,
)
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.graph.graph import Annotations, Frame, Note
from netbuilder.ui.canvas.note_words import read_words
from netbuilder.ui.canvas.paints import Paints, blend
from netbuilder.ui.theme import Theme

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene

FRAME_Z, NOTE_Z = -2.0, -1.0
BAR = 28.0  # the title of a frame
INSET = 12.0  # of a note's words
RADIUS = 10.0
YELLOW = "#e8c44a"  # of paper, by daylight
READABLE = 0.35  # above this zoom the words of a note are painted
LETTERS = 12  # pixels on screen that a title is high at least, from however far it is seen
ROOM = 48  # pixels on screen that a frame is wide where its title is painted
FAMILY_OF = {
    "blue": "block", "green": "linear", "orange": "activation", "pink": "attention", "purple": "normalization",
    "gray": "reshaping",
}  # fmt: skip


def paper(theme: Theme) -> tuple[QColor, QColor]:
    """The colours of a note's sheet and of its edge. A light theme's warning is too brown to be paper."""
    ink = theme.warning if theme.dark else YELLOW
    return blend(theme.canvas, ink, 0.12 if theme.dark else 0.22), blend(theme.canvas, ink, 0.5 if theme.dark else 0.9)


def words_of(note: Note, paints: Paints) -> QTextDocument:
    """The text of a note, laid out in the width of its sheet."""
    return read_words(note.text, paints.fonts["text"], note.size[0] - 2 * INSET)


class FrameItem(QGraphicsItem):
    """An area behind the nodes, with a title that it is moved by."""

    def __init__(self, frame: Frame, paints: Paints):
        super().__init__()
        self.mark, self.paints = frame, paints
        self.selected = False
        self.setZValue(FRAME_Z)
        self.setPos(*frame.position)

    def rect(self) -> QRectF:
        """The area in scene coordinates."""
        return QRectF(self.pos(), self._size())

    def show_mark(self, mark: Frame) -> None:
        self.prepareGeometryChange()
        self.mark = mark
        self.setPos(*mark.position)
        self.update()

    def grip(self, point: QPointF, reach: float) -> str:
        """What a hand at this place of the scene takes hold of: "bar", edges ("left", "right bottom"), or ""."""
        return _rim(self.rect(), point, reach) or ("bar" if self._bar().contains(point - self.pos()) else "")

    def _size(self) -> QSizeF:
        return QSizeF(*self.mark.size)

    def _bar(self) -> QRectF:
        return QRectF(0, 0, self.mark.size[0], BAR)

    def color(self) -> QColor:
        return self.paints.family_color(FAMILY_OF.get(self.mark.color, "block"))

    # Qt

    def boundingRect(self) -> QRectF:
        return QRectF(QPointF(), self._size()).adjusted(-3, -BAR, 3, 3)  # a title may stand out above

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        self.paint_area(painter, QRectF(QPointF(), self._size()))

    def paint_area(self, painter: QPainter, area: QRectF) -> None:
        """The area with its title, which can be read from any distance."""
        color, theme = self.color(), self.paints.theme
        fill, bar = QColor(color), QColor(color)
        fill.setAlpha(24 if theme.dark else 20)
        bar.setAlpha(46 if theme.dark else 42)
        shape = QPainterPath()
        shape.addRoundedRect(area, RADIUS, RADIUS)
        painter.setPen(self.paints.nothing)
        painter.setBrush(fill)
        painter.drawPath(shape)
        painter.save()
        painter.setClipRect(QRectF(area.topLeft(), QSizeF(area.width(), BAR)), Qt.ClipOperation.IntersectClip)
        painter.setBrush(bar)
        painter.drawPath(shape)
        painter.restore()
        pen = QPen(self.paints.border_selected if self.selected else QPen(blend(theme.canvas, color.name(), 0.6), 1.2))
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(self.paints.no_brush)
        painter.drawPath(shape)
        if self.mark.title:
            self._paint_title(painter, area)

    def _paint_title(self, painter: QPainter, area: QRectF) -> None:
        zoom = painter.worldTransform().m11()
        font = QFont(self.paints.fonts["name"])
        font.setPixelSize(max(font.pixelSize(), round(LETTERS / zoom)))
        metrics = QFontMetricsF(font)
        line = max(BAR, metrics.height())  # one that is higher than its bar stands out above it, clear of the nodes
        if area.width() * zoom < ROOM or line > area.height():
            return
        place = QRectF(area.left() + INSET, area.top() + BAR - line, area.width() - 2 * INSET, line)
        painter.setFont(font)
        painter.setPen(
            self.color() if self.paints.theme.dark else blend(self.paints.theme.text, self.color().name(), 0.5)
        )
        words = metrics.elidedText(self.mark.title, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, words)


class NoteItem(QGraphicsItem):
    """Words in Markdown on a sheet."""

    def __init__(self, note: Note, paints: Paints):
        super().__init__()
        self.mark, self.paints = note, paints
        self.selected = False
        self._words: QTextDocument | None = None
        self.setZValue(NOTE_Z)
        self.setPos(*note.position)

    def rect(self) -> QRectF:
        """The sheet in scene coordinates."""
        return QRectF(self.pos().x(), self.pos().y(), *self.mark.size)

    def show_mark(self, mark: Note) -> None:
        self.prepareGeometryChange()
        self.mark, self._words = mark, None
        self.setPos(*mark.position)
        self.update()

    def grip(self, point: QPointF, reach: float) -> str:
        return _rim(self.rect(), point, reach) or ("bar" if self.rect().contains(point) else "")

    def height_of_words(self) -> float:
        """How high the sheet has to be to show all of its words."""
        return self.words().size().height() + 2 * INSET

    def words(self) -> QTextDocument:
        """The text, laid out in the width of the sheet."""
        if self._words is None:
            self._words = words_of(self.mark, self.paints)
        return self._words

    # Qt

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, *self.mark.size).adjusted(-3, -3, 3, 3)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        sheet = QRectF(0, 0, *self.mark.size)
        self.paint_area(painter, sheet)
        if painter.worldTransform().m11() < READABLE:
            return
        inside = sheet.adjusted(INSET, INSET, -INSET, -INSET)
        if not self.mark.text.strip():
            painter.setFont(self.paints.fonts["text"])
            painter.setPen(self.paints.muted)
            painter.drawText(inside, Qt.TextFlag.TextWordWrap, "Double-click to write")
            return
        painter.save()
        painter.setClipRect(inside, Qt.ClipOperation.IntersectClip)
        painter.translate(inside.topLeft())
        look = QAbstractTextDocumentLayout.PaintContext()
        look.palette.setColor(QPalette.ColorRole.Text, QColor(self.paints.theme.text))
        look.palette.setColor(QPalette.ColorRole.Link, QColor(self.paints.theme.text))
        self.words().documentLayout().draw(painter, look)
        painter.restore()
        if self.words().size().height() > inside.height() + 1:
            painter.setPen(self.paints.muted)
            painter.setFont(self.paints.fonts["text"])
            more = QRectF(inside.left(), sheet.bottom() - INSET - 2, inside.width(), INSET)
            painter.drawText(more, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "more…")

    def paint_area(self, painter: QPainter, area: QRectF) -> None:
        """The sheet alone, as it is seen from any distance."""
        sheet, edge = paper(self.paints.theme)
        pen = QPen(self.paints.border_selected if self.selected else QPen(edge, 1))
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(sheet)
        painter.drawRoundedRect(area, 6, 6)


Mark = FrameItem | NoteItem


class Beside:
    """The frames and notes of one scene, by id."""

    def __init__(self, scene: NetworkScene):
        self._scene = scene
        self.items: dict[str, Mark] = {}

    def show(self, known: Annotations) -> None:
        """Show these, touching only what differs."""
        wanted: dict[str, Frame | Note] = {**known.frames, **known.notes}
        for id in [id for id in self.items if type(wanted.get(id)) is not type(self.items[id].mark)]:
            self._scene.removeItem(self.items.pop(id))
        for id, mark in wanted.items():
            item = self.items.get(id)
            if item is None:
                made = (
                    FrameItem(mark, self._scene.paints)
                    if isinstance(mark, Frame)
                    else NoteItem(mark, self._scene.paints)
                )
                self.items[id] = made
                self._scene.addItem(made)
            elif item.mark is not mark and item.mark != mark:
                item.show_mark(mark)  # type: ignore[arg-type]

    def clear(self) -> None:
        for item in self.items.values():
            self._scene.removeItem(item)
        self.items = {}

    def show_paints(self, paints: Paints) -> None:
        for item in self.items.values():
            item.paints = paints
            item.show_mark(item.mark)  # type: ignore[arg-type]

    def show_selected(self, ids: Iterable[str]) -> None:
        chosen = set(ids)
        for id, item in self.items.items():
            if item.selected != (id in chosen):
                item.selected = id in chosen
                item.update()

    def hit(self, point: QPointF, reach: float) -> tuple[str, str]:
        """The topmost frame or note that a hand at this place takes hold of, and by what; ("", "") if none."""
        notes = [i for i in self.items.values() if isinstance(i, NoteItem)]
        frames = [i for i in self.items.values() if isinstance(i, FrameItem)]
        frames.sort(key=lambda item: item.mark.size[0] * item.mark.size[1])  # the inner of two before the outer
        for item in (*reversed(notes), *frames):
            grip = item.grip(point, reach)
            if grip:
                return item.mark.id, grip
        return "", ""

    def rects(self) -> list[QRectF]:
        return [item.rect() for item in self.items.values()]

    def within(self, area: QRectF) -> set[str]:
        """What lies wholly in an area."""
        return {id for id, item in self.items.items() if area.contains(item.rect())}

    def paint_small(self, painter: QPainter, scale: float, offset: QPointF) -> None:
        """The frames, as small as on a map."""
        painter.setPen(self._scene.paints.nothing)
        for item in self.items.values():
            if isinstance(item, FrameItem):
                color = QColor(item.color())
                color.setAlpha(70)
                painter.setBrush(color)
                painter.drawRect(QRectF(item.pos() * scale + offset, item.rect().size() * scale))


def _rim(rect: QRectF, point: QPointF, reach: float) -> str:
    """Which edges of a rectangle are within reach."""
    if not rect.adjusted(-reach, -reach, reach, reach).contains(point):
        return ""
    near = {
        "left": abs(point.x() - rect.left()), "right": abs(point.x() - rect.right()),
        "top": abs(point.y() - rect.top()), "bottom": abs(point.y() - rect.bottom()),
    }  # fmt: skip
    return " ".join(side for side, away in near.items() if away <= reach)
