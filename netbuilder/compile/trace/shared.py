"""Modules that are called more than once: their later calls are marked as calls of the first.

A node can only share a node of its own graph. Where the calls of one module stand in several parts, or do different
things, the parts between them are dissolved until they don't.
"""

from __future__ import annotations

from collections.abc import Iterator

from netbuilder.compile.trace.parts import Part, Piece, dissolve

Place = tuple[Part, ...]  # the parts something stands in, from the root on


def settle_shared(root: Part) -> None:
    """Mark every call of a module that was called before, and dissolve what stands in the way of that."""
    while True:
        for part in root.parts():
            part.again = None
        in_the_way = _settle(root)
        if not in_the_way:
            return
        for place in in_the_way:
            dissolve(place[-2], place[-1])


def _settle(root: Part) -> list[Place]:
    """Mark what can be marked; the parts to dissolve before the rest can be, innermost first."""
    calls: dict[int, list[tuple[Place, Piece | Part]]] = {}
    todo: list[tuple[Place, Piece | Part]] = list(_items((root,)))
    seen: set[int] = set()
    for place, item in todo:
        if item.module is not None and has_weights(item):
            calls.setdefault(id(item.module), []).append((place, item))
    for place, item in todo:
        key = id(item.module)
        if key in seen or len(calls.get(key, ())) < 2 or any(part.again is not None for part in place):
            continue
        seen.add(key)
        found = [(at, call) for at, call in calls[key] if all(part.again is None for part in at)]
        if len(found) < 2:
            continue
        wrong = _mark(found)
        if wrong:
            return wrong
    return []


def _mark(calls: list[tuple[Place, Piece | Part]]) -> list[Place]:
    (home, first), *others = calls
    away = [place for place, _ in others if place[-1] is not home[-1]]
    if away:
        common = _common([home, *away])
        return _unique([place[:end] for place in (home, *away) for end in range(len(place), common, -1)])
    for _, other in others:
        if isinstance(first, Piece) and isinstance(other, Piece):
            other.again = first
        elif not (isinstance(first, Part) and isinstance(other, Part) and alike(first, other)):
            return [(*place, call) for place, call in calls if isinstance(call, Part)]
    for _, other in others:
        if isinstance(other, Part) and isinstance(first, Part):
            other.again = first
    return []


def _common(places: list[Place]) -> int:
    """How many parts all these places begin with alike."""
    length = 0
    for parts in zip(*places, strict=False):
        if any(part is not parts[0] for part in parts):
            break
        length += 1
    return length


def _unique(places: list[Place]) -> list[Place]:
    """Each place once, inner parts before the outer ones they are put into."""
    found = {id(place[-1]): place for place in places}
    return sorted(found.values(), key=len, reverse=True)


def _items(place: Place) -> Iterator[tuple[Place, Piece | Part]]:
    for item in place[-1].items:
        yield place, item
        if isinstance(item, Part):
            yield from _items((*place, item))


def has_weights(item: Piece | Part) -> bool:
    """Whether it matters that its module is the same: it has parameters or buffers."""
    return bool(item.weights) if isinstance(item, Piece) else any(piece.weights for piece in item.pieces())


def alike(one: Part, other: Part) -> bool:
    """Whether two calls of a module did the same on what each was given."""
    there: dict[int, int] = {}
    back: dict[int, int] = {}

    def same_value(here: int, beyond: int) -> bool:
        return there.setdefault(here, beyond) == beyond and back.setdefault(beyond, here) == here

    def same(here: Piece | Part, beyond: Piece | Part) -> bool:
        if isinstance(here, Part) or isinstance(beyond, Part):
            if not (isinstance(here, Part) and isinstance(beyond, Part)) or len(here.items) != len(beyond.items):
                return False
            return all(same(a, b) for a, b in zip(here.items, beyond.items, strict=True))
        if (here.kind, here.settings, here.weights, list(here.inputs), list(here.outputs)) != (
            *(beyond.kind, beyond.settings, beyond.weights, list(beyond.inputs)),
            list(beyond.outputs),
        ):
            return False
        pairs = [*zip(here.inputs.values(), beyond.inputs.values(), strict=True)]
        pairs += zip(here.outputs.values(), beyond.outputs.values(), strict=True)
        return all(same_value(a, b) for a, b in pairs)

    return same(one, other)
