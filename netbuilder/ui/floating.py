"""Keeps a widget over the lower part of another for a few seconds. It knows nothing of what the widget says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget


class Floating(QObject):
    """`fit` gives the widget its size before it is placed, so many pixels `above` the lower edge of `host`. `over` says
    that its time has gone by."""

    over = Signal()

    def __init__(self, widget: QWidget, host: QWidget, fit: Callable[[], None], above: int, shown_ms: int):
        super().__init__(widget)
        self._widget, self._host, self._fit, self._above = widget, host, fit, above
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(shown_ms)
        self._timer.timeout.connect(self._end)
        host.installEventFilter(self)
        widget.hide()

    def show(self) -> None:
        """From now on, for its time."""
        self._place()
        self._widget.show()
        self._widget.raise_()
        self._timer.start()

    def hide(self) -> None:
        """Before its time has gone by."""
        self._timer.stop()
        self._widget.hide()

    def _end(self) -> None:
        self._widget.hide()
        self.over.emit()

    def _place(self) -> None:
        self._fit()
        room, widget = self._host.rect(), self._widget
        widget.move((room.width() - widget.width()) // 2, room.height() - widget.height() - self._above)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self._widget.isVisible():
            self._place()
        return False
