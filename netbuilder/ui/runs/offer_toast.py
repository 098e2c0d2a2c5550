"""One sentence over a page for a few seconds, with a button for what can be done about it: undo it, go on with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from netbuilder.ui.floating import Floating
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import label

SHOWN_MS = 10_000
ABOVE = 9 * GRID  # clear of the buttons along the lower edge


class OfferToast(QFrame):
    """Floats over the lower part of `host`. `taken` when its button is pressed, `expired` when it no longer can be."""

    taken = Signal()
    expired = Signal()

    def __init__(self, host: QWidget, words: str = "Undo"):
        super().__init__(host)
        self.setObjectName("offerToast")
        self.setProperty("role", "toast")
        self._words = label()
        self.button = QPushButton(words)
        self.button.setProperty("role", "quiet")
        self.button.clicked.connect(self._take)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID // 2, GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self._words)
        row.addWidget(self.button)
        self._floating = Floating(self, host, self.adjustSize, ABOVE, SHOWN_MS)
        self._floating.over.connect(self.expired)

    @property
    def sentence(self) -> str:
        return self._words.text()

    def offer(self, sentence: str) -> None:
        self._words.setText(sentence)
        self.setAccessibleName(sentence)
        self._floating.show()

    def _take(self) -> None:
        self._floating.hide()
        self.taken.emit()
