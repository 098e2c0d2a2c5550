"""Merging: several values become one, where branches of a network meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netbuilder.fields import Int
from netbuilder.layers.layer import In, Layer, Out, literal


class Merge(Layer):
    """Takes as many inputs as its setting says: x1, x2 ..."""

    family = "merging"
    not_arguments = ("ports",)
    sign: ClassVar[str] = ""
    y = Out()
    ports = Int(2, min=2, max=16, label="inputs", help="How many values are merged.")

    def inputs(self) -> tuple[In, ...]:
        return tuple(In(name=f"x{number}") for number in range(1, self.ports + 1))

    def summary(self) -> str:
        return "" if self.ports == 2 else f"{self.ports} inputs"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f" {self.sign} ".join(inputs[port.name] for port in self.inputs())


class Add(Merge):
    """Adds values of the same shape: where a skip connection comes back."""

    kind = "add"
    target = "torch.add"
    search = ("plus", "sum", "skip", "residual", "merge", "shortcut")
    sign = "+"


class Multiply(Merge):
    """Multiplies values of the same shape, number by number: a gate, an attention mask."""

    kind = "multiply"
    target = "torch.mul"
    search = ("times", "product", "gate", "scale", "merge", "mask")
    sign = "*"


class Concatenate(Merge):
    """Joins values along one dimension, by default the channels."""

    kind = "concatenate"
    target = "torch.cat"
    search = ("cat", "join", "merge", "stack", "unet", "skip")
    dim = Int(1, min=-8, max=8, help="The dimension along which they are joined; 1 is the first after the batch.")

    def summary(self) -> str:
        many = super().summary()
        return many if self.dim == 1 else f"{many} · dim {self.dim}" if many else f"dim {self.dim}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"torch.cat([{', '.join(inputs[port.name] for port in self.inputs())}], dim={literal(self.dim)})"


LAYERS = (Add, Multiply, Concatenate)
