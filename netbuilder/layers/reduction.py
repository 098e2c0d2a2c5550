"""Reduction: many numbers become one, along chosen dimensions; and what works along a dimension and keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import ClassVar

from netbuilder.fields import Bool, Float, Int, Number
from netbuilder.layers.function import Function, beyond, dimension, dimensions
from netbuilder.layers.layer import In, Out, Shape

SEARCH = ("reduce", "pool", "global")
KEEPS = "Keeps the dimensions that were reduced, with size 1."


class Reduction(Function):
    """Makes one number of many, along one or more dimensions."""

    family = "reduction"
    torch_defaults = {"dim": None}
    x = In()
    y = Out()
    dim = dimensions(1, optional=True, none_means="all", help="Along which dimension (or dimensions); 0 is the batch.")
    keepdim = Bool(False, advanced=True, help=KEEPS)

    def __init_subclass__(cls, **more: object) -> None:
        if "target" in vars(cls) and "method" not in vars(cls):
            cls.method = cls.target.rpartition(".")[2]
        super().__init_subclass__(**more)

    def is_torchs_own(self, name: str) -> bool:
        # torch takes keepdim only beside a dim.
        return super().is_torchs_own(name) and not (name == "dim" and self.settings.get("keepdim"))

    def summary(self) -> str:
        if self.dim is None:
            return "over all"
        return f"over {self.dim if isinstance(self.dim, int) else ' '.join(map(str, self.dim))}"


class Mean(Reduction):
    """Averages over dimensions: all steps of a sequence, all pixels of a picture."""

    kind = "mean"
    target = "torch.mean"
    search = ("average", "reduce", "pool", "global", "downsample")
    x = In(dtype="float")
    dim = dimensions(
        1,
        optional=True,
        none_means="all",
        help="The dimension or dimensions that are averaged away; 0 is the batch.",
    )
    keepdim = Bool(False, advanced=True, help="Keeps the averaged dimensions with size 1.")


class Sum(Reduction):
    """Adds up along dimensions."""

    kind = "sum"
    target = "torch.sum"
    search = (*SEARCH, "add", "total", "plus")


class Prod(Reduction):
    """Multiplies all numbers along one dimension."""

    kind = "prod"
    title = "Product"
    target = "torch.prod"
    search = (*SEARCH, "multiply", "times")
    dim = dimension(1, help="Along which dimension; 0 is the batch.")


class Amax(Reduction):
    """The largest number along dimensions; Max also says where it stands."""

    kind = "amax"
    title = "Largest value"
    target = "torch.amax"
    reads = ("torch.amax", "torch.max")
    search: ClassVar[tuple[str, ...]] = (*SEARCH, "max", "maximum", "pooling")

    def text(self, name: str, inputs: Mapping[str, str]) -> str:
        return "()" if name == "dim" and self.dim is None else super().text(name, inputs)


class Amin(Amax):
    """The smallest number along dimensions; Min also says where it stands."""

    kind = "amin"
    title = "Smallest value"
    target = "torch.amin"
    reads = ("torch.amin", "torch.min")
    method = "amin"
    search = (*SEARCH, "min", "minimum")


class Spread(Reduction):
    """How far the numbers lie apart."""

    x = In(dtype="float")
    correction = Int(1, min=0, max=1000, advanced=True, help="1 divides by one less than the count, 0 by the count.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        x = shapes["x"]
        dims = range(len(x)) if self.dim is None else self.dim if isinstance(self.dim, tuple) else (self.dim,)
        if any(beyond(dim, x) for dim in dims):
            return "Dimension out of range"
        count = prod(x[dim] for dim in dims)
        return (
            f"there are too few numbers ({count}) for a correction of {self.correction}"
            if count <= self.correction
            else ""
        )


class Std(Spread):
    """The standard deviation along dimensions: how far the numbers lie from their mean."""

    kind = "std"
    title = "Standard deviation"
    target = "torch.std"
    search = (*SEARCH, "deviation", "spread", "normalize", "variance", "minibatch")


class Var(Spread):
    """The variance along dimensions: the mean square of how far the numbers lie from their mean."""

    kind = "var"
    title = "Variance"
    target = "torch.var"
    search = (*SEARCH, "deviation", "spread", "normalize")


class SpreadAndMean(Spread):
    """How far the numbers lie apart, and their mean."""

    results = "several"
    mean = Out(help="The mean.")


class VarMean(SpreadAndMean):
    """The variance and the mean along dimensions, at once."""

    kind = "var_mean"
    title = "Variance and mean"
    target = "torch.var_mean"
    method = ""
    search = (*SEARCH, "deviation", "normalize", "standardize", "moments")


class StdMean(SpreadAndMean):
    """The standard deviation and the mean along dimensions, at once."""

    kind = "std_mean"
    title = "Deviation and mean"
    target = "torch.std_mean"
    method = ""
    search = (*SEARCH, "deviation", "normalize", "standardize", "moments")


class Diff(Function):
    """How much larger each number along a dimension is than the one before it."""

    kind = "diff"
    title = "Differences"
    target = "torch.diff"
    family = "reduction"
    search = ("difference", "derivative", "change", "delta", "gradient")
    method = "diff"
    x = In()
    y = Out()
    n = Int(1, min=1, max=16, help="How many times: 2 gives the differences of differences.")
    dim = dimension(-1, help="Along which dimension; -1 is the last.")


class Logsumexp(Reduction):
    """The logarithm of the sum of e to the power of the numbers: a smooth largest number."""

    kind = "logsumexp"
    title = "Log-sum-exp"
    target = "torch.logsumexp"
    search = (*SEARCH, "softmax", "smooth", "maximum", "energy")
    torch_defaults = {"dim": ()}
    dim = dimensions(1, help="Along which dimension (or dimensions); 0 is the batch.")


class Norm(Reduction):
    """The length of the vectors along dimensions."""

    kind = "norm"
    title = "Vector length"
    target = "torch.linalg.vector_norm"
    reads = ("torch.linalg.vector_norm", "torch.linalg.norm", "torch.norm")
    method = ""
    search = (*SEARCH, "length", "magnitude", "euclidean", "l2", "frobenius", "normalize")
    x = In(dtype="float")
    ord = Number(2, infinite=True, help="Which length: 2 is Euclid's, 1 the sum of sizes, inf the largest size.")


class AnyTrue(Reduction):
    """True where something along the dimensions is true (or not zero)."""

    kind = "any"
    title = "Any"
    target = "torch.any"
    search = (*SEARCH, "or", "mask", "exists")


class AllTrue(Reduction):
    """True where everything along the dimensions is true (or not zero)."""

    kind = "all"
    title = "All"
    target = "torch.all"
    search = (*SEARCH, "and", "mask", "every")


class Argmax(Reduction):
    """Where along a dimension the largest number stands: the class with the highest score."""

    kind = "argmax"
    target = "torch.argmax"
    search: ClassVar[tuple[str, ...]] = (*SEARCH, "index", "class", "prediction", "position", "largest")
    dim = dimension(1, optional=True, none_means="all", help="Along which dimension; 0 is the batch.")


class Argmin(Argmax):
    """Where along a dimension the smallest number stands: the nearest prototype."""

    kind = "argmin"
    target = "torch.argmin"
    method = "argmin"
    search = (*SEARCH, "index", "nearest", "position", "smallest", "quantize")


class WithIndices(Function):
    """Numbers along a dimension and where they stand."""

    family = "reduction"
    results = "named"
    x = In()
    values = Out(help="The numbers.")
    indices = Out(help="Where along the dimension they stand.")


class Max(WithIndices):
    """The largest number along a dimension, and where it stands."""

    kind = "max"
    target = "torch.max"
    search: ClassVar[tuple[str, ...]] = (*SEARCH, "maximum", "largest", "argmax", "maxout")
    method = "max"
    shown = ("dim",)
    torch_defaults = {"dim": None}
    dim = dimension(1, help="Along which dimension; 0 is the batch.")
    keepdim = Bool(False, advanced=True, help=KEEPS)


class Min(Max):
    """The smallest number along a dimension, and where it stands."""

    kind = "min"
    target = "torch.min"
    method = "min"
    search = (*SEARCH, "minimum", "smallest", "argmin")


class Median(Max):
    """The middle number along a dimension, and where it stands."""

    kind = "median"
    target = "torch.median"
    method = "median"
    search = (*SEARCH, "middle", "robust", "quantile")


class Topk(WithIndices):
    """The k largest (or smallest) numbers along a dimension, and where they stand."""

    kind = "topk"
    title = "Top k"
    target = "torch.topk"
    search = ("largest", "best", "k", "routing", "mixture of experts", "beam", "sparse")
    method = "topk"
    required = ("k",)
    shown = ("k",)
    k = Int(2, min=1, max=1_000_000, help="How many.")
    dim = dimension(-1, help="Along which dimension; -1 is the last.")
    largest = Bool(True, help="The largest, not the smallest.")
    sorted = Bool(True, advanced=True, help="In order, the largest first.")


class Sort(WithIndices):
    """Puts the numbers along a dimension in order, and says where they came from."""

    kind = "sort"
    target = "torch.sort"
    search = ("order", "rank", "argsort", "ascending", "descending")
    method = "sort"
    dim = dimension(-1, help="Along which dimension; -1 is the last.")
    descending = Bool(False, help="The largest first.")
    stable = Bool(False, advanced=True, help="Equal numbers keep their order.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        return beyond(self.dim, shapes["x"])


class Argsort(Function):
    """Where the numbers along a dimension would come from if they were put in order."""

    kind = "argsort"
    target = "torch.argsort"
    family = "reduction"
    search = ("order", "rank", "sort", "index")
    method = "argsort"
    x = In()
    y = Out()
    dim = dimension(-1, help="Along which dimension; -1 is the last.")
    descending = Bool(False, help="The largest first.")
    stable = Bool(False, advanced=True, help="Equal numbers keep their order.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        return beyond(self.dim, shapes["x"])


class Cumulative(Function):
    """What has come together up to each place along a dimension."""

    family = "reduction"
    shown = ("dim",)
    torch_defaults = {"dim": None}
    x = In()
    y = Out()
    dim = dimension(1, help="Along which dimension; 1 is the first after the batch.")


class Cumsum(Cumulative):
    """The sum up to each place along a dimension."""

    kind = "cumsum"
    title = "Running sum"
    target = "torch.cumsum"
    method = "cumsum"
    search = ("cumulative", "running", "add", "prefix", "positions")


class Cumprod(Cumulative):
    """The product up to each place along a dimension."""

    kind = "cumprod"
    title = "Running product"
    target = "torch.cumprod"
    method = "cumprod"
    search = ("cumulative", "running", "multiply", "prefix", "decay")


class Normalize(Function):
    """Divides vectors by their length, so that each has length 1."""

    kind = "normalize"
    title = "Normalize length"
    target = "torch.nn.functional.normalize"
    family = "normalization"
    search = ("unit", "length", "l2", "norm", "cosine", "embedding", "contrastive")
    torch_defaults = {"dim": 1}
    x = In(dtype="float")
    y = Out()
    p = Float(2.0, help="Which length: 2 is Euclid's.")
    dim = dimension(-1, help="The dimension along which a vector lies; -1 is the last.")
    eps = Float(1e-12, min=0.0, advanced=True, help="The least that is divided by.")


LAYERS = (
    *(Mean, Sum, Prod, Amax, Amin, Max, Min, Argmax, Argmin, Std, Var, VarMean, StdMean, Norm, Logsumexp, Median),
    *(Topk, Sort, Argsort, Cumsum, Cumprod, Diff, AnyTrue, AllTrue, Normalize),
)
