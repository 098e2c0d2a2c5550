"""Functions that are given weights: as the layer that owns them where nothing else uses them, else with them as inputs.

A weight that several use is owned by the first layer that does so, which gives it out; the others take it in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netbuilder.compile.trace.readers.binding import Bound, bound
from netbuilder.compile.trace.readers.generic import fill
from netbuilder.compile.trace.readers.modules import layer_of, read_module
from netbuilder.compile.trace.readers.reading import Desk, Reading, made
from netbuilder.compile.trace.recording import Call, Ref
from netbuilder.fields import Ints

F = "torch.nn.functional."
WEIGHTED = {
    **{f"{F}{name}": name for name in ("linear", "bilinear", "embedding", "layer_norm", "rms_norm", "group_norm")},
    **{f"{F}{name}": name for name in ("batch_norm", "instance_norm", "prelu")},
    **{f"{F}conv{n}d": f"conv{n}d" for n in (1, 2, 3)},
    **{f"{F}conv_transpose{n}d": f"conv_transpose{n}d" for n in (1, 2, 3)},
}
SAME = {f"torch.{name}": name for name in ("conv1d", "conv2d", "conv3d", "prelu", "bilinear", "rms_norm")} | {
    f"torch.conv_transpose{n}d": f"conv_transpose{n}d" for n in (1, 2, 3)
}
OWNED = ("weight", "bias", "running_mean", "running_var")


def read_weighted(call: Call, desk: Desk) -> Reading | None:
    """A call of a function with weights among its arguments."""
    arguments = bound(call)
    if arguments is None:
        return None
    name = WEIGHTED.get(call.target) or SAME[call.target]
    return _own(call, name, arguments, desk) or _with(call, name, arguments, desk)


def read_tied(call: Call, desk: Desk) -> Reading | None:
    """A call of a module that shares a weight with another layer."""
    weight = call.weights.get("weight")
    plain = read_module(call, desk)
    shared = [name for name, value in call.weights.items() if len(desk.users.get(value, ())) > 1]
    if plain is None or not shared or weight is None:
        return plain
    owners = {name: desk.users[call.weights[name]][0] for name in shared}
    if shared == ["weight"] and owners["weight"].module is call.module and _can_give(call, desk):
        if owners["weight"] is not call:  # the module is called again: its first call gives the weight
            return plain
        layer = made(type(plain.layer), {**plain.layer.settings, "expose_weight": True})
        if layer is None:
            return plain
        return Reading(layer, plain.inputs, {**plain.outputs, "weight": weight}, plain.weights)
    return _as_function(call, desk) or plain


def _can_give(call: Call, desk: Desk) -> bool:
    layer, _ = layer_of(call.module, desk.catalog)
    return layer is not None and "expose_weight" in layer.fields()


def _as_function(call: Call, desk: Desk) -> Reading | None:
    """The module's call as that of the function it stands for, with its weights given."""
    module: Any = call.module
    weights = {name: Ref(value) for name, value in call.weights.items()}
    if len(call.args) != 1 or call.kwargs or not {"weight", "bias"}.issuperset(weights):
        return None
    x, weight, bias = call.args[0], weights.get("weight"), weights.get("bias")
    name = type(module).__name__
    args: tuple[Any, ...]
    if name == "Linear":
        target, args = "linear", (x, weight, bias)
    elif name == "Embedding":
        padding = module.padding_idx
        target, args = "embedding", (x, weight, padding, module.max_norm, module.norm_type)
    elif name in ("Conv1d", "Conv2d", "Conv3d") and module.padding_mode == "zeros":
        target = name.lower()
        args = (x, weight, bias, module.stride, module.padding, module.dilation, module.groups)
    elif name in ("LayerNorm",):
        target, args = "layer_norm", (x, tuple(module.normalized_shape), weight, bias, module.eps)
    elif name == "RMSNorm":
        target, args = "rms_norm", (x, tuple(module.normalized_shape), weight, module.eps)
    elif name == "PReLU":
        target, args = "prelu", (x, weight)
    else:
        return None
    again = Call(f"{F}{target}", args, {}, call.results, call.path, hint=call.hint)
    arguments = bound(again)
    return _with(again, target, arguments, desk) if arguments is not None else None


# With its own weights


def _own(call: Call, name: str, arguments: Bound, desk: Desk) -> Reading | None:
    given = arguments.given
    weights = {part: given[part].value for part in OWNED if isinstance(given.get(part), Ref)}
    for part, value in weights.items():
        seen = desk.recording.values[value]
        origin = "buffer" if part.startswith("running") else "parameter"
        if seen.origin != origin or len(desk.users.get(value, ())) != 1 or seen.dtype != "float32":
            return None
    if len(set(weights.values())) != len(weights):
        return None
    making = MAKING.get(name)
    if making is None:
        return None
    made_of = making(given, desk)
    if made_of is None:
        return None
    kind, settings = made_of
    layer = desk.layer(kind, **settings)
    tensors = {key: value for key, value in given.items() if isinstance(value, Ref) and key not in weights}
    if layer is None:
        return None
    ports = [port.name for port in layer.inputs()]
    if len(tensors) > len(ports):
        return None
    reading = desk.single(call, layer, dict(zip(ports, tensors.values(), strict=False)))
    return Reading(layer, reading.inputs, reading.outputs, weights) if reading is not None else None


Given = dict[str, Any]
Made = tuple[str, dict[str, Any]] | None


def _has(given: Given, part: str) -> bool:
    return isinstance(given.get(part), Ref)


def _linear(given: Given, desk: Desk) -> Made:
    shape = desk.shape(given["weight"])
    return ("linear", {"out_features": shape[0], "bias": _has(given, "bias")}) if len(shape) == 2 else None


def _embedding(given: Given, desk: Desk) -> Made:
    shape = desk.shape(given["weight"])
    if len(shape) != 2 or given.get("max_norm") is not None:
        return None
    return "embedding", {
        "num_embeddings": shape[0],
        "embedding_dim": shape[1],
        "padding_idx": given.get("padding_idx"),
    }


def _conv(given: Given, desk: Desk) -> Made:
    shape = desk.shape(given["weight"])
    rank = len(shape) - 2
    settings = {name: _even(given[name]) for name in ("stride", "padding", "dilation")}
    settings |= {"out_channels": shape[0], "kernel_size": _even(shape[2:]), "groups": given["groups"]}
    return (f"conv{rank}d", settings | {"bias": _has(given, "bias")}) if rank in (1, 2, 3) else None


def _conv_transpose(given: Given, desk: Desk) -> Made:
    shape = desk.shape(given["weight"])
    rank = len(shape) - 2
    settings = {name: _even(given[name]) for name in ("stride", "padding", "output_padding", "dilation")}
    channels = shape[1] * given["groups"] if isinstance(shape[1], int) else 0
    settings |= {"out_channels": channels, "kernel_size": _even(shape[2:]), "groups": given["groups"]}
    return (f"conv_transpose{rank}d", settings | {"bias": _has(given, "bias")}) if rank in (1, 2, 3) else None


def _even(value: Any) -> Any:
    """One number where all are the same."""
    if isinstance(value, (tuple, list)) and value:
        return value[0] if len(set(value)) == 1 else tuple(value)
    return value


def _layer_norm(given: Given, desk: Desk) -> Made:
    weight, bias = _has(given, "weight"), _has(given, "bias")
    if bias and not weight:
        return None
    settings = {"dims": len(given["normalized_shape"]), "eps": given["eps"], "elementwise_affine": weight}
    return "layer_norm", settings | ({"bias": bias} if weight else {})


def _rms_norm(given: Given, desk: Desk) -> Made:
    settings = {"dims": len(given["normalized_shape"]), "eps": given["eps"]}
    return "rms_norm", settings | {"elementwise_affine": _has(given, "weight")}


def _group_norm(given: Given, desk: Desk) -> Made:
    weight, bias = _has(given, "weight"), _has(given, "bias")
    if bias and not weight:
        return None
    settings = {"num_groups": given["num_groups"], "eps": given["eps"], "affine": weight}
    return "group_norm", settings | ({"bias": bias} if weight else {})


def _batch_norm(given: Given, desk: Desk) -> Made:
    rank = len(desk.shape(given["input"]))
    weight, bias = _has(given, "weight"), _has(given, "bias")
    known = _has(given, "running_mean")
    if bool(given.get("training")) == known or (bias and not weight) or rank not in (2, 3, 4, 5):
        return None
    kind = f"batch_norm{max(rank - 2, 1)}d"
    settings = {"eps": given["eps"], "affine": weight, "track_running_stats": known}
    return kind, settings | ({"bias": bias} if weight else {})


def _instance_norm(given: Given, desk: Desk) -> Made:
    rank = len(desk.shape(given["input"]))
    weight, bias = _has(given, "weight"), _has(given, "bias")
    if _has(given, "running_mean") or not given.get("use_input_stats", True) or weight != bias or rank not in (3, 4, 5):
        return None
    return f"instance_norm{rank - 2}d", {"eps": given["eps"], "affine": weight}


def _prelu(given: Given, desk: Desk) -> Made:
    shape = desk.shape(given["weight"])
    return ("prelu", {"per_channel": shape[0] != 1}) if len(shape) == 1 else None


def _bilinear(given: Given, desk: Desk) -> Made:
    return "bilinear", {"out_features": desk.shape(given["weight"])[0], "bias": _has(given, "bias")}


MAKING: dict[str, Callable[[Given, Desk], Made]] = {
    "linear": _linear,
    "embedding": _embedding,
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _conv),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _conv_transpose),
    "layer_norm": _layer_norm,
    "rms_norm": _rms_norm,
    "group_norm": _group_norm,
    "batch_norm": _batch_norm,
    "instance_norm": _instance_norm,
    "prelu": _prelu,
    "bilinear": _bilinear,
}


# With given weights


def _with(call: Call, name: str, arguments: Bound, desk: Desk) -> Reading | None:
    type_ = desk.catalog.find(f"{name}_with")
    if type_ is None:
        return None
    given = dict(arguments.given)
    if name == "batch_norm" and given.get("training"):
        return None
    if name == "instance_norm":
        if _has(given, "running_mean") or not given.get("use_input_stats", True):
            return None
        given = {key: value for key, value in given.items() if key not in ("use_input_stats", "momentum")}
    if "normalized_shape" in given:
        given["dims"] = len(given.pop("normalized_shape"))
    if name == "embedding":
        if given.get("max_norm") is not None:
            return None
        given = {key: value for key, value in given.items() if key not in ("max_norm", "norm_type", "sparse")}
    fields = type_.fields()
    given = {key: _even(value) if isinstance(fields.get(key), Ints) else value for key, value in given.items()}
    return fill(type_, call, Bound(given, arguments.defaults), desk)
