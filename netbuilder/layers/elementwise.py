"""Functions of each number by itself: roots, powers of e, waves, rounding."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.fields import Float, Number
from netbuilder.layers.function import Dtype, Function
from netbuilder.layers.layer import In, Out

SEARCH = ("math", "elementwise")


class Elementwise(Function):
    """A function of each number by itself."""

    family = "arithmetic"
    x = In()
    y = Out()


class Exp(Elementwise):
    """e to the power of each number."""

    kind = "exp"
    target = "torch.exp"
    search = (*SEARCH, "exponential", "softmax")


class Exp2(Elementwise):
    """2 to the power of each number."""

    kind = "exp2"
    target = "torch.exp2"
    search = (*SEARCH, "exponential")
    reads = ("torch.exp2", "torch.special.exp2")


class Expm1(Elementwise):
    """e to the power of each number, less 1; exact also near 0."""

    kind = "expm1"
    target = "torch.expm1"
    search = (*SEARCH, "exponential")
    reads = ("torch.expm1", "torch.special.expm1")


class Log(Elementwise):
    """The natural logarithm of each number."""

    kind = "log"
    target = "torch.log"
    search = (*SEARCH, "logarithm", "ln")


class Log1p(Elementwise):
    """The natural logarithm of 1 more than each number; exact also near 0."""

    kind = "log1p"
    target = "torch.log1p"
    search = (*SEARCH, "logarithm")
    reads = ("torch.log1p", "torch.special.log1p")


class Log2(Elementwise):
    """The logarithm to base 2 of each number."""

    kind = "log2"
    target = "torch.log2"
    search = (*SEARCH, "logarithm")


class Log10(Elementwise):
    """The logarithm to base 10 of each number."""

    kind = "log10"
    target = "torch.log10"
    search = (*SEARCH, "logarithm", "decibel")


class Sqrt(Elementwise):
    """The square root of each number."""

    kind = "sqrt"
    target = "torch.sqrt"
    search = (*SEARCH, "root")


class Rsqrt(Elementwise):
    """1 divided by the square root of each number."""

    kind = "rsqrt"
    target = "torch.rsqrt"
    search = (*SEARCH, "root", "inverse", "normalize")


class Reciprocal(Elementwise):
    """1 divided by each number."""

    kind = "reciprocal"
    target = "torch.reciprocal"
    search = (*SEARCH, "inverse", "divide", "one", "over")


class Square(Elementwise):
    """Each number times itself."""

    kind = "square"
    target = "torch.square"
    search = (*SEARCH, "power", "two")


class Sin(Elementwise):
    """The sine of each number."""

    kind = "sin"
    target = "torch.sin"
    search = (*SEARCH, "sinus", "wave", "trigonometry", "position")


class Cos(Elementwise):
    """The cosine of each number."""

    kind = "cos"
    target = "torch.cos"
    search = (*SEARCH, "cosinus", "wave", "trigonometry", "position")


class Tan(Elementwise):
    """The tangent of each number."""

    kind = "tan"
    target = "torch.tan"
    search = (*SEARCH, "trigonometry")


class Asin(Elementwise):
    """The angle (in radians) whose sine each number is."""

    kind = "asin"
    target = "torch.asin"
    search = (*SEARCH, "arcsin", "trigonometry")
    reads = ("torch.asin", "torch.arcsin")


class Acos(Elementwise):
    """The angle (in radians) whose cosine each number is."""

    kind = "acos"
    target = "torch.acos"
    search = (*SEARCH, "arccos", "trigonometry")
    reads = ("torch.acos", "torch.arccos")


class Atan(Elementwise):
    """The angle (in radians) whose tangent each number is."""

    kind = "atan"
    target = "torch.atan"
    search = (*SEARCH, "arctan", "trigonometry")
    reads = ("torch.atan", "torch.arctan")


class Sinh(Elementwise):
    """The hyperbolic sine of each number."""

    kind = "sinh"
    target = "torch.sinh"
    search = (*SEARCH, "hyperbolic")


class Cosh(Elementwise):
    """The hyperbolic cosine of each number."""

    kind = "cosh"
    target = "torch.cosh"
    search = (*SEARCH, "hyperbolic")


class Erf(Elementwise):
    """The error function of each number: an S-shaped curve from -1 to 1."""

    kind = "erf"
    target = "torch.erf"
    search = (*SEARCH, "gauss", "normal", "gelu")
    reads = ("torch.erf", "torch.special.erf")


class Erfinv(Elementwise):
    """The number whose error function each number is."""

    kind = "erfinv"
    title = "Inverse erf"
    target = "torch.erfinv"
    search = (*SEARCH, "gauss", "normal", "quantile")
    reads = ("torch.erfinv", "torch.special.erfinv")


class Logit(Elementwise):
    """The logarithm of the odds of each probability: the reverse of Sigmoid."""

    kind = "logit"
    target = "torch.logit"
    search = (*SEARCH, "inverse", "sigmoid", "odds", "reference points")
    reads = ("torch.logit", "torch.special.logit")
    eps = Float(None, min=0.0, max=0.5, optional=True, none_means="none", help="Keeps chances this far from 0 and 1.")


class Sign(Elementwise):
    """-1 for negative numbers, 1 for positive ones, 0 for 0."""

    kind = "sign"
    target = "torch.sign"
    search = (*SEARCH, "signum", "direction")


class Floor(Elementwise):
    """Rounds each number down to a whole number."""

    kind = "floor"
    target = "torch.floor"
    search = (*SEARCH, "round", "down", "integer")


class Ceil(Elementwise):
    """Rounds each number up to a whole number."""

    kind = "ceil"
    target = "torch.ceil"
    search = (*SEARCH, "round", "up", "integer")


class Round(Elementwise):
    """Rounds each number to the nearest whole number."""

    kind = "round"
    target = "torch.round"
    search = (*SEARCH, "integer", "quantize")


class Trunc(Elementwise):
    """Cuts the digits after the point off each number."""

    kind = "trunc"
    target = "torch.trunc"
    search = (*SEARCH, "integer", "round", "towards", "zero")
    reads = ("torch.trunc", "torch.fix")


class Abs(Elementwise):
    """Each number without its sign."""

    kind = "abs"
    target = "torch.abs"
    search = (*SEARCH, "absolute", "magnitude")
    method = "abs"
    reads = ("torch.abs", "torch.absolute")


class Neg(Elementwise):
    """Each number with the opposite sign."""

    kind = "neg"
    title = "Negate"
    target = "torch.neg"
    reads = ("torch.neg", "torch.negative")
    search = (*SEARCH, "minus", "negative", "opposite", "sign")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"-{inputs['x']}"


class Clamp(Elementwise):
    """Keeps each number between two bounds: what is beyond one becomes that one."""

    kind = "clamp"
    target = "torch.clamp"
    reads = ("torch.clamp", "torch.clip", "torch.clamp_min", "torch.clamp_max")
    method = "clamp"
    search = (*SEARCH, "clip", "limit", "bound", "range")
    torch_defaults = {"min": None, "max": None}
    min = Number(0, optional=True, none_means="no lower bound", help="The lower bound.")
    max = Number(1, optional=True, none_means="no upper bound", help="The upper bound.")

    def summary(self) -> str:
        low, high = ("" if bound is None else f"{bound:g}" for bound in (self.min, self.max))
        return f"{low} … {high}"


class NanToNum(Elementwise):
    """Puts given numbers in place of NaN (not a number) and of infinite values."""

    kind = "nan_to_num"
    title = "Replace NaN"
    target = "torch.nan_to_num"
    search = (*SEARCH, "nan", "infinity", "missing", "replace")
    torch_defaults = {"nan": None}
    nan = Number(0.0, optional=True, none_means="0", help="What stands in for NaN.")
    posinf = Number(None, optional=True, none_means="the largest", help="What stands in for infinity.")
    neginf = Number(None, optional=True, none_means="the smallest", help="What stands in for minus infinity.")


class Detach(Elementwise):
    """Passes its input on, but nothing before it learns from what comes after."""

    kind = "detach"
    target = "torch.detach"
    method = "detach"
    search = ("stop gradient", "freeze", "no grad", "cut")


class Clone(Elementwise):
    """A copy of its input."""

    kind = "clone"
    target = "torch.clone"
    method = "clone"
    search = ("copy", "duplicate")


class Cast(Elementwise):
    """Turns numbers into another type: real into whole ones, or into true and false."""

    kind = "cast"
    target = "torch.Tensor.to"
    reads = ("torch.Tensor.to", "torch.Tensor.type")
    search = ("dtype", "convert", "type", "float", "long", "int", "bool", "half", "precision", "to")
    not_arguments = ("dtype",)
    words = {
        **{"float32": "float", "float16": "half", "bfloat16": "bfloat16", "float64": "double"},
        **{"int64": "long", "int32": "int", "bool": "bool"},
    }
    dtype = Dtype("float32", help="The type that comes out: float32 are real numbers, int64 whole ones.")

    def summary(self) -> str:
        return str(self.dtype)

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        word = self.words.get(self.dtype)
        return f"{inputs['x']}.{word}()" if word else f"{inputs['x']}.to({self.text('dtype', inputs)})"


LAYERS = (
    *(Neg, Abs, Exp, Exp2, Expm1, Log, Log1p, Log2, Log10, Sqrt, Rsqrt, Reciprocal, Square),
    *(Sin, Cos, Tan, Asin, Acos, Atan, Sinh, Cosh, Erf, Erfinv, Logit, Sign, Floor, Ceil, Round, Trunc),
    *(Clamp, NanToNum, Cast, Detach, Clone),
)
