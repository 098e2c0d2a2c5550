"""Modules of torch.nn as layers: their settings are read off the module and held against one that is made anew."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import nn

from netbuilder.compile.trace.readers.reading import Desk, Reading, made, tables
from netbuilder.compile.trace.recording import Call, Ref
from netbuilder.fields import Field, Floats, Int, Ints
from netbuilder.layers.catalog import Catalog
from netbuilder.layers.layer import Layer

UNWATCHED = frozenset({"training", "inplace", "sparse"})  # what makes no difference to what is drawn
STACKS = ("TransformerEncoder", "TransformerDecoder")
PARTS = ("TransformerEncoderLayer", "TransformerDecoderLayer")
MASKS = {
    "TransformerEncoderLayer": ("src_mask", "is_causal"),
    "TransformerDecoderLayer": ("tgt_mask", "tgt_is_causal"),
    "TransformerEncoder": ("mask", "is_causal"),
    "TransformerDecoder": ("tgt_mask", "tgt_is_causal"),
    "Transformer": ("tgt_mask", "tgt_is_causal"),
}
Numbers = Callable[[Any], Any]
FLAGS = frozenset({"is_causal", "tgt_is_causal", "memory_is_causal", "src_is_causal"})
_found: WeakKeyDictionary[nn.Module, tuple[Catalog, Layer | None, dict[str, Any]]] = WeakKeyDictionary()


def layer_test(catalog: Catalog) -> Callable[[nn.Module, tuple[Any, ...], Mapping[str, Any]], bool]:
    """A test whether a call of a module is that of a layer of the catalogue."""

    def is_layer(module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
        layer, _ = layer_of(module, catalog)
        if layer is None:
            return False
        found = _bound(layer, module, args, kwargs, torch.Tensor, lambda mask: mask)
        return found is not None and all(
            port.name not in found[1] or port.accepts_rank(found[1][port.name].dim()) for port in found[0].inputs()
        )

    return is_layer


def layer_of(module: nn.Module, catalog: Catalog) -> tuple[Layer | None, dict[str, Any]]:
    """The layer that a module is, and its arguments that follow from what flows in; None: it is none."""
    known = _found.get(module)
    if known is None or known[0] is not catalog:
        known = (catalog, *_layer_of(module, catalog))
        _found[module] = known
    return known[1], known[2]


def _layer_of(module: nn.Module, catalog: Catalog) -> tuple[Layer | None, dict[str, Any]]:
    type_ = _plain_type(module)
    declared = tables(catalog)[1].get(type_.__name__)
    if declared is None or getattr(nn, type_.__name__, None) is not type_:
        return None, {}
    settings = {}
    for name, field in declared.fields().items():
        value = _setting(module, name, field)
        if value is not Ellipsis:
            settings[name] = value
    layer = made(declared, settings)
    if layer is None:
        return None, {}
    known = {name: _inferred(module, name) for name in declared.inferred()}
    if None in known.values() or not _same(layer, known, module):
        return None, {}
    return layer, known


def _plain_type(module: nn.Module) -> type[nn.Module]:
    """The class of a module, also where its weight was parametrized."""
    if torch.nn.utils.parametrize.is_parametrized(module):
        return type(module).__bases__[0]
    return type(module)


def _setting(module: nn.Module, name: str, field: Field[Any]) -> Any:
    """What the module has for a setting; ... where nothing can be said."""
    source: Any = module
    if type(module).__name__ in STACKS:
        if name == "num_layers":
            return len(module.layers)  # type: ignore[arg-type]
        if name == "norm":
            return module.norm is not None
        if name not in ("enable_nested_tensor", "mask_check"):
            source = module.layers[0]  # type: ignore[index]
    if type(module).__name__ == "Transformer":
        encoder, decoder = module.encoder.layers, module.decoder.layers  # type: ignore[union-attr]
        if name in ("num_encoder_layers", "num_decoder_layers"):
            return len(encoder if "encoder" in name else decoder)  # type: ignore[arg-type]
        source = next(iter([*encoder, *decoder]), module)  # type: ignore[misc]
    if type(source).__name__ in PARTS:
        return _part_setting(source, name)
    if name == "reparametrization":
        return _parametrization(module)[0]
    if name == "weight_norm_dim":
        return _parametrization(module)[1]
    if name == "per_channel":
        return module.num_parameters != 1
    if name == "dims":
        return len(module.normalized_shape)  # type: ignore[arg-type]
    if name == "bias" and type(module).__name__ == "MultiheadAttention":
        return module.in_proj_bias is not None
    if name == "bias" and not isinstance(getattr(module, "bias", None), bool):
        missing = getattr(module, "weight", ...) is None  # an affine one without weights has no bias to speak of
        return True if missing else getattr(module, "bias", None) is not None
    value = getattr(module, name, ...)
    if value is None and not field.optional:
        return ...
    if name == "stride" and field.optional and value == getattr(module, "kernel_size", ...):
        return None  # as it is when it is left out
    return plain_setting(field, value)


def plain_setting(field: Field[Any], value: Any) -> Any:
    """A value as its field takes it: (3, 3) is 3 where one number may stand for all."""
    if isinstance(field, (Ints, Floats)) and field.scalar and isinstance(value, (tuple, list)) and value:
        if field.length and len(set(value)) == 1 and isinstance(value[0], (int, float)):
            return value[0]
        return value[0] if len(value) == 1 else tuple(value)
    if isinstance(field, Int) and isinstance(value, (tuple, list)) and len(set(value)) == 1:
        return value[0]
    return tuple(value) if isinstance(value, list) else value


def _part_setting(part: Any, name: str) -> Any:
    if name == "nhead":
        return part.self_attn.num_heads
    if name == "dim_feedforward":
        return part.linear1.out_features
    if name == "dropout":
        return part.dropout.p
    if name == "layer_norm_eps":
        return part.norm1.eps
    if name == "batch_first":
        return part.self_attn.batch_first
    if name == "bias":
        return part.linear1.bias is not None
    if name == "norm_first":
        return part.norm_first
    if name == "activation":
        given = part.activation
        if given is torch.nn.functional.relu or type(given) is nn.ReLU:
            return "relu"
        plain_gelu = type(given) is nn.GELU and given.approximate == "none"
        return "gelu" if given is torch.nn.functional.gelu or plain_gelu else ""
    return False if name == "is_causal" else ...


def _parametrization(module: Any) -> tuple[str, int | None]:
    """How the weight is learned, and for a weight norm along which dimension."""
    old = next((hook for hook in module._forward_pre_hooks.values() if type(hook).__name__ == "WeightNorm"), None)
    if old is not None:
        return ("weight norm", None if old.dim == -1 else old.dim) if old.name == "weight" else ("", 0)
    if not torch.nn.utils.parametrize.is_parametrized(module):
        return "none", 0
    kinds = [type(step).__name__ for name in module.parametrizations for step in module.parametrizations[name]]
    if list(module.parametrizations) != ["weight"] or len(kinds) != 1:
        return "", 0
    if kinds == ["_WeightNorm"]:
        dim = module.parametrizations.weight[0].dim
        return "weight norm", None if dim == -1 else dim
    return ("spectral norm", 0) if kinds == ["_SpectralNorm"] else ("", 0)


def _inferred(module: Any, name: str) -> Any:
    if name == "d_model":
        part = module
        if type(module).__name__ in STACKS:
            part = module.layers[0]
        return module.d_model if hasattr(module, "d_model") else part.self_attn.embed_dim
    value = getattr(module, name, None)
    if name == "normalized_shape" and value is not None:
        return value[0] if len(value) == 1 else tuple(value)
    return value


def _same(layer: Layer, known: Mapping[str, Any], module: nn.Module) -> bool:
    """Whether what the layer's text makes is the same module, but for the numbers in it."""
    try:
        with torch.device("meta"), torch.random.fork_rng(devices=[]):
            anew = eval(layer.construct(known), {"nn": nn, "torch": torch})
    except Exception:  # whatever torch says: it can't be made so
        return False
    return _alike(anew, module)


def _alike(anew: nn.Module, module: nn.Module) -> bool:
    one, other = anew.state_dict(keep_vars=True), renamed(module.state_dict(keep_vars=True))
    if set(one) != set(other) or any(one[name].shape != other[name].shape for name in one):
        return False
    if any(one[name].dtype != other[name].dtype for name in one):
        return False
    mine, its = (
        {path: part for path, part in whole.named_modules() if "parametrizations" not in path}
        for whole in (anew, module)
    )
    if list(mine) != list(its):
        return False
    return all(_alike_alone(mine[path], its[path]) for path in mine)


def _alike_alone(anew: nn.Module, module: nn.Module) -> bool:
    if _plain_type(anew) is not _plain_type(module):
        return False
    hooks = [*module._forward_hooks.values(), *module._forward_pre_hooks.values()]
    if any(type(hook).__name__ != "WeightNorm" for hook in hooks) or "forward" in vars(module):
        return False
    for name, value in vars(anew).items():
        if name.startswith("_") or name in UNWATCHED or isinstance(value, (torch.Tensor, nn.Module)):
            continue
        other = getattr(module, name, ...)
        if name == "activation":
            continue  # a function or a module that does the same
        if isinstance(value, (tuple, list)) and isinstance(other, (tuple, list)):
            if list(value) != list(other):
                return False
        elif isinstance(other, (tuple, list)) and not isinstance(value, (tuple, list, str)):
            if set(other) != {value}:  # one number stands for all
                return False
        elif other is not value and other != value:
            return False
    return True


def renamed(state: Mapping[str, Any]) -> dict[str, Any]:
    """Weights by the names they have in the module that is made anew, where a weight norm is of the older kind."""
    names = {"weight_g": "parametrizations.weight.original0", "weight_v": "parametrizations.weight.original1"}
    return {names.get(name, name): value for name, value in state.items()}


# How it was called


def _bound(
    layer: Layer,
    module: nn.Module,
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
    kind: type[Any],
    numbers: Numbers,
) -> tuple[Layer, dict[str, Any]] | None:
    """The layer, and the tensors (of type `kind`) by its ports; None where the call says more than can be drawn.

    `numbers` gives what is in a tensor, where that is the same for every input.
    """
    try:
        bound = inspect.signature(type(module).forward).bind(module, *args, **kwargs)
    except (TypeError, ValueError):
        return None
    given = dict(bound.arguments)
    del given[next(iter(given))]
    given = {name: value for name, value in given.items() if value is not None}
    name = type(module).__name__
    if name.startswith("MaxUnpool") and "output_size" in given and _is_usual_size(module, given):
        del given["output_size"]
    if name == "MultiheadAttention":
        return _bound_attention(layer, given, kind)
    ports = [port.name for port in layer.inputs()]
    found: dict[str, Any] = {}
    flags: dict[str, bool] = {}
    for argument, value in given.items():
        if argument in ("hx",) and name in ("LSTM", "LSTMCell"):
            if not isinstance(value, tuple) or len(value) != 2 or type(value[0]) is type(None):
                return None
            found.update(zip(ports[1:], value, strict=True))
        elif argument in FLAGS:
            flags[argument] = value
        elif isinstance(value, kind):
            port = argument if argument in ports else next((port for port in ports if port not in found), None)
            if port is None:
                return None
            found[port] = value
        else:
            return None
    if not all(isinstance(value, kind) for value in found.values()):
        return None
    needed = {port.name for port in layer.inputs() if not port.optional}
    if not needed.issubset(found):
        return None
    if name in MASKS:
        causal = _causal(name, found, flags, numbers)
        if causal is None:
            return None
        return (made(type(layer), {**layer.settings, "is_causal": causal}) or layer), found
    return (layer, found) if not any(flags.values()) else None


def _is_usual_size(module: Any, given: Mapping[str, Any]) -> bool:
    """Whether the size that an unpooling is asked for is the one it would give anyway."""
    x = next(iter(given.values()))
    if not isinstance(x, torch.Tensor):  # it was looked at when it was called
        return True
    rank = len(module.kernel_size) if isinstance(module.kernel_size, tuple) else x.dim() - 2
    each = (
        value if isinstance(value, tuple) else (value,) * rank
        for value in (module.kernel_size, module.stride, module.padding)
    )
    usual = [
        (size - 1) * stride - 2 * padding + kernel
        for size, kernel, stride, padding in zip(x.shape[-rank:], *each, strict=True)
    ]
    return list(given["output_size"])[-rank:] == usual


def _causal(name: str, found: Mapping[str, Any], flags: dict[str, bool], numbers: Numbers) -> bool | None:
    """Whether the layer is told that its mask is causal, or (a stack) sees it for itself; None: this can't be said."""
    mask, flag = MASKS[name]
    told = flags.pop(flag, None)
    if any(flags.values()) or (told and mask not in found):
        return None
    if name == "Transformer" and "src_mask" in found and _looks_causal(numbers(found["src_mask"])):
        return None
    if told is not None or mask not in found or name in PARTS:
        return bool(told)
    return _looks_causal(numbers(found[mask]))


def _looks_causal(mask: Any) -> bool:
    """What a stack says of a mask about which it is told nothing."""
    return mask is not None and bool(nn.modules.transformer._detect_is_causal_mask(mask, None, mask.size(-1)))


def _bound_attention(layer: Layer, given: dict[str, Any], kind: type[Any]) -> tuple[Layer, dict[str, Any]] | None:
    settings: dict[str, Any] = {}
    if given.pop("is_causal", False):
        settings["is_causal"] = True
        if "attn_mask" not in given:
            return None
    need = given.pop("need_weights", True)
    average = given.pop("average_attn_weights", True)
    if need:
        settings["average_attn_weights"] = average
    if not all(isinstance(value, kind) for value in given.values()):
        return None
    found = made(type(layer), {**layer.settings, **settings})
    if found is None or not {port.name for port in found.inputs()}.issuperset(given):
        return None
    return found, given


def read_module(call: Call, desk: Desk) -> Reading | None:
    """The reading of a call of a module."""
    layer, _ = layer_of(call.module, desk.catalog)
    if layer is None:
        return None
    bound = _bound(layer, call.module, call.args, call.kwargs, Ref, desk.numbers)
    if bound is None:
        return None
    layer, inputs = bound
    if type(call.module).__name__ == "MultiheadAttention" and len(call.results) > 1:
        taken = call.results[1] in desk.users or call.results[1] in desk.recording.outputs
        layer = made(type(layer), {**layer.settings, "need_weights": not taken}) or layer
    ports = [port.name for port in layer.outputs() if port.name != "weight"]
    if len(call.results) > len(ports):
        return None
    outputs = dict(zip(ports, call.results, strict=False))
    return Reading(layer, {port: ref.value for port, ref in inputs.items()}, outputs, renamed(call.weights))
