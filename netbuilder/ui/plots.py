"""A card with curves over epochs. It knows arrays and the theme; it does not know what a run is.

pyqtgraph takes a few tenths of a second to import, so `load_plots` fetches it on a thread of its own after the
window is up, and a `CurvePlot` makes its plot when it first has something to draw.
"""

from __future__ import annotations

import html
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from netbuilder.ui import series
from netbuilder.ui.swatches import Swatches
from netbuilder.ui.theme import GRID, blend
from netbuilder.ui.widgets import Card, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

MOST_POINTS = 900  # more are not seen on a plot this wide
ROOM_RIGHT = 14
AHEAD = 0.08  # how far the x axis of growing curves may reach beyond the last point
PAINT_AFTER_MS = 17  # growing curves are set in one turn of the window's thread and painted in a later one
EDGE = 4  # pixels that a dot may reach beyond the ends of the axes
TINT = 0.1  # how much of a colour is in a tint
HEADER = 3 * GRID  # with and without a button in them, headers side by side line up


def load_plots() -> threading.Thread:
    """Import pyqtgraph on a thread, so that the first plot does not hold up the window."""

    def fetch() -> None:
        import pyqtgraph  # noqa: F401

    thread = threading.Thread(target=fetch, name="plots", daemon=True)
    thread.start()
    return thread


@dataclass(frozen=True, eq=False)
class Curve:
    """One line. `colour` is a token of the theme. `raw` are the values that `y` smooths: drawn faint, below it.

    `dots` marks every point: for lines that have one an epoch. `dashed` lines belong to another run, which is `run`.
    """

    name: str
    colour: str
    x: np.ndarray
    y: np.ndarray
    raw: tuple[np.ndarray, np.ndarray] | None = None
    dots: bool = False
    dashed: bool = False
    run: str = ""


class CurvePlot(Card):
    """A titled card of curves: x is epochs. `unit` keeps the y axis inside 0 to 1, for shares such as accuracy."""

    def __init__(self, bench: Workbench, title: str, parent: QWidget | None = None, *, unit: bool = False):
        super().__init__(title, parent=parent)
        self._bench = bench
        self.unit = unit
        self._curves: tuple[Curve, ...] = ()
        self._best: tuple[float, str] | None = None
        self._marked: float | None = None
        self._growing = False
        self._plot: Any = None  # the pyqtgraph part, made when first needed
        self.setAccessibleName(f"{title} curves")
        self._legend = Swatches(bench)
        self._log = QPushButton("log")
        self._log.setCheckable(True)
        self._log.setProperty("role", "segment")
        self._log.setToolTip("Draw the values on a logarithmic axis")
        self._log.setAccessibleName(f"{title} on a logarithmic axis")
        self._log.toggled.connect(self.redraw)
        self._sentence = wrapped("", "muted")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.header.addWidget(self._legend)
        self.header.addWidget(self._log)
        self._log.setVisible(not unit)
        self._log.setFixedHeight(HEADER)
        self.title.setFixedHeight(HEADER)
        self.body.setSpacing(GRID // 2)
        self.body.addWidget(self._sentence, 1)
        self.setMinimumSize(220, 130)
        bench.look.changed.connect(self._restyle)

    def set_title(self, title: str, *, unit: bool = False) -> None:
        self.title.setText(title)
        self.unit = unit
        self._log.setVisible(not unit)
        if unit:
            self._log.setChecked(False)
        self.setAccessibleName(f"{title} curves")

    def show_sentence(self, sentence: str) -> None:
        """In place of curves: what will be here."""
        self._curves, self._best, self._marked = (), None, None
        self._legend.show_entries([])
        self._sentence.setText(sentence)
        self._sentence.setVisible(True)
        if self._plot is not None:
            self._plot.widget.setVisible(False)

    def show_curves(
        self,
        curves: Sequence[Curve],
        best: tuple[float, str] | None = None,
        *,
        marked: float | None = None,
        growing: bool = False,
    ) -> None:
        """Draw these. `best` is an epoch to mark, and what to write beside it; from `marked` on, there is a tint behind
        them. The same curves are not drawn again.

        With `growing`, more is to come soon: the x axis keeps some room ahead, so that it need not be drawn each time.
        """
        told = best, marked, growing
        if told == (self._best, self._marked, self._growing) and _same(self._curves, curves):
            return
        self._curves, (self._best, self._marked, self._growing) = tuple(curves), told
        entries = [(curve.run or curve.name, "muted" if curve.run else curve.colour, curve.dashed) for curve in curves]
        self._legend.show_entries(list(dict.fromkeys(entries)))  # another run has one entry for all its curves
        self.redraw()

    def redraw(self) -> None:
        if not self._curves:
            return
        if self._plot is None:
            self._plot = _Plot(self._bench, self._readout, self)
            self.body.addWidget(self._plot.widget, 1)
        self._sentence.setVisible(False)
        self._plot.widget.setVisible(True)
        self._plot.mark_from(self._marked)
        self._plot.draw(self._curves, self._best, log=self._log.isChecked(), unit=self.unit, growing=self._growing)

    def _readout(self, x: float) -> list[tuple[str, str, float]]:
        """(name, colour, value) of every curve at the epoch nearest to `x`."""
        told = []
        for curve in self._curves:
            if len(curve.x):
                at = int(np.clip(np.searchsorted(curve.x, x), 0, len(curve.x) - 1))
                if at and abs(curve.x[at - 1] - x) < abs(curve.x[at] - x):
                    at -= 1
                told.append((curve.name, curve.colour, float(curve.y[at])))
        return told

    def _restyle(self) -> None:
        if self._plot is not None:
            self._plot.restyle()
            self.redraw()


class _Plot(QObject):
    """The pyqtgraph part of a card: axes, lines, the mark of the best epoch, the cross hair."""

    def __init__(self, bench: Workbench, readout: Callable[[float], list[tuple[str, str, float]]], card: QWidget):
        super().__init__(card)  # its timer must not outlive what it paints
        import pyqtgraph

        self._pg = pyqtgraph
        self._bench, self._readout = bench, readout
        self.widget = pyqtgraph.PlotWidget(background=None)
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the card need not paint below it
        self.widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.widget.setMinimumSize(0, 0)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.widget.viewport().installEventFilter(self)
        self.widget.viewport().setMouseTracking(True)
        self._item = self.widget.getPlotItem()
        self._item.setMenuEnabled(False)
        self._item.hideButtons()
        self._item.setContentsMargins(0, 6, ROOM_RIGHT, 0)
        self._item.vb.setMouseEnabled(False, False)
        self._item.vb.setDefaultPadding(0)
        self._left, self._bottom = self._item.getAxis("left"), self._item.getAxis("bottom")
        self._left.setWidth(44)
        self._bottom.setHeight(22)
        for axis in (self._left, self._bottom):
            axis.setStyle(tickLength=0, tickTextOffset=6, hideOverlappingLabels=False, autoExpandTextSpace=False)
            axis.enableAutoSIPrefix(False)
        self._grid = pyqtgraph.PlotCurveItem(connect="pairs")
        self._grid.setZValue(-10)
        self._item.addItem(self._grid, ignoreBounds=True)
        self._region = pyqtgraph.LinearRegionItem(movable=False)
        self._region.setZValue(-20)
        self._region.hide()
        self._item.addItem(self._region, ignoreBounds=True)
        self._marked: float | None = None
        self._lines: list[tuple[Any, Any]] = []  # each a line, and the points on it
        self._best = pyqtgraph.InfiniteLine(angle=90)
        self._best_label = pyqtgraph.TextItem(anchor=(0, 0))
        self._hover = pyqtgraph.InfiniteLine(angle=90)
        for item in (self._best, self._hover):
            item.setZValue(-5)
        for item in (self._best, self._best_label, self._hover):
            item.hide()
            self._item.addItem(item, ignoreBounds=True)
        self._tip = QLabel(self.widget)
        self._tip.setTextFormat(Qt.TextFormat.RichText)
        self._tip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tip.hide()
        self._paint = QTimer(self)
        self._paint.setSingleShot(True)
        self._paint.setInterval(PAINT_AFTER_MS)
        self._paint.timeout.connect(lambda: self.widget.setUpdatesEnabled(True))
        self._last = 1.0  # where the x axis ends
        self._range = (0.0, 0.0, 0.0)
        self._ticks: tuple[list[tuple[float, str]], list[tuple[float, str]]] = ([], [])
        self.restyle()

    def restyle(self) -> None:
        theme = self._bench.look.theme
        self.widget.setBackground(theme.panel)
        for axis in (self._left, self._bottom):
            axis.setPen(None)
            axis.setTickPen(theme.border)  # the point at which a tick starts: there, the grid line hides it
            axis.setTextPen(theme.muted)
        font = self.widget.font()
        font.setPointSizeF(font.pointSizeF() * 0.9 if font.pointSizeF() > 0 else 8)
        for axis in (self._left, self._bottom):
            axis.setStyle(tickFont=font)
        self._grid.setPen(self._pg.mkPen(theme.border, width=1))
        self._region.setBrush(blend(theme.warning, theme.panel, TINT))
        for line in self._region.lines:
            line.setPen(None)
        dotted = self._pg.mkPen(theme.good, width=1, style=Qt.PenStyle.DotLine)
        self._best.setPen(dotted)
        self._best_label.setColor(theme.good)
        self._best_label.setFont(font)
        self._hover.setPen(self._pg.mkPen(theme.faint, width=1))
        self._tip.setStyleSheet(
            f"background: {theme.field}; color: {theme.text}; border: 1px solid {theme.border};"
            "border-radius: 4px; padding: 4px 6px;"
        )

    def mark_from(self, x: float | None) -> None:
        """The place from which on the next drawing has a tint behind it."""
        self._marked = x

    def draw(
        self, curves: Sequence[Curve], best: tuple[float, str] | None, *, log: bool, unit: bool, growing: bool
    ) -> None:
        theme = self._bench.look.theme
        self.widget.setUpdatesEnabled(not growing)
        room = max(100, min(MOST_POINTS, self.widget.width()))  # a point or two for each pixel across
        wanted: list[tuple[np.ndarray, np.ndarray, Any, float, bool]] = []
        for curve in curves:
            if curve.raw is not None:
                faint = blend(getattr(theme, curve.colour), theme.panel, 0.35)  # opaque: drawn much faster than a veil
                wanted.append((*series.thin(*curve.raw, room), self._pg.mkPen(faint, width=1), 0, False))
        for curve in curves:
            style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
            pen = self._pg.mkPen(getattr(theme, curve.colour), width=2, style=style)
            dots = (curve.dots and len(curve.x) <= 60) or len(curve.x) == 1
            wanted.append((*series.thin(curve.x, curve.y, room // 2), pen, 1, dots))
        while len(self._lines) < len(wanted):
            line, points = self._pg.PlotCurveItem(connect="finite"), self._pg.ScatterPlotItem(size=5, pen=None)
            for item in (line, points):
                self._item.addItem(item, ignoreBounds=True)
            self._lines.append((line, points))
        for (line, points), (x, y, pen, z, dots) in zip(self._lines, wanted, strict=False):
            y = _logarithm(y) if log else y
            known = np.isfinite(y)
            line.setData(x, y if known.all() else np.where(known, y, np.nan), pen=pen, antialias=bool(z))
            line.setVisible(bool(known.any()))
            points.setVisible(dots and bool(known.any()))
            if points.isVisible():
                points.setData(x[known], y[known], brush=pen.color())
            for item in (line, points):
                item.setZValue(z)
        for line, points in self._lines[len(wanted) :]:
            line.hide()
            points.hide()
        self._frame(curves, log, unit, growing)
        self._mark(best, unit)
        if growing:
            self._paint.start()

    def _frame(self, curves: Sequence[Curve], log: bool, unit: bool, growing: bool) -> None:
        """Ends and ticks of both axes: round numbers, so that they stand still while the curves grow."""
        last = max([1.0, *(float(c.x[-1]) for c in curves if len(c.x))])
        if not growing or last <= 1:
            self._last = last
        elif not last <= self._last <= last * (1 + AHEAD) + 1:  # the axes are drawn anew only now and then
            self._last = float(int(last * (1 + AHEAD)) + 1)
        step = max(series.nice_step(self._last, 6), 1.0 if self._last > 4 else 0.25)
        count = int(self._last / step + 1e-6)
        steps = [(i * step, f"{i * step:g}") for i in range(count + 1)]
        values = [y[np.isfinite(y)] for y in (curve.y for curve in curves)]
        spread = [y[np.isfinite(y)] for y in (curve.raw[1] for curve in curves if curve.raw is not None)]
        spread = [np.quantile(y, (0.0, 0.995)) for y in spread if len(y)]  # one wild step must not flatten the rest
        if log:
            values, spread = [_logarithm(y) for y in values], [_logarithm(y) for y in spread]
        known = np.concatenate([*values, *spread, np.empty(0)])
        known = known[np.isfinite(known)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
        if log:
            room = max(0.05, 0.04 * (high - low))
            low, high = low - room, high + room
            marks = series.power_ticks(low, high)
        else:
            if low >= 0 and not unit:  # from the first step on, so that the axis does not jump as the loss falls
                low = 0.0
            parts = 4 if self.widget.height() > 90 else 2
            low, high, gap = series.nice_range(low, high, parts)
            if unit:
                low, high = max(0.0, low), min(1.0, high)
            marks = series.ticks(low, high, gap)
        if (marks, steps) != self._ticks:  # an axis that is given its ticks is drawn anew
            self._ticks = (marks, steps)
            self._left.setTicks([marks])
            self._bottom.setTicks([steps])
        if (self._last, low, high) != self._range:
            self._range = (self._last, low, high)
            heights = np.repeat([value for value, _ in marks], 2)
            self._grid.setData(np.tile([0.0, self._last], len(marks)), heights)
            # A little room above and on the right, so that a line at the end of an axis is whole.
            over = EDGE / max(60, self.widget.height()) * (high - low)
            beyond = EDGE / max(60, self.widget.width()) * self._last
            view = (0, self._last + beyond), (low, high + over)
            self._item.vb.setRange(xRange=view[0], yRange=view[1], padding=0, disableAutoRange=True)
        self._ends = (low, high)

    def _mark(self, best: tuple[float, str] | None, unit: bool) -> None:
        self._best.setVisible(best is not None)
        self._best_label.setVisible(best is not None)
        self._region.setVisible(self._marked is not None)
        if self._marked is not None:
            self._region.setRegion((self._marked, self._last))
        if best is not None:
            self._best.setPos(best[0])
            self._best_label.setText(best[1])
            side = 1.03 if best[0] > 0.6 * self._last else -0.03
            self._best_label.setAnchor((side, 1 if unit else 0))  # away from where the curves go
            self._best_label.setPos(best[0], self._ends[0] if unit else self._ends[1])

    def _show_tip(self, place: QPointF) -> None:
        view = self._item.vb
        scene = self.widget.mapToScene(place.toPoint())
        if not view.sceneBoundingRect().contains(scene):
            self._hide_tip()
            return
        x = float(np.clip(view.mapSceneToView(scene).x(), 0, self._last))
        theme = self._bench.look.theme
        rows = [f"<span style='color:{theme.muted}'>epoch {x:.3g}</span>"]
        rows += [
            f"<span style='color:{getattr(theme, colour)}'>●</span> {html.escape(name)} <b>{value:.4g}</b>"
            for name, colour, value in self._readout(x)
        ]
        self._hover.setPos(x)
        self._hover.show()
        self._tip.setText("<br>".join(rows))
        self._tip.adjustSize()
        left = place.x() + 14
        if left + self._tip.width() > self.widget.width():
            left = place.x() - 14 - self._tip.width()
        top = min(max(0.0, place.y() - self._tip.height() / 2), float(self.widget.height() - self._tip.height()))
        self._tip.move(int(left), int(max(0.0, top)))
        self._tip.show()

    def _hide_tip(self) -> None:
        self._hover.hide()
        self._tip.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseMove:
            self._show_tip(event.position())  # type: ignore[attr-defined]
        elif event.type() == QEvent.Type.Leave:
            self._hide_tip()
        return False


def _same(before: Sequence[Curve], now: Sequence[Curve]) -> bool:
    """Whether `now` is what `before` was: a run only ever adds to its curves."""

    def told(curve: Curve) -> tuple[object, ...]:
        ends = (float(curve.x[-1]), float(curve.y[-1])) if len(curve.x) else ()
        return curve.name, curve.colour, curve.dashed, len(curve.x), ends

    return bool(before) and [told(curve) for curve in before] == [told(curve) for curve in now]


def _logarithm(y: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y > 0, np.log10(np.maximum(y, 1e-300)), np.nan)
