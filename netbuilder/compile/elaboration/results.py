"""Whether what the networks give is what the recipe asks of them: each Output, its loss, and the networks there are.

It puts together what `matching` knows of one Output; it infers no shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.problems.matching import Exit, match_loss, match_output, nothing_learned
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.graph.errors import GraphError
from netbuilder.graph.order import topological
from netbuilder.layers import Catalog
from netbuilder.layers.naming import stem
from netbuilder.project import MAIN, Project
from netbuilder.project.graphs import add_network
from netbuilder.spec import Asked, DataSpec, TargetSpec

STARTER: tuple[tuple[str, dict[str, Any]], ...] = (
    ("flatten", {}),
    ("linear", {"out_features": 128}),
    ("leaky_relu", {}),
    ("linear", {"out_features": 1}),
)


def missing_networks(project: Project, catalog: Catalog, asked: Asked) -> list[Problem]:
    """A problem for each network that is to be trained beside the main one, and is not there."""
    problems = []
    for name, role in asked.roles.items():
        if name == MAIN:
            said = f"The {role} has to be a network of its own, not the main one. Choose another tab for it in Train."
            problems.append(Problem(said, short=f"no {role}"[:24]))
        elif name not in project.networks:
            said = f"{asked.by} trains a second network beside this one, its {role}, but there is no tab called {name}."
            mend = Fix(f"Add a network called {name}", _With(name, catalog))
            problems.append(
                Problem(f"{said} Add one, or choose another tab in Train.", short=f"no {role}"[:24], fix=mend)
            )
    return problems


@dataclass(frozen=True)
class _With:
    """Adds a network with a few layers to begin with, which give one number for each sample."""

    name: str
    catalog: Catalog

    def __call__(self, project: Project) -> Project:
        layers = [
            ("input", {}),
            *((kind, settings) for kind, settings in STARTER if self.catalog.find(kind)),
            ("output", {}),
        ]
        graph = Graph()
        for number, (kind, settings) in enumerate(layers):
            layer = self.catalog.find(kind)
            if layer is None:
                continue
            name = {"input": "x", "output": "score"}.get(kind, edits.new_name(graph, stem(kind)))
            node = Node(f"n{number + 1}", kind, name, settings, (208.0 * number, 0.0))
            before = graph.nodes.get(f"n{number}")
            graph = edits.add_node(graph, node)
            if before is not None:
                source = self.catalog.find(before.kind)
                assert source is not None
                edge = Edge(before.id, source().outputs()[0].name, node.id, layer().inputs()[0].name)
                graph = edits.connect(graph, edge)
        try:
            return add_network(project, self.name, graph)
        except GraphError:
            return project


def matched_ends(main: Standing, data: DataSpec) -> tuple[list[str], dict[str, TargetSpec], list[Problem]]:
    """The Outputs, the one that is compared with the target first; what the others named after further targets are
    compared with; and a problem for each target that no Output is named after."""
    ends = [id for id in main.graph.nodes if id in main.ends]
    named = {main.graph.nodes[id].name: id for id in ends}
    further = {named[name]: target for name, target in data.others.items() if name in named}
    rest = [id for id in ends if id not in further]
    problems = []
    for name, target in data.others.items():
        if name not in named:
            said = f"{data.title} has something to compare with an Output called {name}, but the network has none."
            if target.kind == "any":  # it is the recipe that asks for it
                said = f"This way of training needs an Output called {name}, which the network does not have."
            problems.append(Problem(f"{said} Add one, or rename one to {name}.", short=f"no Output {name}"[:24]))
    if not rest:
        rest = [ends[0]]
    return [*rest, *further], further, problems


def about_result(project: Project, catalog: Catalog, main: Standing, data: DataSpec | None) -> list[Problem]:
    """What is wrong with a network's result, as far as the data says what it should be."""
    if data is None or not main.ends:
        return []
    graph, layers, types = main.graph, main.layers, main.types
    ends, further, problems = matched_ends(main, data)
    first = Exit(graph, catalog, layers, types, graph.nodes[ends[0]])
    for id, target in further.items():
        exit = Exit(graph, catalog, layers, types, graph.nodes[id])
        problem = match_output(exit, replace(data, target=target)) if exit.value in types else None
        problems += [problem] if problem is not None else []
    if first.value in types:
        problem = match_output(first, data)
        problems += [problem] if problem is not None else []
        if problem is None and main.complete and main.cost is not None and not main.cost.learns:
            cut = [id for id in topological(graph) if id in main.needed and main.answers[id].cut]
            problems.append(nothing_learned(first, cut, main.cost.trained, data))
    if main.name == MAIN and data.target is not None and first.value[0] in layers:
        problems += match_loss(first, project, data.target)
    for id in ends[1:]:
        if id in further:
            continue
        name = graph.nodes[id].name
        said = f"Only {first.node.name} is compared with the data: {name} is returned, but nothing is learned from it."
        problems.append(Problem(said, id, "warning", "not learned from"))
    return problems
