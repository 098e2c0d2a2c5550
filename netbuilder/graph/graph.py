"""What was drawn: frozen nodes, edges and graphs. It knows nothing about torch, about Qt, or what a layer is.

A graph enforces structure alone: every edge joins two nodes that are there, an input takes one edge, nothing
runs in a circle, names are unique. What a kind or a setting means is for others to say, so a graph can hold a
kind that this version has never heard of.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

MAX_NAME = 60
MAX_RATE = 1000.0  # times the learning rate of all others

FAR = 1e7  # no canvas is larger; a coordinate beyond it can't be shown

Settings = Mapping[str, Any]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """One placed layer. `settings` holds only what the user chose, as JSON has it; it is never changed in place.

    `shares` is the id of the node of this graph whose layer this one uses again, with the same weights and the same
    settings: a layer that is called at two places. A node that others share shares no other itself. One that is
    `bypassed` is left out of the network: what flows into it flows on. `collapsed`: only its title is drawn. `origin`
    is where its weights lie in the file that training starts from, seen from this graph, where that is not under its
    id: it was taken out of a block ("n9/n5"), or is a block made since of what lay here (""). `rate` multiplies the
    learning rate of its weights, and `frozen` ones are not trained; both are meant for all that is in a block.
    """

    id: str
    kind: str
    name: str
    settings: Settings = field(default_factory=dict)
    position: tuple[float, float] = (0.0, 0.0)
    shares: str = ""
    bypassed: bool = False
    collapsed: bool = False
    origin: str | None = None
    rate: float = 1.0
    frozen: bool = False

    def __hash__(self) -> int:
        return hash((self.id, self.kind, self.name))


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """From an output port of one node to an input port of another. Ports go by name."""

    source: str
    output: str
    target: str
    input: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled area drawn behind nodes. What lies in it goes with it when it is moved."""

    id: str
    title: str = ""
    color: str = "blue"
    position: Place = (0.0, 0.0)
    size: tuple[float, float] = (320.0, 200.0)


@dataclass(frozen=True, slots=True)
class Note:
    """Words on the canvas, in Markdown."""

    id: str
    text: str = ""
    position: Place = (0.0, 0.0)
    size: tuple[float, float] = (240.0, 120.0)


@dataclass(frozen=True)
class Annotations:
    """What people draw beside the network. `bends` are the points an edge goes by way of, `bookmarks` places of the
    view (its middle, and the zoom) by digit, `direction` is "right" or "down". See `netbuilder.graph.annotations`."""

    frames: Mapping[str, Frame] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)
    bends: Mapping[Edge, tuple[Place, ...]] = field(default_factory=dict)
    bookmarks: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    direction: str = "right"


PLAIN = Annotations()


class Wiring:
    """The edges that end in each node and those that leave it, in the order of the graph. Not to be changed."""

    __slots__ = ("into", "out_of")

    def __init__(self, edges: Iterable[Edge]):
        self.into: dict[str, list[Edge]] = {}
        self.out_of: dict[str, list[Edge]] = {}
        for edge in edges:
            self.into.setdefault(edge.target, []).append(edge)
            self.out_of.setdefault(edge.source, []).append(edge)


@dataclass(frozen=True)
class Graph:
    """Nodes by id, and edges by the input they end in: `edges[target, input]`.

    Insertion order is kept, and is the order of equal choices everywhere (source, forms, lists). Made by
    `netbuilder.graph.edits`, which enforces the rules; never changed in place.
    """

    nodes: Mapping[str, Node] = field(default_factory=dict)
    edges: Mapping[tuple[str, str], Edge] = field(default_factory=dict)
    annotations: Annotations = PLAIN

    def edge_into(self, node: str, input: str) -> Edge | None:
        return self.edges.get((node, input))

    def edges_into(self, node: str) -> list[Edge]:
        return list(self.wiring.into.get(node, ()))

    def edges_from(self, node: str, output: str | None = None) -> list[Edge]:
        return [edge for edge in self.wiring.out_of.get(node, ()) if output in (None, edge.output)]

    def named(self, name: str) -> Node | None:
        return next((node for node in self.nodes.values() if node.name == name), None)

    def owner(self, id: str) -> Node:
        """The node whose layer this one is: itself, or the one that it shares. Raises `KeyError`."""
        node = self.nodes[id]
        return self.nodes.get(node.shares, node) if node.shares else node

    def sharers(self, id: str) -> list[Node]:
        """The nodes that use this one's layer again, in the order they were drawn."""
        return [node for node in self.nodes.values() if node.shares == id]

    def origin_of(self, id: str) -> str:
        """Where the weights of a node lie in the file, seen from this graph. Raises `KeyError`."""
        origin = self.nodes[id].origin
        return id if origin is None else origin

    def settings_of(self, id: str) -> Settings:
        """The settings that count for this node: its own, or those of the node that it shares. Raises `KeyError`."""
        return self.owner(id).settings

    @cached_property
    def wiring(self) -> Wiring:
        """The edges by node. Worked out once, and kept until `forget`."""
        return Wiring(self.edges.values())

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The ids, each after all that feed it; of equal choices the node drawn first. Worked out once, as above."""
        return tuple(_in_order(self.nodes, self.wiring))

    def with_nodes(self, changed: Mapping[str, Node]) -> Graph:
        """A copy in which nodes that are there already are these. The edges, and what follows from them, stay."""
        made = replace(self, nodes={**self.nodes, **changed})
        for worked_out in ("wiring", "order"):
            if worked_out in self.__dict__ and len(made.nodes) == len(self.nodes):
                made.__dict__[worked_out] = self.__dict__[worked_out]
        return made

    def annotated(self, annotations: Annotations) -> Graph:
        """A copy with other frames, notes and the like. What follows from nodes and edges stays."""
        made = replace(self, annotations=annotations)
        for worked_out in ("wiring", "order"):
            if worked_out in self.__dict__:
                made.__dict__[worked_out] = self.__dict__[worked_out]
        return made

    def bends_of(self, edge: Edge) -> tuple[Place, ...]:
        """The points by way of which an edge is drawn."""
        return self.annotations.bends.get(edge, ())

    def forget(self) -> None:
        """Let go of what was worked out, for a graph that is only kept to be gone back to."""
        self.__dict__.pop("wiring", None)
        self.__dict__.pop("order", None)

    def __eq__(self, other: object) -> bool:
        """The same nodes in the same order, and the same edges."""
        if self is other or not isinstance(other, Graph):
            return self is other
        mine, theirs = ((g.nodes, g.edges, g.annotations) for g in (self, other))
        return mine == theirs and list(self.nodes) == list(other.nodes)

    def __getstate__(self) -> dict[str, Any]:
        return {"nodes": self.nodes, "edges": self.edges, "annotations": self.annotations}

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes.values())

    def __len__(self) -> int:
        return len(self.nodes)


def _in_order(nodes: Mapping[str, Node], wiring: Wiring) -> Iterator[str]:
    rank = {id: number for number, id in enumerate(nodes)}
    waits = {id: len(wiring.into.get(id, ())) for id in nodes}
    ready = [(rank[id], id) for id, count in waits.items() if count == 0]
    heapq.heapify(ready)
    while ready:
        _, id = heapq.heappop(ready)
        yield id
        for edge in wiring.out_of.get(id, ()):
            waits[edge.target] -= 1
            if waits[edge.target] == 0:
                heapq.heappush(ready, (rank[edge.target], edge.target))
