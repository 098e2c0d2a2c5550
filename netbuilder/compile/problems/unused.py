"""Nodes that lead to no Output: they are left out of the network and never keep it from being trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.problem import Problem
from netbuilder.graph import Graph
from netbuilder.graph.order import topological


def about_unused(graph: Graph, needed: set[str], problems: list[Problem], waiting: Iterable[str] = ()) -> list[Problem]:
    """The problems, with those of unused nodes made warnings, and one more for each dead end that has none, and for
    each of `waiting`: parameters that nothing uses.

    That something is left out is news only once the rest can be trained: while a network is being drawn, every node
    leads nowhere for a time. Where a whole branch is left out, its last node says so for all of them.
    """
    told = [
        problem if problem.node is None or problem.node in needed else replace(problem, severity="warning")
        for problem in problems
    ]
    if any(problem.severity == "error" for problem in told):
        return told
    known = {problem.node for problem in problems}
    for id in waiting:
        name = graph.nodes[id].name
        said = f"Nothing uses {name}: it is kept with the weights, but learns nothing. Connect it or remove it."
        told.append(Problem(said, id, "warning", "not used", fixes.fix(f"Remove {name}", fixes.remove([id]))))
    for id, branch in _dead_ends(graph, needed).items():
        if id in known:
            continue
        name = graph.nodes[id].name
        others = len(branch) - 1
        with_it = f", and so {'is the node' if others == 1 else f'are the {others} nodes'} before it" if others else ""
        said = f"{name} does not lead to an Output, so it is left out of the network{with_it}. Connect it or remove it."
        label = f"Remove {name}" + (f" and {others} before it" if others else "")
        told.append(Problem(said, id, "warning", "left out", fixes.fix(label, fixes.remove(branch))))
    return told


def _dead_ends(graph: Graph, needed: set[str]) -> dict[str, list[str]]:
    """The unused nodes that feed nothing, each with itself and all that leads to it alone, in drawing order."""
    feeds: dict[str, set[str]] = {}
    for edge in graph.edges.values():
        feeds.setdefault(edge.source, set()).add(edge.target)
    leads_to: dict[str, str | None] = {}  # the one dead end behind a node; None: several
    for id in reversed(topological(graph)):
        if id not in needed:
            behind = {leads_to[target] for target in feeds.get(id, ())}
            leads_to[id] = id if not behind else behind.pop() if len(behind) == 1 else None
    branches: dict[str, list[str]] = {id: [] for id in graph.nodes if leads_to.get(id) == id}
    for id in graph.nodes:
        end = leads_to.get(id)
        if end is not None:
            branches[end].append(id)
    return branches
