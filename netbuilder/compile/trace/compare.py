"""Two runs of one model with different batches, held against each other: which numbers follow the batch.

Everything that differs between the runs must do so in proportion to the batch, or the runs did different things.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from netbuilder.compile.trace.recording import Call, Ref, Scope, Size, Value
from netbuilder.compile.trace.watch import Run


class Differs(Exception):
    """The two runs did not do the same; `str()` says where."""


def compare(one: Run, other: Run, batches: tuple[int, int], note: Callable[[str], None]) -> None:
    """Put a `Size` into `one` in place of every number that follows the batch. Raises `Differs`; `one` is then as it
    was. A number that differs in another way stays as it is in `one`, and is noted."""
    fit = _Fit(*batches, note)
    if one.inputs != other.inputs or list(one.outputs) != list(other.outputs) or len(one.values) != len(other.values):
        raise Differs("other values flow")
    values = {number: fit.value(value, other.values[number]) for number, value in one.values.items()}
    root = fit.scope(one.root, other.root)
    one.values.clear()
    one.values.update(values)
    one.root = root


class _Fit:
    def __init__(self, first: int, second: int, note: Callable[[str], None]):
        self.first, self.second, self.note = first, second, note

    def size(self, one: int, other: int) -> int | Size | None:
        """The number as it follows the batch; None: it does so in no simple way."""
        if one == other:
            return one
        factor, rest = divmod(other - one, self.second - self.first)
        fixed = one - factor * self.first
        return None if rest or factor < 0 else Size(factor, fixed)

    def value(self, one: Value, other: Value) -> Value:
        same = (one.origin, one.dtype, one.name, len(one.shape)) == (
            *(other.origin, other.dtype, other.name),
            len(other.shape),
        )
        if not same:
            raise Differs(f"value {one.number}")
        shape = []
        for a, b in zip(one.shape, other.shape, strict=True):
            assert isinstance(a, int)
            assert isinstance(b, int)
            found = self.size(a, b)
            shape.append(a if found is None else found)
        return replace(one, shape=tuple(shape))

    def scope(self, one: Scope, other: Scope) -> Scope:
        if (one.type, one.path, len(one.items)) != (other.type, other.path, len(other.items)):
            raise Differs(one.path or one.type)
        items: list[Call | Scope] = []
        for a, b in zip(one.items, other.items, strict=True):
            if isinstance(a, Scope) and isinstance(b, Scope):
                items.append(self.scope(a, b))
            elif isinstance(a, Call) and isinstance(b, Call):
                items.append(self.call(a, b, one))
            else:
                raise Differs(one.path or one.type)
        return replace(one, items=items)

    def call(self, one: Call, other: Call, scope: Scope) -> Call:
        where = f"{one.target} in {scope.path or scope.type}"
        if (one.target, one.path, one.results) != (other.target, other.path, other.results):
            raise Differs(where)
        args = self.tree(one.args, other.args, where)
        kwargs = self.tree(dict(one.kwargs), dict(other.kwargs), where)
        return replace(one, args=args, kwargs=kwargs)

    def tree(self, one: Any, other: Any, where: str) -> Any:
        if type(one) is not type(other):
            raise Differs(where)
        if isinstance(one, bool):
            if one != other:
                raise Differs(where)
            return one
        if isinstance(one, int):
            found = self.size(one, other)
            return found if found is not None else self._keep(one, other, where)
        if isinstance(one, float):
            return one if one == other or (math.isnan(one) and math.isnan(other)) else self._keep(one, other, where)
        if isinstance(one, slice):
            ends = zip((one.start, one.stop, one.step), (other.start, other.stop, other.step), strict=True)
            return slice(*(self.tree(a, b, where) for a, b in ends))
        if isinstance(one, (tuple, list)):
            if len(one) != len(other):
                raise Differs(where)
            parts = [self.tree(a, b, where) for a, b in zip(one, other, strict=True)]
            return tuple(parts) if isinstance(one, tuple) else parts
        if isinstance(one, Mapping):
            if list(one) != list(other):
                raise Differs(where)
            return {name: self.tree(value, other[name], where) for name, value in one.items()}
        if isinstance(one, (str, Ref)) and one != other:
            raise Differs(where)
        return one

    def _keep(self, one: Any, other: Any, where: str) -> Any:
        self.note(f"{where}: {one} is {other} for another batch. It is drawn as {one}.")
        return one
