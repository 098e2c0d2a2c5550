"""A form for anything declared: a row a field, what is rarely changed under "More".

It shows a value and tells what the user made of it, one setting at a time; whoever owns the value applies the
change and shows the new value. It knows nothing about layers, data or recipes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.fields import Declared
from netbuilder.ui.forms.field_rows import FieldRows
from netbuilder.ui.forms.row import Row, ShownRow
from netbuilder.ui.look import Look
from netbuilder.ui.widgets import Fold, wrapped
from netbuilder.ui.widgets.turns import take_turn


class DeclaredForm(QWidget):
    """`changed(name, value)` follows each committed setting; `value` is canonical. Show a value with `set_declared`.

    A declared value may have a method `relevant()` that gives the names of the settings that matter as it stands;
    the others are not shown. `only` limits the form to some settings; with `own_first` those that a class shares
    with its kin come after its own. `menu_wanted(name, place)`: what can be done with a setting within a block.
    """

    changed = Signal(str, object)
    menu_wanted = Signal(str, QPoint)

    def __init__(
        self,
        look: Look,
        declared: Declared | None = None,
        parent: QWidget | None = None,
        *,
        only: Iterable[str] | None = None,
        show_help: bool = True,
        own_first: bool = False,
    ):
        super().__init__(parent)
        self._look = look
        self._only = None if only is None else tuple(only)
        self._kind: type[Declared] | None = None
        self._inside: FieldRows | None = None
        self._show_help = show_help
        self._own_first = own_first
        self._was_open = False
        self.declared: Declared | None = None
        self.rows: dict[str, Row] = {}
        self.shown: dict[str, ShownRow] = {}
        self.more: Fold | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        look.changed.connect(self._retint)
        if declared is not None:
            self.set_declared(declared)

    def set_declared(
        self,
        declared: Declared,
        *,
        mixed: Iterable[str] = (),
        written: Mapping[str, str] | None = None,
        names: Mapping[str, Any] | None = None,
        relevant: Iterable[str] | None = None,
    ) -> None:
        """Show this value. Rows that show the same value as before are left alone, with their focus and cursor.

        `mixed` are settings in which several values that are edited together differ; `written` those that come from
        an expression, with its text; `names` what expressions may use (None: they make no sense here); `relevant` the
        settings that matter, where the value alone can't say.
        """
        mixed, written = set(mixed), written or {}
        if type(declared) is not self._kind:
            self._build(type(declared))
        self.declared = declared
        for name, row in self.rows.items():
            row.use_names(names)
            row.show_value(declared.settings[name], mixed=name in mixed, written=written.get(name))
        assert self._inside is not None
        self._inside.show_relevant(declared, None if relevant is None else set(relevant))
        if self.more is not None:
            rare = [name for name, row in self.rows.items() if row.field.advanced and not row.isHidden()]
            if any(declared.settings[name] != self.rows[name].field.default for name in rare):
                self.more.open()

    def forget(self) -> None:
        """Show every value anew at the next `set_declared`, whatever is being typed: it belongs to something else."""
        for row in self.rows.values():
            if row.editor.is_dirty or row.problem.text():
                row.put_back(row.value, mixed=row.is_mixed, written=row.written)

    def set_shown(self, values: Mapping[str, tuple[Any, str]]) -> None:
        """Values that can't be typed, above the others: by name, each with a word about where it comes from."""
        if list(values) != list(self.shown):
            for row in self.shown.values():
                row.setParent(None)
                row.deleteLater()
            self.shown = {name: ShownRow(name, self._look.theme) for name in values}
            for at, row in enumerate(self.shown.values()):
                self._rows_layout().insertWidget(at, row)
        has_more = any(row.names is not None for row in self.rows.values())
        for name, (value, aside) in values.items():
            self.shown[name].show_value(value, aside)
            self.shown[name].leave_room(has_more)

    def set_problem(self, name: str, sentence: str) -> None:
        """Say a problem under a setting, or take it back with ""."""
        row = self.rows.get(name)
        if row is not None:
            row.set_problem(sentence)
            if sentence and row.field.advanced and self.more is not None:
                self.more.open()

    def offer(self, name: str, values: Iterable[tuple[str, str]]) -> None:
        """What can be picked for a setting, where that is not known beforehand (a column): each with its words."""
        if self._inside is not None:
            self._inside.offer(name, values)

    def editor(self, name: str) -> QWidget:
        """The widget in which a setting is edited."""
        return self.rows[name].editor

    def commit(self) -> None:
        """Take whatever has been typed and not been committed yet."""
        if self._inside is not None:
            self._inside.commit()

    def _rows_layout(self) -> QVBoxLayout:
        if self._inside is None:
            self._build(Declared)
        assert self._inside is not None
        return self._inside.column

    def _names(self, kind: type[Declared]) -> list[str]:
        names = [name for name in kind.fields() if self._only is None or name in self._only]
        if not self._own_first:
            return names
        depths = {name: depth for depth, base in reversed(list(enumerate(kind.__mro__))) for name in vars(base)}
        return sorted(names, key=lambda name: depths[name])

    def _build(self, kind: type[Declared]) -> None:
        if self.more is not None:
            self._was_open = self.more.heading.isChecked()
        if self._inside is not None:
            self._layout.removeWidget(self._inside)
            self._inside.retire()
        fields = kind.fields()
        self._inside = FieldRows(
            {name: fields[name] for name in self._names(kind)}, self._look.theme, is_open=self._was_open
        )
        self._inside.changed.connect(self.changed)
        self._inside.focused.connect(self._explain)
        self._inside.menu_wanted.connect(self.menu_wanted)
        self._kind, self.rows, self.shown, self.more = kind, self._inside.rows, {}, self._inside.more
        self.help = wrapped("", "muted")
        self.help.hide()
        self._inside.column.addWidget(self.help)
        self._layout.addWidget(self._inside)
        take_turn(self)
        self._inside.show()  # now, not when the layout gets to it: a row can be used at once

    def _explain(self, name: str) -> None:
        text = self.rows[name].field.help if name in self.rows else ""
        self.help.setText(text)
        self.help.setVisible(bool(text) and self._show_help)

    def _retint(self) -> None:
        theme = self._look.theme
        if self._inside is not None:
            self._inside.set_theme(theme)
        for shown in self.shown.values():
            shown.box.set_theme(theme)
