"""A card with curves over epochs, which can be zoomed into. It knows arrays and the theme; it does not know what a run
is.

pyqtgraph takes a few tenths of a second to import, so `load_plots` fetches it on a thread of its own after the
window is up, and a `CurvePlot` makes its plot when it first has something to draw.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from netbuilder.ui import zoom
from netbuilder.ui.curve import Curve, Mark, StepCurve
from netbuilder.ui.curve_axes import CurveAxes
from netbuilder.ui.shared_stretch import SharedStretch
from netbuilder.ui.stylesheet import set_role
from netbuilder.ui.swatches import Swatches
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Card, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

HEADER = 3 * GRID  # with and without a button in them, headers side by side line up
FEWEST = 4  # points that a zoom leaves to see
HOW = (
    "Drag across a stretch or turn the wheel to zoom in (with Ctrl where the page scrolls). Shift and drag to move "
    "along. Double-click to see all. With the keyboard on the plot: + and - zoom, the arrows move along, Home shows "
    "all. Plots side by side go together."
)


def load_plots() -> threading.Thread:
    """Import pyqtgraph on a thread, so that the first plot does not hold up the window."""

    def fetch() -> None:
        import pyqtgraph  # noqa: F401

    thread = threading.Thread(target=fetch, name="plots", daemon=True)
    thread.start()
    return thread


class CurvePlot(Card):
    """A titled card of curves: x is epochs. `unit` keeps the y axis inside 0 to 1, for shares such as accuracy. What is
    seen of the x axis may be `shared` with other plots."""

    def __init__(
        self,
        bench: Workbench,
        title: str,
        parent: QWidget | None = None,
        *,
        unit: bool = False,
        shared: SharedStretch | None = None,
    ):
        super().__init__(title, parent=parent)
        self._bench = bench
        self.unit = unit
        self.shared = shared if shared is not None else SharedStretch()
        self._curves: tuple[Curve | StepCurve, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._best: tuple[float, str] | None = None
        self._marked: float | None = None
        self.growing = False
        self._plot: CurveAxes | None = None  # the pyqtgraph part, made when first needed
        self.setAccessibleName(f"{title} curves")
        self._legend = Swatches(bench)
        self._log = QPushButton("log")
        self._log.setCheckable(True)
        self._log.setProperty("role", "segment")
        self._log.setToolTip("Draw the values on a logarithmic axis")
        self._log.setAccessibleName(f"{title} on a logarithmic axis")
        self._log.toggled.connect(self.redraw)
        self._whole = QPushButton("Show all")
        self._whole.setProperty("role", "segment")
        self._whole.setToolTip("Show the whole run again, and follow it (or double-click)")
        self._whole.setAccessibleName(f"{title}: show the whole run again")
        self._whole.clicked.connect(self.show_all)
        self._whole.setFixedHeight(HEADER)
        self._sentence = wrapped("", "muted")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.header.addWidget(self._legend)
        self.header.addWidget(self._whole)
        self.header.addWidget(self._log)
        self._whole.hide()
        self._log.setVisible(not unit)
        self._log.setFixedHeight(HEADER)
        self.title.setFixedHeight(HEADER)
        self.title.setToolTip(HOW)
        self.body.setSpacing(GRID // 2)
        self.body.addWidget(self._sentence, 1)
        self.setMinimumSize(220, 130)
        self.shared.add(self)
        bench.look.changed.connect(self._restyle)

    @property
    def stretch(self) -> zoom.Stretch | None:
        """What of the x axis is shown; None follows the run."""
        return self.shared.chosen

    @property
    def reach(self) -> float | None:
        """The epoch at which the curves end; None while there are none."""
        return max((curve.end for curve in self._curves), default=None)

    @property
    def finest(self) -> float:
        """The least stretch in which there is something to see."""
        return FEWEST * min((curve.spacing for curve in self._curves), default=1.0)

    def set_title(self, title: str, *, unit: bool = False) -> None:
        self.title.setText(title)
        self.unit = unit
        self._log.setVisible(not unit)
        if unit:
            self._log.setChecked(False)
        self.setAccessibleName(f"{title} curves")

    def show_sentence(self, sentence: str) -> None:
        """In place of curves: what will be here."""
        self._curves, self._best, self._marked, self._marks = (), None, None, ()
        self._legend.show_entries([])
        self._sentence.setText(sentence)
        self._sentence.setVisible(True)
        self._whole.setVisible(False)
        self.growing = False
        self.shared.leave(self)
        if self._plot is not None:
            self._plot.widget.setVisible(False)

    def show_curves(
        self,
        curves: Sequence[Curve | StepCurve],
        best: tuple[float, str] | None = None,
        *,
        marked: float | None = None,
        marks: Sequence[Mark] = (),
        growing: bool = False,
    ) -> None:
        """Draw these. `best` is an epoch to mark, and what to write beside it; from `marked` on, there is a tint behind
        them; `marks` are further places. The same curves are not drawn again.

        With `growing`, more is to come soon: the x axis keeps some room ahead, so that it need not be drawn each time.
        """
        before = [curve.told for curve in self._curves], self._best, self._marked, self._marks, self.growing
        if self._curves and before == ([curve.told for curve in curves], best, marked, tuple(marks), growing):
            return
        self._curves, self._marks = tuple(curves), tuple(marks)
        self._best, self._marked, self.growing = best, marked, growing
        entries = [(curve.run or curve.name, "muted" if curve.run else curve.colour, curve.dashed) for curve in curves]
        self._legend.show_entries(list(dict.fromkeys(entries)))  # another run has one entry for all its curves
        self.redraw()

    def redraw(self) -> None:
        if not self._curves:
            return
        if self._plot is None:
            self._plot = CurveAxes(self._bench, self, self.shared)
            self._plot.mouse.wanted.connect(self.zoom_to)
            self._plot.keys.focused.connect(self._show_focus)
            self._plot.widget.setAccessibleName(f"{self.title.text()} curves")
            self._plot.widget.setAccessibleDescription(HOW)
            self.body.addWidget(self._plot.widget, 1)
        self.shared.grow(self)
        self._sentence.setVisible(False)
        self._plot.widget.setVisible(True)
        self._plot.mark_from(self._marked)
        self._plot.draw(
            self._curves,
            self._best,
            self._marks,
            log=self._log.isChecked(),
            unit=self.unit,
            growing=self.growing,
        )
        self._whole.setVisible(self.stretch is not None)

    def zoom_to(self, stretch: zoom.Stretch | None) -> None:
        """Show the curves from one epoch to another, and no more than there is; None: all, also what is to come. The
        plots that share it go along."""
        self.shared.zoom_to(stretch)

    def show_all(self) -> None:
        self.zoom_to(None)

    def _show_focus(self, there: bool) -> None:
        set_role(self, "card focused" if there else "card")

    def _restyle(self) -> None:
        if self._plot is not None:
            self._plot.restyle()
            self.redraw()
