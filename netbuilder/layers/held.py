"""Values that are made once and held: learned ones, ones that come with the weights, and ones that never change.

They flow in from nowhere. What is made anew for each batch, in its size, is in `creation`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Choice, Float, Int, Ints, Number, Text
from netbuilder.layers.function import REALS, Dtype, Function, row, text_of
from netbuilder.layers.layer import Out, Shape, literal

SEARCH = ("value", "tensor", "new")
MOST_DIGITS = 4000
WHOLE = {
    "uint8": (0, 255),
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
}


class Held(Function):
    """A value that is made once in `__init__` and stands in `forward` by its name."""

    family = "values"
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return module

    def made(self) -> str:
        """The expression that makes it."""
        raise NotImplementedError

    def set_up(self, attribute: str, known: Mapping[str, Any]) -> str | None:
        name = attribute.rpartition(".")[2]
        return f'self.register_buffer("{name}", {self.made()}, persistent=False)'

    def typed(self, name: str = "dtype") -> str:
        """The dtype as a last argument."""
        return "" if self.settings[name] is None else f", dtype={text_of(self._fields[name], self.settings[name])}"


def filled(shape: tuple[Any, ...], number: Any, text: str, dtype: str) -> str:
    """The tensor of this shape that is full of one number."""
    inside = row(shape) or "()"
    if not shape:
        return f"torch.tensor({text}{dtype})"
    if number in (0, 1) and not isinstance(number, str):
        return f"torch.{'ones' if number else 'zeros'}({inside}{dtype})"
    return f"torch.full(({inside}{',' if len(shape) == 1 else ''}), {text}{dtype})"


def overflow(number: Any, dtype: str | None) -> str:
    """A fault where a number does not fit into a type of whole numbers."""
    low, high = WHOLE.get(dtype or "", (-math.inf, math.inf))
    return "" if low <= float(number) <= high else f"{number} does not fit into {dtype}"


class Parameter(Held):
    """Numbers that are learned: a class token, a position embedding, the scale of a layer."""

    kind = "parameter"
    search = (
        *SEARCH,
        "weight",
        "learned",
        "class token",
        "cls",
        "position embedding",
        "positional encoding",
        "layer scale",
        "bias",
        "query",
    )
    not_arguments = ("shape", "init", "scale", "value", "trainable", "dtype")
    reads = ("torch.nn.Parameter",)
    shape = Ints((1, 1, 64), min=0, most=8, empty=True, help="Its whole shape; 1 first to stand for every sample.")
    init = Choice(
        "normal",
        ("normal", "uniform", "xavier", "zeros", "ones", "constant"),
        help="What it starts from: small random numbers, or the same number everywhere.",
    )
    scale = Float(0.02, min=0.0, help="How large they start: normal, the standard deviation; uniform, the bound.")
    value = Number(0.0, help="The number that a constant starts from.")
    trainable = Bool(True, help="Whether it learns.")
    dtype = Dtype(
        None,
        ("float16", "bfloat16", "float64", "complex64"),
        optional=True,
        none_means="float32",
        advanced=True,
        help="The type of its numbers.",
    )

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        return (
            "init xavier needs a shape of two numbers or more" if self.init == "xavier" and len(self.shape) < 2 else ""
        )

    def summary(self) -> str:
        return " × ".join(map(str, self.shape))[:28] or "one number"

    def made(self) -> str:
        inside, dtype = row(self.shape) or "()", self.typed()
        if self.init == "normal":
            times = "" if self.scale == 1 else f" * {literal(self.scale)}"
            return f"torch.randn({inside}{dtype}){times}"
        if self.init == "uniform":
            bound = literal(self.scale)
            return f"torch.empty({inside}{dtype}).uniform_(-{bound}, {bound})"
        if self.init == "xavier":
            return f"nn.init.xavier_uniform_(torch.empty({inside}{dtype}))"
        if self.init == "constant":
            number = float(self.value)  # a whole one would make whole numbers, which can't learn
            return filled(self.shape, number, literal(number), dtype)
        return f"torch.{self.init}({inside}{dtype})"

    def set_up(self, attribute: str, known: Mapping[str, Any]) -> str | None:
        frozen = "" if self.trainable else ", requires_grad=False"
        return f"{attribute} = nn.Parameter({self.made()}{frozen})"


class Buffer(Held):
    """Numbers that are kept with the weights but not learned: they come with a weights file."""

    kind = "buffer"
    search = (*SEARCH, "constant", "fixed", "state", "table", "positions", "mask")
    not_arguments = ("shape", "value", "dtype")
    shape = Ints((1, 64), min=0, most=8, empty=True, help="Its whole shape.")
    value = Number(0.0, help="The number that stands everywhere until weights are loaded.")
    dtype = Dtype("float32", help="The type of its numbers.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        return overflow(self.value, self.dtype)

    def summary(self) -> str:
        return " × ".join(map(str, self.shape))[:28] or "one number"

    def made(self) -> str:
        dtype = "" if self.dtype == "float32" else self.typed()
        number: Any = self.value
        if dtype == "" and number not in (0, 1):
            number = float(number)
        if self.dtype == "bool":
            number = bool(number)
        return filled(self.shape, number, literal(number), dtype)

    def set_up(self, attribute: str, known: Mapping[str, Any]) -> str | None:
        return f'self.register_buffer("{attribute.rpartition(".")[2]}", {self.made()})'


class Numbers(Text):
    """A number, or a list of numbers, or lists in a list: 0.5, [1, 2, 3], [[1, 0], [0, 1]]."""

    def accept(self, value: Any) -> str:
        text = super().accept(value).strip()
        try:
            found = ast.literal_eval(text)
            shape = _shape(found)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            shape = None
        if shape is None:
            raise self.refuse("must be a number or a list of numbers: 0.5, [1, 2, 3], [[1, 0], [0, 1]]")
        return repr(found).replace("e+", "e")


def _shape(value: Any) -> tuple[int, ...] | None:
    """The shape of nested lists of numbers; None: they are no such thing."""
    if isinstance(value, float):
        return () if math.isfinite(value) else None
    if isinstance(value, int):
        return () if -(2**63) <= value < 2**63 else None
    if not isinstance(value, list) or not value:
        return None
    shapes = {_shape(part) for part in value}
    inner = shapes.pop()
    return None if shapes or inner is None else (len(value), *inner)


class Constant(Held):
    """A number, or a small table of numbers, that never changes."""

    kind = "constant"
    target = "torch.tensor"
    search = (*SEARCH, "number", "fixed", "literal", "table", "kernel", "mean", "std")
    not_arguments = ("value", "dtype")
    value = Numbers(
        "1.0", max_length=MOST_DIGITS, help="A number, or lists of numbers: 0.5, [1, 2, 3], [[1, 0], [0, 1]]."
    )
    dtype = Dtype(None, optional=True, none_means="as written", help="The type of its numbers.")

    def summary(self) -> str:
        return self.value if len(self.value) <= 28 else f"{self.value[:27]}…"

    def made(self) -> str:
        return f"torch.tensor({self.value}{self.typed()})"


class Arange(Held):
    """The numbers 0, 1, 2 ... in a row."""

    kind = "arange"
    title = "Range"
    target = "torch.arange"
    search = (*SEARCH, "positions", "count", "sequence", "steps", "index")
    not_arguments = ("start", "end", "step", "dtype")
    start = Number(0, help="The first number.")
    end = Number(16, help="Where it ends; this number is not in it.")
    step = Number(1, help="How far it is to the next number.")
    dtype = Dtype(None, REALS, optional=True, none_means="as written", help="The type of its numbers.")

    def summary(self) -> str:
        return f"{self.start} to {self.end}" + ("" if self.step == 1 else f" by {self.step}")

    def made(self) -> str:
        start, end, step = (literal(number) for number in (self.start, self.end, self.step))
        bounds = f"{start}, {end}, {step}" if self.step != 1 else f"{start}, {end}" if self.start != 0 else end
        return f"torch.arange({bounds}{self.typed()})"


class Linspace(Held):
    """Numbers at even distances from a first to a last one."""

    kind = "linspace"
    title = "Even steps"
    target = "torch.linspace"
    search = (*SEARCH, "range", "grid", "interpolate", "steps", "coordinates")
    not_arguments = ("start", "end", "steps")
    start = Number(0.0, help="The first number.")
    end = Number(1.0, help="The last number.")
    steps = Int(16, min=1, max=10_000_000, help="How many numbers.")

    def summary(self) -> str:
        return f"{self.steps} from {self.start:g} to {self.end:g}"[:28]

    def made(self) -> str:
        return f"torch.linspace({', '.join(literal(v) for v in (self.start, self.end, self.steps))})"


class Eye(Held):
    """The matrix with 1 on its diagonal and 0 elsewhere."""

    kind = "eye"
    title = "Identity matrix"
    target = "torch.eye"
    search = (*SEARCH, "matrix", "diagonal", "identity", "one hot")
    not_arguments = ("n",)
    n = Int(8, min=1, max=100_000, help="How many rows and columns.")

    def summary(self) -> str:
        return f"{self.n}×{self.n}"

    def made(self) -> str:
        return f"torch.eye({literal(self.n)})"


LAYERS = (Parameter, Buffer, Constant, Arange, Linspace, Eye)
