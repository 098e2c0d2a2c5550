"""The table of runs: selecting, sorting, renaming in place, and keys. What is done with a run is said as a signal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from netbuilder.train.runs import RunSummary
from netbuilder.ui.look import Look
from netbuilder.ui.runs.columns import AT, COLUMNS
from netbuilder.ui.runs.model import RunsFilter, RunsModel

ROW = 32  # pixels
Keys = Qt.Key


class RunsTable(QTableView):
    """`opened` with a run that is to be looked into, `starred` and `deleted` with several; `chosen` when others are
    selected."""

    chosen = Signal()
    opened = Signal(object)
    starred = Signal(object)
    deleted = Signal(object)

    def __init__(self, look: Look, parent: QWidget | None = None):
        super().__init__(parent)
        self.runs = RunsModel(look, self)
        self.filter = RunsFilter(self.runs, self)
        self.setModel(self.filter)
        self.setObjectName("allRuns")
        self.setAccessibleName("All runs")
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(32)
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, column.width)
        header.setSectionResizeMode(AT["star"], QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        self.setSortingEnabled(True)
        self.sortByColumn(AT["created"], Qt.SortOrder.DescendingOrder)
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._double_clicked)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._add("Look into it", (Keys.Key_Return, Keys.Key_Enter), self._open_current)
        self._add("Rename", (Keys.Key_F2,), self.edit_current)
        self._add("Star, or take the star away", (Keys.Key_S,), lambda: self.starred.emit(self.selected()))
        self._add("Delete", (Keys.Key_Delete, Keys.Key_Backspace), lambda: self.deleted.emit(self.selected()))
        look.changed.connect(self.runs.restyle)

    @property
    def editing(self) -> bool:
        """Whether a name or a note is being typed."""
        return self.state() == QAbstractItemView.State.EditingState

    def selected(self) -> list[RunSummary]:
        """The selected runs, from top to bottom."""
        rows = sorted(self.selectionModel().selectedRows(), key=QModelIndex.row)
        return [self.filter.run(index) for index in rows]

    def select(self, folders: Sequence[Path]) -> None:
        """Select the runs in these folders, of those that are shown."""
        model, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        model.clearSelection()
        for row in range(self.filter.rowCount()):
            index = self.filter.index(row, AT["name"])
            if self.filter.run(index).folder in folders:
                model.setCurrentIndex(index, flag.Select | flag.Rows)

    def edit_current(self) -> None:
        """Rename the current run, or change its note if that is where one is."""
        at = self.currentIndex()
        if at.isValid():
            self.edit(at if COLUMNS[at.column()].editable else at.siblingAtColumn(AT["name"]))

    def _add(self, words: str, keys: tuple[Qt.Key, ...], do: Callable[[], object]) -> None:
        action = QAction(words, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(lambda _=False: do() if self.selected() else None)
        self.addAction(action)

    def _open_current(self) -> None:
        self.opened.emit(self.selected()[0])

    def _clicked(self, index: QModelIndex) -> None:
        if COLUMNS[index.column()].name == "star":
            self.starred.emit([self.filter.run(index)])

    def _double_clicked(self, index: QModelIndex) -> None:
        if COLUMNS[index.column()].editable:
            self.edit(index)
        elif COLUMNS[index.column()].name != "star":
            self.opened.emit(self.filter.run(index))
