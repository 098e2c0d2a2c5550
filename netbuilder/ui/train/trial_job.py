"""A few steps of training on a thread of their own, called off at any time. It knows no widget and no network."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import shiboken6
from PySide6.QtCore import QObject, Signal

from netbuilder.data.source import Cancelled, Tell
from netbuilder.train.events import Event, Failed
from netbuilder.ui.bridge import Bridge, EventFeed

Begin = Callable[[Tell], Iterator[Event]]


class TrialJob(QObject):
    """`event` is each thing it says, on the window's thread; `ended` comes after the last, once the thread is done."""

    event = Signal(object)
    ended = Signal()

    def __init__(self, bridge: Bridge, begin: Begin, parent: QObject | None = None):
        super().__init__(parent)
        self._bridge, self._begin = bridge, begin
        self._wanted = True
        self._feed = EventFeed(self)
        self._feed.event.connect(self.event)
        self._thread = threading.Thread(target=self._live, name="trial", daemon=True)

    @property
    def cancelled(self) -> bool:
        return not self._wanted

    def start(self) -> None:
        self._feed.start()
        self._thread.start()

    def cancel(self) -> None:
        """Call it off after the step at hand."""
        self._wanted = False

    def _live(self) -> None:
        try:
            events = self._begin(self._reading)
            for event in events:
                self._feed.hear(event)
                if not self._wanted:
                    break
            events.close()  # type: ignore[attr-defined]
        except Exception as fault:  # whatever it is, the window says it and lives on
            self._feed.hear(Failed(f"It broke off: {type(fault).__name__}: {fault}".rstrip(".") + "."))
        self._bridge.post(lambda: self._end() if shiboken6.isValid(self) else None)

    def _reading(self, what: str, done: int, total: int) -> None:
        if not self._wanted:
            raise Cancelled

    def _end(self) -> None:
        self._feed.stop()  # tells what is left
        self._thread.join()
        self.ended.emit()
