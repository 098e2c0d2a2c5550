"""The editor of a setting that is one of several declared things: which one, a sentence about it, and its settings."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from netbuilder.fields import BadSetting, Declared, Field, OneOf
from netbuilder.ui.forms.editors import ChoiceEditor
from netbuilder.ui.forms.nested import INDENT, NestedEditor
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import wrapped

if TYPE_CHECKING:
    from netbuilder.ui.forms.field_rows import FieldRows


class OneOfEditor(NestedEditor):
    """Picking another kind commits that kind with its defaults; a setting commits the same kind with it changed."""

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__(field, theme)
        assert isinstance(field, OneOf)
        self._value: Declared | None = None
        self.rows: dict[str, Any] = {}
        self.choice = KindChoice(field, theme)
        self.choice.committed.connect(self._pick)
        self.choice.focused.connect(self.focused)
        self.about = wrapped("", "muted")
        self._inside: FieldRows | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GRID // 2)
        self._layout.addWidget(self.choice)
        self._layout.addWidget(self.about)
        self.setFocusProxy(self.choice)

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        self.choice.show_value(None if mixed else value.kind, mixed=mixed)
        kind = None if mixed else type(value)
        if self._inside is None or kind is not type(self._value):
            self._build(kind)
        self._value = None if mixed else value
        if kind is not None and self._inside is not None:
            for name, row in self.rows.items():
                row.show_value(value.settings[name])
            self._inside.show_relevant(value)

    def _build(self, kind: type[Declared] | None) -> None:
        from netbuilder.ui.forms.field_rows import FieldRows  # whose rows ask for editors in their turn

        if self._inside is not None:
            self._layout.removeWidget(self._inside)
            self._inside.retire()
        self._inside = FieldRows(kind.fields() if kind is not None else {}, self._theme, indent=INDENT)
        self._inside.changed.connect(self._set)
        self._inside.focused.connect(lambda _: self.focused.emit())
        self.rows = self._inside.rows
        self.about.setText(about(kind) if kind is not None else "")
        self.about.setVisible(bool(self.about.text()))
        self._layout.addWidget(self._inside)
        self._inside.setVisible(bool(self.rows))  # now, not when the layout gets to it: a row can be used at once

    def _pick(self, kind: str) -> None:
        if self._value is None or kind != self._value.kind:
            self.committed.emit(kind)

    def _set(self, name: str, value: object) -> None:
        if self._value is None:
            return
        try:
            changed = self._value.with_settings(**{name: value})
        except BadSetting as refused:
            self.rows[name].set_problem(refused.sentence)
            return
        self.committed.emit(changed)

    def commit(self) -> None:
        if self._inside is not None:
            self._inside.commit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self._inside is not None:
            self._inside.set_theme(theme)


class KindChoice(ChoiceEditor):
    """The list of kinds, each with what it is for."""

    def _options(self) -> list[tuple[Any, str]]:
        assert isinstance(self.field, OneOf)
        return [(kind, self.field.title(kind)) for kind in self.field.options]

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__(field, theme)
        assert isinstance(field, OneOf)
        for at, kind in enumerate(field.kinds.values()):
            self.setItemData(at, about(kind), Qt.ItemDataRole.ToolTipRole)


def about(kind: type[Declared]) -> str:
    """What a kind is for, in its own words."""
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())
