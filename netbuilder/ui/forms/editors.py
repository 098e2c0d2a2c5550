"""One editor a kind of field. Each shows a value, tells what was typed or picked, and can be put back.

An editor checks nothing and applies nothing: it emits `committed` with what the user means, as text or as a value,
and the row asks the field.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QToolButton, QWidget

from netbuilder.expression import NotANumber, calculate
from netbuilder.fields import Bool, Choice, Code, Field, Float, ForEach, Int, Ints, Offered, OneOf, Path, SomeOf
from netbuilder.ui import icons
from netbuilder.ui.forms.reading import write
from netbuilder.ui.theme import Theme

SEVERAL = "several values"
STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class LineEditor(QLineEdit):
    """Numbers and text: committed by Enter or by leaving the field, put back by Esc, stepped by Up and Down."""

    committed = Signal(object)
    focused = Signal()
    takes_text = True

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__()
        self.field = field
        self._shown = ""
        self._aside = field.unit
        self._aside_color = QColor(theme.faint)
        self.setPlaceholderText(self._placeholder())

    def _placeholder(self) -> str:
        return self.field.none_means if self.field.optional else getattr(self.field, "placeholder", "")

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self._shown = "" if mixed else write(self.field, value)
        self.setPlaceholderText(SEVERAL if mixed else self._placeholder())
        if self.text() != self._shown:
            self.setText(self._shown)
        self.setModified(False)

    def show_written(self, text: str) -> None:
        """Show how a value is written: an expression of the settings of the block around."""
        self._shown = text
        self.setPlaceholderText(self._placeholder())
        if self.text() != text:
            self.setText(text)
        self.setModified(False)

    def set_aside(self, words: str) -> None:
        """What stands at the right of the value: its unit, or where it comes from."""
        self._aside = words
        self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(words) + 4 if words else 0, 0)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._aside_color = QColor(theme.faint)
        self.update()

    @property
    def is_dirty(self) -> bool:
        return self.text() != self._shown

    def commit(self) -> None:
        if self.is_dirty:
            self.committed.emit(self.text())

    def restore(self) -> None:
        self.setText(self._shown)

    def _step(self, by: int) -> bool:
        if not isinstance(self.field, (Int, Ints)):
            return False
        try:
            value = calculate(self.text())
        except NotANumber:
            return False
        low = getattr(self.field, "min", None)
        high = getattr(self.field, "max", None)
        stepped = int(value) + by
        stepped = stepped if low is None else max(low, stepped)
        stepped = stepped if high is None else min(high, stepped)
        self.setText(str(stepped))
        self.committed.emit(self.text())
        return True

    def event(self, event: QEvent) -> bool:
        # With nothing typed, Ctrl+Z belongs to the project: a line edit would swallow it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and not self.is_dirty:
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        large = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.commit()
            self.selectAll()
        elif key == Qt.Key.Key_Escape and (self.is_dirty or self.property("bad") == "true"):
            self.restore()
            self.committed.emit(self._shown)
        elif not (key in STEPS and self._step(STEPS[key] * (10 if large else 1))):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.commit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._aside:
            painter = QPainter(self)
            painter.setPen(self._aside_color)
            box = QRect(0, 0, self.width() - 10, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._aside)
            painter.end()


class SwitchEditor(QCheckBox):
    """On or off: a switch, committed at once."""

    committed = Signal(object)
    focused = Signal()
    takes_text = False
    is_dirty = False

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__()
        self.field = field
        self.setProperty("role", "switch")
        self.clicked.connect(self._clicked)

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self.setTristate(mixed)
        if mixed:
            self.setCheckState(Qt.CheckState.PartiallyChecked)
        else:
            self.setChecked(bool(value))
        self.setText(SEVERAL if mixed else "on" if value else "off")

    def _clicked(self) -> None:
        self.setTristate(False)
        self.setText("on" if self.isChecked() else "off")
        self.committed.emit(self.isChecked())

    def commit(self) -> None: ...

    def restore(self) -> None: ...

    def set_theme(self, theme: Theme) -> None: ...

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()


class ChoiceEditor(QComboBox):
    """One of a few words, committed when it is picked. An optional field has its "none" as the first."""

    committed = Signal(object)
    focused = Signal()
    takes_text = False
    is_dirty = False

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__()
        self.field = field
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if field.optional:
            self.addItem(field.none_means, None)
        for value, words in self._options():
            self.addItem(words, value)
        self.activated.connect(lambda at: self.committed.emit(self.itemData(at)))

    def _options(self) -> Iterable[tuple[Any, str]]:
        if isinstance(self.field, Choice):
            return [(option, self.field.title(option)) for option in self.field.options]
        return [(True, "on"), (False, "off")]

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self.setPlaceholderText(SEVERAL if mixed else "")
        self.setCurrentIndex(-1 if mixed else self.findData(value))

    def commit(self) -> None: ...

    def restore(self) -> None: ...

    def set_theme(self, theme: Theme) -> None: ...

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # turning the wheel over a form scrolls the form


class OfferedEditor(QComboBox):
    """Text with a list of what it may be: the columns of a file. Whatever is typed is taken."""

    committed = Signal(object)
    focused = Signal()
    takes_text = True

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__()
        self.field = field
        self.line = LineEditor(field, theme)
        self.setEditable(True)
        self.setLineEdit(self.line)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.line.committed.connect(self.committed.emit)
        self.line.focused.connect(self.focused.emit)
        self.activated.connect(lambda at: self.committed.emit(self.itemData(at)))

    def offer(self, values: Iterable[tuple[str, str]]) -> None:
        """The values to pick from, each with what the list says about it."""
        text = self.line.text()
        self.clear()
        for value, words in values:
            self.addItem(value, value)
            self.setItemData(self.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.line.setText(text)

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self.setCurrentIndex(self.findData(value))
        self.line.show_value(value, mixed=mixed)

    @property
    def is_dirty(self) -> bool:
        return self.line.is_dirty

    def commit(self) -> None:
        self.line.commit()

    def restore(self) -> None:
        self.line.restore()

    def set_theme(self, theme: Theme) -> None:
        self.line.set_theme(theme)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class PathEditor(QWidget):
    """A file or a folder: typed, or found with Browse."""

    committed = Signal(object)
    focused = Signal()
    takes_text = True

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__()
        self.field = field
        self.line = LineEditor(field, theme)
        self.browse = QToolButton()
        self.browse.setToolTip(f"Browse for a {getattr(field, 'must', 'file')}")
        self.browse.setAccessibleName(f"Browse for {field.label}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)
        self.line.committed.connect(self.committed.emit)
        self.line.focused.connect(self.focused.emit)
        self.browse.clicked.connect(self._ask)
        self.set_theme(theme)

    def _ask(self) -> None:
        field = self.field
        suffixes = " ".join(f"*.{s.lstrip('*.')}" for s in getattr(field, "suffixes", ()))
        filters = f"{field.label} ({suffixes});;All files (*)" if suffixes else "All files (*)"
        dialog = QFileDialog(self.window(), f"Choose {field.label}", self.line.text(), filters)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(field, Path) and field.must == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        else:
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()  # the program goes on behind it

    def _chosen(self, found: str) -> None:
        if found:
            self.line.setText(found)
            self.line.commit()

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self.line.show_value(value, mixed=mixed)

    @property
    def is_dirty(self) -> bool:
        return self.line.is_dirty

    def commit(self) -> None:
        self.line.commit()

    def restore(self) -> None:
        self.line.restore()

    def set_theme(self, theme: Theme) -> None:
        self.line.set_theme(theme)
        self.browse.setIcon(icons.icon("folder-open-outline", theme.muted))


Editor = LineEditor | SwitchEditor | ChoiceEditor | OfferedEditor | PathEditor


def editor_for(field: Field[Any], theme: Theme) -> Editor:
    """The editor for this kind of field; the first of the table that fits."""
    for kind, make in _table():
        if isinstance(field, kind):
            return ChoiceEditor(field, theme) if make is SwitchEditor and field.optional else make(field, theme)
    return LineEditor(field, theme)


def _table() -> tuple[tuple[type[Field[Any]], type[Any]], ...]:
    from netbuilder.ui.forms.code import CodeEditor
    from netbuilder.ui.forms.for_each import ForEachEditor
    from netbuilder.ui.forms.one_of import OneOfEditor
    from netbuilder.ui.forms.some_of import SomeOfEditor

    return (
        (Code, CodeEditor),
        (OneOf, OneOfEditor),
        (ForEach, ForEachEditor),
        (SomeOf, SomeOfEditor),
        (Bool, SwitchEditor),
        (Choice, ChoiceEditor),
        (Path, PathEditor),
        (Offered, OfferedEditor),
        (Int, LineEditor),
        (Float, LineEditor),
        (Ints, LineEditor),
    )
