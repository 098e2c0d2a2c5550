"""The gesture that joins two ports: from either end, onto a port, onto a node, or into the open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter

from netbuilder.graph import Edge, edits
from netbuilder.ui.canvas import wiring
from netbuilder.ui.canvas.gestures import Gesture
from netbuilder.ui.canvas.node_item import NodeItem
from netbuilder.ui.canvas.wiring import End

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

REACH = 1.5  # while an edge is held, a port is meant from further away


class Connect(Gesture):
    """Holds the loose end of an edge whose other end is `fixed`. `old` is the edge that was pulled off, if one was.

    Let go over nothing, an edge that was pulled off is removed, and a new one asks which layer to put there.
    """

    cursor = Qt.CursorShape.CrossCursor
    hint = "Let go on a port or a node, or in the open to add a layer"

    def __init__(self, canvas: Canvas, at: QPointF, pixel: QPoint, fixed: End, old: Edge | None = None):
        super().__init__(canvas, at, pixel)
        self.fixed, self.old = fixed, old
        self.loose = at
        self.target: End | None = None
        self._refused = ""  # why the edge to `target` can't be drawn
        graph = self.scene.graph
        self._graph = edits.disconnect(graph, old.target, old.input) if old is not None else graph
        self._far = wiring.out_of_reach(self._graph, fixed)
        self._marked: NodeItem | None = None

    def move(self, at: QPointF, pixel: QPoint) -> None:
        if self._marked is None and self.target is None:
            self._mark_all()
        self.loose = at
        self._aim(at)
        hint = ""
        if self.target is not None:
            hint = self._refused
            if not hint:
                item = self.scene.nodes[self.target.node]
                self.loose = item.port_position(self.target.port, self.target.output)
                hint = self._what_happens(self.fixed.to(self.target))
        self.canvas.show_hint(hint, pixel)
        self.canvas.viewport().update()

    def end(self, at: QPointF, pixel: QPoint) -> None:
        self._unmark()
        if self.target is None:
            self._let_go(at)
            return
        edge = self.fixed.to(self.target)
        if self._refused:
            self.bench.say(self._refused)
            return
        names = self.scene.graph.nodes
        label = f"Connect {names[edge.source].name} to {names[edge.target].name}"
        old = self.old
        if old is None:
            self.canvas.edit(label, lambda g: wiring.connect(g, edge))
        elif old != edge:
            self.canvas.edit(label, lambda g: wiring.replug(g, old, edge))

    def click(self) -> None:
        self._unmark()
        self.bench.selection.set([self.fixed.node if self.old is None else self.old.target])

    def cancel(self) -> None:
        self._unmark()

    def paint(self, painter: QPainter) -> None:
        if not self.moving:
            return
        paints = self.scene.paints
        start = self.scene.nodes[self.fixed.node].port_position(self.fixed.port, self.fixed.output)
        end = self.loose
        if not self.fixed.output:
            start, end = end, start
        painter.setBrush(paints.no_brush)
        painter.setPen(paints.border_danger if self._refused else paints.wire(self._family()))
        painter.drawPath(self.scene.curve(start, end))
        painter.setPen(paints.nothing)
        painter.setBrush(paints.accent)
        painter.drawEllipse(self.loose, 4, 4)

    def _family(self) -> str:
        source = self.fixed.node if self.fixed.output else (self.target.node if self.target else self.fixed.node)
        return self.scene.nodes[source].card.family

    def _mark_all(self) -> None:
        """Ports that can take the loose end are lit, the others dimmed."""
        if self.old is not None:
            self.scene.edges[self.old.target, self.old.input].show(hidden=True)
        wanted = not self.fixed.output
        for id, item in self.scene.nodes.items():
            if id == self.fixed.node:
                item.show_marks({(self.fixed.port, self.fixed.output): "possible"})
                continue
            ports = item.layout.outputs if wanted else item.layout.inputs
            mark = "impossible" if id in self._far else "possible"
            item.show_marks({(name, wanted): mark for name in ports} or {("", wanted): "impossible"})
        self._marked = self.scene.nodes[self.fixed.node]

    def _unmark(self) -> None:
        self.canvas.show_hint("", QPoint())
        if self.old is not None and (self.old.target, self.old.input) in self.scene.edges:
            self.scene.edges[self.old.target, self.old.input].show(hidden=False)
        for item in self.scene.nodes.values():
            item.show_marks(None)
        self.canvas.viewport().update()

    def _aim(self, at: QPointF) -> None:
        """Find the port that is meant: the one under the hand, or the best of the node under it."""
        hit = self.scene.hit(at, self.canvas.reach * REACH)
        wanted = not self.fixed.output
        found: End | None = None
        if hit.node is not None:
            if hit.port is not None and hit.port[1] == wanted:
                found = End(hit.node.id, hit.port[0], wanted)
            elif hit.node.id != self.fixed.node:
                ports = hit.node.layout.outputs if wanted else hit.node.layout.inputs
                port = wiring.best_port(self._graph, hit.node.id, ports, output=wanted)
                found = End(hit.node.id, port, wanted) if port is not None else None
        if found == self.target:
            return
        self._mark(self.target, "possible")
        self.target = found
        self._refused = wiring.refusal(self._graph, self.fixed.to(found)) if found is not None else ""
        self._mark(found, "target")

    def _mark(self, end: End | None, mark: str) -> None:
        if end is None or end.node in self._far or end.node not in self.scene.nodes:
            return
        item = self.scene.nodes[end.node]
        item.show_marks((item.marks or {}) | {(end.port, end.output): mark})

    def _what_happens(self, edge: Edge) -> str:
        """The shape that would flow, and which edge would have to go."""
        types = getattr(self.scene.checked, "types", {})
        shape = types.get((edge.source, edge.output))
        taken = self._graph.edge_into(edge.target, edge.input)
        said = [str(shape)] if shape is not None else []
        if taken is not None and taken != edge:
            said.append(f"replaces {self._graph.nodes[taken.source].name} → {self._graph.nodes[taken.target].name}")
        return " · ".join(said)

    def _let_go(self, at: QPointF) -> None:
        if self.old is None:
            self.canvas.seeking.open(at, self.fixed)
            return
        old, names = self.old, self.scene.graph.nodes
        label = f"Disconnect {names[old.source].name} from {names[old.target].name}"
        self.canvas.edit(label, lambda g: edits.disconnect(g, old.target, old.input))
