"""Nodes gliding on the canvas from where they were to where they are now. The graph has them there already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QVariantAnimation
from PySide6.QtWidgets import QStyle

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

SPAN = 220  # milliseconds
MOST = 1000  # nodes; more are put where they go at once


class Glide(QObject):
    """At most one at a time; any edit, gesture or Esc ends it, with every node in its place."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self._canvas, self._scene = canvas, canvas.scene()
        self._from: dict[str, QPointF] = {}
        self._to: dict[str, QPointF] = {}
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(SPAN)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._move)
        self._motion.finished.connect(self._arrive)

    @property
    def going_on(self) -> bool:
        return bool(self._to)

    def begin(self, before: Mapping[str, QPointF]) -> None:
        """From these places to where the graph has the nodes; at once where the desktop wants no motion."""
        self.end()
        nodes = self._scene.graph.nodes
        moved = {id: place for id, place in before.items() if id in nodes and place != QPointF(*nodes[id].position)}
        still = not self._canvas.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self._canvas)
        if still or not moved or len(nodes) > MOST:
            return
        self._from, self._to = moved, {id: QPointF(*nodes[id].position) for id in moved}
        self._scene.place(self._from)
        self._motion.start()

    def end(self) -> bool:
        """Every node in its place now. False if none was on its way."""
        going = self.going_on
        self._motion.stop()
        self._arrive()
        return going

    def _move(self, part: float) -> None:
        if self._to:
            self._scene.place({id: start + (self._to[id] - start) * part for id, start in self._from.items()})

    def _arrive(self) -> None:
        to, self._to, self._from = self._to, {}, {}
        if to:
            nodes = self._scene.graph.nodes
            self._scene.place({id: QPointF(*nodes[id].position) for id in to if id in nodes})
            self._scene.came_to_rest()
            self._canvas.floating.follow()
