"""Whether something fits into this machine's memory, asked before it is read. It knows nothing about what is read."""

from __future__ import annotations

import os
from pathlib import Path

from netbuilder.data.source import DataError


def available() -> int | None:
    """Bytes that can be used without swapping, or None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass  # not Linux
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None  # Windows


def fits(needed: int) -> bool:
    """Whether so many bytes are at most half of the memory there is; True where the system does not say."""
    there = available()
    return there is None or needed <= there // 2


def check_fits(needed: int, what: str, remedy: str, setting: str) -> None:
    """Raises `DataError` if `needed` bytes are more than half of the memory there is."""
    there = available()
    if there is not None and needed > there // 2:
        raise DataError(
            f"{what} would take {gigabytes(needed)} of memory, and half of what is free here is "
            f"{gigabytes(there // 2)}: {remedy}.",
            setting,
        )


def gigabytes(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"
