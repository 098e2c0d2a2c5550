"""The curves of several runs in one plot: which metric, a colour for each, and what each curve is.

It reads the runs' logs on a thread, and knows nothing of the table beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QWidget

from netbuilder.train.history import read_record
from netbuilder.train.metrics import is_share
from netbuilder.ui import errand
from netbuilder.ui.curve import Curve, StepCurve, smooth_alone
from netbuilder.ui.plots import HEADER, CurvePlot
from netbuilder.ui.runs.swatch import swatch
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording
from netbuilder.ui.train.run_curves import RunCurves, smoothed
from netbuilder.ui.widgets import Card

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

COLOURS = tuple(f"run{number}" for number in range(1, 9))
STEPS = "training_loss by step"
LEGEND = 36 * GRID  # pixels
ROW = 24
Stamp = tuple[int, int]  # when a log was last written, and how long it is
Read = tuple[dict[Path, tuple[Stamp, RunCurves]], list[str]]
Named = tuple[Path, str]  # a run's folder, and what people call it


class Palette:
    """A colour for each run; one that stays keeps its own. After all colours come all of them dashed, then again."""

    def __init__(self) -> None:
        self._taken: dict[Path, int] = {}

    def give(self, folders: Sequence[Path]) -> Mapping[Path, tuple[str, bool]]:
        """The token of the theme and whether the line is dashed, by run."""
        self._taken = {folder: number for folder, number in self._taken.items() if folder in folders}
        for folder in folders:
            if folder not in self._taken:
                used = set(self._taken.values())
                self._taken[folder] = next(number for number in range(len(used) + 1) if number not in used)
        count = len(COLOURS)
        return {folder: (COLOURS[n % count], n // count % 2 == 1) for folder, n in self._taken.items()}


class OverlayPlot(CurvePlot):
    """A plot whose legend is the list beside it: many runs have no room above."""

    def __init__(self, bench: Workbench):
        super().__init__(bench, "Loss")
        self._legend.hide()


class Overlay(QWidget):
    """`coloured` with the colour of each run that is drawn, by its folder; `closed` when it is to be put away."""

    coloured = Signal(object)
    closed = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._palette = Palette()
        self._wanted: list[Named] = []
        self._colours: Mapping[Path, tuple[str, bool]] = {}
        self._curves: dict[Path, RunCurves] = {}
        self._stamps: dict[Path, Stamp] = {}  # of the logs that the curves are from
        self._troubles: list[str] = []  # of runs that can't be read
        self._reading = self._again = False
        self._metric = ""  # what the user has chosen
        self.which = QComboBox()
        self.which.setAccessibleName("What is drawn")
        self.which.setMinimumWidth(28 * GRID)
        self.which.activated.connect(self._choose)
        self.plot = OverlayPlot(bench)
        self.plot.header.insertWidget(1, self.which)
        self.legend = QListWidget()
        self.legend.setObjectName("overlayLegend")
        self.legend.setAccessibleName("Curves")
        self.legend.setFrameShape(QListWidget.Shape.NoFrame)
        self.legend.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.legend.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.legend.setIconSize(QSize(16, 16))
        self.legend.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.legend.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        close = QPushButton("Close")
        close.setProperty("role", "segment")
        close.setFixedHeight(HEADER)
        close.setToolTip("Put the curves away")
        close.clicked.connect(self.closed)
        key = Card("Runs")
        key.setFixedWidth(LEGEND)
        key.title.setFixedHeight(HEADER)
        key.header.addWidget(close)
        key.body.addWidget(self.legend, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, GRID, 0, 0)
        row.setSpacing(GRID * 2)
        row.addWidget(self.plot, 1)
        row.addWidget(key)
        bench.look.changed.connect(self._show)

    def show_runs(self, runs: Sequence[Named]) -> None:
        """Draw these; those that have said more are read again."""
        self._wanted = list(runs)
        self._colours = self._palette.give([folder for folder, _ in runs])
        self.coloured.emit(self._colours)
        self._again = True
        if not self._reading:
            self._read()

    def _read(self) -> None:
        self._reading, self._again = True, False
        folders = [folder for folder, _ in self._wanted]
        known = {folder: (stamp, self._curves[folder]) for folder, stamp in self._stamps.items()}

        def deliver(read: Read | None, error: Exception | None) -> None:
            self._reading = False
            if error is not None:
                self._bench.say(f"The curves can't be read: {error}")
            found, self._troubles = read or ({}, [])
            self._stamps = {folder: stamp for folder, (stamp, _) in found.items()}
            self._curves = {folder: curves for folder, (_, curves) in found.items()}
            if self._again:
                self._read()
            else:
                self._show()

        errand.send(self._bench.bridge, self, "curves", lambda: _read_curves(folders, known), deliver)

    def _choose(self, _: int) -> None:
        self._metric = str(self.which.currentData())
        self._show()

    def _show(self) -> None:
        shown = [(folder, title) for folder, title in self._wanted if folder in self._curves]
        told = self._offer([self._curves[folder] for folder, _ in shown])
        name = str(self.which.currentData() or "")
        curves, values = [], {}
        for folder, title in shown:
            curve = _curve(self._curves[folder], name)
            if curve is not None:
                colour, dashed = self._colours[folder]
                curves.append(smooth_alone(curve, name=title, colour=colour, dashed=dashed, run=""))
                values[folder] = float(curve.y[-1])
        self.plot.set_title("Curves", unit=is_share(name))
        if curves:
            self.plot.show_curves(curves)
        elif not self._wanted:
            self.plot.show_sentence("Select the runs whose curves are to be drawn here.")
        elif self._troubles:
            self.plot.show_sentence(" ".join(self._troubles))
        elif told or not shown:
            self.plot.show_sentence("None of these runs has told it.")
        else:
            self.plot.show_sentence("These runs ended before they had anything to draw.")
        self._show_legend(shown, values, name)

    def _offer(self, curves: list[RunCurves]) -> int:
        """What can be drawn of these runs, and how many of them tell it. Returns how much there is."""
        told: dict[str, int] = {}
        for one in curves:
            steps = [STEPS] if len(one.record.step_losses) else []
            for name in (*steps, *one.record.names):
                told[name] = told.get(name, 0) + 1
        names = sorted(told, key=lambda name: (-told[name], not name.startswith("validation_")))
        most = [name for name in names if told[name] == len(curves)]
        wanted = self._metric if self._metric in told else ""
        loss = next((name for name in ("validation_loss", STEPS) if name in most), "")
        chosen = wanted or loss or next(iter(names), "")
        self.which.clear()
        for name in names:
            some = "" if told[name] == len(curves) else f"  ({told[name]} of {len(curves)})"
            words = "training loss, step by step" if name == STEPS else wording.metric_title(name)
            self.which.addItem(words + some, name)
        self.which.setCurrentIndex(names.index(chosen) if chosen else -1)
        self.which.setEnabled(bool(names))
        return len(names)

    def _show_legend(self, shown: list[Named], values: Mapping[Path, float], name: str) -> None:
        theme = self._bench.look.theme
        self.legend.clear()
        for folder, title in shown:
            colour, dashed = self._colours[folder]
            value = wording.number(values[folder], name) if folder in values else "not told"
            item = QListWidgetItem(swatch(getattr(theme, colour), dashed), f"{title}   {value}")
            item.setSizeHint(QSize(100, ROW))
            item.setToolTip(str(folder))
            self.legend.addItem(item)


def _curve(curves: RunCurves, name: str) -> Curve | StepCurve | None:
    if name == STEPS:
        return next((curve for curve in curves.losses() if isinstance(curve, StepCurve)), None)
    x, y = curves.record.metric(name)
    return Curve(name, COLOURS[0], x, y, dots=True) if len(x) else None


def _read_curves(folders: Sequence[Path], known: Mapping[Path, tuple[Stamp, RunCurves]]) -> Read:
    """The curves of these runs, by folder, with the stamp of their logs, and what keeps some from being read. Those
    that are gone are left out."""
    from netbuilder.train.run import Run, RunError

    found, troubles = {}, []
    for folder in folders:
        try:
            stat = (folder / "events.jsonl").stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            held = known.get(folder)
            found[folder] = held if held and held[0] == stamp else (stamp, smoothed(read_record(Run.open(folder))))
        except RunError as error:
            troubles.append(str(error))
        except OSError:
            continue
    return found, troubles
