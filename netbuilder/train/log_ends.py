"""How a run stands, from the beginning and the end of its events.jsonl: a long log is not read whole.

What it can't know without the middle it looks for backwards, and no further than it has to.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from netbuilder.train.event_lines import event_of
from netbuilder.train.events import Continued, EpochDone, Event, Failed, Finished, Progress, Started

HEAD = 4096  # bytes read of the beginning, for the line of `Started`
BLOCK = 16384  # bytes read of the end at first; each time that is not enough, twice as many
WORD = b'{"event": "'
WANTED = frozenset((b"started", b"epoch_done", b"finished", b"failed", b"continued", b"progress"))


@dataclass(frozen=True)
class LogEnds:
    """`done` is the newest epoch that counts, `best` the newest that was the best so far. `ended` is how the run ended;
    None if it never did, or goes on. `step` counts the steps taken."""

    started: Started | None = None
    done: EpochDone | None = None
    best: EpochDone | None = None
    ended: Finished | Failed | None = None
    step: int = 0


def read_ends(path: Path) -> LogEnds:
    """The ends of this log. A line that is cut off is left out; no file is no events."""
    try:
        with path.open("rb") as file:
            first = _first(file)
            size = file.seek(0, io.SEEK_END)
            return _looked_back(file, size, first)
    except OSError:
        return LogEnds()


def _first(file: BinaryIO) -> Started | None:
    head = file.read(HEAD)
    if head and b"\n" not in head:
        head += file.readline()
    event = _event(head.split(b"\n", 1)[0])
    return event if isinstance(event, Started) else None


def _looked_back(file: BinaryIO, size: int, first: Started | None) -> LogEnds:
    """Go back line by line until nothing is missing. What a continued run had told of later epochs is void."""
    started = ended = done = best = None
    limit: int | None = None  # epochs after this one do not count
    step: int | None = None
    newest = True
    for line in _backwards(file, size):
        if not line.strip():
            continue
        if not newest and line.startswith(WORD) and not _is_wanted(line, step is None):
            continue
        event = _event(line)
        match event:
            case Finished() | Failed() if newest:
                ended = event
            case Started():
                started = started or event
            case Progress():
                step = event.step if step is None else step
            case Continued():
                limit = event.epoch if limit is None else min(limit, event.epoch)
                step = event.step if step is None else step
            case EpochDone() if limit is None or event.epoch <= limit:
                done = done or event
                best = best or (event if event.best else None)
                step = event.step if step is None else step
        newest = False
        if isinstance(ended, Finished):
            if step is not None and (done is not None or not ended.epochs):
                break
        elif done is not None and best is not None:
            break
    return LogEnds(started or first, done, best, ended, step or 0)


def _is_wanted(line: bytes, for_step: bool) -> bool:
    word = line[len(WORD) : line.find(b'"', len(WORD))]
    return word in WANTED and (for_step or word != b"progress")


def _event(line: bytes) -> Event | None:
    try:
        return event_of(json.loads(line))
    except (ValueError, RecursionError):
        return None


def _backwards(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The lines of a file of `size` bytes, the last first."""
    at, block, rest = size, BLOCK, b""
    while at > 0:
        start = max(0, at - block)
        file.seek(start)
        lines = (file.read(at - start) + rest).split(b"\n")
        at, block, rest = start, 2 * block, lines[0]
        yield from reversed(lines[1:])
    yield rest
