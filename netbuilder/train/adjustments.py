"""How the learning rate and the size of the batches were changed while a run went on.

It reads of a log only the lines that say so, and no losses: of a million steps that takes a few milliseconds.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from netbuilder.train.event_lines import event_of
from netbuilder.train.events import Adjusted, Continued

BLOCK = 1 << 20  # bytes read at a time
WORDS = (b'{"event": "adjusted"', b'{"event": "continued"')
SAME = 1e-6  # of a rate: less is how it was computed


@dataclass(frozen=True)
class Change:
    """From after `step` steps on, which is at `epochs`, it learned at this rate, or in batches of this size; None where
    that was not changed. Where a schedule moves the rate, it is the one from which it went on moving."""

    step: int
    epochs: float
    learning_rate: float | None
    batch_size: int | None

    def describe(self) -> dict[str, Any]:
        """It as plain JSON values."""
        return asdict(self)

    def __str__(self) -> str:
        rate = [] if self.learning_rate is None else [f"learning rate {self.learning_rate:g}"]
        size = [] if self.batch_size is None else [f"batches of {self.batch_size:,}"]
        return f"after {self.epochs:.4g} {'epoch' if self.epochs == 1 else 'epochs'}: {' and '.join((*rate, *size))}"


def changes(
    adjusted: Iterable[Adjusted], learning_rate: float | None, batch_size: int | None, *, steady: bool
) -> tuple[Change, ...]:
    """What was changed, by what is told of it and by what the run began with. `steady`: no schedule moves the rate;
    where one does, it has moved by itself by the time that the size of the batches is changed."""
    found = []
    for one in adjusted:
        size = one.batch_size if one.batch_size != batch_size else None
        rate: float | None = float(f"{one.learning_rate:.6g}")
        if learning_rate is not None and math.isclose(one.learning_rate, learning_rate, rel_tol=SAME):
            rate = None
        if size is not None and not steady:
            rate = None
        if rate is not None or size is not None:
            found.append(Change(one.step, one.epochs, rate, size))
        learning_rate = learning_rate if rate is None else rate
        batch_size = batch_size if size is None else size
    return tuple(found)


def read_adjusted(path: Path) -> tuple[Adjusted, ...]:
    """What a log tells of it, without what is void, or is of the network before the last change of the drawing. No
    file is no changes."""
    found: list[Adjusted] = []
    with suppress(OSError):
        for line in _lines(path):
            with suppress(ValueError, RecursionError):
                event = event_of(json.loads(line))
                if isinstance(event, Adjusted):
                    found.append(event)
                elif isinstance(event, Continued):
                    found = [] if event.changed else [one for one in found if one.step <= event.step]
    return tuple(found)


def _lines(path: Path) -> Iterator[bytes]:
    """The lines that begin with one of `WORDS`, in their order."""
    rest = b""
    with path.open("rb", buffering=0) as file:
        while block := file.read(BLOCK):
            rest += block
            whole = rest.rfind(b"\n") + 1
            for at in sorted(at for word in WORDS for at in _places(rest, word, whole)):
                yield rest[at : rest.index(b"\n", at)]
            rest = rest[whole:]


def _places(text: bytes, word: bytes, end: int) -> Iterator[int]:
    at = text.find(word, 0, end)
    while at >= 0:
        if at == 0 or text[at - 1 : at] == b"\n":
            yield at
        at = text.find(word, at + 1, end)
