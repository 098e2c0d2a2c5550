"""A node in trouble: what it is, what flows into it, and the words to say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.graph import Graph, Node
from netbuilder.layers import Catalog, In, Layer


@dataclass(frozen=True)
class Flow:
    """What flows into a port, and from where."""

    port: In
    type: TensorType
    source: Node
    output: str

    def __str__(self) -> str:
        return f"{self.type} from {self.source.name}"


@dataclass(frozen=True)
class Trouble:
    """A node, its layer, and all that flows in. `types` are those of all values known so far."""

    graph: Graph
    catalog: Catalog
    node: Node
    layer: Layer
    flows: tuple[Flow, ...]
    types: Mapping[tuple[str, str], TensorType] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def settings(self) -> dict[str, Any]:
        return self.layer.settings

    @property
    def first(self) -> Flow:
        return self.flows[0]

    def problem(
        self,
        sentence: str,
        short: str,
        fix: Fix | None = None,
        *,
        setting: str | None = None,
        port: str | None = None,
        severity: Literal["error", "warning"] = "error",
    ) -> Problem:
        return Problem(sentence, self.node.id, severity, short[:24], fix, setting, port)


def listed(words: list[str]) -> str:
    """a; a and b; a, b and c."""
    return " and ".join(([", ".join(words[:-1])] if len(words) > 1 else []) + words[-1:])
