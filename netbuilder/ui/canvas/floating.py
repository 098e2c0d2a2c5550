"""Keeps what floats over a canvas up to date and in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QPointF

from netbuilder.ui.canvas.minimap import Minimap
from netbuilder.ui.canvas.overlays import Callout, EmptyHint, Hint, StatusChip, ZoomChip, counts
from netbuilder.ui.canvas.search_menu import SearchMenu

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

MARGIN = 16


class Floating(QObject):
    """The overlays of one canvas."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self._canvas, self._bench = canvas, canvas.bench
        look, scene = canvas.bench.look, canvas.scene()
        self.status = StatusChip(look, canvas)
        self.zoom = ZoomChip(look, canvas)
        self.minimap = Minimap(scene, look, canvas)
        self.callout = Callout(look, canvas)
        self.empty = EmptyHint(look, canvas)
        self.hint = Hint(look, canvas)
        self.menu = SearchMenu(look, canvas)
        self._problem: Any = None
        self._hidden: Any = None

        self.zoom.zoomed_in.connect(canvas.zoom_in)
        self.zoom.zoomed_out.connect(canvas.zoom_out)
        self.zoom.reset.connect(lambda: canvas.set_zoom(1.0))
        self.zoom.fitted.connect(canvas.zoom_to_fit)
        self.minimap.pointed.connect(self._look_at)
        self.callout.fix_pressed.connect(self._mend)
        self.callout.closed.connect(self._hide_problem)
        scene.graph_shown.connect(self.refresh)
        canvas.viewed.connect(self.follow)
        self._bench.selection.changed.connect(self.show_problem)
        self.refresh()

    def refresh(self) -> None:
        """After the graph or the check has changed."""
        self._count()
        self.empty.setVisible(not self._canvas.scene().nodes)
        self.show_problem()
        self.arrange()

    def arrange(self) -> None:
        """Put everything where it belongs in a view of this size."""
        width, height = self._canvas.width(), self._canvas.height()
        self.zoom.adjustSize()
        self.status.adjustSize()
        self.zoom.move(MARGIN, height - MARGIN - self.zoom.height())
        gap = self.zoom.geometry().right() + 8
        self.status.move(gap, height - MARGIN - self.zoom.height() + (self.zoom.height() - self.status.height()) // 2)
        self.minimap.move(width - MARGIN - self.minimap.width(), height - MARGIN - self.minimap.height())
        self.empty.adjustSize()
        self.empty.move((width - self.empty.width()) // 2, (height - self.empty.height()) // 2)
        self.follow()

    def follow(self) -> None:
        """After the view has moved over the scene."""
        canvas = self._canvas
        self.zoom.tell(canvas.zoom)
        self.minimap.show_view(canvas.visible_area())
        self._place_callout()

    def show_problem(self) -> None:
        """The problem of the selected node, else the first that one click can mend."""
        checked, nodes = self._canvas.scene().checked, self._canvas.scene().nodes
        problems = [p for p in getattr(checked, "problems", ()) if p.node in nodes]
        selected = self._bench.selection.nodes
        chosen = next((p for p in problems if p.node in selected), None)
        if chosen is None:
            chosen = next((p for p in problems if p.fix is not None and p.severity == "error"), None)
        if chosen is not None and (chosen.node, chosen.sentence) == self._hidden:
            chosen = None
        self._problem = chosen
        if chosen is not None:
            self.callout.tell(chosen.sentence, chosen.severity, chosen.fix.label if chosen.fix else None)
        self._place_callout()

    def _place_callout(self) -> None:
        canvas, problem = self._canvas, self._problem
        item = canvas.scene().nodes.get(problem.node) if problem is not None else None
        if item is None or canvas.far or canvas.busy:
            self.callout.hide()
            return
        rect = canvas.mapFromScene(item.rect()).boundingRect()
        if not canvas.viewport().rect().intersects(rect):
            self.callout.hide()
            return
        width, height = self.callout.width(), self.callout.height()
        below = rect.bottom() + 14
        y = below if below + height < canvas.height() - 8 else rect.top() - 14 - height
        x = max(8, min(rect.center().x() - width // 2, canvas.width() - width - 8))
        self.callout.move(x, y)
        self.callout.show()

    def show_checked(self, checked: Any) -> None:
        """After the scene shows what a check has found."""
        self._count()
        if self._hidden is not None and self._hidden not in [(p.node, p.sentence) for p in checked.problems]:
            self._hidden = None
        self.show_problem()
        self.arrange()

    def _count(self) -> None:
        checked = self._canvas.scene().checked
        self.status.tell(counts(len(self._canvas.scene().nodes), getattr(checked, "cost", None)))

    def _hide_problem(self) -> None:
        if self._problem is not None:
            self._hidden = (self._problem.node, self._problem.sentence)
        self.show_problem()

    def _mend(self) -> None:
        problem = self._problem
        if problem is not None and problem.fix is not None:
            self._bench.try_apply(problem.fix.label, problem.fix.edit)

    def _look_at(self, place: QPointF) -> None:
        self._canvas.centerOn(place)

    def say(self, text: str, pixel: QPoint) -> None:
        self.hint.tell(text, pixel.x(), pixel.y())
