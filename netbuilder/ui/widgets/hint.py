"""What stands where nothing is yet: an icon, a heading, a sentence that says how to get something there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from netbuilder.ui import icons
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets.labels import label, wrapped


class EmptyHint(QWidget):
    """`icon` is a Material Design name; give it its colour with `set_color` when the look changes."""

    def __init__(self, icon: str, heading: str, sentence: str, color: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._icon, self._color = icon, color
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.heading = label(heading, "heading")
        self.heading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence = wrapped(sentence, "muted")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        self.rows.setSpacing(GRID)
        self.rows.addStretch(1)
        for widget in (self.picture, self.heading, self.sentence):
            self.rows.addWidget(widget)
        self.rows.addStretch(1)
        self.set_color(color)

    def tell(self, heading: str, sentence: str, icon: str | None = None, color: str | None = None) -> None:
        """Say something else."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        self._icon = icon or self._icon
        self.set_color(color or self._color)

    def set_color(self, color: str) -> None:
        self._color = color
        self.picture.setPixmap(icons.pixmap(self._icon, color, 32, self.devicePixelRatioF()))

    def add_button(self, button: QPushButton) -> None:
        self.rows.insertWidget(self.rows.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
