"""Settings of two things side by side, in words: "learning rate 0.001 → 0.01". It knows nothing about runs and graphs.

What is declared within something declared (an optimizer within a recipe) has lines of its own: "optimizer: momentum".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netbuilder.expression import text_of
from netbuilder.fields import BadSetting, Choice, Code, Declared, Field, OneOf

ARROW = "→"
NOTHING = "–"  # where one of the two has no such setting
LONGEST = 200  # characters of a value that are told
Reader = Callable[[Mapping[str, Any]], tuple[Declared, list[BadSetting]]]


@dataclass(frozen=True)
class Line:
    """What something is in the one and in the other; "" where it has no such thing."""

    name: str
    one: str
    other: str
    differs: bool

    def __str__(self) -> str:
        if not self.differs:
            return f"{self.name} {self.one or self.other}"
        return f"{self.name} {self.one or NOTHING} {ARROW} {self.other or NOTHING}"


@dataclass(frozen=True)
class Told:
    """One setting: the value that is compared, and how it is said. `usual`: it is so unless somebody changes it."""

    name: str
    value: Any
    words: str
    usual: bool = False

    def then(self, values: Sequence[Any]) -> Told:
        """It as it was changed on the way, to each of these: "0.001 → 0.0003"."""
        words = f" {ARROW} ".join((self.words, *(in_words(None, value) for value in values)))
        return Told(self.name, (self.value, *values), words)


def line(name: str, one: object, other: object) -> Line:
    """A line of two values that need no declaration."""
    return _line(*(Told(name, value, in_words(None, value)) for value in (one, other)))


def lines_of(one: Mapping[str, Told], other: Mapping[str, Told]) -> tuple[Line, ...]:
    """A line for each setting, in the order of `one`; what is within a setting comes after it, what only `other` has
    last.

    What only one of the two has is a difference unless it is as usual there: the further settings of an optimizer say
    nothing beside the name of another one.
    """
    keys = list(dict.fromkeys((*one, *other)))
    tops = {top: at for at, top in enumerate(dict.fromkeys(map(_top, keys)))}
    return tuple(_line(one.get(key), other.get(key)) for key in sorted(keys, key=lambda key: tops[_top(key)]))


def _top(path: str) -> str:
    return path.partition(".")[0]


def _line(one: Told | None, other: Told | None) -> Line:
    if one is None or other is None:
        known = one or other
        assert known is not None
        return Line(known.name, one.words if one else "", other.words if other else "", not known.usual)
    differs = one.value != other.value
    alike = differs and one.words == other.words  # what differs is not in the words: a line far down in a program
    return Line(one.name, one.words, f"{other.words} (changed)" if alike else other.words, differs)


def said(name: str, words: Sequence[str]) -> Line:
    """A line of what is in words already, those of the one and those of the other."""
    one, other = words
    return Line(name, one, other, one != other)


def told(read: Reader | None, settings: Mapping[str, Any]) -> dict[str, Told]:
    """All settings of something as a file has it, by their path ("optimizer.momentum"). One that this version does not
    know, or can't use, is told as it is written; so are all of a kind that is unknown, which nothing can `read`."""
    if read is None:
        return {str(name): Told(str(name), value, in_words(None, value)) for name, value in settings.items()}
    declared, refused = read(settings)
    found = _told(declared)
    for bad in refused:
        if bad.field in settings:
            name = declared.fields()[bad.field].label if bad.field in declared.fields() else bad.field
            found[bad.field] = Told(name, settings[bad.field], in_words(None, settings[bad.field]))
    return found


def _told(declared: Declared, path: str = "", before: str = "") -> dict[str, Told]:
    found = {}
    for name, field in declared.fields().items():
        value = declared.settings[name]
        label = f"{before}{field.label.replace('_', ' ') if before else field.label}"
        inside = isinstance(field, OneOf)
        compared = value.kind if inside else value  # its own settings have lines of their own
        found[path + name] = Told(label, compared, in_words(field, value), value == field.default)
        if inside:
            found |= _told(value, f"{path}{name}.", f"{label}: ")
    return found


def in_words(field: Field[Any] | None, value: Any) -> str:
    """A value as people read it. What is not declared may be anything that JSON has."""
    if isinstance(field, Code):
        return _code(str(value))
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return field.none_means if field is not None else "none"
    if isinstance(value, Declared):
        return value.title
    expression = text_of(value)
    if expression is not None:
        return f"= {expression}"
    if isinstance(field, Choice) and isinstance(value, str):
        return field.title(value)
    if isinstance(value, float):
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)
    if isinstance(value, (list, tuple)):
        return _short(", ".join(_one_of_several(one) for one in value)) or "none"
    if isinstance(value, Mapping):
        return _short(", ".join(f"{name} {in_words(None, one)}" for name, one in value.items()))
    return _short(str(value)) or "empty"


def _one_of_several(value: Any) -> str:
    """One of a list: "F1 (average macro)"."""
    if not isinstance(value, Declared):
        return in_words(None, value)
    fields = value.fields()
    changed = [f"{fields[name].label} {in_words(fields[name], value.settings[name])}" for name in value.changed()]
    return f"{value.title} ({', '.join(changed)})" if changed else value.title


def _code(text: str) -> str:
    """Python as its first line says it, and how long it is."""
    lines = text.strip().splitlines()
    if len(lines) <= 1:
        return _short(text.strip()) or "empty"
    return f"{_short(lines[0], 60)} … ({len(lines)} lines)"


def _short(text: str, most: int = LONGEST) -> str:
    """The text on one line, cut off where it is long."""
    whole = " ".join(text.split())
    return whole if len(whole) <= most else f"{whole[: most - 1]}…"


def differing(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.differs)
