"""What a recording doesn't need: calls that always give the same become constants, those in vain are left out.

A constant that has the same row for each sample is kept as one row that is expanded to the batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import torch

from netbuilder.compile.trace.dead import without_dead
from netbuilder.compile.trace.recording import Call, Recording, Ref, Scope, Size, Value
from netbuilder.compile.trace.trees import flat
from netbuilder.compile.trace.watch import Run

EXPAND = "torch.Tensor.expand"
BROADCASTS = frozenset(
    {f"torch.{name}" for name in ("add", "sub", "mul", "div", "where", "masked_fill", "maximum", "minimum", "eq", "ne")}
    | {f"torch.{name}" for name in ("lt", "le", "gt", "ge", "logical_and", "logical_or", "bitwise_and", "bitwise_or")}
    | {"torch.pow", "torch.nn.functional.scaled_dot_product_attention"}
)


def fold(run: Run, other: Run | None, note: Callable[[str], None]) -> Recording:
    """The recording of a run. `other` is a run with another batch, where there was one that did the same."""
    return _Folding(run, other, note).fold()


class _Folding:
    def __init__(self, run: Run, other: Run | None, note: Callable[[str], None]):
        self.run, self.other, self.note = run, other, note
        self.values = dict(run.values)
        self.makers = {number: call for call in run.root.calls() for number in call.results}
        self.users: dict[int, list[Call]] = {}
        for call in run.root.calls():
            if not self._is_folded(call):
                for ref in _refs(call):
                    self.users.setdefault(ref.value, []).append(call)
        self.thawed: set[int] = set()  # constants that are computed all the same
        self.spread: dict[int, list[Call]] = {}  # what expands a row to a constant
        self.given: set[int] = set()  # constants whose numbers are kept

    def fold(self) -> Recording:
        outputs = dict.fromkeys(self.run.outputs, None)
        for number in [*self.users, *outputs]:
            if number in self.run.constants:
                self._settle(number, number in outputs)
        first = [call for number, calls in self.spread.items() if number not in self.makers for call in calls]
        root = self._kept(self.run.root)
        root.items[:0] = first
        root = without_dead(root, self.run.outputs)
        recording = Recording(root, self.values, list(self.run.inputs), dict(self.run.outputs), [])
        _drop_unused(recording)
        return recording

    def _is_folded(self, call: Call) -> bool:
        return bool(call.results) and all(number in self.run.constants for number in call.results)

    def _settle(self, number: int, given_out: bool) -> None:
        """Decide what becomes of a constant that is used."""
        if number in self.thawed or number in self.given or number in self.spread:
            return
        value, tensor = self.values[number], self.run.constants[number]
        if value.origin == "buffer":
            self.given.add(number)
            return
        again = self.other.constants.get(number) if self.other is not None else None
        if again is None and self.other is not None:
            self._thaw(number)
        elif again is None or (again.shape == tensor.shape and _equal(again, tensor)):
            self._give(number, tensor)
        else:
            self._follow(number, tensor, again, given_out)

    def _give(self, number: int, tensor: Any) -> None:
        self.given.add(number)
        name = self._name(number)
        dtype = str(tensor.dtype).removeprefix("torch.")
        self.values[number] = Value(number, "constant", tuple(tensor.shape), dtype, name, tensor)

    def _name(self, number: int) -> str:
        call = self.makers.get(number)
        return call.hint if call is not None and call.hint.isidentifier() else ""

    def _follow(self, number: int, tensor: Any, again: Any, given_out: bool) -> None:
        """A constant that differs between the two batches: one row for all samples, or a call."""
        shape = self.values[number].shape
        along = [dim for dim, size in enumerate(shape) if isinstance(size, Size)]
        size = shape[along[0]] if len(along) == 1 else None
        if not isinstance(size, Size) or size.fixed or (size.per_sample != 1 and along[0] != 0):
            self._thaw(number)
            return
        dim, times = along[0], size.per_sample
        row = _row(tensor, dim, times)
        same = _row(again, dim, times)
        if row is None or same is None or not _equal(row, same):
            self._thaw(number)
            return
        if times == 1 and not given_out and all(self._broadcasts(call, number, dim) for call in self.users[number]):
            self._give(number, row)
            return
        fresh = max(self.values) + 1
        name = self._name(number)
        kept = row if times == 1 else row.unsqueeze(0)
        dtype = self.values[number].dtype
        self.values[fresh] = Value(fresh, "constant", tuple(kept.shape), dtype, name, kept)
        self.given.add(fresh)
        if times == 1:
            self.spread[number] = [Call(EXPAND, (Ref(fresh), shape), {}, (number,), hint=name)]
            return
        wide = (Size(1), times, *shape[1:])
        self.values[fresh + 1] = Value(fresh + 1, "call", wide, dtype)
        self.spread[number] = [
            Call(EXPAND, (Ref(fresh), wide), {}, (fresh + 1,), hint=name),
            Call("torch.reshape", (Ref(fresh + 1), shape), {}, (number,), hint=name),
        ]

    def _broadcasts(self, call: Call, number: int, dim: int) -> bool:
        """Whether the call gives the same with one row in place of the constant."""
        if call.target not in BROADCASTS or len(call.results) != 1:
            return False
        if call.target.endswith("scaled_dot_product_attention"):
            mask = call.args[3] if len(call.args) > 3 else call.kwargs.get("attn_mask")
            return mask == Ref(number) and dim == 0
        if call.target == "torch.masked_fill" and call.args[0] == Ref(number):
            return False
        result = self.values[call.results[0]].shape
        place = dim - len(self.values[number].shape)
        others = [self.values[ref.value].shape for ref in _refs(call) if ref.value not in self.run.constants]
        return any(len(shape) >= -place and shape[place] == result[place] for shape in others)

    def _thaw(self, number: int) -> None:
        """Let the call that made a constant stand."""
        if number in self.thawed:
            return
        call = self.makers.get(number)
        if call is None:
            self._give(number, self.run.constants[number])
            if number in self.run.loose:
                self.note("A tensor that follows from the input in a way that can't be seen was kept as it is.")
            return
        self.thawed.update(call.results)
        for ref in _refs(call):
            self.users.setdefault(ref.value, []).append(call)
            if ref.value in self.run.constants:
                self._settle(ref.value, True)

    def _kept(self, scope: Scope) -> Scope:
        items: list[Call | Scope] = []
        for item in scope.items:
            if isinstance(item, Scope):
                items.append(self._kept(item))
            elif not self._is_folded(item) or self.thawed.intersection(item.results):
                items.append(item)
            else:
                items += [call for number in item.results for call in self.spread.get(number, ())]
        return replace(scope, items=items)


def _row(tensor: Any, dim: int, times: int) -> Any:
    """What each sample has along a dimension, where all have the same; None where they don't."""
    if times == 1:
        row = tensor.narrow(dim, 0, 1)
        return row.clone() if _equal(row.expand_as(tensor), tensor) else None
    parts = tensor.unflatten(dim, (-1, times))
    row = parts.select(dim, 0)
    return row.clone() if _equal(row.unsqueeze(dim).expand_as(parts), parts) else None


def _equal(one: Any, other: Any) -> bool:
    if one.is_floating_point() or one.is_complex():
        return bool(
            torch.equal(torch.nan_to_num(one), torch.nan_to_num(other)) and (one.isnan() == other.isnan()).all()
        )
    return bool(torch.equal(one, other))


def _refs(call: Call) -> list[Ref]:
    return flat((call.args, dict(call.kwargs)), Ref)


def _drop_unused(recording: Recording) -> None:
    """Forget values that no call speaks of."""
    used = {*recording.inputs, *recording.outputs}
    for call in recording.root.calls():
        used.update(call.results)
        used.update(call.weights.values())
        used.update(ref.value for ref in _refs(call))
    recording.values = {number: value for number, value in recording.values.items() if number in used}
