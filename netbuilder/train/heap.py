"""The memory that a training on the CPU works with, kept from one step to the next. It knows nothing about training.

The C library of Linux (glibc) gives what a step has freed back to the system, if it is some megabytes at the top of the
heap, and the next step gets it anew page by page. Measured on a small CNN, which varies with what else the process has
allocated: 50 to 1,900 page faults a step, 2 to 13 % of its time.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

TRIM, MMAP = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of mallopt(3)
LARGE = 1 << 30
USUAL = 32 << 20  # where glibc's own rule ends: blocks from here on are asked of the system one by one


def keep() -> bool:
    """Keep what is freed, for the whole process. False where there is no such choice."""
    return set_bounds(LARGE, LARGE)


def give_back() -> bool:
    """Let the system have what is free, now and from now on. False where there is no such choice."""
    if not set_bounds(USUAL, 2 * USUAL):
        return False
    _glibc().malloc_trim(0)
    return True


def set_bounds(mmap: int, trim: int) -> bool:
    """From how many bytes on a block is asked of the system by itself, and how many may be free at the heap's end."""
    glibc = _glibc()
    return glibc is not None and bool(glibc.mallopt(MMAP, mmap)) and bool(glibc.mallopt(TRIM, trim))


@cache
def _glibc() -> Any:
    """The C library, or None where it is another one."""
    try:
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018 - another library does not have it
        library.mallopt, library.malloc_trim  # noqa: B018
    except (AttributeError, OSError, TypeError):
        return None
    return library
