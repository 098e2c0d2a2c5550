"""One sentence over a page for a few seconds, with a button that undoes what it tells of, or goes on with it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import label

SHOWN_MS = 10_000
ABOVE = 9 * GRID  # clear of the buttons along the lower edge


class UndoToast(QFrame):
    """Floats over the lower part of `host`. `undone` when its button is pressed, `expired` when it no longer can be."""

    undone = Signal()
    expired = Signal()

    def __init__(self, host: QWidget, words: str = "Undo"):
        super().__init__(host)
        self._host = host
        self.setObjectName("undoToast")
        self.setProperty("role", "toast")
        self._words = label()
        self.button = QPushButton(words)
        self.button.setProperty("role", "quiet")
        self.button.clicked.connect(self._undo)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID // 2, GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self._words)
        row.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self._expire)
        host.installEventFilter(self)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._words.text()

    def offer(self, sentence: str) -> None:
        self._words.setText(sentence)
        self.setAccessibleName(sentence)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def _place(self) -> None:
        room = self._host.rect()
        self.move((room.width() - self.width()) // 2, room.height() - self.height() - ABOVE)

    def _undo(self) -> None:
        self._timer.stop()
        self.hide()
        self.undone.emit()

    def _expire(self) -> None:
        self.hide()
        self.expired.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
