"""A piece of a graph as text, for copy and paste. The text may come from anywhere: it is read as JSON, checked value
by value, and never runs. It knows nothing about torch or Qt.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.graph.errors import GraphError

MARK = "netbuilder-nodes"
MOST_TEXT = 20_000_000
MOST_NODES = 20_000


class CannotPaste(ValueError):
    """What is on the clipboard is no piece of a graph. `str()` is a sentence."""

    def __init__(self, why: str = "The clipboard holds no nodes. Copy some on a canvas first."):
        super().__init__(why)


def piece_of(graph: Graph, ids: Iterable[str]) -> Graph:
    """These nodes and the edges among them, in the order of the graph."""
    wanted = set(ids)
    return Graph(
        {id: node for id, node in graph.nodes.items() if id in wanted},
        {at: e for at, e in graph.edges.items() if e.source in wanted and e.target in wanted},
    )


def dumps(piece: Graph) -> str:
    """The piece as text."""
    nodes = [
        {"id": n.id, "kind": n.kind, "name": n.name, "settings": dict(n.settings), "position": list(n.position)}
        for n in piece
    ]
    edges = [[e.source, e.output, e.target, e.input] for e in piece.edges.values()]
    return json.dumps({MARK: 1, "nodes": nodes, "edges": edges}, ensure_ascii=False)


def loads(text: str) -> Graph:
    """The piece that `dumps` wrote. Raises `CannotPaste`, whatever the text is."""
    if len(text) > MOST_TEXT or MARK not in text[:200]:
        raise CannotPaste
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise CannotPaste from None
    if not isinstance(read, dict) or not isinstance(read.get("nodes"), list) or len(read["nodes"]) > MOST_NODES:
        raise CannotPaste
    try:
        piece = Graph()
        for node in read["nodes"]:
            piece = edits.add_node(piece, _node(node))
        for ends in read.get("edges", []):
            if not (isinstance(ends, list) and len(ends) == 4 and all(isinstance(end, str) for end in ends)):
                raise CannotPaste
            piece = edits.connect(piece, Edge(*ends))
    except (GraphError, TypeError, RecursionError):
        raise CannotPaste("The nodes on the clipboard are damaged, so they can't be pasted.") from None
    return piece


def paste(graph: Graph, piece: Graph, shift: tuple[float, float]) -> tuple[Graph, list[str]]:
    """With a copy of the piece, moved by `shift`, under free ids and names; and the new ids."""
    new_ids: dict[str, str] = {}
    for node in piece:
        id = edits.new_id(graph)
        new_ids[node.id] = id
        place = (node.position[0] + shift[0], node.position[1] + shift[1])
        stem = re.sub(r"\d+$", "", node.name) or node.name
        graph = edits.add_node(graph, Node(id, node.kind, edits.new_name(graph, stem), node.settings, place))
    for edge in piece.edges.values():
        graph = edits.connect(graph, Edge(new_ids[edge.source], edge.output, new_ids[edge.target], edge.input))
    return graph, list(new_ids.values())


def _node(read: Any) -> Node:
    if not isinstance(read, Mapping):
        raise CannotPaste
    id, kind, name = read.get("id"), read.get("kind"), read.get("name")
    settings, position = read.get("settings", {}), read.get("position")
    fits = all(isinstance(text, str) and 0 < len(text) <= 200 for text in (id, kind, name))
    if not fits or not isinstance(settings, dict) or not isinstance(position, list) or len(position) != 2:
        raise CannotPaste
    if not all(isinstance(c, (int, float)) and not isinstance(c, bool) and math.isfinite(c) for c in position):
        raise CannotPaste
    return Node(str(id), str(kind), str(name), settings, (float(position[0]), float(position[1])))
