"""Tokens in running lines: what was said at each step beside what is true, and how much each token counts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea

from netbuilder.probes.places import Place
from netbuilder.probes.results import Result
from netbuilder.ui.inspector.painting import mixed
from netbuilder.ui.inspector.places import PlacesView
from netbuilder.ui.inspector.view import write

LINE = 18
LEAST = 15  # points across, of a token
MOST = 160
ROOM = 6  # beside the letters of a token
BETWEEN = 6  # between two lines
SHADE = 0.6  # of full colour
SIGNS = str.maketrans({" ": "␣", "\n": "⏎", "\r": "⏎", "\t": "⇥"})


def shown(token: str) -> str:
    """A token so that it is seen: blanks and ends of lines as signs, where it is nothing else."""
    return token.translate(SIGNS) if not token.strip() or len(token) > 1 else token


class FlowView(PlacesView):
    """A cell for each step, as wide as its words, in as many lines as it takes."""

    high = LINE  # points, of a cell
    head = 0  # points left free at the top

    def _words(self, step: int) -> Sequence[str]:
        """What a cell must have room for."""
        raise NotImplementedError

    def _count(self) -> int:
        raise NotImplementedError

    def _sides(self) -> Place:
        return (self._count(),)

    def _down(self) -> int:
        cells = self.cells()
        first = [cell for cell in cells if cell.y() == cells[0].y()]
        return max(1, len(first))

    def _prepare(self) -> None:
        metrics = QFontMetricsF(self.font())
        self._widths = [
            min(MOST, max(LEAST, *(metrics.horizontalAdvance(word) + ROOM for word in self._words(step))))
            for step in range(self._count())
        ]

    def cells(self) -> list[QRectF]:
        """Where each step is, for the width the widget has now."""
        left, top, found = 0.0, float(self.head), []
        for wide in self._widths:
            if left and left + wide > self.width():
                left, top = 0.0, top + self.high + BETWEEN
            found.append(QRectF(left, top, wide, self.high))
            left += wide + 1
        return found

    def whole_height(self) -> int:
        """Points that all lines take."""
        cells = self.cells() if self.result is not None else []
        return int(cells[-1].bottom()) + 2 if cells else 0

    def place_at(self, point: QPointF) -> Place | None:
        at = next((step for step, cell in enumerate(self.cells()) if cell.contains(point)), None)
        return None if at is None else (at,)

    def _outline(self, painter: QPainter, cell: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.warning), 1.5))
        painter.drawRoundedRect(cell.adjusted(-0.5, -0.5, 0.5, 0.5), 2, 2)


class StepsView(FlowView):
    """Above, what is true; below, what was said, red where it is wrong, on a ground the stronger, the surer the
    network is."""

    head = LINE

    def _prepare(self) -> None:
        self.high = LINE if self.result.true is None else 2 * LINE
        super()._prepare()

    def _count(self) -> int:
        return len(self.result.predicted)

    def _words(self, step: int) -> Sequence[str]:
        true, said = self._true(step), shown(self.result.classes[int(self.result.predicted[step])])
        return (said, true) if true else (said, said)

    def _true(self, step: int) -> str:
        """What is true, "·" where nothing is asked, "" where it is not known."""
        if self.result.true is None:
            return ""
        number = int(self.result.true[step])
        return shown(self.result.classes[number]) if number >= 0 else "·"

    def _paint(self, painter: QPainter) -> None:
        result, theme = self.result, self.theme
        known = result.true is not None
        what = "truth above, answer below · red: wrong · " if known else ""
        write(painter, f"{what}shade: how sure", 0, 0, self.width(), LINE - 4, theme.faint)
        for step, cell in enumerate(self.cells()):
            said = QRectF(cell.x(), cell.bottom() - LINE, cell.width(), LINE)
            sure = float(result.probabilities[step, 0])
            asked = not known or int(result.true[step]) >= 0
            right = not known or int(result.true[step]) == int(result.predicted[step])
            painter.fillRect(said, mixed(theme.accent, theme.raised, SHADE * sure if asked else 0.0))
            if known:
                ink = theme.text if asked else theme.faint
                write(painter, self._true(step), cell.x(), cell.y(), cell.width(), LINE, ink, "centre")
            ink = theme.faint if not asked else theme.text if right else theme.danger
            word = shown(result.classes[int(result.predicted[step])])
            write(painter, word, said.x(), said.y(), said.width(), LINE, ink, "centre")
            if asked and not right:
                painter.fillRect(QRectF(said.x(), said.bottom() - 2, said.width(), 2), QColor(theme.danger))
            if self.marked == (step,):
                self._outline(painter, cell)

    def value_at(self, place: QPointF) -> str | None:
        at = self.place_at(place)
        if at is None:
            return None
        result, (step,) = self.result, at
        told = [f"step {step + 1}"]
        if result.true is not None:
            true = int(result.true[step])
            told[0] += f": true {shown(result.classes[true])}" if true >= 0 else ": not asked about"
        told += [
            f"{shown(result.classes[int(which)])}  {float(share):.3f}"
            for which, share in zip(result.likely[step], result.probabilities[step], strict=True)
        ]
        return "\n".join(told)


class WeightsOfTokensView(FlowView):
    """Each token on the colour of what it counts. There is nothing to choose."""

    def __init__(self, bench, parent=None):
        super().__init__(bench, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.unsetCursor()

    def _count(self) -> int:
        return len(self.result.tokens)

    def _words(self, step: int) -> Sequence[str]:
        return (shown(self.result.tokens[step]),) * 2

    def _paint(self, painter: QPainter) -> None:
        result, theme = self.result, self.theme
        for step, cell in enumerate(self.cells()):
            value = float(result.values[step])
            colour = theme.positive if value >= 0 else theme.negative
            painter.fillRect(cell, mixed(colour, theme.raised, SHADE * min(1.0, abs(value) / result.limit)))
            write(painter, shown(result.tokens[step]), cell.x(), cell.y(), cell.width(), LINE, theme.text, "centre")

    def value_at(self, place: QPointF) -> str | None:
        at = self.place_at(place)
        if at is None:
            return None
        return f"token {at[0] + 1}, {shown(self.result.tokens[at[0]])}: {float(self.result.values[at[0]]):.4g}"

    def mousePressEvent(self, event) -> None:
        event.ignore()


class FlowArea(QScrollArea):
    """A flow that is scrolled where it is longer than the card."""

    flow: type[FlowView]
    place_chosen = Signal(object)

    def __init__(self, bench, parent=None):
        super().__init__(parent)
        self.view = self.flow(bench)
        self.view.place_chosen.connect(self.place_chosen)
        self.setWidget(self.view)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setProperty("role", "inside")

    @property
    def result(self) -> Result | None:
        return self.view.result

    def show_result(self, result: Result) -> None:
        self.view.show_result(result)
        self._fit()

    def mark(self, place: Place | None) -> None:
        self.view.mark(place)

    def _fit(self) -> None:
        self.view.setMinimumHeight(self.view.whole_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()


class ComparedTokensView(FlowArea):
    """A class at each step."""

    flow = StepsView


class TokenSaliencyView(FlowArea):
    """How much each token counts."""

    flow = WeightsOfTokensView
