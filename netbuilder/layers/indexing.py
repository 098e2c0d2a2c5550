"""Indexing: a part of the numbers, by place, by slice, or by where another value points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Int, Number, Text
from netbuilder.layers.function import Dtype, Function, beyond, dimension
from netbuilder.layers.layer import In, Layer, Out, Shape, literal

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


class PutText(IndexText):
    """An index of whole dimensions and inputs."""

    def accept(self, value: Any) -> str:
        text = super().accept(value)
        pieces = text.split(", ")
        if not all(piece == ":" or INPUT.fullmatch(piece) for piece in pieces) or pieces[-1] == ":":
            raise self.refuse('must be ":" and i1, i2 ..., an input last: "i1", ":, i1"')
        return text


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


class IndexPut(Function):
    """Puts numbers where others point, as x[:, i1, i2] = values does, and leaves the rest as it is."""

    kind = "index_put"
    title = "Put at index"
    target = "torch.index_put"
    reads = ("torch.index_put",)
    family = "indexing"
    search = ("write", "set", "assign", "scatter", "setitem", "index_put")
    not_arguments = ("index",)
    x = In(example="N L C", help="What is written into.")
    values = In(example="C", help="What is put there; it is repeated where that is needed.")
    y = Out()
    index = PutText("i1", max_length=60, help='Where: "i1", or ":, i1, i2" after whole dimensions; i1 is an input.')

    def inputs(self) -> tuple[In, ...]:
        names = sorted({piece for piece in self.index.split(", ") if INPUT.fullmatch(piece)})
        return (*self._ins, *(In(name=name, dtype="int", example="4", help="Which entries.") for name in names))

    def summary(self) -> str:
        return self.index

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        pieces = [inputs[piece] if INPUT.fullmatch(piece) else "None" for piece in self.index.split(", ")]
        if "None" in pieces:  # torch.index_put takes tensors alone
            return f"torch.ops.aten.index_put({inputs['x']}, [{', '.join(pieces)}], {inputs['values']})"
        row = f"{', '.join(pieces)}{',' if len(pieces) == 1 else ''}"
        return f"{inputs['x']}.index_put(({row}), {inputs['values']})"


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


class MaskedFill(Function):
    """Puts one number where the mask is true: -inf before a Softmax takes a place out."""

    kind = "masked_fill"
    target = "torch.masked_fill"
    family = "indexing"
    search = ("mask", "attention", "padding", "hide", "where", "infinity")
    method = "masked_fill"
    required = ("value",)
    shown = ("value",)
    x = In()
    mask = In(dtype="bool", help="True where the number is put.")
    y = Out()
    value = Number("-inf", infinite=True, help="The number that is put there; -inf takes a place out of a Softmax.")


class MaskedScatter(Function):
    """Puts the numbers of another value, one after the other, where the mask is true."""

    kind = "masked_scatter"
    target = "torch.masked_scatter"
    family = "indexing"
    search = ("mask", "insert", "replace", "multimodal")
    method = "masked_scatter"
    x = In()
    mask = In(dtype="bool", help="True where numbers are put.")
    source = In(help="The numbers; as many as the mask has places, or more.")
    y = Out()


class Scatter(Function):
    """Puts numbers where the index points along one dimension."""

    kind = "scatter"
    target = "torch.scatter"
    family = "indexing"
    search = ("put", "write", "index", "one hot", "routing", "mixture of experts")
    method = "scatter"
    positions = ("x", "dim", "index", "src")
    required = ("dim",)
    shown = ("dim",)
    not_arguments = ("value",)
    x = In(help="What is written over.")
    index = In(dtype="int", example="N C L", help="Whole numbers, with as many dimensions as x.")
    src = In(optional=True, help="The numbers that are written; without an edge, the value.")
    y = Out()
    dim = dimension(1, help="The dimension along which the index points.")
    value = Number(1.0, help="What is written where nothing flows into src.")

    def given(self, inputs: Mapping[str, str]) -> list[str]:
        written = super().given(inputs)
        return written if "src" in inputs else [*written, self.text("value", inputs)]


class ScatterAdd(Function):
    """Adds numbers where the index points along one dimension: sums by group."""

    kind = "scatter_add"
    target = "torch.scatter_add"
    family = "indexing"
    search = ("group", "sum", "graph", "histogram", "aggregate", "index")
    method = "scatter_add"
    positions = ("x", "dim", "index", "src")
    required = ("dim",)
    shown = ("dim",)
    x = In(help="What is added to.")
    index = In(dtype="int", example="N C L", help="Whole numbers, with as many dimensions as x.")
    src = In(help="The numbers that are added.")
    y = Out()
    dim = dimension(1, help="The dimension along which the index points.")


class ScatterReduce(Function):
    """Brings together the numbers that the index sends to the same place: their sum, mean, largest ..."""

    kind = "scatter_reduce"
    target = "torch.scatter_reduce"
    family = "indexing"
    search = ("group", "aggregate", "graph", "pooling", "segment")
    method = "scatter_reduce"
    positions = ("x", "dim", "index", "src", "reduce")
    required = ("dim", "reduce")
    x = In(help="What is written over.")
    index = In(dtype="int", example="N C L", help="Whole numbers, with as many dimensions as x.")
    src = In(help="The numbers that are brought together.")
    y = Out()
    dim = dimension(1, help="The dimension along which the index points.")
    reduce = Choice("sum", ("sum", "prod", "mean", "amax", "amin"), help="What becomes of numbers at one place.")
    include_self = Bool(True, help="Whether what was there before counts too.")


class IndexAdd(Function):
    """Adds rows to the rows that a row of whole numbers names."""

    kind = "index_add"
    target = "torch.index_add"
    family = "indexing"
    search = ("scatter", "group", "rows", "experts", "aggregate")
    method = "index_add"
    positions = ("x", "dim", "index", "source")
    required = ("dim",)
    shown = ("dim",)
    x = In(help="What is added to.")
    index = In("L", dtype="int", help="A row of whole numbers.", example="C")
    source = In(help="The rows that are added.")
    y = Out()
    dim = dimension(1, help="The dimension along which rows lie.")
    alpha = Number(1, advanced=True, help="What the rows are multiplied by before.")


class SelectScatter(Function):
    """Puts a value in place of one entry of a dimension."""

    kind = "select_scatter"
    title = "Replace entry"
    target = "torch.select_scatter"
    family = "indexing"
    search = ("set", "assign", "setitem", "write", "overwrite")
    method = "select_scatter"
    required = ("dim", "index")
    shown = ("dim", "index")
    x = In(help="What is written over.")
    src = In(example="N L", help="What is put there; it lacks the dimension.")
    y = Out()
    dim = dimension(1, help="The dimension of the entry.")
    index = Int(0, min=-1_000_000, max=1_000_000, help="Which entry; -1 is the last.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        x, src, dim = shapes["x"], shapes["src"], self.dim
        if beyond(dim, x):
            return beyond(dim, x)
        if not -x[dim] <= self.index < x[dim]:
            return f"there is no entry {self.index} among {x[dim]}"
        return "" if src == (*x[:dim], *x[dim:][1:]) else "src must have the shape of the entry that it replaces"


class SliceScatter(Function):
    """Puts a value in place of some entries in a row."""

    kind = "slice_scatter"
    title = "Replace slice"
    target = "torch.slice_scatter"
    family = "indexing"
    search = ("set", "assign", "setitem", "write", "overwrite")
    method = "slice_scatter"
    torch_defaults = {"dim": 0}
    x = In(help="What is written over.")
    src = In(help="What is put there.")
    y = Out()
    dim = dimension(1, help="The dimension of the entries.")
    start = Int(None, optional=True, none_means="the first", help="The first entry that is replaced.")
    end = Int(None, optional=True, none_means="the last", help="The entry before which the replacing ends.")
    step = Int(1, min=1, help="2 replaces every second entry.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        x, src, dim = shapes["x"], shapes["src"], self.dim
        if beyond(dim, x):
            return beyond(dim, x)
        length = len(range(x[dim])[self.start : self.end : self.step])
        return "" if src == (*x[:dim], length, *x[dim:][1:]) else "src must have the shape of the entries it replaces"


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


LAYERS = (
    *(Index, IndexPut, Select, Narrow, Gather, TakeAlongDim, IndexSelect, PickEach, MaskedFill, MaskedScatter),
    *(Scatter, ScatterAdd, ScatterReduce, IndexAdd, SelectScatter, SliceScatter, OneHot, Bucketize, Searchsorted),
)
