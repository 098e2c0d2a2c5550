"""A choice of a few words side by side, of which one is on."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Segmented(QWidget):
    """`options` are (value, words) pairs. `chosen` is emitted when the user picks another one."""

    chosen = Signal(str)

    def __init__(self, options: Iterable[tuple[str, str]], parent: QWidget | None = None):
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.buttons: dict[str, QPushButton] = {}
        for value, words in options:
            button = QPushButton(words)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setAccessibleName(words)
            button.clicked.connect(lambda _on, value=value: self.chosen.emit(value))
            self._group.addButton(button)
            row.addWidget(button)
            self.buttons[value] = button
        if self.buttons:
            next(iter(self.buttons.values())).setChecked(True)

    @property
    def value(self) -> str:
        return next((value for value, button in self.buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Show `value` as chosen, without telling anyone."""
        if value in self.buttons:
            self.buttons[value].setChecked(True)
