"""Comparison: masks of true and false, what is made of them, and choosing by them."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.fields import Float, Number
from netbuilder.layers.arithmetic import WithNumber
from netbuilder.layers.function import Function, text_of
from netbuilder.layers.layer import In, Out

SEARCH = ("compare", "mask", "true", "false")


class Comparison(WithNumber):
    """True where two values, or a value and a number, stand in some relation."""

    family = "comparison"
    number_first = None  # the other way round is another comparison
    not_arguments = ("number",)
    number = Number(
        0,
        optional=True,
        none_means="a second input",
        infinite=True,
        help="A number in place of the second input, which then is not there.",
    )

    def summary(self) -> str:
        return "" if self.number is None else f"x {self.sign} {self.number}"[:28]


class Eq(Comparison):
    """True where both are equal."""

    kind = "eq"
    title = "Equal"
    target = "torch.eq"
    search = (*SEARCH, "equal", "same", "is")
    sign = "=="


class Ne(Comparison):
    """True where they differ."""

    kind = "ne"
    title = "Not equal"
    target = "torch.ne"
    reads = ("torch.ne", "torch.not_equal")
    search = (*SEARCH, "unequal", "different", "not", "padding")
    sign = "!="


class Lt(Comparison):
    """True where the first is less than the second."""

    kind = "lt"
    title = "Less"
    target = "torch.lt"
    reads = ("torch.lt", "torch.less")
    search = (*SEARCH, "less", "smaller", "below")
    sign = "<"


class Le(Comparison):
    """True where the first is less than the second or equal to it."""

    kind = "le"
    title = "Less or equal"
    target = "torch.le"
    reads = ("torch.le", "torch.less_equal")
    search = (*SEARCH, "less", "smaller", "at most")
    sign = "<="


class Gt(Comparison):
    """True where the first is greater than the second."""

    kind = "gt"
    title = "Greater"
    target = "torch.gt"
    reads = ("torch.gt", "torch.greater")
    search = (*SEARCH, "greater", "larger", "more", "above", "threshold")
    sign = ">"


class Ge(Comparison):
    """True where the first is greater than the second or equal to it."""

    kind = "ge"
    title = "Greater or equal"
    target = "torch.ge"
    reads = ("torch.ge", "torch.greater_equal")
    search = (*SEARCH, "greater", "larger", "at least")
    sign = ">="


class IsNan(Function):
    """True where a number is NaN: not a number at all."""

    kind = "isnan"
    title = "Is NaN"
    target = "torch.isnan"
    family = "comparison"
    search = (*SEARCH, "nan", "missing", "not a number")
    x = In()
    y = Out()


class IsInf(Function):
    """True where a number is infinite."""

    kind = "isinf"
    title = "Is infinite"
    target = "torch.isinf"
    family = "comparison"
    search = (*SEARCH, "infinity", "overflow", "mask")
    x = In()
    y = Out()


class IsFinite(Function):
    """True where a number is neither infinite nor NaN."""

    kind = "isfinite"
    title = "Is finite"
    target = "torch.isfinite"
    family = "comparison"
    search = (*SEARCH, "nan", "infinite", "overflow")
    x = In()
    y = Out()


class IsClose(Function):
    """True where two numbers are nearly equal."""

    kind = "isclose"
    title = "Is close"
    target = "torch.isclose"
    family = "comparison"
    search = (*SEARCH, "equal", "near", "tolerance")
    x1 = In()
    x2 = In()
    y = Out()
    rtol = Float(1e-05, min=0.0, help="How far apart, as a share of the second.")
    atol = Float(1e-08, min=0.0, help="How far apart, in all.")


class Logical(Function):
    """What becomes of two masks of true and false; a number is true if it is not zero."""

    family = "comparison"
    x1 = In()
    x2 = In()
    y = Out()


class LogicalAnd(Logical):
    """True where both are true."""

    kind = "logical_and"
    title = "And"
    target = "torch.logical_and"
    search = (*SEARCH, "and", "both", "intersection")


class LogicalOr(Logical):
    """True where one of them is true, or both are."""

    kind = "logical_or"
    title = "Or"
    target = "torch.logical_or"
    search = (*SEARCH, "or", "either", "union")


class LogicalXor(Logical):
    """True where just one of them is true."""

    kind = "logical_xor"
    title = "Either or"
    target = "torch.logical_xor"
    search = (*SEARCH, "xor", "differ", "exclusive")


class LogicalNot(Function):
    """True where its input is false (or zero)."""

    kind = "logical_not"
    title = "Not"
    target = "torch.logical_not"
    family = "comparison"
    search = (*SEARCH, "not", "invert", "opposite")
    x = In()
    y = Out()


class Bitwise(Function):
    """What becomes of the bits of two whole numbers; for masks of true and false, an and, or, either-or."""

    family = "comparison"
    sign = ""
    x1 = In(dtype="int")
    x2 = In(dtype="int")
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['x1']} {self.sign} {inputs['x2']}"


class BitwiseAnd(Bitwise):
    """The bits that both whole numbers have; for masks, true where both are true."""

    kind = "bitwise_and"
    title = "Bitwise and"
    target = "torch.bitwise_and"
    search = (*SEARCH, "and", "bits", "integer")
    sign = "&"


class BitwiseOr(Bitwise):
    """The bits that one of two whole numbers has; for masks, true where one of them is true."""

    kind = "bitwise_or"
    title = "Bitwise or"
    target = "torch.bitwise_or"
    search = (*SEARCH, "or", "bits", "integer")
    sign = "|"


class BitwiseXor(Bitwise):
    """The bits that just one of two whole numbers has; for masks, true where they differ."""

    kind = "bitwise_xor"
    title = "Bitwise either or"
    target = "torch.bitwise_xor"
    search = (*SEARCH, "xor", "bits", "integer")
    sign = "^"


class BitwiseNot(Function):
    """Flips each bit of whole numbers; a mask becomes its opposite."""

    kind = "bitwise_not"
    title = "Bitwise not"
    target = "torch.bitwise_not"
    family = "comparison"
    search = (*SEARCH, "not", "bits", "invert", "integer")
    x = In(dtype="int")
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"~{inputs['x']}"


class Where(Function):
    """Takes the first value where the mask is true, and the second (or a number) where it is not."""

    kind = "where"
    target = "torch.where"
    family = "comparison"
    search = (*SEARCH, "choose", "if", "condition", "select", "blend")
    not_arguments = ("value", "otherwise")
    condition = In(dtype="bool", help="True where the first value is taken.")
    x1 = In(help="What is taken where the mask is true.")
    x2 = In(help="What is taken where it is false.")
    y = Out()
    value = Number(
        None, optional=True, none_means="an input", infinite=True, help="A number in place of the first value."
    )
    otherwise = Number(
        None, optional=True, none_means="an input", infinite=True, help="A number in place of the second value."
    )

    def inputs(self) -> tuple[In, ...]:
        condition, x1, x2 = self._ins
        first, second = (x1,) if self.value is None else (), (x2,) if self.otherwise is None else ()
        return (condition, *first, *second)

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        first = inputs["x1"] if self.value is None else text_of(self._fields["value"], self.value)
        second = inputs["x2"] if self.otherwise is None else text_of(self._fields["otherwise"], self.otherwise)
        return f"torch.where({inputs['condition']}, {first}, {second})"


LAYERS = (
    *(Eq, Ne, Lt, Le, Gt, Ge, Where, LogicalAnd, LogicalOr, LogicalXor, LogicalNot),
    *(BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot, IsNan, IsInf, IsFinite, IsClose),
)
