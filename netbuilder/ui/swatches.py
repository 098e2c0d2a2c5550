"""The legend of a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from netbuilder.ui.plain_text import as_plain

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

LINE, BEHIND = 20, 16  # pixels of a line with the gap to its name, and behind the name
LEAST = 48  # pixels that a long name keeps


class Swatches(QWidget):
    """The legend: a short line in the curve's colour and its name, in a row. Where there is no room for all, the
    longest names are cut."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._entries: list[tuple[str, str, bool]] = []
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        bench.look.changed.connect(self.update)

    def show_entries(self, entries: list[tuple[str, str, bool]]) -> None:
        if entries == self._entries:
            return
        self._entries = entries
        told = ", ".join(name for name, _, _ in entries)
        self.setAccessibleName(told)
        self.setToolTip(as_plain(told) if told else "")
        self.updateGeometry()
        self.update()

    def widths(self) -> list[int]:
        """Pixels of each name in the room there is."""
        room = self.width() - len(self._entries) * (LINE + BEHIND)
        return shared_out([self._width(name) for name, _, _ in self._entries], room)

    def _width(self, name: str) -> int:
        return self.fontMetrics().horizontalAdvance(name) + 1

    def _around(self, names: list[int]) -> QSize:
        return QSize(sum(names) + len(names) * (LINE + BEHIND) or 1, self.fontMetrics().height())

    # Qt

    def sizeHint(self) -> QSize:
        return self._around([self._width(name) for name, _, _ in self._entries])

    def minimumSizeHint(self) -> QSize:
        return self._around([min(LEAST, self._width(name)) for name, _, _ in self._entries])

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._bench.look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, middle = 0, self.height() / 2
        for (name, colour, dashed), wide in zip(self._entries, self.widths(), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(getattr(theme, colour)))
            for start, long in ((0, 5), (8, 5)) if dashed else ((0, 13),):
                painter.drawRoundedRect(left + start, int(middle) - 1, long, 3, 1.5, 1.5)
            painter.setPen(QColor(theme.muted))
            shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(left + LINE, 0, wide + 1, self.height(), int(Qt.AlignmentFlag.AlignVCenter), shown)
            left += LINE + wide + BEHIND
        painter.end()


def shared_out(wanted: list[int], room: int) -> list[int]:
    """What each gets of the room: all that it wants, unless there is too little; then the largest get equal parts."""
    given = dict.fromkeys(range(len(wanted)), 0)
    for left, at in enumerate(sorted(given, key=lambda at: wanted[at])):
        given[at] = max(0, min(wanted[at], room // (len(wanted) - left)))
        room -= given[at]
    return list(given.values())
