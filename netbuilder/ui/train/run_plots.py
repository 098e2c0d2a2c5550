"""The plots of a run, with another one drawn over it: its losses, and a plot for each metric that it tells.

It knows nothing about recipes, tables and files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from netbuilder.train.metrics import is_share
from netbuilder.ui.plots import CurvePlot
from netbuilder.ui.shared_stretch import SharedStretch
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording
from netbuilder.ui.train.run_curves import RunCurves

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

MOST_FURTHER = 24  # metrics drawn beside the loss and the first
LEAST_PLOT = 150  # pixels that a row of plots is high: more of them than fit are scrolled


class RunPlots(QWidget):
    """Two in a row. `further` are those of the metrics after the first. All show the same stretch of epochs."""

    def __init__(self, bench: Workbench):
        super().__init__()
        self._bench = bench
        self.setProperty("role", "inside")
        self._shared = SharedStretch()
        self.loss = CurvePlot(bench, "Loss", shared=self._shared)
        self.score = CurvePlot(bench, "Accuracy", unit=True, shared=self._shared)
        self.further: list[CurvePlot] = []
        self._main: RunCurves | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID * 2)
        self._grid.addWidget(self.loss, 0, 0)
        self._grid.addWidget(self.score, 0, 1)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)

    def show_losses(self, main: RunCurves | None, over: RunCurves | None) -> None:
        """Draw what changes with each step."""
        if main is not self._main:  # another run is seen as a whole first
            self._main = main
            self._shared.zoom_to(None)
        losses = main.losses() if main is not None else []
        if over is not None:
            losses += over.losses(_prefix(over), dashed=True)
        self.loss.set_title(main.loss_title if main is not None else "Loss")
        if main is None:
            self.loss.show_sentence("Press Train: the loss is drawn here from the first steps on.")
        elif losses:
            alive = self._bench.training.alive
            self.loss.show_curves(losses, main.best, marked=main.marked, marks=main.marks, growing=alive)
        else:
            self.loss.show_sentence("The loss is drawn here from the first steps on.")

    def show_metrics(self, main: RunCurves | None, over: RunCurves | None) -> None:
        """Draw what changes once an epoch."""
        names = main.names if main is not None else ()
        self._show_score(bool(names) or main is None or not main.record.epochs)
        if main is None:
            self.score.show_sentence("The accuracy, or how far off it is, is drawn here epoch by epoch.")
            return
        self._make_room_for(len(names) - 1)
        for name, plot in zip(names or (None,), (self.score, *self.further), strict=False):
            self._show_metric(name, plot, main, over)

    def _show_score(self, there: bool) -> None:
        """Where a training tells nothing but its loss, that has all the room."""
        if there == self.score.isHidden():
            self.score.setVisible(there)
            if not there:
                self.score.show_sentence("")  # what it had is another run's
            self._grid.addWidget(self.loss, 0, 0, 1, 1 if there else 2)

    def _show_metric(self, name: str | None, plot: CurvePlot, main: RunCurves, over: RunCurves | None) -> None:
        if name is None:  # nobody knows yet what there will be
            plot.set_title("Metrics")
        else:
            plot.set_title(wording.plot_title(name), unit=is_share(name))
        metrics = main.metrics(name=name) if name is not None else []
        if over is not None and name in over.names:
            metrics += over.metrics(_prefix(over), dashed=True, name=name)
        if metrics:
            plot.show_curves(metrics, main.best, marks=main.marks, growing=self._bench.training.alive)
        else:
            plot.show_sentence("Drawn here once the first epoch is done.")

    def _make_room_for(self, further: int) -> None:
        """Plots for so many metrics after the first; one alone in its row has all of it."""
        shown = min(max(further, 0), MOST_FURTHER)
        if shown == sum(not plot.isHidden() for plot in self.further):
            return
        while len(self.further) < shown:
            self.further.append(CurvePlot(self._bench, "Metric", shared=self._shared))  # its name comes with its curves
        for number, plot in enumerate(self.further):
            alone = number == shown - 1 and number % 2 == 0  # in its row
            self._grid.addWidget(plot, number // 2 + 1, number % 2, 1, 2 if alone else 1)
            plot.setVisible(number < shown)
            if number >= shown:
                plot.show_sentence("")
        rows = (shown + 1) // 2 + 1
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, LEAST_PLOT if row < rows else 0)


def _prefix(curves: RunCurves) -> str:
    return f"{curves.title} "
