"""Fields for numbers in a row: a kernel size, a shape, an order of dimensions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from netbuilder.fields.field import Field
from netbuilder.fields.numbers import outside, real, whole


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
        return whole(value)

    def _in_range(self, number: Any) -> Any:
        if isinstance(number, str):
            return number
        if why := outside(number, self.min, self.max):
            raise self.refuse(why)
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
        return real(value)

    def _in_range(self, number: Any) -> Any:
        if self.above is not None and number <= self.above:
            raise self.refuse(f"must be more than {self.above:g}")
        return super()._in_range(number)

    def _form(self) -> str:
        return super()._form().replace("whole number", "number")

    def limits(self) -> dict[str, Any]:
        return super().limits() | ({"above": self.above} if self.above is not None else {})
