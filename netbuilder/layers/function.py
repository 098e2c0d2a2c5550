"""The base of the layers that are an expression in `forward`: how one is written is declared, not programmed.

::

    class Unsqueeze(Function):
        "Puts in a dimension of size 1."
        kind = "unsqueeze"
        target = "torch.unsqueeze"
        method = "unsqueeze"
        required = ("dim",)
        x = In()
        y = Out()
        dim = dimension(1, help="Where the new dimension comes; 1 is right after the batch.")

writes `x.unsqueeze(1)`. Without `method` it would write `torch.unsqueeze(x, 1)`. Inputs come first, then what torch has
no default for, by position; other arguments by name, where they differ from torch's defaults. It knows no torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Literal

from netbuilder.expression import WrittenText, WrittenTuple, is_written
from netbuilder.fields import Choice, Field, Int, Ints, Number
from netbuilder.layers.layer import In, Layer, Shape, literal

BATCH = r"([1-9]\d{0,5})?N"  # a size that follows the batch: N, or 4N
MOST_DIMS = 8
PLAIN = re.compile(r"[\w.]+(e[+-]?\d+)?")
FLOATS = ("float32", "float16", "bfloat16", "float64")
REALS = (*FLOATS, "int64", "int32", "int16", "int8", "uint8")
DTYPES = (*REALS, "bool", "complex64", "complex128")
LONGEST_SUMMARY = 28


class Dtype(Choice):
    """What kind of numbers a tensor holds: written `torch.float32`."""

    def __init__(self, default: str | None, options: Iterable[str] = DTYPES, **more: Any):
        super().__init__(default, options, **more)  # type: ignore[arg-type]


def dimension(default: int | None = -1, **more: Any) -> Int:
    """A field that names one dimension: 0 is the batch, -1 the last."""
    return Int(default, min=-MOST_DIMS, max=MOST_DIMS, **more)


def dimensions(default: int | tuple[int, ...] | None, **more: Any) -> Ints:
    """A field that names dimensions: 1, or 2, 3."""
    return Ints(default, **{"scalar": True, "min": -MOST_DIMS, "max": MOST_DIMS, "most": MOST_DIMS, **more})


def sizes(default: tuple[Any, ...], *, min: int = 1, **more: Any) -> Ints:
    """A field for a shape, in which N stands for the size of the batch."""
    return Ints(default, min=min, most=MOST_DIMS, entries=BATCH, **more)


def like(help: str = "Gives the size of the batch.") -> In:
    """The port from which a layer that makes something new takes the size of the batch."""
    return In("N ...", example="N C", help=help)


class Function(Layer):
    """An expression in `forward`.

    `method` writes it as a method of the first input. `positions` is the order of torch's arguments where inputs and
    settings alternate; `spread` names the tuples that are written as arguments one by one; `arguments_of` has torch's
    name for an input that is called otherwise here. `results` says how several outputs come: by torch's names
    ("named") or in a row ("several"). `reads` are the public names of torch's functions that it can stand for.
    An input called `like` is there only where a size follows the batch. `shown` are settings always told on the node.
    """

    method: ClassVar[str] = ""
    positions: ClassVar[tuple[str, ...]] = ()
    spread: ClassVar[tuple[str, ...]] = ()
    arguments_of: ClassVar[Mapping[str, str]] = {}
    results: ClassVar[Literal["one", "named", "several"]] = "one"
    reads: ClassVar[tuple[str, ...]] = ()
    shown: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        if "kind" in vars(cls) and "title" not in vars(cls):
            cls.title = cls.kind.replace("_", " ").capitalize()
        super().__init_subclass__(**more)
        if "target" in vars(cls) and "reads" not in vars(cls):
            cls.reads = (cls.target,)

    def inputs(self) -> tuple[In, ...]:
        return self._ins if self.follows_batch() else tuple(port for port in self._ins if port.name != "like")

    def follows_batch(self) -> bool:
        """Whether a size among the settings is counted in N."""
        return any(
            isinstance(field, Ints) and field.entries and any(isinstance(size, str) for size in self.settings[name])
            for name, field in self._fields.items()
        )

    # How it is written

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        arguments = self.given(inputs)
        if self.method:
            return f"{arguments[0]}.{self.method}({', '.join(arguments[1:])})"
        return f"{self.called()}({', '.join(arguments)})"

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        right = self.expression(module, inputs)
        if self.results == "one":
            (variable,) = outputs.values()
            return f"{variable} = {right}"
        used = [(number, port) for number, (port, variable) in enumerate(outputs.items()) if variable]
        if len(used) == 1:
            ((number, port),) = used
            return f"{outputs[port]} = {right}{f'.{port}' if self.results == 'named' else f'[{number}]'}"
        return f"{', '.join(variable or '_' for variable in outputs.values())} = {right}"

    def called(self) -> str:
        """The function as the source names it: `F.pad`, `torch.cat`."""
        return f"F.{self.target.rpartition('.')[2]}" if self.target.startswith("torch.nn.functional.") else self.target

    def given(self, inputs: Mapping[str, str]) -> list[str]:
        """The arguments as they are written, the inputs among them."""
        ports = [port.name for port in self.inputs()]
        first = self.positions or (*(name for name in ports if name != "like"), *self.required)
        written: list[str] = []
        gap = False
        for name in first:
            if name in ports or name not in self._fields:
                texts = [inputs[name]] if name in inputs else []
            elif name in self.required or not self.is_torchs_own(name):
                texts = self.texts(name, inputs)
            else:
                texts = []
            argument = self.arguments_of.get(name, name)
            written += [f"{argument}={text}" for text in texts] if gap else texts
            gap = gap or not texts
        for name in self._fields:
            if name not in first and name not in self.not_arguments and not self.is_torchs_own(name):
                written.append(f"{name}={self.text(name, inputs)}")
        return written

    def is_torchs_own(self, name: str) -> bool:
        """Whether a setting is what torch takes when the argument is left out."""
        value = self.settings[name]
        return not is_written(value) and bool(value == self.torch_defaults.get(name, self._fields[name].default))

    def text(self, name: str, inputs: Mapping[str, str]) -> str:
        """A setting as one argument."""
        value = self.settings[name]
        if isinstance(value, tuple) and not isinstance(value, WrittenTuple):
            return f"({row(value, inputs.get('like', ''))}{',' if len(value) == 1 else ''})"
        return text_of(self._fields[name], value)

    def texts(self, name: str, inputs: Mapping[str, str]) -> list[str]:
        """A setting as one argument, or as one for each of its numbers."""
        value = self.settings[name]
        if isinstance(value, tuple) and name in self.spread:
            return [row(value, inputs.get("like", ""))]
        return [self.text(name, inputs)]

    # What people read

    def summary(self) -> str:
        words = []
        for name, field in self._fields.items():
            value = self.settings[name]
            if name in self.shown or value != field.default:
                words.append(_told(name, field, value))
        told = " · ".join(words)
        return told if len(told) <= LONGEST_SUMMARY else f"{told[: LONGEST_SUMMARY - 1]}…"


def _told(name: str, field: Field[Any], value: Any) -> str:
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if value is None:
        return f"{name} {field.none_means}"
    if isinstance(value, tuple):
        return f"{name} {', '.join(map(str, value))}"
    return f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"


def text_of(field: Field[Any], value: Any) -> str:
    """A setting as Python source."""
    if isinstance(field, Dtype) and isinstance(value, str):
        return f"getattr(torch, {value.text})" if isinstance(value, WrittenText) else f"torch.{value}"
    if isinstance(field, Number) and isinstance(value, str) and not isinstance(value, WrittenText):
        return f'float("{value}")'
    return literal(value)


def row(shape: tuple[Any, ...], like: str = "") -> str:
    """The sizes of a shape as arguments one by one."""
    if isinstance(shape, WrittenTuple):
        return f"*{shape.text}"
    return ", ".join(size_text(size, like) for size in shape)


def size_text(size: int | str, like: str) -> str:
    """One size of a shape; one that follows the batch is taken from the variable `like`."""
    if isinstance(size, str) and not isinstance(size, WrittenText):
        times = size.removesuffix("N")
        return f"{times} * {like}.shape[0]" if times else f"{like}.shape[0]"
    return literal(size)


def beyond(dim: int, shape: Shape) -> str:
    """What torch says of a dimension that a shape lacks; "" of one that it has."""
    return "" if -len(shape) <= dim < len(shape) else "Dimension out of range"


def operand(text: str, *, left: bool = False) -> str:
    """A number's text beside an operator, in brackets where Python would read it otherwise."""
    plain = PLAIN.fullmatch(text if left else text.removeprefix("-"))
    return text if plain or text.startswith('float("') else f"({text})"
