"""One exposed setting of a block, to be edited: its name, what it takes, its default, what it is for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from netbuilder.fields import Text, plain
from netbuilder.graph.block import TYPES, Exposed
from netbuilder.graph.graph import MAX_NAME
from netbuilder.layers.block import field_for
from netbuilder.ui import icons
from netbuilder.ui.forms.editors import LineEditor
from netbuilder.ui.forms.row import Row
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID, Theme

WORDS = {"int": "whole number", "float": "number", "bool": "on or off", "text": "word", "ints": "sizes"}
HELP = Text("", max_length=1000, label="what it is for")


class ExposedCard(QWidget):
    """`changed(setting)` after each committed edit, `removed` when it is to go. Show a setting with `show_setting`."""

    changed = Signal(object)
    removed = Signal()

    def __init__(self, setting: Exposed, theme: Theme):
        super().__init__()
        surface(self, "card")
        self.setting = setting
        self._theme = theme
        self.name = LineEditor(Text("", max_length=MAX_NAME, label="name"), theme)
        self.name.setAccessibleName("name of the setting")
        self.name.setToolTip("How it is called where the block stands, and in the expressions inside.")
        self.type = QComboBox()
        self.type.setAccessibleName("what it takes")
        for type in TYPES:
            self.type.addItem(WORDS[type], type)
        self.remove = QToolButton()
        self.remove.setAccessibleName("Remove the setting")
        self.remove.setToolTip("Remove this setting: its default is put in where it is used inside.")
        self.default: Row | None = None
        self.help = LineEditor(HELP, theme)
        self.help.setAccessibleName("what it is for")
        self.help.setPlaceholderText("what it is for")
        top = QHBoxLayout()
        top.setSpacing(GRID // 2)
        top.addWidget(self.name, 1)
        top.addWidget(self.type)
        top.addWidget(self.remove)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(GRID, GRID, GRID, GRID)
        self._rows.setSpacing(GRID // 2)
        self._rows.addLayout(top)
        self._rows.addWidget(self.help)
        self.name.committed.connect(lambda text: self._change(name=text.strip()))
        self.help.committed.connect(lambda text: self._change(help=text.strip()))
        self.type.activated.connect(lambda _: self._retype(self.type.currentData()))
        self.remove.clicked.connect(self.removed)
        self._typed = ""
        self.show_setting(setting, theme)

    def show_setting(self, setting: Exposed, theme: Theme) -> None:
        """Show this setting, whatever was being typed."""
        self.setting, self._theme = setting, theme
        self.name.show_value(setting.name)
        self.help.show_value(setting.help)
        self.help.setToolTip(setting.help)
        self.type.setCurrentIndex(self.type.findData(setting.type))
        if self.default is None or setting.type != self._typed:
            self._make_default(setting)
        assert self.default is not None
        self.default.show_value(self.default.field.check(setting.default))
        self.remove.setIcon(icons.icon("close", theme.muted))

    def commit(self) -> None:
        """Take what has been typed and not been committed yet."""
        for editor in (self.name, self.help, self.default):
            if editor is not None:
                editor.commit()

    def _make_default(self, setting: Exposed) -> None:
        field = field_for(setting.type, setting.default, "What it is unless a node says otherwise.")
        field.name = "default"
        if self.default is not None:
            self.default.changed.disconnect()
            self._rows.removeWidget(self.default)
            self.default.hide()
            self.default.deleteLater()
        self.default = Row(field, self._theme)
        self.default.changed.connect(lambda _, value: self._change(default=plain(value)))
        self._rows.insertWidget(1, self.default)
        self._typed = setting.type

    def _retype(self, type: Any) -> None:
        if type != self.setting.type:
            default = plain(field_for(type, self.setting.default).default)
            self._change(type=type, default=default)

    def _change(self, **what: Any) -> None:
        self.changed.emit(replace(self.setting, **what))
