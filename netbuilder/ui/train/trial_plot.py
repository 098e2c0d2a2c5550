"""A plot of the losses of a few steps: over the learning rate on an axis of logarithms, or over the steps.

It knows numbers and the theme. Over rates it has a mark that can be dragged, set by a click or moved by arrow keys.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from netbuilder.train.rate_curve import rounded
from netbuilder.ui import series
from netbuilder.ui.curve_axes import bare_axes
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID, blend
from netbuilder.ui.widgets import label

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

ABOVE = 0.6  # how much of the fall is seen above where the loss began: a burst goes through the roof
NUDGE = 1.1  # by what an arrow key multiplies the rate
HEIGHT = 280


class TrialPlot(QWidget):
    """`chosen` tells of the rate that the mark was moved to, with two digits."""

    chosen = Signal(float)

    def __init__(self, bench: Workbench, first: float, last: float, parent: QWidget | None = None, *, rates: bool):
        super().__init__(parent)
        import pyqtgraph

        surface(self, "card")
        self._pg, self._bench, self._rates = pyqtgraph, bench, rates
        self._ends = (math.log10(first), math.log10(last)) if rates else (first, last)
        self._x: np.ndarray = np.empty(0)
        self._raw: np.ndarray = np.empty(0)
        self._smoothed: np.ndarray = np.empty(0)
        self.rate: float | None = None
        self.setAccessibleName("Loss over the learning rate" if rates else "Loss over the steps")
        self.plot = pyqtgraph.PlotWidget(background=None)
        self.plot.setFrameShape(QFrame.Shape.NoFrame)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        item = self._item = self.plot.getPlotItem()
        self._left, self._bottom = bare_axes(item, (0, GRID, GRID * 2, 0), 48, 24)
        self._grid = pyqtgraph.PlotCurveItem(connect="pairs")
        self._faint, self._line = pyqtgraph.PlotCurveItem(connect="finite"), pyqtgraph.PlotCurveItem(connect="finite")
        self._mark = pyqtgraph.InfiniteLine(angle=90, movable=True, bounds=self._ends)
        self._point = pyqtgraph.ScatterPlotItem(size=11)
        self._words = pyqtgraph.TextItem(anchor=(0, 0))
        for part in (self._grid, self._faint, self._line, self._mark, self._point, self._words):
            item.addItem(part, ignoreBounds=True)
        for part in (self._mark, self._point, self._words):
            part.setVisible(False)
        self._mark.sigDragged.connect(lambda: self._choose(self._mark.value()))
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID, GRID, GRID, GRID)
        rows.setSpacing(0)
        rows.addWidget(self.plot, 1)
        caption = label("learning rate, each line ten times the one before" if rates else "step", "muted")
        caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.addWidget(caption)
        self.setMinimumHeight(HEIGHT)
        bench.look.changed.connect(self.restyle)
        self.restyle()

    def show_losses(self, x: Sequence[float], raw: Sequence[float], smoothed: Sequence[float] = ()) -> None:
        """Draw these: `raw` faint where there is a smoothed curve, which may have fewer points."""
        self._x = np.log10(np.asarray(x, float)) if self._rates else np.asarray(x, float)
        self._raw, self._smoothed = np.asarray(raw, float), np.asarray(smoothed, float)
        self.redraw()

    def end_at(self, last: float) -> None:
        """Let the axis along the bottom end there: no more is to come."""
        self._ends = (self._ends[0], max(last, self._ends[0] + 1))
        self.redraw()

    def mark(self, rate: float) -> None:
        """Put the mark at a rate."""
        self.rate = rate
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._show_mark()

    def restyle(self) -> None:
        theme = self._bench.look.theme
        self.plot.setBackground(theme.panel)
        font = self.font()
        font.setPixelSize(12)
        for axis in (self._left, self._bottom):
            axis.setPen(None)
            axis.setTickPen(theme.border)
            axis.setTextPen(theme.muted)
            axis.setStyle(tickFont=font)
        self._grid.setPen(self._pg.mkPen(theme.border, width=1))
        self._faint.setPen(self._pg.mkPen(blend(theme.training, theme.panel, 0.4), width=1))
        self._line.setPen(self._pg.mkPen(theme.training, width=2))
        self._mark.setPen(self._pg.mkPen(theme.good, width=2, style=Qt.PenStyle.DashLine))
        self._mark.setHoverPen(self._pg.mkPen(theme.good, width=3))
        self._point.setBrush(self._pg.mkBrush(theme.good))
        self._point.setPen(self._pg.mkPen(theme.panel, width=2))
        self._words.setColor(theme.good)
        font.setBold(True)
        self._words.setFont(font)
        self.redraw()

    def redraw(self) -> None:
        main = self._smoothed if len(self._smoothed) else self._raw
        self._faint.setVisible(len(self._smoothed) > 0)
        self._faint.setData(self._x[: len(self._raw)], np.where(np.isfinite(self._raw), self._raw, np.nan))
        self._line.setData(self._x[: len(main)], np.where(np.isfinite(main), main, np.nan), antialias=True)
        low, high, gap = self._heights(main[np.isfinite(main)])
        left, right = self._ends
        marks = series.ticks(low, high, gap)
        steps = series.power_ticks(left, right) if self._rates else _steps(right)
        self._left.setTicks([marks])
        self._bottom.setTicks([steps])
        x = [place for at, _ in steps for place in (at, at)] if self._rates else []
        y = [low, high] * len(steps) if self._rates else []
        for at, _ in marks:
            x += [left, right]
            y += [at, at]
        self._grid.setData(np.array(x, float), np.array(y, float))
        over = 0.02 * (high - low)
        self._item.vb.setRange(
            xRange=(left, right + 0.005 * (right - left)), yRange=(low - over, high + over), disableAutoRange=True
        )
        self._top = high
        self._show_mark()

    def _heights(self, losses: np.ndarray) -> tuple[float, float, float]:
        """Both ends of the axis, and how far its ticks are apart."""
        if not len(losses):
            return 0.0, 1.0, 0.25
        began = float(losses[: max(1, min(8, len(losses)))].mean()) if self._rates else float(losses[0])
        low = float(losses.min())
        fall = max(began - low, 0.02 * abs(began), 1e-9)
        high = began + ABOVE * fall if self._rates else max(began, float(np.quantile(losses, 0.95)))
        if not self._rates and low >= 0:
            low = 0.0
        return series.nice_range(low, high, 5)

    # The mark

    def _show_mark(self) -> None:
        if self.rate is None:
            return
        at = math.log10(self.rate)
        self._mark.setValue(at)
        self._mark.setVisible(True)
        self._words.setText(f"{self.rate:g}")
        self._words.setAnchor((1.08, 0) if at > sum(self._ends) / 2 else (-0.08, 0))
        self._words.setPos(at, self._top)
        self._words.setVisible(True)
        on_curve = bool(len(self._smoothed) and at <= self._x[len(self._smoothed) - 1] + 1e-9)
        if on_curve:
            height = float(np.interp(at, self._x[: len(self._smoothed)], self._smoothed))
            self._point.setData([at], [height])
        self._point.setVisible(on_curve)
        self.setAccessibleDescription(f"The mark is at {self.rate:g}. Arrow keys move it.")

    def _choose(self, at: float) -> None:
        rate = rounded(10 ** min(max(at, self._ends[0]), self._ends[1]))
        self.mark(rate)
        self.chosen.emit(rate)

    def _clicked(self, event: Any) -> None:
        if self.rate is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose_at(event.scenePos())

    def choose_at(self, place: QPointF) -> None:
        """Move the mark to this place of the scene."""
        if self._item.vb.sceneBoundingRect().contains(place):
            self._choose(self._item.vb.mapSceneToView(place).x())

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.rate is None or event.key() not in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            super().keyPressEvent(event)
            return
        factor = NUDGE if event.key() == Qt.Key.Key_Right else 1 / NUDGE
        self._choose(math.log10(self.rate * factor))


def _steps(last: float) -> list[tuple[float, str]]:
    step = series.nice_step(last, 6)
    return [(at * step, f"{at * step:g}") for at in range(int(last / step + 1e-6) + 1)]
