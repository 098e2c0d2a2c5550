"""Two runs in rows: a table of their settings, and one of what they reached with the difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from netbuilder.comparison.figures import Figure
from netbuilder.train.metrics import is_share
from netbuilder.ui import icons
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.runs.compared_runs import ComparedRuns
from netbuilder.ui.train import wording

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

NOTHING = "–"  # where one of the two has no such setting or number
HIGH = 26  # pixels of a row
LONGEST_HEAD = 84  # pixels of a run's name above a column that is as wide as it has to be
TICK = "check-bold"
INDENT = "    "


@dataclass(frozen=True)
class Row:
    """`cells` from left to right; alone it is a heading. `better` is the column of the better value, 0 where none is.
    `same`: there is no difference in it."""

    cells: tuple[str, ...]
    better: int = 0
    same: bool = False
    tip: str = ""


class ComparedTable(QTableWidget):
    """Rows of words, the better value in bold with a tick beside it."""

    def __init__(self, bench: Workbench, title: str, columns: int, parent: QWidget | None = None):
        super().__init__(0, columns, parent)
        self._bench = bench
        self._rows: tuple[Row, ...] = ()
        self.setAccessibleName(title)
        self.setShowGrid(False)
        self.setFrameShape(QTableWidget.Shape.NoFrame)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(HIGH)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for column in range(1, columns if columns > 3 else 1):  # numbers are short, names of metrics are not
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        bench.look.changed.connect(self._fill)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def wanted_height(self) -> int:
        """Pixels for all of its rows."""
        return self.horizontalHeader().sizeHint().height() + HIGH * len(self._rows)

    def show_rows(self, heads: Sequence[str], rows: Sequence[Row]) -> None:
        short = [self.fontMetrics().elidedText(head, Qt.TextElideMode.ElideRight, LONGEST_HEAD) for head in heads]
        self.setHorizontalHeaderLabels(short if self.columnCount() > 3 else list(heads))
        for column, head in enumerate(heads):
            item = self.horizontalHeaderItem(column)
            if item is not None:
                item.setToolTip(as_plain(head) if head else "")
        first = self.horizontalHeaderItem(0)
        if first is not None:
            first.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._rows = tuple(rows)
        self._fill()

    def _fill(self) -> None:
        theme = self._bench.look.theme
        self.clearSpans()
        self.setRowCount(len(self._rows))
        for at, row in enumerate(self._rows):
            heading = len(row.cells) == 1
            for column, text in enumerate(row.cells):
                item = QTableWidgetItem(text)
                item.setToolTip(as_plain(row.tip or text))
                side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
                item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
                item.setFlags(Qt.ItemFlag.NoItemFlags if heading else item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                muted = heading or column == 0 or row.same
                item.setForeground(QColor(theme.muted if muted else theme.text))
                if heading or (row.better and column == row.better):
                    font = self.font()
                    font.setBold(True)
                    item.setFont(font)
                if row.better and column == row.better:
                    item.setIcon(icons.icon(TICK, theme.good))
                self.setItem(at, column, item)
            if heading:
                self.setSpan(at, 0, 1, self.columnCount())


def setting_rows(runs: ComparedRuns, *, every: bool) -> list[Row]:
    """The settings that differ, or all of them, under their headings."""
    rows = []
    for group in runs.comparison.groups:
        lines = [line for line in group.lines if every or line.differs]
        names = {line.name for line in lines}
        if lines:
            rows.append(Row((group.title,)))
        for line in lines:
            cells = _indented(line.name, names), line.one or NOTHING, line.other or NOTHING
            rows.append(Row(cells, same=not line.differs))
    return rows


def _indented(name: str, names: set[str]) -> str:
    """ "optimizer: momentum" below "optimizer" is "momentum" further in."""
    parent, _, own = name.rpartition(": ")
    return f"{INDENT * (1 + parent.count(': '))}{own}" if parent in names else name


def figure_rows(runs: ComparedRuns) -> list[Row]:
    """What both are and reached, first as a whole, then in the last epoch and in the best."""
    reached = runs.comparison.reached
    rows = [_row(figure, runs.names) for figure in reached.whole]
    for title, figures in (("Last epoch", reached.final), ("Best epoch", reached.best)):
        if figures:
            rows += [Row((title,)), *(_row(figure, runs.names) for figure in figures)]
    return rows


def _row(figure: Figure, names: tuple[str, str]) -> Row:
    title = {"seconds": "time"}.get(figure.name) or wording.metric_title(figure.name)
    values = [NOTHING if value is None else _number(figure.name, value) for value in (figure.one, figure.other)]
    apart = figure.difference
    better = {-1: 1, 1: 2}.get(figure.better, 0)
    tip = ""
    if better:
        tip = f"{names[better - 1]} is better: {'more' if figure.more else 'less'} {title} is better."
    return Row((title, *values, "" if apart is None else _signed(figure.name, apart)), better, apart == 0, tip)


def _number(name: str, value: float) -> str:
    if name == "seconds":
        return wording.duration(value) if value >= 10 else f"{value:.1f} s"
    return f"{value:,}" if isinstance(value, int) else wording.number(value, name)


def _signed(name: str, apart: float) -> str:
    """A difference with its sign: "+0.012"."""
    if apart == 0 or (name == "seconds" and abs(apart) < 0.05):
        return "0"
    size = abs(apart)
    said = _number(name, size)
    if is_share(name) and math.isfinite(size) and size < 0.0005:
        said = wording.small(size)  # three places would say that there is none
    return f"{'+' if apart > 0 else '−'}{said}"
