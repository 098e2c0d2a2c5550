"""What a model was seen to do: every value, every call and the module it was made in. It knows no layer and no graph.

Whoever fills it in (a run of the model with example inputs, an exported program) settles all control flow; whoever
draws it needs no model any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Origin = Literal["input", "parameter", "buffer", "constant", "call"]


@dataclass(frozen=True)
class Size:
    """A size that depends on the batch N: `per_sample` × N + `fixed`. A size that does not is a plain int."""

    per_sample: int
    fixed: int = 0


@dataclass(frozen=True)
class Ref:
    """A tensor among the arguments of a call, by the number of its value."""

    value: int


@dataclass(frozen=True)
class Value:
    """A tensor that was seen. `name` is the argument's, the parameter's or the buffer's own ("encoder.pos_embed").

    `tensor` holds the numbers of parameters, buffers and constants; `trainable` is said of a parameter.
    """

    number: int
    origin: Origin
    shape: tuple[int | Size, ...]
    dtype: str
    name: str = ""
    tensor: Any = None
    trainable: bool = False


@dataclass(frozen=True)
class Call:
    """One call of a function of torch, or of a module of torch.nn that is a layer of the catalogue.

    `target` is the public dotted name whichever way it was called: x.permute(...) is "torch.permute", x + y is
    "torch.add", F.relu is "torch.nn.functional.relu", a module is "torch.nn.Conv2d". `args` and `kwargs` are as they
    were given (a method's self comes first), with `Ref` for tensors, `Size` for numbers that follow the batch, and
    dtypes as strings ("torch.int64"); they may be nested in tuples, lists, dicts and slices. `results` are the numbers
    of the tensors it gave, in order. For a module, `path` is where it stands, `module` it itself, and `weights` the
    numbers of its parameters and buffers by their names in it. `hint` is the variable its result was assigned to,
    where known. Calls of one function that share all their weights with each other, and with nothing else, have one
    `module`, which then only stands for that. `like` is a value whose first size is the batch, for a call that needs
    it for its sizes; -1 for none.
    """

    target: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    results: tuple[int, ...]
    path: str = ""
    module: Any = None
    weights: Mapping[str, int] = field(default_factory=dict)
    hint: str = ""
    like: int = -1


def is_module(call: Call) -> bool:
    """Whether it is the call of a module, not of a function."""
    return call.target.startswith("torch.nn.") and call.target.count(".") == 2


@dataclass
class Scope:
    """One call of a module that is no layer of the catalogue: what was done in it, in order.

    `type` is the class's name, `path` where the module stands ("" for the model itself). `arguments` names the
    values that came in as arguments of `forward`; `results` are the tensors it returned, with a name each ("" where
    it gave one alone). `container` is said of Sequential and ModuleList, which do nothing of their own.
    """

    type: str
    path: str
    items: list[Call | Scope] = field(default_factory=list)
    arguments: dict[int, str] = field(default_factory=dict)
    results: dict[int, str] = field(default_factory=dict)
    container: bool = False
    module: Any = None

    def calls(self) -> Iterator[Call]:
        """Every call in it and in what it calls, in order."""
        for item in self.items:
            if isinstance(item, Call):
                yield item
            else:
                yield from item.calls()


@dataclass
class Recording:
    """`inputs` are the numbers of the values that the model was given, in order; `outputs` of those it returned, named.

    `notes` are sentences about what could not be followed exactly.
    """

    root: Scope
    values: dict[int, Value] = field(default_factory=dict)
    inputs: list[int] = field(default_factory=list)
    outputs: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
