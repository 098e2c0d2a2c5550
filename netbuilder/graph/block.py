"""What makes a graph a block: the settings it shows to the outside. It knows nothing about torch, Qt or layers.

A block's graph stands in the project under the block's name; a node of the kind `block:NAME` is one standing of it.
Inside, a setting may be written as an expression of what is exposed: `{"=": "channels * 4"}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

KIND = "block:"
INPUT, OUTPUT = "input", "output"  # the kinds of the nodes that are a block's ports, known here by word
ENDS = (INPUT, OUTPUT)
ENTRY, EXIT = "y", "x"  # an Input's output and an Output's input
REPEAT = "repeat"
RESERVED = (REPEAT, "self", "torch", "nn")  # no exposed setting may be called so

Type = Literal["int", "float", "bool", "text", "ints"]
TYPES: tuple[Type, ...] = ("int", "float", "bool", "text", "ints")


@dataclass(frozen=True)
class Exposed:
    """One setting of a block: an identifier, what it takes, and what it is unless a node says otherwise.

    `default` is as JSON has it; its type is `type`'s ("ints": a whole number or a list of them).
    """

    name: str
    type: Type = "int"
    default: Any = 1
    help: str = ""


@dataclass(frozen=True)
class Block:
    """What a project knows of a block beside its graph."""

    settings: tuple[Exposed, ...] = ()

    def values(self, chosen: Mapping[str, Any]) -> dict[str, Any]:
        """What each exposed setting is where the block stands with the settings `chosen`."""
        return {setting.name: chosen.get(setting.name, setting.default) for setting in self.settings}

    def setting(self, name: str) -> Exposed | None:
        return next((setting for setting in self.settings if setting.name == name), None)


def kind_of(block: str) -> str:
    """The kind of a node that stands for the block called `block`."""
    return KIND + block


def block_of(kind: str) -> str | None:
    """The name of the block that nodes of this kind stand for; None for a layer's kind."""
    return kind.removeprefix(KIND) if kind.startswith(KIND) else None
