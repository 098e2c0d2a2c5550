"""The edges of one scene: an item and a row of the table for each, following the nodes they join.

It is told which edges there are and which nodes have moved; it decides nothing, and paints nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from netbuilder.graph import Edge
from netbuilder.ui.canvas import geometry, wires
from netbuilder.ui.canvas.boxes import Boxes
from netbuilder.ui.canvas.edge_item import EdgeItem, scale_for

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene

MANY = 24  # nodes that move at once; for more, all edges are asked whether they touch one
# What the drawing has to know of each edge.
EDGE = {"line": (4, float), "ports": (4, float), "source": (0, np.int32), "target": (0, np.int32),
        "family": (0, np.int16), "meant": (0, bool), "hidden": (0, bool), "own": (0, bool)}  # fmt: skip

At = tuple[str, str]  # an edge by where it ends: (node id, input)


class Edges:
    """`items` by where they end; `table` has a row for each of them."""

    def __init__(self, scene: NetworkScene):
        self._scene = scene
        self.items: dict[At, EdgeItem] = {}
        self.table: Boxes[EdgeItem] = Boxes(EDGE)
        self.families: list[str] = []  # by the numbers they have in the table
        self._touching: dict[str, set[At]] = {}
        self._version = 0  # counts changes of ways
        self._led: tuple[object, np.ndarray] = None, np.empty((0, 4))

    def clear(self) -> None:
        self.items, self._touching = {}, {}
        self._version += 1
        self.table.clear()

    def touching(self, id: str) -> set[At]:
        """Where the edges end that touch a node."""
        return self._touching.get(id, set())

    def led(self, rows: np.ndarray, zoom: float) -> np.ndarray:
        """The straight pieces of edges that have ways of their own; kept, as the same are asked for again and again."""
        asked = (self._version, scale_for(zoom), rows.tobytes())
        if self._led[0] != asked:
            pieces = [edge.pieces(zoom) for edge in self.table.at(rows)]
            self._led = asked, np.concatenate([np.empty((0, 4)), *pieces])
        return self._led[1]

    def forget_node(self, id: str) -> None:
        """A node has gone, whose edges have gone before."""
        self._touching.pop(id, None)

    def add(self, edge: Edge) -> None:
        at = (edge.target, edge.input)
        source, target = self._scene.nodes[edge.source], self._scene.nodes[edge.target]
        item = EdgeItem(edge, source, target, self.changed)
        table = self.table
        row = item.row = table.add(item)
        table["source"][row], table["target"][row] = source.row, target.row
        table["meant"][row] = table["hidden"][row] = False
        self.items[at] = item
        for id in (edge.source, edge.target):
            self._touching.setdefault(id, set()).add(at)

    def remove(self, at: At) -> None:
        item = self.items.pop(at)
        for id in (item.edge.source, item.edge.target):
            self._touching.get(id, set()).discard(at)
        self.table.remove(item.row)

    def changed(self, item: EdgeItem) -> None:
        table, row = self.table, item.row
        table["meant"][row], table["hidden"][row] = item.selected or item.hovered, item.hidden
        self._scene.redraw(self.box_of(item))

    def box_of(self, item: EdgeItem) -> QRectF:
        left, top, right, bottom = self.table.sides[item.row].tolist()
        return QRectF(left, top, right - left, bottom - top)

    def _family(self, name: str) -> int:
        if name not in self.families:
            self.families.append(name)
        return self.families.index(name)

    def route(self, rows: np.ndarray, *, resized: bool = True) -> None:
        """Let these edges run between the ports they join, wherever those are now; where no card at their ends is
        `resized`, the ports are where they were on it."""
        if not len(rows):
            return
        self._version += 1
        table, corners = self.table, self._scene.node_boxes.sides
        items, down = table.at(rows), self._scene.down
        for item in items:
            item.route(down=down)
        if resized:
            self._find_ports(rows, items)
        starts, ends = corners[table["source"][rows], :2], corners[table["target"][rows], :2]
        lines = np.concatenate([starts, ends], axis=1) + table["ports"][rows]
        table["line"][rows] = lines
        lines = wires.flipped(lines) if down else lines
        back, sides = wires.run_back(lines), wires.sides(lines)
        table["own"][rows], table.sides[rows] = back, wires.flipped(sides) if down else sides
        for at in np.flatnonzero(back).tolist():
            self.lead(items[at])
        if self._scene.graph.annotations.bends:
            for item in items:
                if bends := self._scene.graph.bends_of(item.edge):
                    self.lead(item, [QPointF(*place) for place in bends])

    def _find_ports(self, rows: np.ndarray, items: list[EdgeItem]) -> None:
        """Keep in the table where on their cards these edges begin and end."""
        ports = []
        for item in items:
            start, end = item.source.layout.outputs[item.edge.output], item.target.layout.inputs[item.edge.input]
            ports.append((start.x(), start.y(), end.x(), end.y()))
        self.table["ports"][rows] = np.array(ports)
        self.table["family"][rows] = [self._family(item.family) for item in items]

    def lead(self, item: EdgeItem, bends: list[QPointF] | None = None) -> None:
        """Let one edge run by way of these points; with none, back round the cards on its way."""
        self._version += 1
        others = geometry.NONE
        if not bends:
            begin, stop = item.start, item.end
            begin, stop = (geometry.flipped(begin), geometry.flipped(stop)) if self._scene.down else (begin, stop)
            room, beside = geometry.CLEAR + geometry.ROW, geometry.BULGE
            area = QRectF(begin, stop).normalized().adjusted(-beside, -room, beside, room)
            area = geometry.flipped_rect(area) if self._scene.down else area
            others = self._scene.node_boxes.sides[self._scene.node_boxes.rows_in(area)]
        item.route(others, bends=bends or (), down=self._scene.down)
        self.table["own"][item.row] = True
        self.table.put(item.row, item.bounds())

    def shift(self, by: np.ndarray) -> None:
        """All nodes stand so far from where they were: each edge has the way it had."""
        self._version += 1
        step, table = np.tile(by, 2), self.table
        table["line"][:] += step
        table.sides += step
        for item in self.items.values():
            item.shift(step)

    def follow(self, ids: Iterable[str], *, resized: bool = True) -> None:
        """Let the edges follow nodes that stand elsewhere or, where they are `resized`, have other ports now."""
        rows = np.array([self._scene.nodes[id].row for id in ids], int)
        if not len(rows) or not self.items:
            return
        if len(rows) <= MANY:
            touched = sorted(
                {self.items[at].row for item in self._scene.node_boxes.at(rows) for at in self.touching(item.id)}
            )
            self.route(np.array(touched, int), resized=resized)
            return
        there = np.zeros(len(self._scene.node_boxes.items), bool)
        there[rows] = True
        table = self.table
        alive = ~np.isnan(table.sides[:, 0])
        self.route(np.flatnonzero(alive & (there[table["source"]] | there[table["target"]])), resized=resized)
