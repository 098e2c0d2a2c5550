"""One event as one line of JSON, and back. It knows no files.

The losses of a `Progress` stand in its line as one text: base64 of little-endian numbers in single precision. A million
of them are written in a tenth of a second and read in a twentieth, ten times as fast as a list of numbers. Lists, as
earlier versions wrote them, are read as well.
"""

from __future__ import annotations

import json
import re
import sys
from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from netbuilder.train.events import Event, Progress

MOST_MERGED = 65_536  # losses in one `Progress` that is made of several

_BY_WORD: dict[str, type[Event]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in Event.__subclasses__()
}
_WORDS = {kind: word for word, kind in _BY_WORD.items()}
_LOSSES = "tuple[float, ...]"
# A whole line of progress: no other brace is in it, as there is where the end of a line was lost.
_PROGRESS = re.compile(
    rb'\{"event": "progress", "step": (\d{1,15}), [^{}"]*"epoch": [^{}"]*'
    rb'"losses": "([A-Za-z0-9+/=]*)"[^{}]*\}\r?$'
)


def events_as_json(event: Event) -> dict[str, Any]:
    """The event as plain JSON values; "event" is its word ("epoch_done")."""
    told: dict[str, Any] = {"event": _WORDS[type(event)]}
    for field in fields(event):
        value = getattr(event, field.name)
        if isinstance(value, tuple):  # step losses: there are many, and six digits are more than a curve shows
            value = [float(f"{number:.6g}") for number in value]
        told[field.name] = dict(value) if isinstance(value, Mapping) else value
    return told


def event_of(told: Any) -> Event | None:
    """The event that `told` says, with its losses as numbers or packed, or None if it is none that this version
    knows."""
    kind = _BY_WORD.get(str(told.get("event"))) if isinstance(told, dict) else None
    if kind is None:
        return None
    values = {}
    for field in fields(kind):
        if field.name not in told:
            continue
        value, declared = told[field.name], str(field.type)
        if declared == _LOSSES:
            value = _losses(value)
            if value is None:
                return None
        elif not _fits(value, declared):
            return None
        values[field.name] = value
    try:
        return kind(**values)
    except TypeError:  # something it needs is missing
        return None


def line_of(event: Event) -> bytes:
    """The event as a line, its end included."""
    if isinstance(event, Progress):
        told = events_as_json(replace(event, losses=())) | {"losses": _packed(event.losses)}
    else:
        told = events_as_json(event)
    return json.dumps(told, ensure_ascii=False).encode("utf-8", errors="backslashreplace") + b"\n"


def events_in(lines: Iterable[bytes], *, merged: bool = False) -> Iterator[Event]:
    """The events of these lines. A line that is cut off or makes no sense is left out.

    `merged`: what is told of steps that follow each other becomes one `Progress`, as its last line has it, with the
    losses of all of them, up to about `MOST_MERGED`. That is several times as fast.
    """
    row, last, step = array("f"), b"", 0  # losses, the last line that told some, and the step it was told at
    for line in lines:
        found = _PROGRESS.match(line) if merged else None
        if found is None:
            if last:
                yield from _together(row, last)
                row, last = array("f"), b""
            event = _event_in(line)
            if event is not None:
                yield event
            continue
        here, more = int(found[1]), _unpacked(found[2])
        if more is None:
            continue
        if last and (here - len(more) != step or len(row) > MOST_MERGED):  # what is between was lost, or told again
            yield from _together(row, last)
            row = array("f")
        row += more
        last, step = line, here
    if last:
        yield from _together(row, last)


def _together(row: array[float], last: bytes) -> Iterator[Event]:
    event = _event_in(last)
    if isinstance(event, Progress):
        yield replace(event, losses=tuple(row))


def _event_in(line: bytes) -> Event | None:
    try:
        return event_of(json.loads(line.decode("utf-8", errors="replace")))
    except (ValueError, RecursionError):
        return None


def _packed(losses: Sequence[float]) -> str:
    numbers = array("f", losses)
    if sys.byteorder == "big":
        numbers.byteswap()
    return b2a_base64(numbers, newline=False).decode("ascii")


def _unpacked(packed: str | bytes) -> array[float] | None:
    numbers = array("f")
    try:
        numbers.frombytes(a2b_base64(packed))
    except ValueError:
        return None
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _losses(value: Any) -> tuple[float, ...] | None:
    """What is told as losses, if it is any."""
    if isinstance(value, str):
        numbers = _unpacked(value)
        return None if numbers is None else tuple(numbers)
    try:
        return tuple(array("d", value)) if isinstance(value, list) else None
    except (TypeError, OverflowError):
        return None


def _fits(value: Any, declared: str) -> bool:
    if declared.endswith(" | None"):
        return value is None or _fits(value, declared.removesuffix(" | None"))
    if declared == "Mapping[str, float]":
        return isinstance(value, dict) and all(_fits(one, "float") for one in value.values())
    if declared == "bool" or isinstance(value, bool):
        return declared == "bool" and isinstance(value, bool)
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,)}
    return isinstance(value, kinds[declared])
