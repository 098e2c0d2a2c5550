"""Changing a number by dragging its name sideways: shown in the field while it goes on, taken once when let go.

It knows the field and its editor, and nothing about what the number is for.
"""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from netbuilder.expression import NotANumber, calculate
from netbuilder.fields import BadSetting, Field, Float, Int, Ints
from netbuilder.ui.forms.editors import LineEditor
from netbuilder.ui.forms.reading import write

CLICK = 3  # pixels within which it is no drag
STEP = 5  # pixels for 1 of a whole number
DOUBLE = 40  # pixels for twice as much, with Ctrl
DECADE = 160  # pixels for ten times as much of a number without ends
ACROSS = 240  # pixels from one end to the other of a number that has both
FINE = 0.2  # what Shift makes of the way


def swept(field: Field[Any], start: float, pixels: float, *, doubling: bool = False) -> float:
    """The number that lies so many pixels to the right of `start`, within the field's ends.

    Whole numbers go in ones, or with `doubling` through the powers of two. A real number between two ends goes evenly,
    any other by its size: a learning rate has no other scale.
    """
    low, high = _end(field, "min", "above"), _end(field, "max", "below")
    if isinstance(field, (Int, Ints)):
        if doubling and start > 0:
            steps = round(pixels / DOUBLE)
            number = 2 ** (_power(start, up=steps > 0) + steps) if steps else start
            number = max(1, int(number))
        else:
            number = start + int(pixels / STEP)
    elif low is not None and high is not None:
        number = round(start + (high - low) * pixels / ACROSS, 3)
    elif start:
        number = _rounded(start * 10 ** (pixels / DECADE))
    else:
        number = _rounded(pixels / DECADE)
    number = number if low is None else max(number, low)
    return number if high is None else min(number, high)


def _power(number: float, *, up: bool) -> int:
    """The power of two at `number`, or the last one that was passed on the way."""
    exact = math.log2(number)
    return math.floor(exact) if up else math.ceil(exact)


def _end(field: Field[Any], closed: str, opened: str) -> float | None:
    end = getattr(field, closed, None)
    return end if end is not None else getattr(field, opened, None)


def _rounded(number: float) -> float:
    """Three digits are enough for a hand."""
    return float(f"{number:.3g}")


class Sweep(QObject):
    """Watches the name beside an editor. `editor` is asked for anew each time: another may have taken its place."""

    def __init__(self, row: Any, name: QWidget):
        super().__init__(row)
        self._row, self._name = row, name
        self._start: float | None = None
        self._from = QPoint()
        self._moving = False
        name.installEventFilter(self)
        if isinstance(row.field, (Int, Float, Ints)):
            name.setCursor(Qt.CursorShape.SizeHorCursor)

    def _begin(self, at: QPoint) -> bool:
        editor, row = self._row.editor, self._row
        if not isinstance(editor, LineEditor) or row.written is not None or row.is_mixed or not editor.isEnabled():
            return False
        try:
            self._start = float(calculate(editor.text()))
        except NotANumber:
            return False
        self._from, self._moving = at, False
        return True

    def _move(self, at: QPoint, keys: Qt.KeyboardModifier) -> None:
        way = at.x() - self._from.x()
        if not self._moving and abs(way) < CLICK:
            return
        if not self._moving:
            self._moving = True
            self._name.setFocus(Qt.FocusReason.MouseFocusReason)  # Esc means this
        fine = FINE if keys & Qt.KeyboardModifier.ShiftModifier else 1.0
        doubling = bool(keys & Qt.KeyboardModifier.ControlModifier)
        assert self._start is not None
        number = swept(self._row.field, self._start, way * fine, doubling=doubling)
        try:
            shown = self._row.field.check(int(number) if not isinstance(self._row.field, Float) else number)
        except BadSetting:
            return  # an open end was met: it stays short of it
        self._row.editor.setText(write(self._row.field, shown))

    def _end_sweep(self, *, take: bool) -> None:
        moving, self._start, self._moving = self._moving, None, False
        if not moving:
            return
        self._row.editor.setFocus(Qt.FocusReason.MouseFocusReason)
        if take:
            self._row.editor.commit()
        else:
            self._row.editor.restore()

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QMouseEvent):
            at = event.globalPosition().toPoint()
            if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                return self._begin(at)
            if kind == QEvent.Type.MouseMove and self._start is not None:
                self._move(at, event.modifiers())
                return True
            if kind == QEvent.Type.MouseButtonRelease and self._start is not None:
                self._end_sweep(take=True)
                return True
        if self._moving and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if kind == QEvent.Type.KeyPress:
                self._end_sweep(take=False)
            event.accept()
            return True
        return super().eventFilter(watched, event)
