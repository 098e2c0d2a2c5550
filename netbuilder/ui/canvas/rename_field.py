"""A line to type a name into, right where the name stands or will stand."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from netbuilder.graph.graph import MAX_NAME

TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class RenameField(QLineEdit):
    """`renamed(name)` when Enter or Tab is pressed or the focus leaves; Esc leaves everything as it was.

    With `for_new`, the name is one for something that Enter makes: it is told also if it was not changed, and leaving
    the field means no.
    """

    renamed = Signal(str)

    def __init__(self, name: str, place: QRect, parent: QWidget, *, for_new: str = ""):
        super().__init__(name, parent)
        self.setObjectName("nameField" if for_new else "renameField")
        self.setAccessibleName(for_new or f"New name of {name}")
        self.setMaxLength(MAX_NAME)
        self._before = name
        self._for_new = bool(for_new)
        self._done = False
        height = self.sizeHint().height()
        self.setGeometry(place.left(), place.center().y() - height // 2, max(place.width(), 144), height)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def _finish(self, keep: bool) -> None:
        if self._done:
            return
        self._done = True
        name = self.text().strip()
        self.hide()
        self.deleteLater()
        if keep and (name != self._before or self._for_new):
            self.renamed.emit(name)

    def _leave(self, keep: bool) -> None:
        parent = self.parentWidget()
        self._finish(keep)
        parent.setFocus()

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and cast(QKeyEvent, event).key() in (
            Qt.Key.Key_Tab,
            Qt.Key.Key_Backtab,
        ):
            self._leave(keep=True)  # back to the canvas, and not on to wherever the focus would go from here
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._leave(keep=key != Qt.Key.Key_Escape)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._finish(keep=not self._for_new)
