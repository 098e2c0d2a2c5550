"""The curves of two runs over each other: the loss, and each metric that both tell. A colour is a run; what is dashed
is of the training samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from netbuilder.train.metrics import is_share
from netbuilder.ui.curve import Curve, StepCurve, smooth_alone
from netbuilder.ui.plots import CurvePlot
from netbuilder.ui.runs.compared_runs import COLOURS, ComparedRuns
from netbuilder.ui.shared_stretch import SharedStretch
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

TRAINING = "training"
LEAST = 190  # pixels that a row of plots is high: more of them than fit are scrolled
MOST = 24  # metrics drawn beside the loss


class ComparedCurves(QWidget):
    """Two plots in a row; a last one that is alone has the whole of it. All show the same stretch of epochs."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.setProperty("role", "inside")
        self._shared = SharedStretch()
        self.plots: list[CurvePlot] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID * 2)
        for column in (0, 1):
            self._grid.setColumnStretch(column, 1)

    def show_runs(self, runs: ComparedRuns) -> None:
        curves = runs.curves
        shared = [name for name in curves[0].names if name in curves[1].names][:MOST]
        self._shared.zoom_to(None)  # others are seen as a whole first
        self._make_room_for(1 + len(shared))
        loss = [
            one
            for run, name, token in zip(curves, runs.names, COLOURS, strict=True)
            for one in _of_run(run.losses(), name, token)
        ]
        titles = dict.fromkeys(run.loss_title for run in curves)
        self._show(self.plots[0], " and ".join(titles), False, loss)
        for name, plot in zip(shared, self.plots[1:], strict=False):
            found = [
                one
                for run, title, token in zip(curves, runs.names, COLOURS, strict=True)
                for one in _of_run(run.metrics(name=name), title, token)
            ]
            self._show(plot, wording.plot_title(name), is_share(name), found)

    def _show(self, plot: CurvePlot, title: str, unit: bool, curves: list[Curve | StepCurve]) -> None:
        plot.set_title(title, unit=unit)
        if curves:
            plot.show_curves(curves)
        else:
            plot.show_sentence("Neither run has told a value.")

    def _make_room_for(self, count: int) -> None:
        while len(self.plots) < count:
            self.plots.append(CurvePlot(self._bench, "Loss", shared=self._shared))  # its name comes with its curves
        for at, plot in enumerate(self.plots):
            alone = at == count - 1 and at % 2 == 0
            self._grid.addWidget(plot, at // 2, at % 2, 1, 2 if alone else 1)
            plot.setVisible(at < count)
            if at >= count:
                plot.show_sentence("")
        for row in range(self._grid.rowCount()):
            self._grid.setRowMinimumHeight(row, LEAST if row < (count + 1) // 2 else 0)


def _of_run(curves: Sequence[Curve | StepCurve], name: str, token: str) -> list[Curve | StepCurve]:
    """The curves of one run in its colour, those of the training samples dashed."""
    found = []
    for curve in curves:
        dashed = curve.colour == TRAINING
        title = f"{name} {TRAINING}" if dashed else name
        found.append(
            smooth_alone(
                curve,
                name=title,
                colour=token,
                dashed=dashed,
                dots=not dashed,
                run=TRAINING if dashed else "",
            )
        )
    return found
