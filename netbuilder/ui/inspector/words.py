"""Views of words: predictions and compared numbers as tables, and the sentence where there is nothing to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from netbuilder.probes.results import ComparedNumbers, Nothing, Predictions
from netbuilder.ui.inspector.questions import told
from netbuilder.ui.train.wording import small
from netbuilder.ui.widgets import wrapped

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class NothingView(QWidget):
    """The sentence that says why there is nothing, and what would change it."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.sentence = wrapped("", "muted")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.sentence)
        rows.addStretch(1)

    def show_result(self, result: Nothing) -> None:
        self.sentence.setText(result.caption)


class PredictionsView(QTableWidget):
    """A row per sample: what is true, what the network says, and how sure it is or how far off."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(0, 4, parent)
        self.setAccessibleName("Predictions")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    def show_result(self, result: Predictions) -> None:
        last = "confidence" if result.classes else "error"
        self.setHorizontalHeaderLabels(["sample", "true", "predicted", last])
        self.setColumnHidden(0, len(result.samples) == 1)  # the page's heading names it
        self.setRowCount(len(result.samples))
        for row, sample in enumerate(result.samples):
            for column, text in enumerate((f"{sample:,}", *told(result, row))):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)


class ComparedNumbersView(QTableWidget):
    """A row per number: its name, what is true, and what the network gives. A click chooses the one to explain."""

    place_chosen = Signal(object)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(0, 4, parent)
        self.setAccessibleName("Answer")
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setHorizontalHeaderLabels(["", "true", "answer", "off by"])
        self.cellClicked.connect(lambda row, _column: self.place_chosen.emit((row,)))

    def show_result(self, result: ComparedNumbers) -> None:
        self.setRowCount(len(result.names))
        for column in (1, 3):
            self.setColumnHidden(column, result.true is None)
        for row, (name, said) in enumerate(zip(result.names, result.predicted, strict=True)):
            true = result.true[row] if result.true is not None else said
            off = f"{'−' if said < true else '+'}{small(abs(said - true))}"
            for column, text in enumerate((name, small(true), small(said), off)):
                item = QTableWidgetItem(text)
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)

    def mark(self, place: tuple[int, ...] | None) -> None:
        """Show the row that is explained as chosen. Tells nobody."""
        if place is not None and len(place) == 1 and place[0] < self.rowCount():
            self.selectRow(place[0])
        else:
            self.clearSelection()
