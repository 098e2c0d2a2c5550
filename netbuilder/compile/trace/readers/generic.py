"""Calls whose arguments are ports and settings of a layer by the same names: most functions of torch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from netbuilder.compile.trace.readers.binding import Bound, bound
from netbuilder.compile.trace.readers.modules import plain_setting
from netbuilder.compile.trace.readers.reading import Desk, Reading, made
from netbuilder.compile.trace.recording import Call, Ref, Size
from netbuilder.fields import Field
from netbuilder.layers.function import Dtype
from netbuilder.layers.layer import Layer

PASSED = frozenset(
    {
        "inplace",
        "_stacklevel",
        "cudnn_enable",
        "cudnn_enabled",
        "sparse",
        "scale_grad_by_freq",
        "momentum",
        "output_size",
    }
)
OFF = frozenset({"training", "train"})
APART = frozenset({"unfold", "embedding", "normal"})  # names that mean different things in different places


def read_generic(call: Call, desk: Desk) -> Reading | None:
    """The layer that takes all that the call was given, by name."""
    arguments = bound(call)
    if arguments is None:
        return None
    for layer in candidates(call.target, desk):
        reading = fill(layer, call, arguments, desk)
        if reading is not None:
            return reading
    return None


def read_empty(call: Call, desk: Desk) -> Reading | None:
    """What is in an empty tensor is nobody's business: zeros will do."""
    if len(call.args) != 1 or call.kwargs:
        return None
    return desk.single(call, desk.layer("zeros_like"), {"x": call.args[0]})


def candidates(target: str, desk: Desk) -> Iterator[type[Layer]]:
    """The layers that a function could be, the likeliest first."""
    last = target.rpartition(".")[2]
    yield from desk.readers.get(target, ())
    if last not in APART:
        for home in ("torch.nn.functional", "torch", "torch.Tensor", "torch.special", "torch.linalg"):
            if f"{home}.{last}" != target:
                yield from desk.readers.get(f"{home}.{last}", ())
    if not target.startswith("torch.Tensor."):
        bare = last.replace("_", "").lower()
        for name, layer in desk.modules.items():
            if name.lower() == bare:
                yield layer


def fill(type_: type[Layer], call: Call, arguments: Bound, desk: Desk) -> Reading | None:
    """The layer with the settings and inputs of a call; None where it has no place for one of them."""
    fields = type_.fields()
    settings: dict[str, Any] = {}
    tensors: dict[str, Ref] = {}
    for name, value in arguments.given.items():
        if isinstance(value, Ref):
            tensors[name] = value
        elif name in fields:
            taken = setting(fields[name], value)
            if taken is Ellipsis:
                return None
            settings[name] = taken
        elif name in OFF:
            if value:
                return None
        elif name == "dtype":
            if value is not None and value != f"torch.{desk.dtype(next(iter(tensors.values()), None))}":
                return None
        elif name not in PASSED and not _is_default(name, value, arguments):
            return None
    for name in fields:
        if name not in arguments.given:
            if name in type_.required:
                return None
            if name in type_.torch_defaults:
                settings[name] = type_.torch_defaults[name]
    layer = made(type_, settings)
    if layer is None:
        return None
    inputs = ports(layer, tensors, call)
    return desk.single(call, layer, inputs) if inputs is not None else None


def _is_default(name: str, value: Any, arguments: Bound) -> bool:
    if name not in arguments.defaults:
        return False
    usual = arguments.defaults[name]
    return bool(value == usual) or (isinstance(value, (tuple, list)) and list(value) == usual)


def setting(field: Field[Any], value: Any) -> Any:
    """An argument as a field takes it; ... where it can't."""
    if isinstance(field, Dtype) and isinstance(value, str):
        return value.removeprefix("torch.")
    entries = bool(getattr(field, "entries", ""))
    if isinstance(value, Size):
        return batch_text(value) if entries else ...
    if isinstance(value, (tuple, list)):
        parts = [batch_text(part) if isinstance(part, Size) and entries else part for part in value]
        if any(isinstance(part, Size) or part is None for part in parts):
            return ...
        if not parts and field.optional:
            return None
        return plain_setting(field, tuple(parts))
    return value


def batch_text(size: Size) -> Any:
    """A size that follows the batch as fields write it: "N", "4N"; ... where they can't."""
    if size.fixed or size.per_sample < 1:
        return None
    return "N" if size.per_sample == 1 else f"{size.per_sample}N"


def ports(layer: Layer, tensors: dict[str, Ref], call: Call) -> dict[str, Ref] | None:
    """The tensors of a call by the layer's ports; None where one has no port, or a port that is needed has none."""
    names = {port.name: port for port in layer.inputs()}
    torchs = {torch: port for port, torch in getattr(layer, "arguments_of", {}).items()}
    found: dict[str, Ref] = {}
    if "like" in names and "like" not in tensors:
        if call.like < 0:
            return None
        found["like"] = Ref(call.like)
    waiting: list[Ref] = []
    for name, ref in tensors.items():
        port = torchs.get(name, name)
        if port in names and port not in found:
            found[port] = ref
        else:
            waiting.append(ref)
    for ref in waiting:
        port = next((port for port in names if port not in found), None)
        if port is None:
            return None
        found[port] = ref
    if any(not port.optional and name not in found for name, port in names.items()):
        return None
    return {name: found[name] for name in names if name in found}
