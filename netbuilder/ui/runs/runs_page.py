"""The page of all runs of all projects: a table of them, what can be done with those selected, and their curves.

It reads on a thread, and again every few seconds while it is on screen: runs of other processes go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from netbuilder.train.alive import is_alive
from netbuilder.train.runs import RunsReader, RunSummary, age
from netbuilder.ui import errand, icons
from netbuilder.ui.runs.columns import title
from netbuilder.ui.runs.deleting import Deleting
from netbuilder.ui.runs.offer_toast import OfferToast
from netbuilder.ui.runs.overlay import Overlay
from netbuilder.ui.runs.remarks import Remarks
from netbuilder.ui.runs.table import RunsTable
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import go_on
from netbuilder.ui.train.look_into import look_into
from netbuilder.ui.widgets import EmptyHint, label

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

AGAIN_MS = 3000
CURVES_AFTER_MS = 150  # a selection that is drawn out by the mouse is read once it rests
NO_RUNS = "Every training is kept with its curves and weights, and listed here. Press Train to make the first."


class RunsPage(QWidget):
    """`compare_requested` with the folders of two runs that are to be laid side by side."""

    compare_requested = Signal(object, object)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.setObjectName("runsPage")
        self.setAccessibleName("All runs")
        surface(self, "window")
        self._reader = RunsReader()
        self._reading = self._again = self._read_once = False
        self._busy = False
        self.table = RunsTable(bench.look)
        self.overlay = Overlay(bench)
        self.toast = OfferToast(self)
        self.deleting = Deleting(bench, self.toast, self)
        self.remarks = Remarks(bench, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(CURVES_AFTER_MS)
        self._soon.timeout.connect(self._show_curves)
        self._often = QTimer(self)
        self._often.setInterval(AGAIN_MS)
        self._often.timeout.connect(self._look_again)
        page = QVBoxLayout(self)
        page.setContentsMargins(GRID * 2, GRID * 2, GRID * 2, GRID * 2)
        page.setSpacing(GRID * 3 // 2)
        page.addLayout(self._make_head())
        page.addWidget(self._make_centre(), 1)
        page.addLayout(self._make_buttons())
        self.setFocusProxy(self.table)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(self._open)
        self.table.starred.connect(self._star)
        self.table.deleted.connect(self._delete)
        self.table.runs.renamed.connect(self.remarks.write)
        self.overlay.coloured.connect(self.table.runs.show_colours)
        self.overlay.closed.connect(lambda: self.curves.setChecked(False))
        self.deleting.changed.connect(self.reload)
        self.remarks.written.connect(self.reload)
        bench.training.changed.connect(self._training_changed)
        bench.projectChanged.connect(lambda *_: self._filter())
        bench.look.changed.connect(self._restyle)
        self._restyle()
        self._enable()

    # Parts

    def _make_head(self) -> QHBoxLayout:
        back = QPushButton("Train")
        back.setProperty("role", "quiet")
        back.setToolTip("Back to the Train workspace (Esc)")
        back.clicked.connect(self._leave)
        self._back = back
        self.count = label("", "muted")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Filter by name, project, note, recipe or state")
        self.search.setAccessibleName("Filter the runs")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(40 * GRID)
        self.search.textChanged.connect(self._filter)
        self.starred = self._switch("Starred", "Show only runs with a star")
        self.this_project = self._switch("This project", "Show only runs of the project that is open")
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(back)
        head.addWidget(label("All runs", "title"))
        head.addSpacing(GRID)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.search)
        head.addWidget(self.starred)
        head.addWidget(self.this_project)
        return head

    def _switch(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setCheckable(True)
        button.setProperty("role", "segment")
        button.setToolTip(tip)
        button.toggled.connect(self._filter)
        return button

    def _make_centre(self) -> QWidget:
        card = QWidget()
        surface(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(GRID // 2, GRID // 2, GRID // 2, GRID // 2)
        self.nothing = EmptyHint("table-large", "No runs yet", NO_RUNS, self._bench.look.theme.muted)
        self.rows = QStackedWidget()
        self.rows.addWidget(self.table)
        self.rows.addWidget(self.nothing)
        inside.addWidget(self.rows)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        self._split.setProperty("role", "wide")
        self._split.setHandleWidth(GRID)
        self._split.addWidget(card)
        self._split.addWidget(self.overlay)
        self._split.setSizes([600, 400])
        self.overlay.hide()
        return self._split

    def _make_buttons(self) -> QHBoxLayout:
        self.look = self._button("Look into it", self._open_selected)
        self.on = self._button("Go on", self._go_on)
        self.on.setObjectName("goOn")
        self.folder = self._button("Show in folder", self._show_folder, "Open the folder in which the run lies")
        self.curves = self._button("Overlay curves", None, "Draw the curves of the selected runs in one plot")
        self.curves.setCheckable(True)
        self.curves.toggled.connect(self._toggle_curves)
        self.compare = self._button("Compare", self._compare)
        self.delete = self._button("Delete", lambda: self._delete(self.table.selected()))
        row = QHBoxLayout()
        row.setSpacing(GRID)
        for button in (self.on, self.look, self.curves, self.compare, self.folder):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.delete)
        return row

    def _button(self, words: str, do: object, tip: str = "") -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        if callable(do):
            button.clicked.connect(lambda _=False: do())
        return button

    # Reading

    def reload(self) -> None:
        """Read the runs again, in the background."""
        self._again = True
        if not self._reading:
            self._read()

    def _look_again(self) -> None:
        if not self.table.editing:
            self.reload()

    def _read(self) -> None:
        self._reading, self._again = True, False
        written = self.remarks.count
        training = self._bench.training
        mine = training.folder if training.alive else None
        reader = self._reader
        reader.alive = lambda folder: folder == mine or is_alive(folder)

        def deliver(runs: tuple[RunSummary, ...] | None, error: Exception | None) -> None:
            self._reading = False
            if error is not None:
                self._bench.say(f"The runs can't be listed: {error}")
            elif not self.table.editing:
                self._read_once = True
                self.table.runs.show_runs(self.remarks.over(runs or (), written))
                self._show_count()
                self._enable()
                self._show_curves()
            if self._again:
                self._read()

        errand.send(self._bench.bridge, self, "all-runs", reader.read, deliver)

    # What is shown

    def _filter(self, *_: object) -> None:
        project = self._bench.document.title if self.this_project.isChecked() else None
        self.table.filter.look_for(self.search.text(), starred=self.starred.isChecked(), project=project)
        self._show_count()

    def _show_count(self) -> None:
        shown, there = self.table.filter.rowCount(), self.table.runs.rowCount()
        words = "1 run" if there == 1 else f"{there:,} runs"
        self.count.setText("" if not there else words if shown == there else f"{shown:,} of {words}")
        self.rows.setCurrentIndex(0 if shown or not self._read_once else 1)
        if there:
            self.nothing.tell("Nothing fits", "No run has all of these words, or the star and the project asked for.")
        else:
            self.nothing.tell("No runs yet", NO_RUNS)

    def _chosen(self) -> None:
        self._enable()
        self._soon.start()

    def _enable(self) -> None:
        count, alive = len(self.table.selectionModel().selectedRows()), self._bench.training.alive
        self.look.setEnabled(count == 1 and not alive and not self._busy)
        self.look.setText("Reading its data…" if self._busy else "Look into it")
        self.look.setToolTip(
            "Stop the run that is under way first" if alive else "Show its best weights in the Inspect workspace"
        )
        run = next(iter(self.table.selected()), None) if count == 1 else None
        reason = go_on.why_not(self._bench, run.state) if run is not None else "Select one run to go on with it"
        self.on.setEnabled(not reason and not self._busy)
        self.on.setToolTip(reason or go_on.tip(run.state if run is not None else ""))
        self.folder.setEnabled(count == 1)
        self.compare.setEnabled(count == 2)
        self.compare.setToolTip("Lay two runs side by side" if count == 2 else "Select two runs to compare them")
        self.delete.setEnabled(count > 0)
        self.delete.setText(f"Delete {count} runs" if count > 1 else "Delete")

    def _toggle_curves(self, wanted: bool) -> None:
        self.overlay.setVisible(wanted)
        self._show_curves()

    def _show_curves(self) -> None:
        if self.curves.isChecked():
            self.overlay.show_runs(self._named(self.table.selected()))
        else:
            self.table.runs.show_colours({})

    def _named(self, runs: Sequence[RunSummary]) -> list[tuple[Path, str]]:
        """The runs with what people call them; where several projects are among them, with the project."""
        several = len({run.project for run in runs}) > 1
        return [(run.folder, f"{run.project} · {title(run)}" if several else title(run)) for run in runs]

    def _training_changed(self) -> None:
        self._enable()
        if self.isVisible():
            self.reload()

    def _restyle(self) -> None:
        theme = self._bench.look.theme
        self.nothing.set_color(theme.muted)
        self._back.setIcon(icons.icon("arrow-left", theme.accent))

    # What is done

    def _star(self, runs: Sequence[RunSummary]) -> None:
        """Give all of them a star; where all have one, take it away."""
        star = not all(run.about.star for run in runs)
        for run in runs:
            if run.about.star != star:
                about = replace(run.about, star=star)
                self.table.runs.show_about(run.folder, about)
                self.remarks.write(run.folder, about)
        self._show_count()

    def _delete(self, runs: Sequence[RunSummary]) -> None:
        self.deleting.delete([(run.folder, title(run)) for run in runs])

    def _open_selected(self) -> None:
        for run in self.table.selected()[:1]:
            self._open(run)

    def _open(self, run: RunSummary) -> None:
        if self._bench.training.alive:
            self._bench.say("Stop the run that is under way before you look into another one.")
        elif not self._busy:
            look_into(self._bench, self, run.folder, title(run), self._set_busy)

    def _go_on(self) -> None:
        for run in self.table.selected()[:1]:
            go_on.go_on(self._bench, self, run.folder, title(run), run.state, run.epochs, self._set_busy)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._enable()

    def _show_folder(self) -> None:
        for run in self.table.selected()[:1]:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder)))

    def _compare(self) -> None:
        runs = sorted(self.table.selected(), key=age)  # what came of what: the older one first
        if len(runs) == 2:
            self.compare_requested.emit(runs[0].folder, runs[1].folder)

    def _leave(self) -> None:
        self._bench.workspaceRequested.emit("train")

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._read_once:
            self.deleting.throw_left_overs_away()
        self.reload()
        self._often.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._often.stop()
        super().hideEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)
