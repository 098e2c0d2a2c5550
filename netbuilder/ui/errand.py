"""A short piece of work on a thread that ends with it; what comes of it is delivered on the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject

from netbuilder.ui.bridge import Bridge

T = TypeVar("T")


def send(
    bridge: Bridge,
    owner: QObject,
    name: str,
    work: Callable[[], T],
    deliver: Callable[[T | None, Exception | None], None],
) -> None:
    """Do `work()` on a thread, then `deliver(result, error)`, unless `owner` is gone by then."""

    def go() -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as fault:  # told to whoever sent it, not lost on this thread
            error = fault
        bridge.post(lambda: deliver(result, error) if shiboken6.isValid(owner) else None)

    threading.Thread(target=go, name=name, daemon=True).start()
