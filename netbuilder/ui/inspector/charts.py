"""Views of a few numbers: a histogram, of weights or scores, signed bars, probabilities."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from netbuilder.probes.results import Histogram, Scores
from netbuilder.ui.inspector.view import View, write
from netbuilder.ui.train.wording import small

LINE = 18  # points a row would like
THIN = 16  # and the least it can do with
ROOMY = 28  # the most, where there are few


class HistogramView(View):
    """Counts between edges; zero is marked if it lies between the ends."""

    def _prepare(self) -> None:
        self._top = float(self.result.counts.max()) if len(self.result.counts) else 0.0

    def _area(self) -> QRectF:
        return QRectF(0, 2, self.width(), max(1, self.height() - 22))

    def _paint(self, painter: QPainter) -> None:
        counts, edges, area = self.result.counts, self.result.edges, self._area()
        low, high = float(edges[0]), float(edges[-1])
        span = (high - low) or 1.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        for at, count in enumerate(counts):
            left = area.left() + (float(edges[at]) - low) / span * area.width()
            right = area.left() + (float(edges[at + 1]) - low) / span * area.width()
            tall = count / self._top * area.height() if self._top else 0
            if count:
                tall = max(1.0, tall)
            painter.drawRect(QRectF(left, area.bottom() - tall, max(1.0, right - left - 1), tall))
        painter.setPen(QColor(self.theme.border))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        base, room = area.bottom() + 3, 70.0
        write(painter, small(low), 0, base, room, 18, self.theme.muted)
        write(painter, small(high), self.width() - room - 1, base, room, 18, self.theme.muted, "right")
        if low < 0 < high:
            zero = -low / span * area.width()
            painter.setPen(QColor(self.theme.muted))
            painter.drawLine(QPointF(zero, area.top()), QPointF(zero, area.bottom()))
            if room * 0.8 < zero < self.width() - room * 0.8:
                write(painter, "0", zero - 20, base, 40, 18, self.theme.muted, "centre")

    def value_at(self, place: QPointF) -> str | None:
        edges, area = self.result.edges, self._area()
        low, span = float(edges[0]), float(edges[-1] - edges[0]) or 1.0
        at = int(np.searchsorted(edges, low + place.x() / max(1.0, area.width()) * span, side="right")) - 1
        if not 0 <= at < len(self.result.counts):
            return None
        return f"{int(self.result.counts[at]):,} from {edges[at]:.3g} to {edges[at + 1]:.3g}"


class ScoresView(HistogramView):
    """How many samples are answered how well."""

    def show_result(self, result: Scores | Histogram) -> None:
        if isinstance(result, Scores):
            counts, edges = np.histogram(result.values, bins=max(5, min(24, len(result.values) // 5)))
            result = Histogram(result.title, result.caption, counts, edges)
        super().show_result(result)

    def value_at(self, place: QPointF) -> str | None:
        told = super().value_at(place)
        return None if told is None else told.replace(" from ", " samples from ", 1)


class BarsView(View):
    """A signed bar per name, the longest first; as many as there is room for."""

    def _prepare(self) -> None:
        values = np.nan_to_num(np.array(self.result.values, dtype=float))
        self._order = np.argsort(-np.abs(values), kind="stable").tolist()
        self._limit = float(np.abs(values).max()) if len(values) else 1.0
        self._names = min(
            140, max([0, *(self.fontMetrics().horizontalAdvance(name) for name in self.result.names)]) + 8
        )

    def _shown(self) -> tuple[list[int], float]:
        room = max(1, int(self.height() / THIN))
        shown = self._order[:room]
        return shown, min(float(LINE + 4), self.height() / max(1, len(shown)))

    def _paint(self, painter: QPainter) -> None:
        shown, step = self._shown()
        names = min(self._names, int(self.width() * 0.55))
        middle = names + (self.width() - names) / 2
        reach = (self.width() - names) / 2 - 4
        for row, at in enumerate(shown):
            value = float(self.result.values[at])
            write(painter, self.result.names[at], 0, row * step, names - 8, step, self.theme.muted, "right")
            long = abs(value) / (self._limit or 1.0) * reach
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.positive if value >= 0 else self.theme.negative))
            painter.drawRect(QRectF(middle if value >= 0 else middle - long, row * step + 3, max(1.0, long), step - 6))
        painter.setPen(QColor(self.theme.border))
        painter.drawLine(QPointF(middle, 0), QPointF(middle, len(shown) * step))

    def value_at(self, place: QPointF) -> str | None:
        shown, step = self._shown()
        row = int(place.y() / step)
        return f"{self.result.names[shown[row]]}: {self.result.values[shown[row]]:+.4g}" if row < len(shown) else None


class ProbabilitiesView(View):
    """A bar per class: green for the true one, red for a wrong guess, grey for the rest."""

    def _prepare(self) -> None:
        widest = max([0, *(self.fontMetrics().horizontalAdvance(name) for name in self.result.classes)])
        self._names = min(120, widest) + 10

    def _shown(self) -> tuple[list[int], float]:
        result, room = self.result, max(1, int(self.height() / THIN))
        order = list(range(len(result.values)))
        if len(order) > room:  # the likeliest, and always the true one
            order = sorted(order, key=lambda at: -result.values[at])[:room]
            if result.true is not None and result.true not in order:
                order[-1] = result.true
        return order, min(float(ROOMY), self.height() / max(1, len(order)))

    def _paint(self, painter: QPainter) -> None:
        result, (shown, step) = self.result, self._shown()
        names = min(self._names, int(self.width() * 0.4))
        reach = max(10.0, self.width() - names - 44)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, at in enumerate(shown):
            value = result.values[at]
            marked = at in (result.true, result.predicted)
            colour = self.theme.muted if marked else self.theme.faint
            if at == result.true:
                colour = self.theme.good
            elif at == result.predicted:
                colour = self.theme.danger if result.true is not None else self.theme.accent
            words = self.theme.text if marked else self.theme.muted
            write(painter, result.classes[at], 0, row * step, names - 8, step, words, "right")
            long = max(2.0, value * reach)
            thick = min(11.0, step - 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(names, row * step + (step - thick) / 2, long, thick), 2, 2)
            write(painter, f"{value:.2f}", names + long + 8, row * step, 40, step, words)

    def value_at(self, place: QPointF) -> str | None:
        shown, step = self._shown()
        row = int(place.y() / step)
        if row >= len(shown):
            return None
        at, result = shown[row], self.result
        said = [f"{result.classes[at]}: {result.values[at]:.4f}"]
        said += ["true"] if at == result.true else []
        said += ["predicted"] if at == result.predicted else []
        return " · ".join(said)
