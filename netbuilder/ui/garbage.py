"""Collects Python's garbage on the window's thread only. It knows nothing about what is thrown away.

Python collects on whichever thread makes new things. A closed dialog that a lambda of its own holds is such garbage:
destroyed by the thread that trains or checks, it takes the whole program with it, as Qt's objects die where they live.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

OFTEN_MS = 200


class Garbage(QObject):
    """Looks a few times a second whether it is time to collect, by Python's own thresholds, from now until `close`."""

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        gc.disable()  # what is new is still counted
        self._timer = QTimer(self)
        self._timer.setInterval(OFTEN_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect the oldest generation whose time it is, and with it the younger ones."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [age for age, (count, most) in enumerate(counts) if count > most]
        if 0 in due:  # the older ones wait for it, as they do in Python
            gc.collect(max(due))

    def close(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.enable()
