"""The epochs of a run as a table: a row each, the newest on top, the best one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from netbuilder.train.events import EpochDone
from netbuilder.train.history import RunRecord
from netbuilder.ui.train import wording

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


RECOVERED = "The line of this epoch was missing from the run's log: these are the numbers that its checkpoint has."
BEST = "best · 0000"  # the longest that is said of an epoch
LEAST, ASIDE = 72, 28  # pixels that a column is wide, and that its words leave free
ACROSS = Qt.Orientation.Horizontal


class EpochModel(QAbstractTableModel):
    """Rows are only ever added while a run goes on, so the view keeps its place."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._record: RunRecord | None = None
        self._shown = 0
        self._names: tuple[str, ...] = ()
        self._voided = 0  # how often epochs were taken back

    def show_record(self, record: RunRecord | None) -> None:
        count = len(record.epochs) if record is not None else 0
        names = record.names if record is not None else ()
        voided = record.voided if record is not None else 0
        if record is not self._record or names != self._names or voided != self._voided:
            self.beginResetModel()
            self._record, self._shown, self._names, self._voided = record, count, names, voided
            self.endResetModel()
        elif count > self._shown:
            self.beginInsertRows(ROOT, 0, count - self._shown - 1)
            self._shown = count
            self.endInsertRows()
            self.dataChanged.emit(
                self.index(0, 0), self.index(count - 1, self.columnCount() - 1)
            )  # another is the best

    def _epoch(self, row: int) -> EpochDone:
        assert self._record is not None
        return self._record.epochs[self._shown - 1 - row]

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else self._shown

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() or not self._names else len(self._names) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        heads = ("epoch", *(wording.metric_title(name).replace(" ", "\n", 1) for name in self._names), "time")
        return heads[section] if section < len(heads) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self._shown:
            return None
        done = self._epoch(index.row())
        best = self._record is not None and done.epoch == self._record.best_epoch
        match role:
            case Qt.ItemDataRole.DisplayRole:
                if index.column() == 0:
                    return f"best · {done.epoch}" if best else str(done.epoch)
                if index.column() == len(self._names) + 1:
                    if done.recovered and not done.seconds:
                        return ""
                    return wording.duration(done.seconds) if done.seconds >= 10 else f"{done.seconds:.1f} s"
                name = self._names[index.column() - 1]
                return wording.number(done.metrics[name], name) if name in done.metrics else ""
            case Qt.ItemDataRole.ToolTipRole if done.recovered:
                return RECOVERED
            case Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            case Qt.ItemDataRole.ForegroundRole if best:
                return QColor(self._bench.look.theme.good)
        return None


class EpochTable(QTableView):
    """Shows a run's epochs."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._epochs = EpochModel(bench, self)
        self.setModel(self._epochs)
        self.setObjectName("epochs")
        self.setAccessibleName("Epochs")
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        bench.look.changed.connect(self.viewport().update)

    def show_record(self, record: RunRecord | None) -> None:
        self._epochs.show_record(record)
        self._share()

    def _share(self) -> None:
        """Each column as wide as its words, and what is left of the width for all alike; too many are scrolled."""
        header, wide = self.horizontalHeader(), []
        for at in range(self._epochs.columnCount()):
            words = str(self._epochs.headerData(at, ACROSS)).split("\n")
            words += [BEST] if at == 0 else []
            wide.append(max(LEAST, ASIDE + max(map(header.fontMetrics().horizontalAdvance, words))))
        more = max(0, self.viewport().width() - sum(wide)) // max(1, len(wide))
        for at, least in enumerate(wide):
            if header.sectionSize(at) != least + more:
                header.resizeSection(at, least + more)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()
