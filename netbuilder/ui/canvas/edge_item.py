"""One edge on the canvas: a curve between two ports. It decides nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.graph import Edge
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.node_item import EDGE_Z
from netbuilder.ui.canvas.paints import Paints

POINTS = 0.45  # above this zoom the points it goes by way of are painted
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
        self.bends: list[QPointF] = []
        self.path = QPainterPath()
        self._bounds = QRectF()
        self._strip: QPainterPath | None = None
        self.setZValue(EDGE_Z)

    @property
    def lit(self) -> bool:
        return self.selected or self.hovered or self.touched

    def route(
        self,
        start: QPointF,
        end: QPointF,
        source: QRectF,
        target: QRectF,
        others: Iterable[QRectF] = (),
        *,
        bends: Iterable[QPointF] = (),
        down: bool = False,
    ) -> None:
        """Run from one place of the scene to another, which lie on these two cards; round `others` where it runs
        back, or by way of `bends` where there are any. `down`: edges run downwards here."""
        self.prepareGeometryChange()
        self.start, self.end, self.bends = start, end, list(bends)
        self.path = _path(start, end, source, target, others, self.bends, down)
        self._bounds = self.path.boundingRect().adjusted(-6, -6, 6, 6)
        self._strip = None

    def passes(self, point: QPointF) -> bool:
        """Whether a place of the scene is on the edge, as a hand would judge."""
        return self._bounds.contains(point) and self.shape().contains(point)

    def bend_at(self, point: QPointF, reach: float) -> int:
        """The number of the point that a hand at this place means, or -1."""
        away = [(point - bend).manhattanLength() for bend in self.bends]
        near = min(range(len(away)), key=away.__getitem__, default=-1)
        return near if near >= 0 and away[near] <= reach else -1

    def segment_at(self, point: QPointF) -> int:
        """Between which of its points a new one at this place goes: 0 before the first."""
        places = [self.start, *self.bends, self.end]
        detours = [
            (point - a).manhattanLength() + (b - point).manhattanLength() - (b - a).manhattanLength()
            for a, b in itertools.pairwise(places)
        ]
        return min(range(len(detours)), key=detours.__getitem__)

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
        if self.bends and painter.worldTransform().m11() >= POINTS:
            painter.setBrush(paints.family_brush(self.family) if self.lit else paints.edge.brush())
            painter.setPen(paints.nothing)
            for bend in self.bends:
                painter.drawEllipse(bend, 4, 4)


def _path(
    start: QPointF,
    end: QPointF,
    source: QRectF,
    target: QRectF,
    others: Iterable[QRectF],
    bends: list[QPointF],
    down: bool,
) -> QPainterPath:
    if down:
        flip, flip_rect = geometry.flipped, geometry.flipped_rect
        return geometry.turned(
            _path(
                flip(start),
                flip(end),
                flip_rect(source),
                flip_rect(target),
                map(flip_rect, others),
                list(map(flip, bends)),
                False,
            )
        )
    return geometry.through(start, end, bends) if bends else geometry.curve(start, end, source, target, others)
