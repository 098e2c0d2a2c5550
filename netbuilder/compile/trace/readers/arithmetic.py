"""Operators: two tensors, or a tensor and a number on either side."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.trace.readers.binding import bound
from netbuilder.compile.trace.readers.reading import Desk, Reading, is_number
from netbuilder.compile.trace.recording import Call, Ref

# The layer for two tensors, and the one for a tensor and a number.
OPERATORS = {
    "torch.add": ("add", "add_number"),
    "torch.mul": ("multiply", "scale"),
    "torch.sub": ("subtract", "subtract"),
    "torch.rsub": ("subtract", "subtract"),
    "torch.div": ("divide", "divide"),
    "torch.pow": ("power", "power"),
    "torch.floor_divide": ("floor_divide", "floor_divide"),
    "torch.remainder": ("remainder", "remainder"),
    **{f"torch.{name}": (name, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")},
}
EITHER_WAY = frozenset({"torch.add", "torch.mul", "torch.eq", "torch.ne"})
MIRRORED = {"torch.lt": "gt", "torch.le": "ge", "torch.gt": "lt", "torch.ge": "le"}


def read_operator(call: Call, desk: Desk) -> Reading | None:
    kwargs = dict(call.kwargs)
    if kwargs.pop("alpha", 1) != 1 or not set(kwargs) <= {"other", "rounding_mode", "exponent", "input"}:
        return None
    operands = [*([kwargs["input"]] if "input" in kwargs else []), *call.args]
    operands += [kwargs[name] for name in ("other", "exponent") if name in kwargs]
    if len(operands) != 2:
        return None
    first, second = reversed(operands) if call.target == "torch.rsub" else operands
    two, one = OPERATORS[call.target]
    more: dict[str, Any] = {}
    if kwargs.get("rounding_mode") is not None:
        more["rounding_mode"] = kwargs["rounding_mode"]
    if isinstance(first, Ref) and isinstance(second, Ref):
        settings = {} if two in ("add", "multiply") else {"number": None}
        return desk.single(call, desk.layer(two, **settings, **more), {"x1": first, "x2": second})
    if isinstance(first, Ref) and is_number(second):
        return _with_number(call, desk, one, first, second, more)
    if isinstance(second, Ref) and is_number(first):
        if call.target in EITHER_WAY:
            return _with_number(call, desk, one, second, first, more)
        if call.target in MIRRORED:
            return _with_number(call, desk, MIRRORED[call.target], second, first, more)
        return _with_number(call, desk, one, second, first, {**more, "number_first": True})
    return None


def _with_number(call: Call, desk: Desk, kind: str, x: Ref, number: Any, more: dict[str, Any]) -> Reading | None:
    layer = desk.layer(kind, number=number, **more)
    return desk.single(call, layer, {layer.inputs()[0].name: x}) if layer is not None else None


def scalar(given: Any, desk: Desk) -> Any:
    """A number, or that in a constant without dimensions; None: it is neither."""
    if is_number(given):
        return given
    value = desk.value(given)
    if value is not None and value.origin == "constant" and value.shape == () and value.tensor is not None:
        found = value.tensor.item()
        return found if is_number(found) else None
    return None


def read_masked_fill(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    if found is None:
        return None
    number = scalar(found.given["value"], desk)
    if number is None:
        return None
    layer = desk.layer("masked_fill", value=number)
    return desk.single(call, layer, {"x": found.given["input"], "mask": found.given["mask"]})


def read_where(call: Call, desk: Desk) -> Reading | None:
    given = [*call.args, *call.kwargs.values()]
    if len(given) != 3:
        return None
    condition, first, second = given
    settings: dict[str, Any] = {"value": None, "otherwise": None}
    inputs = {"condition": condition}
    for name, port, value in (("value", "x1", first), ("otherwise", "x2", second)):
        if isinstance(value, Ref):
            inputs[port] = value
        elif is_number(value):
            settings[name] = value
        else:
            return None
    return desk.single(call, desk.layer("where", **settings), inputs)


def read_largest(call: Call, desk: Desk) -> Reading | None:
    """torch.max and torch.min of two tensors."""
    if len(call.args) == 2 and all(isinstance(arg, Ref) for arg in call.args) and not call.kwargs:
        kind = "maximum" if call.target == "torch.max" else "minimum"
        return desk.single(call, desk.layer(kind), {"x1": call.args[0], "x2": call.args[1]})
    return None


def read_norm(call: Call, desk: Desk) -> Reading | None:
    """The length of vectors; other norms of matrices are left alone."""
    found = bound(call)
    if found is None:
        return None
    given = found.given
    order = given.get("p", given.get("ord", 2))
    order = 2 if order in ("fro", None) else order
    dim = given.get("dim")
    if given.get("dtype") is not None or not is_number(order):
        return None
    if call.target == "torch.linalg.norm" and (dim is None or isinstance(dim, (tuple, list))):
        return None
    dims = tuple(dim) if isinstance(dim, (tuple, list)) else dim
    if isinstance(dims, tuple) and len(dims) == 1:
        dims = dims[0]
    layer = desk.layer("norm", ord=order, dim=dims, keepdim=bool(given.get("keepdim", False)))
    return desk.single(call, layer, {"x": given["input"]})


def read_spread(call: Call, desk: Desk) -> Reading | None:
    """Standard deviation and variance, by whichever of torch's ways to say what is divided by."""
    found = bound(call)
    if found is None:
        return None
    given = found.given
    correction = given.get("correction", given.get("unbiased", True))
    correction = 1 if correction is None else correction
    dim = given.get("dim")
    dims = tuple(dim) if isinstance(dim, (tuple, list)) else dim
    dims = None if dims == () else dims[0] if isinstance(dims, tuple) and len(dims) == 1 else dims
    kind = call.target.rpartition(".")[2]
    number = int(correction) if isinstance(correction, bool) else correction
    layer = desk.layer(kind, dim=dims, correction=number, keepdim=bool(given.get("keepdim", False)))
    return desk.single(call, layer, {"x": given["input"]})
