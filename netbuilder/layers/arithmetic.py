"""Arithmetic of two values, or of a value and a number. (Adding and multiplying several values is merging.)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Number
from netbuilder.layers.function import Function, operand, text_of
from netbuilder.layers.layer import In, Out

SEARCH = ("math", "arithmetic")


class Binary(Function):
    """What becomes of two values, number by number; a smaller one is repeated along its dimensions of size 1."""

    family = "arithmetic"
    sign: ClassVar[str] = ""
    x1 = In()
    x2 = In()
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        if self.sign:
            return f"{inputs['x1']} {self.sign} {inputs['x2']}"
        return super().expression(module, inputs)


class WithNumber(Binary):
    """Takes two values, or one value and a number."""

    not_arguments: ClassVar[tuple[str, ...]] = ("number", "number_first")
    number = Number(
        None,
        optional=True,
        none_means="a second input",
        help="A number in place of the second input, which then is not there.",
    )
    number_first = Bool(False, advanced=True, label="number first", help="The number comes first: 1 - x, not x - 1.")

    def inputs(self) -> tuple[In, ...]:
        return self._ins if self.number is None else self._ins[:1]

    def summary(self) -> str:
        if self.number is None:
            return ""
        told = f"{self.number:g}" if isinstance(self.number, float) else f"{self.number}"
        return f"{told} {self.sign} x" if self.number_first else f"x {self.sign} {told}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        if self.number is None:
            return super().expression(module, inputs)
        text, x = text_of(self._fields["number"], self.number), inputs["x1"]
        if self.number_first:
            return f"{operand(text, left=True)} {self.sign} {x}"
        return f"{x} {self.sign} {operand(text)}"


class Subtract(WithNumber):
    """Takes the second value from the first, number by number; or a number: x - 1, 1 - x."""

    kind = "subtract"
    target = "torch.sub"
    reads = ("torch.sub", "torch.subtract", "torch.rsub")
    search = (*SEARCH, "minus", "difference", "sub")
    sign = "-"


class Divide(WithNumber):
    """Divides the first value by the second, number by number; or by a number: x / 2, 1 / x."""

    kind = "divide"
    target = "torch.div"
    reads = ("torch.div", "torch.divide", "torch.true_divide")
    not_arguments = ("number", "number_first", "rounding_mode")
    search = (*SEARCH, "ratio", "quotient", "fraction", "div")
    sign = "/"
    rounding_mode = Choice(
        None,  # type: ignore[arg-type]
        ("trunc", "floor"),
        optional=True,
        none_means="exact",
        advanced=True,
        help="Rounds the result to a whole number: trunc towards 0, floor down.",
    )

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        if self.rounding_mode is None:
            return super().expression(module, inputs)
        number = text_of(self._fields["number"], self.number)
        values = [inputs["x1"], inputs["x2"] if self.number is None else number]
        first, second = reversed(values) if self.number is not None and self.number_first else values
        if self.number is not None and self.number_first:
            first = f"torch.tensor({first}, device={second}.device)"
        return f'torch.div({first}, {second}, rounding_mode="{self.rounding_mode}")'


class NotZero(Number):
    """A number other than 0."""

    def accept(self, value: Any) -> Any:
        if value == 0:
            raise self.refuse("can't be 0")
        return super().accept(value)


class FloorDivide(WithNumber):
    """Divides whole numbers and rounds down: x // 2. For real numbers, Divide can round."""

    kind = "floor_divide"
    target = "torch.floor_divide"
    search = (*SEARCH, "integer", "whole", "quotient", "floordiv")
    sign = "//"
    x1 = In(dtype="int")
    x2 = In(dtype="int")
    number = NotZero(
        2, optional=True, none_means="a second input", help="What it is divided by, in place of a second input."
    )


class Remainder(WithNumber):
    """What is left of the first value after division by the second: x % 2."""

    kind = "remainder"
    target = "torch.remainder"
    search = (*SEARCH, "modulo", "mod", "rest", "percent")
    sign = "%"
    number = NotZero(
        2, optional=True, none_means="a second input", help="What it is divided by, in place of a second input."
    )


class Fmod(WithNumber):
    """What is left after division, with the sign of the first value: fmod(-3, 2) is -1."""

    kind = "fmod"
    title = "Remainder, signed"
    target = "torch.fmod"
    search = (*SEARCH, "modulo", "mod", "rest")
    number_first = None  # torch takes a number only as the second
    not_arguments = ("number",)
    number = NotZero(
        2, optional=True, none_means="a second input", help="What it is divided by, in place of a second input."
    )

    def summary(self) -> str:
        return "" if self.number is None else f"by {self.number}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        second = inputs["x2"] if self.number is None else self.text("number", inputs)
        return f"torch.fmod({inputs['x1']}, {second})"


class Power(WithNumber):
    """Raises the first value to the power of the second, or of a number: x ** 2."""

    kind = "power"
    target = "torch.pow"
    search = (*SEARCH, "exponent", "square", "cube", "root", "pow")
    sign = "**"
    number = Number(
        2,
        optional=True,
        none_means="a second input",
        help="The exponent, in place of a second input, which then is not there.",
    )


class AddNumber(Function):
    """Adds one number to all numbers: x + 1."""

    kind = "add_number"
    target = "torch.add"
    family = "arithmetic"
    search = (*SEARCH, "plus", "shift", "offset", "bias", "constant", "epsilon")
    not_arguments = ("number",)
    x = In()
    y = Out()
    number = Number(1, help="What is added.")

    def summary(self) -> str:
        return f"+ {self.number:g}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['x']} + {operand(self.text('number', inputs))}"


class Scale(Function):
    """Multiplies all numbers by one number: x * 0.5."""

    kind = "scale"
    target = "torch.mul"
    family = "arithmetic"
    search = (*SEARCH, "times", "factor", "multiply", "gain", "temperature")
    not_arguments = ("number",)
    x = In()
    y = Out()
    number = Number(0.5, help="What everything is multiplied by.")

    def summary(self) -> str:
        return f"× {self.number:g}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{inputs['x']} * {operand(self.text('number', inputs))}"


class Maximum(Binary):
    """The larger of two values, number by number."""

    kind = "maximum"
    title = "Maximum of two"
    target = "torch.maximum"
    search = (*SEARCH, "larger", "greater", "max")


class Minimum(Binary):
    """The smaller of two values, number by number."""

    kind = "minimum"
    title = "Minimum of two"
    target = "torch.minimum"
    search = (*SEARCH, "smaller", "less", "min")


class Atan2(Binary):
    """The angle (in radians) of the point whose height is the first value and whose width is the second."""

    kind = "atan2"
    target = "torch.atan2"
    reads = ("torch.atan2", "torch.arctan2")
    search = (*SEARCH, "angle", "arctan2", "trigonometry")


class Logaddexp(Binary):
    """The logarithm of the sum of e to the power of both: adds probabilities that are given as logarithms."""

    kind = "logaddexp"
    title = "Log-add-exp"
    target = "torch.logaddexp"
    search = (*SEARCH, "logarithm", "probability", "logsumexp")


class Lerp(Function):
    """Goes a part of the way from the first value to the second: 0 is the first, 1 the second."""

    kind = "lerp"
    title = "Blend two values"
    target = "torch.lerp"
    family = "arithmetic"
    search = (*SEARCH, "linear", "interpolation", "mix", "blend", "average", "moving")
    required = ("weight",)
    x1 = In()
    x2 = In()
    share = In(optional=True, help="How far, number by number; in place of the weight.")
    y = Out()
    weight = Number(0.5, help="How far: 0.5 is half way.")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        share = inputs.get("share") or self.text("weight", inputs)
        return f"torch.lerp({inputs['x1']}, {inputs['x2']}, {share})"


class Addcmul(Function):
    """Multiplies two values and adds the product to a third."""

    kind = "addcmul"
    title = "Add product"
    target = "torch.addcmul"
    family = "arithmetic"
    search = (*SEARCH, "multiply add", "fused", "modulate", "film")
    x = In(help="What is added to.")
    tensor1 = In()
    tensor2 = In()
    y = Out()
    value = Number(1, help="What the product is multiplied by.")


class Addcdiv(Function):
    """Divides one value by another and adds the quotient to a third."""

    kind = "addcdiv"
    title = "Add quotient"
    target = "torch.addcdiv"
    family = "arithmetic"
    search = (*SEARCH, "divide add", "fused")
    x = In(help="What is added to.")
    tensor1 = In()
    tensor2 = In()
    y = Out()
    value = Number(1, help="What the quotient is multiplied by.")


LAYERS = (
    *(AddNumber, Scale, Subtract, Divide, Power, FloorDivide, Remainder, Fmod, Maximum, Minimum),
    *(Lerp, Addcmul, Addcdiv, Atan2, Logaddexp),
)
