"""The drawing of a recording: graphs of nodes and edges, blocks where modules were, repeats where they stood in a row.

It knows what a recording holds and what a graph is; what a call means as a layer is for the readers to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from netbuilder import fields
from netbuilder.compile.blocks import catalog_of
from netbuilder.compile.trace import naming
from netbuilder.compile.trace.layout import laid_out
from netbuilder.compile.trace.load import CannotImport
from netbuilder.compile.trace.naming import wish
from netbuilder.compile.trace.parts import Part, Piece
from netbuilder.compile.trace.recording import Size, Value
from netbuilder.compile.trace.scopes import make_blocks
from netbuilder.compile.trace.sketch import Sketch
from netbuilder.compile.trace.unify import Definition
from netbuilder.fields import plain
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.assembly import assemble
from netbuilder.graph.block import Block, block_of
from netbuilder.graph.free import Free
from netbuilder.layers import Catalog
from netbuilder.layers.inputs import CASTS, Input
from netbuilder.layers.outputs import Output
from netbuilder.project import Project
from netbuilder.project.project import MAIN

DTYPES = ("int64", *CASTS)
Entrance = tuple[str, int, dict[str, Any]]  # an Input: its name, its value and its settings


@dataclass(frozen=True)
class Drawing:
    """A project, and which value of the recording each weight of it is: "n5[0]/n2.weight" by its place.

    `inputs` are the values that the network's inputs are, in order, with their names: those that matter.
    """

    project: Project
    weights: Mapping[str, int] = field(default_factory=dict)
    inputs: Mapping[int, str] = field(default_factory=dict)


def draw(made: Sketch, catalog: Catalog) -> Drawing:
    """Draw what was recorded. The sketch is used up by it."""
    root = made.root
    blocks = make_blocks(root, list(made.outputs), made.values, catalog, naming)
    _unwrap(root, blocks)
    root.arguments = {value: made.values[value].name for value in made.inputs} | root.arguments
    root.results = {value: name for value, name in made.outputs.items() if name}
    used = [value for value in made.inputs if value in _flowing(root)]
    graphs = {MAIN: _main(made, used, blocks, catalog)}
    for kind, block in _in_order(root, blocks).items():
        part = block.parts[0]
        inputs: list[Entrance] = [(port, part.inputs[block.places[port]], {}) for port in block.inputs]
        ends = list(zip(block.outputs, part.outputs, strict=True))
        graphs[block_of(kind) or ""] = _graph(part, inputs, ends, block.written, blocks, catalog)
    shown = {b.name: Block(tuple(b.exposed)) for b in _in_order(root, blocks).values()}
    project = Project(graphs, data=fields.Part("none"), blocks=shown)
    whole = catalog_of(project, catalog)
    project = replace(project, graphs={name: laid_out(graph, whole) for name, graph in graphs.items()})
    names = tuple(graphs[MAIN].nodes[f"n{number}"].name for number in range(1, len(used) + 1))
    return Drawing(project, _weights(root, len(used), ""), dict(zip(used, names, strict=True)))


def _in_order(root: Part, blocks: Mapping[str, Definition]) -> dict[str, Definition]:
    """The blocks as they are met from the outside in."""
    found: dict[str, Definition] = {}
    level = [root]
    while level:
        met = [piece.kind for part in level for piece in part.own() if piece.kind in blocks]
        new = [kind for kind in dict.fromkeys(met) if kind not in found]
        found.update({kind: blocks[kind] for kind in new})
        level = [blocks[kind].parts[0] for kind in new]
    return found


def _flowing(root: Part) -> set[int]:
    return {value for piece in root.own() for value in piece.inputs.values()} | set(root.outputs)


def _unwrap(root: Part, blocks: dict[str, Definition]) -> None:
    """Where all there is is one block, what is in it is the network."""
    while len(root.items) == 1:
        (piece,) = root.own()
        block = blocks.get(piece.kind)
        if block is None or len(block.parts) != 1 or len(piece.inside) != 1:
            return
        part = piece.inside[0]
        root.items, root.path, root.module = part.items, part.path, part.module
        root.arguments = {**part.arguments, **root.arguments}
        del blocks[piece.kind]


def _main(made: Sketch, used: list[int], blocks: Mapping[str, Definition], catalog: Catalog) -> Graph:
    root, free = made.root, Free(())
    inputs = []
    for value in used:
        inputs.append((free.near(root.arguments.get(value) or "input"), value, _input(made.values[value])))
    attributes = Free(name for name, sure in (wish(piece, root.path) for piece in root.own()) if sure)
    for name, _, _ in inputs:
        attributes.claim(name)
    single = len(made.outputs) == 1
    called = {value: root.results.get(value) or ("output" if single else "out") for value in made.outputs}
    ends = [(attributes.near(name), value) for value, name in called.items()]
    return _graph(root, inputs, ends, {}, blocks, catalog)


def _input(seen: Value) -> dict[str, Any]:
    """The settings of the Input of a value. Raises `CannotImport` where no Input can be like it."""
    batched = bool(seen.shape) and seen.shape[0] == Size(1)
    shape = [int(size) for size in seen.shape[batched:] if not isinstance(size, Size)]
    if len(shape) != len(seen.shape) - batched:
        raise CannotImport(f"The batch is not the first dimension of {seen.name or 'an input'}: bring it to the front.")
    settings: dict[str, Any] = {"shape": shape}
    if seen.dtype != "float32":
        if seen.dtype not in DTYPES:
            raise CannotImport(f"{seen.name or 'An input'} has numbers of the type {seen.dtype}, which no Input gives.")
        settings["dtype"] = seen.dtype
    return settings if batched else {**settings, "batch": False}


def _graph(
    part: Part,
    inputs: list[Entrance],
    ends: list[tuple[str, int]],
    written: Mapping[tuple[int, str], Any],
    blocks: Mapping[str, Definition],
    catalog: Catalog,
) -> Graph:
    """The graph of one part: its inputs, what is done in it in order, and its outputs."""
    pieces = part.own()
    wishes = [wish(piece, part.path) for piece in pieces]
    free = Free(())
    for name in (*(name for name, _, _ in inputs), *(name for name, _ in ends)):
        free.claim(name)
    names = {at: free.near(name) for at, (name, sure) in enumerate(wishes) if sure}
    names |= {at: free.near(name) for at, (name, sure) in enumerate(wishes) if not sure}
    nodes = [Node(f"n{number}", Input.kind, name, given) for number, (name, _, given) in enumerate(inputs, 1)]
    sources = {value: (node.id, "y") for node, (_, value, _) in zip(nodes, inputs, strict=True)}
    edges: list[Edge] = []
    ids = {id(piece): f"n{len(inputs) + number}" for number, piece in enumerate(pieces, 1)}
    for at, piece in enumerate(pieces):
        here = ids[id(piece)]
        changed = {name: value for (place, name), value in written.items() if place == at}
        settings = {} if piece.again is not None else _settings(piece, changed, blocks, catalog)
        shares = ids[id(piece.again)] if piece.again is not None else ""
        nodes.append(Node(here, piece.kind, names[at], settings, shares=shares))
        edges += [Edge(*sources[value], here, port) for port, value in piece.inputs.items()]
        sources.update({value: (here, port) for port, value in piece.outputs.items()})
    for number, (name, value) in enumerate(ends, len(nodes) + 1):
        nodes.append(Node(f"n{number}", Output.kind, name, {}))
        edges.append(Edge(*sources[value], f"n{number}", "x"))
    graph, broken = assemble(nodes, edges)
    assert not broken, broken[0]
    return graph


def _settings(
    piece: Piece, written: Mapping[str, Any], blocks: Mapping[str, Definition], catalog: Catalog
) -> dict[str, Any]:
    """What a file would hold of a piece's settings: those that differ from what they usually are."""
    block = blocks.get(piece.kind)
    if block is not None:
        usual = {setting.name: setting.default for setting in block.exposed} | {"repeat": 1}
    else:
        layer = catalog.find(piece.kind)
        assert layer is not None, piece.kind
        usual = {name: field.default for name, field in layer.fields().items()}
    kept = {name: plain(value) for name, value in piece.settings.items() if name in written or value != usual.get(name)}
    return kept | dict(written)


def _weights(part: Part, inputs: int, prefix: str) -> dict[str, int]:
    """The values of all weights in a part, by their places."""
    found: dict[str, int] = {}
    for number, piece in enumerate(part.own(), inputs + 1):
        place = f"{prefix}n{number}"
        if piece.again is not None:
            continue
        found.update({f"{place}.{name}".rstrip("."): value for name, value in piece.weights.items()})
        for copy, inside in enumerate(piece.inside):
            below = f"{place}/" if len(piece.inside) == 1 else f"{place}[{copy}]/"
            found.update(_weights(inside, len(inside.inputs), below))
    return found
