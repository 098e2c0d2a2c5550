"""Events as lines of JSON: written as they happen, and read back while the run still goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TextIO

from netbuilder.train.events import Event, Noted, StepDone

_BY_WORD: dict[str, type[Event]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind for kind in Event.__subclasses__()
}
_WORDS = {kind: word for word, kind in _BY_WORD.items()}


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
    """The event that `events_as_json` made `told` of, or None if it is none that this version knows."""
    kind = _BY_WORD.get(str(told.get("event"))) if isinstance(told, dict) else None
    if kind is None:
        return None
    values = {}
    for field in fields(kind):
        if field.name not in told:
            continue
        value = told[field.name]
        if not _fits(value, str(field.type)):
            return None
        values[field.name] = tuple(value) if isinstance(value, list) else value
    try:
        return kind(**values)
    except TypeError:  # something it needs is missing
        return None


class EventLog:
    """Writes events to a file, each flushed: whatever kills the program, what was told before is there.

    Between two steps there is nothing to write. Opened for appending, so nothing written before is lost.
    """

    def __init__(self, path: Path):
        self._file: TextIO = path.open("a", encoding="utf-8", errors="backslashreplace")

    def write(self, event: Event) -> None:
        if not isinstance(event, StepDone) and not self._file.closed:
            self._file.write(json.dumps(events_as_json(event), ensure_ascii=False) + "\n")
            self._file.flush()

    def noted(self) -> Noted | None:
        """What there is to say of the writing itself, once."""
        return None

    def close(self) -> None:
        self._file.close()


def read_events(path: Path) -> tuple[Event, ...]:
    """The events written so far. A line that is cut off or makes no sense is left out; no file is no events."""
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    found = []
    for line in text.split("\n"):
        try:
            event = event_of(json.loads(line))
        except (ValueError, RecursionError):
            continue
        if event is not None:
            found.append(event)
    return tuple(found)


def _fits(value: Any, declared: str) -> bool:
    if declared.endswith(" | None"):
        return value is None or _fits(value, declared.removesuffix(" | None"))
    if declared == "tuple[float, ...]":
        return isinstance(value, list) and all(_fits(one, "float") for one in value)
    if declared == "Mapping[str, float]":
        return isinstance(value, dict) and all(_fits(one, "float") for one in value.values())
    if declared == "bool" or isinstance(value, bool):
        return declared == "bool" and isinstance(value, bool)
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "str": (str,)}
    return isinstance(value, kinds[declared])
