"""Fields that are not numbers: on or off, one of a few words, a line of text, a program, a path. It opens nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from netbuilder.expression import WrittenInt
from netbuilder.fields.field import Field


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


class Offered(Text):
    """The name of something that is elsewhere, such as a column. A form offers the names there are."""


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
