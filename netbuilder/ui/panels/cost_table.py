"""The table of the Cost panel: a row a node, sorted by number, the total pinned on top."""

from __future__ import annotations

import csv
import io
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from netbuilder.ui.cost_rows import CostRow
from netbuilder.ui.costing import exact, in_words, share
from netbuilder.ui.look import Look
from netbuilder.ui.plain_text import as_plain

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ROOT = QModelIndex()
COLUMNS = ("node", "layer", "output", "parameters", "macs", "memory", "share")
HEADS = ("Node", "Layer", "Output", "Parameters", "Multiply-adds", "Memory", "Share")
TIPS = {
    "parameters": "Numbers that are learned.",
    "macs": "Multiplications with addition that one sample costs on its way through.",
    "memory": "What backward needs because of this node, for the batch.",
    "share": "Of the whole, by the number column the table is sorted by.",
}
NUMBERS = ("parameters", "macs", "memory")
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class CostModel(QAbstractTableModel):
    """Row 0 is the total, wherever the table is sorted by."""

    def __init__(self, look: Look, parent: QWidget | None = None):
        super().__init__(parent)
        self._look = look
        self.rows: list[CostRow] = []
        self._batch = 1
        self._totals: dict[str, int | None] = {}
        self._sorted = ("", False)  # the column, and whether the largest comes first
        self._dots: dict[str, QPixmap] = {}
        self._by = "parameters"  # the measure that shares are of

    def show_rows(self, rows: list[CostRow], batch: int, totals: dict[str, int | None]) -> None:
        self.beginResetModel()
        self.rows, self._batch, self._totals = rows, batch, totals
        self._arrange()
        self.endResetModel()

    def row(self, index: Index) -> CostRow | None:
        """The node of a row of the table; None for the total."""
        return self.rows[index.row() - 1] if index.isValid() and index.row() > 0 else None

    def as_csv(self) -> str:
        """Everything, with numbers in full and memory in bytes."""
        page = io.StringIO()
        writer = csv.writer(page)
        writer.writerow(("node", "layer", "output", "parameters", "multiply_adds", f"memory_bytes_batch_{self._batch}"))
        for row in self.rows:
            numbers = [row.value(measure, self._batch) for measure in NUMBERS]
            words = (_no_formula(text) for text in (row.name, row.kind, row.shape))
            writer.writerow((*words, *("" if number is None else number for number in numbers)))
        totals = [self._totals.get(measure) for measure in NUMBERS]
        writer.writerow(("total", "", "", *("" if number is None else number for number in totals)))
        return page.getvalue()

    def as_text(self) -> str:
        """As it is on screen, with tabs between the columns."""
        lines = ["\t".join(HEADS)]
        for at in range(self.rowCount()):
            lines.append("\t".join(str(self.index(at, column).data() or "") for column in range(len(COLUMNS))))
        return "\n".join(lines) + "\n"

    def _arrange(self) -> None:
        column, descending = self._sorted
        if column in NUMBERS or column == "share":
            measure = self._by if column == "share" else column
            self.rows = sorted(self.rows, key=lambda row: _number(row, measure, self._batch), reverse=descending)
        elif column:
            texts = {"node": "name", "layer": "kind", "output": "shape"}
            self.rows = sorted(self.rows, key=lambda row: getattr(row, texts[column]).lower(), reverse=descending)

    def _text(self, row: CostRow | None, column: str) -> str:
        if column in NUMBERS:
            number = self._totals.get(column) if row is None else row.value(column, self._batch)
            return "not known" if number is None else exact(column, number)
        if column == "share":
            whole = self._totals.get(self._by)
            number = whole if row is None else row.value(self._by, self._batch)
            return "" if number is None or whole is None else f"{share(number, whole) * 100:.1f} %"
        if row is None:
            return f"Total of {len(self.rows):,}" if column == "node" else ""
        return {"node": row.name, "layer": row.kind, "output": row.shape}[column]

    def _dot(self, color: str) -> QPixmap:
        """The mark of a family, made once."""
        made = self._dots.get(color)
        if made is None:
            made = QPixmap(16, 16)
            made.fill(Qt.GlobalColor.transparent)
            painter = QPainter(made)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color))
            painter.drawEllipse(4, 4, 8, 8)
            painter.end()
            self._dots[color] = made
        return made

    # Qt

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() or not self.rows else len(self.rows) + 1

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Role.DisplayRole:
            return HEADS[section]
        if role == Role.TextAlignmentRole:
            return LEFT if section < 3 else RIGHT
        if role == Role.ToolTipRole:
            return TIPS.get(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self.row(index), COLUMNS[index.column()]
        if role == Role.DisplayRole:
            return self._text(row, column)
        if role == Role.TextAlignmentRole:
            return LEFT if index.column() < 3 else RIGHT
        if role == Role.ToolTipRole:
            if row is not None and column in NUMBERS:
                number = row.value(column, self._batch)
                return None if number is None else in_words(column, number)
            return as_plain(self._text(row, column))
        if role == Role.FontRole and row is None:
            bold = QFont()
            bold.setWeight(QFont.Weight.DemiBold)
            return bold
        if role == Role.ForegroundRole and row is not None and column in ("layer", "output"):
            return QColor(self._look.theme.muted)
        if role == Role.DecorationRole and column == "node" and row is not None:
            return self._dot(self._look.theme.family(row.family))
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        name = COLUMNS[column] if 0 <= column < len(COLUMNS) else ""
        self._sorted = (name, order == Qt.SortOrder.DescendingOrder)
        if name in NUMBERS:
            self._by = name
        self._arrange()
        self.endResetModel()


class CostTable(QTableView):
    """`wanted(row)` by double-click or Enter."""

    wanted = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None):
        super().__init__(parent)
        self.costs = CostModel(look, self)
        self.setModel(self.costs)
        self.setObjectName("costTable")
        self.setAccessibleName("Cost of each node")
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 150), (2, 150), (3, 120), (4, 130), (5, 100), (6, 72)):
            self.setColumnWidth(column, width)
        self.setSortingEnabled(True)
        header.setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorClearable(True)
        self.doubleClicked.connect(self._want)
        look.changed.connect(self.viewport().update)

    def _want(self, index: QModelIndex) -> None:
        row = self.costs.row(index)
        if row is not None:
            self.wanted.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want(self.currentIndex())
        else:
            super().keyPressEvent(event)


def _number(row: CostRow, measure: str, batch: int) -> int:
    value = row.value(measure, batch)
    return -1 if value is None else value


def _no_formula(text: str) -> str:
    """A name comes from a file: a spreadsheet must not take it for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text
