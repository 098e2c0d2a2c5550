"""The right side of the Data workspace: what was read, or is being read, or why it can't be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from netbuilder.ui.data.balance import BalanceBars, Histogram
from netbuilder.ui.data.pictures import PictureGrid
from netbuilder.ui.data.table import RowModel, SummaryModel, table_view
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Card, EmptyHint, FamilyDot, Segmented, label, wrapped
from netbuilder.ui.workbench import Workbench

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset

PARTS = (("all", "All"), ("training", "Training"), ("validation", "Validation"))
MOST_BARS = 220  # pixels of bars before their card scrolls
SHOW_PROGRESS_AFTER_MS = 150  # a data set that is read faster shows no bar


class PreviewPane(QWidget):
    """Follows what the workbench has loaded."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._dataset: Dataset | None = None
        theme = bench.look.theme
        self.title = label("", "title")
        self.summary = wrapped("", "muted")
        self.notes = wrapped("", "muted")
        self._make_progress()
        self._make_balance()
        self.parts = Segmented(PARTS)
        self.parts.chosen.connect(self._show_samples)
        self.samples = Card("Samples")
        self.samples.header.addWidget(self.parts)
        self.pictures = PictureGrid(theme)
        self.rows = table_view("Rows")
        self.columns = table_view("Columns")
        self.columns.verticalHeader().hide()
        self.tables = QSplitter(Qt.Orientation.Vertical)
        self.tables.addWidget(self.rows)
        self.tables.addWidget(self.columns)
        self.tables.setSizes([400, 240])
        self.tables.setHandleWidth(GRID + 1)
        self.tables.setProperty("role", "wide")
        self.views = QStackedWidget()
        self.views.addWidget(self.pictures)
        self.views.addWidget(self.tables)
        self.samples.body.addWidget(self.views, 1)
        self.hint = EmptyHint("database-outline", "", "", theme.faint)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        rows.setSpacing(GRID)
        for widget in (self.title, self.summary, self.notes, self.progress_row):
            rows.addWidget(widget)
        rows.addSpacing(GRID // 2)
        rows.addWidget(self.balance)
        rows.addWidget(self.samples, 1)
        rows.addWidget(self.hint, 1)
        bench.loading.changed.connect(self.show_latest)
        bench.loading.progress.connect(self._tell_progress)
        bench.look.changed.connect(self._retint)
        self.show_latest()

    def _make_progress(self) -> None:
        self.progress_row = QWidget()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Reading the data")
        self.doing = label("", "muted")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel reading")
        self.cancel.clicked.connect(self._bench.loading.cancel)
        words = QVBoxLayout()
        words.addWidget(self.doing)
        words.addWidget(self.bar)
        row = QHBoxLayout(self.progress_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID * 2)
        row.addLayout(words, 1)
        row.addWidget(self.cancel)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SHOW_PROGRESS_AFTER_MS)
        self._patience.timeout.connect(lambda: self.progress_row.setVisible(self._bench.loading.busy))
        self.progress_row.hide()

    def _make_balance(self) -> None:
        theme = self._bench.look.theme
        self.balance = Card("Classes")
        self.bars = BalanceBars(theme)
        self.histogram = Histogram(theme)
        self.bars_scroll = QScrollArea()
        self.bars_scroll.setWidgetResizable(True)
        self.bars_scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.bars_scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.bars_scroll.setWidget(self.bars)
        self.bars.fitted.connect(self._fit_bars)
        self.bars.setProperty("role", "inside")
        self._dots = [(FamilyDot(size=8), part) for part in ("training", "validation")]
        self._legend = QWidget()
        legend = QHBoxLayout(self._legend)
        legend.setContentsMargins(0, 0, 0, 0)
        legend.setSpacing(GRID)
        for dot, name in self._dots:
            dot.set_color(getattr(theme, name))
            legend.addWidget(dot)
            legend.addWidget(label(name, "muted"))
        self.balance.header.addWidget(self._legend)
        self.balance.body.addWidget(self.bars_scroll)
        self.balance.body.addWidget(self.histogram)

    def show_latest(self) -> None:
        """Show what is loaded, or why nothing is."""
        loading = self._bench.loading
        dataset = loading.dataset
        if loading.busy:
            if not self._patience.isActive() and self.progress_row.isHidden():
                self.doing.setText("Reading the data…")
                self.bar.setRange(0, 0)
                self._patience.start()
            if self._dataset is not None:
                return  # what was read last stays on screen until there is something new
        else:
            self._patience.stop()
            self.progress_row.hide()
        if dataset is not self._dataset or dataset is None:
            self._dataset = dataset
            self._show(dataset)

    def _show(self, dataset: Dataset | None) -> None:
        loading = self._bench.loading
        for widget in (self.title, self.summary, self.notes, self.samples):
            widget.setVisible(dataset is not None)
        self.balance.setVisible(dataset is not None and dataset.spec.target is not None)
        self.hint.setVisible(dataset is None)
        if dataset is None:
            color = self._bench.look.theme.faint
            if loading.sentence:
                warning = self._bench.look.theme.warning
                self.hint.tell("No data yet", loading.sentence, "database-alert-outline", warning)
            else:
                self.hint.tell("Reading the data…", "Its samples and their classes will be shown here.",
                               "database-clock-outline", color)  # fmt: skip
            self.pictures.setModel(None)
            self.rows.setModel(None)
            self.columns.setModel(None)
            return
        name, _, words = dataset.summary().partition(": ")
        self.title.setText(name)
        split = f"{len(dataset.train):,} for training, {len(dataset.validation):,} for validation"
        self.summary.setText(f"{words[:1].upper()}{words[1:]} · {split}")
        self.notes.setText("\n".join(dataset.notes))
        self.notes.setVisible(bool(dataset.notes))
        self._show_balance(dataset)
        self._show_samples()

    def _show_balance(self, dataset: Dataset) -> None:
        from netbuilder.data.dataset import few
        from netbuilder.data.preview import class_balance, target_histogram

        counts = class_balance(dataset)
        self.bars_scroll.setVisible(bool(counts))
        self.histogram.setVisible(not counts)
        self._legend.setVisible(bool(counts))
        if counts:
            target = dataset.spec.target
            labels = target is not None and target.kind == "labels"
            words = "Labels" if labels else "Classes"
            self.balance.title.setText(f"{words} of all places" if target is not None and target.positions else words)
            self.bars.show_counts(counts)
        elif dataset.spec.target is not None:
            self.balance.title.setText(few(list(dataset.spec.target.names)) or "Target")
            numbers, edges = target_histogram(dataset)
            self.histogram.show_counts(numbers.tolist(), float(edges[0]), float(edges[-1]))

    def _fit_bars(self, tall: int) -> None:
        self.bars_scroll.setFixedHeight(min(MOST_BARS, tall + 2))

    def _show_samples(self, *_: object) -> None:
        dataset, theme = self._dataset, self._bench.look.theme
        if dataset is None:
            return
        part = self.parts.value
        every = {"training": dataset.train, "validation": dataset.validation}
        numbers = every[part].tolist() if part in every else list(range(len(dataset)))
        self.samples.title.setText(
            "Pictures" if dataset.is_picture else "Rows" if dataset.table is not None else "Samples"
        )
        if dataset.table is None and dataset.is_picture:
            self.views.setCurrentWidget(self.pictures)
            self.pictures.show_samples(dataset, numbers)
            return
        from netbuilder.data.preview import column_summary

        self.views.setCurrentWidget(self.tables)
        self.rows.setModel(RowModel(dataset, numbers, theme))
        self.rows.resizeColumnsToContents()
        summaries = column_summary(dataset)
        self.columns.setVisible(bool(summaries))
        self.columns.setModel(SummaryModel(summaries, theme))
        self.columns.resizeColumnsToContents()

    def _tell_progress(self, what: str, done: int, total: int) -> None:
        self.doing.setText(f"{what}: {done:,} of {total:,}" if total else f"{what}…")
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _retint(self) -> None:
        theme = self._bench.look.theme
        self.bars.set_theme(theme)
        self.histogram.set_theme(theme)
        self.pictures.set_theme(theme)
        for dot, name in self._dots:
            dot.set_color(getattr(theme, name))
        for view in (self.rows, self.columns):
            model = view.model()
            if isinstance(model, (RowModel, SummaryModel)):
                model.theme = theme
                view.viewport().update()
        if self._dataset is None:
            self._show(None)
