"""A piece of a graph as text, for copy and paste, with the blocks that stand in it. The text may come from anywhere: it
is read as a project file is, and never runs. It knows nothing about torch or Qt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from netbuilder.graph import Graph, Node
from netbuilder.graph.annotations import shifted
from netbuilder.graph.block import kind_of
from netbuilder.graph.edits import new_id, remove_nodes, share
from netbuilder.graph.free import Free
from netbuilder.graph.graph import FAR, Annotations, Place
from netbuilder.project.bringing import Definition, bring, definitions_of
from netbuilder.project.exposing import with_values
from netbuilder.project.file import graph_text, parse
from netbuilder.project.graphs import blocks_in, check_recursion, graph_of, with_kinds
from netbuilder.project.grouping import names_used
from netbuilder.project.project import Project
from netbuilder.project.reading import CannotOpen, Notes, is_name, is_plain, read_definitions, read_graph

MARK = "netbuilder-nodes"
MOST_TEXT = 20_000_000


class CannotPaste(ValueError):
    """What is on the clipboard is no piece of a graph. `str()` is a sentence."""

    def __init__(self, why: str = "The clipboard holds no nodes. Copy some on a canvas, or the source of a model."):
        super().__init__(why)


@dataclass(frozen=True)
class Piece:
    """Nodes and the edges among them, with what they need elsewhere.

    `definitions` are the blocks that stand in it, however deep. `owners` says of nodes which other node's layer they
    used where they come from, by id and name. `values` are the defaults of the settings that their expressions name.
    """

    graph: Graph
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    owners: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.graph)

    def __len__(self) -> int:
        return len(self.graph)


def piece_of(project: Project, graph_name: str, ids: Iterable[str], marks: Iterable[str] = ()) -> Piece:
    """These nodes and the edges among them, in the order of the graph, and these frames and notes.

    Raises `NoSuchGraph`.
    """
    graph = graph_of(project, graph_name)
    wanted = set(ids)
    piece = remove_nodes(graph, [id for id in graph.nodes if id not in wanted])
    chosen, known = set(marks), graph.annotations
    piece = piece.annotated(
        Annotations(
            {id: frame for id, frame in known.frames.items() if id in chosen},
            {id: note for id, note in known.notes.items() if id in chosen},
            {e: way for e, way in known.bends.items() if piece.edges.get((e.target, e.input)) == e},
        )
    )
    owners = {}
    for node in piece:
        whose = graph.nodes[node.id].shares
        if whose and not node.shares:
            owners[node.id] = (whose, graph.nodes[whose].name)
    used = {name for node in piece for name in names_used(node.settings)}
    block = project.blocks.get(graph_name)
    values = {setting.name: setting.default for setting in block.settings if setting.name in used} if block else {}
    return Piece(piece, definitions_of(project, blocks_in(piece)), owners, values)


def dumps(piece: Piece) -> str:
    """The piece as text."""
    blocks = (
        f"{json.dumps(name)}: {graph_text(definition.graph, definition.block)}"
        for name, definition in piece.definitions.items()
    )
    return (
        f'{{{json.dumps(MARK)}: {graph_text(piece.graph)}, "owners": {json.dumps(piece.owners)}, '
        f'"values": {json.dumps(piece.values)}, "blocks": {{{", ".join(blocks)}}}}}'
    )


def loads(text: str) -> Piece:
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
    piece = Piece(
        read_graph(graph, "pasted", notes),
        read_definitions(read.get("blocks", {}), notes),
        _read_owners(read.get("owners", {}), notes),
        _read_values(read.get("values", {}), notes),
    )
    marks = piece.graph.annotations
    if notes.sentences() or not (len(piece) or marks.frames or marks.notes):
        raise CannotPaste("The nodes on the clipboard are damaged, so they can't be pasted. Copy them again.")
    return piece


def paste(
    project: Project, graph_name: str, piece: Piece, shift: tuple[float, float] = (0.0, 0.0)
) -> tuple[Project, list[str]]:
    """With a copy of the piece in this graph, moved by `shift`, under free ids and names; and the new ids.

    Blocks that the project doesn't have come with it. A node uses another's layer again where that other is: in the
    piece, or in this graph. An expression of settings that this graph doesn't expose becomes its value.
    Raises `NoSuchGraph`, `WouldRecurse`, `TooLong`.
    """
    project, names = bring(project, piece.definitions)
    graph = graph_of(project, graph_name)
    block = project.blocks.get(graph_name)
    unknown = {name: value for name, value in piece.values.items() if not (block and block.setting(name))}
    copied = with_kinds(piece.graph, {kind_of(old): kind_of(new) for old, new in names.items()})
    pasted, ids = _added(graph, with_values(copied, unknown), shift)
    for id, (whose, name) in piece.owners.items():
        owner = graph.nodes.get(whose)
        if id in ids and owner is not None and (owner.name, owner.kind) == (name, copied.nodes[id].kind):
            pasted = share(pasted, ids[id], owner.id)
    project = project.with_graph(pasted, graph_name)
    check_recursion(project)
    return project, list(ids.values())


def _added(graph: Graph, piece: Graph, shift: tuple[float, float]) -> tuple[Graph, dict[str, str]]:
    """The graph with the piece in it, and the new ids by the old ones."""
    first = int(new_id(graph).removeprefix("n"))
    new_ids = {id: f"n{first + number}" for number, id in enumerate(piece.nodes)}
    nodes = dict(graph.nodes)
    taken = {node.name for node in graph}
    names = Free(taken)
    for node in piece:
        free = node.name not in taken and names.claim(node.name)
        name = node.name if free else names.near(re.sub(r"\d+$", "", node.name) or node.name)
        id, shares = new_ids[node.id], new_ids.get(node.shares, "")
        nodes[id] = replace(node, id=id, name=name, position=_moved(node.position, shift), shares=shares, origin=None)
    edges = [replace(e, source=new_ids[e.source], target=new_ids[e.target]) for e in piece.edges.values()]
    joined = {**graph.edges, **{(e.target, e.input): e for e in edges}}
    bends = {
        replace(e, source=new_ids[e.source], target=new_ids[e.target]): tuple(_moved(place, shift) for place in way)
        for e, way in piece.annotations.bends.items()
        if piece.edges.get((e.target, e.input)) == e
    }
    known = replace(graph.annotations, bends={**graph.annotations.bends, **bends})
    made = replace(graph, nodes=nodes, edges=joined, annotations=known)
    marks = (*piece.annotations.frames, *piece.annotations.notes)
    return shifted(piece.annotations, marks, shift, made), new_ids


def _moved(place: Place, shift: Place) -> Place:
    x, y = (min(max(c + by, -FAR), FAR) for c, by in zip(place, shift, strict=True))
    return x, y


def _read_owners(entry: Any, notes: Notes) -> dict[str, tuple[str, str]]:
    found = {}
    for id, owner in entry.items() if isinstance(entry, dict) else [("", None)]:
        if isinstance(owner, list) and len(owner) == 2 and all(map(is_name, (id, *owner))):
            found[id] = (owner[0], owner[1])
        else:
            notes.add("It can't be read whose layer a node uses.")
    return found


def _read_values(entry: Any, notes: Notes) -> dict[str, Any]:
    if isinstance(entry, dict) and is_plain(entry):
        return entry
    notes.add("The values of the settings can't be read.")
    return {}
