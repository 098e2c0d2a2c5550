"""From mouse events to gestures: which one a press begins, and what is under a hand that only hovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter

from netbuilder.layers.layer import purpose
from netbuilder.ui.canvas.connecting import Connect
from netbuilder.ui.canvas.framing import CURSORS, MoveBend, MoveMarks, ResizeMark
from netbuilder.ui.canvas.gestures import Gesture, Pan, RubberBand
from netbuilder.ui.canvas.hit import Hit
from netbuilder.ui.canvas.knife import Knife
from netbuilder.ui.canvas.moving import CopyNodes, MoveNodes, PullOut
from netbuilder.ui.canvas.wiring import End

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

SHORE = 28  # pixels from the edge of the view within which a gesture makes it drift
DRIFT = 14  # pixels it drifts at most in one frame
FRAME = 16  # milliseconds
TAP = 300  # milliseconds up to which the space bar opens the search instead of panning


class Hands:
    """Holds the one gesture that is going on."""

    def __init__(self, canvas: Canvas):
        self._canvas, self._scene = canvas, canvas.scene()
        self._gesture: Gesture | None = None
        self._space = False
        self._space_held = QElapsedTimer()
        self._pixel = QPoint()
        self._grip = ""  # of the frame or note under the hand
        self._drift = QTimer(canvas)
        self._drift.setInterval(FRAME)
        self._drift.timeout.connect(self._drift_on)

    @property
    def moving(self) -> bool:
        """Whether a gesture is going on that is more than a click by now."""
        return self._gesture is not None and self._gesture.moving

    def press(self, event: QMouseEvent) -> None:
        if self._gesture is not None:
            self.cancel()  # a second button while a gesture goes on means no
            return
        self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
        self._gesture = self._begin(event)
        self._show_cursor()

    def move(self, pixel: QPoint) -> None:
        gesture = self._gesture
        if gesture is None:
            self._hover(pixel)
            return
        started, self._pixel = gesture.moving, pixel
        gesture.drag(self._canvas.mapToScene(pixel), pixel)
        if gesture.moving and not started:
            self._show_cursor()
            self._scene.show_hovered(Hit())
            self._canvas.floating.show_problem()
            self._canvas.floating.show_keys(gesture.hint)
        if gesture.moving and gesture.drifts and not self._shove().isNull():
            self._drift.start()

    def release(self, pixel: QPoint) -> None:
        gesture, self._gesture = self._gesture, None
        self._drift.stop()
        if gesture is not None:
            gesture.release(self._canvas.mapToScene(pixel), pixel)
        self._rest()

    def cancel(self) -> bool:
        """Undo what is half done. False if nothing was going on."""
        gesture, self._gesture = self._gesture, None
        self._drift.stop()
        if gesture is None:
            return False
        gesture.cancel()
        self._rest()
        return True

    def _rest(self) -> None:
        self._show_cursor()
        self._canvas.floating.show_problem()
        self._canvas.floating.show_keys("")

    def hold_space(self) -> None:
        """From now on the left button pans."""
        self._space = True
        self._space_held.start()
        self._show_cursor()

    def leave_space(self) -> bool:
        """Whether the space bar was only tapped."""
        held, self._space = self._space, False
        self._show_cursor()
        return held and self._gesture is None and self._space_held.elapsed() < TAP

    def tip(self, pixel: QPoint) -> str:
        """What a tooltip says about the node here: its problem, and what its layer is for."""
        hit = self._scene.hit(self._canvas.mapToScene(pixel), self._canvas.reach)
        if hit.node is None or hit.port is not None:
            return ""
        card = hit.node.card
        said = purpose(type(card.layer)) if card.layer is not None else "This version does not know this kind of layer."
        uses = f"Uses the weights of {card.uses}." if card.uses else ""
        return "\n".join(part for part in (card.sentence, uses, said) if part)

    def paint(self, painter: QPainter) -> None:
        if self._gesture is not None:
            self._gesture.paint(painter)

    def _shove(self) -> QPoint:
        """How far the view should drift now: the nearer to its edge the hand is, the further."""
        area = self._canvas.viewport().rect()
        across = max(0, SHORE - self._pixel.x()) - max(0, self._pixel.x() - (area.width() - SHORE))
        down = max(0, SHORE - self._pixel.y()) - max(0, self._pixel.y() - (area.height() - SHORE))
        return QPoint(*(round(max(-1.0, min(way / SHORE, 1.0)) * DRIFT) for way in (across, down)))

    def _drift_on(self) -> None:
        shove = self._shove()
        if self._gesture is None or shove.isNull():
            self._drift.stop()
            return
        self._canvas.pan(shove)
        self._gesture.drag(self._canvas.mapToScene(self._pixel), self._pixel)

    def _begin(self, event: QMouseEvent) -> Gesture | None:
        canvas, pixel = self._canvas, event.position().toPoint()
        at, left = canvas.mapToScene(pixel), event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (self._space and left):
            return Pan(canvas, at, pixel)
        if not left:
            return None
        hit = self._scene.hit(at, canvas.reach)
        if hit.node is not None and hit.port is not None:
            return self._begin_edge(hit.node.id, hit.port, at, pixel)
        selection, keys = canvas.bench.selection, event.modifiers()
        shift, control = (
            bool(keys & key) for key in (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
        )
        if hit.node is not None:
            if keys & Qt.KeyboardModifier.AltModifier or (shift and control):  # many desktops keep Alt for themselves
                return CopyNodes(canvas, at, pixel, hit.node.id)
            if shift:
                return PullOut(canvas, at, pixel, hit.node.id, adds=True)
            if not control and hit.node.id not in selection.nodes:
                selection.set([hit.node.id])
            if selection.marks and hit.node.id in selection.nodes and not control:
                return MoveMarks(canvas, at, pixel, hit.node.id)
            return MoveNodes(canvas, at, pixel, hit.node.id, adds=control)
        if hit.edge is not None and (hit.bend >= 0 or keys & Qt.KeyboardModifier.AltModifier):
            edge, number = hit.edge.edge, hit.bend if hit.bend >= 0 else hit.edge.segment_at(at)
            selection.set([])
            return MoveBend(canvas, at, pixel, edge, number, new=hit.bend < 0)
        if hit.mark:
            if hit.grip == "bar":
                return MoveMarks(canvas, at, pixel, hit.mark, adds=shift or control)
            return ResizeMark(canvas, at, pixel, hit.mark, hit.grip)
        if hit.edge is not None:
            selection.set([])
            self._scene.select_edge((hit.edge.edge.target, hit.edge.edge.input))
            return None
        self._scene.select_edge(None)
        if control:
            return Knife(canvas, at, pixel)
        return RubberBand(canvas, at, pixel, selection.nodes if shift else frozenset())

    def _begin_edge(self, id: str, port: tuple[str, bool], at: QPointF, pixel: QPoint) -> Gesture:
        name, output = port
        old = None if output else self._scene.graph.edge_into(id, name)
        if old is not None:
            return Connect(self._canvas, at, pixel, End(old.source, old.output, True), old)
        return Connect(self._canvas, at, pixel, End(id, name, output))

    def _hover(self, pixel: QPoint) -> None:
        canvas = self._canvas
        hit = self._scene.hit(canvas.mapToScene(pixel), canvas.reach)
        self._scene.show_hovered(hit)
        self._grip = hit.grip
        self._show_cursor()
        canvas.show_hint(self._what_is(hit), pixel)

    def _what_is(self, hit: Hit) -> str:
        """The words beside the cursor over an edge or a port."""
        types = getattr(self._scene.checked, "types", {})
        if hit.edge is not None:
            return str(types.get((hit.edge.edge.source, hit.edge.edge.output), ""))
        if hit.node is None or hit.port is None:
            return ""
        name, output = hit.port
        layer = hit.node.card.layer
        ports = {port.name: port for port in (layer.outputs() if output else layer.inputs())} if layer else {}
        axes = " ".join(ports[name].axes) if name in ports else ""
        shape = str(types.get((hit.node.id, name), "")) if output else ""
        return " · ".join(part for part in (name, shape or axes) if part)

    def _show_cursor(self) -> None:
        port = self._canvas.viewport()
        if self._gesture is not None and self._gesture.cursor is not None:
            port.setCursor(self._gesture.cursor)
        elif self._space:
            port.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._grip in CURSORS:
            port.setCursor(CURSORS[self._grip])
        else:
            port.unsetCursor()
