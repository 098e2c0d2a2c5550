"""Two runs compared: what differs in their settings and drawings, what each reached, and their curves.

It reads both folders on a thread, and changes neither.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from netbuilder.ui import errand, icons
from netbuilder.ui.runs.compared_curves import ComparedCurves
from netbuilder.ui.runs.compared_drawings import ComparedDrawings
from netbuilder.ui.runs.compared_runs import COLOURS, ComparedRuns, read_both
from netbuilder.ui.runs.compared_tables import ComparedTable, figure_rows, setting_rows
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording
from netbuilder.ui.widgets import Card, ElidedLabel, EmptyHint, FamilyDot, wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

LEFT = 480  # pixels of the tables
CURVES, DRAWINGS = 300, 560  # pixels of a high window, and how they share any other
SENTENCE = 200  # pixels for drawings of which there is only a sentence to read
HEADS = 72  # pixels of a card around its table
MOST_SETTINGS = 0.5  # of the height, for settings; those that differ are few


class RunName(QWidget):
    """A run in its colour: its name, and how it ended."""

    def __init__(self, bench: Workbench, token: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench, self._token = bench, token
        self._dot = FamilyDot(size=12)
        self.name = ElidedLabel("", "title")
        self.about = ElidedLabel("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        for widget in (self._dot, self.name, self.about):
            row.addWidget(widget)
        bench.look.changed.connect(self._restyle)
        self._restyle()

    def show_run(self, name: str, about: str, folder: Path) -> None:
        self.name.set_whole(name)
        self.about.set_whole(about)
        self.setToolTip(str(folder))

    def _restyle(self) -> None:
        self._dot.set_color(getattr(self._bench.look.theme, self._token))


class ComparePage(QWidget):
    """`show_runs` with two folders; `closed` when the user has seen enough."""

    closed = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._wanted: tuple[Path, Path] | None = None
        self.runs: ComparedRuns | None = None
        self.setObjectName("comparePage")
        self.setAccessibleName("Two runs compared")
        surface(self, "window")
        self.hint = EmptyHint("compare-horizontal", "Compare runs", "", bench.look.theme.muted)
        self._body = self._make_body()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.hint)
        self.pages.addWidget(self._body)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID * 2, GRID * 3 // 2, GRID * 2, GRID * 2)
        rows.setSpacing(GRID * 3 // 2)
        rows.addLayout(self._make_head())
        rows.addWidget(self.pages, 1)
        bench.look.changed.connect(self._restyle)
        self._restyle()

    def show_runs(self, one: Path, other: Path) -> None:
        """Read and compare the runs in these two folders, in place of what is shown."""
        wanted = self._wanted = (Path(one), Path(other))
        self.runs = None
        for name, folder in zip(self.names, wanted, strict=True):
            name.show_run(wording.run_title(folder.name), "", folder)  # what the user calls it is read with the rest
        self._tell("Reading both runs", "Their settings, drawings and curves are shown here in a moment.")

        def deliver(runs: ComparedRuns | None, error: Exception | None) -> None:
            if wanted is not self._wanted:
                return  # others were chosen meanwhile
            if runs is None:
                self._tell("These can't be compared", str(error))
            else:
                self._show(runs)

        errand.send(self._bench.bridge, self, "compare-runs", lambda: read_both(*wanted), deliver)

    # Parts

    def _make_head(self) -> QHBoxLayout:
        self.back = QPushButton("Back")
        self.back.setToolTip("Back to the runs (Esc)")
        self.back.clicked.connect(self.closed)
        self.names = tuple(RunName(self._bench, token) for token in COLOURS)
        row = QHBoxLayout()
        row.setSpacing(GRID * 3)
        row.addWidget(self.back)
        for name in self.names:
            row.addWidget(name)
        row.addStretch(1)
        return row

    def _make_body(self) -> QWidget:
        bench = self._bench
        self.every = QCheckBox("show all")
        self.every.setProperty("role", "switch")
        self.every.setToolTip("List the settings that are the same as well")
        self.every.toggled.connect(lambda _: self._show_settings())
        self.settings = ComparedTable(bench, "Settings", 3)
        self.same = wrapped("The settings are the same.", "muted")
        settings = Card("Settings")
        settings.header.addWidget(self.every)
        settings.body.addWidget(self.same)
        settings.body.addWidget(self.settings, 1)
        self.figures = ComparedTable(bench, "What both reached", 4)
        self.notes = wrapped("", "warning")
        figures = Card("Reached")
        figures.body.addWidget(self.figures, 1)
        figures.body.addWidget(self.notes)
        self._left = QSplitter(Qt.Orientation.Vertical)
        self._left.addWidget(settings)
        self._left.addWidget(figures)
        self.curves = ComparedCurves(bench)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.curves)
        self.drawings = ComparedDrawings(bench)
        right = self._right = QSplitter(Qt.Orientation.Vertical)
        for at, (widget, high) in enumerate(((scroll, CURVES), (self.drawings, DRAWINGS))):
            right.addWidget(widget)
            right.setStretchFactor(at, high)
        right.setSizes([CURVES, DRAWINGS])
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.addWidget(self._left)
        whole.addWidget(right)
        whole.setStretchFactor(1, 1)
        whole.setSizes([LEFT, 3 * LEFT])
        whole.setStretchFactor(0, 0)
        for splitter in (self._left, right, whole):
            splitter.setProperty("role", "gap")
            splitter.setHandleWidth(GRID * 2)
            splitter.setChildrenCollapsible(False)
        return whole

    # What is shown

    def _tell(self, heading: str, sentence: str) -> None:
        self.hint.tell(heading, sentence)
        self.pages.setCurrentWidget(self.hint)

    def _show(self, runs: ComparedRuns) -> None:
        self.runs = runs
        assert self._wanted is not None
        for shown, name, record, folder in zip(self.names, runs.names, runs.records, self._wanted, strict=True):
            shown.show_run(name, wording.where_it_stands(record, "ended"), folder)
        self.pages.setCurrentWidget(self._body)
        self._show_settings()
        self.figures.show_rows(("", *runs.names, "difference"), figure_rows(runs))
        self.notes.setText(" ".join(runs.comparison.notes))
        self.notes.setVisible(bool(runs.comparison.notes))
        self.curves.show_runs(runs)
        self.drawings.show_runs(runs)
        high = sum(self._right.sizes())
        for_drawings = high * DRAWINGS // (CURVES + DRAWINGS) if self.drawings.sides else min(SENTENCE, high // 2)
        self._right.setSizes([high - for_drawings, for_drawings])

    def _show_settings(self) -> None:
        if self.runs is None:
            return
        rows = setting_rows(self.runs, every=self.every.isChecked())
        self.settings.show_rows(("", *self.runs.names), rows)
        self.settings.setVisible(bool(rows))
        self.same.setVisible(not rows)
        high = self._left.height()
        if high:
            wanted = min(self.settings.wanted_height() + HEADS, round(MOST_SETTINGS * high))
            self._left.setSizes([wanted, high - wanted])

    def _restyle(self) -> None:
        theme = self._bench.look.theme
        self.back.setIcon(icons.icon("arrow-left", theme.text))
        self.hint.set_color(theme.muted)

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
