"""A piece of a graph as text, for copy and paste. The text may come from anywhere: it is read as a project file is, and
never runs. It knows nothing about torch or Qt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace

from netbuilder.graph import Graph
from netbuilder.graph.edits import FAR, new_id
from netbuilder.graph.free import Free
from netbuilder.project.file import graph_text, parse
from netbuilder.project.reading import CannotOpen, Notes, read_graph

MARK = "netbuilder-nodes"
MOST_TEXT = 20_000_000


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
    return f"{{{json.dumps(MARK)}: {graph_text(piece)}}}"


def loads(text: str) -> Graph:
    """The piece that `dumps` wrote. Raises `CannotPaste`, whatever the text is."""
    if len(text) > MOST_TEXT or MARK not in text[:200]:
        raise CannotPaste
    notes = Notes()
    try:
        read = parse(text, notes)
    except CannotOpen:
        raise CannotPaste from None
    graph = read.get(MARK) if isinstance(read, dict) else None
    if not isinstance(graph, dict):
        raise CannotPaste
    piece = read_graph(graph, "pasted", notes)
    if notes.sentences() or not len(piece):
        raise CannotPaste("The nodes on the clipboard are damaged, so they can't be pasted. Copy them again.")
    return piece


def paste(graph: Graph, piece: Graph, shift: tuple[float, float]) -> tuple[Graph, list[str]]:
    """With a copy of the piece, moved by `shift`, under free ids and names; and the new ids."""
    first = int(new_id(graph).removeprefix("n"))
    new_ids = {id: f"n{first + number}" for number, id in enumerate(piece.nodes)}
    nodes = dict(graph.nodes)
    names = Free(node.name for node in graph)
    for node in piece:
        name = names.near(re.sub(r"\d+$", "", node.name) or node.name)
        x, y = (min(max(c + by, -FAR), FAR) for c, by in zip(node.position, shift, strict=True))
        nodes[new_ids[node.id]] = replace(node, id=new_ids[node.id], name=name, position=(x, y))
    edges = [replace(e, source=new_ids[e.source], target=new_ids[e.target]) for e in piece.edges.values()]
    return Graph(nodes, {**graph.edges, **{(e.target, e.input): e for e in edges}}), list(new_ids.values())
