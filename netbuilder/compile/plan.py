"""The plan of a network: which nodes are run, in which order, and what each value is called. It knows no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netbuilder.compile.names import unique
from netbuilder.graph import Graph, Node
from netbuilder.graph.order import topological, upstream
from netbuilder.layers import Layer
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output

FLOWS = ("x", "h", "flow", "passing")  # what a value is called that only the next line uses

Value = tuple[str, str]  # a node's id and the name of its output


@dataclass(frozen=True)
class Step:
    """One line of `forward`: the layer of `node` called on the values that flow in, by input port."""

    node: Node
    layer: Layer
    identifier: str
    inputs: Mapping[str, Value]


@dataclass(frozen=True)
class Plan:
    """What `forward` does. `variables` has a name for each value that somebody uses."""

    arguments: tuple[Step, ...]
    steps: tuple[Step, ...]
    results: tuple[Step, ...]
    variables: Mapping[Value, str]

    def variable(self, value: Value) -> str:
        return self.variables[value]


def outputs(graph: Graph, layers: Mapping[str, Layer]) -> list[str]:
    """The ids of the Output nodes, in the order they were drawn."""
    return [id for id in graph.nodes if isinstance(layers.get(id), Output)]


def make_plan(graph: Graph, layers: Mapping[str, Layer], identifiers: Mapping[str, str], inputs: list[str]) -> Plan:
    """The plan of all that leads to an Output. `inputs` are the ids of the Input nodes in the order of the arguments.

    Every node that contributes must have its layer and the edges it needs.
    """
    results = outputs(graph, layers)
    needed = upstream(graph, results)
    steps = {id: _step(graph, id, layers, identifiers) for id in topological(graph) if id in needed}
    arguments = tuple(steps[id] for id in inputs if id in needed)
    ends = tuple(steps[id] for id in results)
    lines = [step for step in steps.values() if _is_line(step.layer)]
    return Plan(arguments, tuple(lines), ends, _variables(arguments, lines, ends))


def _is_line(layer: Layer) -> bool:
    return layer.casts() if isinstance(layer, Input) else not isinstance(layer, Output)


def _step(graph: Graph, id: str, layers: Mapping[str, Layer], identifiers: Mapping[str, str]) -> Step:
    flows = {}
    for port in layers[id].inputs():
        edge = graph.edge_into(id, port.name)
        if edge is not None:
            flows[port.name] = (edge.source, edge.output)
    return Step(graph.nodes[id], layers[id], identifiers[id], flows)


def _variables(arguments: tuple[Step, ...], lines: list[Step], ends: tuple[Step, ...]) -> dict[Value, str]:
    users: dict[Value, set[int]] = {}
    for number, line in enumerate(lines):
        for value in line.inputs.values():
            users.setdefault(value, set()).add(number)
    for end in ends:
        for value in end.inputs.values():
            users.setdefault(value, set()).add(len(lines))
    made = {(line.node.id, port.name): number for number, line in enumerate(lines) for port in line.layer.outputs()}
    taken = {step.identifier for step in (*arguments, *lines)}
    flow = next(name for name in (*FLOWS, "x_") if name not in taken)
    names: dict[Value, str] = {}
    for step in arguments:
        names.update({(step.node.id, port.name): step.identifier for port in step.layer.outputs()})
    for value, number in made.items():
        if value not in users:
            continue
        line = lines[number]
        first = value[1] == line.layer.outputs()[0].name
        if first and users[value] == {number + 1}:
            names[value] = flow
        else:
            names[value] = line.identifier if first else unique(f"{line.identifier}_{value[1]}", taken)
    return names
