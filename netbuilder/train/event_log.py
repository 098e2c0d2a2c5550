"""The file of a run's events: written as they happen, and read back or followed while the run still goes on.

It knows nothing about what the events say. How one looks as a line is in `event_lines`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from netbuilder.train.event_lines import events_in, line_of
from netbuilder.train.events import Event, Noted, StepDone

BLOCK = 1 << 20  # bytes read at a time


class EventLog:
    """Writes events to a file, each at once: whatever kills the program, what was told before is there.

    Between two steps there is nothing to write. Opened for appending, so nothing written before is lost; where the
    program was killed in the middle of a line, that line is ended first, and readers leave it out.
    """

    def __init__(self, path: Path, write: Callable[[int, bytes], int] = os.write):
        """Raises `OSError` where the file can't be opened. `write` is what writes to it."""
        self._write = write
        self._file: int | None = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        self._waiting = bytearray()
        size = os.lseek(self._file, 0, os.SEEK_END)
        if size:
            os.lseek(self._file, size - 1, os.SEEK_SET)
            if os.read(self._file, 1) != b"\n":
                self._waiting += b"\n"

    @property
    def waiting(self) -> int:
        """Bytes that could not be written so far."""
        return len(self._waiting)

    def write(self, event: Event) -> None:
        """Write it, after whatever could not be written before it.

        Raises `OSError` where it can't, as on a full disk. Nothing is lost by that: the event is kept, and written
        with the next one or by `flush`, once there is room. The file then ends with a whole line.
        """
        if not isinstance(event, StepDone) and self._file is not None:
            self._waiting += line_of(event)
            self.flush()

    def flush(self) -> None:
        """Try again to write what could not be written. Raises `OSError` if it still can't be."""
        if self._file is None or not self._waiting:
            return
        size = os.fstat(self._file).st_size
        written = 0
        try:
            while written < len(self._waiting):
                written += self._write(self._file, bytes(self._waiting[written : written + BLOCK]))
        except OSError:
            whole = self._waiting.rfind(b"\n", 0, written) + 1
            if whole < written:  # half a line would be taken for the beginning of what another writes after it
                try:
                    os.ftruncate(self._file, size + whole)
                except OSError:  # then it stays, and goes on where it was cut off
                    whole = written
            written = whole
            raise
        finally:
            del self._waiting[:written]

    def noted(self) -> Noted | None:
        """What there is to say of the writing itself, once."""
        return None

    def close(self) -> None:
        """What can't be written now is lost."""
        if self._file is not None:
            with suppress(OSError):
                self.flush()
            file, self._file = self._file, None
            os.close(file)


class EventTail:
    """Reads the events of a file bit by bit, as for a run in another process: each `read` gives what is new.

    `place` is the number of bytes that were read; one that is given as the beginning may be in the middle of a line,
    which is then left out. A line that is not whole yet waits for a later read. `merged` as for `events_in`.
    """

    def __init__(self, path: Path, place: int = 0, *, merged: bool = False):
        self.place = max(0, place)
        self._path = Path(path)
        self._merged = merged
        self._aligned = self.place == 0

    def read(self) -> tuple[Event, ...]:
        """The events since the last read: none where there is nothing new, or no file."""
        return tuple(self.each())

    def each(self) -> Iterator[Event]:
        """The same one by one, so that a long file is never in memory as a whole."""
        try:
            if self._path.stat().st_size <= self.place:
                return
        except OSError:
            return
        yield from events_in(self._lines(), merged=self._merged)

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        with suppress(OSError), self._path.open("rb", buffering=0) as file:
            file.seek(self.place if self._aligned else self.place - 1)
            while block := file.read(BLOCK):
                lines = (rest + block).split(b"\n")
                rest = lines.pop()
                if lines and not self._aligned:
                    self.place += len(lines.pop(0))  # the end of a line, and the end of the one before it
                    self._aligned = True
                for line in lines:
                    self.place += len(line) + 1
                    yield line


def why_unreadable(path: Path, *, writing: bool = False) -> str:
    """What keeps a log that is there from being read, or written to as well, and what would help: "its events.jsonl is
    ...". "" where nothing does, or where there is no log."""
    if path.is_dir():
        return f"its {path.name} is a folder and not a file. Move that folder away, or put the file back in its place."
    try:
        path.open("r+b" if writing else "rb").close()
    except FileNotFoundError:
        return ""
    except PermissionError:
        what = "written to" if writing and os.access(path, os.R_OK) else "read"
        return f"its {path.name} may not be {what}. Allow you to read and write that file, and try again."
    except OSError as error:
        said = error.strerror or str(error)
        return f"its {path.name} can't be read: {said}. Look at the disk, or copy the run's folder to another one."
    return ""


def read_events(path: Path) -> tuple[Event, ...]:
    """The events written so far. A line that is cut off or makes no sense is left out; no file is no events."""
    return EventTail(path).read()
