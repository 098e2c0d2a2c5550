"""Nodes that lead to no Output: they are left out of the network and never keep it from being trained."""

from __future__ import annotations

from dataclasses import replace

from netbuilder.compile import fixes
from netbuilder.compile.problem import Problem
from netbuilder.graph import Graph


def about_unused(graph: Graph, needed: set[str], problems: list[Problem]) -> list[Problem]:
    """The problems, with those of unused nodes made warnings, and one more for each unused node that has none."""
    told = [
        problem if problem.node is None or problem.node in needed else replace(problem, severity="warning")
        for problem in problems
    ]
    known = {problem.node for problem in problems}
    for node in graph:
        if node.id in needed or node.id in known:
            continue
        said = f"{node.name} does not lead to an Output, so it is left out of the network. Connect it or remove it."
        remove = fixes.fix(f"Remove {node.name}", fixes.take_out(node.id))
        told.append(Problem(said, node.id, "warning", "left out", remove))
    return told
