"""Fields for one number, and what counts as a number. It knows nothing of how one is typed or drawn."""

from __future__ import annotations

import math
from typing import Any

from netbuilder.fields.field import Field

MAX_INT = 2**53  # a larger number would not survive a round trip through JSON in other readers
MAX_FLOAT = 1e300


def outside(number: float, low: float | None, high: float | None) -> str:
    """What a number must be, said of one that is below the lowest or above the highest; "" of one that is not."""
    if (low is None or number >= low) and (high is None or number <= high):
        return ""
    ends = [f"{end:g}" if isinstance(end, float) else str(end) for end in (low, high)]
    if low is not None and high is not None:
        return f"must be from {ends[0]} to {ends[1]}"
    return f"must be {ends[0]} or more" if low is not None else f"must be {ends[1]} or less"


def whole(value: Any) -> int | None:
    """`value` as an int if it is a whole number written as one, else None. True and False are not numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    return value if isinstance(value, int) and abs(value) <= MAX_INT else None


def real(value: Any) -> float | None:
    """`value` as a float if it is a finite number, else None. One that knows how it was written stays itself."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > MAX_FLOAT or value != value:
        return None
    return value if isinstance(value, float) else float(value)


class Int(Field[int]):
    """A whole number."""

    def __init__(self, default: int | None, *, min: int | None = None, max: int | None = None, **more: Any):
        super().__init__(default, **more)  # type: ignore[arg-type]
        self.min, self.max = min, max

    def accept(self, value: Any) -> int:
        number = whole(value)
        if number is None:
            raise self.refuse("must be a whole number")
        if why := outside(number, self.min, self.max):
            raise self.refuse(why)
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
        number = real(value)
        if number is None:
            raise self.refuse("must be a number")
        if why := outside(number, self.min, self.max):
            raise self.refuse(why)
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
