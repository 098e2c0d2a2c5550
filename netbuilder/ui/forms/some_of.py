"""The editor of a setting that holds several declared things: a short list of them, each with its settings below."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from netbuilder.fields import BadSetting, Declared, Field, SomeOf
from netbuilder.ui import icons
from netbuilder.ui.forms.nested import INDENT, NestedEditor
from netbuilder.ui.forms.one_of import about
from netbuilder.ui.forms.reading import in_words
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets.turns import take_turn

if TYPE_CHECKING:
    from netbuilder.ui.forms.field_rows import FieldRows


class SomeOfEditor(NestedEditor):
    """Commits all of them whenever one is added, removed or changed. `offer` limits what "Add…" has."""

    def __init__(self, field: Field[Any], theme: Theme):
        super().__init__(field, theme)
        assert isinstance(field, SomeOf)
        self.items: list[Item] = []
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GRID // 2)
        self.add = QPushButton("Add…")
        self.add.setProperty("role", "small")
        self.add.setAccessibleName(f"Add to {field.label}")
        self.add.setToolTip(as_plain(field.help))
        self.choices = QMenu(self.add)
        self.choices.setToolTipsVisible(True)
        self.choices.triggered.connect(lambda action: self._add(action.data()))
        self.add.setMenu(self.choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self._list)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self._list.hide()
        self.setFocusProxy(self.add)
        self.offer((kind, field.title(kind)) for kind in field.options)

    def offer(self, kinds: Iterable[tuple[str, str]]) -> None:
        """The kinds that can be added, each with its words."""
        self.choices.clear()
        for kind, words in kinds:
            action = self.choices.addAction(words[:1].upper() + words[1:])
            action.setData(kind)
            action.setToolTip(as_plain(about(self.field.kinds[kind])))

    def show_value(self, value: Any, *, mixed: bool = False) -> None:
        values: tuple[Declared, ...] = () if mixed else tuple(value)
        shown = list(self.items)
        before, self.items = self.items, []
        for one in values:  # what stays keeps its widgets, and with them what is open and where the focus is
            while before and type(before[0].value) is not type(one):
                before.pop(0).retire()
            self.items.append(before.pop(0) if before else self._item(one))
            self.items[-1].show_value(one)
        for item in before:
            item.retire()
        for at, item in enumerate(self.items):
            self._rows.insertWidget(at, item)
            item.show()
        self._list.setVisible(bool(self.items))
        if self.items != shown:
            take_turn(self)

    def _item(self, value: Declared) -> Item:
        item = Item(value, self._theme, self._list)
        item.changed.connect(self._change)
        item.removed.connect(lambda: self._remove(item))
        item.focused.connect(self.focused)
        return item

    def _values(self) -> list[Declared]:
        return [item.value for item in self.items]

    def _add(self, kind: str) -> None:
        self.committed.emit((*self._values(), kind))

    def _change(self) -> None:
        self.committed.emit(tuple(self._values()))

    def _remove(self, item: Item) -> None:
        at = self.items.index(item)
        rest = [one for one in self.items if one is not item]
        next = rest[min(at, len(rest) - 1)].remove if rest else self.add
        next.setFocus(Qt.FocusReason.OtherFocusReason)
        self.items.pop(at).retire()
        self.committed.emit(tuple(one.value for one in rest))

    def commit(self) -> None:
        for item in list(self.items):
            item.commit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        for item in self.items:
            item.set_theme(theme)


class Item(QWidget):
    """One of them: its name, which opens its settings, and a button that takes it away (or Delete)."""

    changed = Signal()
    removed = Signal()
    focused = Signal()

    def __init__(self, value: Declared, theme: Theme, parent: QWidget):
        from netbuilder.ui.forms.field_rows import FieldRows  # whose rows ask for editors in their turn

        super().__init__(parent)
        self.value, self._theme = value, theme
        self.heading = QPushButton()
        self.heading.setProperty("role", "fold")
        self.heading.setCheckable(True)
        self.heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.heading.setToolTip(as_plain(about(type(value))))
        self.heading.toggled.connect(self._open)
        self.remove = QToolButton()
        self.remove.setAccessibleName(f"Remove {value.title}")
        self.remove.setToolTip(as_plain(f"Remove {value.title} (Delete)"))
        self.remove.clicked.connect(self.removed)
        self.inside: FieldRows = FieldRows(value.fields(), theme, indent=INDENT)
        self.inside.changed.connect(self._set)
        self.inside.focused.connect(lambda _: self.focused.emit())
        top = QHBoxLayout()
        top.setSpacing(GRID // 2)
        top.addWidget(self.heading, 1)
        top.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addLayout(top)
        column.addWidget(self.inside)
        self.inside.hide()
        self.set_theme(theme)

    @property
    def rows(self) -> dict[str, Any]:
        return self.inside.rows

    def show_value(self, value: Declared) -> None:
        self.value = value
        said = [in_words(value.fields()[name], value.settings[name]) for name in value.changed()]
        words = " · ".join([value.title, *said])
        self.heading.setText(words[0].upper() + words[1:])
        self.heading.setAccessibleName(words)
        for name, row in self.rows.items():
            row.show_value(value.settings[name])
        self.inside.show_relevant(value)

    def _open(self, on: bool) -> None:
        self.inside.setVisible(on and bool(self.rows))
        self._mark()

    def _set(self, name: str, value: object) -> None:
        try:
            self.value = self.value.with_settings(**{name: value})
        except BadSetting as refused:
            self.rows[name].set_problem(refused.sentence)
            return
        self.changed.emit()

    def commit(self) -> None:
        self.inside.commit()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.remove.setIcon(icons.icon("close", theme.muted))
        self.inside.set_theme(theme)
        self._mark()

    def _mark(self) -> None:
        """The mark of what opens; none where there is nothing to set, and its room all the same."""
        name = "chevron-down" if self.heading.isChecked() else "chevron-right"
        self.heading.setIcon(icons.icon(name if self.rows else "circle-small", self._theme.muted))

    def retire(self) -> None:
        """Leave the screen, and tell nothing more."""
        self.inside.retire()
        self.hide()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and (
            self.heading.hasFocus() or self.remove.hasFocus()
        ):
            self.removed.emit()
        else:
            super().keyPressEvent(event)
