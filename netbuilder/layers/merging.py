"""Merging and splitting: several values become one, where branches of a network meet, and one becomes several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netbuilder.fields import Choice, Int, Ints
from netbuilder.layers.function import Function, dimension
from netbuilder.layers.layer import In, Layer, Out, literal

MOST_PARTS = 128


class Merge(Layer):
    """Takes as many inputs as its setting says: x1, x2 ..."""

    family = "merging"
    not_arguments = ("ports",)
    reads: ClassVar[tuple[str, ...]] = ()
    sign: ClassVar[str] = ""
    y = Out()
    ports = Int(2, min=2, max=MOST_PARTS, label="inputs", help="How many values are merged.")

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
    reads = ("torch.add",)
    search = ("plus", "sum", "skip", "residual", "merge", "shortcut")
    sign = "+"


class Multiply(Merge):
    """Multiplies values of the same shape, number by number: a gate, an attention mask."""

    kind = "multiply"
    target = "torch.mul"
    reads = ("torch.mul", "torch.multiply")
    search = ("times", "product", "gate", "scale", "merge", "mask")
    sign = "*"


class Concatenate(Merge):
    """Joins values end to end along one dimension, by default the channels."""

    kind = "concatenate"
    target = "torch.cat"
    reads = ("torch.cat", "torch.concat", "torch.concatenate")
    search = ("cat", "join", "merge", "stack", "unet", "skip")
    dim = Int(1, min=-8, max=8, help="The dimension along which they are joined; 1 is the first after the batch.")

    def summary(self) -> str:
        many = super().summary()
        return many if self.dim == 1 else f"{many} · dim {self.dim}" if many else f"dim {self.dim}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"torch.cat([{', '.join(inputs[port.name] for port in self.inputs())}], dim={literal(self.dim)})"


class Stack(Function):
    """Lays values of the same shape beside each other, along a new dimension."""

    kind = "stack"
    target = "torch.stack"
    family = "merging"
    search = ("join", "merge", "new dimension", "pile", "concatenate")
    not_arguments = ("ports",)
    torch_defaults = {"dim": 0}
    y = Out()
    ports = Int(2, min=1, max=MOST_PARTS, label="inputs", help="How many values are stacked.")
    dim = dimension(1, help="Where the new dimension comes; 1 is right after the batch.")

    def inputs(self) -> tuple[In, ...]:
        return tuple(In(name=f"x{number}") for number in range(1, self.ports + 1))

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"torch.stack([{', '.join(inputs[port.name] for port in self.inputs())}], dim={literal(self.dim)})"


class Parted(Function):
    """Gives several outputs: y1, y2 ..."""

    family = "merging"
    results = "several"
    x = In()

    def parts(self) -> int:
        """How many outputs there are."""
        raise NotImplementedError

    def outputs(self) -> tuple[Out, ...]:
        return tuple(Out(name=f"y{number}") for number in range(1, self.parts() + 1))

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        if len(outputs) > 1:
            return super().call(module, inputs, outputs)
        ((variable,), right) = outputs.values(), self.expression(module, inputs)
        return f"({variable},) = {right}"


class Split(Parted):
    """Cuts a dimension into parts of given sizes, one output each. Into equal parts: Chunk."""

    kind = "split"
    target = "torch.split"
    reads = ("torch.split", "torch.split_with_sizes", "torch.tensor_split")
    search = ("divide", "parts", "slice", "sections", "query key value")
    method = "split"
    required = ("split_size_or_sections",)
    torch_defaults = {"dim": 0}
    x = In(example="N C L")
    split_size_or_sections = Ints(
        (4, 4),
        label="sizes",
        min=0,
        max=10_000_000,
        most=MOST_PARTS,
        help="The size of each part; together they must be as large as the dimension.",
    )
    dim = dimension(1, help="The dimension that is cut; 1 is the first after the batch.")

    def parts(self) -> int:
        return len(self.split_size_or_sections)

    def texts(self, name: str, inputs: Mapping[str, str]) -> list[str]:
        if name == "split_size_or_sections":
            return [f"[{', '.join(map(literal, self.split_size_or_sections))}]"]
        return super().texts(name, inputs)

    def summary(self) -> str:
        told = " + ".join(map(str, self.split_size_or_sections))
        return told if len(told) <= 28 else f"{self.parts()} parts"


class Chunk(Parted):
    """Cuts a dimension into equal parts, one output each."""

    kind = "chunk"
    target = "torch.chunk"
    reads = ("torch.chunk",)
    search = ("split", "divide", "halves", "parts", "gate", "query key value")
    method = "chunk"
    required = ("chunks",)
    torch_defaults = {"dim": 0}
    chunks = Int(2, min=1, max=MOST_PARTS, help="How many parts.")
    dim = dimension(1, help="The dimension that is cut; 1 is the first after the batch.")

    def parts(self) -> int:
        return int(self.chunks)

    def summary(self) -> str:
        return f"{self.chunks} parts" + ("" if self.dim == 1 else f" · dim {self.dim}")


class Unbind(Parted):
    """Gives each entry of a dimension as an output of its own."""

    kind = "unbind"
    target = "torch.unbind"
    search = ("unstack", "split", "entries", "query key value")
    method = "unbind"
    not_arguments = ("entries",)
    required = ("dim",)
    x = In(example="N 2 L")
    entries = Int(2, min=1, max=MOST_PARTS, help="How many entries the dimension has.")
    dim = dimension(1, help="The dimension that is taken apart; 1 is the first after the batch.")

    def parts(self) -> int:
        return int(self.entries)

    def summary(self) -> str:
        return f"{self.entries} entries" + ("" if self.dim == 1 else f" · dim {self.dim}")


class Meshgrid(Function):
    """The coordinates of all points of a grid, from the coordinates along its two sides."""

    kind = "meshgrid"
    target = "torch.meshgrid"
    family = "merging"
    search = ("grid", "coordinates", "points", "positions")
    results = "several"
    not_arguments = ("indexing",)
    x1 = In("H")
    x2 = In("W")
    y1 = Out("H W")
    y2 = Out("H W")
    indexing = Choice(
        "ij",
        ("ij", "xy"),
        titles={"ij": "rows first", "xy": "columns first"},
        help="Whether the first input runs along the rows or along the columns.",
    )

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f'torch.meshgrid({inputs["x1"]}, {inputs["x2"]}, indexing="{self.indexing}")'


LAYERS = (Add, Multiply, Concatenate, Stack, Split, Chunk, Unbind, Meshgrid)
