"""Whether some process is training a run at this moment: it holds the lock on the file `alive` in the run's folder."""

from __future__ import annotations

from pathlib import Path

FILE = "alive"


def is_alive(folder: Path) -> bool:
    """Whether a training process, this one or another, holds the run in `folder`. A file that a killed process has left
    behind is held by nobody."""
    place = folder / FILE
    if not place.is_file():
        return False
    import filelock

    try:
        with filelock.FileLock(place, timeout=0):
            return False
    except filelock.Timeout:
        return True
    except OSError:  # a folder that can't be written to: nobody trains there
        return False
