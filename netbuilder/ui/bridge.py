"""The only way from another thread to the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, groupby

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from netbuilder.train.events import Event, Preparing, Progress, StepDone

DRAIN_MS = 33  # about 30 times a second: faster than the eye needs, slow enough to leave the thread free


class Bridge(QObject):
    """`post(call)` from any thread; `call()` runs on the window's thread, in order. Silent after `close`."""

    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._open = True
        self._lock = threading.Lock()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        with self._lock:  # a post never meets a bridge that is being taken down
            if self._open:
                self._posted.emit(call)

    def close(self) -> None:
        with self._lock:
            self._open = False

    def _run(self, call: Callable[[], None]) -> None:
        if self._open:
            call()


class EventFeed(QObject):
    """Training events on the window's thread: facts all and in order, progress merged to at most one a drain."""

    event = Signal(object)

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self._waiting: list[Event] = []
        self._lock = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setInterval(DRAIN_MS)
        self._timer.timeout.connect(self.drain)

    def hear(self, event: Event) -> None:
        """Called on the worker's thread."""
        if isinstance(event, StepDone):
            return
        with self._lock:
            self._waiting.append(event)

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self.drain()

    def drain(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for kind, events in groupby(waiting, type):
            told = list(events)
            if kind is Progress:
                told = [merged(told)]
            for event in told[-1:] if kind is Preparing else told:
                self.event.emit(event)


def merged(told: Sequence[Event]) -> Event:
    """One `Progress` for several: the last, with the losses of all. Together, as one by one takes the square of it."""
    progress = [event for event in told if isinstance(event, Progress)]
    losses = tuple(chain.from_iterable(event.losses for event in progress))
    return replace(progress[-1], losses=losses)
