"""The editor of a setting that holds something for each of some names: a part of a form for each that is offered."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout

from netbuilder.fields import BadSetting, Declared, Field, ForEach
from netbuilder.ui.forms.nested import INDENT, NestedEditor
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import ElidedLabel
from netbuilder.ui.widgets.turns import take_turn

if TYPE_CHECKING:
    from netbuilder.ui.forms.field_rows import FieldRows


class ForEachEditor(NestedEditor):
    """Shows the names that were offered. What is said of others is kept, and not shown."""

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__(field, theme)
        assert isinstance(field, ForEach)
        self._value: tuple[Declared, ...] = ()
        self._names: tuple[tuple[str, str], ...] = ()
        self._headings: list[ElidedLabel] = []
        self.parts: dict[str, FieldRows] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)

    def offer(self, names: Iterable[tuple[str, str]]) -> None:
        """The names that there are, each with a word about it."""
        names = tuple(names)
        if names == self._names:
            return
        from netbuilder.ui.forms.field_rows import FieldRows  # whose rows ask for editors in their turn

        for widget in self._headings:
            widget.hide()
            widget.deleteLater()
        for part in self.parts.values():
            part.retire()
        self._names, self._headings, self.parts = names, [], {}
        fields = {name: field for name, field in self.field.kind.fields().items() if name != "name"}
        for name, words in names:
            heading = ElidedLabel(f"{name} · {words}" if words else name, "heading")
            heading.setToolTip(as_plain(words))
            part = FieldRows(fields, self._theme, indent=INDENT)
            part.setAccessibleName(name)
            part.changed.connect(partial(self._set, name))
            part.focused.connect(lambda _: self.focused.emit())
            self._headings.append(heading)
            self.parts[name] = part
            self._column.addWidget(heading)
            self._column.addWidget(part)
            for row in part.rows.values():
                row.editor.setAccessibleName(f"{row.field.label} of {name}")
            part.show()  # now, not when the layout gets to it: a row can be used at once
        self.show_value(self._value)
        take_turn(self)

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self._value = () if mixed else value
        for name, part in self.parts.items():
            chosen = self.field.of(self._value, name)
            for setting, row in part.rows.items():
                row.show_value(chosen.settings[setting])
            part.show_relevant(chosen)

    def _set(self, name: str, setting: str, value: object) -> None:
        try:
            changed = self.field.of(self._value, name).with_settings(**{setting: value})
        except BadSetting as refused:
            self.parts[name].rows[setting].set_problem(refused.sentence)
            return
        rest = [one for one in self._value if one.settings["name"] != name]
        self.committed.emit(self.field.without_defaults((*rest, changed)))

    def commit(self) -> None:
        for part in self.parts.values():
            part.commit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for part in self.parts.values():
            part.set_theme(theme)
