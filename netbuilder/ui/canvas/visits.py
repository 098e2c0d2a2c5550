"""Back and forward through the places a canvas was looked at from, blocks and other networks among them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF

from netbuilder.ui.canvas.trail import Trail, View
from netbuilder.ui.open_graph import name_at

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas


class Visits(QObject):
    """The trail of one canvas."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self._canvas, self._bench = canvas, canvas.bench
        self.trail = Trail()
        self._stepping = False  # on the trail itself: what is opened by that is no new step

    def here(self) -> View:
        """From where the open graph is looked at now."""
        return self._view(self._bench.path)

    def _view(self, path: tuple[str, ...]) -> View:
        middle = self._canvas.mapToScene(self._canvas.viewport().rect().center())
        return View(path, middle.x(), middle.y(), self._canvas.zoom)

    def leave(self) -> None:
        """Before a jump to another place of the graph."""
        if not self._stepping:
            self.trail.leave(self.here())

    def leave_path(self, old: tuple[str, ...]) -> None:
        """Before another graph is shown in place of the one at `old`."""
        if not self._stepping:
            self.trail.leave(self._view(old))

    def forget(self) -> None:
        """Another project is open."""
        self.trail.clear()

    def back(self) -> None:
        """To the view before."""
        self._go(self.trail.back, "There is no view to go back to.")

    def forward(self) -> None:
        """To the view that was gone back from."""
        self._go(self.trail.forward, "There is no view to go forward to.")

    def _go(self, step: Callable[[View], View | None], none: str) -> None:
        here = self.here()
        view = step(here)
        while view is not None and name_at(self._bench.project, view.path) is None:  # that graph is gone
            here, view = view, step(here)
        if view is None:
            self._bench.say(none)
        else:
            self.look(view)

    def look(self, view: View) -> None:
        """Show a view; this is no step of the trail."""
        self._stepping = True
        self._bench.go(view.path)
        self._stepping = False
        self._canvas.is_fitted = False
        self._canvas.set_zoom(view.zoom)
        self._canvas.centerOn(QPointF(view.x, view.y))
