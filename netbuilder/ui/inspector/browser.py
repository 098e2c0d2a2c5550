"""The left side of the inspector: which samples are listed, the list, and the confusion matrix that narrows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from netbuilder.probes.results import Confusion, Scores
from netbuilder.ui.icons import icon
from netbuilder.ui.inspector.charts import ScoresView
from netbuilder.ui.inspector.confusion import Cell, ConfusionView
from netbuilder.ui.inspector.questions import Overview
from netbuilder.ui.inspector.samples import SampleList
from netbuilder.ui.plain_text import as_caption
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Section, Segmented, wrapped

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.ui.workbench import Workbench

WIDTH = 296
SCORES = 110


class SampleBrowser(QWidget):
    """`sample_chosen` with a sample's number. What is listed: all, the mistakes or the worst
    first, or one cell of the matrix."""

    sample_chosen = Signal(int)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._dataset: Dataset | None = None
        self._overview: Overview | None = None
        self._cell: Cell | None = None
        self._current: int | None = None
        self._verdicts: dict[int, tuple[str, str, bool]] = {}
        surface(self, "panel")
        self.setFixedWidth(WIDTH)
        self.which = Segmented([("all", "All"), ("mistakes", "Mistakes")])
        self.which.chosen.connect(self._choose_which)
        self.chip = QPushButton()
        self.chip.setObjectName("sampleFilter")
        self.chip.setProperty("role", "source")
        self.chip.setToolTip("Show all samples again")
        self.chip.clicked.connect(self._leave_cell)
        self.chip.hide()
        self.list = SampleList(bench)
        self.list.sample_chosen.connect(self._choose)
        self.empty = wrapped("", "muted")
        self.confusion = ConfusionView(bench)
        self.confusion.setObjectName("confusion")
        self.confusion.setFixedSize(WIDTH - 4 * GRID, WIDTH - 4 * GRID - 8)
        self.confusion.cell_chosen.connect(self._enter_cell)
        self._matrix = Section("Confusion · click a cell")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        rows.setSpacing(GRID)
        rows.addWidget(Section("Samples"))
        line = QHBoxLayout()
        line.addWidget(self.which)
        line.addStretch(1)
        rows.addLayout(line)
        rows.addWidget(self.chip)
        rows.addWidget(self.empty)
        rows.addWidget(self.list, 1)
        rows.addSpacing(GRID)
        rows.addWidget(self._matrix)
        rows.addWidget(self.confusion)
        self._spread = Section("Scores")
        self.scores = ScoresView(bench)
        self.scores.setFixedHeight(SCORES)
        self._spread.hide()
        self.scores.hide()
        rows.addWidget(self._spread)
        rows.addWidget(self.scores)
        self.how_far = wrapped("", "muted")  # of predicted numbers, and of answers at many places
        rows.addWidget(self.how_far)
        bench.look.changed.connect(self._retint)
        self._retint()

    def show_dataset(self, dataset: Dataset | None) -> None:
        if dataset is not self._dataset:
            self._dataset, self._overview, self._cell, self._current, self._verdicts = dataset, None, None, None, {}
            self.confusion.choose(None)
            self.list.show_dataset(dataset)
            self._list()

    def show_overview(self, overview: Overview) -> None:
        """What the network says now. The list keeps its filter."""
        self._overview = overview
        self._verdicts = overview.verdicts
        classes = isinstance(overview.confusion, Confusion)
        for part in (self._matrix, self.confusion):
            part.setVisible(classes)
        scored = overview.scores
        for part in (self._spread, self.scores):
            part.setVisible(isinstance(scored, Scores))
        self.which.setVisible(classes or isinstance(scored, Scores))
        self.how_far.setVisible(not classes)
        self.how_far.setText("" if classes else (scored or overview.predictions).caption)
        if isinstance(scored, Scores):
            self.scores.show_result(scored)
            every = len(self._dataset.validation) if self._dataset is not None else len(scored.samples)
            self._name("all", f"All {every:,}")
            self._name("mistakes", "Worst first")
        if classes:
            self.confusion.show_result(overview.confusion)
            self._name("all", f"All {len(self._verdicts):,}")
            self._name("mistakes", f"Mistakes {len(overview.mistakes):,}")
        self._list()

    def _name(self, which: str, words: str) -> None:
        button = self.which.buttons[which]
        button.setText(words)
        bold = button.font()
        bold.setWeight(bold.Weight.DemiBold)  # as it is while chosen
        button.setMinimumWidth(QFontMetrics(bold).horizontalAdvance(words) + 4 * GRID)

    def show_current(self, sample: int | None) -> None:
        self._current = sample
        self.list.show_samples(self.list.samples, self._verdicts, sample)

    def _list(self) -> None:
        samples = self._samples()
        self.list.show_samples(samples, self._verdicts, self._current)
        self.empty.setVisible(not samples)
        self.list.setVisible(bool(samples))
        if self._cell is not None and self._overview is not None:
            true, said = (
                self._overview.confusion.classes[self._cell[0]],
                self._overview.confusion.classes[self._cell[1]],
            )
            kind = f"{true} said right" if self._cell[0] == self._cell[1] else f"mistakes of {true} → {said}"
            self.chip.setText(as_caption(f"{kind} ({len(samples):,})"))
        self.chip.setVisible(self._cell is not None)
        if not samples:
            none_wrong = self._overview is not None and (self._cell is not None or self.which.value == "mistakes")
            self.empty.setText(
                "There are no such samples: choose All." if none_wrong else "There are no validation samples."
            )

    def _samples(self) -> tuple[int, ...]:
        if self._overview is not None and self._cell is not None:
            return self._overview.in_cell(self._cell)
        if self._overview is not None and self.which.value == "mistakes":
            return self._overview.worst_first if self._overview.scores is not None else self._overview.mistakes
        return tuple(self._dataset.validation.tolist()) if self._dataset is not None else ()

    def _enter_cell(self, cell: Cell | None) -> None:
        self._cell = cell
        self._list()
        samples = self.list.samples
        if cell is not None and samples and self._current not in samples:
            self._choose(samples[0])
            self.show_current(samples[0])

    def _leave_cell(self) -> None:
        self._cell = None
        self.confusion.choose(None)
        self._list()

    def _choose_which(self, _which: str) -> None:
        self._leave_cell()
        self.list.scrollToTop()

    def _choose(self, sample: int) -> None:
        self._current = sample
        self.sample_chosen.emit(sample)

    def _retint(self) -> None:
        self.chip.setIcon(icon("close", self._bench.look.theme.muted))
