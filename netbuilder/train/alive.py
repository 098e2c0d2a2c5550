"""Whether some process is training a run at this moment: it holds the lock on the file `alive` in the run's folder."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

FILE = "alive"
PATIENCE = 1.0  # seconds: whoever only asks has it for a moment


def hold(folder: Path) -> FileLock | None:
    """A lock that says so, until it is released or its process ends; None if another one has it."""
    lock = FileLock(folder / FILE, timeout=PATIENCE, is_singleton=False, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        return None
    except (OSError, NotImplementedError):
        pass  # a file system without locks
    return lock


def is_alive(folder: Path) -> bool:
    """Whether a training process, this one or another, holds the run in `folder`. A file that a killed process has left
    behind is held by nobody."""
    place = folder / FILE
    if not place.is_file():
        return False
    try:
        with FileLock(place, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a folder that can't be written to: nobody trains there
        return False
