"""What was drawn: frozen nodes, edges and graphs. It knows nothing about torch, about Qt, or what a layer is.

A graph enforces structure alone: every edge joins two nodes that are there, an input takes one edge, nothing
runs in a circle, names are unique. What a kind or a setting means is for others to say, so a graph can hold a
kind that this version has never heard of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_NAME = 60

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """One placed layer. `settings` holds only what the user chose, as JSON has it; it is never changed in place.

    `shares` is the id of the node of this graph whose layer this one uses again, with the same weights and the same
    settings: a layer that is called at two places. A node that others share shares no other itself.
    """

    id: str
    kind: str
    name: str
    settings: Settings = field(default_factory=dict)
    position: tuple[float, float] = (0.0, 0.0)
    shares: str = ""

    def __hash__(self) -> int:
        return hash((self.id, self.kind, self.name))


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """From an output port of one node to an input port of another. Ports go by name."""

    source: str
    output: str
    target: str
    input: str


@dataclass(frozen=True)
class Graph:
    """Nodes by id, and edges by the input they end in: `edges[target, input]`.

    Insertion order is kept, and is the order of equal choices everywhere (source, forms, lists). Made by
    `netbuilder.graph.edits`, which enforces the rules; never changed in place.
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    edges: Mapping[tuple[str, str], Edge] = field(default_factory=dict)

    def edge_into(self, node: str, input: str) -> Edge | None:
        return self.edges.get((node, input))

    def edges_into(self, node: str) -> list[Edge]:
        return [edge for edge in self.edges.values() if edge.target == node]

    def edges_from(self, node: str, output: str | None = None) -> list[Edge]:
        return [e for e in self.edges.values() if e.source == node and output in (None, e.output)]

    def named(self, name: str) -> Node | None:
        return next((node for node in self.nodes.values() if node.name == name), None)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def __len__(self) -> int:
        return len(self.nodes)
