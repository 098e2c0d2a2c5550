"""The canvas: the view on the network that turns mouse and keys into gestures and edits.

An assembly: what is drawn is the scene's, what a hand does the gestures', what a menu does `Editing`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from netbuilder.graph import Graph, edits
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.accessible import Voices
from netbuilder.ui.canvas.annotating import Annotating
from netbuilder.ui.canvas.arranging import Arranging
from netbuilder.ui.canvas.blocking import Blocking
from netbuilder.ui.canvas.bookmarks import Bookmarks
from netbuilder.ui.canvas.cost_overlay import CostOverlay
from netbuilder.ui.canvas.cursor import Cursor
from netbuilder.ui.canvas.dropping import Drops
from netbuilder.ui.canvas.edge_item import EdgeItem
from netbuilder.ui.canvas.editing import Editing
from netbuilder.ui.canvas.finding import Finding
from netbuilder.ui.canvas.floating import Floating
from netbuilder.ui.canvas.hands import Hands
from netbuilder.ui.canvas.hinting import Hinting
from netbuilder.ui.canvas.hit import Hit
from netbuilder.ui.canvas.menus import menu_for
from netbuilder.ui.canvas.places import Places
from netbuilder.ui.canvas.rename_field import RenameField
from netbuilder.ui.canvas.scene import NetworkScene
from netbuilder.ui.canvas.seeking import Seeking
from netbuilder.ui.canvas.snapping import Snaps
from netbuilder.ui.canvas.viewport import Viewport
from netbuilder.ui.canvas.visits import Visits
from netbuilder.ui.plain_text import as_plain

if TYPE_CHECKING:
    from netbuilder.ui.open_graph import Path as GraphPath
    from netbuilder.ui.workbench import Workbench


class Canvas(Viewport):
    """`sampleWanted` asks for the samples, from the hint on an empty canvas."""

    sampleWanted = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(NetworkScene(bench.catalog, bench.look.theme), parent)
        self._network.setParent(self)
        self.bench = bench
        self.setObjectName("canvas")
        self.setAccessibleName("Network canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self._drops = Drops(self)
        self._lit: EdgeItem | None = None
        self.is_fitted = True
        self.places = Places(self)
        self._network.show_names(bench.names)
        self._network.show_graph(bench.graph)
        self._network.show_checked(self.places.seen())
        self.editing = Editing(self)
        self.annotating = Annotating(self)
        self.arranging = Arranging(self)
        self.blocking = Blocking(self)
        self.snaps = Snaps(bench.settings)
        self.hands = Hands(self)
        self.cost = CostOverlay(self)
        self.floating = Floating(self)
        self.seeking = Seeking(self)
        self.cursor = Cursor(self)
        self.visits = Visits(self)
        self.bookmarks = Bookmarks(self)
        self.hinting = Hinting(self)
        self.finding = Finding(self)
        self.voices = Voices(self)
        self.floating.menu.chosen.connect(self.seeking.add)
        self.floating.menu.closed.connect(self.setFocus)
        self.floating.empty.sample_wanted.connect(self.sampleWanted)
        bench.projectChanged.connect(self._project_changed)
        bench.pathChanged.connect(self._path_changed)
        bench.catalogChanged.connect(lambda: self._network.show_catalog(bench.catalog))
        bench.checking.checked.connect(self._checked)
        bench.selection.changed.connect(self._selection_changed)
        bench.look.changed.connect(self._look_changed)
        self._selection_changed()

    # What gestures and menus ask

    def scene(self) -> NetworkScene:
        return self._network

    @property
    def reach(self) -> float:
        """How far from a port a hand may be, in scene units: the same on screen at most zooms."""
        return min(geometry.REACH / self.zoom, 2 * geometry.REACH) if self.zoom < 1 else geometry.REACH

    @property
    def busy(self) -> bool:
        """Whether a gesture is going on."""
        return self.hands.moving

    @property
    def taking(self) -> bool:
        """Whether a layer from the list is being dragged over it."""
        return self._drops.going_on

    def edit(self, label: str, change: Callable[[Graph], Graph]) -> bool:
        """One undoable step on the graph; a broken rule is said and changes nothing."""
        return self.bench.try_edit(label, change)

    def edge_under(self, rect: QRectF) -> EdgeItem | None:
        """The edge that a card at this place lies on."""
        middle = rect.center()
        around = QRectF(middle.x() - 20, middle.y() - 20, 40, 40)
        found = self._network.edges_in(around)
        return next((item for item in found if item.shape().intersects(around)), None)

    def light_edge(self, edge: EdgeItem | None) -> None:
        """Light one edge up as what a drop would go into."""
        if self._lit is not None and self._lit is not edge:
            self._lit.show(hovered=False)
        self._lit = edge
        if edge is not None:
            edge.show(hovered=True)

    def show_hint(self, text: str, pixel: QPoint) -> None:
        self.floating.say(text, pixel)

    def cursor_place(self) -> QPointF:
        """Where the cursor is in the scene; the middle of the view if it is elsewhere."""
        pixel = self.viewport().mapFromGlobal(QCursor.pos())
        inside = self.viewport().rect().contains(pixel)
        return self.mapToScene(pixel if inside else self.viewport().rect().center())

    # What the window's menus do

    def select_all(self) -> None:
        self.bench.selection.set(self._network.nodes, self._network.beside.items)

    def rename(self) -> None:
        """Type a new name for the selected node in its place."""
        marks = self.bench.selection.marks
        if len(marks) == 1 and not self.bench.selection.nodes:
            self.annotating.edit_text(next(iter(marks)))
            return
        id = self.bench.selection.only
        item = self._network.nodes.get(id) if id is not None else None
        if item is None or id is None:
            return
        self.bring_into_view(item.rect())
        rect = item.rect()
        place = self.mapFromScene(QRectF(rect.left(), rect.top(), rect.width(), geometry.HEADER)).boundingRect()
        before = item.card.name
        field = RenameField(before, place, self)
        field.renamed.connect(
            lambda name: self.edit(f"Rename {before} to {name}", lambda g: edits.rename_node(g, id, name))
        )

    def zoom_to_fit(self) -> None:
        self.arranging.glide.end()  # it is fitted to where the nodes are going
        self.show_area(self._network.bounds())
        self.is_fitted = True

    def zoom_to_selection(self) -> None:
        self.arranging.glide.end()
        self.show_area(self._network.bounds(self.bench.selection.nodes or None))

    def cancel_gesture(self) -> bool:
        """Undo what is half done, whichever gesture it is. False if none was going on."""
        arrived = self.arranging.glide.end()
        return self.hands.cancel() or arrived

    # What happened elsewhere

    def _project_changed(self, old: object, new: object, label: str) -> None:
        self.cancel_gesture()
        self.light_edge(None)
        QToolTip.hideText()
        self._network.show_names(self.bench.names)
        self._network.show_graph(self.bench.graph)
        self.hinting.end()
        if label == "Open":
            self.places.forget()
            self.visits.forget()
            self.zoom_to_fit()

    def _path_changed(self, old: GraphPath, new: GraphPath) -> None:
        """Show another graph, from where it was looked at the last time."""
        self.cancel_gesture()
        self.light_edge(None)
        self.hinting.end()
        self.floating.menu.close_menu()
        QToolTip.hideText()
        self.visits.leave_path(old)
        self.places.switch(old, new)

    def _checked(self, _: object) -> None:
        seen = self.bench.seen
        self._network.show_checked(seen)
        self.floating.show_checked(seen)
        self.cost.refresh()
        if self.cursor.node is not None:
            self.voices.changed(self.cursor.node)

    def _selection_changed(self) -> None:
        selected = self.bench.selection.nodes
        self._network.show_selected(selected, self.bench.selection.marks)
        if selected or self.bench.selection.marks:
            self._network.select_edge(None)
        only = self.bench.selection.only
        item = self._network.nodes.get(only) if only is not None else None
        if self.hasFocus():
            self.voices.go_to(self.cursor.node)
        self.setAccessibleDescription(item.describe() if item is not None else f"{len(selected)} nodes selected")

    def _look_changed(self) -> None:
        self._network.show_theme(self.bench.look.theme)

    # Qt

    def paint_over(self, painter: QPainter) -> None:
        self.finding.paint(painter)
        self.hands.paint(painter)
        self._drops.paint(painter)
        self.cursor.paint(painter)
        self.hinting.paint(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hinting.end()
        if event.button() in (Qt.MouseButton.BackButton, Qt.MouseButton.ForwardButton):
            self.visits.back() if event.button() == Qt.MouseButton.BackButton else self.visits.forward()
            return
        self.is_fitted = False
        self.arranging.glide.end()
        self.floating.menu.close_menu()
        self.hands.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.seeking.pointing = True
        self.hands.move(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hands.release(event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            self.mousePressEvent(event)  # two quick clicks that select are two clicks
            return
        at = self.mapToScene(event.position().toPoint())
        hit = self._network.hit(at, self.reach)
        if hit.node is not None and hit.port is None:
            if self.bench.enter(hit.node.id):
                return
            self.bench.selection.set([hit.node.id])
            self.rename()
        elif hit.mark:
            self.annotating.edit_text(hit.mark)
        elif hit.edge is not None and hit.bend >= 0:
            self.annotating.remove_bend(hit.edge.edge, hit.bend)
        elif hit.edge is not None:
            self.annotating.add_bend(hit.edge.edge, at)
        elif not hit:
            self.seeking.open(at)
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.is_fitted = False
        self.show_hint("", QPoint())
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.busy:  # a hand that is moving something means that, and no other step with it
            if key == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo):
                self.cancel_gesture()
        elif key == Qt.Key.Key_Escape:
            if self.finding.active:
                self.finding.end()
            elif not self.cancel_gesture():
                self.bench.selection.set([])
                self._network.select_edge(None)
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hands.hold_space()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            if self.hands.leave_space():
                self.seeking.begin()
            return
        super().keyReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and self.hinting.active:
            self.hinting.key(cast(QKeyEvent, event))
            return True
        if event.type() == QEvent.Type.KeyPress and self.busy and cast(QKeyEvent, event).key() == Qt.Key.Key_Tab:
            return True
        if event.type() == QEvent.Type.ShortcutOverride and (self.busy or self.hinting.active):
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            tip = cast(QHelpEvent, event)
            QToolTip.showText(tip.globalPos(), as_plain(self.hands.tip(tip.pos())), self)
            return True
        if event.type() == QEvent.Type.Leave:
            self.seeking.pointing = False
            self._network.show_hovered(Hit())
            self.show_hint("", QPoint())
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.set_zoom(self.zoom * (1 + event.value()), event.position().toPoint())
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.cancel_gesture():
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        only = self.bench.selection.only
        if by_key and only in self._network.nodes:
            hit = Hit(self._network.nodes[cast(str, only)])
            at = hit.node.rect().center() if hit.node is not None else QPointF()
        else:
            at = self.mapToScene(event.pos())
            hit = self._network.hit(at, self.reach)
        if hit.node is not None and hit.node.id not in self.bench.selection.nodes:
            self.bench.selection.set([hit.node.id])
        if hit.mark and hit.mark not in self.bench.selection.marks:
            self.bench.selection.set([], [hit.mark])
        menu_for(self, hit, at).popup(self.screen_position(at))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.is_fitted:
            self.zoom_to_fit()
        self.floating.arrange()
        self.finding.place()
        self.cursor.arrange()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.cursor.show_focus(event.reason())
        self.voices.go_to(self.cursor.node)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.cursor.show_focus(None)
        self.hinting.end()
