"""One spelling for calls that mean the same: x.view_as(y) is a reshape, x.half() a cast, x.T a permute.

Sizes that a call takes from another tensor are written as numbers here; where they follow the batch is found out
later, by comparing two runs. It knows no recording.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch

CASTS = frozenset(
    {"torch.Tensor.to", "torch.Tensor.type", "torch.type_as", "torch.Tensor.type_as", "torch.Tensor.float"}
    | {"torch.Tensor.double", "torch.Tensor.half", "torch.Tensor.bfloat16", "torch.Tensor.int", "torch.Tensor.long"}
    | {"torch.Tensor.bool", "torch.Tensor.short", "torch.Tensor.char", "torch.Tensor.byte", "torch.Tensor.cfloat"}
    | {"torch._to_copy", "torch.Tensor.cpu", "torch.Tensor.cuda"}
)
COPIES = frozenset({"torch.clone", "torch.alias", "torch.lift_fresh", "torch.positive", "torch.Tensor.__deepcopy__"})
RESHAPES = frozenset(
    {
        "torch.Tensor.__getitem__",
        "torch.reshape",
        "torch.Tensor.view",
        "torch.Tensor.view_as",
        "torch.Tensor.reshape_as",
    }
    | {"torch.Tensor.expand", "torch.Tensor.expand_as", "torch.broadcast_to", "torch.flatten", "torch.narrow"}
    | {"torch.squeeze"}
)
SPREAD = frozenset(
    {"torch.reshape", "torch.Tensor.view", "torch.Tensor.expand", "torch.Tensor.repeat", "torch.permute", "torch.tile"}
    | {"torch.flip", "torch.Tensor.new_zeros", "torch.Tensor.new_ones", "torch.Tensor.new_empty"}
    | {"torch.randn", "torch.rand", "torch.zeros", "torch.ones", "torch.empty"}
)
SHAPES = ("size", "shape", "dims", "sizes", "repeats")
FILLED = {"torch.normal": ("torch.randn", 0.0, 1.0), "torch.Tensor.uniform": ("torch.rand", 0.0, 1.0)}
DROPPED = frozenset({"device", "layout", "pin_memory", "requires_grad", "generator", "out", "non_blocking", "copy"})


class Plain(NamedTuple):
    """A call as it is recorded. `target` "" says: the result is the first argument itself."""

    target: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


def plain(target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> Plain:
    """The call as it is recorded, with tensors among its arguments. `result` is what it gave."""
    kwargs = {name: value for name, value in kwargs.items() if name not in DROPPED}
    if target in CASTS:
        if result.dtype == args[0].dtype:
            return Plain("", args[:1], {})
        return Plain("torch.Tensor.to", (args[0], result.dtype), {})
    if target in COPIES or (target in RESHAPES and _is_the_same(args[0], result)):
        return Plain("", args[:1], {})
    if target == "torch.cat" or target == "torch.hstack":
        return _joined(target, args, kwargs)
    if target in ("torch.Tensor.data", "torch.Tensor.detach"):
        return Plain("torch.detach", args, {})
    if target == "torch.Tensor.where":
        return Plain("torch.where", (args[1], args[0], *args[2:]), kwargs)
    if target == "torch.Tensor.__getitem__":
        return Plain(target, (args[0], index_of(args[1])), {})
    if target in SPREAD:
        target, args, kwargs = _gathered(target, args, kwargs)
    if target == "torch.Tensor.view" and not (len(args) > 1 and isinstance(args[1], tuple)):
        return Plain(target, args, kwargs)
    if target in ("torch.Tensor.view", "torch.Tensor.view_as", "torch.Tensor.reshape_as", "torch.ravel"):
        sizes = args[1] if target == "torch.Tensor.view" else (-1,) if target == "torch.ravel" else tuple(result.shape)
        return Plain("torch.reshape", (args[0], sizes), {})
    if target == "torch.broadcast_to":
        return Plain("torch.Tensor.expand", (args[0], tuple(result.shape)), {})
    if target == "torch.Tensor.T":
        return Plain("torch.permute", (args[0], tuple(reversed(range(args[0].dim())))), {})
    if target == "torch.t":
        return Plain("torch.transpose", (args[0], 0, 1), {}) if args[0].dim() == 2 else Plain("", args[:1], {})
    if target in ("torch.Tensor.mT", "torch.Tensor.mH", "torch.Tensor.H") and not args[0].is_complex():
        return Plain("torch.transpose", (args[0], -2, -1), {})
    return Plain(target, args, kwargs)


def _is_the_same(given: Any, result: Any) -> bool:
    """Whether a call gave back the very numbers it was given, in their order: x[:, 0:], a reshape to its own shape."""
    return (
        isinstance(given, torch.Tensor)
        and isinstance(result, torch.Tensor)
        and result.layout == given.layout == torch.strided
        and result.dtype == given.dtype
        and result.shape == given.shape
        and result.stride() == given.stride()
        and result.data_ptr() == given.data_ptr()
    )


def _gathered(
    target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> tuple[str, tuple[Any, ...], Mapping[str, Any]]:
    """Sizes given one by one as one tuple: x.view(2, 3) is x.view((2, 3))."""
    first = 0 if target.rpartition(".")[2] in ("randn", "rand", "zeros", "ones", "empty") else 1
    given = args[first:]
    if not given:
        name = next((name for name in SHAPES if name in kwargs), None)
        if name is None or not isinstance(kwargs[name], (tuple, list)):
            return target, args, kwargs
        rest = {key: value for key, value in kwargs.items() if key != name}
        return target, (*args, tuple(kwargs[name])), rest
    if isinstance(given[0], (tuple, list)):
        return target, (*args[:first], tuple(given[0]), *given[1:]), kwargs
    if all(hasattr(size, "__index__") and not isinstance(size, bool) for size in given):
        return target, (*args[:first], tuple(int(size) for size in given)), kwargs
    return target, args, kwargs


def _joined(target: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Plain:
    """Without the empty tensors that torch passes over: an empty cache in front of what is put into it."""
    values = args[0] if args else kwargs.get("tensors")
    if not isinstance(values, (tuple, list)):
        return Plain(target, args, kwargs)
    kept = [value for value in values if tuple(value.shape) != (0,)]
    if len(kept) == len(values) or not kept:
        return Plain(target, args, kwargs)
    if len(kept) == 1:
        return Plain("", (kept[0],), {})
    return Plain(target, (kept, *args[1:]), {name: value for name, value in kwargs.items() if name != "tensors"})


def index_of(index: Any) -> Any:
    """An index with tensors in place of lists, and a slice in place of a list of one number."""
    if isinstance(index, list):
        return torch.tensor(index) if _numbers(index) else index
    if not isinstance(index, tuple):
        return index
    alone = sum(isinstance(piece, (list, torch.Tensor)) for piece in index) == 1
    pieces: list[Any] = []
    for piece in index:
        if isinstance(piece, list) and len(piece) == 1 and alone and _numbers(piece):
            pieces.append(slice(piece[0], piece[0] + 1 or None))
        elif isinstance(piece, list) and _numbers(piece):
            pieces.append(torch.tensor(piece))
        else:
            pieces.append(piece)
    return tuple(pieces)


def _numbers(pieces: list[Any]) -> bool:
    return bool(pieces) and all(isinstance(piece, int) for piece in pieces)
