"""How large the nodes of a drawing are and where their ports stand, for what arranges them. It draws nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from netbuilder.graph.graph import Edge

GRID = 8
USUAL = (160.0, 64.0)
PORT = 40.0  # how far below a node's top its first port is

Place = tuple[float, float]
Size = tuple[float, float]

Ports = tuple[Mapping[str, float], Mapping[str, float]]  # inputs and outputs, and how far below the top they are


@dataclass(frozen=True)
class Boxes:
    """Sizes and ports by node id; what is not known is as usual."""

    sizes: Mapping[str, Size]
    ports: Mapping[str, Ports] = field(default_factory=dict)

    def size(self, id: str) -> Size:
        return self.sizes.get(id, USUAL)

    def level(self, id: str) -> float:
        """How far below its top a node's first output is; its first input, if it has no output."""
        inputs, outputs = self.ports.get(id, ({}, {}))
        return next(iter((*outputs.values(), *inputs.values())), self._port(id))

    def leaves(self, edge: Edge) -> float:
        """How far below the source's top an edge begins."""
        return self.ports.get(edge.source, ({}, {}))[1].get(edge.output, self._port(edge.source))

    def enters(self, edge: Edge) -> float:
        """How far below the target's top an edge ends."""
        return self.ports.get(edge.target, ({}, {}))[0].get(edge.input, self._port(edge.target))

    def _port(self, id: str) -> float:
        return min(PORT, self.size(id)[1])


@dataclass
class Laid:
    """Where nodes stand, from the top left corner of them all, and where edges are led around them."""

    corners: dict[str, Place]
    bends: dict[Edge, tuple[Place, ...]] = field(default_factory=dict)
    width: float = 0.0
    height: float = 0.0

    def add(self, other: Laid, x: float, y: float) -> None:
        """Put another drawing into this one, with its corner here."""
        self.corners.update({id: (left + x, top + y) for id, (left, top) in other.corners.items()})
        self.bends.update({edge: tuple((left + x, top + y) for left, top in way) for edge, way in other.bends.items()})
        self.width, self.height = max(self.width, x + other.width), max(self.height, y + other.height)


def on_grid(value: float) -> float:
    return float(round(value / GRID) * GRID)


def up_to_grid(length: float) -> float:
    return float(math.ceil(length / GRID) * GRID)
