"""Keeps what floats over a canvas up to date and in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QSize

from netbuilder.expression import resolve
from netbuilder.graph.block import REPEAT
from netbuilder.project import blocks
from netbuilder.ui.canvas.breadcrumb import Breadcrumb, crumbs_of
from netbuilder.ui.canvas.minimap import Minimap
from netbuilder.ui.canvas.overlays import Callout, EmptyHint, Hint, StatusChip, ZoomChip, counts
from netbuilder.ui.canvas.search_menu import SearchMenu
from netbuilder.ui.open_graph import name_at, values_at

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas
    from netbuilder.ui.open_graph import Path

MARGIN = 16
MINIMAP = "canvas/minimap"  # in the settings: whether it is shown
AWAY = 14  # between a node and the note about it


class Floating(QObject):
    """The overlays of one canvas."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self._canvas, self._bench = canvas, canvas.bench
        look, scene = canvas.bench.look, canvas.scene()
        self.status = StatusChip(look, canvas)
        self.zoom = ZoomChip(look, canvas)
        self.minimap = Minimap(scene, look, canvas)
        self.minimap.wanted = canvas.bench.settings.value(MINIMAP, True, bool)
        self.callout = Callout(look, canvas)
        self.empty = EmptyHint(look, canvas)
        self.hint = Hint(look, canvas)
        self.menu = SearchMenu(look, canvas)
        self.breadcrumb = Breadcrumb(look, canvas)
        self._problem: Any = None
        self._hidden: Any = None

        self.zoom.zoomed_in.connect(canvas.zoom_in)
        self.zoom.zoomed_out.connect(canvas.zoom_out)
        self.zoom.reset.connect(lambda: canvas.set_zoom(1.0))
        self.zoom.fitted.connect(canvas.zoom_to_fit)
        self.minimap.pointed.connect(self._look_at)
        self.minimap.zoomed.connect(self._zoom_at)
        self.minimap.hidden.connect(self.toggle_minimap)
        self.callout.fix_pressed.connect(self._mend)
        self.callout.closed.connect(self._hide_problem)
        self.breadcrumb.chosen.connect(self._go_up_to)
        scene.graph_shown.connect(self.refresh)
        canvas.viewed.connect(self.follow)
        self._bench.selection.changed.connect(self.show_problem)
        self.refresh()

    def refresh(self) -> None:
        """After the graph or the check has changed."""
        self._count()
        self._show_way()
        self._say_how_to_begin()
        self.show_problem()
        self.arrange()

    def _say_how_to_begin(self) -> None:
        """On an empty canvas. A sample takes the place of the whole project: it is offered while that is empty too."""
        project = self._bench.project
        self.empty.tell(
            block=self._bench.graph_name in project.blocks, alone=not any(map(len, project.graphs.values()))
        )
        self.empty.setVisible(not self._canvas.scene().nodes)

    def arrange(self) -> None:
        """Put everything where it belongs in a view of this size."""
        width, height = self._canvas.width(), self._canvas.height()
        self.zoom.adjustSize()
        self.status.adjustSize()
        self.zoom.move(MARGIN, height - MARGIN - self.zoom.height())
        gap = self.zoom.geometry().right() + 8
        self.status.move(gap, height - MARGIN - self.zoom.height() + (self.zoom.height() - self.status.height()) // 2)
        self.breadcrumb.fit(width - 2 * MARGIN)
        self.breadcrumb.move(MARGIN, MARGIN)
        legend = self._canvas.cost.legend
        legend.adjustSize()
        beside = width - MARGIN - legend.width() > self.breadcrumb.geometry().right() + MARGIN
        below = MARGIN if beside or not self.breadcrumb.isVisible() else self.breadcrumb.geometry().bottom() + 8
        legend.move(max(MARGIN, width - MARGIN - legend.width()), below)
        self.minimap.fit(width)
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
        """The error of the selected node, else the first that one click can mend. A warning is on the node itself."""
        checked, nodes = self._canvas.scene().checked, self._canvas.scene().nodes
        problems = [p for p in getattr(checked, "problems", ()) if p.node in nodes]
        selected = self._bench.selection.nodes
        worth = [p for p in problems if p.fix is not None or p.severity == "error"]
        chosen = next((p for p in worth if p.node in selected), None)
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
        if item is None or canvas.far or canvas.busy or canvas.taking:
            self.callout.hide()
            return
        rect = canvas.mapFromScene(item.rect()).boundingRect()
        if not canvas.viewport().rect().intersects(rect):
            self.callout.hide()
            return
        others = canvas.scene().nodes_in(canvas.visible_area())
        cards = [canvas.mapFromScene(other.rect()).boundingRect() for other in others]
        room = canvas.viewport().rect().adjusted(8, 8, -8, -8)
        self.callout.fit(room.width())
        self.callout.move(best_place(self.callout.size(), rect, room, cards).topLeft())
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
        cost = getattr(checked, "cost", None) if getattr(checked, "types", None) else None  # no shapes, no cost yet
        self.status.tell(counts(len(self._canvas.scene().nodes), cost))

    def show_keys(self, text: str) -> None:
        """What the gesture that goes on does, and which keys change it; "" when it is over."""
        if text:
            self.status.tell(f"{text} · Esc calls it off")
        else:
            self._count()

    def _show_way(self) -> None:
        """Where the open block stands, what it is called, and how often it stands elsewhere."""
        project, path = self._bench.project, self._bench.path
        way = crumbs_of(project, path)
        block = way[-1].block
        if not block:
            self.breadcrumb.tell(way, "")
            return
        count = sum(1 for _ in blocks.standings(project, block))
        stands = "stands nowhere yet" if not count else f"stands {count} times" if count > 1 else ""
        times = f" ×{self._repeats(path)}" if self._repeats(path) > 1 else ""
        name = f"block {block}{times}" if len(way) > 1 and (block != way[-1].text or times) else ""
        self.breadcrumb.tell(way, " · ".join(part for part in (name, stands) if part))

    def _repeats(self, path: Path) -> int:
        """How many times the open block stands in a row."""
        around = name_at(self._bench.project, path[:-1])
        if around is None:
            return 1
        settings = self._bench.project.graphs[around].settings_of(path[-1])
        count = resolve(settings, values_at(self._bench.project, path[:-1])).get(REPEAT, 1)
        return count if isinstance(count, int) else 1

    def _go_up_to(self, path: Path) -> None:
        here = self._bench.path
        self._bench.go(path, [here[len(path)]] if len(here) > len(path) else None)
        self._canvas.setFocus()

    def _hide_problem(self) -> None:
        if self._problem is not None:
            self._hidden = (self._problem.node, self._problem.sentence)
        self.show_problem()
        self._canvas.setFocus()

    def _mend(self) -> None:
        problem = self._problem
        if problem is not None and problem.fix is not None:
            self._bench.try_apply(problem.fix.label, problem.fix.edit)
        self._canvas.setFocus()  # the button is gone: what is typed next is meant for the canvas

    def toggle_minimap(self) -> None:
        """Hide the minimap, or show it again where the drawing is larger than the view. It is kept."""
        shown = not self.minimap.wanted
        self._bench.settings.setValue(MINIMAP, shown)
        self.minimap.wanted = shown
        self.follow()
        if shown and not self.minimap.isVisible():
            self._bench.say("The minimap is there as soon as the drawing is larger than the view.")

    def _zoom_at(self, place: QPointF, factor: float) -> None:
        self._canvas.is_fitted = False
        self._canvas.set_zoom(self._canvas.zoom * factor, self._canvas.mapFromScene(place))

    def _look_at(self, place: QPointF) -> None:
        self._canvas.is_fitted = False
        self._canvas.centerOn(place)

    def say(self, text: str, pixel: QPoint) -> None:
        self.hint.tell(text, pixel.x(), pixel.y())


def best_place(size: QSize, node: QRect, room: QRect, cards: list[QRect]) -> QRect:
    """Where a note about `node` hides the least: below it, above it or beside it, within `room`."""
    width, height = size.width(), size.height()
    x, y = node.center().x() - width // 2, node.center().y() - height // 2
    places = []
    for left, top in (
        (x, node.bottom() + AWAY),
        (x, node.top() - AWAY - height),
        (node.right() + 2 * AWAY, y),
        (node.left() - 2 * AWAY - width, y),
        (x, node.bottom() + AWAY + height),
    ):
        left = max(room.left(), min(left, room.right() - width))
        top = max(room.top(), min(top, room.bottom() - height))
        places.append(QRect(left, top, width, height))

    def hidden(place: QRect) -> int:
        shared = [place.intersected(card) for card in cards]
        return sum(part.width() * part.height() for part in shared if not part.isEmpty())

    return min(places, key=hidden)  # the first of equals
