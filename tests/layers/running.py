"""Runs a layer's own text on real numbers: an example for each port, and the statements that make and call it."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from typing import Any

import torch
from torch import nn

from netbuilder.compile.inference.infer import Answer, Question, infer
from netbuilder.compile.inference.types import Dim, TensorType
from netbuilder.layers import In, Layer, standard
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output

LAYERS = tuple(layer for layer in standard() if layer.kind != "custom")
MODULES = tuple(layer for layer in LAYERS if layer.is_module())
LINES = tuple(layer for layer in LAYERS if layer not in (Input, Output))
SIZES = {
    **{"N": 4, "C": 8, "L": 6, "S": 6, "D": 5, "H": 7, "W": 7, "F": 8, "K": 8, "V": 8},
    **{"R": 1, "M": 8, "O": 5, "P": 7, "Q": 7},
}


def sizes(port: In) -> tuple[int, ...]:
    """The shape of an example for the port."""
    return tuple(int(axis) if axis.isdecimal() else SIZES.get(axis, 8) for axis in port.example)


def example(layer: Layer, only: Collection[str] | None = None) -> dict[str, torch.Tensor]:
    """A tensor for each port, by its axes."""
    return {port.name: _tensor(port) for port in layer.inputs() if only is None or port.name in only}


def _tensor(port: In) -> torch.Tensor:
    if port.name == "offs":  # ends of groups: one row in each
        return torch.arange(1, sizes(port)[0] + 1)
    if port.dtype == "int":
        return torch.zeros(sizes(port), dtype=torch.int64)
    if port.dtype == "complex":
        return torch.randn(sizes(port), dtype=torch.complex64)
    if port.dtype == "bool":
        return torch.arange(sizes(port)[-1]).expand(sizes(port)) == sizes(port)[-1] - 1  # all but the last
    return torch.randn(sizes(port))


def needed(layer: Layer) -> list[str]:
    """The ports that must have an edge."""
    return [port.name for port in layer.inputs() if not port.optional]


def known(layer: Layer, tensors: dict[str, torch.Tensor]) -> dict[str, Any]:
    """The arguments that follow from what flows in."""
    found = layer.inferred().items()
    return {name: i.of(layer, tuple(tensors[i.port].shape)) for name, i in found if i.port in tensors}


def build(layer: Layer, tensors: dict[str, torch.Tensor]) -> dict[str, Any]:
    """A scope in which `self.layer` is what the layer's own text makes of it."""
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": nn.functional, "self": nn.Module()}
    made = layer.set_up("self.layer", known(layer, tensors))
    if made is not None:
        exec(made, scope)
    return scope


def call(
    layer: Layer, scope: dict[str, Any], tensors: dict[str, torch.Tensor], used: Collection[str] | None = None
) -> dict[str, torch.Tensor]:
    """What flows out, by port, of those that are `used` (all)."""
    variables = {**scope, **{f"in_{name}": tensor for name, tensor in tensors.items()}}
    names = [port.name for port in layer.outputs()]
    outputs = {name: f"out_{name}" if used is None or name in used else None for name in names}
    exec(layer.call("self.layer", {name: f"in_{name}" for name in tensors}, outputs), variables)
    return {name: variables[given] for name, given in outputs.items() if given}


def run(layer: Layer, tensors: dict[str, torch.Tensor], used: Collection[str] | None = None) -> dict[str, torch.Tensor]:
    """The layer's own text, built and run with real numbers."""
    return call(layer, build(layer, tensors), tensors, used)


def asked(layer: Layer, tensors: dict[str, torch.Tensor]) -> Answer:
    """What the check would find out about the layer with these inputs, the batch being N."""
    flows = tuple((port.name, _type(port, tensors[port.name])) for port in layer.inputs() if port.name in tensors)
    ports = tuple(port.name for port in layer.outputs())
    text = layer.call("self.layer", {name: f"in_{name}" for name, _ in flows}, {port: f"out_{port}" for port in ports})
    return infer(Question(layer.set_up("self.layer", known(layer, tensors)), text, flows, ports, layer.passes))


def _type(port: In, tensor: torch.Tensor) -> TensorType:
    dims = (
        Dim(1) if axis == "N" else Dim(0, size) for axis, size in zip(port.example, tuple(tensor.shape), strict=True)
    )
    return TensorType(tuple(dims), str(tensor.dtype).removeprefix("torch."))


def signature(target: str) -> dict[str, inspect.Parameter]:
    """The arguments of the module class with this dotted name, by name."""
    module = getattr(nn, target.rpartition(".")[2])
    if issubclass(module, nn.RNNBase):
        found = dict(inspect.signature(nn.RNNBase.__init__).parameters)
        if module is nn.RNN:
            found["nonlinearity"] = inspect.Parameter("nonlinearity", inspect.Parameter.KEYWORD_ONLY, default="tanh")
        return {name: value for name, value in found.items() if name not in ("self", "mode")}
    found = dict(inspect.signature(module.__init__).parameters)
    return {n: p for n, p in found.items() if n != "self" and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


def arguments(layer: type[Layer]) -> dict[str, inspect.Parameter]:
    """The arguments that a layer may declare: those of its module, and those of the module it makes a stack of."""
    return {**(signature(layer.wraps) if layer.wraps else {}), **signature(layer.target)}
