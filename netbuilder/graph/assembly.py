"""A whole graph from loose nodes and edges: as many as the rules allow, and an error for each that they don't.

For files and pastes, where everything comes at once; it takes time in proportion to the edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netbuilder.graph.edits import check_name, check_position, check_shares
from netbuilder.graph.errors import CannotShare, GraphError, IdTaken, NameTaken, NoSuchNode, PortTaken, WouldCycle
from netbuilder.graph.graph import Edge, Graph, Node


def assemble(nodes: Iterable[Node], edges: Iterable[Edge]) -> tuple[Graph, list[GraphError]]:
    """The graph of those nodes and edges that break no rule, in the order given, and the rules the others broke.

    A node that can't share what it says it does (`CannotShare`) is kept, with a layer of its own.
    """
    kept: dict[str, Node] = {}
    names: set[str] = set()
    joined: dict[tuple[str, str], Edge] = {}
    broken: list[GraphError] = []
    for node in nodes:
        try:
            if node.id in kept:
                raise IdTaken(node.id)
            if node.name in names:
                raise NameTaken(node.name)
            check_name(node.name)
            check_position(node)
        except GraphError as error:
            broken.append(error)
        else:
            kept[node.id] = node
            names.add(node.name)
    for node in [node for node in kept.values() if node.shares]:
        try:
            check_shares(node, kept)
        except CannotShare as error:
            broken.append(error)
            kept[node.id] = replace(node, shares="")
    for edge in edges:
        missing = [id for id in (edge.source, edge.target) if id not in kept]
        if missing:
            broken.append(NoSuchNode(missing[0]))
        elif (edge.target, edge.input) in joined:
            broken.append(PortTaken(kept[edge.target].name, edge.input))
        else:
            joined[edge.target, edge.input] = edge
    for edge in _closing(kept, joined.values()):
        broken.append(WouldCycle(kept[edge.source].name, kept[edge.target].name))
        del joined[edge.target, edge.input]
    return Graph(kept, joined), broken


def _closing(nodes: Iterable[str], edges: Iterable[Edge]) -> list[Edge]:
    """The edges that close a circle: those that lead back to a node still being walked through, depth first."""
    leaving: dict[str, list[Edge]] = {}
    for edge in edges:
        leaving.setdefault(edge.source, []).append(edge)
    closing: list[Edge] = []
    entered: set[str] = set()
    left: set[str] = set()
    for start in nodes:
        if start in entered:
            continue
        entered.add(start)
        walk = [(start, iter(leaving.get(start, ())))]
        while walk:
            here, rest = walk[-1]
            taken = next(rest, None)
            if taken is None:
                left.add(here)
                walk.pop()
            elif taken.target not in entered:
                entered.add(taken.target)
                walk.append((taken.target, iter(leaving.get(taken.target, ()))))
            elif taken.target not in left:
                closing.append(taken)
    return closing
