"""A read-only view of Python with line numbers, some of its lines lit. It knows nothing about nodes."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from netbuilder.ui.panels.highlight import PythonColors
from netbuilder.ui.stylesheet import mono_font
from netbuilder.ui.theme import Theme

GAP = 12  # between the line numbers and the text
TOP = 6  # above the first line


class LineNumbers(QWidget):
    """The strip at the left of the text."""

    def __init__(self, view: SourceView):
        super().__init__(view)
        self._view = view
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def sizeHint(self) -> QSize:
        return QSize(self._view.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(event)


class SourceView(QPlainTextEdit):
    """`line_clicked(line)` is emitted, counting from 1, when a line is clicked and no text was selected with it."""

    line_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setProperty("role", "source")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Source")
        self.setFont(mono_font())
        self.document().setDocumentMargin(0)
        self.setUndoRedoEnabled(False)
        self.lit: tuple[int, ...] = ()
        self._theme = theme
        self._pressed_at = None
        self._numbers = LineNumbers(self)
        self._colors = PythonColors(self.document(), theme)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._follow)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self._make_room()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._colors.set_theme(theme)
        self._light()

    def set_text(self, text: str) -> None:
        """Show other text, scrolled to where the old was. Where none can be typed, only lines that differ are laid out
        and coloured anew."""
        old = self.toPlainText()
        if text == old:
            return
        across, down = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self.lit = ()
        self.setExtraSelections([])
        if not self.isReadOnly() or "\r" in text:  # Qt counts the ends of such lines in another way
            self.setPlainText(text)
        else:
            start, end = _same(old, text)
            cursor = QTextCursor(self.document())
            cursor.setPosition(_units(old[:start]))
            cursor.setPosition(_units(old[: len(old) - end]), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(text[start : len(text) - end])
        self.horizontalScrollBar().setValue(across)
        self.verticalScrollBar().setValue(down)

    def light(self, lines: Iterable[int], *, scroll: bool = True) -> None:
        """Light these lines, and scroll to the first if none of them is in view."""
        self.lit = tuple(lines)
        self._light()
        if scroll and self.lit and not any(self._is_in_view(line) for line in self.lit):
            self.look_at(self.lit[0])

    def look_at(self, line: int) -> None:
        """Scroll so that this line stands in the upper third."""
        bar = self.verticalScrollBar()
        bar.setValue(max(0, line - 1 - max(1, bar.pageStep() // 3)))

    def _is_in_view(self, line: int) -> bool:
        block = self.document().findBlockByNumber(line - 1)
        box = self.blockBoundingGeometry(block).translated(self.contentOffset())
        return block.isValid() and box.top() >= 0 and box.bottom() <= self.viewport().height()

    def _light(self) -> None:
        lit = []
        for line in self.lit:
            block = self.document().findBlockByNumber(line - 1)
            if block.isValid():
                selection = QTextEdit.ExtraSelection()
                selection.format.setBackground(QColor(self._theme.selected))
                selection.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
                selection.cursor = QTextCursor(block)
                lit.append(selection)
        self.setExtraSelections(lit)
        self._numbers.update()

    def number_width(self) -> int:
        digits = max(2, len(str(self.blockCount())))
        return digits * self.fontMetrics().horizontalAdvance("0") + GAP + 12

    def paint_numbers(self, event: QPaintEvent) -> None:
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), QColor(self._theme.panel))
        painter.setFont(self.font())
        lit = set(self.lit)
        block = self.firstVisibleBlock()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if box.top() > event.rect().bottom():
                break
            line = block.blockNumber() + 1
            strip = QRect(0, round(box.top()), self._numbers.width(), round(box.height()))
            if line in lit:
                painter.fillRect(strip, QColor(self._theme.selected))
                painter.fillRect(QRect(0, strip.top(), 2, strip.height()), QColor(self._theme.accent))
            painter.setPen(QColor(self._theme.text if line in lit else self._theme.faint))
            painter.drawText(strip.adjusted(0, 0, -GAP, 0), Qt.AlignmentFlag.AlignRight, str(line))
            block = block.next()
        painter.end()

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), TOP, 0, 0)
        self._place_numbers()

    def _place_numbers(self) -> None:
        inside = self.contentsRect()
        self._numbers.setGeometry(inside.left(), inside.top() + TOP, self.number_width(), inside.height() - TOP)

    def _follow(self, rect: QRect, down: int) -> None:
        if down:
            self._numbers.scroll(0, down)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed_at = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._pressed_at is not None and not self.textCursor().hasSelection():
            self.line_clicked.emit(self.cursorForPosition(self._pressed_at).blockNumber() + 1)
        self._pressed_at = None


def _same(old: str, new: str) -> tuple[int, int]:
    """How many characters at the beginning and at the end are the same in both, as far as whole lines are."""
    begin, end = 0, 0
    lines = old.split("\n"), new.split("\n")
    for mine, other in zip(*lines, strict=False):
        if mine != other:
            break
        begin += len(mine) + 1
    least = min(len(old), len(new))
    begin = min(begin, least)
    for mine, other in zip(reversed(lines[0]), reversed(lines[1]), strict=False):
        if mine != other:
            break
        end += len(mine) + 1
    return begin, min(end, least - begin)


def _units(text: str) -> int:
    """How long a text is as Qt counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
