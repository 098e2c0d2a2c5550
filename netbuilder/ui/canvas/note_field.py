"""A sheet to type a note on, right where it lies."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from netbuilder.graph.annotations import LONGEST_TEXT


class NoteField(QPlainTextEdit):
    """`written(text)` when Ctrl+Enter is pressed or the focus leaves; Esc leaves the note as it was. More than a note
    may hold is `refused` with a sentence, and stays in the field to be shortened."""

    written = Signal(str)
    left = Signal()
    refused = Signal(str)

    def __init__(self, text: str, place: QRect, parent: QWidget):
        super().__init__(text, parent)
        self.setObjectName("noteField")
        self.setAccessibleName("The note, in Markdown")
        self.setPlaceholderText("Write a note. Markdown: # title, **bold**, - list")
        self.setTabChangesFocus(True)
        self._done = False
        self.setGeometry(place.left(), place.top(), max(place.width(), 220), max(place.height(), 96))
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _finish(self, keep: bool) -> None:
        if self._done:
            return
        more = len(self.toPlainText()) - LONGEST_TEXT
        if keep and more > 0:
            self.refused.emit(f"A note has at most {LONGEST_TEXT:,} characters. Take {more:,} out, or press Esc.")
            return
        self._done = True
        self.hide()
        self.deleteLater()
        if keep:
            self.written.emit(self.toPlainText())
        self.left.emit()

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # while one types, keys are letters and not commands
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self._finish(keep=False)
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._finish(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish(keep=True)
