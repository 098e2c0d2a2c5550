"""How many samples of each class there are, as bars: what is trained on and what is kept for validation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from netbuilder.data.dataset import plain
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import Theme

if TYPE_CHECKING:
    from netbuilder.data.preview import ClassCount

ROW = 22
MOST = 200  # rows; the card around scrolls
COLUMN = 340  # a column of bars is at least this wide


class BalanceBars(QWidget):
    """A bar a class. Two columns where there is room for them. `fitted` carries the height that needs."""

    fitted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._theme = theme
        self._counts: Sequence[ClassCount] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: Sequence[ClassCount]) -> None:
        self._counts = counts[:MOST]
        told = ", ".join(f"{c.name}: {c.training} for training and {c.validation} for validation" for c in counts[:20])
        self.setAccessibleName(f"Class balance. {told}")
        self._fit()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    @property
    def _columns(self) -> int:
        return 2 if len(self._counts) > 5 and self.width() >= 2 * COLUMN else 1

    @property
    def _rows(self) -> int:
        return -(-len(self._counts) // self._columns)

    def _fit(self) -> None:
        tall = max(ROW, self._rows * ROW)
        if tall != self.height():
            self.setFixedHeight(tall)
            self.fitted.emit(tall)

    def sizeHint(self) -> QSize:
        return QSize(COLUMN, self._rows * ROW)

    def _boxes(self) -> list[QRectF]:
        width = self.width() / self._columns
        gap = 24 if self._columns > 1 else 0
        return [
            QRectF((at // self._rows) * (width + gap / 2), (at % self._rows) * ROW, width - gap / 2, ROW)
            for at in range(len(self._counts))
        ]

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            for count, box in zip(self._counts, self._boxes(), strict=True):
                if box.contains(event.pos()):
                    words = f"{count.name}: {count.training:,} for training, {count.validation:,} for validation"
                    QToolTip.showText(event.globalPos(), as_plain(words), self)
                    return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        room = max(160.0, 0.4 * self.width() / self._columns)
        names = min(room, max(metrics.horizontalAdvance(c.name) for c in self._counts) + 12)
        numbers = max(metrics.horizontalAdvance(f"{c.training + c.validation:,}") for c in self._counts) + 12
        most = max(1, *(c.training + c.validation for c in self._counts))
        for count, box in zip(self._counts, self._boxes(), strict=True):
            self._paint_row(painter, metrics, count, box, names, (box.width() - names - numbers) / most)
        painter.end()

    def _paint_row(
        self, painter: QPainter, metrics: QFontMetrics, count: ClassCount, box: QRectF, names: float, each: float
    ) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        name = metrics.elidedText(count.name, Qt.TextElideMode.ElideMiddle, round(names) - 8)
        painter.setPen(QColor(self._theme.text))
        painter.drawText(QRectF(box.left(), box.top(), names, ROW), middle, name)
        bar = QRectF(box.left() + names, box.top() + 6, max(0.0, each * count.training), ROW - 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.training))
        painter.drawRoundedRect(bar, 2, 2)
        kept = QRectF(bar.right() + 1, bar.top(), max(0.0, each * count.validation), bar.height())
        painter.setBrush(QColor(self._theme.validation))
        painter.drawRoundedRect(kept, 2, 2)
        painter.setPen(QColor(self._theme.muted))
        total = f"{count.training + count.validation:,}"
        painter.drawText(QRectF(kept.right() + 8, box.top(), 120, ROW), middle, total)


class Histogram(QWidget):
    """Counts of a target that is a number, as columns over its range."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._theme = theme
        self._counts: list[float] = []
        self._ends = ("", "")
        self.setFixedHeight(120)

    def show_counts(self, counts: Sequence[float], least: float, most: float) -> None:
        self._counts = [float(c) for c in counts]
        self._ends = (plain(least), plain(most))
        self.setAccessibleName(f"Target from {self._ends[0]} to {self._ends[1]}")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.training))
        room, width, most = self.height() - 22, self.width() / len(self._counts), max(1.0, *self._counts)
        for at, count in enumerate(self._counts):
            tall = room * count / most
            painter.drawRect(QRectF(at * width, room - tall, max(1.0, width - 2), tall))
        painter.setPen(QColor(self._theme.muted))
        line = QRectF(0, room + 4, self.width(), 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, self._ends[0])
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, self._ends[1])
        painter.end()
