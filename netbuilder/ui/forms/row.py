"""One row of a form: the setting's name, its editor, and under them what is wrong with what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QToolButton, QWidget

from netbuilder.expression import expression
from netbuilder.fields import BadSetting, Choice, Code, Field, OneOf, Path, SomeOf
from netbuilder.ui import icons
from netbuilder.ui.forms.editors import LineEditor, editor_for
from netbuilder.ui.forms.reading import in_words, read, read_expression, takes_expressions, value_of
from netbuilder.ui.forms.sweep import Sweep
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import Theme
from netbuilder.ui.widgets import ElidedLabel, wrapped

NAME_SHARE, EDITOR_SHARE = 4, 5
MORE = 24  # the width of the button for what can be done with a setting inside a block
LONGEST_BESIDE = 18  # characters of a choice that fit at the default width of a panel
NOTHING_YET = object()


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same setting; 1 and True and 1.0 are not."""
    return type(one) is type(other) and bool(one == other)


def _is_wordy(field: Field[Any]) -> bool:
    """Whether a value may be too long to stand beside its name."""
    return isinstance(field, Choice) and any(len(field.title(option)) > LONGEST_BESIDE for option in field.options)


class Row(QWidget):
    """`changed` is emitted with a value the field has accepted, and only when it differs from the one shown.

    Where `use_names` says what names have values (the settings of the block around), an expression of them is
    accepted too: then `changed` carries that. `menu_wanted` asks for what can be done with such a setting.
    """

    changed = Signal(str, object)
    focused = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, field: Field[Any], theme: Theme, *, stacked: bool = False):
        super().__init__()
        self.field = field
        self.value: Any = NOTHING_YET
        self.is_mixed = False
        self.written: str | None = None  # the expression that the value is written as
        self.names: Mapping[str, Any] | None = None
        self._theme = theme
        self._outside = ""  # a sentence from whoever used the value
        self.name = ElidedLabel(field.label, "muted")
        self.editor = editor_for(field, theme)
        self._usual = type(self.editor)
        self.problem = wrapped("", "danger")
        self.problem.hide()
        self.name.setBuddy(self.editor)
        self.more = QToolButton(self)
        self.more.setObjectName(f"more_{field.name}")
        self.more.setAccessibleName(f"{field.label} and the block")
        self.more.setFixedSize(MORE, 26)
        self.more.clicked.connect(self._want_menu)
        self.more.hide()
        self._tell_names()
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        stacked = stacked or isinstance(field, (Code, Path, OneOf, SomeOf)) or _is_wordy(field)
        if stacked:
            self._place = (1, 0, 1, 2)
            grid.addWidget(self.name, 0, 0, 1, 2)
        else:
            self._place = (0, 1, 1, 1)
            grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.editor, *self._place)
        grid.addWidget(self.problem, 2, 0, 1, 2)
        grid.setColumnStretch(0, NAME_SHARE)
        grid.setColumnStretch(1, EDITOR_SHARE)
        grid.setColumnMinimumWidth(0, 40)
        if field.unit and isinstance(self.editor, LineEditor):
            self.editor.set_aside(field.unit)
        self._listen()
        self._sweep = Sweep(self, self.name)

    def _listen(self) -> None:
        self.editor.committed.connect(self._take)
        self.editor.focused.connect(lambda: self.focused.emit(self.field.name))

    def use_names(self, names: Mapping[str, Any] | None) -> None:
        """The values of names that an expression may use here; None where none makes sense."""
        names = names if takes_expressions(self.field) else None
        if (names is None) != (self.names is None):
            if names is not None:
                self._grid.addWidget(self.more, self._place[0], 2)
            else:
                self._grid.removeWidget(self.more)
            self.more.setVisible(names is not None)
            self._show_more()
        self.names = names

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

    def show_value(self, value: Any, *, mixed: bool = False, written: str | None = None) -> None:
        """Show this value, unless it is what is shown: then what is being typed stays."""
        if not (same(value, self.value) and mixed == self.is_mixed and written == self.written):
            self.put_back(value, mixed=mixed, written=written)

    def put_back(self, value: Any, *, mixed: bool = False, written: str | None = None) -> None:
        """Show this value whatever is being typed; `written` is the expression that it comes from, if it does."""
        written = None if mixed else written
        self._use_editor(LineEditor if written is not None else self._usual)
        self.value, self.is_mixed, self.written = value, mixed, written
        if written is not None and isinstance(self.editor, LineEditor):
            self.editor.show_written(written)
            self.editor.set_aside(f"= {in_words(self.field, value)}")
        else:
            self.editor.show_value(value, mixed=mixed)
            if isinstance(self.editor, LineEditor):
                self.editor.set_aside(self.field.unit)
        if self.names is not None:
            self._show_more()
        self._say("")

    def _use_editor(self, kind: type[QWidget]) -> None:
        """A switch or a list can't show an expression: a line stands in its place as long as there is one."""
        if isinstance(self.editor, kind):
            return
        old = self.editor
        self.editor = LineEditor(self.field, self._theme) if kind is LineEditor else editor_for(self.field, self._theme)
        self._grid.removeWidget(old)
        old.hide()
        old.deleteLater()
        self._grid.addWidget(self.editor, *self._place)
        self.name.setBuddy(self.editor)
        self._tell_names()
        self._listen()
        self.editor.show()

    def _show_more(self) -> None:
        follows = self.written is not None
        color = self._theme.accent if follows else self._theme.faint
        self.more.setIcon(icons.icon("function-variant" if follows else "dots-vertical", color))
        tip = "Expose this setting, or let it follow one of the block's"
        self.more.setToolTip(as_plain(f"Follows {self.written}") if follows else tip)

    def _want_menu(self) -> None:
        self.menu_wanted.emit(self.field.name, self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def set_problem(self, sentence: str) -> None:
        """Say (or with "" take back) a problem that whoever uses the value found with it."""
        self._outside = sentence
        self._say(sentence)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.editor.set_theme(theme)
        self._show_more()

    def commit(self) -> None:
        """Take what has been typed and not been committed yet."""
        self.editor.commit()

    def _take(self, typed: Any) -> None:
        if self.is_mixed and self.line is not None and not typed:
            self._say("")  # nothing typed into "several values" changes nothing
            return
        text = read_expression(self.field, typed, always=self.written is not None) if self.names is not None else None
        if text is not None:
            self._take_expression(text)
            return
        try:
            value = read(self.field, typed) if isinstance(typed, str) and self.line is not None else typed
            value = self.field.check(value)
        except BadSetting as refused:
            self._say(refused.sentence)
            return
        known = same(value, self.value) and not self.is_mixed and self.written is None
        self.put_back(value)
        if known:
            self._say(self._outside)
        else:
            self._outside = ""
            self.changed.emit(self.field.name, value)

    def _take_expression(self, text: str) -> None:
        try:
            value = value_of(self.field, text, self.names or {})
        except BadSetting as refused:
            self._say(refused.sentence)
            return
        known = text == self.written and same(value, self.value)
        self.put_back(value, written=text)
        if not known:
            self._outside = ""
            self.changed.emit(self.field.name, expression(text))

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

    # Qt

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.names is not None:
            self.menu_wanted.emit(self.field.name, event.globalPos())
        else:
            super().contextMenuEvent(event)


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
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.addWidget(self.name, 0, 0)
        grid.addWidget(self.box, 0, 1)
        grid.setColumnStretch(0, NAME_SHARE)
        grid.setColumnStretch(1, EDITOR_SHARE)
        grid.setColumnMinimumWidth(0, 40)

    def leave_room(self, leave: bool) -> None:
        """Leave as much room at the right as the button of the other rows takes."""
        self._grid.setContentsMargins(0, 0, MORE + 8 if leave else 0, 0)

    def show_value(self, value: Any, aside: str) -> None:
        self.box.show_value(value)
        self.box.set_aside(aside)
        self.box.setAccessibleDescription(aside)
        self.box.setToolTip(f"{self.name.whole} follows from what flows in; it can't be typed.")
