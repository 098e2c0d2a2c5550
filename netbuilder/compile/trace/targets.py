"""One public name for every function of torch, whichever way it was called. It knows no recording and no layer.

x.permute(...) and torch.permute(x, ...) are "torch.permute"; x + y is "torch.add"; x[0] is "torch.Tensor.__getitem__";
x.T is "torch.Tensor.T"; what changes a tensor in place has the name of what does not: x.relu_() is "torch.relu".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

OPERATORS = {
    **{name: f"torch.{name}" for name in ("add", "sub", "mul", "matmul", "pow", "remainder", "eq", "ne", "lt", "le")},
    **{"gt": "torch.gt", "ge": "torch.ge", "neg": "torch.neg", "abs": "torch.abs", "truediv": "torch.div"},
    **{"div": "torch.div", "floordiv": "torch.floor_divide", "mod": "torch.remainder", "invert": "torch.bitwise_not"},
    **{"and": "torch.bitwise_and", "or": "torch.bitwise_or", "xor": "torch.bitwise_xor"},
    **{"lshift": "torch.bitwise_left_shift", "rshift": "torch.bitwise_right_shift", "pos": "torch.positive"},
}
SAME = {
    "torch.multiply": "torch.mul",
    "torch.subtract": "torch.sub",
    "torch.divide": "torch.div",
    "torch.true_divide": "torch.div",
    "torch.absolute": "torch.abs",
    "torch.negative": "torch.neg",
    "torch.concat": "torch.cat",
    "torch.concatenate": "torch.cat",
    "torch.swapaxes": "torch.transpose",
    "torch.swapdims": "torch.transpose",
    "torch.moveaxis": "torch.movedim",
    "torch.clip": "torch.clamp",
    "torch.arcsin": "torch.asin",
    "torch.arccos": "torch.acos",
    "torch.arctan": "torch.atan",
    "torch.arctan2": "torch.atan2",
    "torch.arcsinh": "torch.asinh",
    "torch.arccosh": "torch.acosh",
    "torch.arctanh": "torch.atanh",
    "torch.fix": "torch.trunc",
    "torch.ger": "torch.outer",
    "torch.spmm": "torch.mm",
    "torch.not_equal": "torch.ne",
    "torch.greater": "torch.gt",
    "torch.greater_equal": "torch.ge",
    "torch.less": "torch.lt",
    "torch.less_equal": "torch.le",
    "torch.row_stack": "torch.vstack",
    "torch.adjoint": "torch.Tensor.mH",
}
KEPT = frozenset({"__getitem__", "__setitem__"})
NOT_IN_PLACE = frozenset({"requires_grad_", "share_memory_"})


@dataclass(frozen=True)
class Target:
    """The public name, whether the two operands came the other way round (1 - x), whether it was in place, and
    whether it is an operator of ATen, whose arguments may come in another order."""

    name: str
    swapped: bool = False
    in_place: bool = False
    aten: bool = False


@lru_cache(4096)
def target_of(function: Any) -> Target:
    """What a function that torch hands to a mode is called."""
    name = _written(function)
    head, _, last = name.rpartition(".")
    if last in ("__get__", "__set__"):
        return Target(f"torch.Tensor.{head.rpartition('.')[2]}{'' if last == '__get__' else '='}")
    swapped = in_place = False
    if last.startswith("__") and last.endswith("__") and last not in KEPT:
        bare = last[2:-2]
        if bare in OPERATORS:
            return Target(OPERATORS[bare])
        if bare[:1] == "r" and bare[1:] in OPERATORS:
            return Target(OPERATORS[bare[1:]], swapped=True)
        if bare[:1] == "i" and bare[1:] in OPERATORS:
            return Target(OPERATORS[bare[1:]], in_place=True)
        return Target(f"torch.Tensor.{last}")
    if last.endswith("_") and not last.endswith("__") and last not in NOT_IN_PLACE:
        last, in_place = last[:-1], True
    return Target(public(f"{head}.{last}"), swapped, in_place, name.startswith("aten."))


def _written(function: Any) -> str:
    import torch

    if isinstance(function, torch._ops.OpOverload):
        return function._schema.name.replace("::", ".")
    if isinstance(function, torch._ops.OpOverloadPacket):
        return f"aten.{function.__name__}"
    name = torch.overrides.resolve_name(function)
    if name is None:
        module = getattr(function, "__module__", None) or "torch"
        name = f"{module}.{getattr(function, '__qualname__', None) or getattr(function, '__name__', 'unknown')}"
    return str(name)


@lru_cache(4096)
def public(name: str) -> str:
    """The name by which a function is recorded: that of the function rather than of the method of the same name."""
    import torch
    import torch.nn.functional as F

    head, _, last = name.rpartition(".")
    if name == "torch.Tensor.where":  # x.where(condition, y): in another order
        return name
    if last == "rsub":
        return "torch.rsub"
    if head in (
        "torch.functional",
        "torch._VF",
        "torch._C._VariableFunctions",
        "torch._VariableFunctionsClass",
        "torch._jit_internal",
    ):
        head = "torch"
    if head == "aten":
        head = "torch"
        for part in ("linalg", "special", "fft"):
            if last.startswith(f"{part}_"):
                return f"torch.{part}.{last.removeprefix(f'{part}_')}"
        if not hasattr(torch, last) and (hasattr(torch.Tensor, last) or not hasattr(F, last)):
            head = "torch.Tensor"
    if head == "torch._C._nn":
        head = "torch.nn.functional"
    if head == "torch.Tensor" and callable(getattr(torch, last, None)):
        head = "torch"
    known = hasattr(torch, last) or hasattr(torch.Tensor, last)
    if head in ("torch", "torch.Tensor") and not known and callable(getattr(F, last, None)):
        head = "torch.nn.functional"
    if head == "torch._C._special":
        head, last = "torch.special", last.removeprefix("special_")
    found = f"{head}.{last}"
    return SAME.get(found, found)
