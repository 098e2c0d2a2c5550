"""Reshaping: the same numbers (or some of them) in another shape. None of these learns anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Choice, Float, Int, Ints
from netbuilder.layers.layer import In, Layer, Out, literal


class Flatten(Layer):
    """Lays all numbers of a sample in one row: what stands between pictures and a Linear."""

    kind = "flatten"
    target = "torch.nn.Flatten"
    family = "reshaping"
    search = ("reshape", "vector", "row", "view")
    x = In()
    y = Out()
    start_dim = Int(1, min=1, max=8, help="The first dimension that is laid out; 1 is the first after the batch.")
    end_dim = Int(-1, min=-8, max=8, help="The last dimension that is laid out; -1 is the last.")

    def summary(self) -> str:
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"{self.start_dim} to {self.end_dim}"


class Unflatten(Layer):
    """Splits one dimension into several: a row of numbers back into a picture."""

    kind = "unflatten"
    target = "torch.nn.Unflatten"
    family = "reshaping"
    search = ("reshape", "split", "view", "decoder")
    required = ("dim", "unflattened_size")
    x = In()
    y = Out()
    dim = Int(1, min=1, max=8, help="The dimension that is split; 1 is the first after the batch.")
    unflattened_size = Ints((1, -1), min=-1, most=8, help="What it is split into; one of them may be -1: what is left.")

    def summary(self) -> str:
        return " × ".join(map(str, self.unflattened_size))


class Reshape(Layer):
    """Puts the numbers of each sample into another shape; the batch stays."""

    kind = "reshape"
    target = "torch.reshape"
    family = "reshaping"
    search = ("view", "shape", "resize")
    x = In()
    y = Out()
    shape = Ints(
        (-1,), min=-1, most=8, help="The new shape of a sample, without the batch; one may be -1: what is left."
    )

    def summary(self) -> str:
        return " × ".join(map(str, self.shape))

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        x = inputs["x"]
        return f"{x}.reshape({x}.shape[0], {', '.join(map(literal, self.shape))})"


class Permute(Layer):
    """Puts the dimensions in another order, e.g. channels last."""

    kind = "permute"
    target = "torch.permute"
    family = "reshaping"
    search = ("transpose", "swap", "order", "axes", "channels last")
    x = In()
    y = Out()
    dims = Ints(
        (0, 2, 1), min=0, max=15, most=8, help="The old dimensions in their new order; 0 is the batch and comes first."
    )

    def summary(self) -> str:
        return " ".join(map(str, self.dims))

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['x']}.permute({', '.join(map(literal, self.dims))})"


class Select(Layer):
    """Takes one entry of a dimension: the last step of a sequence, one channel."""

    kind = "select"
    target = "torch.select"
    family = "reshaping"
    search = ("index", "slice", "last step", "pick", "take", "getitem")
    x = In()
    y = Out()
    dim = Int(
        1, min=0, max=7, help="The dimension to take from; 1 is the first after the batch (the steps of a sequence)."
    )
    index = Int(-1, min=-1_000_000, max=1_000_000, help="Which entry: 0 is the first, -1 the last.")

    def summary(self) -> str:
        last = {-1: "last", 0: "first"}.get(self.index, str(self.index))
        return last if self.dim == 1 else f"{last} of dim {self.dim}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['x']}[{':, ' * self.dim}{literal(self.index)}]"


class Mean(Layer):
    """Averages over dimensions: all steps of a sequence, all pixels of a picture."""

    kind = "mean"
    target = "torch.mean"
    family = "reshaping"
    search = ("average", "reduce", "pool", "global", "downsample")
    torch_defaults = {"dim": None}
    x = In(dtype="float")
    y = Out()
    dim = Ints(
        1,
        scalar=True,
        min=-8,
        max=8,
        most=8,
        help="The dimension or dimensions that are averaged away; 0 is the batch.",
    )
    keepdim = Bool(False, advanced=True, help="Keeps the averaged dimensions with size 1.")

    def summary(self) -> str:
        return f"over {self.dim if isinstance(self.dim, int) else ' '.join(map(str, self.dim))}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        keep = ", keepdim=True" if self.keepdim else ""
        return f"{inputs['x']}.mean({literal(self.dim)}{keep})"


class Upsample(Layer):
    """Enlarges a picture by repeating or interpolating pixels."""

    kind = "upsample"
    target = "torch.nn.Upsample"
    family = "reshaping"
    search = ("resize", "enlarge", "interpolate", "larger", "decoder", "scale")
    torch_defaults = {"scale_factor": None}
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    size = Ints(
        None,
        length=2,
        scalar=True,
        min=1,
        optional=True,
        none_means="by the factor",
        advanced=True,
        help="Height and width of the result, in place of a factor.",
    )
    scale_factor = Float(2.0, above=0.0, max=1024.0, help="How many times larger the picture becomes.")
    mode = Choice("nearest", ("nearest", "bilinear", "bicubic"), help="nearest repeats pixels, the others blend them.")

    def summary(self) -> str:
        factor = f"×{self.scale_factor:g}" if self.size is None else f"to {literal(self.size).strip('()')}"
        return factor if self.mode == "nearest" else f"{factor} · {self.mode}"

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        written = super().arguments(known)
        if self.size is not None:  # PyTorch takes one of the two
            written = [argument for argument in written if not argument.startswith("scale_factor=")]
        return written


LAYERS = (Flatten, Unflatten, Reshape, Permute, Select, Mean, Upsample)
