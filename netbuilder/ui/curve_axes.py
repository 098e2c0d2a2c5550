"""The axes that curves are drawn on: lines, grid, ticks, marks, and what the mouse is told. The part of a plot that
knows pyqtgraph; it does not know what a run is, nor how a stretch is chosen."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, Qt, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from netbuilder.ui import series
from netbuilder.ui.curve import Curve, Mark, Points, StepCurve, Stretch
from netbuilder.ui.curve_marks import CurveMarks
from netbuilder.ui.plot_keys import PlotKeys
from netbuilder.ui.plot_mouse import PlotMouse
from netbuilder.ui.shared_stretch import SharedStretch
from netbuilder.ui.theme import blend

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

MOST_POINTS = 900  # more are not seen on a plot this wide
MOST_WAY = 25  # heights of the plot that all lines go up and down; of more, smooth edges take longer than a frame
ROOM_RIGHT = 14
PAINT_AFTER_MS = 17  # growing curves are set in one turn of the window's thread and painted in a later one
EDGE = 4  # pixels that a dot may reach beyond the ends of the axes
TINT, BAND = 0.1, 0.2  # how much of a colour is in a tint


def bare_axes(item: Any, margins: tuple[int, int, int, int], width: int, height: int) -> tuple[Any, Any]:
    """Take what pyqtgraph has of its own off a plot: menu, buttons, mouse, units. Returns the axes on the left, of this
    width, and below, of this height."""
    item.setMenuEnabled(False)
    item.hideButtons()
    item.setContentsMargins(*margins)
    item.vb.setMouseEnabled(False, False)
    item.vb.setDefaultPadding(0)
    left, bottom = item.getAxis("left"), item.getAxis("bottom")
    left.setWidth(width)
    bottom.setHeight(height)
    for axis in (left, bottom):
        axis.setStyle(tickLength=0, tickTextOffset=6, hideOverlappingLabels=False, autoExpandTextSpace=False)
        axis.enableAutoSIPrefix(False)
    return left, bottom


class CurveAxes(QObject):
    """`widget` is what is shown, `seen` the stretch of epochs on it, as `shared` with other plots has it."""

    def __init__(self, bench: Workbench, card: QWidget, shared: SharedStretch):
        super().__init__(card)  # its timer must not outlive what it paints
        import pyqtgraph

        self.shared = shared

        self._pg = pyqtgraph
        self._bench = bench
        self.widget = pyqtgraph.PlotWidget(background=None)
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the card need not paint below it
        self.widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.widget.setMinimumSize(0, 0)
        self.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.widget.viewport().setMouseTracking(True)
        self._item = self.widget.getPlotItem()
        self._left, self._bottom = bare_axes(self._item, (0, 6, ROOM_RIGHT, 0), 44, 22)
        self._grid = pyqtgraph.PlotCurveItem(connect="pairs")
        self._grid.setZValue(-10)
        self._item.addItem(self._grid, ignoreBounds=True)
        self._region = pyqtgraph.LinearRegionItem(movable=False)
        self._region.setZValue(-20)
        self._region.hide()
        self._item.addItem(self._region, ignoreBounds=True)
        self._marked: float | None = None
        self._lines: list[tuple[Any, Any]] = []  # each a line, and the points on it
        self._hover = pyqtgraph.InfiniteLine(angle=90)
        self._hover.setZValue(-5)
        self._band = pyqtgraph.LinearRegionItem(movable=False)
        self._band.setZValue(-15)
        for item in (self._hover, self._band):
            item.hide()
            self._item.addItem(item, ignoreBounds=True)
        self.marks = CurveMarks(bench, self._item)
        self._tip = QLabel(self.widget)
        self._tip.setTextFormat(Qt.TextFormat.RichText)
        self._tip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tip.hide()
        self._paint = QTimer(self)
        self._paint.setSingleShot(True)
        self._paint.setInterval(PAINT_AFTER_MS)
        self._paint.timeout.connect(lambda: self.widget.setUpdatesEnabled(True))
        self.mouse = PlotMouse(self)
        self.keys = PlotKeys(self)
        self._curves: tuple[Curve | StepCurve, ...] = ()
        self._shown: list[Points] = []
        self._raw: list[Points] = []
        self.seen: Stretch = (0.0, 1.0)
        self._range: tuple[Stretch, float, float] = ((0.0, 0.0), 0.0, 0.0)
        self._ends = (0.0, 1.0)
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
        self._band.setBrush(blend(theme.accent, theme.panel, BAND))
        for line in self._band.lines:
            line.setPen(self._pg.mkPen(theme.accent, width=1))
        self.marks.restyle(font)
        self._hover.setPen(self._pg.mkPen(theme.faint, width=1))
        self._tip.setStyleSheet(
            f"background: {theme.field}; color: {theme.text}; border: 1px solid {theme.border};"
            "border-radius: 4px; padding: 4px 6px;"
        )

    def mark_from(self, x: float | None) -> None:
        """The place from which on the next drawing has a tint behind it."""
        self._marked = x

    def draw(
        self,
        curves: Sequence[Curve | StepCurve],
        best: tuple[float, str] | None,
        marks: Sequence[Mark],
        *,
        log: bool,
        unit: bool,
        growing: bool,
    ) -> None:
        """Draw what of the curves is in the stretch that is chosen, or all of them."""
        self.widget.setUpdatesEnabled(not growing)
        self._curves = tuple(curves)
        self.seen = self.shared.seen
        self._set_lines(log)
        self._frame(log, unit, whole=self.shared.chosen is None)
        self.marks.show(best, marks, self.seen, self._ends, unit)
        self._region.setVisible(self._marked is not None and self._marked < self.seen[1])
        if self._marked is not None:
            self._region.setRegion((max(self._marked, self.seen[0]), max(self._marked, self.seen[1])))
        if growing:
            self._paint.start()

    def _set_lines(self, log: bool) -> None:
        theme = self._bench.look.theme
        room = max(100, min(MOST_POINTS, self.widget.width()))  # pixels across
        self._raw = [points for curve in self._curves if (points := curve.drawn_raw(self.seen, 2 * room)) is not None]
        self._shown = [curve.drawn(self.seen, room) for curve in self._curves]
        wanted: list[tuple[Points, Any, float, bool]] = []
        rough = [curve.colour for curve in self._curves if curve.raw_is_drawn]
        for colour, points in zip(rough, self._raw, strict=True):
            faint = blend(getattr(theme, colour), theme.panel, 0.35)  # opaque: drawn much faster than a veil
            wanted.append((points, self._pg.mkPen(faint, width=1), 0, False))
        dense = _way(self._shown) > MOST_WAY
        for curve, points in zip(self._curves, self._shown, strict=True):
            style = Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine
            width = 1 if dense and curve.dashed else 2
            pen = self._pg.mkPen(getattr(theme, curve.colour), width=width, style=style)
            wanted.append((points, pen, 1, (curve.dots and len(points[0]) <= 60) or len(points[0]) == 1))
        while len(self._lines) < len(wanted):
            line, dots = self._pg.PlotCurveItem(connect="finite"), self._pg.ScatterPlotItem(size=5, pen=None)
            for item in (line, dots):
                self._item.addItem(item, ignoreBounds=True)
            self._lines.append((line, dots))
        for (line, dots), ((x, y), pen, z, dotted) in zip(self._lines, wanted, strict=False):
            y = _logarithm(y) if log else y
            known = np.isfinite(y)
            line.setData(x, y if known.all() else np.where(known, y, np.nan), pen=pen, antialias=bool(z) and not dense)
            line.setVisible(bool(known.any()))
            dots.setVisible(dotted and bool(known.any()))
            if dots.isVisible():
                dots.setData(x[known], y[known], brush=pen.color())
            for item in (line, dots):
                item.setZValue(z)
        for line, dots in self._lines[len(wanted) :]:
            line.hide()
            dots.hide()

    def _frame(self, log: bool, unit: bool, *, whole: bool) -> None:
        """Ends and ticks of both axes: round numbers, so that they stand still while the curves grow."""
        steps = series.epoch_ticks(*self.seen)
        low, high = self._extent(log)
        if log:
            room = max(0.05, 0.04 * (high - low))
            low, high = low - room, high + room
            marks = series.power_ticks(low, high)
        else:
            if low >= 0 and not unit and whole:  # so that the axis does not jump as the loss falls
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
        if (self.seen, low, high) != self._range:
            self._range = (self.seen, low, high)
            self._grid.setData(np.tile(self.seen, len(marks)), np.repeat([value for value, _ in marks], 2))
            # A little room above and on the right, so that a line at the end of an axis is whole.
            over = EDGE / max(60, self.widget.height()) * (high - low)
            beyond = EDGE / max(60, self.widget.width()) * (self.seen[1] - self.seen[0])
            view = (self.seen[0], self.seen[1] + beyond), (low, high + over)
            self._item.vb.setRange(xRange=view[0], yRange=view[1], padding=0, disableAutoRange=True)
        self._ends = (low, high)

    def _extent(self, log: bool) -> tuple[float, float]:
        """The lowest and the highest value that is to be seen, or its logarithm."""
        known = [y for _, y in self._shown]
        for _, y in self._raw:
            known.append(y[np.isfinite(y)].min(initial=np.inf, keepdims=True))
        for curve in self._curves:
            spread = curve.spread(self.seen)
            spread = spread[np.isfinite(spread)]
            if len(spread):  # one wild step must not flatten the rest
                known.append(np.quantile(spread, [0.995]))
        values = np.concatenate([*known, np.empty(0)])
        if log:
            values = _logarithm(values)
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)

    # What the mouse is told

    def epoch_at(self, place: QPointF) -> float | None:
        """The epoch below this place of the widget, None beside the axes."""
        view = self._item.vb
        scene = self.widget.mapToScene(place.toPoint())
        if not view.sceneBoundingRect().contains(scene):
            return None
        return float(np.clip(view.mapSceneToView(scene).x(), *self.seen))

    @property
    def wide(self) -> float:
        """Pixels between the ends of the axis of epochs."""
        return max(1.0, float(self._item.vb.width()))

    @property
    def left(self) -> float:
        """Where on the widget the axis of epochs begins, in pixels."""
        return float(self.widget.mapFromScene(self._item.vb.sceneBoundingRect().topLeft()).x())

    def show_band(self, ends: Stretch | None) -> None:
        """The stretch that is being chosen."""
        self._band.setVisible(ends is not None)
        if ends is not None:
            self._band.setRegion(ends)

    def show_tip(self, place: QPointF) -> None:
        x = self.epoch_at(place)
        if x is None:
            self.hide_tip()
            return
        theme = self._bench.look.theme
        wide = self.seen[1] - self.seen[0]
        step = next((at for curve in self._curves if (at := curve.step_at(x)) is not None), None)
        where = f"epoch {series.precise(x, wide / self.wide)}" + ("" if step is None else f" · step {step:,}")
        rows = [f"<span style='color:{theme.muted}'>{where}</span>"]
        rows += [
            f"<span style='color:{getattr(theme, curve.colour)}'>●</span> {html.escape(curve.name)} <b>{value:.4g}</b>"
            for curve in self._curves
            if (value := curve.value_at(x)) is not None
        ]
        rows += [html.escape(said) for said in self.marks.said_at(x, wide / self.wide)]
        if self.mouse.is_new:
            rows.append(f"<span style='color:{theme.faint}'>drag to zoom in</span>")
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

    def hide_tip(self) -> None:
        self._hover.hide()
        self._tip.hide()


def _way(lines: Sequence[Points]) -> float:
    """How far lines go up and down, all together, in the height that they take."""
    known = [y[np.isfinite(y)] for _, y in lines]
    ends = [end for y in known if len(y) for end in (y.min(), y.max())]
    height = max(ends, default=0.0) - min(ends, default=0.0)
    return float(sum(np.abs(np.diff(y)).sum() for y in known) / height) if height > 0 else 0.0


def _logarithm(y: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y > 0, np.log10(np.maximum(y, 1e-300)), np.nan)
