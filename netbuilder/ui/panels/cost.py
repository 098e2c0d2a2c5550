"""The Cost panel: what each node costs, what training takes, and the largest batch that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from netbuilder.fields import Float, Int
from netbuilder.ui import icons
from netbuilder.ui.cost_rows import MEASURES, MOST, CostRow, rows_of
from netbuilder.ui.costing import GIB, bytes_in_words, total_of
from netbuilder.ui.forms.editors import LineEditor
from netbuilder.ui.forms.reading import read
from netbuilder.ui.panels.cost_table import CostTable
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import ElidedLabel, EmptyHint, Segmented, label
from netbuilder.ui.widgets.turns import is_on_screen

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

BATCH = Int(32, min=1, max=10_000_000, label="batch", help="How many samples at a time memory is counted for.")
ROOM = Float(8.0, above=0.0, max=1e6, label="memory", unit="GiB", help="The memory of the device to train on.")


class CostPanel(QWidget):
    """Follows the newest check and the open graph. It adds nothing up while it is hidden."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("cost")
        self.setAccessibleName("Cost")
        surface(self)
        self._bench = bench
        theme = bench.look.theme
        self.which = Segmented((("graph", "What is open"), ("network", "Whole network")))
        self.which.setAccessibleName("Which nodes are listed")
        self.batch = LineEditor(BATCH, theme)
        self.batch.setObjectName("costBatch")
        self.batch.setFixedWidth(72)
        self.room = LineEditor(ROOM, theme)
        self.room.setObjectName("costMemory")
        self.room.setFixedWidth(88)
        for editor, field in ((self.batch, BATCH), (self.room, ROOM)):
            editor.setAccessibleName(field.label)
            editor.setToolTip(field.help)
        self.room.set_aside("GiB")
        self.takes = ElidedLabel("", "muted")
        self.fits = ElidedLabel("")
        self.fits.setObjectName("largestBatch")
        self.copy = QToolButton()
        self.copy.setObjectName("copyCost")
        self.copy.setAccessibleName("Copy the table")
        self.copy.setToolTip("Copy the table")
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.copy)
        menu.addAction("Copy as text").triggered.connect(lambda: self._copy(self.table.costs.as_text()))
        menu.addAction("Copy as CSV").triggered.connect(lambda: self._copy(self.table.costs.as_csv()))
        self.copy.setMenu(menu)
        self.table = CostTable(bench.look)
        self.hint = EmptyHint("scale-balance", "", "", theme.faint)
        self.header = QWidget()
        row = QHBoxLayout(self.header)
        row.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        row.setSpacing(GRID)
        row.addWidget(self.which)
        row.addSpacing(GRID)
        row.addWidget(label("Batch", "muted"))
        row.addWidget(self.batch)
        row.addWidget(self.takes, 1)
        row.addWidget(label("Fits into", "muted"))
        row.addWidget(self.room)
        row.addWidget(self.fits)
        row.addWidget(self.copy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget in (self.header, self.table, self.hint):
            rows.addWidget(widget, 0 if widget is self.header else 1)
        self.which.chosen.connect(lambda _: self.show_latest())
        self.batch.committed.connect(self._set_batch)
        self.room.committed.connect(self._set_room)
        self.table.wanted.connect(self._go_to)
        bench.checking.checked.connect(self.show_latest)
        bench.pathChanged.connect(self.show_latest)
        bench.projectChanged.connect(self._project_changed)
        bench.costing.changed.connect(self.show_latest)
        bench.look.changed.connect(self._retint)
        self._retint()

    def show_latest(self, *_: object) -> None:
        """List what is open as the newest check has it; nothing while the panel is hidden."""
        if not is_on_screen(self):
            return
        bench, checked = self._bench, self._bench.checking.latest
        costing = bench.costing
        batch = costing.batch(bench.project)
        self.batch.show_value(batch)
        self.room.show_value(costing.gib)
        rows: list[CostRow] = []
        whole = True
        path = bench.path if self.which.value == "graph" else bench.path[:1]
        if checked is not None:
            rows, whole = rows_of(checked, bench.catalog, path, deep=self.which.value == "network")
        view = checked.view(path) if checked is not None else None
        cost = view.cost if view is not None else None
        known = bool(rows) and cost is not None
        for widget in (self.header, self.table):
            widget.setVisible(known)
        self.hint.setVisible(not known)
        if not known or cost is None:
            self._tell_why()
            return
        totals = {measure: total_of(measure, cost, batch) for measure in MEASURES}
        self.table.costs.show_rows(rows, batch, totals)
        self._show_memory(batch)
        if not whole:
            self.takes.set_whole(f"Only the first {MOST:,} nodes are listed. {self.takes.whole}")

    def _show_memory(self, batch: int) -> None:
        """What training the whole network takes, and how much of it would fit."""
        bench, checked = self._bench, self._bench.checking.latest
        view = checked.view(bench.path[:1]) if checked is not None else None
        cost = view.cost if view is not None else None
        remembered = bench.costing.remembered(bench.project)
        memory = cost.memory(batch, remembered) if cost is not None else None
        if cost is None or memory is None:
            self.takes.set_whole("what training takes is known once every shape is")
            self.fits.set_whole("")
            return
        self.takes.set_whole(
            f"training takes {bytes_in_words(memory.total)}: weights {bytes_in_words(memory.weights)}, gradients "
            f"{bytes_in_words(memory.gradients)}, optimizer {bytes_in_words(memory.optimizer)}, activations "
            f"{bytes_in_words(memory.activations)}"
        )
        largest = cost.largest_batch(int(bench.costing.gib * GIB), remembered)
        if largest is None:
            self.fits.set_whole("any batch")
        else:
            self.fits.set_whole(f"a batch of {largest:,}" if largest else "not even one sample")
        self.fits.setToolTip("The largest batch whose training fits, by what torch keeps for backward in float32.")

    def _tell_why(self) -> None:
        color = self._bench.look.theme.faint
        if not len(self._bench.graph):
            said = ("Nothing drawn yet", "Draw a network, and what each of its nodes costs is listed here.")
        else:
            said = ("Not known yet", "Costs are listed here once the data is read and the shapes are known.")
        self.hint.tell(*said, "scale-balance", color)

    def _set_batch(self, typed: str) -> None:
        try:
            self._bench.costing.set_batch(read(BATCH, typed) if typed.strip() else None)
        except ValueError as refused:
            self._bench.say(str(refused))
        self.show_latest()
        self.batch.restore()

    def _set_room(self, typed: str) -> None:
        try:
            self._bench.costing.set_gib(read(ROOM, typed))
        except ValueError as refused:
            self._bench.say(str(refused))
        self.show_latest()
        self.room.restore()

    def _go_to(self, row: CostRow) -> None:
        self._bench.go(row.path, [row.id])
        if row.id in self._bench.graph.nodes:
            self._bench.nodeRequested.emit(row.id)

    def _copy(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._bench.say("The table is on the clipboard.")

    def _project_changed(self, old: object, new: object, label: str) -> None:
        if label == "Open":
            self._bench.costing.set_batch(None)

    def _retint(self) -> None:
        theme = self._bench.look.theme
        self.copy.setIcon(icons.icon("content-copy", theme.muted))
        for editor in (self.batch, self.room):
            editor.set_theme(theme)
        self.show_latest()

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.show_latest()

    def sizeHint(self) -> QSize:
        return QSize(720, 220)
