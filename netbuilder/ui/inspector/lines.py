"""Views of numbers in a row: answers at the steps of a series beside what came, and a vector."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from netbuilder.probes.places import Place
from netbuilder.ui import series
from netbuilder.ui.inspector.places import PlacesView
from netbuilder.ui.inspector.view import View, write
from netbuilder.ui.train.wording import small

LEAST = 60  # points a channel needs
LEFT = 46  # for the values at the axis
WORDS = 16


class ComparedLinesView(PlacesView):
    """A plot for each channel, as many as there is room for: what the network saw, what came and what it said."""

    def _sides(self) -> Place:
        return self.result.sides

    def _prepare(self) -> None:
        result = self.result
        self._earlier = 0 if result.before is None else len(result.before)
        self._steps = self._earlier + len(result.predicted)
        self._ends = []
        for channel in range(result.predicted.shape[1]):
            parts = [part[:, channel] for part in (result.before, result.true, result.predicted) if part is not None]
            known = np.concatenate(parts)
            known = known[np.isfinite(known)]
            low, high, _ = (
                series.nice_range(float(known.min()), float(known.max()), 2) if len(known) else (0.0, 1.0, 1.0)
            )
            self._ends.append((low, high))

    def _areas(self) -> list[QRectF]:
        """Where the plot of each channel is that there is room for."""
        count = min(len(self._ends), max(1, int((self.height() - WORDS) / LEAST)))
        each = max(1.0, (self.height() - WORDS) / count)
        wide = max(1.0, self.width() - LEFT - 6)
        return [QRectF(LEFT, WORDS + at * each + WORDS, wide, max(1.0, each - WORDS - 8)) for at in range(count)]

    def _x(self, area: QRectF, step: float) -> float:
        return area.left() + (step / max(1, self._steps - 1)) * area.width()

    def _paint(self, painter: QPainter) -> None:
        result, theme = self.result, self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        self._legend(painter)
        areas = self._areas()
        for channel, area in enumerate(areas):
            low, high = self._ends[channel]
            name = result.names[channel]
            if channel == len(areas) - 1 and len(areas) < len(self._ends):
                name += f" · and {len(self._ends) - len(areas)} more, for which the window is too low"
            write(painter, name, area.left(), area.top() - WORDS, area.width(), WORDS - 2, theme.muted)
            painter.setPen(QColor(theme.border))
            for edge in (area.top(), area.bottom()):
                painter.drawLine(QPointF(area.left(), edge), QPointF(area.right(), edge))
            write(painter, small(high), 0, area.top() - 7, LEFT - 6, 14, theme.muted, "right")
            write(painter, small(low), 0, area.bottom() - 7, LEFT - 6, 14, theme.muted, "right")
            if self._earlier:
                edge = self._x(area, self._earlier - 0.5)
                painter.setPen(QPen(QColor(theme.border), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(edge, area.top()), QPointF(edge, area.bottom()))
            if self.marked is not None and (len(self.marked) == 1 or self.marked[1] == channel):
                at = self._x(area, self._earlier + self.marked[0])
                painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()))
            for values, colour, first in self._curves():
                self._line(painter, area, values[:, channel], first, colour, low, high)

    def _curves(self) -> list[tuple[np.ndarray, str, int]]:
        result, theme = self.result, self.theme
        found = [
            (result.before, theme.faint, 0),
            (result.true, theme.validation, self._earlier),
            (result.predicted, theme.training, self._earlier),
        ]
        return [(values, colour, first) for values, colour, first in found if values is not None]

    def _legend(self, painter: QPainter) -> None:
        left = float(LEFT)
        words = (("seen", self.result.before), ("truth", self.result.true), ("answer", self.result.predicted))
        for (_, colour, _), name in zip(self._curves(), [n for n, v in words if v is not None], strict=True):
            painter.fillRect(QRectF(left, 6, 12, 3), QColor(colour))
            wide = painter.fontMetrics().horizontalAdvance(name)
            write(painter, name, left + 17, 0, wide, WORDS - 1, self.theme.muted)
            left += 17 + wide + 14

    def _line(
        self, painter: QPainter, area: QRectF, values: np.ndarray, first: int, colour: str, low: float, high: float
    ) -> None:
        known = [(first + at, float(value)) for at, value in enumerate(values) if np.isfinite(value)]
        points = [
            QPointF(self._x(area, at), area.bottom() - (value - low) / ((high - low) or 1.0) * area.height())
            for at, value in known
        ]
        painter.setPen(QPen(QColor(colour), 1.6))
        painter.drawPolyline(QPolygonF(points))
        if len(points) == 1:
            painter.setBrush(QColor(colour))
            painter.drawEllipse(points[0], 2, 2)

    def _spot(self, point: QPointF) -> tuple[int, int] | None:
        """Step (of all that are drawn) and channel under the mouse."""
        for channel, area in enumerate(self._areas()):
            if area.adjusted(-4, -6, 4, 6).contains(point):
                step = round((point.x() - area.left()) / area.width() * max(1, self._steps - 1))
                return min(self._steps - 1, max(0, step)), channel
        return None

    def place_at(self, point: QPointF) -> Place | None:
        spot = self._spot(point)
        if spot is None or spot[0] < self._earlier:
            return None
        at = (spot[0] - self._earlier, spot[1])
        return at[: len(self._sides())]

    def value_at(self, place: QPointF) -> str | None:
        spot = self._spot(place)
        if spot is None:
            return None
        (step, channel), result = spot, self.result
        if step < self._earlier:
            return f"{self._earlier - step} steps before · seen {small(float(result.before[step, channel]))}"
        at = step - self._earlier
        told = f"{result.names[channel]}, step {at + 1} · answer {small(float(result.predicted[at, channel]))}"
        return told if result.true is None else f"{told} · true {small(float(result.true[at, channel]))}"


class NumbersView(View):
    """A vector in its own order: a bar a number, above or below zero."""

    def _prepare(self) -> None:
        values = np.nan_to_num(self.result.values.astype(float))
        self._limit = float(np.abs(values).max()) if len(values) else 1.0

    def _paint(self, painter: QPainter) -> None:
        values, theme = self.result.values, self.theme
        if not len(values):
            return
        step, middle = self.width() / len(values), self.height() / 2
        step = min(step, 40.0)
        painter.setPen(QColor(theme.border))
        painter.drawLine(QPointF(0, middle), QPointF(step * len(values), middle))
        gap = 1.0 if step >= 3 else 0.0
        for at, value in enumerate(values):
            tall = abs(float(value)) / (self._limit or 1.0) * (middle - WORDS)
            top = middle - tall if value >= 0 else middle
            colour = QColor(theme.positive if value >= 0 else theme.negative)
            painter.fillRect(QRectF(at * step, top, max(0.5, step - gap), max(0.5, tall)), colour)
        write(painter, f"±{small(self._limit)}", 0, 0, self.width(), WORDS - 2, theme.faint)

    def value_at(self, place: QPointF) -> str | None:
        values = self.result.values
        at = int(place.x() / min(40.0, self.width() / max(1, len(values)))) if len(values) else 0
        if not 0 <= at < len(values):
            return None
        name = self.result.names[at] if at < len(self.result.names) else f"number {at + 1}"
        return f"{name}: {float(values[at]):.4g}"
