"""One row of a form: the setting's name, its editor, and under them what is wrong with what was typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from netbuilder.fields import BadSetting, Choice, Code, Field, Path
from netbuilder.ui.forms.editors import LineEditor, editor_for
from netbuilder.ui.forms.reading import read
from netbuilder.ui.theme import Theme
from netbuilder.ui.widgets import ElidedLabel, wrapped

NAME_SHARE, EDITOR_SHARE = 4, 5
LONGEST_BESIDE = 18  # characters of a choice that fit at the default width of a panel
NOTHING_YET = object()


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same setting; 1 and True and 1.0 are not."""
    return type(one) is type(other) and bool(one == other)


def _is_wordy(field: Field[Any]) -> bool:
    """Whether a value may be too long to stand beside its name."""
    return isinstance(field, Choice) and any(len(field.title(option)) > LONGEST_BESIDE for option in field.options)


class Row(QWidget):
    """`changed` is emitted with a value the field has accepted, and only when it differs from the one shown."""

    changed = Signal(str, object)
    focused = Signal(str)

    def __init__(self, field: Field[Any], theme: Theme, *, stacked: bool = False):
        super().__init__()
        self.field = field
        self.value: Any = NOTHING_YET
        self.is_mixed = False
        self._outside = ""  # a sentence from whoever used the value
        self.name = ElidedLabel(field.label, "muted")
        self.editor = editor_for(field, theme)
        self.problem = wrapped("", "danger")
        self.problem.hide()
        self.name.setBuddy(self.editor)
        self._tell_names()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        stacked = stacked or isinstance(field, (Code, Path)) or _is_wordy(field)
        if stacked:
            grid.addWidget(self.name, 0, 0, 1, 2)
            grid.addWidget(self.editor, 1, 0, 1, 2)
        else:
            grid.addWidget(self.name, 0, 0)
            grid.addWidget(self.editor, 0, 1)
        grid.addWidget(self.problem, 2, 0, 1, 2)
        grid.setColumnStretch(0, NAME_SHARE)
        grid.setColumnStretch(1, EDITOR_SHARE)
        grid.setColumnMinimumWidth(0, 40)
        if field.unit and isinstance(self.editor, LineEditor):
            self.editor.set_aside(field.unit)
        self.editor.committed.connect(self._take)
        self.editor.focused.connect(lambda: self.focused.emit(field.name))

    def _tell_names(self) -> None:
        help = self.field.help or self.field.label
        for widget in (self.editor, *self.editor.findChildren(QLineEdit)):
            widget.setAccessibleName(self.field.label)
            widget.setAccessibleDescription(self.field.help)
            widget.setToolTip(help)
        self.editor.setObjectName(f"setting_{self.field.name}")
        self.name.setToolTip(help)

    @property
    def line(self) -> QLineEdit | None:
        """Where text is typed, if this editor takes any."""
        if isinstance(self.editor, LineEditor):
            return self.editor
        return getattr(self.editor, "line", None)

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        """Show this value, unless it is what is shown: then what is being typed stays."""
        if not (same(value, self.value) and mixed == self.is_mixed):
            self.put_back(value, mixed=mixed)

    def put_back(self, value: Any, *, mixed: bool = False) -> None:
        """Show this value whatever is being typed."""
        self.value, self.is_mixed = value, mixed
        self.editor.show_value(value, mixed=mixed)
        self._say("")

    def set_problem(self, sentence: str) -> None:
        """Say (or with "" take back) a problem that whoever uses the value found with it."""
        self._outside = sentence
        self._say(sentence)

    def set_theme(self, theme: Theme) -> None:
        self.editor.set_theme(theme)

    def commit(self) -> None:
        """Take what has been typed and not been committed yet."""
        self.editor.commit()

    def _take(self, typed: Any) -> None:
        if self.is_mixed and self.line is not None and not typed:
            self._say("")  # nothing typed into "several values" changes nothing
            return
        try:
            value = read(self.field, typed) if isinstance(typed, str) and self.line is not None else typed
            value = self.field.check(value)
        except BadSetting as refused:
            self._say(refused.sentence)
            return
        known = same(value, self.value) and not self.is_mixed
        self.put_back(value)
        if known:
            self._say(self._outside)
        else:
            self._outside = ""
            self.changed.emit(self.field.name, value)

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        bad = "true" if sentence else "false"
        for widget in {self.editor, self.line or self.editor}:
            if widget.property("bad") != bad:
                widget.setProperty("bad", bad)
                widget.style().unpolish(widget)
                widget.style().polish(widget)
            widget.setAccessibleDescription(sentence or self.field.help)


class ShownRow(QWidget):
    """A value that can't be typed: its name, the value, and where it comes from."""

    def __init__(self, name: str, theme: Theme):
        super().__init__()
        self.name = ElidedLabel(name, "muted")
        self.box = LineEditor(Field(None, label=name), theme)
        self.box.setReadOnly(True)
        self.box.setProperty("role", "shown")
        self.box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.box.setAccessibleName(name)
        self.box.setObjectName(f"inferred_{name}")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.box, 0, 1)
        grid.setColumnStretch(0, NAME_SHARE)
        grid.setColumnStretch(1, EDITOR_SHARE)
        grid.setColumnMinimumWidth(0, 40)

    def show_value(self, value: Any, aside: str) -> None:
        self.box.show_value(value)
        self.box.set_aside(aside)
        self.box.setAccessibleDescription(aside)
        self.box.setToolTip(f"{self.name.whole} follows from what flows in; it can't be typed.")
