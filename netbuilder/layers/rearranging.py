"""Rearranging: the same numbers in another order, or some of them left out or set to zero."""

from __future__ import annotations

from netbuilder.fields import Choice, Int, Ints, Number
from netbuilder.layers.function import Function, dimension, dimensions, like, sizes
from netbuilder.layers.layer import In, Out, literal


class Permute(Function):
    """Puts the dimensions in another order, e.g. channels last."""

    kind = "permute"
    target = "torch.permute"
    family = "reshaping"
    search = ("transpose", "swap", "order", "axes", "channels last")
    method = "permute"
    required = ("dims",)
    spread = ("dims",)
    x = In()
    y = Out()
    dims = Ints((0, 2, 1), min=0, max=15, most=8, help="The old dimensions in their new order; 0 is the batch.")

    def summary(self) -> str:
        return " ".join(map(str, self.dims))


class Transpose(Function):
    """Swaps two dimensions, e.g. the steps of a sequence and its channels."""

    kind = "transpose"
    target = "torch.transpose"
    reads = ("torch.transpose", "torch.swapaxes", "torch.swapdims", "torch.t")
    family = "reshaping"
    search = ("swap", "permute", "axes", "order", "matrix")
    method = "transpose"
    required = ("dim0", "dim1")
    x = In()
    y = Out()
    dim0 = dimension(1, help="The one dimension; 0 is the batch, -1 the last.")
    dim1 = dimension(2, help="The other one.")

    def summary(self) -> str:
        return f"{self.dim0} ↔ {self.dim1}"


class Movedim(Function):
    """Moves a dimension to another place; the others close up."""

    kind = "movedim"
    title = "Move dimension"
    target = "torch.movedim"
    reads = ("torch.movedim", "torch.moveaxis")
    family = "reshaping"
    search = ("permute", "axes", "order", "channels last", "moveaxis")
    method = "movedim"
    required = ("source", "destination")
    x = In()
    y = Out()
    source = dimensions(1, help="The dimension (or dimensions) to move.")
    destination = dimensions(-1, help="Where to; -1 is the last place.")

    def summary(self) -> str:
        return f"{literal(self.source)} → {literal(self.destination)}"


class Roll(Function):
    """Shifts along dimensions; what falls off at one end comes in again at the other."""

    kind = "roll"
    target = "torch.roll"
    family = "reshaping"
    search = ("shift", "rotate", "cyclic", "window", "swin")
    method = "roll"
    required = ("shifts",)
    torch_defaults = {"dims": None}
    x = In()
    y = Out()
    shifts = Ints(1, scalar=True, most=8, help="By how many places; one number for each dimension.")
    dims = dimensions(1, help="Along which dimension (or dimensions).")


class Flip(Function):
    """Reverses the order along dimensions: the last comes first."""

    kind = "flip"
    target = "torch.flip"
    reads = ("torch.flip", "torch.fliplr", "torch.flipud")
    family = "reshaping"
    search = ("reverse", "mirror", "backwards", "horizontal")
    method = "flip"
    required = ("dims",)
    spread = ("dims",)
    x = In()
    y = Out()
    dims = dimensions((-1,), scalar=False, help="The dimension (or dimensions) to turn around; -1 is the last.")


class Rot90(Function):
    """Turns pictures by quarters of a turn."""

    kind = "rot90"
    title = "Rotate by 90°"
    target = "torch.rot90"
    family = "reshaping"
    search = ("rotate", "turn", "quarter", "image")
    method = "rot90"
    positions = ("x", "k", "dims")
    required = ("k", "dims")
    x = In(example="N C H W")
    y = Out()
    k = Int(1, min=-3, max=3, help="How many quarters; negative ones the other way round.")
    dims = dimensions((-2, -1), scalar=False, length=2, help="The two dimensions of the picture: rows and columns.")


class Triangle(Function):
    """A part of each matrix; the rest becomes zero."""

    family = "indexing"
    search = ("triangle", "triangular", "causal", "mask", "matrix")
    x = In("... H W", example="N H W")
    y = Out()
    diagonal = Int(0, min=-100_000, max=100_000, help="From which diagonal on: 0 the main one, 1 the one above it.")


class Tril(Triangle):
    """Keeps the lower triangle of each matrix; the rest becomes zero."""

    kind = "tril"
    title = "Lower triangle"
    target = "torch.tril"
    method = "tril"


class Triu(Triangle):
    """Keeps the upper triangle of each matrix; the rest becomes zero."""

    kind = "triu"
    title = "Upper triangle"
    target = "torch.triu"
    method = "triu"


class Diagonal(Function):
    """Takes the diagonal of each matrix."""

    kind = "diagonal"
    target = "torch.diagonal"
    family = "indexing"
    search = ("diag", "matrix", "trace", "fm", "interaction")
    method = "diagonal"
    torch_defaults = {"dim1": 0, "dim2": 1}
    x = In("... H W", example="N H W")
    y = Out()
    offset = Int(0, min=-100_000, max=100_000, help="Which diagonal: 0 the main one, 1 the one above it.")
    dim1 = dimension(-2, help="The rows of the matrix.")
    dim2 = dimension(-1, help="Its columns.")


class DiagEmbed(Function):
    """Puts rows on the diagonals of matrices that are 0 elsewhere."""

    kind = "diag_embed"
    title = "To diagonal"
    target = "torch.diag_embed"
    family = "indexing"
    search = ("diagonal", "diag", "matrix", "graph", "degree")
    x = In()
    y = Out()
    offset = Int(0, min=-100_000, max=100_000, help="On which diagonal: 0 the main one, 1 the one above it.")


class Pad(Function):
    """Puts numbers around its input, or (with negative ones) cuts its edges off."""

    kind = "pad"
    target = "torch.nn.functional.pad"
    family = "reshaping"
    search = ("padding", "border", "margin", "crop", "causal", "zeros", "reflect", "replicate", "circular")
    required = ("pad",)
    shown = ("pad",)
    x = In(example="N C H W")
    y = Out()
    pad = Ints(
        (1, 1),
        min=-100_000,
        max=100_000,
        most=16,
        help="Numbers before and after: two for the last dimension, two more for the one before it ...",
    )
    mode = Choice("constant", ("constant", "reflect", "replicate", "circular"), help="What is put there.")
    value = Number(
        None, optional=True, none_means="0", infinite=True, help="The number that is put there in mode constant."
    )


class Tile(Function):
    """As Repeat, but counted from the last dimension: a b becomes a b a b."""

    kind = "tile"
    target = "torch.tile"
    family = "reshaping"
    search = ("repeat", "copy", "duplicate")
    method = "tile"
    required = ("dims",)
    spread = ("dims",)
    x = In()
    y = Out()
    dims = Ints((2,), min=1, most=8, help="How many copies along each of the last dimensions.")


class RepeatInterleave(Function):
    """Repeats each entry of a dimension some times: a b becomes a a b b."""

    kind = "repeat_interleave"
    title = "Repeat each"
    target = "torch.repeat_interleave"
    family = "reshaping"
    search = ("repeat", "copy", "duplicate", "grouped query", "heads", "upsample")
    method = "repeat_interleave"
    required = ("repeats",)
    torch_defaults = {"dim": None}
    x = In()
    y = Out()
    repeats = Int(2, min=1, max=1_000_000, help="How many times each entry.")
    dim = dimension(1, optional=True, none_means="all in one row", help="Along which dimension.")


class Windows(Function):
    """Cuts one dimension into windows that may overlap, in a new last dimension. For pictures: Unfold."""

    kind = "windows"
    target = "torch.Tensor.unfold"
    family = "reshaping"
    search = ("unfold", "sliding", "patches", "frames", "overlap", "local")
    method = "unfold"
    required = ("dimension", "size", "step")
    x = In()
    y = Out()
    dimension = dimension(-1, help="Which dimension is cut.")
    size = Int(2, min=1, help="How long a window is.")
    step = Int(1, min=1, help="How far the next window lies.")

    def summary(self) -> str:
        return f"{self.size} by {self.step}" + ("" if self.dimension == -1 else f" · dim {self.dimension}")


class Contiguous(Function):
    """Passes its input on, laid out in memory in the order of its dimensions."""

    kind = "contiguous"
    target = "torch.Tensor.contiguous"
    family = "reshaping"
    search = ("memory", "layout", "copy", "view")
    method = "contiguous"
    x = In()
    y = Out()


class Repeat(Function):
    """Puts copies of its input one after the other: a b becomes a b a b; N copies make one for each sample."""

    kind = "repeat"
    target = "torch.Tensor.repeat"
    family = "reshaping"
    search = ("tile", "copy", "duplicate", "expand", "batch")
    method = "repeat"
    required = ("repeats",)
    spread = ("repeats",)
    shown = ("repeats",)
    x = In()
    like = like()
    y = Out()
    repeats = sizes((1, 2, 1), help="How many copies along each dimension; N is the size of the batch.")


LAYERS = (
    *(Permute, Transpose, Movedim, Flip, Roll, Rot90, Pad, Repeat, RepeatInterleave, Tile),
    *(Windows, Contiguous, Tril, Triu, Diagonal, DiagEmbed),
)
