"""What a layer declares: its PyTorch target, its ports, its fields. Pure data; it knows nothing about torch or graphs.

Most layers need no method at all::

    class Conv2d(Layer):
        "Slides learned filters over an image."
        kind = "conv2d"
        target = "torch.nn.Conv2d"
        required = ("out_channels", "kernel_size")
        x = In("N C H W")
        y = Out("N C H W")
        in_channels = Inferred("x", dim=1)
        out_channels = Int(32, min=1, help="Filters, and so channels out.")
        kernel_size = Ints(3, length=2, scalar=True, min=1)

Fields bear PyTorch's argument names and defaults, and an argument at PyTorch's default is left out of the generated
line. Where our default differs from PyTorch's, `torch_defaults` says what PyTorch's is; `required` names the fields
that PyTorch has no default for; `not_arguments` those that are ours alone. A contract test holds all of this
against the installed torch. `passes` says which dimension of an input is worked through step by step
(the steps of an LSTM), so that its shapes can be asked for with a short one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from netbuilder.expression import WrittenFloat, WrittenInt, WrittenText, WrittenTuple, is_written
from netbuilder.fields import Declared, Field

Shape = tuple[int, ...]


class Port:
    """One end an edge can have. `axes` names the dimensions it expects or gives ("N C H W"), "" for any.

    "..." stands for any number of dimensions: "N ... F". `dtype` is "float", "int" (whole numbers, for an
    embedding) or "bool" (a mask of true and false; an optional one may also be of real numbers, which are added to the
    scores), or "" where it does not matter. Where `axes` leaves much open,
    `example` are the axes (or sizes) of a tensor that fits at default settings: "N L 4".
    """

    name: str = ""

    def __init__(self, axes: str = "", *, help: str = "", dtype: str = "", name: str = "", example: str = ""):
        self.axes = tuple(axes.split())
        self.example = tuple(example.split()) or tuple(axis for axis in self.axes if axis != "...") or ("N", "C", "L")
        self.help = help
        self.dtype = dtype
        if name:
            self.name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def accepts_rank(self, rank: int) -> bool:
        """Whether a tensor of this many dimensions fits the declared axes."""
        if not self.axes:
            return True
        fixed = sum(axis != "..." for axis in self.axes)
        return rank >= fixed if "..." in self.axes else rank == fixed

    def describe(self) -> dict[str, Any]:
        told = {"name": self.name, "axes": " ".join(self.axes), "dtype": self.dtype, "help": self.help}
        return {k: v for k, v in told.items() if v or k == "name"}


class In(Port):
    """An input. An `optional` one may stay without an edge."""

    def __init__(self, axes: str = "", *, optional: bool = False, **more: Any):
        super().__init__(axes, **more)
        self.optional = optional


class Out(Port):
    """An output. One that no edge leaves costs nothing in the source."""


class Inferred:
    """An argument that follows from what flows in, and is never typed by hand.

    Either the size of dimension `dim` of the input `port`, or `of(layer, shape)` of that input's shape.
    `note` is what a form shows beside the value.
    """

    name: str = ""

    def __init__(self, port: str, *, dim: int | None = None, of: Callable[[Any, Shape], Any] | None = None):
        self.port, self.dim, self._of = port, dim, of

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def of(self, layer: Layer, shape: Shape) -> Any:
        """The value for an input of this shape. Raises `IndexError` where the input has too few dimensions."""
        if self._of is not None:
            return self._of(layer, shape)
        assert self.dim is not None
        return shape[self.dim]


DECLARED = (Field, Port, Inferred)


class Layer(Declared):
    """One entry of the catalogue. An instance is the settings of one node; it is frozen.

    `kind` is the word in saved files; `family` the group in the palette and the colour everywhere; `target` the
    dotted PyTorch name, a module class or a function; `search` more words by which people look for it.
    """

    family: ClassVar[str] = ""
    target: ClassVar[str] = ""
    search: ClassVar[tuple[str, ...]] = ()
    required: ClassVar[tuple[str, ...]] = ()
    torch_defaults: ClassVar[Mapping[str, Any]] = {}
    not_arguments: ClassVar[tuple[str, ...]] = ()
    wraps: ClassVar[str] = ""  # the module class of which it makes a stack, and which has the other arguments
    _ins: ClassVar[tuple[In, ...]] = ()
    _outs: ClassVar[tuple[Out, ...]] = ()
    _inferred: ClassVar[dict[str, Inferred]] = {}
    _order: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        ordered: dict[str, Any] = {}
        for base in reversed(cls.__mro__[: cls.__mro__.index(Layer)]):  # hundreds of classes are made at the start
            for name, value in vars(base).items():
                if isinstance(value, DECLARED):
                    ordered[name] = value
                elif name in ordered:
                    del ordered[name]
        cls._ins = tuple(v for v in ordered.values() if isinstance(v, In))
        cls._outs = tuple(v for v in ordered.values() if isinstance(v, Out))
        cls._inferred = {n: v for n, v in ordered.items() if isinstance(v, Inferred)}
        cls._order = tuple(n for n, v in ordered.items() if isinstance(v, (Field, Inferred)))

    # What it is

    @property
    def passes(self) -> tuple[str, int] | None:
        """An input and its dimension that is only worked through, step by step; None: there is none."""
        return None

    def inputs(self) -> tuple[In, ...]:
        """The input ports, in order. May depend on the settings (Concatenate)."""
        return self._ins

    def outputs(self) -> tuple[Out, ...]:
        """The output ports, in order."""
        return self._outs

    @classmethod
    def inferred(cls) -> dict[str, Inferred]:
        """The arguments that follow from what flows in, by name."""
        return dict(cls._inferred)

    @classmethod
    def is_module(cls) -> bool:
        """Whether it is an `nn.Module` made once in `__init__` (else an expression in `forward`)."""
        head, _, last = cls.target.rpartition(".")
        return head == "torch.nn" and last[:1].isupper()

    @classmethod
    def argument_order(cls) -> tuple[str, ...]:
        """The names of the arguments that make it, in torch's order: settings, and what is inferred."""
        return tuple(name for name in cls._order if name not in cls.not_arguments)

    def summary(self) -> str:
        """The settings that matter most, in a few words for the node on the canvas: "32 · 3×3 · stride 2"."""
        return ""

    # Code of the user's own

    def fault(self) -> tuple[str, str] | None:
        """The setting at fault and a sentence, where the settings together can't be used; None: they can."""
        return None

    def foreign(self) -> str:
        """The code of the user's own that would be executed with it: run only where exactly this text is trusted."""
        return ""

    def preamble(self) -> str:
        """Text that has to stand above the network's class in the source, as it is."""
        return ""

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        """What is wrong with inputs of these shapes (by port) that torch finds only when it computes; "" if nothing is.

        A part of a sentence, or torch's own words for a dimension that is not there.
        """
        return ""

    # How it is written

    def set_up(self, attribute: str, known: Mapping[str, Any]) -> str | None:
        """The statement in `__init__` that makes what `attribute` ("self.conv1") holds; None: it needs nothing made.

        A module by default; a layer that holds weights without being one (a parameter, a buffer) says its own.
        """
        return f"{attribute} = {self.construct(known)}" if self.is_module() else None

    def construct(self, known: Mapping[str, Any]) -> str:
        """The expression that makes the module, e.g. `nn.Conv2d(1, 32, 3)`; `known` holds the inferred values."""
        return f"nn.{self.target.rpartition('.')[2]}({', '.join(self.arguments(known))})"

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        """The arguments of `construct`: required ones by position, the others by name where they differ."""
        written: list[str] = []
        positional = True
        for name in self._order:
            if name in self.not_arguments:
                continue
            if name in self._inferred or name in self.required:
                value = known[name] if name in self._inferred else self.settings[name]
                written.append(literal(value) if positional else f"{name}={literal(value)}")
                continue
            positional = False
            value = self.settings[name]
            if is_written(value) or value != self.torch_defaults.get(name, self._fields[name].default):
                written.append(f"{name}={literal(value)}")
        return written

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        """The statement in `forward`. `module` is the attribute ("self.conv1"); `inputs` the variables that flow in,
        by port (ports without an edge are missing); `outputs` the variables to set, None for one nobody uses.
        """
        (output,) = outputs.values()
        return f"{output} = {self.expression(module, inputs)}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        """The right side of `call`, for a layer with one output."""
        return f"{module}({', '.join(inputs[port.name] for port in self.inputs() if port.name in inputs)})"

    @classmethod
    def describe(cls) -> dict[str, Any]:
        """The declaration as plain JSON values, with the ports at default settings."""
        layer = cls()
        return {
            "kind": cls.kind,
            "title": cls.title,
            "family": cls.family,
            "target": cls.target,
            "help": purpose(cls),
            "inputs": [port.describe() for port in layer.inputs()],
            "outputs": [port.describe() for port in layer.outputs()],
            "settings": [field.describe() for field in cls.fields().values()],
            "inferred": list(cls.inferred()),
        }


def purpose(declared: type) -> str:
    """The first paragraph of the docstring as one line: what tooltips and forms say about it."""
    return " ".join((declared.__doc__ or "").strip().split("\n\n")[0].split())


def literal(value: Any) -> str:
    """`value` as Python source. Only numbers, strings, booleans, None and tuples of them; floats round-trip.

    A value that was written as an expression is written as that again.
    """
    if isinstance(value, (WrittenInt, WrittenFloat, WrittenText, WrittenTuple)):
        return value.text
    if isinstance(value, tuple):
        inside = ", ".join(literal(v) for v in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value).replace("e+", "e")
    raise TypeError(f"a {type(value).__name__} can't be written as a literal")


def by(value: Any) -> str:
    """A size as people write it: 3 and (3, 3) give "3×3", (3, 5) gives "3×5", a word stays itself."""
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    return f"{value}×{value}" if isinstance(value, int) else str(value)
