"""A recording as it is about to be drawn: pieces, which become nodes, in parts, which become blocks.

A part is one standing of a module. Values keep the numbers they were recorded by, inside and outside of every part,
so that what crosses a border follows from who makes a value and who uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Piece:
    """A node to be. `inputs` and `outputs` are values by port; `weights` the values of its parameters and buffers.

    `again` is the piece whose module it calls once more. `inside` is empty for a layer; for a block it is what stands
    in it, one part for each time it is repeated.
    """

    kind: str
    settings: dict[str, Any]
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)
    path: str = ""
    hint: str = ""
    weights: dict[str, int] = field(default_factory=dict)
    module: Any = None
    again: Piece | None = None
    inside: list[Part] = field(default_factory=list)
    name: str = ""


@dataclass(eq=False)
class Part:
    """What is done in one call of a module, in order. `arguments` and `results` name values, as its forward does.

    `inputs` and `outputs` are the values that cross its border, once `set_borders` has found them out; `values` those
    of the settings that its block turns out to have.
    """

    type: str
    path: str
    items: list[Piece | Part] = field(default_factory=list)
    arguments: dict[int, str] = field(default_factory=dict)
    results: dict[int, str] = field(default_factory=dict)
    container: bool = False
    module: Any = None
    again: Part | None = None
    inputs: tuple[int, ...] = ()
    outputs: tuple[int, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)

    def pieces(self) -> Iterator[Piece]:
        """Every piece in it and in its parts, in order; not what is inside a piece."""
        for item in self.items:
            if isinstance(item, Piece):
                yield item
            else:
                yield from item.pieces()

    def parts(self) -> Iterator[Part]:
        """It, and every part in it, each before what is in it."""
        yield self
        for item in self.items:
            if isinstance(item, Part):
                yield from item.parts()

    def own(self) -> list[Piece]:
        """Its items, once all its parts have become pieces."""
        pieces = [item for item in self.items if isinstance(item, Piece)]
        assert len(pieces) == len(self.items)
        return pieces


def uses(item: Piece | Part) -> list[int]:
    """The values that are used in it, in order; also those that are made in it."""
    pieces = [item] if isinstance(item, Piece) else item.pieces()
    return list(dict.fromkeys(value for piece in pieces for value in piece.inputs.values()))


def makes(item: Piece | Part) -> list[int]:
    """The values that are made in it, in order."""
    pieces = [item] if isinstance(item, Piece) else item.pieces()
    return [value for piece in pieces for value in piece.outputs.values()]


def set_borders(root: Part, outputs: Iterable[int]) -> None:
    """Find out what crosses the border of every part. `outputs` is what the root gives."""
    root.outputs = tuple(outputs)
    root.inputs = _inputs(root)
    _set_inside(root)


def _set_inside(part: Part) -> None:
    users: dict[int, set[int]] = {value: {-1} for value in part.outputs}
    for number, item in enumerate(part.items):
        for value in uses(item):
            users.setdefault(value, set()).add(number)
    for number, item in enumerate(part.items):
        if isinstance(item, Part):
            given = [value for value in makes(item) if users.get(value, set()) - {number}]
            first = [value for value in item.results if value in given]
            item.outputs = tuple(dict.fromkeys([*first, *given]))
            item.inputs = _inputs(item)
            _set_inside(item)


def _inputs(part: Part) -> tuple[int, ...]:
    inside = set(makes(part))
    needed = [value for value in dict.fromkeys([*uses(part), *part.outputs]) if value not in inside]
    first = [value for value in part.arguments if value in needed]
    return tuple(dict.fromkeys([*first, *needed]))


def dissolve(part: Part, child: Part) -> None:
    """Put what is in `child` in its place in `part`."""
    at = part.items.index(child)
    part.items[at : at + 1] = child.items
