"""Taking the trained network away: which format, which run, where to; then the proof that it is the same network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from netbuilder.export.catalog import EXPORTERS
from netbuilder.export.exporter import Exporter
from netbuilder.ui import errand
from netbuilder.ui.export_job import ExportJob
from netbuilder.ui.format_card import FormatCard
from netbuilder.ui.stylesheet import set_role
from netbuilder.ui.theme import GRID
from netbuilder.ui.train import wording
from netbuilder.ui.train.past_runs import PastRun, read_runs
from netbuilder.ui.train.run_card import ThinBar
from netbuilder.ui.widgets import Section, label, wrapped

if TYPE_CHECKING:
    from netbuilder.export.export import Report
    from netbuilder.ui.workbench import Workbench


class ExportDialog(QDialog):
    """Exports one run. Closing it while it works calls the work off."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._open = True  # what was under way when it closed is not shown
        self._job: ExportJob | None = None
        self._runs: tuple[PastRun, ...] = ()
        self._written: Path | None = None
        self._chose_path = False
        self.setObjectName("exportDialog")
        self.setWindowTitle("Export")
        self.setMinimumWidth(640)
        self.finished.connect(lambda _: self._leave())
        body = QVBoxLayout(self)
        body.setContentsMargins(GRID * 3, GRID * 3, GRID * 3, GRID * 3)
        body.setSpacing(GRID * 2)
        body.addWidget(label("Take the network away", "title"))
        self._choices = self._make_choices()
        self._untrained = self._make_untrained()
        body.addWidget(self._choices)
        body.addWidget(self._untrained)
        body.addWidget(self._make_outcome())
        body.addStretch(1)
        body.addLayout(self._make_buttons())
        self._untrained.hide()
        bench.look.changed.connect(self._retint)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(button is self.start)  # Return exports, wherever the focus is
        self._group.buttonToggled.connect(lambda _, on: self._choose_format() if on else None)
        self.path.textEdited.connect(self._path_edited)
        self.path.textChanged.connect(self._enable)
        self._choose_format()
        self._enable()
        title = bench.document.title
        errand.send(bench.bridge, self, "export-runs", lambda: read_runs(title, {}), self._read)

    # Parts

    def _make_choices(self) -> QWidget:
        self._group = QButtonGroup(self)
        self.formats: dict[str, FormatCard] = {}
        cards = QGridLayout()
        cards.setSpacing(GRID)
        for at, exporter in enumerate(EXPORTERS):
            card = FormatCard(self._bench, exporter)
            self.formats[exporter.kind] = card
            self._group.addButton(card)
            cards.addWidget(card, at // 2, at % 2)
        next(iter(self.formats.values())).setChecked(True)
        self.run = QComboBox()
        self.run.setObjectName("exportRun")
        self.run.setAccessibleName("Run to export")
        self.run.addItem("Looking for runs…")
        self.weights = QComboBox()
        self.weights.setObjectName("exportWeights")
        self.weights.setAccessibleName("Which weights")
        field = Exporter.fields()["checkpoint"]
        for option in field.options:  # type: ignore[attr-defined]
            self.weights.addItem(f"weights {field.title(option)}", option)  # type: ignore[attr-defined]
        self.path = QLineEdit()
        self.path.setObjectName("exportPath")
        self.path.setAccessibleName("Where to")
        self.browse = QPushButton("Browse…")
        self.browse.setObjectName("exportBrowse")
        self.browse.clicked.connect(self._browse)
        runs, where = QHBoxLayout(), QHBoxLayout()
        for row in (runs, where):
            row.setSpacing(GRID)
        runs.addWidget(self.run, 3)
        runs.addWidget(self.weights, 2)
        where.addWidget(self.path, 1)
        where.addWidget(self.browse)
        choices = QWidget()
        rows = QVBoxLayout(choices)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        rows.addWidget(Section("Format"))
        rows.addLayout(cards)
        rows.addSpacing(GRID)
        rows.addWidget(Section("Run"))
        rows.addLayout(runs)
        rows.addSpacing(GRID)
        rows.addWidget(Section("Where to"))
        rows.addLayout(where)
        return choices

    def _make_untrained(self) -> QWidget:
        sentence = wrapped(
            "This project has no trained network yet. Train it first; until then you can take the PyTorch source, "
            "which makes the network with fresh weights.",
            "muted",
        )
        self.save_source = QPushButton("Save model.py…")
        self.save_source.setObjectName("exportSource")
        self.save_source.clicked.connect(self._save_source)
        self.train = QPushButton("Train")
        self.train.setObjectName("exportTrain")
        self.train.setProperty("role", "primary")
        self.train.clicked.connect(self._train)
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID * 2)
        rows.addWidget(sentence)
        buttons = QHBoxLayout()
        buttons.addWidget(self.train)
        buttons.addWidget(self.save_source)
        buttons.addStretch(1)
        rows.addLayout(buttons)
        return part

    def _make_outcome(self) -> QWidget:
        self.bar = ThinBar(self._bench)
        self.outcome = wrapped("", "muted")
        self.outcome.setObjectName("exportResult")
        self.show_folder = QPushButton("Show in folder")
        self.show_folder.setObjectName("exportShowFolder")
        self.show_folder.clicked.connect(self._show_in_folder)
        part = QWidget()
        rows = QVBoxLayout(part)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        rows.addWidget(self.bar)
        rows.addWidget(self.outcome)
        rows.addWidget(self.show_folder, 0, Qt.AlignmentFlag.AlignLeft)
        self.bar.hide()
        self.outcome.hide()
        self.show_folder.hide()
        return part

    def _make_buttons(self) -> QHBoxLayout:
        self.start = QPushButton("Export")
        self.start.setObjectName("exportStart")
        self.start.setProperty("role", "primary")
        self.start.setDefault(True)
        self.start.clicked.connect(self._start)
        self.leave = QPushButton("Close")
        self.leave.setObjectName("exportClose")
        self.leave.clicked.connect(self._cancel_or_close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.start)
        return row

    # Choices

    @property
    def exporter(self) -> type[Exporter]:
        return next(e for e in EXPORTERS if self.formats[e.kind].isChecked())

    def _read(self, runs: tuple[PastRun, ...] | None, error: Exception | None) -> None:
        if not self._open:
            return
        self._show_runs(runs or ())
        if error is not None:
            self._say(f"The runs can't be listed: {error}", "danger")

    def _show_runs(self, runs: tuple[PastRun, ...]) -> None:
        """Only runs with weights count; the one on screen comes first."""
        trained = [run for run in runs if run.record.checkpoints]
        now = self._bench.training.folder
        trained.sort(key=lambda run: run.folder != now)
        self._runs = tuple(trained)
        self.run.clear()
        for run in trained:
            self.run.addItem(f"{wording.run_title(run.folder.name)} · {run.line}", str(run.folder))
        self._choices.setVisible(bool(trained))
        self._untrained.setVisible(not trained)
        self.start.setVisible(bool(trained))
        latest = self._bench.checking.latest
        self.save_source.setEnabled(latest is not None and latest.source is not None)
        self.train.setVisible(not self._bench.training.alive)
        self._enable()

    def _choose_format(self) -> None:
        typed = Path(self.path.text()) if self._chose_path and self.path.text() else None
        suffix = self.exporter.suffix
        if typed is None:
            self.path.setText(str(_free(self._folder() / f"{self._bench.document.title}{suffix or '-bundle'}")))
        else:
            known = {exporter.suffix for exporter in EXPORTERS}
            bare = typed.with_suffix("") if typed.suffix in known else typed
            self.path.setText(f"{bare}{suffix}")

    def _folder(self) -> Path:
        saved = self._bench.document.path
        documents = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        unsaved = documents if documents.is_dir() else Path.home()  # a new account may have no Documents yet
        return saved.parent if saved is not None else unsaved

    def _path_edited(self) -> None:
        self._chose_path = True

    def _browse(self) -> None:
        exporter = self.exporter
        filters = f"{exporter.title} (*{exporter.suffix})" if exporter.suffix else "Folder (*)"
        chosen, _ = QFileDialog.getSaveFileName(self, f"Export {exporter.title}", self.path.text(), filters)
        if chosen:
            self._chose_path = True
            self.path.setText(chosen)

    def _enable(self) -> None:
        working = self._job is not None
        self.start.setEnabled(not working and bool(self._runs) and bool(self.path.text().strip()))
        self._choices.setEnabled(not working)
        self.leave.setText("Cancel" if working else "Close")

    # The work

    def _start(self) -> None:
        out = Path(self.path.text().strip()).expanduser()
        run = self._runs[self.run.currentIndex()]
        training, loading = self._bench.training, self._bench.loading
        dataset, part = loading.dataset, loading.part
        if training.folder == run.folder and training.dataset is not None and training.checked is not None:
            dataset, part = training.dataset, training.checked.project.data
        self._job = ExportJob(
            self._bench.bridge,
            run.folder,
            self.exporter(checkpoint=self.weights.currentData()),
            out,
            dataset,
            part,
            told=self._told,
            done=self._done,
            failed=lambda sentence: self._ended(sentence, "danger"),
            cancelled=lambda: self._ended("Cancelled. Nothing was written.", "muted"),
        )
        self._written = None
        self.show_folder.hide()
        self._say("Preparing", "muted")
        self.bar.show_share(0.02)
        self.bar.show()
        self._enable()
        self._job.start()

    def _told(self, what: str, done: int, total: int) -> None:
        if self._job is not None:
            self._say(f"{what}…", "muted")
            self.bar.show_share(done / total if total else 0.05)

    def _done(self, report: Report) -> None:
        if not self._open:
            return
        predictions = "prediction" if report.samples_compared == 1 else "predictions"
        gap = report.largest_difference
        self._written = report.path
        self._ended(
            f"Verified: {report.samples_compared:,} validation {predictions} reproduced in a fresh process, "
            f"largest difference {f'{gap:.1e}' if gap else '0'}. "
            f"Written to {report.path.name} ({_size(report.size)}).",
            "good",
        )
        self.show_folder.show()

    def _ended(self, sentence: str, role: str) -> None:
        if self._job is None:
            return  # closed meanwhile
        self._job = None
        self.bar.hide()
        self._say(sentence, role)
        self._enable()

    def _say(self, sentence: str, role: str) -> None:
        self.outcome.setText(sentence)
        set_role(self.outcome, role)
        self.outcome.show()
        QTimer.singleShot(0, self, self.adjustSize)  # once the sentence has been laid out

    def _cancel_or_close(self) -> None:
        if self._job is None:
            self.reject()
        else:
            self._job.cancel()
            self._say("Cancelling…", "muted")

    def _leave(self) -> None:
        self._open = False
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

    # Elsewhere

    def _save_source(self) -> None:
        latest = self._bench.checking.latest
        if latest is None or latest.source is None:
            return
        suggested = str(self._folder() / "model.py")
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the source", suggested, "Python (*.py)")
        if not chosen:
            return
        try:
            Path(chosen).write_text(latest.source.text, encoding="utf-8")
        except OSError as error:
            self._say(f"{Path(chosen).name} can't be written: {error.strerror or error}.", "danger")
        else:
            self._written = Path(chosen)
            self._say(f"Written to {Path(chosen).name}.", "good")
            self.show_folder.show()

    def _train(self) -> None:
        self.accept()
        self._bench.train()

    def _show_in_folder(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written.parent)))

    def _retint(self) -> None:
        for card in self.formats.values():
            card.retint()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._leave()
        super().closeEvent(event)


def _free(path: Path) -> Path:
    """`path`, or the first like it that is not taken."""
    tries = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(2, 1000))
    return path if not path.exists() else next((one for one in tries if not one.exists()), path)


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"
