"""The steps of a history as text, and back. Consecutive projects have most of their lines in common: each line of a
project's file is there once, and a step says which lines, in which order, its project has.

The text begins with its own digest: what was cut off or mangled is not read. It is data, and nothing in it is run.
"""

from __future__ import annotations

import hashlib
import json
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

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


@dataclass
class _Known:
    """What a step is as text: its lines, its row, and what it has that the step before it had not."""

    spans: Spans
    row: str
    length: int
    fresh: Spans = ()
    grown: int = 0
    before: Spans | None = None  # the spans of the step that `fresh` is counted from


class StepTexts:
    """Writes histories. What was written before is known, so that each step is turned into text once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: list[str] = []
        self._numbers: dict[str, int] = {}
        self._length = 0
        self._known: weakref.WeakKeyDictionary[Step, _Known] = weakref.WeakKeyDictionary()

    def write(self, steps: Sequence[Step], at: int) -> str:
        """The steps nearest to `at`, as many as there is room for. May be called on any thread."""
        with self._lock:
            half = MOST_STEPS // 2
            first = max(0, min(at - half, len(steps) - MOST_STEPS))
            last = min(len(steps) - 1, first + MOST_STEPS - 1)
            if self._length > 8 * MOST_TEXT:
                self._start_over(steps[first : last + 1])
            known = [self._read(step) for step in steps[first : last + 1]]
            for before, one in pairwise(known):
                self._compare(before, one)
            from_, to = _window(known, at - first)
            return self._text(known[from_ : to + 1], at - first - from_)

    def _start_over(self, steps: Sequence[Step]) -> None:
        """Keep the lines of these steps alone: those of steps that are gone would fill the memory."""
        kept = [
            (step, [self._lines[n] for n in _numbers(one.spans)]) for step in steps if (one := self._known.get(step))
        ]
        self._lines, self._numbers, self._length = [], {}, 0
        self._known = weakref.WeakKeyDictionary()
        for step, lines in kept:
            self._known[step] = self._listed(step, lines)

    def _read(self, step: Step) -> _Known:
        known = self._known.get(step)
        if known is None:
            lines = step.written.lines() if step.written is not None else file.dumps(step.project).split("\n")
            known = self._known[step] = self._listed(step, lines)
        return known

    def _listed(self, step: Step, lines: list[str]) -> _Known:
        spans = _spans([self._number(line) for line in lines])
        row = json.dumps([step.label, step.when, spans], ensure_ascii=False)
        return _Known(spans, row, sum(map(len, lines)))

    def _compare(self, before: _Known, one: _Known) -> None:
        if one.before is not before.spans:
            fresh = sorted(set(_numbers(one.spans)) - set(_numbers(before.spans)))
            one.before, one.fresh = before.spans, _spans(fresh)
            one.grown = sum(len(self._lines[number]) for number in fresh) + len(one.row)

    def _number(self, line: str) -> int:
        number = self._numbers.setdefault(line, len(self._lines))
        if number == len(self._lines):
            self._lines.append(line)
            self._length += len(line)
        return number

    def _text(self, known: Sequence[_Known], at: int) -> str:
        used = set(_numbers(known[0].spans))
        for one in known[1:]:
            used.update(_numbers(one.fresh))
        numbers = sorted(used)
        head = {
            "netbuilder": __version__,
            "format": [FORMAT, file.FORMAT],
            "steps": len(known),
            "at": at,
            "lines": _spans(numbers),
        }
        rows = [json.dumps(head), *(one.row for one in known), *(self._lines[number] for number in numbers)]
        body = "\n".join(rows).encode("utf-8", "backslashreplace").decode()  # as it is when it comes back from a file
        return f"{_digest(body)}\n{body}"


def _window(known: Sequence[_Known], at: int) -> tuple[int, int]:
    """The first and the last step around `at` that there is room for: what was done before what was undone."""
    first = last = at
    # All lines of the first step count, and of each later one those that the step before it had not.
    room = MOST_TEXT - known[at].length
    while last + 1 < len(known) and known[last + 1].grown <= room / 2:
        last += 1
        room -= known[last].grown
    while first > 0 and known[first].grown + max(0, known[first - 1].length - known[first].length) <= room:
        room -= known[first].grown + max(0, known[first - 1].length - known[first].length)
        first -= 1
    return first, last


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
    numbers, listed = head["lines"], rows[1 + count :]
    if not all(isinstance(n, int) and n >= 0 for n in numbers) or sum(numbers[1::2]) != len(listed):
        raise CannotRead("its lines are not there")
    lines = dict(zip(_numbers(tuple(numbers)), listed, strict=True))
    steps = []
    for row in rows[1 : 1 + count]:
        label, when, spans = json.loads(row)
        if not isinstance(label, str) or not 0 <= when < LATEST or not all(isinstance(n, int) for n in spans):
            raise CannotRead("a step can't be read")
        if not _fit(spans, lines):
            raise CannotRead("a step has lines that are not there")
        steps.append(Step(label, None, float(when), _Written(lines, tuple(spans))))
    return History.of(steps, at)


class _Written:
    """A step's project as spans of the lines of all."""

    def __init__(self, all: Mapping[int, str], spans: Spans):
        self._all, self._spans = all, spans

    def lines(self) -> list[str]:
        return [self._all[number] for number in _numbers(self._spans)]

    def read(self) -> Project:
        opened = file.loads("\n".join(self.lines()))
        if not opened.faithful:
            raise CannotOpen(opened.notes[0], "This step")
        return opened.project


def _fit(spans: Sequence[int], lines: Mapping[int, str]) -> bool:
    """Whether these are spans of the lines. A few words stand in a file again and again, but no more than so."""
    whole = len(spans) % 2 == 0 and all(n >= 0 for n in spans) and sum(spans[1::2]) <= 12 * len(lines) + 100
    return whole and all(number in lines for number in _numbers(tuple(spans)))


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
