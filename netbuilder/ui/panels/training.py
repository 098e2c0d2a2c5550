"""The Training dock: loss, the other metric, and how the run is getting on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedLayout, QWidget

from netbuilder.train.events import Event
from netbuilder.train.metrics import is_share
from netbuilder.ui.plots import CurvePlot, load_plots
from netbuilder.ui.shared_stretch import SharedStretch
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording
from netbuilder.ui.train.facts import facts, go_to_node
from netbuilder.ui.train.run_card import RunCard
from netbuilder.ui.train.run_curves import RunCurves
from netbuilder.ui.widgets import EmptyHint

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

REDRAW_MS = 100  # ten times a second, however fast it trains
SOON_MS = 20  # until the next stretch of curves that are still being made
REST_MS = 200  # what changes more slowly, and is drawn in a turn of its own: no frame waits for both
PLOTS_AFTER_MS = 1500  # by then the window is up


class TrainingPanel(QWidget):
    """Follows the run on screen. `node_requested` with the name of a node at fault when its link is clicked."""

    node_requested = Signal(str)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.setObjectName("training")
        self.setAccessibleName("Training")
        self._curves: RunCurves | None = None
        self._shared = SharedStretch()
        self.loss = CurvePlot(bench, "Loss", shared=self._shared)
        self.score = CurvePlot(bench, "Accuracy", unit=True, shared=self._shared)
        self.card = RunCard(bench)
        self.card.node_requested.connect(self._go_to_node)
        run = QWidget()
        row = QHBoxLayout(run)
        row.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID * 2)
        row.setSpacing(GRID * 2)
        for part in (self.loss, self.score, self.card):
            row.addWidget(part, 1)
        self._pages = QStackedLayout(self)
        self._nothing = EmptyHint(
            "chart-line",
            "No run yet",
            "Press Train, and the loss, the accuracy and the time left are drawn here while the network learns.",
            bench.look.theme.muted,
        )
        self._nothing.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # it takes what there is
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(run)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(REDRAW_MS)
        self._soon.timeout.connect(self.redraw)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._redraw_rest)
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.setInterval(PLOTS_AFTER_MS)
        self._fetch.timeout.connect(lambda: None if "pyqtgraph" in sys.modules else load_plots())
        bench.training.changed.connect(self.redraw)
        bench.training.event.connect(self._hear)
        bench.checking.checked.connect(self._checked)
        bench.look.changed.connect(self._restyle)
        self.redraw()

    def _restyle(self) -> None:
        self._nothing.set_color(self._bench.look.theme.muted)
        self.redraw()

    def _hear(self, event: Event) -> None:
        if not self._soon.isActive():
            self._soon.start(REDRAW_MS)

    def _checked(self, _: object) -> None:
        """The drawing may be another one than the run's by now, which its card says."""
        if not self._rest.isActive():
            self._rest.start()

    def redraw(self) -> None:
        """Draw what the run has said; nothing while the dock is hidden."""
        self._soon.stop()
        if not self.isVisible():
            return
        curves = self._bench.training.curves
        self._pages.setCurrentIndex(0 if curves is None else 1)
        if curves is None:
            return
        if self._curves is not curves:  # another run is seen as a whole first
            self._curves = curves
            self._shared.zoom_to(None)
        best, losses, metric = curves.best, curves.losses(), curves.metric
        self.score.set_title(wording.plot_title(metric or "metrics"), unit=metric is not None and is_share(metric))
        self.loss.set_title(curves.loss_title)
        if losses:
            self.loss.show_curves(
                losses,
                best,
                marked=curves.marked,
                marks=curves.marks,
                growing=self._bench.training.alive,
            )
        else:
            self.loss.show_sentence("The loss is drawn here from the first steps on.")
        if curves.behind:
            self._soon.start(SOON_MS)
        if not self._bench.training.alive:
            self._redraw_rest()
        elif not self._rest.isActive():
            self._rest.start()

    def _redraw_rest(self) -> None:
        """What changes once an epoch, or is read as words."""
        record = self._bench.training.record
        if not self.isVisible() or record is None or self._curves is None:
            return
        metrics = self._curves.metrics()
        self.score.setVisible(bool(metrics) or not record.epochs)  # a training may tell nothing but its loss
        if metrics:
            best, marks = self._curves.best, self._curves.marks
            self.score.show_curves(metrics, best, marks=marks, growing=self._bench.training.alive)
        else:
            self.score.show_sentence("Drawn here once the first epoch is done.")
        self.card.show_run(record, self._bench.training.state, facts(self._bench))

    def _go_to_node(self, name: str) -> None:
        self.node_requested.emit(name)
        go_to_node(self._bench, name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fetch.start()
        self._soon.start(0)

    def hideEvent(self, event: QHideEvent) -> None:
        self._soon.stop()
        self._rest.stop()
        self._fetch.stop()
        super().hideEvent(event)
