"""What the mouse does on a plot: it is told values, chooses a stretch, moves along. It knows no curves.

Drag: choose a stretch. Shift and drag: move along. Wheel: closer or further. Double click: all. Esc or another button
ends a drag without anything having been done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from netbuilder.ui import zoom

if TYPE_CHECKING:
    from netbuilder.ui.curve_axes import CurveAxes

LEAST_DRAG = 5  # pixels: less is a click
NOTCH = 0.8  # how wide the stretch is after a notch of the wheel, of what it was
ALONG = 0.1  # how far a notch moves along


class Drag(Protocol):
    """One gesture: `move` while the button is down, then `end` or `cancel`."""

    def move(self, place: QPointF) -> None: ...
    def end(self) -> None: ...
    def cancel(self) -> None: ...


class Choosing:
    """The stretch between where the button went down and where it is let go."""

    def __init__(self, mouse: PlotMouse, place: QPointF):
        self._mouse, self._from, self._to = mouse, place, place

    def move(self, place: QPointF) -> None:
        self._to = place
        self._mouse.axes.show_band(self._ends())

    def end(self) -> None:
        ends = self._ends()
        self.cancel()
        if ends is not None:
            self._mouse.want(ends)

    def cancel(self) -> None:
        self._mouse.axes.show_band(None)

    def _ends(self) -> zoom.Stretch | None:
        if abs(self._to.x() - self._from.x()) < LEAST_DRAG:
            return None
        one, other = (self._mouse.clamped(place) for place in (self._from, self._to))
        return min(one, other), max(one, other)


class MovingAlong:
    """The plot goes with the mouse."""

    def __init__(self, mouse: PlotMouse, place: QPointF):
        self._mouse, self._from, self._seen = mouse, place, mouse.axes.seen

    def move(self, place: QPointF) -> None:
        axes = self._mouse.axes
        by = (self._from.x() - place.x()) / axes.wide * (self._seen[1] - self._seen[0])
        self._mouse.want(zoom.moved(self._seen, by, axes.shared.end))

    def end(self) -> None:
        pass

    def cancel(self) -> None:
        self._mouse.want(self._seen)


class Escape(QObject):
    """While it watches, Esc calls `pressed` and nothing else, whichever widget has the keyboard."""

    def __init__(self, pressed: Callable[[], None], parent: QObject):
        super().__init__(parent)
        self._pressed = pressed

    def watch(self) -> None:
        QCoreApplication.instance().installEventFilter(self)

    def rest(self) -> None:
        QCoreApplication.instance().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:  # it is no shortcut now
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._pressed()
        return True


class PlotMouse(QObject):
    """`wanted` with the stretch that is to be seen, or None for all. `is_new`: nobody has zoomed here yet."""

    wanted = Signal(object)

    def __init__(self, axes: CurveAxes):
        super().__init__(axes)
        self.axes = axes
        self.is_new = True
        self._drag: Drag | None = None
        self._escape = Escape(lambda: self._end(cancel=True), self)
        axes.widget.viewport().installEventFilter(self)

    def want(self, stretch: zoom.Stretch | None) -> None:
        self.is_new = False
        self.wanted.emit(stretch)

    def clamped(self, place: QPointF) -> float:
        """The epoch at this place, or the end of the axis that is nearest to it."""
        left = self.axes.left
        low, high = self.axes.seen
        return low + (high - low) * min(1.0, max(0.0, (place.x() - left) / self.axes.wide))

    def _press(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._end(cancel=True)
        elif event.button() == Qt.MouseButton.LeftButton and self.axes.epoch_at(event.position()) is not None:
            self.axes.hide_tip()
            along = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._drag = (MovingAlong if along else Choosing)(self, event.position())
            self._escape.watch()

    def _end(self, *, cancel: bool = False) -> None:
        drag, self._drag = self._drag, None
        if drag is not None:
            self._escape.rest()
            if cancel:
                drag.cancel()
            else:
                drag.end()

    def _turn(self, event: QWheelEvent) -> bool:
        """Closer, further or along; False where the turn is for the page around."""
        at, turned = self.axes.epoch_at(event.position()), event.angleDelta()
        held = event.modifiers()
        if at is None or (_scrolls(self.axes.widget) and not held & Qt.KeyboardModifier.ControlModifier):
            return False
        across = turned.x() or (turned.y() if held & Qt.KeyboardModifier.ShiftModifier else 0)
        low, high = self.axes.seen
        if across:
            self.want(zoom.moved((low, high), -across / 120 * ALONG * (high - low), self.axes.shared.end))
        elif turned.y():
            factor = NOTCH ** (turned.y() / 120)
            self.want(zoom.closer((low, high), at, factor, self.axes.shared.end, self.axes.shared.narrowest))
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event:
            case QWheelEvent():
                if self._turn(event):
                    event.accept()
                else:
                    event.ignore()
                return True
            case QMouseEvent() if event.type() == QEvent.Type.MouseMove:
                if self._drag is not None:
                    self._drag.move(event.position())
                else:
                    self.axes.show_tip(event.position())
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonPress:
                self._press(event)
                return True
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonRelease:
                self._end()
            case QMouseEvent() if event.type() == QEvent.Type.MouseButtonDblClick:
                self._end(cancel=True)
                self.want(None)
                return True
            case _ if event.type() in (QEvent.Type.Leave, QEvent.Type.Hide):
                self.axes.hide_tip()
                if event.type() == QEvent.Type.Hide:
                    self._end(cancel=True)
        return False


def _scrolls(widget: QWidget) -> bool:
    """Whether the page that the widget is on can be scrolled: then the wheel is for that."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea) and above.verticalScrollBar().maximum() > 0:
            return True
        above = above.parentWidget()
    return False
