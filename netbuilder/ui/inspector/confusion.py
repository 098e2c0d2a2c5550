"""The confusion matrix: a row per true class, a column per predicted one. Click a cell to see its samples."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPen

from netbuilder.ui.inspector.painting import mixed
from netbuilder.ui.inspector.view import View, write

Cell = tuple[int, int]
ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
NAMED = 11  # points a row needs for its class to be named


class ConfusionView(View):
    """Coloured by the share of the row: right answers blue, mistakes red. `cell_chosen` with (true, predicted)."""

    cell_chosen = Signal(object)

    def __init__(self, bench, parent=None):
        super().__init__(bench, parent)
        self.chosen: Cell | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 120)

    def choose(self, cell: Cell | None) -> None:
        """Outline a cell, or none. Tells nobody."""
        self.chosen = cell
        self.update()

    def cell_rect(self, true: int, predicted: int) -> QRectF:
        """Where a cell is."""
        left, top, size = self._frame()
        return QRectF(left + predicted * size, top + true * size, size, size)

    def _frame(self) -> tuple[float, float, float]:
        classes = self.result.classes
        widest = max([0, *(self.fontMetrics().horizontalAdvance(name) for name in classes)])
        left = min(float(widest) + 8, self.width() * 0.34)
        top = 18.0
        count = max(1, len(classes))
        if (self.height() - top - 1) / count < NAMED:  # so many classes that their names are not written
            left = 0.0
        size = min((self.width() - left - 1) / count, (self.height() - top - 1) / count)
        return left, top, max(0.1, size)

    def _paint(self, painter: QPainter) -> None:
        theme, classes, counts = self.theme, self.result.classes, self.result.counts
        left, top, size = self._frame()
        gap = 2 if size >= 8 else 0
        small = QFont(self.font())
        small.setPixelSize(11)
        painter.setFont(small)
        totals = counts.sum(axis=1)
        painter.setPen(Qt.PenStyle.NoPen)
        if not gap:
            painter.fillRect(QRectF(left, top, len(classes) * size, len(classes) * size), QColor(theme.field))
        for row, name in enumerate(classes):
            if size >= NAMED:
                write(painter, name, 0, top + row * size, left - 8, size, theme.muted, "right")
            for column in range(len(classes)):
                count = int(counts[row, column])
                if not count and not gap:
                    continue  # of many classes, most cells are empty
                share = count / totals[row] if totals[row] else 0.0
                strength = 0.0 if not count else 0.15 + 0.85 * share
                rect = QRectF(left + column * size, top + row * size, size - gap, size - gap)
                colour = mixed(theme.positive if row == column else theme.negative, theme.field, strength)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.drawRoundedRect(rect, 2, 2)
                if count and size >= 16 and painter.fontMetrics().horizontalAdvance(str(count)) <= size - gap:
                    strong = theme.on_accent if strength > 0.5 else theme.text
                    write(painter, str(count), rect.x(), rect.y(), rect.width(), rect.height(), strong, "centre")
        self._name_columns(painter, left, top, size)
        if self.chosen is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.drawRoundedRect(self.cell_rect(*self.chosen).adjusted(0, 0, -gap, -gap), 3, 3)

    def _name_columns(self, painter: QPainter, left: float, top: float, size: float) -> None:
        """Names where they fit, else only as much of them as does; nothing is better than "…"."""
        metrics = painter.fontMetrics()
        names = self.result.classes
        if all(metrics.horizontalAdvance(name) <= size for name in names):
            for column, name in enumerate(names):
                write(painter, name, left + column * size, 0, size - 2, top - 2, self.theme.muted, "centre")
        else:
            write(painter, "said to be", left, 0, len(names) * size, top - 2, self.theme.faint)

    def _cell_at(self, place: QPointF) -> Cell | None:
        left, top, size = self._frame()
        row, column = int((place.y() - top) // size), int((place.x() - left) // size)
        count = len(self.result.classes)
        return (row, column) if 0 <= row < count and 0 <= column < count else None

    def value_at(self, place: QPointF) -> str | None:
        cell = self._cell_at(place)
        if cell is None:
            return None
        classes, (row, column) = self.result.classes, cell
        count, total = int(self.result.counts[cell]), int(self.result.counts[row].sum())
        return f"true {classes[row]}, said {classes[column]}: {count:,} of {total:,}"

    def sizeHint(self) -> QSize:
        return QSize(264, 264)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.result is not None and event.button() == Qt.MouseButton.LeftButton:
            self._toggle(self._cell_at(event.position()))

    def _toggle(self, cell: Cell | None) -> None:
        if cell is not None:
            self.choose(None if cell == self.chosen else cell)
            self.cell_chosen.emit(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if self.result is None or step is None:
            super().keyPressEvent(event)
            return
        row, column = self.chosen or (0, 0)
        most = len(self.result.classes) - 1
        if self.chosen is not None:
            row, column = min(most, max(0, row + step[0])), min(most, max(0, column + step[1]))
        self.choose((row, column))
        self.cell_chosen.emit(self.chosen)
