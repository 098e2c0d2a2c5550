"""Paints cost on the canvas: tells the scene how hot each card is, and shows a legend of the colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, QSize
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from netbuilder.ui.canvas.heat import LEVELS, heats
from netbuilder.ui.canvas.overlays import Plate
from netbuilder.ui.canvas.paints import heat_color
from netbuilder.ui.costing import MEASURES, in_words, total_of
from netbuilder.ui.icons import icon
from netbuilder.ui.look import Look

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas


class _Scale(QWidget):
    """The colours from the coolest to the hottest."""

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(parent)
        self._look = look
        self.setFixedSize(QSize(96, 8))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        gradient = QLinearGradient(0, 0, self.width(), 0)
        for level in range(LEVELS):
            gradient.setColorAt(level / (LEVELS - 1), heat_color(self._look.theme, level / (LEVELS - 1)))
        painter.setPen(QPen(QColor(self._look.theme.border), 1))
        painter.setBrush(gradient)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()


class Legend(Plate):
    """ "Parameters  0 ▁▃▆ 1.2 M of 3.4 M in all", and a button that takes the colours away."""

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent)
        self.setObjectName("costLegend")
        self._title = QLabel(self)
        self._least = QLabel("0", self)
        self._most = QLabel(self)
        self._whole = QLabel(self)
        for muted in (self._least, self._whole):
            muted.setProperty("role", "muted")
        self.close_button = QToolButton(self)
        self.close_button.setToolTip("Show no cost (C)")
        self.close_button.setAccessibleName("Show no cost on the canvas")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(8)
        for widget in (self._title, self._least, _Scale(look, self), self._most, self._whole, self.close_button):
            row.addWidget(widget)
        look.changed.connect(self._retint)
        self._retint()
        self.hide()

    @property
    def text(self) -> str:
        return f"{self._title.text()} {self._most.text()} {self._whole.text()}"

    def tell(self, title: str, most: str, whole: str) -> None:
        self._title.setText(title)
        self._most.setText(most)
        self._whole.setText(whole)
        self.adjustSize()

    def _retint(self) -> None:
        self.close_button.setIcon(icon("close", self.look.theme.muted))


class CostOverlay(QObject):
    """Follows the check, the open graph and what is to be painted."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self._canvas, self._bench = canvas, canvas.bench
        self.legend = Legend(canvas.bench.look, canvas)
        self.legend.close_button.clicked.connect(self._end)
        canvas.bench.costing.changed.connect(self.refresh)

    def refresh(self) -> None:
        """After anything that the colours depend on has changed."""
        bench, scene = self._bench, self._canvas.scene()
        measure, cost = bench.costing.measure, bench.seen.cost
        self.legend.setVisible(bool(measure))
        if not measure:
            scene.show_heat({})
            return
        if cost is None:
            scene.show_heat({})
            self.legend.tell(MEASURES[measure], "?", "not known yet")
        else:
            batch = bench.costing.batch(bench.project)
            found, most = heats(cost, measure, batch)
            scene.show_heat(found)
            whole = total_of(measure, cost, batch)
            said = f"of {in_words(measure, whole)} in all" if whole is not None else ""
            if measure == "memory":
                said += f" for a batch of {batch:,}"
            self.legend.tell(MEASURES[measure], in_words(measure, most), said)
        self._canvas.floating.arrange()

    def _end(self) -> None:
        self._bench.costing.show("")
        self._canvas.setFocus()
