"""A block that stands several times in a row becomes one node that is repeated."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.compile.trace.parts import Part, Piece, uses
from netbuilder.compile.trace.recording import Value
from netbuilder.compile.trace.unify import Definition


def fold_repeats(part: Part, blocks: Mapping[str, Definition], values: Mapping[int, Value]) -> None:
    """Put one piece in place of each chain of equal ones that only hand on to each other."""
    users = _users(part)
    shared = {id(piece.again) for piece in part.own() if piece.again is not None}

    def follows(piece: Piece) -> Piece | None:
        """The piece that can be a repeat of this one, and takes all that it gives."""
        takers = [taker for value in piece.outputs.values() for taker in users.get(value, [None])]
        first = takers[0] if takers else None
        if first is None or any(taker is not first for taker in takers):
            return None
        plain = all(p.again is None and id(p) not in shared for p in (piece, first))
        same = first.kind == piece.kind and first.settings == piece.settings and bool(piece.inside)
        return first if plain and same and first is not piece else None

    chained: set[int] = set()
    gone: set[int] = set()
    for piece in part.own():
        if id(piece) in chained or not piece.inside:
            continue
        block = blocks[piece.kind]
        chain = [piece]
        way: dict[str, str] | None = None
        while (other := follows(chain[-1])) is not None:
            found = _way(chain[-1], other, values)
            if found is None or (way is not None and found != way):
                break
            way = found
            chain.append(other)
        chained.update(map(id, chain))
        if way is None or not _settle_order(block, way):
            continue
        last = chain[-1]
        piece.inside = [inside for one in chain for inside in one.inside]
        piece.outputs = dict(last.outputs)
        piece.settings = {**piece.settings, "repeat": len(piece.inside)}
        gone.update(map(id, chain[1:]))
    part.items = [item for item in part.items if id(item) not in gone]


def _users(part: Part) -> dict[int, list[Piece | None]]:
    """Who uses each value in this part; None for what leaves it."""
    users: dict[int, list[Piece | None]] = {value: [None] for value in part.outputs}
    for piece in part.own():
        for value in uses(piece):
            users.setdefault(value, []).append(piece)
    return users


def _way(one: Piece, other: Piece, values: Mapping[int, Value]) -> dict[str, str] | None:
    """Which input of `other` each output of `one` flows into, where nothing else differs between the two."""
    made = {value: port for port, value in one.outputs.items()}
    way: dict[str, str] = {}
    for port, value in other.inputs.items():
        if value in made:
            if made[value] in way or port not in one.inputs:
                return None
            if not _same_type(values.get(one.inputs[port]), values.get(value)):
                return None
            way[made[value]] = port
        elif one.inputs.get(port) != value:
            return None
    return way if len(way) == len(made) and list(one.inputs) == list(other.inputs) else None


def _same_type(one: Value | None, other: Value | None) -> bool:
    return one is not None and other is not None and (one.shape, one.dtype) == (other.shape, other.dtype)


def _settle_order(block: Definition, way: Mapping[str, str]) -> bool:
    """See to it that the inputs that are handed on come first, in the order of the outputs; whether that can be."""
    if len(way) != len(block.outputs):
        return False
    first = [way[port] for port in block.outputs]
    order = first + [port for port in block.inputs if port not in first]
    if block.settled and order != block.inputs:
        return False
    block.inputs, block.settled = order, True
    return True
