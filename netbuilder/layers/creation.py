"""Values that are made anew for each batch, in the size, the shape or the length of what flows in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netbuilder.fields import Choice, Int, Number
from netbuilder.layers.function import DTYPES, Dtype, Function, dimension, like, row, sizes
from netbuilder.layers.held import SEARCH, overflow
from netbuilder.layers.layer import In, Out, Shape, literal


class Positions(Function):
    """The numbers 0, 1, 2 ... in a row, as many as a dimension of another value has entries."""

    kind = "positions"
    target = "torch.arange"
    family = "values"
    search = (*SEARCH, "arange", "range", "index", "sequence", "steps", "position embedding", "positional encoding")
    not_arguments = ("dim", "start")
    x = In(help="Its size is taken.")
    y = Out("L")
    dim = dimension(1, help="The dimension whose entries are counted; 0 is the batch.")
    start = Int(0, min=0, max=1_000_000, help="The first number.")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        x = inputs["x"]
        end = f"{x}.shape[{literal(self.dim)}]"
        start = literal(self.start)
        bounds = end if self.start == 0 else f"{start}, {start} + {end}"
        return f"torch.arange({bounds}, device={x}.device)"


class Sized(Function):
    """A new value of a given shape, on the device of the one it is made after."""

    family = "values"
    not_arguments: ClassVar[tuple[str, ...]] = ("size", "dtype")
    like = like("Gives the size of the batch, and the type of the numbers.")
    y = Out()
    size = sizes(("N", 64), help="The whole shape; N is the size of the batch.")
    dtype = Dtype(None, DTYPES, optional=True, none_means="as what flows in", help="The type of its numbers.")

    def inputs(self) -> tuple[In, ...]:
        return self._ins

    def shape(self, inputs: Mapping[str, str]) -> str:
        return row(self.size, inputs["like"])

    def typed(self) -> str:
        return "" if self.dtype is None else f", dtype={self.text('dtype', {})}"

    def summary(self) -> str:
        return " × ".join(map(str, self.size))[:28]


class Zeros(Sized):
    """Zeros, as many as are asked for, for each sample: where a memory begins."""

    kind = "zeros"
    target = "torch.zeros"
    reads = ("torch.zeros", "torch.Tensor.new_zeros")
    search = (*SEARCH, "initial state", "empty", "padding", "fill")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['like']}.new_zeros({self.shape(inputs)}{self.typed()})"


class Ones(Sized):
    """Ones, as many as are asked for, for each sample."""

    kind = "ones"
    target = "torch.ones"
    reads = ("torch.ones", "torch.Tensor.new_ones")
    search = (*SEARCH, "mask", "fill")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['like']}.new_ones({self.shape(inputs)}{self.typed()})"


class Full(Sized):
    """The same number everywhere, as many as are asked for, for each sample."""

    kind = "full"
    target = "torch.full"
    reads = ("torch.full", "torch.Tensor.new_full")
    search = (*SEARCH, "constant", "fill", "start token")
    not_arguments = ("size", "dtype", "fill_value")
    fill_value = Number(0.5, infinite=True, help="The number.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        return overflow(self.fill_value, self.dtype)

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        comma = "," if len(self.size) == 1 else ""
        value = self.text("fill_value", inputs)
        return f"{inputs['like']}.new_full(({self.shape(inputs)}{comma}), {value}{self.typed()})"


class Like(Function):
    """A new value of the shape and type of another."""

    family = "values"
    x = In()
    y = Out()


class ZerosLike(Like):
    """Zeros in the shape of another value."""

    kind = "zeros_like"
    target = "torch.zeros_like"
    search = (*SEARCH, "same shape", "empty", "padding")


class OnesLike(Like):
    """Ones in the shape of another value."""

    kind = "ones_like"
    target = "torch.ones_like"
    search = (*SEARCH, "same shape", "mask")


class FullLike(Like):
    """The same number everywhere, in the shape of another value."""

    kind = "full_like"
    target = "torch.full_like"
    search = (*SEARCH, "same shape", "constant", "fill")
    required = ("fill_value",)
    shown = ("fill_value",)
    fill_value = Number(0.5, infinite=True, help="The number.")


class CausalMask(Function):
    """A mask by which each step of a sequence may look at itself and at earlier steps only."""

    kind = "causal_mask"
    family = "values"
    search = ("attention", "mask", "triangle", "autoregressive", "future", "decoder", "tril", "triu")
    not_arguments = ("dim", "form")
    x = In(help="A sequence; its length is taken.")
    y = Out("L S")
    dim = dimension(1, help="The dimension that holds the steps.")
    form = Choice(
        "look",
        ("look", "hide", "infinity"),
        titles={"look": "true may look", "hide": "true is hidden", "infinity": "-inf is hidden"},
        help="look: for scaled_dot_product_attention; hide or infinity: for MultiheadAttention.",
    )

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        x = inputs["x"]
        steps = f"{x}.shape[{literal(self.dim)}]"
        if self.form == "infinity":
            return f'torch.full(({steps}, {steps}), float("-inf"), device={x}.device).triu(1)'
        square = f"torch.ones({steps}, {steps}, dtype=torch.bool, device={x}.device)"
        return f"{square}.tril()" if self.form == "look" else f"{square}.triu(1)"


LAYERS = (Positions, CausalMask, Zeros, Ones, Full, ZerosLike, OnesLike, FullLike)
