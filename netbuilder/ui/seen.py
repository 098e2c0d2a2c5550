"""What the newest check says of the graph on the canvas. A value; it knows nothing about Qt or torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netbuilder.compile.problems.problem import Problem
from netbuilder.graph import Graph, Node
from netbuilder.graph.bypass import Value, handed_on
from netbuilder.ui.open_graph import Path, name_at

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked


@dataclass(frozen=True)
class Seen:
    """Shapes, cost and problems of one standing of a graph. `problems` has those of its own nodes and, for a block
    node, one that stands for all that is wrong inside it. What a bypassed node hands on counts as its output."""

    types: Mapping[tuple[str, str], Any] = field(default_factory=dict)
    inferred: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cost: Any = None
    problems: tuple[Problem, ...] = ()
    by_node: Mapping[str | None, tuple[Problem, ...]] = field(default_factory=dict)

    def problems_of(self, node: str) -> tuple[Problem, ...]:
        return self.by_node.get(node, ())


def see(checked: Checked, path: Path) -> Seen:
    """What `checked` says of the graph at `path`: without shapes where it was not checked standing there."""
    name = name_at(checked.project, path)
    if name is None:
        return Seen()
    view = checked.view(path)
    problems = tuple(p for p in checked.problems if p.graph == name)
    if view is not None:
        problems += tuple(view.inside.values())
    by_node: dict[str | None, tuple[Problem, ...]] = {}
    for problem in problems:
        by_node[problem.node] = (*by_node.get(problem.node, ()), problem)
    if view is None:
        return Seen(problems=problems, by_node=by_node)
    types = _with_handed_on(view.types, checked, checked.project.graphs[name])
    return Seen(types, view.inferred, view.cost, problems, by_node)


def _with_handed_on(types: Mapping[Value, Any], checked: Checked, graph: Graph) -> Mapping[Value, Any]:
    def inputs(node: Node) -> list[str]:
        layer = checked.catalog.find(node.kind) if checked.catalog is not None else None
        if layer is None:  # a block: as its edges come in
            return [edge.input for edge in graph.edges_into(node.id)]
        return [port.name for port in layer.read(node.settings)[0].inputs()]

    handed = handed_on(graph, inputs)
    known = {
        (edge.source, edge.output): types[value]
        for edge in (graph.edges.values() if handed else ())
        if (value := handed.get(edge.source)) is not None and value in types
    }
    return {**types, **known} if known else types
