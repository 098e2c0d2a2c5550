"""The ports of blocks: the Input and Output nodes inside, and the edges outside that end there.

A port goes by the name of its node. Whatever is done to those nodes, `settled` has the standings of the block follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.block import INPUT, OUTPUT, block_of
from netbuilder.graph.edits import rename_node
from netbuilder.project.errors import NoSuchPort
from netbuilder.project.graphs import check_recursion, graph_of, the_block
from netbuilder.project.project import Project

Renames = Mapping[str, str | None]  # from a port's old name to its new one, or to None where it is gone


def inputs_of(graph: Graph) -> list[Node]:
    """The nodes that are the inputs of a block with this graph, in the order of the ports."""
    return [node for node in graph if node.kind == INPUT]


def outputs_of(graph: Graph) -> list[Node]:
    """The nodes that are the outputs of a block with this graph, in the order of the ports."""
    return [node for node in graph if node.kind == OUTPUT]


def settled(old: Project, new: Project) -> Project:
    """`new` with the edges of every block's standings led to its ports as they are now: what was renamed since `old`
    keeps its edges, and what was removed loses them. Raises `WouldRecurse` where a block now stands inside itself.
    """
    check_recursion(new)
    moved = {name: _moved(old.graphs[name], new.graphs[name]) for name in new.blocks if _may_differ(old, new, name)}
    moved = {name: renames for name, renames in moved.items() if any(renames)}
    if not moved:
        return new
    graphs = {name: _rewired(old.graphs.get(name, Graph()), graph, moved) for name, graph in new.graphs.items()}
    return replace(new, graphs=graphs)


def rename_port(project: Project, block: str, old: str, new: str) -> Project:
    """With the port, and so the Input or Output node inside, called `new`.

    Raises `NotABlock`, `NoSuchPort`, `NameTaken`, `BadName`.
    """
    the_block(project, block)
    graph = project.graphs[block]
    node = graph.named(old)
    if node is None or node.kind not in (INPUT, OUTPUT):
        raise NoSuchPort(block, old)
    return settled(project, project.with_graph(rename_node(graph, node.id, new), block))


def order_ports(project: Project, block: str, names: Sequence[str]) -> Project:
    """With these inputs (or outputs) in this order, in the places that they have among all.

    Raises `NotABlock`, `NoSuchPort`.
    """
    the_block(project, block)
    graph = graph_of(project, block)
    ports = {node.name: node for node in graph if node.kind in (INPUT, OUTPUT)}
    for name in names:
        if name not in ports:
            raise NoSuchPort(block, name)
    wanted = iter([ports[name] for name in dict.fromkeys(names)])
    moving = {ports[name].id for name in names}
    ordered = [next(wanted) if node.id in moving else node for node in graph]
    return project.with_graph(replace(graph, nodes={node.id: node for node in ordered}), block)


def _may_differ(old: Project, new: Project, name: str) -> bool:
    return name in old.blocks and old.graphs[name] is not new.graphs[name]


def _moved(old: Graph, new: Graph) -> tuple[Renames, Renames]:
    """What became of the inputs and of the outputs, where anything did."""
    return _followed(inputs_of(old), new), _followed(outputs_of(old), new)


def _followed(ports: list[Node], new: Graph) -> Renames:
    found: dict[str, str | None] = {}
    for port in ports:
        now = new.nodes.get(port.id)
        name = now.name if now is not None and now.kind == port.kind else None
        if name != port.name:
            found[port.name] = name
    return found


def _rewired(old: Graph, graph: Graph, moved: Mapping[str, tuple[Renames, Renames]]) -> Graph:
    """The graph with its edges at those blocks' standings led to the ports as they are called now. One that was not
    there before is right already."""
    standing = {node.id: moved[name] for node in graph if (name := block_of(node.kind)) is not None and name in moved}
    if not standing:
        return graph
    led: list[Edge] = []
    for at, edge in graph.edges.items():
        input, output = edge.input, edge.output
        if old.edges.get(at) == edge:
            new_input = standing[edge.target][0].get(input, input) if edge.target in standing else input
            new_output = standing[edge.source][1].get(output, output) if edge.source in standing else output
            if new_input is None or new_output is None:
                continue
            if (new_input, new_output) != (input, output):
                edge = replace(edge, input=new_input, output=new_output)
        led.append(edge)
    return replace(graph, edges={(edge.target, edge.input): edge for edge in led})
