"""Rows of numbers that come one after the other and end as one tensor: in memory, or in a file that is mapped into it
where they are too many. It knows nothing about what the numbers are.
"""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
import weakref
from collections.abc import Sequence
from contextlib import suppress
from math import prod
from pathlib import Path
from typing import IO, TYPE_CHECKING

from netbuilder.data.memory import check_fits, fits, gigabytes
from netbuilder.data.source import DataError
from netbuilder.places import cache_folder

if TYPE_CHECKING:
    import numpy as np
    import torch

FOLDER, PREFIX = "data", "rows-"
SPARE = 1 << 30  # bytes that stay free on the disk: the run's own files go somewhere too
WIDTH = 4  # bytes of a number


class InMemory:
    """At most `count` rows of this shape, float32."""

    def __init__(self, count: int, shape: Sequence[int]):
        import torch

        self._all = torch.empty((count, *shape))
        self._rows, self._count = self._all.numpy(), 0

    def add(self, row: np.ndarray) -> None:
        self._rows[self._count] = row
        self._count += 1

    def tensor(self) -> torch.Tensor:
        """All rows so far, (rows, *shape). None can be added after it."""
        return self._all[: self._count]

    def close(self) -> None:
        """Let go of the rows, unless there is a tensor of them."""


class OnDisk:
    """Rows of this shape, float32, in a file of its own in `folder`, which is gone with this and the tensor.

    On Linux the file has no name from the start, on macOS none after a moment; Windows deletes it with its last handle.
    So whatever becomes of the process, the disk is free again after it.
    """

    def __init__(self, shape: Sequence[int], folder: Path, setting: str = ""):
        self._shape, self._count, self._setting = tuple(shape), 0, setting
        self._width = WIDTH * prod(shape)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _sweep(folder)
            self._file: IO[bytes] = tempfile.TemporaryFile(prefix=PREFIX, dir=folder)  # noqa: SIM115 - it is kept
        except OSError as error:
            raise self._unwritten(error) from error
        self._end = weakref.finalize(self, _close, self._file)

    def add(self, row: np.ndarray) -> None:
        """Raises `DataError` when the disk is full."""
        import numpy as np

        try:
            # Written, not copied into a map: a disk that is full is an error here, and would be the end there.
            self._file.write(np.ascontiguousarray(row, dtype=np.float32).data)
        except OSError as error:
            raise self._unwritten(error) from error
        self._count += 1

    def tensor(self) -> torch.Tensor:
        """All rows so far, (rows, *shape), read from the disk when they are looked at. None can be added after it."""
        import torch

        try:
            self._file.flush()
            # Not a private map: the system would have to promise memory for all of it.
            mapped = mmap.mmap(self._file.fileno(), self._count * self._width, access=mmap.ACCESS_WRITE)
        except OSError as error:
            raise self._unwritten(error) from error
        return torch.frombuffer(mapped, dtype=torch.float32).view(self._count, *self._shape)

    def expect(self, rows: Sequence[int]) -> None:
        """Have the system begin to read these rows, all at once: read when they are looked at, each page of them is
        waited for by itself."""
        if not hasattr(os, "posix_fadvise"):
            return
        number = self._file.fileno()
        for row in rows:
            os.posix_fadvise(number, row * self._width, self._width, os.POSIX_FADV_WILLNEED)

    def close(self) -> None:
        """Let go of the file, which lives on only in a tensor of it."""
        self._end()

    def _unwritten(self, error: OSError) -> DataError:
        said = (error.strerror or str(error)).rstrip(".")
        return DataError(
            f"The data does not fit into memory, and it can't be written to the disk either ({said}): free some space "
            "there, or make it smaller.",
            self._setting or None,
        )


def rows_for(count: int, shape: Sequence[int], what: str, remedy: str, setting: str) -> InMemory | OnDisk:
    """Where `count` rows of this shape go: into memory if they take at most half of what is free there, else to the
    disk. Raises `DataError` if they fit on neither."""
    needed = WIDTH * prod(shape) * count
    if fits(needed):
        return InMemory(count, shape)
    folder = cache_folder() / FOLDER
    room = room_in(folder)
    if room is None:
        check_fits(needed, what, remedy, setting)
    elif needed > room:
        raise DataError(
            f"{what} would take {gigabytes(needed)}, more than half of the memory that is free, and more than the "
            f"{gigabytes(room)} that there is room for on the disk of {folder}: {remedy}, or free some space there.",
            setting,
        )
    return OnDisk(shape, folder, setting)


def room_in(folder: Path) -> int | None:
    """Bytes that may be written to a folder, which need not exist yet; None if what is written there lies in memory."""
    there = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
    if there is None or _lies_in_memory(there):
        return None
    try:
        return max(0, shutil.disk_usage(there).free - SPARE)
    except OSError:
        return None


def _lies_in_memory(folder: Path) -> bool:
    """Whether the file system of a folder is one that Linux keeps in memory."""
    try:
        device = folder.stat().st_dev
        wanted = f"{os.major(device)}:{os.minor(device)}"
        for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            told = line.split()
            if told[2] == wanted:
                return told[told.index("-") + 1] in ("tmpfs", "ramfs")
    except (OSError, ValueError, IndexError, AttributeError):
        pass  # another system
    return False


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):  # what was to be written as the last finds no room: nobody needs it
        file.close()


def _sweep(folder: Path) -> None:
    """Delete what is left of processes that ended with the power: a file that is in use has no name, or keeps it."""
    for left in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            left.unlink()
