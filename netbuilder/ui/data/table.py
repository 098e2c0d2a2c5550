"""The samples as rows of a table, and its columns in numbers. A row is read when it comes into view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QImage, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from netbuilder.data.dataset import plain
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import Theme

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.data.preview import ColumnSummary

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NUMBER = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
WORD = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
ROOM = 22  # pixels, for a picture in a row
MEASURED = 100  # rows read to find how wide a column is: Qt's own thousand take half a second
SUMMARY = ("column", "kind", "missing", "distinct", "mean", "std", "least", "most")


class RowModel(QAbstractTableModel):
    """The rows of the part that is shown, as they were read."""

    def __init__(self, dataset: Dataset, numbers: list[int], theme: Theme):
        super().__init__()
        from netbuilder.data.preview import headings, target_columns

        self._dataset, self._numbers = dataset, numbers
        self.theme = theme
        self._headings, self._targets = headings(dataset), target_columns(dataset)
        table = dataset.table
        self._pictures = dataset.pictures if table is None else ()
        self._is_number = [table is not None and table[name].dtype != object for name in self._headings]
        self._rows: dict[int, tuple[str, ...]] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Role.DisplayRole:
            return self._row(self._numbers[index.row()])[index.column()]
        if role == Role.DecorationRole and self._headings[index.column()] in self._pictures:
            return self._picture(self._numbers[index.row()], self._headings[index.column()])
        if role == Role.TextAlignmentRole:
            return NUMBER if self._is_number[index.column()] else WORD
        if role == Role.ToolTipRole:
            from netbuilder.data.preview import describe_sample

            return as_plain(describe_sample(self._dataset, self._numbers[index.row()]))
        if role == Role.ForegroundRole and index.column() in self._targets:
            return QColor(self.theme.accent)
        return None

    def _picture(self, sample: int, name: str) -> QPixmap:
        from netbuilder.data.preview import thumbnail

        pixels = thumbnail(self._dataset, sample, name)
        height, width, _ = pixels.shape
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        return QPixmap.fromImage(image.scaled(ROOM, ROOM, Qt.AspectRatioMode.KeepAspectRatio))

    def _row(self, sample: int) -> tuple[str, ...]:
        if sample not in self._rows:
            from netbuilder.data.preview import rows

            if len(self._rows) > 5000:
                self._rows.clear()
            self._rows[sample] = rows(self._dataset, sample, 1)[0]
        return self._rows[sample]

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return f"{self._numbers[section]:,}" if role == Role.DisplayRole else None
        if role == Role.DisplayRole:
            return self._headings[section]
        if role == Role.TextAlignmentRole:
            return NUMBER if self._is_number[section] else WORD
        if role == Role.ToolTipRole and section in self._targets:
            return as_plain(f"{self._headings[section]} is what is predicted.")
        return None


class SummaryModel(QAbstractTableModel):
    """A row a column of the data."""

    def __init__(self, summaries: Sequence[ColumnSummary], theme: Theme):
        super().__init__()
        self._rows = [self._cells(summary) for summary in summaries]
        self._summaries = summaries
        self.theme = theme

    @staticmethod
    def _cells(summary: ColumnSummary) -> tuple[str, ...]:
        kind = "target" if summary.target else summary.kind if summary.used else "left out"
        numbers = (summary.mean, summary.std, summary.least, summary.most)
        shown = ("" if number is None else plain(number) for number in numbers)
        return (summary.name, kind, f"{summary.missing:,}", f"{summary.distinct:,}", *shown)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(SUMMARY)

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Role.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Role.TextAlignmentRole:
            return WORD if index.column() < 2 else NUMBER
        if role == Role.ForegroundRole:
            summary = self._summaries[index.row()]
            used = self.theme.text if summary.used else self.theme.faint
            return QColor(self.theme.accent if summary.target else used)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Role.DisplayRole:
            return SUMMARY[section]
        if orientation == Qt.Orientation.Horizontal and role == Role.TextAlignmentRole:
            return WORD if section < 2 else NUMBER
        return None


def table_view(name: str, parent: QWidget | None = None) -> QTableView:
    """A quiet read-only table."""
    view = QTableView(parent)
    view.setAccessibleName(name)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setTabKeyNavigation(False)
    view.verticalHeader().setDefaultSectionSize(26)
    view.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    view.horizontalHeader().setResizeContentsPrecision(MEASURED)
    view.horizontalHeader().setHighlightSections(False)
    view.verticalHeader().setHighlightSections(False)
    return view
