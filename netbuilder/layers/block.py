"""A block as an entry of the catalogue: a layer class made from a block's ports and exposed settings.

What is inside, and where blocks come from, is for others to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from netbuilder.fields import Bool, Field, Float, Int, Ints, Text
from netbuilder.layers.layer import In, Layer, Out

FAMILY = "block"
MOST_REPEATS = 1000


class BlockLayer(Layer):
    """A drawing of its own that stands here as one node."""

    family = FAMILY
    search = ("block", "module", "group", "subgraph")
    not_arguments = ("repeat",)
    block = ""  # the name of the block it stands for

    @classmethod
    def is_module(cls) -> bool:
        return True

    def summary(self) -> str:
        chosen = [f"{name} {value}" for name, value in self.changed().items() if name != "repeat"]
        return " · ".join(chosen)[:28]


def block_layer(
    name: str, kind: str, inputs: Sequence[str], outputs: Sequence[str], fields: dict[str, Field[Any]], help: str = ""
) -> type[BlockLayer]:
    """The layer class of the block called `name`, with these ports and exposed settings."""
    members: dict[str, Any] = {
        "__doc__": help or f"The block {name}: double-click it to look inside.",
        "kind": kind,
        "title": name,
        "block": name,
        # Ports by their names, which need not be attributes: they are handed out by the methods below.
        "_ports_in": tuple(In(name=port) for port in inputs),
        "_ports_out": tuple(Out(name=port) for port in outputs),
        "inputs": lambda self: self._ports_in,
        "outputs": lambda self: self._ports_out,
        "repeat": Int(1, min=1, max=MOST_REPEATS, help="How many times it stands in a row, each with its own weights."),
    }
    made: Any = type("".join(part.capitalize() for part in name.split()) or "Block", (BlockLayer,), members)
    # Exposed settings may be called anything, also "inputs": they are no attributes of the class.
    for exposed, field in fields.items():
        field.name = exposed
    made._fields = {**fields, "repeat": made._fields["repeat"]}
    made._order = tuple(made._fields)
    return made


def field_for(type: str, default: Any, help: str = "") -> Field[Any]:
    """The field of an exposed setting: `type` is "int", "float", "bool", "text" or "ints".

    A default that does not fit the type is replaced by one that does.
    """
    usual: dict[str, Any] = {"int": 1, "float": 0.0, "bool": False, "text": "", "ints": 1}
    fields: dict[str, Any] = {"int": Int, "float": Float, "bool": Bool, "text": Text}
    made: Field[Any] = (
        Ints(1, scalar=True, help=help) if type == "ints" else fields.get(type, Int)(usual.get(type, 1), help=help)
    )
    try:
        made.default = made.check(default)
    except ValueError:
        made.default = usual.get(type, 1)
    return made
