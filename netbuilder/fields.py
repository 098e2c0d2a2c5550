"""The one way anything states its settings: a layer, an optimizer, a data source, a recipe, a probe, an exporter.

A class that inherits from `Declared` lists its settings as fields. From that one list come the form, the file
format, the command line, the generated source and the contract tests. This module knows nothing about torch,
about Qt, or about any of the things that are declared with it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

from netbuilder.expression import WrittenInt

T = TypeVar("T")

MAX_INT = 2**53  # a larger number would not survive a round trip through JSON in other readers

__all__ = [
    "BadSetting",
    "Bool",
    "Choice",
    "Code",
    "Declared",
    "Field",
    "Float",
    "Floats",
    "Int",
    "Ints",
    "Number",
    "Part",
    "Path",
    "Text",
]


class BadSetting(ValueError):
    """A value that its field refuses. `str()` is a sentence for the user; `field` is the setting's name."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class Field(Generic[T]):
    """One setting: its name (from the attribute it is assigned to), default, help and rule.

    `check` returns the value in its canonical form or raises `BadSetting`. Canonical values are hashable and
    survive JSON (tuples come back as lists and are made tuples again by `check`).
    """

    name: str = ""

    def __init__(
        self,
        default: T,
        *,
        help: str = "",
        label: str = "",
        unit: str = "",
        optional: bool = False,
        advanced: bool = False,
        none_means: str = "none",
    ):
        self.default = default
        self.help = help
        self._label = label
        self.unit = unit
        self.optional = optional  # None is a value
        self.advanced = advanced  # shown below the fold of a form
        self.none_means = none_means  # what a form shows for None

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def label(self) -> str:
        """What a form writes beside the value."""
        return self._label or self.name

    def __get__(self, instance: Declared | None, owner: type | None = None) -> Any:
        return self if instance is None else instance.settings[self.name]

    def __set__(self, instance: Declared, value: object) -> None:
        raise AttributeError(f"{self.name} can't be assigned: make a new value with .with_settings({self.name}=...)")

    def check(self, value: Any) -> T | None:
        """The canonical form of `value`. Raises `BadSetting` with a sentence that says what would be accepted."""
        if value is None:
            if self.optional:
                return None
            raise self.refuse("needs a value")
        return self.accept(value)

    def accept(self, value: Any) -> T:
        raise NotImplementedError

    def refuse(self, why: str) -> BadSetting:
        return BadSetting(self.name, f"{self.label} {why}.")

    def describe(self) -> dict[str, Any]:
        """The field as plain JSON values, for `netbuilder layers --json` and reference pages."""
        told: dict[str, Any] = {"name": self.name, "type": type(self).__name__.lower(), "default": plain(self.default)}
        for key in ("help", "unit", "optional", "advanced"):
            if getattr(self, key):
                told[key] = getattr(self, key)
        return told | self.limits()

    def limits(self) -> dict[str, Any]:
        return {}


def _range(low: float | None, high: float | None) -> str:
    ends = [f"{end:g}" if isinstance(end, float) else str(end) for end in (low, high)]
    if low is not None and high is not None:
        return f"from {ends[0]} to {ends[1]}"
    return f"{ends[0]} or more" if low is not None else f"{ends[1]} or less"


def _whole(value: Any) -> int | None:
    """`value` as an int if it is a whole number written as one, else None. True and False are not numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    return value if isinstance(value, int) and abs(value) <= MAX_INT else None


class Int(Field[int]):
    """A whole number."""

    def __init__(self, default: int | None, *, min: int | None = None, max: int | None = None, **more: Any):
        super().__init__(default, **more)  # type: ignore[arg-type]
        self.min, self.max = min, max

    def accept(self, value: Any) -> int:
        number = _whole(value)
        if number is None:
            raise self.refuse("must be a whole number")
        if (self.min is not None and number < self.min) or (self.max is not None and number > self.max):
            raise self.refuse(f"must be {_range(self.min, self.max)}")
        return number

    def limits(self) -> dict[str, Any]:
        return {k: v for k, v in (("min", self.min), ("max", self.max)) if v is not None}


class Float(Field[float]):
    """A finite real number. `above` and `below` are open ends, `min` and `max` closed ones."""

    def __init__(
        self,
        default: float | None,
        *,
        min: float | None = None,
        max: float | None = None,
        above: float | None = None,
        below: float | None = None,
        **more: Any,
    ):
        super().__init__(default, **more)  # type: ignore[arg-type]
        self.min, self.max, self.above, self.below = min, max, above, below

    def accept(self, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e300 or value != value:
            raise self.refuse("must be a number")
        number = value if isinstance(value, float) else float(value)  # one that knows how it was written stays itself
        if (self.min is not None and number < self.min) or (self.max is not None and number > self.max):
            raise self.refuse(f"must be {_range(self.min, self.max)}")
        if self.above is not None and number <= self.above:
            raise self.refuse(f"must be more than {self.above:g}")
        if self.below is not None and number >= self.below:
            raise self.refuse(f"must be less than {self.below:g}")
        return number

    def limits(self) -> dict[str, Any]:
        ends = (("min", self.min), ("max", self.max), ("above", self.above), ("below", self.below))
        return {k: v for k, v in ends if v is not None}


class Number(Float):
    """A real number that stays whole where it is written whole: x + 1 counts on, x + 1.0 does not.

    With `infinite`, the words "inf" and "-inf" are values too.
    """

    def __init__(self, default: float | str | None, *, infinite: bool = False, **more: Any):
        super().__init__(default, **more)  # type: ignore[arg-type]
        self.infinite = infinite

    def accept(self, value: Any) -> Any:
        if self.infinite and isinstance(value, (str, float)) and value in ("inf", "-inf", math.inf, -math.inf):
            return str(value)
        super().accept(value)
        return value

    def limits(self) -> dict[str, Any]:
        return super().limits() | ({"words": ["inf", "-inf"]} if self.infinite else {})


class Bool(Field[bool]):
    """On or off."""

    def accept(self, value: Any) -> bool:
        if not isinstance(value, bool) and not (isinstance(value, WrittenInt) and value in (0, 1)):
            raise self.refuse("must be on or off (true or false)")
        return value  # type: ignore[return-value]


class Choice(Field[str]):
    """One of a few words. `titles` gives the words a form shows where they differ from the saved ones."""

    def __init__(self, default: str, options: Iterable[str], *, titles: Mapping[str, str] | None = None, **more: Any):
        super().__init__(default, **more)
        self.options = tuple(options)
        self.titles = dict(titles or {})

    def accept(self, value: Any) -> str:
        if value not in self.options or not isinstance(value, str):
            raise self.refuse(f"must be one of {', '.join(self.options)}")
        return value

    def title(self, option: str) -> str:
        return self.titles.get(option, option)

    def limits(self) -> dict[str, Any]:
        return {"options": list(self.options)}


class Text(Field[str]):
    """A line of text, at most `max_length` characters and without control characters."""

    def __init__(self, default: str | None, *, max_length: int = 1000, placeholder: str = "", **more: Any):
        super().__init__(default, **more)  # type: ignore[arg-type]
        self.max_length = max_length
        self.placeholder = placeholder

    def accept(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse("must be text")
        if len(value) > self.max_length:
            raise self.refuse(f"must have at most {self.max_length} characters")
        if any(c != "\t" and unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in value):
            raise self.refuse("must be one line of text")
        return value


class Code(Text):
    """Python of the user's own, of several lines. It is only ever read here, never run."""

    def __init__(self, default: str, *, max_length: int = 100_000, **more: Any):
        super().__init__(default, max_length=max_length, **more)

    def accept(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse("must be text")
        lines = value.replace("\r\n", "\n").replace("\r", "\n")
        if len(lines) > self.max_length:
            raise self.refuse(f"must have at most {self.max_length:,} characters")
        if any(c not in "\t\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in lines):
            raise self.refuse("must be plain text, without control characters")
        return lines


class Path(Text):
    """A file or a folder. `must` is "file" or "folder"; `suffixes` filters the file dialog. Nothing is opened here."""

    def __init__(self, default: str | None = "", *, must: str = "file", suffixes: Iterable[str] = (), **more: Any):
        super().__init__(default, max_length=4096, **more)
        self.must = must
        self.suffixes = tuple(suffixes)


class Ints(Field[tuple[int, ...]]):
    """Whole numbers in a row: a kernel size (3 or 3, 5), a shape (1, 28, 28), an order of dimensions.

    `length` fixes how many; with `scalar=True` one number also stands for all of them and stays a plain int,
    as PyTorch writes it. `words` are strings that are accepted in place of numbers (padding="same"), `entries` is the
    pattern of those that may stand among them ("N"). With `empty`, no number at all is a value too.
    """

    def __init__(
        self,
        default: int | tuple[int, ...] | str | None,
        *,
        length: int | None = None,
        scalar: bool = False,
        min: int | None = None,
        max: int | None = None,
        words: Iterable[str] = (),
        entries: str = "",
        empty: bool = False,
        most: int = 16,
        **more: Any,
    ):
        super().__init__(default, **more)  # type: ignore[arg-type]
        self.length, self.scalar, self.min, self.max = length, scalar, min, max
        self.words = tuple(words)
        self.entries = entries
        self.empty = empty
        self.most = most

    def accept(self, value: Any) -> Any:
        if isinstance(value, str) and value in self.words:
            return value
        if isinstance(value, (list, tuple)):
            numbers = [self._entry(v) for v in value]
            if self.scalar and len(numbers) == 1:
                value, numbers = numbers[0], []
            elif self.length is not None and len(numbers) != self.length:
                raise self.refuse(f"must be {self._form()}")
            else:
                none = not numbers and not self.empty
                if none or len(numbers) > self.most or any(n is None for n in numbers):
                    raise self.refuse(f"must be {self._form()}")
                return tuple(self._in_range(n) for n in numbers if n is not None)
        one = self._entry(value)
        if one is None:
            raise self.refuse(f"must be {self._form()}")
        one = self._in_range(one)
        return one if self.scalar else (one,) if self.length in (None, 1) else (one,) * (self.length or 1)

    def _entry(self, value: Any) -> Any:
        value = "None" if value is None else value
        if isinstance(value, str):
            return value if self.entries and re.fullmatch(self.entries, value) else None
        return _whole(value)

    def _in_range(self, number: Any) -> Any:
        if isinstance(number, str):
            return number
        if (self.min is not None and number < self.min) or (self.max is not None and number > self.max):
            raise self.refuse(f"must be {_range(self.min, self.max)}")
        return number

    def _form(self) -> str:
        many = f"{self.length} whole numbers" if self.length else f"1 to {self.most} whole numbers"
        said = f"a whole number or {many}" if self.scalar else many
        return f"{said} or {' or '.join(map(repr, self.words))}" if self.words else said

    def limits(self) -> dict[str, Any]:
        told = {"length": self.length, "min": self.min, "max": self.max, "words": list(self.words) or None}
        return {k: v for k, v in told.items() if v is not None}


class Floats(Ints):
    """Finite real numbers in a row: a factor for each side of a picture (2.0 or 1.0, 2.0). `above` is an open end."""

    def __init__(self, default: float | tuple[float, ...] | None, *, above: float | None = None, **more: Any):
        super().__init__(default, **more)  # type: ignore[arg-type]
        self.above = above

    def _entry(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e300 or value != value:
            return None
        return value if isinstance(value, float) else float(value)

    def _in_range(self, number: Any) -> Any:
        if self.above is not None and number <= self.above:
            raise self.refuse(f"must be more than {self.above:g}")
        return super()._in_range(number)

    def _form(self) -> str:
        return super()._form().replace("whole number", "number")

    def limits(self) -> dict[str, Any]:
        return super().limits() | ({"above": self.above} if self.above is not None else {})


def plain(value: Any) -> Any:
    """A canonical setting as JSON has it: tuples become lists."""
    return [plain(v) for v in value] if isinstance(value, tuple) else value


class Declared:
    """A value whose settings are declared as fields on its class. Frozen; equal when kind and settings are.

    `kind` is the word saved files use; it never changes once released. `title` is what people read.
    """

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    _fields: ClassVar[dict[str, Field[Any]]] = {}
    settings: dict[str, Any]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        found: dict[str, Field[Any]] = {}
        for base in reversed(cls.__mro__[: cls.__mro__.index(Declared)]):
            for name, value in vars(base).items():
                if isinstance(value, Field):
                    found[name] = value
                elif name in found:
                    del found[name]  # a subclass may drop a field by assigning something else
        cls._fields = found
        if "title" not in vars(cls):
            cls.title = cls.__name__

    def __init__(self, **settings: Any):
        unknown = [name for name in settings if name not in self._fields]
        if unknown:
            raise BadSetting(unknown[0], f"{self.title} has no setting called {unknown[0]!r}.")
        checked = {name: field.check(settings.get(name, field.default)) for name, field in self._fields.items()}
        object.__setattr__(self, "settings", checked)

    @classmethod
    def fields(cls) -> dict[str, Field[Any]]:
        """The fields by name, in the order they are declared."""
        return dict(cls._fields)

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> tuple[Self, list[BadSetting]]:
        """The value with every setting that can be used, and what was refused (the default stands in for it).

        For settings from a file: nothing in `settings` can make this raise.
        """
        kept: dict[str, Any] = {}
        refused: list[BadSetting] = []
        for name, value in settings.items():
            field = cls._fields.get(name) if isinstance(name, str) else None
            if field is None:
                refused.append(BadSetting(str(name)[:80], f"{cls.title} has no setting called {str(name)[:80]!r}."))
                continue
            try:
                kept[name] = field.check(value)
            except BadSetting as error:
                refused.append(error)
        return cls(**kept), refused

    def with_settings(self, **changes: Any) -> Self:
        """A copy with some settings changed. Raises `BadSetting`."""
        return type(self)(**(self.settings | changes))

    def changed(self) -> dict[str, Any]:
        """The settings that differ from their defaults, as JSON has them: what a saved file holds."""
        return {n: plain(v) for n, v in self.settings.items() if v != self._fields[n].default}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: use with_settings({name}=...)")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.settings == self.settings

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.settings.items())))

    def __repr__(self) -> str:
        inside = ", ".join(f"{k}={v!r}" for k, v in self.changed().items())
        return f"{type(self).__name__}({inside})"


@dataclass(frozen=True)
class Part:
    """A declared thing as a file has it: its kind, and the settings that are not at their defaults."""

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
