"""The settings of a block: arguments that its class had, and numbers in which its standings differ.

What a setting inside is written by (`channels * 4`) is read off the class's own `__init__` where that says it, and
found by comparing the standings where it does not. Either way it is only used if it comes to the same in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from netbuilder.compile.trace.parts import Part, Piece
from netbuilder.expression import NotANumber, calculate, names_in
from netbuilder.fields import plain
from netbuilder.graph.block import RESERVED, Exposed, Type
from netbuilder.graph.free import Free

FACTORS = range(2, 17)

# Settings that tell how wide something is: these may be multiples of each other.
SIZE = re.compile(r"channels|features|hidden|width|filters|planes|embed|heads|groups|size|shape|split|forward$|d_model")
NO_SIZE = re.compile(r"kernel|patch|stride|padding|dilation|scale")

Hole = tuple[int, str, int | None]  # which item, which of its settings, and where in a list
Vector = tuple[Any, ...]  # the value of something in each standing


class Naming(Protocol):
    """What the author of a class wrote."""

    def arguments(self, part: Part) -> dict[str, Any]:
        """The arguments of the class of this part, with their defaults (... for none)."""

    def written(self, part: Part, piece: Piece, setting: str, index: int | None) -> str | None:
        """The expression that its `__init__` has for a setting of a piece in it, with bare names for attributes."""


class Shown(NamedTuple):
    """The settings of a block, the text that stands for each hole, and the values in each standing by name."""

    settings: list[Exposed]
    texts: dict[Hole, str]
    values: dict[str, Vector]


def expose(first: Part, vectors: Mapping[Hole, Vector], naming: Naming) -> Shown:
    """What to show of a block whose standings have these values; `first` is one of them."""
    arguments = {name: usual for name, usual in naming.arguments(first).items() if name not in RESERVED}
    pieces = first.own()
    written = {hole: naming.written(first, pieces[hole[0]], hole[1], hole[2]) for hole in vectors}
    known = _known(arguments, vectors, written)
    shown = Shown([], {}, dict(known))
    for hole, text in written.items():
        if text is not None and _comes_to(text, known, vectors[hole]):
            shown.texts[hole] = text
    used = {name for text in shown.texts.values() for name in names_in(text)}
    for name, usual in arguments.items():
        if name in used:
            shown.settings.append(Exposed(name, _type(known[name]), _default(usual, known[name])))
    rest = {hole: vector for hole, vector in vectors.items() if hole not in shown.texts}
    _compare(pieces, {hole: vector for hole, vector in rest.items() if _differs(vector)}, shown)
    return shown


def _known(
    arguments: Mapping[str, Any], vectors: Mapping[Hole, Vector], written: Mapping[Hole, str | None]
) -> dict[str, Vector]:
    """The values of the arguments that a setting is said to be, unless two settings disagree."""
    found: dict[str, Vector] = {}
    wrong: set[str] = set()
    for hole, vector in vectors.items():
        name = written[hole]
        if name is not None and name in arguments and not _same(found.setdefault(name, vector), vector):
            wrong.add(name)
    return {name: vector for name, vector in found.items() if name not in wrong}


def _comes_to(text: str, known: Mapping[str, Vector], vector: Vector) -> bool:
    try:
        if not all(name in known for name in names_in(text)) or not names_in(text):
            return False
        values = [calculate(text, {name: v[at] for name, v in known.items()}) for at in range(len(vector))]
    except NotANumber:
        return False
    return _same(tuple(values), vector)


def _same(one: Vector, other: Vector) -> bool:
    return one == other and list(map(type, one)) == list(map(type, other))


def _differs(vector: Vector) -> bool:
    return any(value != vector[0] for value in vector)


def _default(usual: Any, vector: Vector) -> Any:
    return plain(usual if type(usual) is type(vector[0]) else vector[0])


@dataclass
class _Number:
    """A setting that differs: its value in each standing, and `text`, by which it goes once it is shown."""

    setting: str
    values: Vector
    is_size: bool
    text: str = field(default="")


def _compare(pieces: list[Piece], varying: Mapping[Hole, Vector], shown: Shown) -> None:
    """Show what differs and nobody wrote down, each number once."""
    free = Free([*RESERVED, *(setting.name for setting in shown.settings)])
    bases = [
        _Number(name, shown.values[name], _is_size(pieces[hole[0]], hole[1]), name)
        for hole, name in shown.texts.items()
        if name in shown.values
    ]
    for hole, vector in varying.items():
        at, setting, _ = hole
        here = _Number(setting, vector, _is_size(pieces[at], setting))
        text = next((found for base in bases if (found := _related(here, base)) is not None), None)
        if text is None:
            text = here.text = free.near(setting)
            bases.append(here)
            shown.settings.append(Exposed(text, _type(vector), plain(vector[0])))
            shown.values[text] = vector
        shown.texts[hole] = text


def _is_size(piece: Piece, setting: str) -> bool:
    if piece.inside and setting == "dim":  # of a layer it says which dimension, of a module of someone's how wide
        return True
    return SIZE.search(setting) is not None and NO_SIZE.search(setting) is None


def _related(here: _Number, base: _Number) -> str | None:
    """How a setting is written by one that is shown already; None where it has nothing to do with it."""
    sizes = here.is_size and base.is_size
    if (here.setting == base.setting or sizes) and _same(here.values, base.values):
        return base.text
    if not sizes or not all(isinstance(value, int) and value > 0 for value in (*here.values, *base.values)):
        return None
    pairs = list(zip(here.values, base.values, strict=True))
    if not _differs(base.values):
        return None
    for factor in FACTORS:
        if all(one == factor * other for one, other in pairs):
            return f"{base.text} * {factor}"
        if all(one * factor == other for one, other in pairs):
            return f"{base.text} // {factor}"
    return None


def _type(vector: Vector) -> Type:
    if all(isinstance(value, str) for value in vector):
        return "text"
    return "int" if all(isinstance(value, int) for value in vector) else "float"
