"""A block taken apart where it stands: its nodes come back into the graph around it, wired and set as they were.

A block that repeats becomes as many copies in a row. Standings that share their weights are taken apart together, and
then their nodes share them one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from netbuilder.expression import NotANumber, calculate, put_in, text_of
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.annotations import shifted
from netbuilder.graph.block import ENDS, EXIT, OUTPUT, REPEAT, Block, block_of
from netbuilder.graph.edits import new_id
from netbuilder.graph.errors import NoSuchNode
from netbuilder.graph.free import Free
from netbuilder.graph.graph import FAR, MAX_RATE, Settings
from netbuilder.graph.order import topological
from netbuilder.project.errors import NotABlock, RepeatUnknown, TooLong, TooManyNodes
from netbuilder.project.graphs import graph_of, remove_graph, standings
from netbuilder.project.ports import inputs_of, outputs_of
from netbuilder.project.project import Project

MOST = 20_000  # nodes that one dissolving may bring
COLUMN = 240.0  # from one copy of a repeated block to the next

Value = tuple[str, str] | None  # a node's id and one of its outputs; None: nothing comes
HasWeights = Callable[[str], bool]


def dissolve(
    project: Project,
    graph_name: str,
    id: str,
    *,
    drop_unused: bool = False,
    has_weights: HasWeights = lambda kind: True,
) -> tuple[Project, list[str]]:
    """With the nodes of the block in place of this standing of it, and of those that share weights with it; and the
    ids of the new nodes.

    The values of the exposed settings are put in for their names. The block itself stays in the project; with
    `drop_unused` it goes with its last standing. `has_weights` tells of a kind whether it is worth sharing.
    Raises `NoSuchGraph`, `NoSuchNode`, `NotABlock`, `RepeatUnknown`, `TooManyNodes`, `TooLong`.
    """
    graph = graph_of(project, graph_name)
    if id not in graph.nodes:
        raise NoSuchNode(id)
    owner = graph.owner(id)
    name = block_of(owner.kind)
    if name is None or name not in project.blocks:
        raise NotABlock(owner.name if name is None else name)
    group = [owner, *graph.sharers(owner.id)]
    inner = project.graphs[name]
    count = repeats(owner)
    whole = count * len(group) * len(inner)
    if whole > MOST:
        raise TooManyNodes(owner.name, whole, MOST)
    taken_apart = _TakenApart(graph, inner, group, count, project.blocks[name], has_weights)
    result = project.with_graph(taken_apart.graph(), graph_name)
    if drop_unused and next(standings(result, name), None) is None:
        result = remove_graph(result, name)
    return result, taken_apart.ids


def repeats(node: Node) -> int:
    """How many times a block's node stands in a row. Raises `RepeatUnknown` where that is an expression."""
    given = node.settings.get(REPEAT, 1)
    text = text_of(given)
    try:
        given = calculate(text) if text is not None else given
        count = int(given)
        if count < 1 or count != given:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise RepeatUnknown(node.name) from None
    return count


class _TakenApart:
    """One block and the standings of it that share one instance, as the nodes that they are."""

    def __init__(
        self, graph: Graph, inner: Graph, group: list[Node], count: int, block: Block, has_weights: HasWeights
    ):
        self._around, self._inner, self._group, self._count = graph, inner, group, count
        self._has_weights = has_weights
        self._owner = group[0]
        self._layers = [node for node in inner if node.kind not in ENDS]
        self._settings = _settings(self._layers, block.values(self._owner.settings))
        standing = {node.id for node in group}
        self._names = Free(())
        for node in graph:
            if node.id not in standing:
                self._names.claim(node.name)
        self._taken = set(graph.nodes) - standing
        self._next = int(new_id(graph).removeprefix("n"))
        self.ids: list[str] = []
        # The new id of an inner node, by standing, copy and old id.
        self._new: dict[tuple[str, int, str], str] = {}
        for node in group:
            for copy in range(count):
                for layer in self._layers:
                    self._new[node.id, copy, layer.id] = self._id(layer.id)

    def _id(self, wanted: str) -> str:
        """The id that it had, if nobody has that now."""
        while wanted in self._taken:
            wanted = f"n{self._next}"
            self._next += 1
        self._taken.add(wanted)
        self.ids.append(wanted)
        return wanted

    def graph(self) -> Graph:
        standing = {node.id: node for node in self._group}
        nodes: dict[str, Node] = {}
        for id, node in self._around.nodes.items():
            if id in standing:
                nodes |= {new.id: new for copy in range(self._count) for new in self._copied(node, copy)}
            else:
                nodes[id] = node
        edges = self._edges(standing)
        made = replace(self._around, nodes=nodes, edges={(edge.target, edge.input): edge for edge in edges})
        known = self._inner.annotations
        for node in self._group:
            for copy in range(self._count if known.frames or known.notes else 0):
                made = shifted(known, (*known.frames, *known.notes), self._shift(node, copy), made)
        return made

    def _copied(self, standing: Node, copy: int) -> list[Node]:
        across, down = self._shift(standing, copy)
        return [
            replace(
                node,
                id=self._new[standing.id, copy, node.id],
                name=self._name(node.name),
                position=(_on_canvas(node.position[0] + across), _on_canvas(node.position[1] + down)),
                origin=self._origin(copy, node.id, self._new[standing.id, copy, node.id]),
                **self._own(standing, copy, node),
            )
            for node in self._layers
        ]

    def _own(self, standing: Node, copy: int, node: Node) -> dict[str, Any]:
        """What a node shares; or, if it shares nothing, its settings and how it is trained."""
        has = node.shares or node.id
        if standing is not self._owner and self._has_weights(node.kind):
            return {"shares": self._new[self._owner.id, copy, has], "settings": {}, "rate": 1.0, "frozen": False}
        if node.shares:
            return {"shares": self._new[standing.id, copy, has], "settings": {}, "rate": 1.0, "frozen": False}
        rate = min(self._owner.rate * node.rate, MAX_RATE)
        return {"settings": self._settings[node.id], "rate": rate, "frozen": self._owner.frozen or node.frozen}

    def _origin(self, copy: int, id: str, new: str) -> str | None:
        """Where the weights of a node lie that were those of a copy of the block; None: under the id it has now."""
        block, inner = self._around.origin_of(self._owner.id), self._inner.origin_of(id)
        if self._count > 1:
            first = block if copy == 0 and not block else f"{block or self._owner.id}[{copy}]"
        else:
            first = block
        origin = "/".join(part for part in (first, inner) if part)
        return None if origin == new else origin

    def _name(self, name: str) -> str:
        return name if self._names.claim(name) else self._names.take(re.sub(r"\d+$", "", name) or name)

    def _shift(self, standing: Node, copy: int) -> tuple[float, float]:
        """From where the nodes stand in the block to around where the block stood; one copy right of the other."""
        if not self._layers:
            return 0.0, 0.0
        xs = [node.position[0] for node in self._layers]
        ys = [node.position[1] for node in self._layers]
        step = max(xs) - min(xs) + COLUMN
        across = standing.position[0] - (min(xs) + max(xs)) / 2 + step * (copy - (self._count - 1) / 2)
        return across, standing.position[1] - (min(ys) + max(ys)) / 2

    def _edges(self, standing: Mapping[str, Node]) -> list[Edge]:
        """Those around, led to what was inside, and those inside."""
        inside: list[Edge] = []
        given: dict[tuple[str, str], Value] = {}  # what comes out of a standing's port

        def behind(edge: Edge) -> Value:
            return given.get((edge.source, edge.output)) if edge.source in standing else (edge.source, edge.output)

        for id in (id for id in topological(self._around) if id in standing):
            fed: list[Value] = []
            for port in inputs_of(self._inner):
                edge = self._around.edge_into(id, port.name)
                fed.append(behind(edge) if edge is not None else None)
            for copy in range(self._count):
                results = self._wire(id, copy, fed, inside)
                fed = [*results[: len(fed)], *fed[len(results) :]]
            given |= {(id, port.name): value for port, value in zip(outputs_of(self._inner), results, strict=True)}
        around = []
        for edge in self._around.edges.values():
            if edge.target in standing:
                continue
            value = behind(edge)
            if value is not None:
                around.append(replace(edge, source=value[0], output=value[1]))
        return around + inside

    def _wire(self, id: str, copy: int, fed: list[Value], inside: list[Edge]) -> list[Value]:
        """The edges of one copy that is given these values, added to `inside`; and what comes out of it."""
        entering = {port.id: value for port, value in zip(inputs_of(self._inner), fed, strict=True)}

        def behind(edge: Edge) -> Value:
            if edge.source in entering:
                return entering[edge.source]
            new = self._new.get((id, copy, edge.source))
            return (new, edge.output) if new is not None else None

        results: dict[str, Value] = {}
        for edge in self._inner.edges.values():
            value = behind(edge)
            kind = self._inner.nodes[edge.target].kind
            if kind == OUTPUT and edge.input == EXIT:
                results[edge.target] = value
            elif kind not in ENDS and value is not None:
                inside.append(Edge(*value, self._new[id, copy, edge.target], edge.input))
        return [results.get(port.id) for port in outputs_of(self._inner)]


def _settings(nodes: list[Node], values: Mapping[str, Any]) -> dict[str, Settings]:
    """The nodes' settings with the values of the exposed ones put in."""
    found: dict[str, Settings] = {}
    for node in nodes:
        try:
            found[node.id] = {name: put_in(value, values) for name, value in node.settings.items()}
        except NotANumber as long:
            raise TooLong(node.name, str(long)) from None
    return found


def _on_canvas(length: float) -> float:
    return min(max(length, -FAR), FAR)
