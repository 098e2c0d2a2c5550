"""A button whose face is a layout: words over several lines, icons, keys. It is as high as those need at its width."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget


class LaidOutButton(QPushButton):
    """`least_width` is the narrowest that it asks for. Give it a layout, then call `let_through`."""

    def __init__(self, least_width: int, parent: QWidget | None = None):
        super().__init__(parent)
        self._least_width = least_width

    def let_through(self) -> None:
        """Let the mouse through the labels on it: the tooltip and the cursor are the button's."""
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(self._least_width, self.heightForWidth(max(self._least_width, self.width())))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.totalHeightForWidth(width) if layout is not None else 0
