"""Standings of one class that do the same become one block; the numbers that differ become its settings."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.trace.exposing import Hole, Naming, Shown, expose
from netbuilder.compile.trace.naming import wish
from netbuilder.compile.trace.parts import Part, Piece
from netbuilder.expression import expression
from netbuilder.fields import Float, Int, Ints
from netbuilder.graph.block import Exposed
from netbuilder.graph.free import Free
from netbuilder.layers import Catalog

VAGUE_PORTS = ("", "input", "inputs", "input_")  # say nothing, and are words of Python"s own
MOST = 8  # settings that a block is given; standings that differ in more become blocks of their own
UNIMPORTANT = {"parameter": ("init", "value", "scale")}  # what weights from a file make up for


@dataclass(eq=False)
class Definition:
    """A block to be: what stands in it is that of its first part. `written` holds the settings that are expressions.

    `inputs` and `outputs` are the names of its ports in the order they will be drawn; a repeat settles the order.
    """

    name: str
    parts: list[Part]
    inputs: list[str]
    outputs: list[str]
    places: dict[str, int] = field(default_factory=dict)  # which value of a part's inputs a port is
    exposed: list[Exposed] = field(default_factory=list)
    written: dict[tuple[int, str], Any] = field(default_factory=dict)
    settled: bool = False


def signature(part: Part, catalog: Catalog) -> tuple[Hashable, dict[Hole, Any]]:
    """What two parts have in common that can be one block, and the settings in which they may differ."""
    numbers = {value: number for number, value in enumerate(part.inputs)}
    pieces = part.own()
    rank = {id(piece): number for number, piece in enumerate(pieces)}
    holes: dict[Hole, Any] = {}
    said: list[Hashable] = [len(part.inputs)]
    for at, piece in enumerate(pieces):
        flows = tuple((port, numbers[value]) for port, value in piece.inputs.items())
        for value in piece.outputs.values():
            numbers.setdefault(value, len(numbers))
        again = rank[id(piece.again)] if piece.again is not None else -1
        settings = _settings(at, piece, catalog, holes)
        said.append((piece.kind, flows, tuple(piece.outputs), again, settings, tuple(piece.weights)))
    return tuple(said), holes


def share_outputs(parts: Sequence[Part]) -> None:
    """Let parts of one signature give the same values, each its own: all that any of them gives."""
    if len(parts) < 2:
        return
    orders = [_numbered(part) for part in parts]
    given = {numbers[value]: None for part, numbers in zip(parts, orders, strict=True) for value in part.outputs}
    for part, numbers in zip(parts, orders, strict=True):
        values = {number: value for value, number in numbers.items()}
        part.outputs = tuple(values[number] for number in given)


def _numbered(part: Part) -> dict[int, int]:
    numbers = {value: number for number, value in enumerate(part.inputs)}
    for piece in part.own():
        for value in piece.outputs.values():
            numbers.setdefault(value, len(numbers))
    return numbers


def _settings(at: int, piece: Piece, catalog: Catalog, holes: dict[Hole, Any]) -> Hashable:
    """The settings, with those left out that may differ: these go into `holes`."""
    layer = catalog.find(piece.kind)
    fields = layer.fields() if layer is not None else {}
    fixed: list[Hashable] = []
    for name, value in sorted(piece.settings.items()):
        known = fields.get(name)
        if name in UNIMPORTANT.get(piece.kind, ()):
            continue
        number = not isinstance(value, (bool, str)) and value is not None
        of_block = layer is None and name != "repeat" and isinstance(value, (int, float, str))
        if of_block or (isinstance(known, (Int, Float)) and number):
            holes[at, name, None] = value
            fixed.append((name, type(value).__name__))
        elif isinstance(known, Ints) and isinstance(value, int):
            holes[at, name, None] = value
            fixed.append((name, "one"))
        elif isinstance(known, Ints) and isinstance(value, (list, tuple)):
            holes.update({(at, name, part): one for part, one in enumerate(value) if isinstance(one, int)})
            fixed.append((name, tuple(None if isinstance(one, int) else one for one in value)))
        else:
            fixed.append((name, repr(value)))
    return tuple(fixed)


def unify(parts: Sequence[Part], catalog: Catalog, name: str, naming: Naming) -> list[Definition]:
    """The blocks that these parts of one class are standings of. Their names are `name` and numbered after it."""
    groups: dict[Hashable, list[tuple[Part, dict[Hole, Any]]]] = {}
    for part in parts:
        said, holes = signature(part, catalog)
        groups.setdefault(said, []).append((part, holes))
    found: list[Definition] = []
    for group in groups.values():
        made = _definition(name, group, naming)
        if len(made.exposed) > MOST:
            made = _definition(name, group, naming, only_what_differs=True)
        if len(made.exposed) <= MOST:
            found.append(made)
            continue
        same: dict[Hashable, list[tuple[Part, dict[Hole, Any]]]] = {}
        for part, holes in group:
            same.setdefault(tuple(sorted(map(repr, holes.items()))), []).append((part, holes))
        found += [_definition(name, equal, None) for equal in same.values()]
    return found


def _definition(
    name: str,
    group: Sequence[tuple[Part, Mapping[Hole, Any]]],
    naming: Naming | None,
    *,
    only_what_differs: bool = False,
) -> Definition:
    parts = [part for part, _ in group]
    share_outputs(parts)
    inputs, outputs = port_names(parts[0])
    made = Definition(name, parts, inputs, outputs, {port: place for place, port in enumerate(inputs)})
    vectors = {hole: tuple(holes[hole] for _, holes in group) for hole in group[0][1]}
    if only_what_differs:
        vectors = {hole: vector for hole, vector in vectors.items() if any(value != vector[0] for value in vector)}
    shown = expose(parts[0], vectors, naming) if naming is not None else Shown([], {}, {})
    made.exposed = shown.settings
    pieces = parts[0].own()
    for (at, setting, index), text in shown.texts.items():
        if index is None:
            made.written[at, setting] = expression(text)
        else:
            usual = list(pieces[at].settings[setting])
            values = made.written.setdefault((at, setting), usual)
            values[index] = expression(text)
    for number, part in enumerate(parts):
        part.values = {setting.name: shown.values[setting.name][number] for setting in shown.settings}
    return made


def port_names(part: Part) -> tuple[list[str], list[str]]:
    """Names for what crosses the border of a part, in order: its forward's own words where it has any."""
    wishes = [wish(piece, part.path) for piece in part.own()]
    attributes = {name for name, sure in wishes if sure}
    free = Free(attributes)
    inputs = []
    for value in part.inputs:
        name = part.arguments.get(value, "")
        name = ("" if name in VAGUE_PORTS else name) or ("x" if len(part.inputs) == 1 else "given")
        inputs.append(name if free.claim(name) else free.take(name))  # the word of forward goes before an attribute
    makers = {value: (piece, port) for piece in part.own() for port, value in piece.outputs.items()}
    outputs = []
    for value in part.outputs:
        name = part.results.get(value, "")
        if name in VAGUE_PORTS or name.isdigit():
            name = "y" if len(part.outputs) == 1 else _made_by(part, *makers[value]) if value in makers else "out"
        outputs.append(free.near(f"{name}_out" if name in attributes else name))
    return inputs, outputs


def _made_by(part: Part, piece: Piece, port: str) -> str:
    name, _ = wish(piece, part.path)
    return name if port == next(iter(piece.outputs)) else f"{name}_{port}"
