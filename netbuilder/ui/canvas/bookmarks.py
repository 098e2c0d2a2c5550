"""Nine places of the project's drawings, each under a digit: set with one key, gone to with another.

They are saved with the project, and setting one takes the place of another, so it is a step that can be undone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.graph import Graph
from netbuilder.graph.annotations import bookmark
from netbuilder.project import Project
from netbuilder.ui.canvas.geometry import MIN_WIDTH
from netbuilder.ui.canvas.trail import View
from netbuilder.ui.open_graph import title_of

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

HALF = (MIN_WIDTH / 2, 40.0)  # from the corner of a card to about its middle


class Bookmarks:
    """Of one canvas. A digit stands for one place of the whole project."""

    def __init__(self, canvas: Canvas):
        self._canvas, self._bench = canvas, canvas.bench

    def set(self, digit: str) -> None:
        """Keep the view as it is now under this digit."""
        here, name = self._canvas.visits.here(), self._bench.graph_name

        def edit(project: Project) -> Project:
            for other, graph in project.graphs.items():
                if digit in graph.annotations.bookmarks and other != name:
                    project = project.with_graph(bookmark(graph, digit, None), other)
            return project.with_graph(bookmark(project.graphs[name], digit, (here.x, here.y, here.zoom)), name)

        if self._bench.try_apply(f"Set bookmark {digit}", edit):
            place = nearby(self._bench.graph, (here.x, here.y))
            self._bench.say(f"Bookmark {digit} is set{f' near {place}' if place else ''}.")

    def go(self, digit: str) -> None:
        """Look from where this bookmark was set."""
        name = self._graph_with(digit)
        if name is None:
            keys = self._bench.keymap.text(f"setBookmark{digit}")
            self._bench.say(f"There is no bookmark {digit} yet." + (f" {keys} sets it here." if keys else ""))
            return
        x, y, zoom = self._bench.project.graphs[name].annotations.bookmarks[digit]
        path = self._bench.opened.nearest(self._bench.project, name)
        self._canvas.visits.leave()
        self._canvas.visits.look(View(path, x, y, zoom))

    def words(self, digit: str) -> str:
        """What a bookmark leads to: "conv1, in BasicBlock"; "" if there is none."""
        name = self._graph_with(digit)
        if name is None:
            return ""
        graph = self._bench.project.graphs[name]
        place = nearby(graph, graph.annotations.bookmarks[digit][:2])
        where = title_of(name)
        return f"{place}, in {where}" if place else where

    def _graph_with(self, digit: str) -> str | None:
        graphs = self._bench.project.graphs
        names = [self._bench.graph_name, *graphs]
        return next((name for name in names if name in graphs and digit in graphs[name].annotations.bookmarks), None)


def nearby(graph: Graph, at: tuple[float, float]) -> str:
    """The title of the frame around a place, else the name of the node nearest to it; "" where nothing is drawn."""
    x, y = at
    for frame in graph.annotations.frames.values():
        left, top = frame.position
        if frame.title and left <= x <= left + frame.size[0] and top <= y <= top + frame.size[1]:
            return frame.title

    def distance(place: tuple[float, float]) -> float:
        return (place[0] + HALF[0] - x) ** 2 + (place[1] + HALF[1] - y) ** 2

    nearest = min(graph.nodes.values(), key=lambda node: distance(node.position), default=None)
    return nearest.name if nearest is not None else ""
