"""The network without the nodes that are bypassed: what flows into one flows on to all that it feeds.

It knows nothing about layers: which input is handed on is told by whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from netbuilder.graph.edits import remove_nodes
from netbuilder.graph.graph import Edge, Graph, Node
from netbuilder.graph.order import topological

Value = tuple[str, str]  # a node's id and one of its outputs


def handed_on(graph: Graph, inputs: Callable[[Node], Sequence[str]]) -> dict[str, Value | None]:
    """For each bypassed node the value that takes the place of what it gave; None where nothing flows into it."""
    gone = {node.id for node in graph if node.bypassed}
    handed: dict[str, Value | None] = {}
    for id in topological(graph) if gone else ():
        if id in gone:
            given = (graph.edge_into(id, name) for name in inputs(graph.nodes[id]))
            first = next((edge for edge in given if edge is not None), None)
            handed[id] = None if first is None else handed.get(first.source, (first.source, first.output))
    return handed


def without_bypassed(graph: Graph, inputs: Callable[[Node], Sequence[str]]) -> tuple[Graph, list[str]]:
    """The graph without its bypassed nodes, and those of them that feed something and have nothing to hand on.

    `inputs` tells the inputs of a node in their order: the first that has an edge is handed on. A graph in which
    nothing is bypassed comes back itself.
    """
    handed = handed_on(graph, inputs)
    gone = handed.keys()
    if not gone:
        return graph, []
    edges: dict[tuple[str, str], Edge] = {}
    dry: list[str] = []
    for at, edge in graph.edges.items():
        if edge.target in gone:
            continue
        value = handed[edge.source] if edge.source in gone else (edge.source, edge.output)
        if value is not None:
            edges[at] = edge if edge.source == value[0] else replace(edge, source=value[0], output=value[1])
        elif edge.source not in dry:
            dry.append(edge.source)
    return replace(remove_nodes(graph, gone), edges=edges), dry
