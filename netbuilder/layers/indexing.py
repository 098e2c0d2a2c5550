"""Indexing: a part of the numbers, by place, by slice, or by where another value points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Int, Text
from netbuilder.layers.function import Dtype, Function, dimension
from netbuilder.layers.layer import In, Layer, Out, literal

SEARCH = ("index", "pick", "take")
WHOLE = r"-?\d{1,9}"
SLICE = re.compile(rf"({WHOLE})?\s*:\s*({WHOLE})?\s*(?::\s*(\d{{1,9}})?)?")
INPUT = re.compile(r"i[1-8]")


class Select(Layer):
    """Takes one entry of a dimension: the last step of a sequence, one channel."""

    kind = "select"
    target = "torch.select"
    family = "indexing"
    search = ("index", "slice", "last step", "pick", "take", "getitem")
    reads: ClassVar[tuple[str, ...]] = ("torch.select",)
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


class IndexText(Text):
    """What stands between the brackets of x[...]: numbers, slices, "...", None, and i1, i2 ... for inputs."""

    def accept(self, value: Any) -> str:
        pieces = [piece.strip() for piece in super().accept(value).strip().removesuffix(",").split(",")]
        if pieces.count("...") > 1:
            raise self.refuse('may have "..." only once')
        written = []
        for piece in pieces:
            found = SLICE.fullmatch(piece)
            if found:
                start, stop, step = ("" if group is None else str(int(group)) for group in found.groups())
                if step == "0":
                    raise self.refuse("can't have a step of 0")
                written.append(f"{start}:{stop}" + (f":{step}" if step else ""))
            elif re.fullmatch(WHOLE, piece):
                written.append(str(int(piece)))
            elif piece in ("...", "None") or INPUT.fullmatch(piece):
                written.append(piece)
            else:
                raise self.refuse('must be numbers, slices, "...", None or i1, with commas between: ":, 0, 1:-1, ::2"')
        numbers = sorted({int(piece[1:]) for piece in written if INPUT.fullmatch(piece)})
        if numbers != list(range(1, len(numbers) + 1)):
            raise self.refuse("must name its inputs i1, i2 ... without a gap")
        return ", ".join(written)


class Index(Function):
    """Takes a part as Python does: x[:, 0], x[..., 1:-1], x[:, None], or x[i1] with whole numbers that flow in."""

    kind = "index"
    target = "torch.Tensor.__getitem__"
    family = "indexing"
    search = ("slice", "getitem", "crop", "part", "brackets", "pick", "take", "table", "lookup")
    not_arguments = ("index",)
    x = In(help="What is taken from.")
    y = Out()
    index = IndexText(
        ":, 0", max_length=120, help='What stands in the brackets: ":, 0", "..., 1:-1", "::2"; i1 is another input.'
    )

    def inputs(self) -> tuple[In, ...]:
        names = sorted({piece for piece in self.index.split(", ") if INPUT.fullmatch(piece)})
        return (*self._ins, *(In(name=name, example="N", help="Which entries, as whole numbers.") for name in names))

    def summary(self) -> str:
        return self.index if len(self.index) <= 28 else f"{self.index[:27]}…"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        pieces = [inputs[piece] if INPUT.fullmatch(piece) else piece for piece in self.index.split(", ")]
        return f"{inputs['x']}[{', '.join(pieces)}]"


class Narrow(Function):
    """Takes several entries side by side from one dimension: from a start, as many as asked for."""

    kind = "narrow"
    target = "torch.narrow"
    family = "indexing"
    search = (*SEARCH, "slice", "crop", "range", "part")
    method = "narrow"
    required = ("dim", "start", "length")
    x = In()
    y = Out()
    dim = dimension(1, help="Which dimension.")
    start = Int(0, min=-1_000_000, max=1_000_000, help="The first entry that is taken; -1 is the last there is.")
    length = Int(1, min=0, max=1_000_000, help="How many entries are taken.")


class PickEach(Function):
    """Takes one step from each sample, where the second input points: the last word of each text."""

    kind = "pick_each"
    title = "Pick per sample"
    target = "torch.Tensor.__getitem__"
    reads = ()
    family = "indexing"
    search = (*SEARCH, "gather", "last", "token", "eos", "length", "pooling")
    x = In("N L ...", example="N L C")
    index = In("N", dtype="int", help="One whole number for each sample.")
    y = Out("N ...")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        x = inputs["x"]
        return f"{x}[torch.arange({x}.shape[0], device={x}.device), {inputs['index']}]"


class Gather(Function):
    """Takes, at each place of the index, the entry that it points to along one dimension."""

    kind = "gather"
    target = "torch.gather"
    family = "indexing"
    search = (*SEARCH, "lookup", "select", "bucket")
    method = "gather"
    positions = ("x", "dim", "index")
    required = ("dim",)
    shown = ("dim",)
    x = In()
    index = In(dtype="int", example="N C L", help="Whole numbers, with as many dimensions as x.")
    y = Out()
    dim = dimension(1, help="The dimension along which it points.")


class TakeAlongDim(Function):
    """As Gather, where the index may have size 1 along dimensions that it is repeated along."""

    kind = "take_along_dim"
    title = "Take along dimension"
    target = "torch.take_along_dim"
    family = "indexing"
    search = (*SEARCH, "gather", "argmax", "sort")
    torch_defaults = {"dim": None}
    x = In()
    indices = In(dtype="int", example="N C L", help="Whole numbers, with as many dimensions as x.")
    y = Out()
    dim = dimension(1, help="The dimension along which it points.")


class IndexSelect(Function):
    """Takes those entries of one dimension whose places flow in as whole numbers."""

    kind = "index_select"
    title = "Select several"
    target = "torch.index_select"
    family = "indexing"
    search = (*SEARCH, "rows", "lookup", "reorder")
    method = "index_select"
    positions = ("x", "dim", "index")
    required = ("dim",)
    shown = ("dim",)
    x = In()
    index = In("L", dtype="int", help="A row of whole numbers.")
    y = Out()
    dim = dimension(1, help="The dimension from which entries are taken.")


class OneHot(Function):
    """Makes a row of zeros with a single 1 from each whole number."""

    kind = "one_hot"
    title = "One-hot"
    target = "torch.nn.functional.one_hot"
    family = "embedding"
    search = ("onehot", "dummy", "category", "class", "encode", "indicator")
    required = ("num_classes",)
    shown = ("num_classes",)
    not_arguments = ("dtype",)
    x = In("N ...", dtype="int", help="Whole numbers, from 0 to one less than num_classes.")
    y = Out("N ... F")
    num_classes = Int(10, min=1, max=1_000_000, help="How many different numbers can come in.")
    dtype = Dtype("float32", ("float32", "int64"), help="Real numbers (float32) can flow into a Linear.")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        made = super().expression(module, inputs)
        return f"{made}.float()" if self.dtype == "float32" else made


class Bucketize(Function):
    """Says for each number between which of the boundaries it lies."""

    kind = "bucketize"
    target = "torch.bucketize"
    family = "indexing"
    search = ("bin", "histogram", "quantize", "categories", "position bias")
    x = In()
    boundaries = In("L", help="The boundaries in ascending order.")
    y = Out()
    out_int32 = Bool(False, advanced=True, help="Gives int32 in place of int64.")
    right = Bool(False, help="A number on a boundary belongs to the bucket above it.")


class Searchsorted(Function):
    """Says where each number would have to stand in a sorted row."""

    kind = "searchsorted"
    title = "Search sorted"
    target = "torch.searchsorted"
    family = "indexing"
    search = ("bin", "find", "position", "quantile")
    sorted_sequence = In(example="N C L", help="Rows in ascending order.")
    x = In(example="N C S", help="The numbers that are looked for.")
    y = Out()
    out_int32 = Bool(False, advanced=True, help="Gives int32 in place of int64.")
    right = Bool(False, help="After equal numbers, not before them.")


LAYERS = (*(Index, Select, Narrow, Gather, TakeAlongDim, IndexSelect, PickEach, OneHot, Bucketize, Searchsorted),)
