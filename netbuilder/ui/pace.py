"""How Python shares its time between the window and the threads beside it. It knows nothing about what these do."""

from __future__ import annotations

import gc
import sys

TURN = 0.0003  # seconds that a thread at work keeps the window waiting whenever that has called Qt; Python says 0.005
YOUNG, MIDDLE, OLD = 10_000, 20, 50  # after how many new things, and walks through those, garbage is looked for


def favour_the_window() -> None:
    """For the whole program. A walk through all that is loaded takes a quarter of a second once torch is, and one edit
    of a large network makes enough new things to set it off: it is for when many edits have been made."""
    sys.setswitchinterval(TURN)
    gc.set_threshold(YOUNG, MIDDLE, OLD)
