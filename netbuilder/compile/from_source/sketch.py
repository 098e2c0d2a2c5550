"""A graph that grows line by line while source is read. Names that the source gives come before those made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netbuilder.compile.from_source.values import Wire
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.arrange import arrange, arranged
from netbuilder.graph.free import Free
from netbuilder.graph.graph import MAX_NAME
from netbuilder.layers.naming import stem

CARD = (184.0, 84.0)  # about what a node takes


@dataclass
class _Drawn:
    kind: str
    settings: Mapping[str, Any]
    inputs: Mapping[str, Wire]
    name: str
    shares: str
    stem: str


class Sketch:
    """Nodes by id, in the order in which they are called."""

    def __init__(self) -> None:
        self._drawn: dict[str, _Drawn] = {}

    def add(
        self,
        kind: str,
        settings: Mapping[str, Any],
        inputs: Mapping[str, Wire],
        name: str = "",
        *,
        shares: str = "",
        stem: str = "",
    ) -> str:
        """A node more, and its id; without a name it is called after `stem`, or its kind."""
        id = f"n{len(self._drawn) + 1}"
        self._drawn[id] = _Drawn(kind, settings, inputs, name, shares, stem)
        return id

    def kind(self, id: str) -> str:
        return self._drawn[id].kind

    def settings(self, id: str) -> Mapping[str, Any]:
        return self._drawn[id].settings

    def set(self, id: str, settings: Mapping[str, Any]) -> None:
        self._drawn[id].settings = settings

    def suggest(self, id: str, name: str) -> None:
        """Call a node so, if it has no name yet."""
        self._drawn[id].name = self._drawn[id].name or name

    def without_start(self, start: Wire) -> Graph:
        """All that was drawn, with nothing in place of the value that a lone row of modules starts from."""
        for drawn in self._drawn.values():
            drawn.inputs = {port: wire for port, wire in drawn.inputs.items() if wire != start}
        return self.graph()

    def graph(self) -> Graph:
        """All that was drawn, from left to right."""
        names: dict[str, str] = {}
        free = Free([])
        for id, drawn in self._drawn.items():
            if drawn.name:
                wanted = drawn.name[:MAX_NAME]
                names[id] = wanted if free.claim(wanted) else free.take(wanted[: MAX_NAME - 8])
        for id, drawn in self._drawn.items():
            if not drawn.name:
                names[id] = free.near(drawn.stem[: MAX_NAME - 8] or _stem(drawn.kind))
        nodes = {
            id: Node(id, drawn.kind, names[id], dict(drawn.settings), (0.0, 0.0), drawn.shares)
            for id, drawn in self._drawn.items()
        }
        edges = {
            (id, port): Edge(wire.node, wire.port, id, port)
            for id, drawn in self._drawn.items()
            for port, wire in drawn.inputs.items()
        }
        graph = Graph(nodes, edges)
        return arranged(graph, arrange(graph, dict.fromkeys(nodes, CARD)))


def _stem(kind: str) -> str:
    return kind.partition(":")[2].lower()[:40] if ":" in kind else stem(kind)
