"""One drawing to look at, with what became of its nodes and edges: nothing in it can be moved or edited.

The canvas paints it; this adds an outline and a sign to what differs, and fades the rest. It knows nothing about runs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QToolTip, QWidget

from netbuilder.comparison.drawings import ADDED, CHANGED, REMOVED
from netbuilder.graph import Edge, Graph
from netbuilder.layers import Catalog
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.scene import NetworkScene
from netbuilder.ui.canvas.viewport import Viewport
from netbuilder.ui.look import Look
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import RADIUS

TOKENS = {ADDED: "good", REMOVED: "danger", CHANGED: "warning"}  # of the theme, by what became of a node
SIGNS = {ADDED: "+", REMOVED: "−", CHANGED: "≠"}  # not by its colour alone
BADGE = 10.0  # half as wide as a sign's circle, in pixels
FIT = 24  # pixels left free around a drawing
OUTLINE = 2.4  # pixels


class DrawingView(Viewport):
    """`fit_wanted`: it was asked for here. `resized`: there is another size to fit it into. `steered`: a hand has moved
    or zoomed it."""

    fit_wanted = Signal()
    resized = Signal()
    steered = Signal()

    def __init__(self, catalog: Catalog, look: Look, parent: QWidget | None = None):
        self.network = NetworkScene(catalog, look.theme)
        super().__init__(self.network, parent)
        self.network.setParent(self)
        self._look = look
        self._states: Mapping[str, str] = {}
        self._words: Mapping[str, str] = {}
        self._edges: tuple[tuple[tuple[str, str], str], ...] = ()
        self._held: QPoint | None = None
        self.setMinimumSize(160, 120)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        look.changed.connect(self._restyle)

    def show_drawing(
        self,
        graph: Graph,
        names: Mapping[str, object],
        states: Mapping[str, str],
        words: Mapping[str, str],
        edges: Collection[Edge],
        edge_state: str,
        *,
        in_block: bool,
    ) -> None:
        """Show a graph. `states` says what became of nodes, by id, and `words` how; `edges` bear `edge_state`; all else
        steps back where there is any of these. `names` are what the settings of the block around come to."""
        self.network.show_other(graph, None, in_block=in_block)
        self.network.show_names(names)
        self._states = {id: state for id, state in states.items() if id in graph.nodes}
        self._words = words
        self._edges = tuple(((edge.target, edge.input), edge_state) for edge in edges)
        changed = bool(states or edges)
        for id, item in self.network.nodes.items():
            item.show_faded(changed and id not in self._states)
        self.viewport().update()

    @property
    def states(self) -> dict[str, str]:
        """What is shown of each node that differs, by its id."""
        return dict(self._states)

    def area(self) -> QRectF:
        """All that is drawn, in scene coordinates."""
        return geometry.bounds(
            [self.network.bounds(), *(edge.path.boundingRect() for edge in self.network.edges.values())]
        )

    def follow(self, other: Viewport) -> None:
        """Show the part of the scene that another view shows."""
        self.set_zoom(other.zoom)
        self.centerOn(other.mapToScene(other.viewport().rect().center()))

    def words_at(self, pixel: QPoint) -> str:
        """What there is to say of the node at a pixel of the view; "" where there is nothing."""
        place = self.mapToScene(pixel)
        hit = self.network.nodes_in(QRectF(place.x(), place.y(), 1, 1))
        return self._words.get(hit[0].id, "") if hit else ""

    def paint_over(self, painter: QPainter) -> None:
        """Outlines and signs of what differs."""
        theme, zoom = self._look.theme, self.zoom
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at, state in self._edges:
            item = self.network.edges.get(at)
            if item is not None:
                painter.setPen(_pen(getattr(theme, TOKENS[state])))
                painter.drawPath(item.path)
        out = 2 / zoom
        for id, state in self._states.items():
            color = getattr(theme, TOKENS[state])
            rect = self.network.nodes[id].rect().adjusted(-out, -out, out, out)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(_pen(color))
            painter.drawRoundedRect(rect, RADIUS + 2 + out, RADIUS + 2 + out)
            if not self.far:
                self._paint_sign(painter, rect.topRight(), state, color)

    def _paint_sign(self, painter: QPainter, corner: QPointF, state: str, color: str) -> None:
        zoom = self.zoom
        half = BADGE / zoom * min(1.0, zoom / 0.6)
        place = QRectF(corner.x() - half * 1.2, corner.y() - half, 2 * half, 2 * half)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(color))
        painter.drawEllipse(place)
        font = QFont(self.font())
        font.setPixelSize(max(1, round(half * 1.5)))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(self._look.theme.canvas))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, SIGNS[state])

    def _restyle(self) -> None:
        self.network.show_theme(self._look.theme)

    # Qt

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.steered.emit()
        super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position().toPoint()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.steered.emit()
            now = event.position().toPoint()
            self.pan(now - self._held)
            self._held = now

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 48
        steps = {
            Qt.Key.Key_Left: QPoint(step, 0),
            Qt.Key.Key_Right: QPoint(-step, 0),
            Qt.Key.Key_Up: QPoint(0, step),
            Qt.Key.Key_Down: QPoint(0, -step),
        }
        zooms = {Qt.Key.Key_Plus: self.zoom_in, Qt.Key.Key_Equal: self.zoom_in, Qt.Key.Key_Minus: self.zoom_out}
        key = Qt.Key(event.key())
        if key in steps:
            self.steered.emit()
            self.pan(steps[key])
        elif key in zooms:
            self.steered.emit()
            zooms[key]()
        elif key == Qt.Key.Key_F:
            self.fit_wanted.emit()
        else:
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), as_plain(self.words_at(event.pos())), self)
            return True
        return super().viewportEvent(event)


def _pen(color: str) -> QPen:
    pen = QPen(QColor(color), OUTLINE)
    pen.setCosmetic(True)
    return pen
