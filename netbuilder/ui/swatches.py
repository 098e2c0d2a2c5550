"""The legend of a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class Swatches(QWidget):
    """The legend: a short line in the curve's colour and its name, in a row."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._entries: list[tuple[str, str, bool]] = []
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        bench.look.changed.connect(self.update)

    def show_entries(self, entries: list[tuple[str, str, bool]]) -> None:
        if entries == self._entries:
            return
        self._entries = entries
        self.setFixedWidth(sum(self._width(name) for name, _, _ in entries) or 1)
        self.setAccessibleName(", ".join(name for name, _, _ in entries))
        self.update()

    def _width(self, name: str) -> int:
        return 14 + 6 + self.fontMetrics().horizontalAdvance(name) + 16

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._bench.look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, middle = 0, self.height() / 2
        for name, colour, dashed in self._entries:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(theme, colour)))
            for start, long in ((0, 5), (8, 5)) if dashed else ((0, 13),):
                painter.drawRoundedRect(left + start, int(middle) - 1, long, 3, 1.5, 1.5)
            painter.setPen(QColor(theme.muted))
            painter.drawText(left + 20, 0, self._width(name), self.height(), int(Qt.AlignmentFlag.AlignVCenter), name)
            left += self._width(name)
        painter.end()
