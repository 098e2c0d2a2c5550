"""The runs as rows, and which of them are shown in what order. It reads and writes no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor

from netbuilder.train.about import About
from netbuilder.train.runs import FAILED, INTERRUPTED, RUNNING, UNREADABLE, RunSummary
from netbuilder.ui.look import Look
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.runs.columns import AT, COLUMNS, Value, haystack, title
from netbuilder.ui.runs.swatch import star, swatch
from netbuilder.ui.theme import blend

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
ROOT = QModelIndex()
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
MUTED = ("project", "device", "created", "note")


class RunsModel(QAbstractTableModel):
    """A row a run, in no order. `renamed(folder, about)` is emitted when the user says something else of a run."""

    renamed = Signal(object, object)

    def __init__(self, look: Look, parent: QObject | None = None):
        super().__init__(parent)
        self._look = look
        self.runs: list[RunSummary] = []
        self._colours: Mapping[Path, tuple[str, bool]] = {}

    def show_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show these; rows that stay keep their place, so that whoever has selected one keeps it."""
        now = {run.folder: run for run in runs}
        for row in reversed(range(len(self.runs))):
            if self.runs[row].folder not in now:
                self.beginRemoveRows(ROOT, row, row)
                del self.runs[row]
                self.endRemoveRows()
        for row, before in enumerate(self.runs):
            run = now.pop(before.folder)
            if run != before:
                self._replace(row, run)
        if now:
            self.beginInsertRows(ROOT, len(self.runs), len(self.runs) + len(now) - 1)
            self.runs += now.values()
            self.endInsertRows()

    def show_colours(self, colours: Mapping[Path, tuple[str, bool]]) -> None:
        """Mark the runs whose curves are drawn: a token of the theme, and whether the line is dashed."""
        self._colours = colours
        if self.runs:
            self.dataChanged.emit(
                self.index(0, AT["name"]), self.index(len(self.runs) - 1, AT["name"]), [Role.DecorationRole]
            )

    def show_about(self, folder: Path, about: About) -> None:
        """Show what is said of a run from now on."""
        for row, run in enumerate(self.runs):
            if run.folder == folder:
                self._replace(row, replace(run, about=about))

    def restyle(self) -> None:
        if self.runs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.runs) - 1, len(COLUMNS) - 1))

    def _replace(self, row: int, run: RunSummary) -> None:
        self.runs[row] = run
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    # Qt

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        editable = index.isValid() and COLUMNS[index.column()].editable
        return flags | Qt.ItemFlag.ItemIsEditable if editable else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Role.DisplayRole:
            return column.head
        if role == Role.TextAlignmentRole:
            return RIGHT if column.number else LEFT
        if role == Role.ToolTipRole:
            return column.tip or None
        if role == Role.DecorationRole and column.name == "star":
            return star(self._look.theme.muted, False)
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        run, column = self.runs[index.row()], COLUMNS[index.column()]
        if role == Role.DisplayRole:
            return column.text(run)
        if role == Role.TextAlignmentRole:
            return RIGHT if column.number else LEFT
        if role == Role.ForegroundRole:
            return self._ink(run, column.name)
        if role == Role.DecorationRole:
            return self._mark(run, column.name)
        if role == Role.EditRole:
            return {"name": run.about.name or title(run), "note": run.about.note}.get(column.name)
        if role == Role.ToolTipRole:
            return _tip(run, column.name)
        if role == Role.AccessibleTextRole and column.name == "star":
            return "starred" if run.about.star else "not starred"
        return None

    def _ink(self, run: RunSummary, column: str) -> QColor | None:
        theme = self._look.theme
        if column == "state":
            bad = {FAILED: theme.danger, UNREADABLE: theme.danger, INTERRUPTED: theme.warning}
            told = {**bad, RUNNING: theme.accent}.get(run.state)
            return QColor(told) if told is not None else None
        return QColor(theme.muted) if column in MUTED else None

    def _mark(self, run: RunSummary, column: str) -> Any:
        theme = self._look.theme
        if column == "star":
            colour = theme.warning if run.about.star else blend(theme.faint, theme.panel, 0.6)
            return star(colour, run.about.star)
        if column == "name" and run.folder in self._colours:
            colour, dashed = self._colours[run.folder]
            return swatch(getattr(theme, colour), dashed)
        return None

    def setData(self, index: Index, value: Any, role: int = Role.EditRole) -> bool:
        if not index.isValid() or role != Role.EditRole or not COLUMNS[index.column()].editable:
            return False
        run, text = self.runs[index.row()], str(value)
        if COLUMNS[index.column()].name == "note":
            about = replace(run.about, note=text.strip())
        else:
            own = " ".join(text.split())
            about = replace(run.about, name="" if own == title(replace(run, about=About())) else own)
        if about != run.about:
            self._replace(index.row(), replace(run, about=about))
            self.renamed.emit(run.folder, about)
        return True


class RunsFilter(QSortFilterProxyModel):
    """The rows that fit what is searched for, sorted: what a run has not told comes last, whichever way."""

    def __init__(self, runs: RunsModel, parent: QObject | None = None):
        super().__init__(parent)
        self._runs = runs
        self.words: tuple[str, ...] = ()
        self.starred = False
        self.project: str | None = None
        self.setSourceModel(runs)

    def look_for(self, text: str, *, starred: bool, project: str | None) -> None:
        """Show the runs that have every word of `text`, with a star if so wanted, of this project if one is named."""
        told = tuple(text.lower().split()), starred, project
        if told != (self.words, self.starred, self.project):
            self.words, self.starred, self.project = told
            self.invalidate()

    def run(self, index: Index) -> RunSummary:
        return self._runs.runs[self.mapToSource(index).row()]

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        run = self._runs.runs[row]
        if (self.starred and not run.about.star) or (self.project is not None and run.project != self.project):
            return False
        if not self.words:
            return True
        told = haystack(run)
        return all(word in told for word in self.words)

    def lessThan(self, left: Index, right: Index) -> bool:
        column = COLUMNS[left.column()]
        one, other = (_order(column.value(self._runs.runs[index.row()])) for index in (left, right))
        if one is None or other is None:
            last = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return (other is None and one is not None) == last and one != other
        return one < other


def _order(value: Value) -> Any:
    if isinstance(value, str):
        return value.lower() or None
    return value


def _tip(run: RunSummary, column: str) -> str:
    told = {
        "state": run.sentence,
        "score": ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in run.final.items()),
        "note": run.about.note,
        "name": str(run.folder),
        "created": f"{run.created:%A, %d %B %Y, %H:%M:%S}" if run.created is not None else "",
        "learning_rate": _settings(run),
        "batch_size": _changes(run),
    }.get(column, "")
    lead = {"score": "After the last epoch: "}.get(column, "")
    return as_plain(lead + told) if told else ""


def _settings(run: RunSummary) -> str:
    """What it was given that is not the recipe's default, and what was changed on the way."""
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in run.settings.items())
    return "\n".join(filter(None, (f"{run.recipe}: {told}" if told else "", _changes(run))))


def _changes(run: RunSummary) -> str:
    return f"Changed {'; '.join(map(str, run.changes))}." if run.changes else ""
