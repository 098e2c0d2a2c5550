"""Checks a drawing: the shape on every edge, every problem with its fix, the source, and what it costs.

`check` is a function of the project and the data's shapes. It may run on any thread, beside training: it computes
nothing, draws no random number and changes nothing but the memory it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.analysis import Cost, add_up
from netbuilder.compile.arguments import arguments
from netbuilder.compile.explain import explain
from netbuilder.compile.infer import Answer, Inferences
from netbuilder.compile.matching import Exit, match_inputs, match_loss, match_output
from netbuilder.compile.misfit import doubts, misfit
from netbuilder.compile.names import identifiers
from netbuilder.compile.plan import Value, make_plan, outputs
from netbuilder.compile.problem import Problem
from netbuilder.compile.question import question
from netbuilder.compile.source import Source, write_source
from netbuilder.compile.structure import Structure, ends_missing, read_structure
from netbuilder.compile.trouble import Flow, Trouble
from netbuilder.compile.types import TensorType
from netbuilder.compile.unused import about_unused
from netbuilder.compile.view import HOME, Path, View, Views
from netbuilder.graph import Graph
from netbuilder.graph.order import topological, upstream
from netbuilder.layers import Catalog, Layer
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output
from netbuilder.project import MAIN, Project
from netbuilder.spec import DataSpec


@dataclass(frozen=True)
class Checked:
    """What a check found out about `project`. `source` is None where no source can be written yet.

    `types`, `inferred` and `cost` are those of the main network; `views` has every standing of every graph.
    `identifiers` are the attributes that stand for the nodes in the source, by graph and node id.
    """

    project: Project
    problems: tuple[Problem, ...] = ()
    views: Mapping[Path, View] = field(default_factory=lambda: Views({}))
    source: Source | None = None
    identifiers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    data_known: bool = False

    def view(self, path: Path) -> View | None:
        """The standing of a graph at this path, if it was looked at."""
        return self.views.get(path)

    @property
    def types(self) -> Mapping[Value, TensorType]:
        view = self.view(HOME)
        return view.types if view is not None else {}

    @property
    def inferred(self) -> Mapping[str, Mapping[str, Any]]:
        view = self.view(HOME)
        return view.inferred if view is not None else {}

    @property
    def cost(self) -> Cost | None:
        view = self.view(HOME)
        return view.cost if view is not None else None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the main network from being trained."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def can_train(self) -> bool:
        return self.data_known and self.source is not None and not self.errors

    def problems_of(self, node: str, graph: str = MAIN) -> tuple[Problem, ...]:
        """The problems of a node of the graph called `graph`."""
        return tuple(problem for problem in self.problems if problem.node == node and problem.graph == graph)


@dataclass
class _Findings:
    """What is known so far."""

    types: dict[Value, TensorType] = field(default_factory=dict)
    inferred: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def check(
    project: Project, catalog: Catalog, data: DataSpec | None = None, memory: Inferences | None = None
) -> Checked:
    """Check the main graph of `project` against the data. `memory` makes the next check of a similar graph quick."""
    graph, memory = project.main, memory or Inferences()
    structure = read_structure(graph, catalog)
    layers = structure.layers
    ends = [id for id in outputs(graph, layers) if graph.edges_into(id)]
    needed = upstream(graph, ends) if ends else set(graph.nodes)
    entrances = match_inputs(graph, layers, needed, data)
    found = _Findings(problems=[*structure.problems, *entrances.problems])
    _infer(graph, catalog, structure, entrances.types, found, memory)
    if ends and data is not None:
        found.problems += _about_result(project, catalog, layers, found.types, ends, data)
    if ends:
        found.problems = about_unused(graph, needed, found.problems)
    found.problems += ends_missing(graph, catalog, layers)
    names = identifiers(graph)
    complete = bool(ends) and all(id in found.answers or id in ends for id in needed)
    seen = needed if complete else graph.nodes  # while it is being drawn, all that is known
    counted = [id for id in seen if isinstance(layers.get(id), Layer)]
    cost = add_up(graph, found.answers, found.types, counted) if len(graph) else None
    source = None
    if complete and len(ends) == len(outputs(graph, layers)):
        plan = make_plan(graph, layers, names, entrances.order)
        if plan.arguments:
            source = write_source(plan, found.inferred, found.types, cost.parameters if cost else 0)
    order = {id: number for number, id in enumerate(graph.nodes)}
    ranked = sorted(found.problems, key=lambda p: (p.severity != "error", order.get(p.node or "", -1)))
    view = View(MAIN, found.types, found.inferred, cost)
    return Checked(project, tuple(ranked), Views({MAIN: view}), source, {MAIN: names}, data is not None)


def _infer(
    graph: Graph,
    catalog: Catalog,
    structure: Structure,
    given: Mapping[str, TensorType],
    found: _Findings,
    memory: Inferences,
) -> None:
    """Ask, in order, what flows out of each node into which everything flows that it needs."""
    for id in topological(graph):
        layer = structure.layers.get(id)
        if layer is None or id in structure.broken:
            continue
        if isinstance(layer, Input):
            if id in given:
                found.types[id, layer.outputs()[0].name] = given[id]
                found.answers[id] = Answer({layer.outputs()[0].name: given[id]})
            continue
        flows = _flows(graph, id, layer, found.types)
        if flows is None:
            continue
        if isinstance(layer, Output):
            found.answers[id] = Answer()
            continue
        trouble = Trouble(graph, catalog, graph.nodes[id], layer, flows, found.types)
        answer, problem = _ask(trouble, found, memory)
        if problem is not None:
            found.problems.append(problem)
        if problem is None or problem.severity == "warning":
            found.answers[id] = answer
            found.types.update({(id, port): type for port, type in answer.types.items()})


def _flows(graph: Graph, id: str, layer: Layer, types: Mapping[Value, TensorType]) -> tuple[Flow, ...] | None:
    """What flows in, or None while a part of it is not known."""
    flows = []
    for port in layer.inputs():
        edge = graph.edge_into(id, port.name)
        if edge is None:
            continue  # an optional one: a node that misses another is broken
        type = types.get((edge.source, edge.output))
        if type is None:
            return None
        flows.append(Flow(port, type, graph.nodes[edge.source], edge.output))
    return tuple(flows)


def _ask(trouble: Trouble, found: _Findings, memory: Inferences) -> tuple[Answer, Problem | None]:
    problem = misfit(trouble)
    if problem is not None:
        return Answer(), problem
    layer = trouble.layer
    flows = {flow.port.name: flow.type for flow in trouble.flows}
    try:
        known = arguments(layer, flows)
    except (IndexError, ValueError) as error:
        return Answer(), explain(trouble, str(error), error)
    found.inferred[trouble.node.id] = known
    used = {edge.output for edge in trouble.graph.edges_from(trouble.node.id)}
    answer = memory.ask(question(layer, known, flows, used))
    if answer.fault:
        return answer, explain(trouble, answer.fault)
    return answer, doubts(trouble, answer)


def _about_result(
    project: Project,
    catalog: Catalog,
    layers: Mapping[str, Layer],
    types: Mapping[Value, TensorType],
    ends: list[str],
    data: DataSpec,
) -> list[Problem]:
    graph = project.main
    first = Exit(graph, catalog, layers, types, graph.nodes[ends[0]])
    problems = []
    if first.value in types:
        problem = match_output(first, data)
        problems += [problem] if problem is not None else []
    if data.target is not None and first.value[0] in layers:
        problems += match_loss(first, project, data.target)
    for id in ends[1:]:
        name = graph.nodes[id].name
        said = f"Only {first.node.name} is compared with the data: {name} is returned, but nothing is learned from it."
        problems.append(Problem(said, id, "warning", "not learned from"))
    return problems
