"""The editor of a setting that is Python: colours, line numbers, and room to write. It runs nothing.

In a form it is a few lines high; the button beside it opens the same text in a window of its own.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from netbuilder.fields import Field
from netbuilder.ui import icons
from netbuilder.ui.panels.source_view import SourceView
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import wrapped

INDENT = "    "
LINES_SHOWN = 9


class CodeView(SourceView):
    """A source view that can be typed in. Tab indents, Enter keeps the indentation, Ctrl+Enter commits."""

    committed = Signal()
    focused = Signal()
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(theme, parent)
        self.setReadOnly(False)
        self.setUndoRedoEnabled(True)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.setTabStopDistance(4 * self.fontMetrics().horizontalAdvance(" "))
        self.setAccessibleName("Code")

    def _new_line(self) -> None:
        line = self.textCursor().block().text()
        before = line[: self.textCursor().positionInBlock()]
        indent = before[: len(before) - len(before.lstrip())]
        self.insertPlainText("\n" + indent + (INDENT if before.rstrip().endswith(":") else ""))
        self.ensureCursorVisible()

    def _shift(self, *, back: bool) -> None:
        """Indent the lines of the selection, or of the cursor with nothing selected, one step more or less."""
        cursor = self.textCursor()
        if not cursor.hasSelection() and not back:
            column = cursor.positionInBlock()
            self.insertPlainText(" " * (len(INDENT) - column % len(INDENT)))
            return
        document = self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(max(cursor.selectionStart(), cursor.selectionEnd() - 1)).blockNumber()
        edit = QTextCursor(document)
        edit.beginEditBlock()
        for number in range(first, last + 1):
            block = document.findBlockByNumber(number)
            edit.setPosition(block.position())
            if not back:
                edit.insertText(INDENT)
                continue
            spaces = len(block.text()) - len(block.text().lstrip(" "))
            edit.movePosition(
                QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, min(spaces, len(INDENT))
            )
            edit.removeSelectedText()
        edit.endEditBlock()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.committed.emit() if control else self._new_line()
        elif key == Qt.Key.Key_Tab:
            self._shift(back=False)
        elif key == Qt.Key.Key_Backtab:
            self._shift(back=True)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        # Tab is for the text here; Ctrl+Tab leaves the field as everywhere.
        return self.keyPressEvent(event) or True if _is_tab(event) else super().event(event)


def _is_tab(event: QEvent) -> bool:
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.KeyPress
        and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
        and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
    )


class CodeEditor(QWidget):
    """The code in a form: committed by Ctrl+Enter or by leaving it, put back by Esc in the form's own way."""

    committed = Signal(object)
    focused = Signal()
    takes_text = False

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__()
        self.field = field
        self._shown = ""
        self._theme = theme
        self.view = CodeView(theme)
        self.view.setFixedHeight(LINES_SHOWN * self.view.fontMetrics().lineSpacing() + 2 * GRID)
        self.view.setToolTip(field.help)
        self.wider = QToolButton()
        self.wider.setToolTip("Edit in a window of its own")
        self.wider.setAccessibleName(f"Edit {field.label} in a window of its own")
        self.wider.setObjectName("editCode")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.view, 1)
        row.addWidget(self.wider, 0, Qt.AlignmentFlag.AlignTop)
        self.setFocusProxy(self.view)
        self.view.committed.connect(self.commit)
        self.view.left.connect(self.commit)
        self.view.focused.connect(self.focused.emit)
        self.wider.clicked.connect(self._open_wider)
        self.set_theme(theme)

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self._shown = "" if mixed else str(value or "")
        self.view.setPlaceholderText("several values" if mixed else "")
        if self.view.toPlainText() != self._shown:
            self.view.set_text(self._shown)
        self._show_beginning()

    def _show_beginning(self) -> None:
        """The lines from their beginning, unless somebody is writing in them."""
        if not self.view.hasFocus():
            self.view.horizontalScrollBar().setValue(0)

    @property
    def is_dirty(self) -> bool:
        return self.view.toPlainText() != self._shown

    def commit(self) -> None:
        if self.is_dirty:
            self.committed.emit(self.view.toPlainText())

    def restore(self) -> None:
        self.view.set_text(self._shown)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.view.set_theme(theme)
        self.wider.setIcon(icons.icon("arrow-expand", theme.muted))

    def _open_wider(self) -> None:
        dialog = CodeDialog(self.view.toPlainText(), self.field, self._theme, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.applied.connect(self._take)
        dialog.open()

    def _take(self, text: str) -> None:
        self.view.set_text(text)
        self.commit()


class CodeDialog(QDialog):
    """The code with room around it. `applied(text)` is emitted when it is taken; Cancel leaves all as it was."""

    applied = Signal(str)

    def __init__(self, text: str, field: Field[Any], theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("codeDialog")
        self.setWindowTitle("Custom layer")
        self.resize(820, 620)
        self.view = CodeView(theme)
        self.view.setPlainText(text)
        self.view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox()
        apply = buttons.addButton("Apply", QDialogButtonBox.ButtonRole.AcceptRole)
        apply.setProperty("role", "primary")
        apply.setToolTip("Ctrl+Enter")
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._apply)
        buttons.rejected.connect(self.reject)
        self.view.committed.connect(self._apply)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        rows.setSpacing(GRID)
        rows.addWidget(wrapped(field.help, "muted"))
        rows.addWidget(self.view, 1)
        rows.addWidget(buttons)
        self.view.setFocus()

    def _apply(self) -> None:
        self.applied.emit(self.view.toPlainText())
        self.accept()
