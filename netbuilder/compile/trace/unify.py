"""Standings of one class that do the same become one block; the numbers that differ become its settings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.trace.parts import Part, Piece
from netbuilder.expression import expression
from netbuilder.fields import Choice, Float, Int, Ints, plain
from netbuilder.graph.block import RESERVED, Exposed, Type
from netbuilder.graph.free import Free
from netbuilder.layers import Catalog

MOST = 8  # settings that a block is given; standings that differ in more become blocks of their own
FACTORS = range(2, 17)
SIZES = frozenset(
    {"out_channels", "out_features", "hidden_size", "embed_dim", "embedding_dim", "dim_feedforward", "shape", "size"}
    | {"normalized_shape", "num_features", "num_channels", "d_model", "unflattened_size", "sizes", "split_size"}
)  # settings that tell how wide something is: these may be multiples of each other

Hole = tuple[int, str, int | None]  # which item, which of its settings, and where in a list
Naming = Callable[[Part, Piece, str], str | None]


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
        number = not isinstance(value, (bool, str)) and value is not None
        if layer is None and name != "repeat" and isinstance(value, (int, float, str)):  # a block's
            holes[at, name, None] = value
            fixed.append((name, type(value).__name__))
        elif (isinstance(known, (Int, Float)) and number) or isinstance(known, Choice):
            holes[at, name, None] = value
            fixed.append((name, type(known).__name__))
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
        vectors = {hole: tuple(holes[hole] for _, holes in group) for hole in group[0][1]}
        varying = {hole: vector for hole, vector in vectors.items() if any(v != vector[0] for v in vector)}
        if _classes(varying) <= MOST:
            found.append(_definition(name, [part for part, _ in group], varying, naming))
            continue
        same: dict[Hashable, list[Part]] = {}
        for part, holes in group:
            same.setdefault(tuple(sorted(map(repr, holes.items()))), []).append(part)
        found += [_definition(name, equal, {}, naming) for equal in same.values()]
    return found


def _classes(varying: Mapping[Hole, tuple[Any, ...]]) -> int:
    return len({(vector, name in SIZES or name) for (_, name, _), vector in varying.items()})


def _definition(name: str, parts: list[Part], varying: Mapping[Hole, tuple[Any, ...]], naming: Naming) -> Definition:
    first = parts[0]
    share_outputs(parts)
    inputs, outputs = port_names(first)
    made = Definition(name, parts, inputs, outputs, {port: place for place, port in enumerate(inputs)})
    texts, exposed = _expose(first, varying, naming)
    made.exposed = exposed
    pieces = first.own()
    for (at, setting, index), text in texts.items():
        if index is None:
            made.written[at, setting] = expression(text)
        else:
            usual = list(pieces[at].settings[setting])
            values = made.written.setdefault((at, setting), usual)
            values[index] = expression(text)
    _settle_values(made, varying, texts)
    return made


def _settle_values(made: Definition, varying: Mapping[Hole, tuple[Any, ...]], texts: Mapping[Hole, str]) -> None:
    """Give each standing its own values, by the name of the setting: a hole whose text is the bare name has them."""
    vectors = {texts[hole]: vector for hole, vector in varying.items()}
    for number, part in enumerate(made.parts):
        part.values = {setting.name: vectors[setting.name][number] for setting in made.exposed}


def _expose(
    first: Part, varying: Mapping[Hole, tuple[Any, ...]], naming: Naming
) -> tuple[dict[Hole, str], list[Exposed]]:
    """The text that stands for each hole, and the settings that the texts speak of."""
    pieces = first.own()
    wishes = {hole: naming(first, pieces[hole[0]], hole[1]) for hole in varying}
    ranked = sorted(varying, key=lambda hole: (wishes[hole] is None, hole[0]))
    free = Free(RESERVED)
    bases: list[tuple[str, str, tuple[Any, ...], str | None]] = []
    texts: dict[Hole, str] = {}
    exposed: list[Exposed] = []
    for hole in ranked:
        _, setting, _ = hole
        vector = varying[hole]
        text = next((t for base in bases if (t := _related(setting, wishes[hole], vector, *base))), None)
        if text is None:
            text = free.near(wishes[hole] or setting)
            bases.append((text, setting, vector, wishes[hole]))
            exposed.append(Exposed(text, _type(vector), plain(vector[0])))
        texts[hole] = text
    order = {setting.name: number for number, setting in enumerate(exposed)}
    firsts = {texts[hole]: hole[0] for hole in sorted(varying, key=lambda hole: -hole[0]) if texts[hole] in order}
    exposed.sort(key=lambda setting: (firsts[setting.name], order[setting.name]))
    return texts, exposed


def _related(
    setting: str,
    wish: str | None,
    vector: tuple[Any, ...],
    text: str,
    base: str,
    values: tuple[Any, ...],
    wished: str | None,
) -> str | None:
    """How `vector` is written by a setting `text` that has `values`; None where it has nothing to do with it."""
    sizes = setting in SIZES and base in SIZES
    if wish is not None and wished is not None and wish != wished:
        return None
    if vector == values and (setting == base or sizes or (wish is not None and wish == wished)):
        return text
    if not sizes or not all(isinstance(v, int) and v > 0 for v in (*vector, *values)):
        return None
    for factor in FACTORS:
        if all(v == factor * b for v, b in zip(vector, values, strict=True)):
            return f"{text} * {factor}"
        if all(v * factor == b for v, b in zip(vector, values, strict=True)):
            return f"{text} // {factor}"
    return None


def _type(vector: tuple[Any, ...]) -> Type:
    if all(isinstance(value, str) for value in vector):
        return "text"
    return "int" if all(isinstance(value, int) for value in vector) else "float"


def port_names(part: Part) -> tuple[list[str], list[str]]:
    """Names for what crosses the border of a part, in order: its forward's own words where it has any."""
    free = Free(())
    inputs = [
        free.near(part.arguments.get(value) or ("x" if len(part.inputs) == 1 else "given")) for value in part.inputs
    ]
    usual = "y" if len(part.outputs) == 1 else "out"
    outputs = [free.near(part.results.get(value) or usual) for value in part.outputs]
    return inputs, outputs
