"""What a hand does on the canvas: each gesture has a beginning, an end and a cancel, and changes the project at most
once, when it ends. The canvas holds the one that is going on; Esc cancels it, whichever it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

CLICK = 4  # pixels within which a press and a release are a click


class Gesture:
    """Begins where it is made. `at` is a place in the scene, `pixel` the same in the view."""

    cursor: Qt.CursorShape | None = None
    hint = ""  # what it does and which keys change it, said at the foot of the canvas while it goes on
    drifts = True  # at the edge of the view, the view moves on

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint):
        self.canvas, self.scene, self.bench = canvas, canvas.scene(), canvas.bench
        self.began, self.began_pixel = at, pixel
        self.moving = False

    def drag(self, at: QPointF, pixel: QPoint) -> None:
        """The hand is somewhere else now. Up to `CLICK` pixels it is still a click."""
        if not self.moving and (pixel - self.began_pixel).manhattanLength() < CLICK:
            return
        self.moving = True
        self.move(at, pixel)

    def release(self, at: QPointF, pixel: QPoint) -> None:
        self.drag(at, pixel)
        if self.moving:
            self.end(at, pixel)
        else:
            self.click()

    def move(self, at: QPointF, pixel: QPoint) -> None:
        raise NotImplementedError

    def end(self, at: QPointF, pixel: QPoint) -> None:
        raise NotImplementedError

    def click(self) -> None:
        """Released where it began."""
        self.cancel()

    def cancel(self) -> None:
        """As if it had not begun."""

    def paint(self, painter: QPainter) -> None:
        """What is drawn over the scene while it goes on, in scene coordinates."""


class RubberBand(Gesture):
    """Selects what the rectangle touches, in addition to what `keep` holds."""

    hint = "Shift keeps what is selected, Ctrl cuts edges instead"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, keep: frozenset[str]):
        super().__init__(canvas, at, pixel)
        self.keep = keep
        self.before, self.marks_before = self.bench.selection.nodes, self.bench.selection.marks
        self.keep_marks = self.marks_before if keep else frozenset()
        self.area = QRectF(at, at)

    def move(self, at: QPointF, pixel: QPoint) -> None:
        self.area = QRectF(self.began, at).normalized()
        touched = {item.id for item in self.scene.nodes_in(self.area)}
        self.bench.selection.set(self.keep | touched, self.keep_marks | self.scene.beside.within(self.area))
        self.canvas.viewport().update()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.viewport().update()

    def click(self) -> None:
        self.bench.selection.set(self.keep, self.keep_marks)

    def cancel(self) -> None:
        self.bench.selection.set(self.before, self.marks_before)
        self.canvas.viewport().update()

    def paint(self, painter: QPainter) -> None:
        if self.moving:
            painter.setPen(self.scene.paints.band_pen)
            painter.setBrush(self.scene.paints.band_brush)
            painter.drawRect(self.area)


class Pan(Gesture):
    """Moves the view."""

    cursor = Qt.CursorShape.ClosedHandCursor
    drifts = False

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint):
        super().__init__(canvas, at, pixel)
        self._last = pixel

    def move(self, at: QPointF, pixel: QPoint) -> None:
        self.canvas.pan(pixel - self._last)
        self._last = pixel

    def end(self, at: QPointF, pixel: QPoint) -> None:
        """The view stays where it is."""
