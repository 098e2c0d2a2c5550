"""What the newest check says of the graph on the canvas. A value; it knows nothing about Qt or torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netbuilder.compile.problem import Problem
from netbuilder.graph.block import block_of
from netbuilder.project import MAIN, Project
from netbuilder.ui.open_graph import HOME, Path, name_at

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked


def graph_of(problem: Problem) -> str:
    """The name of the graph that the problem's node is in."""
    return getattr(problem, "graph", MAIN)


@dataclass(frozen=True)
class Seen:
    """Shapes, cost and problems of one standing of a graph. `problems` has those of its own nodes and, for a block
    node, one that stands for all that is wrong inside it."""

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
    view = checked.view(path) if hasattr(checked, "view") else checked if path == HOME else None
    problems = tuple(p for p in checked.problems if graph_of(p) == name)
    problems += _inside(checked, name)
    by_node: dict[str | None, tuple[Problem, ...]] = {}
    for problem in problems:
        by_node[problem.node] = (*by_node.get(problem.node, ()), problem)
    if view is None:
        return Seen(problems=problems, by_node=by_node)
    return Seen(view.types, view.inferred, view.cost, problems, by_node)


def _inside(checked: Checked, name: str) -> tuple[Problem, ...]:
    """For each block node of the graph with problems inside, the worst of these as a problem of the node."""
    of_graph: dict[str, list[Problem]] = {}
    for problem in checked.problems:
        if graph_of(problem) in checked.project.blocks:
            of_graph.setdefault(graph_of(problem), []).append(problem)
    if not of_graph:
        return ()
    found = []
    for node in checked.project.graphs[name]:
        block = block_of(node.kind)
        if block is None:
            continue
        inside = [p for graph in within(checked.project, block) for p in of_graph.get(graph, ())]
        if not inside:
            continue
        worst = next((p for p in inside if p.severity == "error"), inside[0])
        count = f"{len(inside)} problems inside" if len(inside) > 1 else "a problem inside"
        sentence = f"Inside {graph_of(worst)}: {worst.sentence}"
        found.append(Problem(sentence, node.id, worst.severity, count, worst.fix))
    return tuple(found)


def within(project: Project, block: str) -> tuple[str, ...]:
    """This block and all blocks inside it, each once."""
    found: dict[str, None] = {}
    more = [block]
    while more:
        name = more.pop(0)
        if name in found or name not in project.blocks or name not in project.graphs:
            continue
        found[name] = None
        more += [inside for node in project.graphs[name] if (inside := block_of(node.kind)) is not None]
    return tuple(found)
