"""Frames and notes on the canvas: they paint themselves, and know where a hand can take hold of them.

They decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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

from netbuilder.graph.graph import Annotations, Frame, Note
from netbuilder.ui.canvas.note_words import read_words
from netbuilder.ui.canvas.paints import Paints, blend
from netbuilder.ui.theme import Theme

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene

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


class MarkItem:
    """What a frame and a note have in common. `redraw` is called with each area that looks different now."""

    def __init__(self, mark: Frame | Note, paints: Paints, redraw: Callable[[QRectF], None] = lambda _: None):
        self.mark, self.paints = mark, paints
        self.selected = False
        self._redraw = redraw
        self._position = QPointF(*mark.position)

    def pos(self) -> QPointF:
        return QPointF(self._position)

    def rect(self) -> QRectF:
        """The area in scene coordinates."""
        return QRectF(self._position, QSizeF(*self.mark.size))

    def bounds(self) -> QRectF:
        """All that may be painted of it, in scene coordinates: a title may stand out above, as high as the area."""
        return self.rect().adjusted(-3, -self.mark.size[1], 3, 3)

    def move_to(self, place: QPointF) -> None:
        """Show it elsewhere than the graph says, while it is being moved."""
        self.redraw()
        self._position = QPointF(place)
        self.redraw()

    def show_mark(self, mark: Frame | Note) -> None:
        self.redraw()
        self.mark = mark
        self.move_to(QPointF(*mark.position))

    def show_selected(self, selected: bool) -> None:
        if self.selected != selected:
            self.selected = selected
            self.redraw()

    def redraw(self) -> None:
        self._redraw(self.bounds())


class FrameItem(MarkItem):
    """An area behind the nodes, with a title that it is moved by."""

    mark: Frame

    def grip(self, point: QPointF, reach: float) -> str:
        """What a hand at this place of the scene takes hold of: "bar", edges ("left", "right bottom"), or ""."""
        return _rim(self.rect(), point, reach) or ("bar" if self._bar().contains(point - self.pos()) else "")

    def _bar(self) -> QRectF:
        return QRectF(0, 0, self.mark.size[0], BAR)

    def color(self) -> QColor:
        return self.paints.family_color(FAMILY_OF.get(self.mark.color, "block"))

    def paint(self, painter: QPainter) -> None:
        """As it is near or far, from its corner on."""
        self.paint_area(painter, QRectF(0, 0, *self.mark.size))

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


class NoteItem(MarkItem):
    """Words in Markdown on a sheet."""

    mark: Note

    def __init__(self, note: Note, paints: Paints, redraw: Callable[[QRectF], None] = lambda _: None):
        super().__init__(note, paints, redraw)
        self._words: QTextDocument | None = None

    def show_mark(self, mark: Frame | Note) -> None:
        self._words = None
        super().show_mark(mark)

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

    def paint(self, painter: QPainter) -> None:
        """As it is near or far, from its corner on."""
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
            self.items.pop(id).redraw()
        for id, mark in wanted.items():
            item = self.items.get(id)
            if item is None:
                paints, redraw = self._scene.paints, self._scene.redraw
                made = FrameItem(mark, paints, redraw) if isinstance(mark, Frame) else NoteItem(mark, paints, redraw)
                self.items[id] = made
                made.redraw()
            elif item.mark is not mark and item.mark != mark:
                item.show_mark(mark)

    def clear(self) -> None:
        self.items = {}
        self._scene.redraw()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """What of them is in an area: notes lie on frames, the newer on the older."""
        for item in sorted(self.items.values(), key=lambda item: isinstance(item, NoteItem)):
            if item.bounds().intersects(area):
                painter.translate(item.pos())
                item.paint(painter)
                painter.translate(-item.pos())

    def show_paints(self, paints: Paints) -> None:
        for item in self.items.values():
            item.paints = paints
            item.show_mark(item.mark)

    def show_selected(self, ids: Iterable[str]) -> None:
        chosen = set(ids)
        for id, item in self.items.items():
            item.show_selected(id in chosen)

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
