"""The steps of a history as text, and back. Consecutive projects have most of their lines in common: each line of a
project's file is there once, and a step says which lines, in which order, its project has.

The text begins with its own digest: what was cut off or mangled is not read. It is data, and nothing in it is run.
"""

from __future__ import annotations

import hashlib
import json
import threading
import weakref
from collections.abc import Sequence
from itertools import chain

from netbuilder import __version__
from netbuilder.project import file
from netbuilder.project.history import History, Step
from netbuilder.project.project import Project
from netbuilder.project.reading import CannotOpen

FORMAT = 1
MOST_STEPS = 500
LATEST = 4e9  # seconds since 1970: no clock says more
MOST_TEXT = 4_000_000  # characters of lines; the step where the user is is kept, however large it is

Spans = tuple[int, ...]  # first line, how many, first line, how many ...


class CannotRead(ValueError):
    """This text holds no steps that this version can read."""


class StepTexts:
    """Writes histories. What was written before is known, so that each step is turned into text once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._lines: list[str] = []
        self._numbers: dict[str, int] = {}
        self._length = 0
        self._spans: weakref.WeakKeyDictionary[Step, Spans] = weakref.WeakKeyDictionary()

    def write(self, steps: Sequence[Step], at: int) -> str:
        """The steps nearest to `at`, as many as there is room for. May be called on any thread."""
        with self._lock:
            if self._length > 4 * MOST_TEXT:
                self._forget()
            first, last = self._window(steps, at)
            kept = steps[first : last + 1]
            return self._text(kept, at - first)

    def _window(self, steps: Sequence[Step], at: int) -> tuple[int, int]:
        """The first and the last step that there is room for."""
        first = last = at
        seen: set[int] = set()
        length = self._grow(steps[at], seen)
        while last - first + 1 < MOST_STEPS:
            # By turns one further back and one further on, and where one side ends, the other.
            back = first > 0 and (at - first <= last - at or last + 1 == len(steps))
            if not back and last + 1 == len(steps):
                break
            next = first - 1 if back else last + 1
            length += self._grow(steps[next], seen)
            if length > MOST_TEXT:
                break
            first, last = min(first, next), max(last, next)
        return first, last

    def _grow(self, step: Step, seen: set[int]) -> int:
        """How many characters a step adds to what is seen."""
        fresh = set(_numbers(self._spans_of(step))) - seen
        seen |= fresh
        return sum(len(self._lines[number]) for number in fresh)

    def _spans_of(self, step: Step) -> Spans:
        spans = self._spans.get(step)
        if spans is None:
            lines = step.written.lines() if step.written is not None else file.dumps(step.project).split("\n")
            spans = _spans([self._number(line) for line in lines])
            self._spans[step] = spans
        return spans

    def _number(self, line: str) -> int:
        number = self._numbers.setdefault(line, len(self._lines))
        if number == len(self._lines):
            self._lines.append(line)
            self._length += len(line)
        return number

    def _text(self, steps: Sequence[Step], at: int) -> str:
        listed = [list(_numbers(self._spans_of(step))) for step in steps]
        used = sorted(set(chain.from_iterable(listed)))
        place = {number: index for index, number in enumerate(used)}
        head = {"netbuilder": __version__, "format": [FORMAT, file.FORMAT], "steps": len(steps), "at": at}
        rows = [
            json.dumps([step.label, step.when, _spans([place[number] for number in numbers])], ensure_ascii=False)
            for step, numbers in zip(steps, listed, strict=True)
        ]
        body = "\n".join([json.dumps(head), *rows, *(self._lines[number] for number in used)])
        body = body.encode("utf-8", "backslashreplace").decode()  # as it is when it comes back from a file
        return f"{_digest(body)}\n{body}"


def read(text: str) -> History:
    """The history in a text that `StepTexts` wrote. Raises `CannotRead`, whatever the text is."""
    digest, _, body = text.partition("\n")
    if digest != _digest(body):
        raise CannotRead("it is damaged")
    try:
        return _read(body.split("\n"))
    except (ValueError, RecursionError, TypeError, KeyError, IndexError, OverflowError, AttributeError):
        raise CannotRead("it is damaged") from None


def _read(rows: list[str]) -> History:
    head = json.loads(rows[0])
    if head["format"] != [FORMAT, file.FORMAT]:
        raise CannotRead("it is of another version")
    count, at = head["steps"], head["at"]
    if not 0 <= at < count <= MOST_STEPS:
        raise CannotRead("its steps are not there")
    lines = rows[1 + count :]
    steps = []
    for row in rows[1 : 1 + count]:
        label, when, spans = json.loads(row)
        if not isinstance(label, str) or not 0 <= when < LATEST or not all(isinstance(n, int) for n in spans):
            raise CannotRead("a step can't be read")
        if not _fit(spans, len(lines)):
            raise CannotRead("a step has lines that are not there")
        steps.append(Step(label, None, float(when), _Written(lines, tuple(spans))))
    return History.of(steps, at)


class _Written:
    """A step's project as spans of the lines of all."""

    def __init__(self, all: list[str], spans: Spans):
        self._all, self._spans = all, spans

    def lines(self) -> list[str]:
        return [self._all[number] for number in _numbers(self._spans)]

    def read(self) -> Project:
        opened = file.loads("\n".join(self.lines()))
        if not opened.faithful:
            raise CannotOpen(opened.notes[0], "This step")
        return opened.project


def _fit(spans: Sequence[int], lines: int) -> bool:
    """Whether these are spans of so many lines. A few words stand in a file again and again, but no more than so."""
    whole = len(spans) % 2 == 0 and all(n >= 0 for n in spans) and sum(spans[1::2]) <= 12 * lines + 100
    return whole and all(first + count <= lines for first, count in zip(spans[::2], spans[1::2], strict=True))


def _spans(numbers: Sequence[int]) -> Spans:
    """Runs of consecutive numbers as their first and their length."""
    spans: list[int] = []
    for number in numbers:
        if spans and spans[-2] + spans[-1] == number:
            spans[-1] += 1
        else:
            spans += (number, 1)
    return tuple(spans)


def _numbers(spans: Spans) -> chain[int]:
    pairs = zip(spans[::2], spans[1::2], strict=True)
    return chain.from_iterable(range(first, first + count) for first, count in pairs)


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "backslashreplace")).hexdigest()
