"""What every view of a result is: a widget that shows one and says the value under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from netbuilder.probes.results import Result
from netbuilder.ui.plain_text import as_plain

if TYPE_CHECKING:
    from netbuilder.ui.theme import Theme
    from netbuilder.ui.workbench import Workbench


class View(QWidget):
    """Shows one type of result. A new result of the same type replaces the old one without a new widget."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.result: Any = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        bench.look.changed.connect(self._relook)

    @property
    def theme(self) -> Theme:
        return self._bench.look.theme

    def show_result(self, result: Result) -> None:
        self.result = result
        self.setAccessibleName(f"{result.title}: {result.caption}" if result.caption else result.title)
        self._prepare()
        self.update()

    def _prepare(self) -> None:
        """Work out once what painting needs, after a new result or a new look."""

    def _paint(self, painter: QPainter) -> None:
        raise NotImplementedError

    def value_at(self, place: QPointF) -> str | None:
        """What to say of the place under the mouse."""
        return None

    def _relook(self) -> None:
        if self.result is not None:
            self._prepare()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        told = self.value_at(event.position()) if self.result is not None else None
        if told:
            QToolTip.showText(event.globalPosition().toPoint(), as_plain(told), self)
        else:
            QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:
        QToolTip.hideText()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.result is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self._paint(painter)
        painter.end()


def write(
    painter: QPainter, text: str, x: float, y: float, width: float, height: float, colour: str, align: str = "left"
) -> None:
    """A line of text in a box, shortened with "…" if it must be."""
    flag = {"left": Qt.AlignmentFlag.AlignLeft, "right": Qt.AlignmentFlag.AlignRight}.get(
        align, Qt.AlignmentFlag.AlignHCenter
    )
    painter.setPen(QColor(colour))
    cut = Qt.TextElideMode.ElideMiddle  # names often differ at their ends
    shown = QFontMetricsF(painter.font()).elidedText(text, cut, width + 1)
    painter.drawText(int(x), int(y), int(width) + 1, int(height), int(flag | Qt.AlignmentFlag.AlignVCenter), shown)
