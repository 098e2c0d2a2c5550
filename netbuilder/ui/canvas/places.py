"""Shows another graph on the canvas when another path is opened, from where it was looked at the last time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas
    from netbuilder.ui.open_graph import Path
    from netbuilder.ui.seen import Seen


@dataclass(frozen=True)
class Place:
    """From where a graph is looked at; `fitted`: all of it is in view, however large the view is."""

    zoom: float
    center: QPointF
    fitted: bool


class Places:
    """The places of one canvas, by path."""

    def __init__(self, canvas: Canvas):
        self._canvas = canvas
        self._places: dict[Path, Place] = {}

    def forget(self) -> None:
        """Another project is open: no place means anything in it."""
        self._places.clear()

    def seen(self) -> Seen | None:
        """What is known of the graph on show; None before anything was checked."""
        bench = self._canvas.bench
        return bench.seen if bench.checking.latest is not None else None

    def switch(self, old: Path, new: Path) -> None:
        """Show the graph at `new` in place of the one at `old`."""
        canvas, bench, scene = self._canvas, self._canvas.bench, self._canvas.scene()
        center = canvas.mapToScene(canvas.viewport().rect().center())
        self._places[old] = Place(canvas.zoom, center, canvas.is_fitted)
        scene.show_names(bench.names)
        if scene.graph is bench.graph:  # the same block at another place, or under another name
            scene.show_checked(self.seen())
        else:
            scene.show_other(bench.graph, self.seen(), in_block=bench.graph_name in bench.project.blocks)
            self._look_from(self._places.get(new))
        canvas.floating.refresh()
        canvas.cost.refresh()

    def _look_from(self, place: Place | None) -> None:
        if place is None or place.fitted:
            self._canvas.zoom_to_fit()
        else:
            self._canvas.is_fitted = False
            self._canvas.set_zoom(place.zoom)
            self._canvas.centerOn(place.center)
