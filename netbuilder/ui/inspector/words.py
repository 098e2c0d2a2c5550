"""Views of words: predictions as a table, and the sentence where there is nothing to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from netbuilder.probes.results import Nothing, Predictions
from netbuilder.ui.inspector.questions import told
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
