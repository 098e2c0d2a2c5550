"""The nodes of one scene: an item and a row of the table for each, with where it is and what is painted of it.

It is told which nodes there are and where they stand; it decides nothing, and paints nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from netbuilder.graph import Node
from netbuilder.ui.canvas.boxes import Boxes
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.node_item import NodeItem

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene

# What the drawing has to know of each node. `face` is -1 until it is worked out.
NODE = {"face": (0, np.int32), "serial": (0, np.int64), "selected": (0, bool), "special": (0, bool),
        "strength": (0, float), "heat": (0, np.int8), "part": (0, float),
        "name": (0, float), "beside": (0, float)}  # fmt: skip


class Nodes:
    """`items` by their ids; `table` has a row for each of them."""

    def __init__(self, scene: NetworkScene):
        self._scene = scene
        self.items: dict[str, NodeItem] = {}
        self.table: Boxes[NodeItem] = Boxes(NODE)
        self._serial = 0

    def clear(self) -> None:
        self.items = {}
        self.table.clear()

    def remove(self, id: str) -> None:
        self.table.remove(self.items.pop(id).row)

    def add(self, node: Node, card: Card, *, selected: bool) -> None:
        item = NodeItem(card, self._scene.paints, node.position, self._changed)
        item.selected = selected
        item.row = self.table.add(item)
        self._serial += 1
        self.table["serial"][item.row] = self._serial
        self.table.put(item.row, item.rect())
        self._describe(item)
        self.items[node.id] = item

    def put(self, ids: list[str]) -> None:
        """Keep the table in step with nodes that have another size."""
        for item in map(self.items.__getitem__, ids):
            self.table.put(item.row, item.rect())

    def move(self, places: Mapping[str, tuple[float, float]]) -> None:
        """Let nodes stand elsewhere, and their edges follow."""
        if not places:
            return
        items = [self.items[id] for id in places]
        for item, place in zip(items, places.values(), strict=True):
            item.move_to(place)
        table, rows = self.table, np.array([item.row for item in items])
        old, new = table.sides[rows], np.array([*places.values()])
        table.sides[rows] = np.concatenate([new, new + [(item.layout.width, item.layout.height) for item in items]], 1)
        by = new - old[:, :2]
        if len(items) == len(self.items) and not self._scene.graph.annotations.bends and (by == by[0]).all():
            self._scene.wiring.shift(by[0])
        else:
            self._scene.wiring.follow(places, resized=False)

    def _describe(self, item: NodeItem) -> None:
        """Keep in the table what is painted of a node."""
        table, row = self.table, item.row
        table["face"][row] = -1
        table["selected"][row] = item.selected
        table["special"][row] = item.special
        table["strength"][row] = item.strength
        heat = item.heat
        table["heat"][row], table["part"][row] = (heat.level, heat.part) if heat is not None else (-1, 0.0)
        table["name"][row], table["beside"][row] = self._scene.paints.name(item.card.name), item.beside_name

    def _changed(self, item: NodeItem) -> None:
        self._describe(item)
        self._scene.redraw(item.bounds())
