"""`LatestJob`: work done on a thread of its own, of which only the newest request matters. It knows nothing of Qt."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any


class LatestJob:
    """Runs `work(request)` on one background thread; a request that waits is replaced by a newer one.

    `done(request, result, error)` is called on that thread, and only for a request that is still the newest:
    an answer to an older question is dropped. The thread starts with the first request and ends with `close`.
    """

    def __init__(self, work: Callable[[Any], Any], done: Callable[[Any, Any, BaseException | None], None], name: str):
        self._work, self._done, self._name = work, done, name
        self._changed = threading.Condition()
        self._waiting: list[Any] = []  # empty, or the one request that waits
        self._busy = False
        self._closed = False
        self._thread: threading.Thread | None = None

    def request(self, request: Any) -> None:
        """Ask for `request` to be worked on, in place of any that still waits."""
        with self._changed:
            if self._closed:
                return
            self._waiting = [request]
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Block until nothing waits and nothing is being worked on. False if `timeout` seconds were not enough."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or not (self._waiting or self._busy), timeout)

    def close(self) -> None:
        """End the thread after the work at hand; its answer is dropped."""
        with self._changed:
            self._closed = True
            self._waiting = []
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                request = self._waiting.pop()
                self._busy = True
            result: Any = None
            error: BaseException | None = None
            try:
                result = self._work(request)
            except BaseException as fault:  # told to whoever asked: a library's panic must not end the thread either
                error = fault
            with self._changed:
                current = not self._waiting and not self._closed
            if current:
                try:
                    self._done(request, result, error)
                except Exception:  # reported as any fault of a thread is, but the next request is still worked on
                    threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))
