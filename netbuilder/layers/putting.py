"""Writing into: numbers put where a mask, an index or a slice says, in place of what is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Choice, Int, Number
from netbuilder.layers.function import Function, beyond, dimension
from netbuilder.layers.indexing import INPUT, IndexText
from netbuilder.layers.layer import In, Out, Shape


class PutText(IndexText):
    """An index of whole dimensions and inputs."""

    def accept(self, value: Any) -> str:
        text = super().accept(value)
        pieces = text.split(", ")
        if not all(piece == ":" or INPUT.fullmatch(piece) for piece in pieces) or pieces[-1] == ":":
            raise self.refuse('must be ":" and i1, i2 ..., an input last: "i1", ":, i1"')
        return text


def _together(one: Shape, other: Shape) -> Shape | None:
    """The shape that two shapes are repeated to, as arithmetic does it; None if they don't go together."""
    longest = max(len(one), len(other))
    pairs = zip((*[1] * (longest - len(one)), *one), (*[1] * (longest - len(other)), *other), strict=True)
    sizes = [max(a, b) if 1 not in (a, b) else a * b for a, b in pairs if a == b or 1 in (a, b)]
    return tuple(sizes) if len(sizes) == longest else None


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

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        pieces, x = self.index.split(", "), shapes["x"]
        if len(pieces) > len(x):
            return f"the index has {len(pieces)} dimensions, but x has {len(x)}"
        pointed = [at for at, piece in enumerate(pieces) if INPUT.fullmatch(piece)]
        places: Shape | None = ()
        for at in pointed:
            places = None if places is None else _together(places, shapes[pieces[at]])
        if places is None:
            return "the indices differ in shape, so they do not say one place each"
        side_by_side = pointed == list(range(pointed[0], pointed[-1] + 1))
        first = pointed[0] if side_by_side else 0
        kept = [size for at, size in enumerate(x) if at not in pointed]
        there = (*kept[:first], *places, *kept[first:])
        values = shapes["values"]
        if len(values) <= len(there) and _together(values, there) == there:
            return ""
        given, wanted = (" × ".join(map(str, shape)) or "one number" for shape in (values, there))
        return f"values of the shape {given} do not fit where they go: {wanted}"


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


LAYERS = (
    *(IndexPut, MaskedFill, MaskedScatter, Scatter, ScatterAdd, ScatterReduce, IndexAdd, SelectScatter, SliceScatter),
)
