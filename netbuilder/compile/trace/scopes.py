"""Which modules become blocks: those that hold something. The others are dissolved into what they stand in."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.compile.trace.exposing import Naming
from netbuilder.compile.trace.naming import block_name
from netbuilder.compile.trace.parts import Part, Piece, set_borders
from netbuilder.compile.trace.recording import Value
from netbuilder.compile.trace.repeats import fold_repeats
from netbuilder.compile.trace.shared import has_weights
from netbuilder.compile.trace.unify import Definition, unify
from netbuilder.graph.block import kind_of
from netbuilder.graph.free import Free
from netbuilder.layers import Catalog
from netbuilder.project.project import MAIN

PLAIN = ("Sequential", "ModuleList", "ModuleDict")  # containers that were given no name of their own


def make_blocks(
    root: Part, outputs: list[int], values: Mapping[int, Value], catalog: Catalog, naming: Naming
) -> dict[str, Definition]:
    """Turn every part of `root` into a piece, or dissolve it; the blocks that are needed, by kind, inner ones first."""
    dissolving = _Dissolving(root)
    dissolving.small()
    set_borders(root, outputs)
    making = _Making(root, values, catalog, naming, dissolving)
    making.run()
    return making.blocks


class _Dissolving:
    """Takes parts away, and keeps in mind what was in them for those that were called again."""

    def __init__(self, root: Part):
        self.root = root
        self._was: dict[int, list[Piece | Part]] = {}

    def take_away(self, home: Part, child: Part) -> None:
        self._was[id(child)] = list(child.items)
        if child.again is not None and id(child.again) in self._was:
            for first, again in zip(self._was[id(child.again)], child.items, strict=True):
                _mark_again(first, again)
        at = home.items.index(child)
        home.items[at : at + 1] = child.items

    def small(self) -> None:
        """Take away all that holds no more than one thing, and containers that hold nothing but layers or are all
        that there is in what they stand in.
        """
        self._walk(self.root)

    def _walk(self, part: Part) -> None:
        for child in [item for item in part.items if isinstance(item, Part)]:
            self._walk(child)
            if is_small(child) or (len(part.items) == 1 and is_plain(child)):
                self.take_away(part, child)


def _mark_again(first: Piece | Part, again: Piece | Part) -> None:
    if not has_weights(again):
        return
    if (isinstance(first, Piece) and isinstance(again, Piece)) or (isinstance(first, Part) and isinstance(again, Part)):
        again.again = first.again or first


def is_small(part: Part) -> bool:
    """Whether a part is no block of its own."""
    layers = all(isinstance(item, Piece) and not item.inside for item in part.items)
    return len(part.items) <= 1 or (is_plain(part) and layers)


def is_plain(part: Part) -> bool:
    return part.container and part.type in PLAIN


class _Making:
    """Blocks from parts, a class at a time: first the classes in whose standings no other part is left."""

    def __init__(
        self, root: Part, values: Mapping[int, Value], catalog: Catalog, naming: Naming, dissolving: _Dissolving
    ):
        self.root, self.values, self.catalog, self.naming = root, values, catalog, naming
        self.blocks: dict[str, Definition] = {}
        self._dissolving = dissolving
        self._names = Free([])
        self._names.claim(MAIN)
        self._pieces: dict[int, Piece] = {}

    def run(self) -> None:
        while True:
            homes = {id(item): part for part in self.root.parts() for item in part.items if isinstance(item, Part)}
            parts = [part for part in self.root.parts() if part is not self.root]
            if not parts:
                break
            waiting = {self._key(part) for part in parts if any(isinstance(item, Part) for item in part.items)}
            ready = [part for part in parts if self._key(part) not in waiting]
            if not ready:  # a class that stands in itself
                ready = [part for part in parts if not any(isinstance(item, Part) for item in part.items)]
            groups: dict[tuple[object, ...], list[Part]] = {}
            for part in ready:
                fold_repeats(part, self.blocks, self.values)
                groups.setdefault(self._key(part), []).append(part)
            for group in groups.values():
                kept = [part for part in group if not self._dissolved(homes[id(part)], part)]
                if kept:
                    self._define(kept, homes)
        fold_repeats(self.root, self.blocks, self.values)

    def _key(self, part: Part) -> tuple[object, ...]:
        return (block_name(part), None if is_plain(part) else type(part.module), is_plain(part))

    def _dissolved(self, home: Part, part: Part) -> bool:
        if is_small(part):
            self._dissolving.take_away(home, part)
            return True
        return False

    def _define(self, parts: list[Part], homes: Mapping[int, Part]) -> None:
        for block in unify(parts, self.catalog, block_name(parts[0]), self.naming):
            block.name = self._names.near(block.name)
            self.blocks[kind_of(block.name)] = block
            for part in block.parts:
                piece = self._piece(block, part)
                home = homes[id(part)]
                home.items[home.items.index(part)] = piece

    def _piece(self, block: Definition, part: Part) -> Piece:
        made = Piece(
            kind_of(block.name),
            dict(part.values),
            {port: part.inputs[block.places[port]] for port in block.inputs},
            dict(zip(block.outputs, part.outputs, strict=True)),
            path=part.path,
            module=part.module,
            again=self._pieces.get(id(part.again)),
            inside=[part],
        )
        self._pieces[id(part)] = made
        return made
