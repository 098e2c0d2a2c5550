"""A part of a form that can be folded away under its own heading."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from netbuilder.ui import icons


class Fold(QWidget):
    """A heading to click (or Space), and `body`, which is shown while it is open."""

    toggled = Signal(bool)

    def __init__(self, title: str, color: str, *, is_open: bool = False, parent: QWidget | None = None):
        super().__init__(parent)
        self._color = color
        self.heading = QPushButton(title)
        self.heading.setProperty("role", "fold")
        self.heading.setCheckable(True)
        self.heading.setChecked(is_open)
        self.heading.setAccessibleName(title)
        self.body = QWidget()
        self.body.setVisible(is_open)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.heading)
        rows.addWidget(self.body)
        self.heading.toggled.connect(self._toggle)
        self.set_color(color)

    def open(self) -> None:
        self.heading.setChecked(True)

    def set_color(self, color: str) -> None:
        self._color = color
        self.heading.setIcon(self._mark())

    def _mark(self) -> QIcon:
        return icons.icon("chevron-down" if self.heading.isChecked() else "chevron-right", self._color)

    def _toggle(self, on: bool) -> None:
        self.body.setVisible(on)
        self.heading.setIcon(self._mark())
        self.toggled.emit(on)
