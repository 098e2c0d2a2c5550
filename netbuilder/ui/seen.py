"""What the newest check says of the graph on the canvas. A value; it knows nothing about Qt or torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from netbuilder.compile.problems.problem import Problem
from netbuilder.ui.open_graph import Path, name_at

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked


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
    view = checked.view(path)
    problems = tuple(p for p in checked.problems if p.graph == name)
    if view is not None:
        problems += tuple(view.inside.values())
    by_node: dict[str | None, tuple[Problem, ...]] = {}
    for problem in problems:
        by_node[problem.node] = (*by_node.get(problem.node, ()), problem)
    if view is None:
        return Seen(problems=problems, by_node=by_node)
    return Seen(view.types, view.inferred, view.cost, problems, by_node)
