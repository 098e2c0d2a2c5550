"""One sentence over the window for a few seconds, where the user is looking. A new one takes its place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from netbuilder.ui.floating import Floating

SHOWN_MS = 7000
ABOVE = 72  # clear of what stands along the lower edge of the canvas


class Toast(QLabel):
    """Floats over the lower part of `host`; a click sends it away."""

    def __init__(self, host: QWidget):
        super().__init__(host)
        self._host = host
        self.setObjectName("toast")
        self.setAccessibleName("Message")
        self.setProperty("role", "toast")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._floating = Floating(self, host, self._fit, ABOVE, SHOWN_MS)

    def say(self, sentence: str) -> None:
        self.setText(sentence)
        self._floating.show()

    def _fit(self) -> None:
        room = self._host.rect()
        wish = self.fontMetrics().horizontalAdvance(self.text()) + 48
        self.setFixedWidth(min(max(240, wish), max(240, min(720, room.width() - 64))))
        self.adjustSize()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._floating.hide()
