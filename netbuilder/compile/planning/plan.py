"""The plan of a graph: which nodes are run, in which order, and what each value is called. It knows no torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from netbuilder.compile.planning.names import identifier, unique
from netbuilder.expression import text_of
from netbuilder.graph import Graph, Node
from netbuilder.graph.block import REPEAT
from netbuilder.graph.order import topological, upstream
from netbuilder.layers import Layer
from netbuilder.layers.block import BlockLayer
from netbuilder.layers.held import Parameter
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output

FLOWS = ("x", "h", "flow", "passing")  # what a value is called that only the next line uses

Value = tuple[str, str]  # a node's id and the name of its output


@dataclass(frozen=True)
class Step:
    """One line of `forward`: the layer of `node` called on the values that flow in, by input port.

    `identifier` is the node's own, `attribute` that of the node whose layer it is. `row` says of a block that its
    copies stand in a row, and `loop` what one of them is called where they are gone through one by one.
    """

    node: Node
    layer: Layer
    identifier: str
    attribute: str
    inputs: Mapping[str, Value]
    row: bool = False
    loop: str = ""


@dataclass(frozen=True)
class Plan:
    """What `forward` does. `variables` has a name for each value that somebody uses."""

    arguments: tuple[Step, ...]
    steps: tuple[Step, ...]
    results: tuple[Step, ...]
    variables: Mapping[Value, str]

    def variable(self, value: Value) -> str:
        return self.variables[value]


def links(step: Step) -> list[tuple[str, str]]:
    """The outputs of one copy in a row and the inputs of the next that they feed."""
    outs, ins = step.layer.outputs(), step.layer.inputs()
    return [(out.name, into.name) for out, into in zip(outs, ins, strict=False)]


@dataclass(frozen=True)
class Planned:
    """A plan and what it was made from, for the next one to begin with."""

    graph: Graph
    identifiers: Mapping[str, str]
    inputs: tuple[str, ...]
    plan: Plan

    def again(
        self, graph: Graph, layers: Mapping[str, Layer], identifiers: Mapping[str, str], inputs: Sequence[str]
    ) -> Plan | None:
        """The plan of a graph that has other settings and the same wiring; None where it has not."""
        if graph.edges is not self.graph.edges or tuple(inputs) != self.inputs:
            return None
        if identifiers != self.identifiers or list(graph.nodes) != list(self.graph.nodes):
            return None
        plan = self.plan
        try:
            arguments, steps, results = (
                tuple(_again(step, graph.nodes[step.node.id], layers[step.node.id]) for step in part)
                for part in (plan.arguments, plan.steps, plan.results)
            )
        except _OtherWiring:
            return None
        return Plan(arguments, steps, results, plan.variables)


class _OtherWiring(Exception):
    pass


def _again(step: Step, node: Node, layer: Layer) -> Step:
    """The step with its node and layer as they are now. Raises `_OtherWiring` where it is not that alone."""
    if node is step.node and layer is step.layer:
        return step
    if node.shares != step.node.shares or not _runs_alike(layer, step.layer):
        raise _OtherWiring
    return replace(step, node=node, layer=layer)


def _runs_alike(one: Layer, other: Layer) -> bool:
    """Whether a step is the same but for what it holds."""
    return (
        type(one) is type(other)
        and not isinstance(one, BlockLayer | Input)
        and [port.name for port in one.inputs()] == [port.name for port in other.inputs()]
        and [port.name for port in one.outputs()] == [port.name for port in other.outputs()]
    )


def make_plan(
    graph: Graph, layers: Mapping[str, Layer], identifiers: Mapping[str, str], inputs: Sequence[str], *, block: bool
) -> Plan:
    """The plan of all that leads to an Output. `inputs` are the ids of the Input nodes in the order of the arguments:
    a block takes all of them, a network those that matter.

    Every node that contributes must have its layer and the edges it needs.
    """
    results = [id for id in graph.nodes if isinstance(layers.get(id), Output)]
    needed = upstream(graph, results).union(inputs if block else ()) | idle(graph, layers)
    taken, copies = set(identifiers.values()), dict[str, str]()
    steps = {id: _step(graph, id, layers, identifiers, taken, copies) for id in topological(graph) if id in needed}
    arguments = tuple(steps[id] for id in inputs if id in needed)
    ends = tuple(steps[id] for id in results)
    lines = [step for step in steps.values() if _is_line(step.layer)]
    return Plan(arguments, tuple(lines), ends, _variables(arguments, lines, ends))


def idle(graph: Graph, layers: Mapping[str, Layer]) -> set[str]:
    """Parameters that nothing uses: they are kept with the weights all the same."""
    found = {id for id, layer in layers.items() if isinstance(layer, Parameter)}
    return found - {edge.source for edge in graph.edges.values()} if found else found


def _is_line(layer: Layer) -> bool:
    return layer.casts() if isinstance(layer, Input) else not isinstance(layer, Output)


def _step(
    graph: Graph,
    id: str,
    layers: Mapping[str, Layer],
    identifiers: Mapping[str, str],
    taken: set[str],
    copies: dict[str, str],
) -> Step:
    """`copies` are the names of one copy of each block, all of which are in `taken`."""
    layer, flows = layers[id], {}
    for port in layer.inputs():
        edge = graph.edge_into(id, port.name)
        if edge is not None:
            flows[port.name] = (edge.source, edge.output)
    row, loop = False, ""
    if isinstance(layer, BlockLayer):
        row = layer.settings[REPEAT] > 1 or text_of(graph.settings_of(id).get(REPEAT)) is not None
        if row and not (len(layer.inputs()) == len(layer.outputs()) == 1):
            if layer.block not in copies:
                copies[layer.block] = unique(identifier(layer.block, "block"), taken)
            loop = copies[layer.block]
    return Step(graph.nodes[id], layer, identifiers[id], identifiers[graph.owner(id).id], flows, row, loop)


def _variables(arguments: tuple[Step, ...], lines: list[Step], ends: tuple[Step, ...]) -> dict[Value, str]:
    users: dict[Value, set[int]] = {}
    for number, line in enumerate(lines):
        for value in line.inputs.values():
            users.setdefault(value, set()).add(number)
    for end in ends:
        for value in end.inputs.values():
            users.setdefault(value, set()).add(len(lines))
    taken = {name for step in (*arguments, *lines) for name in (step.identifier, step.loop)}
    flow = next(name for name in (*FLOWS, "x_") if name not in taken)
    names: dict[Value, str] = {}
    for step in arguments:
        names.update({(step.node.id, port.name): step.identifier for port in step.layer.outputs()})
    for number, line in enumerate(lines):
        carried = {out for out, _ in links(line)} if line.loop else set()  # from one copy to the next
        for place, port in enumerate(line.layer.outputs()):
            value = (line.node.id, port.name)
            if value not in users and port.name not in carried:
                continue
            if place == 0 and not line.loop and users[value] == {number + 1}:
                names[value] = flow
            else:
                names[value] = line.identifier if place == 0 else unique(_named(line, port.name), taken)
    return names


def _named(line: Step, port: str) -> str:
    """What a further output is called: `lstm_h_n`."""
    name = port if port.isidentifier() and port.isascii() else identifier(port, "output")
    return f"{line.identifier.rstrip('_')}_{name}"
