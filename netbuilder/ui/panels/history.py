"""The History panel: every step that was done, in the order of the work. A click leads back there, or forth again.

Thousands of steps cost no more than those in sight: the list is told only which rows came and went.
"""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from netbuilder.project.history import Step
from netbuilder.ui.look import Look
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import ElidedLabel
from netbuilder.ui.workbench import Workbench

ROW = 26
AHEAD = 2  # rows that are in sight after the present one
NOW, LATER, WHEN = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2
DOT, RAIL = 7, 14  # pixels: the mark of the present step, and where the line of marks runs

Index = QModelIndex | QPersistentModelIndex


class StepsModel(QAbstractListModel):
    """The steps of a history, the oldest first."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self.at = -1

    def show(self, steps: tuple[Step, ...], at: int) -> None:
        """Show these steps, of which `at` is the present one."""
        first = self._begins_at(steps)
        if first is None:
            self.beginResetModel()
            self._steps, self.at = steps, at
            self.endResetModel()
            return
        if first:
            self._remove(0, first)
        same = _same(self._steps, steps)
        if same < len(self._steps):
            self._remove(same, len(self._steps) - same)
        if same < len(steps):
            self.beginInsertRows(QModelIndex(), same, len(steps) - 1)
            self._steps = steps
            self.endInsertRows()
        self.at = at
        if steps:
            self.dataChanged.emit(self.index(0), self.index(len(steps) - 1), [NOW, LATER])

    def _begins_at(self, steps: tuple[Step, ...]) -> int | None:
        """The row that is the first of `steps`, or None where they are another history."""
        if not self._steps or not steps:
            return None
        return next((row for row, step in enumerate(self._steps) if step is steps[0]), None)

    def _remove(self, row: int, count: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row + count - 1)
        self._steps = self._steps[:row] + self._steps[row + count :]
        self.endRemoveRows()

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self._steps):
            return None
        step = self._steps[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return step.label
        if role == NOW:
            return index.row() == self.at
        if role == LATER:
            return index.row() > self.at
        if role == WHEN:
            return clock(step.when)
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_plain(f"{step.label}\n{datetime.fromtimestamp(step.when):%A, %d %B %Y, %H:%M:%S}")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            place = "now" if index.row() == self.at else "undone" if index.row() > self.at else "done"
            return f"{step.label}, {place}"
        return None


def _same(old: tuple[Step, ...], new: tuple[Step, ...]) -> int:
    """How many steps both have from the start."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((row for row, (one, other) in pairs if one is not other), min(len(old), len(new)))


def clock(when: float, today: date | None = None) -> str:
    """When a step was done, as short as it can be understood: 14:05, Mon 14:05, 3 Nov."""
    then = datetime.fromtimestamp(when)
    days = ((today or date.today()) - then.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    return f"{then:%a %H:%M}" if 0 < days < 7 else f"{then.day} {then:%b}"


class StepRow(QStyledItemDelegate):
    """One step: a mark on a line that runs through all of them, its words, and when it was done."""

    def __init__(self, look: Look, view: QListView):
        super().__init__(view)
        self._look, self._view = look, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, now, later = self._look.theme, index.data(NOW), index.data(LATER)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(4, 1, -4, -1)
        if now or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if now else theme.hover))
            painter.drawRoundedRect(area, 6, 6)
        self._mark(painter, option.rect, index, now, later)
        painter.setFont(option.font)
        small = QFont(option.font)
        small.setPixelSize(11)
        when = index.data(WHEN)
        painter.setFont(small)
        wide = painter.fontMetrics().horizontalAdvance(when)
        painter.setPen(QColor(theme.faint if later else theme.muted))
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area.adjusted(0, 0, -GRID, 0), right | middle, when)
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold if now else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(theme.faint if later else theme.text))
        place = area.adjusted(RAIL + 12, 0, -GRID * 2 - wide, 0)
        words = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, middle, words)
        if option.state & QStyle.StateFlag.State_HasFocus and self._view.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 6, 6)
        painter.restore()

    def _mark(self, painter: QPainter, rect: object, index: Index, now: bool, later: bool) -> None:
        theme, area = self._look.theme, QRectF(rect)
        x, middle = area.left() + RAIL, area.center().y()
        painter.setPen(QColor(theme.border))
        if index.row() > 0:
            painter.drawLine(int(x), int(area.top()), int(x), int(middle))
        if index.row() < index.model().rowCount() - 1:
            painter.drawLine(int(x), int(middle), int(x), int(area.bottom()) + 1)
        size = DOT + 2 if now else DOT
        painter.setPen(QColor(theme.accent if now else theme.faint if later else theme.muted))
        painter.setBrush(QColor(theme.accent if now else theme.panel if later else theme.muted))
        painter.drawEllipse(QRectF(x - size / 2 + 0.5, middle - size / 2 + 0.5, size, size))


class _Steps(QListView):
    """Enter and Space go to the step that the keyboard is at."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class HistoryPanel(QWidget):
    """Follows the history of the document."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("history")
        self.setAccessibleName("History")
        surface(self)
        self._bench = bench
        self.model = StepsModel(self)
        self.view = _Steps()
        self.view.setObjectName("historySteps")
        self.view.setAccessibleName("Steps")
        self.view.setModel(self.model)
        self.view.setItemDelegate(StepRow(bench.look, self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setStyleSheet("QListView { background: transparent; border: none; padding: 0; }")
        self.view.setSelectionMode(QListView.SelectionMode.NoSelection)
        self._count = ElidedLabel("", "faint")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, GRID // 2, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.view, 1)
        rows.addWidget(self._count)
        self._count.setContentsMargins(GRID * 3 // 2, GRID // 2, GRID, GRID // 2)
        self._soon = QTimer(self)  # a key that is held undoes many steps: they are shown once
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._show)
        self.view.clicked.connect(self._go)
        self.view.activated.connect(self._go)
        bench.historyChanged.connect(self._soon.start)
        bench.look.changed.connect(self.view.viewport().update)
        self._show()

    def _go(self, index: QModelIndex) -> None:
        if index.isValid():
            self._bench.document.go(index.row())

    def _show(self) -> None:
        history = self._bench.document.history
        steps = history.steps
        self.model.show(steps, history.at)
        now = self.model.index(history.at)
        self.view.setCurrentIndex(now)
        self.view.scrollTo(self.model.index(min(history.at + AHEAD, len(steps) - 1)))
        self.view.scrollTo(now)
        undone = len(steps) - 1 - history.at
        count = f"{history.at:,} to undo" + (f", {undone:,} to redo" if undone else "")
        self._count.set_whole(count if len(steps) > 1 else "Every step you take will be listed here.")

    def sizeHint(self) -> QSize:
        return QSize(352, 280)
