"""The runs that a project has made: read in the background, listed newest first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from netbuilder.train.about import About, read_about
from netbuilder.train.alive import is_alive
from netbuilder.train.history import RunRecord, read_record
from netbuilder.train.runs import FAILED, INTERRUPTED, RUNNING, UNREADABLE, main_metric
from netbuilder.ui import errand
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import go_on, wording
from netbuilder.ui.widgets import Section, wrapped

if TYPE_CHECKING:
    from netbuilder.train.run import Run
    from netbuilder.ui.workbench import Workbench

MOST = 50  # runs listed


@dataclass(frozen=True, eq=False)
class PastRun:
    """One run, as its folder tells it."""

    folder: Path
    record: RunRecord
    created: datetime | None
    about: About = field(default_factory=About)
    alive: bool = False  # somebody trains it at this moment
    trouble: str = ""  # why it can't be read

    @property
    def state(self) -> str:
        """One of `runs.STATES`."""
        if self.trouble:
            return UNREADABLE
        if self.record.failed is not None:
            return FAILED
        if self.record.finished is not None:
            return self.record.finished.reason
        return RUNNING if self.alive else INTERRUPTED

    @property
    def title(self) -> str:
        """What the user calls it: "Run 7", where he has given it no name."""
        return self.about.name or wording.run_title(self.folder.name)

    @property
    def line(self) -> str:
        """ "0.983 · today 14:05"."""
        told = []
        epoch = self.record.best_epoch
        best = next((done for done in self.record.epochs if done.epoch == epoch), None)
        name = main_metric(best) if best is not None else None
        if self.trouble:
            told.append("can't be read")
        if best is not None and name is not None:
            told.append(
                f"{wording.metric_title(name).removeprefix('validation ')} {wording.number(best.metrics[name], name)}"
            )
        elif self.record.failed is not None:
            told.append("failed")
        if self.created is not None:
            told.append(wording.moment(self.created))
        return " · ".join(told) or "nothing was trained"


def read_runs(title: str, known: dict[Path, tuple[float, PastRun]]) -> tuple[PastRun, ...]:
    """The newest runs of a project. `known` keeps what was read, by folder and the time its events changed."""
    from netbuilder.train.run import list_runs

    found = []
    for run in list_runs(title)[:MOST]:
        try:
            changed = run.events_file.stat().st_mtime
        except OSError:
            continue  # it has said nothing
        if run.folder not in known or known[run.folder][0] != changed or known[run.folder][1].trouble:
            known[run.folder] = (changed, _past(run))
        past, about = known[run.folder][1], read_about(run.folder)
        alive = past.record.finished is None and past.record.failed is None and is_alive(run.folder)
        if (about, alive) != (past.about, past.alive):
            past = replace(past, about=about, alive=alive)
            known[run.folder] = (changed, past)
        found.append(past)
    return tuple(found)


def _past(run: Run) -> PastRun:
    from netbuilder.train.run import RunError

    created = _created(run.record.get("created"))
    try:
        return PastRun(run.folder, read_record(run), created)
    except RunError as error:
        return PastRun(run.folder, RunRecord(run.folder.name, run.folder), created, trouble=str(error))


def _created(told: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(told)).astimezone()
    except ValueError:
        return None


class RunsList(QWidget):
    """`chosen` with a `PastRun` (or None) when another is selected, `opened` when it is to be looked into."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.runs: tuple[PastRun, ...] = ()
        self._known: dict[Path, tuple[float, PastRun]] = {}
        self._reading = self._wanted = False
        self._busy = False
        self.list = QListWidget()
        self.list.setObjectName("runs")
        self.list.setAccessibleName("Runs of this project")
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.currentRowChanged.connect(self._row_changed)
        self.list.itemActivated.connect(lambda _: self._open())
        self.nothing = wrapped(
            "Every run is kept with its curves and weights, and listed here. Press Train to make the first.", "muted"
        )
        self._look = QPushButton("Look into it")
        self._look.setToolTip("Show this run's best weights in the Inspect workspace")
        self._look.clicked.connect(self._open)
        self._on = QPushButton("Go on")
        self._on.setObjectName("goOn")
        self._on.clicked.connect(self._go_on)
        self._folder = QPushButton("Folder")
        self._folder.setToolTip("Open the folder in which the run lies")
        self._folder.clicked.connect(self._show_folder)
        self._all = QPushButton("All runs")
        self._all.setProperty("role", "quiet")
        self._all.setToolTip("Every run of every project in one table, to sort, name, compare or delete")
        self._all.clicked.connect(lambda: bench.workspaceRequested.emit("runs"))
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self._on)
        buttons.addWidget(self._look)
        buttons.addWidget(self._folder)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        section = Section("Runs")
        section.add(self._all)
        rows.addWidget(section)
        rows.addWidget(self.nothing)
        rows.addWidget(self.list, 1)
        rows.addLayout(buttons)
        bench.training.changed.connect(self._enable)
        self._show(())

    @property
    def current(self) -> PastRun | None:
        row = self.list.currentRow()
        return self.runs[row] if 0 <= row < len(self.runs) else None

    @property
    def meant(self) -> PastRun | None:
        """What the buttons are about: the run that is selected, else the one on screen, which may have broken off."""
        return self.current or next((run for run in self.runs if run.folder == self._bench.training.folder), None)

    def reload(self) -> None:
        """Read the runs' folders again, in the background."""
        self._wanted = True
        if not self._reading:
            self._read()

    def set_busy(self, busy: bool) -> None:
        """Whether a run is being opened: one at a time."""
        self._busy = busy
        self._enable()

    def _read(self) -> None:
        self._reading, self._wanted = True, False
        title, known = self._bench.document.title, self._known

        def deliver(runs: tuple[PastRun, ...] | None, error: Exception | None) -> None:
            self._reading = False
            if error is not None:
                self._bench.say(f"The runs can't be listed: {error}")
            elif title == self._bench.document.title:
                self._show(runs or ())
            if self._wanted:
                self._read()

        errand.send(self._bench.bridge, self, "runs", lambda: read_runs(title, known), deliver)

    def _show(self, runs: tuple[PastRun, ...]) -> None:
        before = self.current
        self.runs = runs
        for row, run in enumerate(runs):
            item = self.list.item(row)
            if item is None:
                item = QListWidgetItem()
                item.setSizeHint(QSize(200, 44))
                self.list.addItem(item)
            item.setText(f"{'★ ' if run.about.star else ''}{run.title}\n{run.line}")
            item.setToolTip(as_plain("\n\n".join(filter(None, (run.trouble, run.about.note, str(run.folder))))))
        while self.list.count() > len(runs):
            self.list.takeItem(self.list.count() - 1)
        kept = next((row for row, run in enumerate(runs) if before is not None and run.folder == before.folder), -1)
        self.list.setCurrentRow(kept)
        self.nothing.setVisible(not runs)
        self.list.setVisible(bool(runs))
        for button in (self._on, self._look, self._folder):
            button.setVisible(bool(runs))
        self._enable()

    def _row_changed(self, row: int) -> None:
        self._enable()
        self.chosen.emit(self.current)

    def _enable(self) -> None:
        run = self.meant
        chosen = run is not None
        alive = self._bench.training.alive
        self._look.setEnabled(chosen and not alive and not self._busy)
        self._look.setText("Reading its data…" if self._busy else "Look into it")
        self._look.setToolTip(
            "Stop the run that is under way first" if alive else "Show this run's best weights in the Inspect workspace"
        )
        reason = go_on.why_not(self._bench, run.state) if run is not None else "Choose a run first"
        self._on.setEnabled(not reason and not self._busy)
        self._on.setToolTip(reason or go_on.tip(run.state if run is not None else ""))
        self._folder.setEnabled(chosen)

    def _go_on(self) -> None:
        run = self.meant
        if run is not None:
            done = len(run.record.epochs)
            go_on.go_on(self._bench, self, run.folder, run.title, run.state, done, self.set_busy)

    def _open(self) -> None:
        if self.meant is not None and self._look.isEnabled():
            self.opened.emit(self.meant)

    def _show_folder(self) -> None:
        if self.meant is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.meant.folder)))


__all__ = ["PastRun", "RunsList", "read_runs"]
