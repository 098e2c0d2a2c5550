"""One export of a drawing, on a thread of its own: how far it is, what came of it, and calling it off.

It knows no widget. Whoever started it may go on, or be gone by the time it ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netbuilder.data.source import Cancelled
from netbuilder.project.file import write_bytes
from netbuilder.ui import errand
from netbuilder.ui.canvas import picture

if TYPE_CHECKING:
    from netbuilder.ui.bridge import Bridge
    from netbuilder.ui.theme import Theme

EVERY = 0.1  # seconds between two tellings: what is done sooner is told only once it is done


class PictureJob:
    """`told(done, total)` while it is painted, `total` 0 while it is written; then `done(bytes, error)`, unless it was
    called off."""

    def __init__(
        self,
        bridge: Bridge,
        owner: QObject,
        path: Path,
        *,
        told: Callable[[int, int], None],
        done: Callable[[int | None, Exception | None], None],
    ):
        self._bridge, self._owner, self._path = bridge, owner, path
        self._told, self._done = told, done
        self._called_off = threading.Event()
        self._last = time.monotonic()

    def start(self, drawing: picture.Shown, format: str, theme: Theme, scale: float) -> None:
        def work() -> int:
            content = picture.encoded(drawing, format, theme, scale, self._tell)
            self._tell(0, 0)
            write_bytes(content, self._path)
            return len(content)

        errand.send(self._bridge, self._owner, "picture", work, self._deliver)

    def cancel(self) -> None:
        """Call it off: nothing is written and nothing more is told, though the thread may need a moment to end."""
        self._called_off.set()

    def _tell(self, done: int, total: int) -> None:
        if self._called_off.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._last >= EVERY:
            self._last = now
            self._bridge.post(lambda: None if self._called_off.is_set() else self._told(done, total))

    def _deliver(self, size: int | None, fault: Exception | None) -> None:
        if not self._called_off.is_set():
            self._done(size, fault)
