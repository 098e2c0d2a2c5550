"""The rows of some fields, one below the other, what is rarely changed under "More". They show what they are told."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.fields import Declared, Field
from netbuilder.ui.forms.row import Row
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import Fold


class FieldRows(QWidget):
    """`changed`, `focused` and `menu_wanted` are those of its rows."""

    changed = Signal(str, object)
    focused = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, fields: Mapping[str, Field[Any]], theme: Theme, *, indent: int = 0, is_open: bool = False):
        super().__init__()
        self.rows = {name: Row(field, theme) for name, field in fields.items()}
        self.more: Fold | None = None
        self.column, advanced = QVBoxLayout(self), QVBoxLayout()
        self.column.setContentsMargins(indent, 0, 0, 0)
        advanced.setContentsMargins(0, 0, 0, 0)
        for layout in (self.column, advanced):
            layout.setSpacing(GRID)
        for row in self.rows.values():
            row.changed.connect(self.changed)
            row.focused.connect(self.focused)
            row.menu_wanted.connect(self.menu_wanted)
            (advanced if row.field.advanced else self.column).addWidget(row)
        if advanced.count():
            self.more = Fold("More", theme.muted, is_open=is_open)
            self.more.body.setLayout(advanced)
            self.column.addWidget(self.more)

    def show_relevant(self, declared: Declared, names: Container[str] | None = None) -> None:
        """Show the rows that make a difference as this value stands, and "More" only with something in it. `names` are
        those, where the value alone can't say."""
        relevant: Any = getattr(declared, "relevant", None)
        if names is None:
            names = set(self.rows) if relevant is None else set(relevant())
        for name, row in self.rows.items():
            row.setVisible(name in names)
        if self.more is not None:
            advanced = [name for name, row in self.rows.items() if row.field.advanced and name in names]
            self.more.setVisible(bool(advanced))

    def offer(self, name: str, values: Iterable[tuple[str, str]]) -> None:
        """What can be picked for a setting, where that is not known beforehand: each with its words."""
        offer: Any = getattr(self.rows[name].editor, "offer", None) if name in self.rows else None
        if offer is not None:
            offer(values)

    def commit(self) -> None:
        """Take whatever has been typed and not been committed yet."""
        for row in list(self.rows.values()):
            row.commit()

    def set_theme(self, theme: Theme) -> None:
        for row in self.rows.values():
            row.set_theme(theme)
        if self.more is not None:
            self.more.set_color(theme.muted)

    def retire(self) -> None:
        """Leave the screen for others, and tell nothing more: what is being typed would still be committed."""
        for row in self.rows.values():
            row.changed.disconnect(self.changed)
        self.hide()
        self.deleteLater()
