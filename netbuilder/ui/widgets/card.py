"""Surfaces: a card with a title line, and the header of a section."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets.labels import ElidedLabel, label


class Card(QWidget):
    """A raised box: a title at the left, an aside at the right, and under them what is added to `body`."""

    def __init__(self, title: str = "", aside: str = "", parent: QWidget | None = None):
        super().__init__(parent)
        surface(self, "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(GRID * 3 // 2, GRID, GRID * 3 // 2, GRID * 3 // 2)
        self.body.setSpacing(GRID)
        self.header = QHBoxLayout()
        self.header.setSpacing(GRID)
        self.title = label(title, "heading")
        self.aside = ElidedLabel(aside, "muted")
        self.header.addWidget(self.title)
        self.header.addStretch(1)
        self.header.addWidget(self.aside)
        self.aside.setVisible(bool(aside))
        if title or aside:
            self.body.addLayout(self.header)
        self.setAccessibleName(title)

    def set_aside(self, text: str) -> None:
        self.aside.set_whole(text)
        self.aside.setVisible(bool(text))


class Section(QWidget):
    """The header of a part of a panel: its name in small capitals, and at the right whatever is added."""

    def __init__(self, title: str, parent: QWidget | None = None):
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(GRID)
        self.name: QLabel = label(title.upper(), "section")
        self.name.setAccessibleName(title)
        self.row.addWidget(self.name)
        self.row.addStretch(1)

    def add(self, widget: QWidget) -> None:
        self.row.addWidget(widget)
