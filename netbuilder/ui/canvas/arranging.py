"""Order on the canvas: tidying, aligning and distributing nodes, each one undoable step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QPointF

from netbuilder.graph import Graph, edits
from netbuilder.graph.aligning import Axis, Line, aligned, distributed
from netbuilder.graph.boxes import Ports
from netbuilder.graph.room import Box, Place
from netbuilder.ui import errand
from netbuilder.ui.canvas import wiring
from netbuilder.ui.canvas.gliding import Glide
from netbuilder.ui.canvas.viewport import FIT_MARGIN

if TYPE_CHECKING:
    from netbuilder.graph.arrange import Arranged
    from netbuilder.ui.canvas.canvas import Canvas
    from netbuilder.ui.canvas.geometry import Layout

LINES: tuple[Line, ...] = get_args(Line)
AXES: tuple[Axis, ...] = get_args(Axis)
WORDS = {
    "left": "Align left edges",
    "centre": "Align centres",
    "right": "Align right edges",
    "top": "Align top edges",
    "middle": "Align middles",
    "bottom": "Align bottom edges",
    "across": "Distribute across",
    "down": "Distribute down",
}


class Arranging:
    """What puts the nodes of one canvas in order."""

    def __init__(self, canvas: Canvas):
        self._canvas, self._bench, self._scene = canvas, canvas.bench, canvas.scene()
        self._working = False
        self.glide = Glide(canvas)

    @property
    def _graph(self) -> Graph:
        return self._bench.graph

    def _selected(self) -> list[str]:
        return [id for id in self._graph.nodes if id in self._bench.selection.nodes]

    # Tidying

    def tidy(self) -> None:
        """Arrange the selected nodes if there are several, all if not, in the direction of the drawing. The arranging
        is done on a thread of its own, which ends with it."""
        graph, chosen = self._graph, self._selected()
        if not len(graph) or self._working:
            return
        self._working = True
        only = set(chosen) if len(chosen) > 1 else None
        down = graph.annotations.direction == "down"
        sizes = {id: (item.layout.width, item.layout.height) for id, item in self._scene.nodes.items()}
        ports = {id: ports_of(item.layout, down) for id, item in self._scene.nodes.items()}
        view = self._canvas.viewport()
        room = (view.width() - 2 * FIT_MARGIN, view.height() - 2 * FIT_MARGIN)

        def work() -> Arranged:
            from netbuilder.graph.arrange import arrange

            return arrange(graph, sizes, only, room, ports, down=down)

        errand.send(
            self._bench.bridge,
            self._canvas,
            "tidy",
            work,
            lambda found, fault: self._tidied(graph, found, fault, whole=only is None),
        )

    def _tidied(self, graph: Graph, found: Arranged | None, fault: Exception | None, *, whole: bool) -> None:
        from netbuilder.graph.arrange import arranged

        self._working = False
        if found is None:
            raise fault or RuntimeError("tidying gave no places")
        if self._graph is not graph:
            self._bench.say("The drawing changed while it was being tidied. Tidy it again.")
            return
        label = "Tidy layout" if whole else wiring.count("Tidy", graph, found.places)
        self._move(label, found.places, lambda g: arranged(g, found), fit=whole)

    # Aligning

    def align(self, line: Line) -> None:
        """Bring the selected nodes onto one line."""
        self._line_up(line, 2, lambda boxes: aligned(boxes, line))

    def distribute(self, axis: Axis) -> None:
        """Put equal gaps between the selected nodes."""
        self._line_up(axis, 3, lambda boxes: distributed(boxes, axis))

    def _line_up(self, how: str, least: int, find: Callable[[Mapping[str, Box]], dict[str, Place]]) -> None:
        rects = {id: self._scene.nodes[id].rect() for id in self._selected()}
        if len(rects) < least:
            many = "two" if least == 2 else "three"
            self._bench.say(f"Select {many} or more nodes to {WORDS[how][:1].lower()}{WORDS[how][1:]}.")
            return
        boxes = {id: Box(rect.left(), rect.top(), rect.width(), rect.height()) for id, rect in rects.items()}
        places = {id: at for id, at in find(boxes).items() if at != (boxes[id].left, boxes[id].top)}
        if places:
            self._move(WORDS[how], places, lambda g: edits.move_nodes(g, places))

    def _move(
        self, label: str, places: Mapping[str, Place], change: Callable[[Graph], Graph], *, fit: bool = False
    ) -> None:
        """One step, into which the nodes glide. `fit`: all of it is in view, as it will be once they are there."""
        before = {id: QPointF(self._scene.nodes[id].pos()) for id in places if id in self._scene.nodes}
        if not self._canvas.edit(label, change):
            return
        if fit:
            self._canvas.zoom_to_fit()  # before the glide, which draws them where they were
        self.glide.begin(before)


def ports_of(layout: Layout, down: bool) -> Ports:
    """How far from a card's first corner its ports are: from its top, or from its left side where edges run down."""
    ins, outs = (
        {name: place.x() if down else place.y() for name, place in side.items()}
        for side in (layout.inputs, layout.outputs)
    )
    return ins, outs
