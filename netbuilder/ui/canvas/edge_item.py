"""One edge on the canvas: a curve between two ports. It decides nothing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.graph import Edge
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.node_item import EDGE_Z
from netbuilder.ui.canvas.paints import Paints

NEARBY = 14.0  # how wide the strip is in which an edge is meant


class EdgeItem(QGraphicsItem):
    """`lit` is on while it is selected, hovered, or one of its ends is selected: then it bears its source's colour."""

    def __init__(self, edge: Edge, paints: Paints, family: str):
        super().__init__()
        self.edge = edge
        self.paints = paints
        self.family = family
        self.selected = False
        self.hovered = False
        self.touched = False  # an end is selected
        self.dimmed = False
        self.start, self.end = QPointF(), QPointF()
        self.path = QPainterPath()
        self._bounds = QRectF()
        self._strip: QPainterPath | None = None
        self.setZValue(EDGE_Z)

    @property
    def lit(self) -> bool:
        return self.selected or self.hovered or self.touched

    def route(
        self, start: QPointF, end: QPointF, source: QRectF, target: QRectF, others: Iterable[QRectF] = ()
    ) -> None:
        """Run from one place of the scene to another, which lie on these two cards; round `others` where it runs
        back."""
        self.prepareGeometryChange()
        self.start, self.end = start, end
        self.path = geometry.curve(start, end, source, target, others)
        self._bounds = self.path.boundingRect().adjusted(-6, -6, 6, 6)
        self._strip = None

    def passes(self, point: QPointF) -> bool:
        """Whether a place of the scene is on the edge, as a hand would judge."""
        return self._bounds.contains(point) and self.shape().contains(point)

    def middle(self) -> QPointF:
        return self.path.pointAtPercent(0.5)

    def show(self, **looks: bool) -> None:
        """Set any of selected, hovered, touched, dimmed."""
        changed = [name for name, value in looks.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, looks[name])
        if changed:
            self.update()

    def show_paints(self, paints: Paints, family: str) -> None:
        self.paints, self.family = paints, family
        self.update()

    # Qt

    def boundingRect(self) -> QRectF:
        return self._bounds

    def shape(self) -> QPainterPath:
        if self._strip is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(NEARBY)
            self._strip = stroker.createStroke(self.path)
        return self._strip

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paints = self.paints
        painter.setBrush(paints.no_brush)
        if self.dimmed:
            painter.setPen(paints.edge_dimmed)
        elif self.lit:
            if self.selected:
                painter.setPen(paints.halo)
                painter.drawPath(self.path)
            pen = QPen(paints.wire(self.family))
            painter.setPen(pen)
        else:
            painter.setPen(paints.edge)
        painter.drawPath(self.path)
