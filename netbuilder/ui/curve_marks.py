"""What stands in a plot beside its curves: the best epoch, where the drawing was changed, where the rate was.

It knows places on the axis of epochs, and not what a run is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

from netbuilder.ui.curve import Mark, Stretch

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

NEAR = 6  # pixels from a mark within which the mouse is told of it
TICK = 9  # pixels that a mark without a label is high
RAISED = 1.45  # a label above the ticks, in its own heights
LOWER = 1.0  # and one beyond the one of the best epoch


class CurveMarks:
    """Lines and labels on one pyqtgraph plot item."""

    def __init__(self, bench: Workbench, item: Any):
        import pyqtgraph

        self._pg, self._bench, self._item = pyqtgraph, bench, item
        self.best = self._line()
        self.best_label = self._label()
        self.seams: list[tuple[Any, Any]] = []  # each a line and its label
        self.ticks: list[Any] = []
        self._marks: tuple[Mark, ...] = ()
        self._font = QFont()

    def restyle(self, font: QFont) -> None:
        theme = self._bench.look.theme
        self._font = font
        self.best.setPen(self._pg.mkPen(theme.good, width=1, style=Qt.PenStyle.DotLine))
        self.best_label.setColor(theme.good)
        self.best_label.setFont(font)
        for line, label in self.seams:
            line.setPen(self._pg.mkPen(theme.muted, width=1, style=Qt.PenStyle.DashLine))
            label.setColor(theme.muted)
            label.setFont(font)
        for tick in self.ticks:
            tick.setPen(self._pg.mkPen(theme.muted, width=2))

    def show(
        self,
        best: tuple[float, str] | None,
        marks: Sequence[Mark],
        seen: Stretch,
        ends: tuple[float, float],
        low: bool,
    ) -> None:
        """Place them. `seen` is what of the axis of epochs is in sight, `ends` of the other; labels stand `low` where
        the curves rise."""
        self._marks = tuple(mark for mark in marks if seen[0] <= mark.x <= seen[1])
        there = best is not None and seen[0] <= best[0] <= seen[1]
        self.best.setVisible(there)
        self.best_label.setVisible(there)
        if best is not None and there:
            self.best.setPos(best[0])
            self._put(self.best_label, best[1], best[0], seen, ends, RAISED if low else 0.0, low)
        seams = [mark for mark in self._marks if mark.label]
        ticks = [mark for mark in self._marks if not mark.label]
        self._make(len(seams), len(ticks))
        pixel = (seen[1] - seen[0]) / max(1.0, self._item.vb.width())
        free = seen[0] - 1.0
        for (line, label), mark in zip(self.seams, seams, strict=False):
            line.setPos(mark.x)
            line.show()
            wide = QFontMetricsF(self._font).horizontalAdvance(mark.label) + 14
            left = mark.x - (wide * pixel if self._is_right(mark.x, seen) else 0)
            label.setVisible(left >= free)  # of seams close together, the first has its label
            if left >= free:
                free = left + wide * pixel
                self._put(label, mark.label, mark.x, seen, ends, RAISED + LOWER if low else -LOWER, low)
        for tick, mark in zip(self.ticks, ticks, strict=False):
            tick.setPos(mark.x)
            tick.setSpan(0, TICK / max(1.0, self._item.vb.height()))
            tick.show()

    def said_at(self, x: float, pixel: float) -> list[str]:
        """The sentences of the marks near `x`; a pixel is so many epochs wide."""
        return [mark.said for mark in self._marks if mark.said and abs(mark.x - x) <= NEAR * pixel]

    def _make(self, seams: int, ticks: int) -> None:
        """So many lines; those that are not needed now are hidden."""
        missing = seams > len(self.seams) or ticks > len(self.ticks)
        while len(self.seams) < seams:
            self.seams.append((self._line(), self._label()))
        while len(self.ticks) < ticks:
            self.ticks.append(self._line())
        if missing:
            self.restyle(self._font)
        for item in (*(item for seam in self.seams[seams:] for item in seam), *self.ticks[ticks:]):
            item.hide()

    def _put(
        self, label: Any, text: str, x: float, seen: Stretch, ends: tuple[float, float], down: float, low: bool
    ) -> None:
        label.setText(text)
        label.setAnchor((1.03 if self._is_right(x, seen) else -0.03, down))  # away from where the curves go
        label.setPos(x, ends[0] if low else ends[1])

    @staticmethod
    def _is_right(x: float, seen: Stretch) -> bool:
        return x > seen[0] + 0.6 * (seen[1] - seen[0])

    def _line(self, **how: Any) -> Any:
        line = self._pg.InfiniteLine(angle=90, **how)
        line.setZValue(-5)
        return self._added(line)

    def _label(self) -> Any:
        return self._added(self._pg.TextItem(anchor=(0, 0)))

    def _added(self, item: Any) -> Any:
        item.hide()
        self._item.addItem(item, ignoreBounds=True)
        return item
