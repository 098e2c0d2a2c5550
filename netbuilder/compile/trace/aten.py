"""Operators of ATen, as exported programs call them, in the words of torch's public functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netbuilder.compile.trace.plain import Plain

F = "torch.nn.functional."
END = 2**62  # an end that stands for the last
Arguments = tuple[Any, ...]


def respelled(target: str, args: Arguments, kwargs: dict[str, Any]) -> Plain:
    """The call of an operator as that of a function. `target` "" says: the result is the first argument itself."""
    last = target.rpartition(".")[2]
    spell = SPELLED.get(last)
    if spell is not None:
        return spell(args, kwargs)
    if last.startswith("upsample_"):
        return _upsample(last, target, args, kwargs)
    return Plain(target, args, kwargs)


def _filled(args: Arguments, kwargs: dict[str, Any], names: str, *usual: Any) -> list[Any]:
    """The arguments in the order of `names`; the last of them have `usual` values."""
    order = names.split()
    given = {**dict(zip(order[len(order) - len(usual) :], usual, strict=True))}
    given.update(zip(order, args, strict=False))
    given.update({name: value for name, value in kwargs.items() if name in order})
    return [given[name] for name in order]


def _embedding(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    weight, indices, padding = _filled(args[:3], kwargs, "weight indices padding_idx", -1)
    return Plain(f"{F}embedding", (indices, weight, padding if padding >= 0 else None), {})


def _layer_norm(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    x, shape, weight, bias, eps = _filled(args[:5], kwargs, "input normalized_shape weight bias eps", None, None, 1e-5)
    return Plain(f"{F}layer_norm", (x, tuple(shape), weight, bias, eps), {})


def _group_norm(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    given = _filled(args[:5], kwargs, "input num_groups weight bias eps", None, None, 1e-5)
    return Plain(f"{F}group_norm", tuple(given), {})


def _batch_norm(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    x, weight, bias, mean, var, training, momentum, eps = args[:8]
    return Plain(f"{F}batch_norm", (x, mean, var, weight, bias, training, momentum, eps), {})


def _instance_norm(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    x, weight, bias, mean, var, use_input_stats, momentum, eps = args[:8]
    return Plain(f"{F}instance_norm", (x, mean, var, weight, bias, use_input_stats, momentum, eps), {})


def _dropout(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    return Plain(f"{F}dropout", args, {})


def _convolution(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    x, weight, bias, stride, padding, dilation, transposed, output_padding, groups = args[:9]
    rank = weight.dim() - 2
    if transposed:
        return Plain(
            f"{F}conv_transpose{rank}d",
            (x, weight, bias, tuple(stride), tuple(padding), tuple(output_padding), groups, tuple(dilation)),
            {},
        )
    return Plain(f"{F}conv{rank}d", (x, weight, bias, tuple(stride), tuple(padding), tuple(dilation), groups), {})


def _slice(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    x, dim, start, end, step = _filled(args, kwargs, "input dim start end step", 0, None, None, 1)
    dim %= x.dim()
    size = x.shape[dim]
    end = None if end is None or end >= END or end == size else end
    start = None if start == 0 else start
    if start is None and end is None and step == 1:
        return Plain("", (x,), {})
    index = (*[slice(None)] * dim, slice(start, end, step if step != 1 else None))
    return Plain("torch.Tensor.__getitem__", (x, index), {})


def _slice_scatter(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    x, source, dim, start, end, step = _filled(args, kwargs, "input src dim start end step", 0, None, None, 1)
    dim %= x.dim()
    size = x.shape[dim]
    end = None if end is None or end >= size else end
    start = None if start == 0 else start
    if start is None and end is None and step == 1:
        return Plain("", (source,), {})
    return Plain("torch.slice_scatter", (x, source, dim, start, end, step), {})


def _index(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    x, indices = args
    return Plain("torch.Tensor.__getitem__", (x, tuple(slice(None) if i is None else i for i in indices)), {})


def _as_is(args: Arguments, kwargs: dict[str, Any]) -> Plain:
    return Plain("", args[:1], {})


def _upsample(last: str, target: str, args: Arguments, kwargs: dict[str, Any]) -> Plain:
    """`args` are those of the overload that takes factors or a size."""
    mode = last.removeprefix("upsample_").rstrip("d").rstrip("123").removesuffix("_aa")
    mode = {"nearest": "nearest", "linear": "linear", "bilinear": "bilinear", "bicubic": "bicubic"}.get(mode, mode)
    names = "input size" + ("" if "nearest" in last else " align_corners") + " scale_factors"
    given = dict(zip(names.split(), _filled(args, kwargs, names, None), strict=True))
    if isinstance(given["scale_factors"], float):
        return Plain(target, args, kwargs)
    size, factors = given["size"], given["scale_factors"]
    more = {"align_corners": given["align_corners"]} if given.get("align_corners") is not None else {}
    more |= {"antialias": True} if last.endswith("_aa") else {}
    sizes = {"size": tuple(size)} if size is not None else {"scale_factor": tuple(factors or ())}
    return Plain(f"{F}interpolate", (given["input"],), {**sizes, "mode": mode.replace("_exact", "-exact"), **more})


SPELLED: dict[str, Callable[[Arguments, dict[str, Any]], Plain]] = {
    "embedding": _embedding,
    "layer_norm": _layer_norm,
    "group_norm": _group_norm,
    "batch_norm": _batch_norm,
    "instance_norm": _instance_norm,
    "dropout": _dropout,
    "convolution": _convolution,
    "slice": _slice,
    "slice_scatter": _slice_scatter,
    "index": _index,
    "alias": _as_is,
    "lift_fresh": _as_is,
    "lift_fresh_copy": _as_is,
    "detach": _as_is,
}
