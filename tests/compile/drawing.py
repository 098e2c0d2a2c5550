"""Small drawings to check, and the data they are checked against."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.check import Checked, check
from netbuilder.compile.problems.problem import Problem
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

DIGITS = DataSpec("digits", {"image": TensorSpec((1, 8, 8))}, TargetSpec("class", tuple("0123456789")))
PHOTOS = DataSpec("photos", {"image": TensorSpec((3, 32, 32))}, TargetSpec("class", tuple("0123456789")))
IRIS = DataSpec("iris", {"features": TensorSpec((4,))}, TargetSpec("class", ("setosa", "versicolor", "virginica")))
PRICES = DataSpec("prices", {"features": TensorSpec((6,))}, TargetSpec("number", names=("price",)))
TEXTS = DataSpec("texts", {"tokens": TensorSpec((12,))}, TargetSpec("class", ("bad", "good")))

Item = str | tuple[str, dict[str, Any]]


def draw(*items: Item, names: tuple[str, ...] = ()) -> Project:
    """The layers one after the other, from an Input to an Output; ids n1, n2 ... and names after their kinds."""
    graph, last = Graph(), None
    for number, item in enumerate(("input", *items, "output")):
        kind, settings = item if isinstance(item, tuple) else (item, {})
        name = names[number] if number < len(names) else e.new_name(graph, kind)
        node = Node(e.new_id(graph), kind, name, settings, (number * 240.0, 0.0))
        graph = e.add_node(graph, node)
        layer = standard().find(kind)
        if last is not None:
            graph = e.connect(graph, Edge(*last, node.id, layer().inputs()[0].name if layer else "x"))
        last = (node.id, layer().outputs()[0].name if layer and layer().outputs() else "y")
    return Project().with_graph(graph)


def add(project: Project, kind: str, **settings: Any) -> tuple[Project, str]:
    """One more node, with no edge; and its id."""
    graph = project.main
    id = e.new_id(graph)
    return project.with_graph(e.add_node(graph, Node(id, kind, e.new_name(graph, kind), settings))), id


def join(project: Project, source: str, target: str, input: str = "x", output: str = "y") -> Project:
    return project.with_graph(e.connect(project.main, Edge(source, output, target, input), replacing=True))


def look(project: Project, data: DataSpec | None = DIGITS) -> Checked:
    return check(project, standard(), data)


def mend(project: Project, data: DataSpec | None = DIGITS) -> tuple[Checked, list[Problem]]:
    """Click the first fix there is, again and again; what is left, and the problems that were mended."""
    mended: list[Problem] = []
    checked = look(project, data)
    for _ in range(12):
        problem = next((p for p in checked.problems if p.fix is not None), None)
        if problem is None or problem.fix is None:
            break
        mended.append(problem)
        project = problem.fix.edit(project)
        checked = look(project, data)
    return checked, mended
