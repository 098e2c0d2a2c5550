"""Which argument of a call is which setting or port of a layer, by the order and the names that the layer declares."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netbuilder.compile.from_source.refusal import CannotRead, quoted
from netbuilder.compile.from_source.values import BatchSize, SizesOf, Wire, as_setting, is_open
from netbuilder.fields import BadSetting, Bool, Field
from netbuilder.layers.function import Dtype
from netbuilder.layers.layer import Layer

# What says nothing about the result.
PASSED = frozenset({"inplace", "device", "requires_grad", "layout", "pin_memory"})
RECURRENT = (
    *("input_size", "hidden_size", "num_layers", "nonlinearity", "bias", "batch_first", "dropout", "bidirectional"),
    "proj_size",
)
# How many settings can be given by place where torch's order is another one from there on.
BY_PLACE = {
    **dict.fromkeys(("std", "var", "std_mean", "var_mean"), 1),
    **dict.fromkeys(("sort", "argsort", "gumbel_softmax"), 2),
    **dict.fromkeys(("norm", "fft2", "ifft2", "rfft2", "irfft2", "addmm", "baddbmm", "bucketize", "searchsorted"), 0),
    **dict.fromkeys(("mse_loss", "l1_loss", "smooth_l1_loss", "cross_entropy", "nll_loss", "kl_div"), 0),
    **dict.fromkeys(("binary_cross_entropy_with_logits", "batch_norm_with", "instance_norm_with"), 0),
    **dict.fromkeys(("layer_norm_with", "rms_norm_with", "index_add", "addcmul", "addcdiv"), 0),
    **dict.fromkeys(("group_norm_with", "scatter_reduce"), 1),
    **dict.fromkeys(("interpolate", "group_norm"), 4),
    **dict.fromkeys((f"{kind}_norm{n}d" for kind in ("batch", "instance") for n in (1, 2, 3)), 5),
    "embedding_bag": 6,
    "transformer": 7,
}
OTHER_NAMES = {"axis": "dim", "keepdims": "keepdim"}


@dataclass(frozen=True)
class Bound:
    """A layer's settings as a node has them, and what flows into its ports."""

    layer: type[Layer]
    settings: dict[str, Any]
    inputs: dict[str, Wire]

    @property
    def made(self) -> Layer:
        """The layer, with what is known only elsewhere at its default."""
        return self.layer(**{name: value for name, value in self.settings.items() if not is_open(value)})


def bind_module(layer: type[Layer], args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.Call) -> dict[str, Any]:
    """The settings of a module that is made with these arguments. Raises `CannotRead`."""
    order = layer.argument_order()
    if "batch_first" in order and "hidden_size" in order:
        order = tuple(name for name in RECURRENT if name in order)
    while len(args) > len(order) and isinstance(args[-1], bool):
        args = args[:-1]  # inplace
    if len(args) > len(order):
        raise CannotRead(f"nn.{_word(layer)} takes {len(order)} arguments at most, and {len(args)} are given.", node)
    if len(args) > BY_PLACE.get(layer.kind, len(args)):
        raise CannotRead(f"name the last arguments of {quoted(node)}: their order differs between versions.", node)
    given = dict(zip(order, args, strict=False))
    for name, value in kwargs.items():
        if name in given:
            raise CannotRead(f"{name} is given twice to nn.{_word(layer)}.", node)
        if name not in order:
            if name in PASSED or value is None:
                continue
            raise CannotRead(f"nn.{_word(layer)} has no setting {name} in NetBuilder.", node)
        given[name] = value
    inferred, fields = layer.inferred(), layer.fields()
    return _settings(layer, {n: v for n, v in given.items() if n not in inferred and n in fields}, node)


def bind_function(
    layer: type[Layer], args: Sequence[Any], kwargs: Mapping[str, Any], node: ast.AST, *, module: bool = False
) -> Bound | None:
    """The layer with the arguments of a call; None where it has no place for one of them. Raises `CannotRead` where
    it refuses a value."""
    fields = layer.fields()
    ports = [port.name for port in layer().inputs() if port.name != "like"] or ["x"]
    own = getattr(layer, "not_arguments", ())
    order = list(getattr(layer, "positions", ())) or [*ports, *layer.required]
    order += [name for name in (*ports, *fields) if name not in order and name not in own]
    torchs = {torch: port for port, torch in getattr(layer, "arguments_of", {}).items()}
    spread = getattr(layer, "spread", ())
    given: dict[str, Any] = {}
    wires: dict[str, Wire] = {}
    rest = list(args)
    for name in order:
        if not rest:
            break
        if name in fields and not isinstance(rest[0], Wire):
            if name in spread and not isinstance(rest[0], (tuple, list)):
                given[name], rest = tuple(rest), []
            else:
                given[name] = rest.pop(0)
        elif name in ports and isinstance(rest[0], Wire):
            wires[name] = rest.pop(0)
    if len(rest) == 1 and "number" in own and "number" in fields and not isinstance(rest[0], Wire):
        given["number"] = rest.pop()  # in the place of a second input
    if rest or sum(name not in layer.required and name not in spread for name in given) > BY_PLACE.get(layer.kind, 99):
        return None
    for word, value in kwargs.items():
        name = torchs.get(word, word if word in fields or word in ports else OTHER_NAMES.get(word, word))
        name = ports[0] if name == "input" else name
        if isinstance(value, SizesOf):
            value, name = value.of, "other"
        if isinstance(value, Wire):
            free = name if name in ports else next((port for port in ports if port not in wires), "")
            if not free or free in wires:
                return None
            wires[free] = value
        elif name in fields and name not in given:
            given[name] = value
        elif word not in PASSED and value is not None:
            return None
    likes = [value.of for value in _leaves(given.values()) if isinstance(value, BatchSize)]
    if likes:
        wires["like"] = likes[0]
    try:
        settings = _settings(layer, given, node)
    except CannotRead:
        if module:
            raise
        return None
    bound = Bound(layer, settings, wires)
    wanted = {port.name: port for port in bound.made.inputs()}
    missing = [name for name, port in wanted.items() if name not in wires and not port.optional]
    return bound if not missing and wires.keys() <= wanted.keys() else None


def _settings(layer: type[Layer], given: Mapping[str, Any], node: ast.AST) -> dict[str, Any]:
    fields = layer.fields()
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name in given:
            value = _taken(field, given[name])
            if value is ...:
                raise CannotRead(f"{name} of {layer.title} can't be read from {quoted(node)}.", node)
            found[name] = value
        elif name in layer.required and name not in layer.torch_defaults and name not in layer.not_arguments:
            raise CannotRead(f"{layer.title} needs {name}.", node)
        elif name in layer.torch_defaults:
            usual = layer.torch_defaults[name]
            found[name] = False if usual is None and isinstance(field, Bool) and not field.optional else usual
    known = {name: value for name, value in found.items() if not is_open(value)}
    try:
        made = layer(**known)
    except BadSetting as refused:
        raise CannotRead(str(refused), node) from None
    if made.fault() is not None and len(known) == len(found):
        raise CannotRead(str((made.fault() or ("", ""))[1]), node)
    return made.changed() | {name: value for name, value in found.items() if is_open(value)}


def _taken(field: Field[Any], value: Any) -> Any:
    if isinstance(field, Dtype) and isinstance(value, str):
        return value.removeprefix("torch.")
    return as_setting(value)


def _leaves(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, (tuple, list)):
            yield from _leaves(value)
        else:
            yield value


def _word(layer: type[Layer]) -> str:
    return layer.target.rpartition(".")[2]
