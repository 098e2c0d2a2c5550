"""A plot with lines or points, drawn in the colours of the theme. It does not know what they are about.

The pyqtgraph part is made when it is first seen: a plot that is scrolled away costs nothing.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from netbuilder.plot import Panel, Plot, Series
from netbuilder.ui import series
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

HIGH = 132  # pixels that a panel of lines is high
SQUARE = 216  # and one of points
BY_ROLE = {"given": "muted", "true": "text", "said": "training", "beside": "validation"}  # tokens of the theme
ALIKE = (  # families of the theme whose colours can be told apart, for series that have no role
    "recurrent", "attention", "linear", "activation", "normalization", "input", "values", "distance", "embedding",
    "convolution",
)  # fmt: skip
LEFT, BOTTOM = 44, 20  # pixels for the numbers along the axes
LABEL = 16  # and for what they say
MARGIN = 0.04  # of the height that lines keep from the ends


class PlotView(QWidget):
    """One plot with its legend."""

    def __init__(self, bench: Workbench, plot: Plot, parent: QWidget | None = None):
        super().__init__(parent)
        self.plot = plot
        self._bench = bench
        self._drawing: Any = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.draw)
        self.legend = wrapped("", "muted")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._column.addWidget(self.legend)
        self.setMinimumHeight(self._height())
        self.setAccessibleDescription(", ".join(dict.fromkeys(one.name for one in self._alike())))
        self._restyle()
        bench.look.changed.connect(self._restyle)

    @property
    def drawn(self) -> bool:
        """Whether it has been seen."""
        return self._drawing is not None

    @property
    def names(self) -> tuple[str, ...]:
        """What is written among its points."""
        return tuple(name.toPlainText() for name in self._drawing.names) if self._drawing is not None else ()

    def panels(self) -> QRectF:
        """Where its panels are, in pixels of the room they have."""
        return self._drawing.widget.ci.geometry() if self._drawing is not None else QRectF()

    def draw(self) -> None:
        """Draw it now."""
        if self._drawing is None:
            self._drawing = _Drawing(self.plot)
            self._column.addWidget(self._drawing.widget, 1)
        self._drawing.show(self._bench.look.theme)

    def _alike(self) -> list[Series]:
        return [one for panel in self.plot.panels for one in panel.series]

    def _height(self) -> int:
        panels = self.plot.panels
        rows = -(-len(panels) // (self.plot.columns or max(1, len(panels))))
        each = SQUARE if any(one.dots for one in self._alike()) else HIGH
        return rows * each + LABEL + self.fontMetrics().lineSpacing() + GRID

    def _restyle(self) -> None:
        theme = self._bench.look.theme
        named = {
            one.name: (colour_of(theme, one, at), one) for p in self.plot.panels for at, one in enumerate(p.series)
        }
        entries = [
            f"<span style='color:{colour}'>{'●' if one.dots else '╌╌' if one.role == 'beside' else '━━'}</span>&nbsp;"
            f"{html.escape(name).replace(' ', '&nbsp;')}"
            for name, (colour, one) in named.items()
        ]
        self.legend.setText(" &nbsp; ".join(entries))
        self.legend.setVisible(len(entries) > 1)
        if self._drawing is not None:
            self._drawing.show(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._drawing is None and not self._soon.isActive():
            self._soon.start(0)
        super().paintEvent(event)


def colour_of(theme: Theme, one: Series, at: int) -> str:
    """The colour of a series, the `at`th of its panel."""
    token = BY_ROLE.get(one.role)
    return getattr(theme, token) if token is not None else theme.family(ALIKE[at % len(ALIKE)])


class _Drawing:
    """The pyqtgraph part. Its own `PlotItem` has a menu with a form, which costs ten times what is drawn here."""

    def __init__(self, plot: Plot):
        import pyqtgraph

        self._pg = pyqtgraph
        self.widget = pyqtgraph.GraphicsLayoutWidget()
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.widget.setMinimumSize(0, 0)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # the wheel scrolls what is around
        self.widget.ci.setContentsMargins(0, 0, GRID, 0)
        self.widget.ci.setSpacing(0)
        self._font = self.widget.font()
        self._font.setPointSizeF(self._font.pointSizeF() * 0.85 if self._font.pointSizeF() > 0 else 8)
        self._axes: list[tuple[Any, str]] = []
        self.names: list[Any] = []
        self._grids: list[Any] = []
        self._lines: list[tuple[Any, Series, int]] = []
        columns = plot.columns or max(1, len(plot.panels))
        for number, panel in enumerate(plot.panels):
            row, column = divmod(number, columns)
            lowest = number + columns >= len(plot.panels)
            self._add(panel, row * 3, column * 2, plot.x if lowest else "", plot.y)

    def _add(self, panel: Panel, row: int, column: int, x_is: str, y_is: str) -> None:
        pg, layout = self._pg, self.widget.ci
        box = pg.ViewBox(enableMouse=False, enableMenu=False, defaultPadding=0)
        left, bottom = (pg.AxisItem(side, linkView=box, maxTickLength=0) for side in ("left", "bottom"))
        if panel.title:
            top = pg.AxisItem("top", showValues=False)  # a label of pyqtgraph's makes its column as wide as it is
            top.setStyle(tickLength=0)
            top.setPen(None)
            top.setTicks([])
            top.setHeight(LABEL + 4)
            layout.addItem(top, row, column + 1)
            self._axes.append((top, html.escape(panel.title)))
        layout.addItem(left, row + 1, column)
        layout.addItem(box, row + 1, column + 1)
        layout.addItem(bottom, row + 2, column + 1)
        x, y = (np.concatenate([[], *(getattr(one, axis) for one in panel.series)]) for axis in ("x", "y"))
        ends_x, marks_x = _axis(x, 5)
        ends_y, marks_y = _axis(y, 4)
        for axis, marks, told in ((left, marks_y, y_is), (bottom, marks_x, x_is)):
            axis.setStyle(tickLength=0, tickTextOffset=4, tickFont=self._font, autoExpandTextSpace=False)
            axis.enableAutoSIPrefix(False)
            axis.setPen(None)
            axis.setTicks([marks])
            self._axes.append((axis, html.escape(told)))
        left.setWidth(LEFT + (LABEL if y_is else 0))
        bottom.setHeight(BOTTOM + (LABEL if x_is else 0))
        heights = np.repeat([at for at, _ in marks_y], 2)
        grid = pg.PlotCurveItem(np.tile(ends_x, len(marks_y)), heights, connect="pairs")
        box.addItem(grid, ignoreBounds=True)
        self._grids.append(grid)
        for at, one in enumerate(panel.series):
            x, y = np.array(one.x), np.array(one.y)
            if one.dots:
                item = pg.ScatterPlotItem(x, y, size=5, pen=None)
            else:
                item = pg.PlotCurveItem(x, y, antialias=True, connect="finite")
            box.addItem(item, ignoreBounds=True)
            self._lines.append((item, one, at))
            if one.dots and len(x) and len(panel.series) > 1:  # not by its colour alone
                name = pg.TextItem(one.name, anchor=(0.5, 0.5))
                name.setPos(float(np.nanmedian(x)), float(np.nanmedian(y)))
                name.setZValue(1)
                box.addItem(name, ignoreBounds=True)
                self.names.append(name)
        box.setRange(xRange=ends_x, yRange=ends_y, padding=0, disableAutoRange=True)

    def show(self, theme: Theme) -> None:
        """In the colours of this theme."""
        pg, size = self._pg, f"{self._font.pointSizeF():g}pt"
        self.widget.setBackground(theme.panel)
        for axis, told in self._axes:
            axis.setTickPen(theme.border)
            axis.setTextPen(theme.muted)
            if told:
                axis.setLabel(told, color=theme.muted, **{"font-size": size})
        for name in self.names:
            name.setColor(theme.text)
            name.fill = pg.mkBrush(theme.panel)
        for grid in self._grids:
            grid.setPen(pg.mkPen(theme.border, width=1))
        for item, one, at in self._lines:
            colour = pg.mkColor(colour_of(theme, one, at))
            if one.dots:
                item.setBrush(colour)
                continue
            style = Qt.PenStyle.DashLine if one.role == "beside" else Qt.PenStyle.SolidLine
            item.setPen(pg.mkPen(colour, width=1, style=style))


def _axis(values: np.ndarray, about: int) -> tuple[tuple[float, float], list[tuple[float, str]]]:
    """Where an axis begins and ends, with a little room, and round ticks between."""
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = MARGIN * (high - low) or 0.5
    first, last, step = series.nice_range(low, high, about)
    marks = [(at, said) for at, said in series.ticks(first, last, step) if low - room <= at <= high + room]
    return (low - room, high + room), marks
