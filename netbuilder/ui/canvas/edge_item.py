"""One edge on the canvas: a curve between two ports. It paints nothing; see `drawing`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPainterPathStroker, QTransform

from netbuilder.graph import Edge
from netbuilder.ui.canvas import geometry, wires
from netbuilder.ui.canvas.node_item import NodeItem

NEARBY = 14.0  # how wide the strip is in which an edge is meant
COARSE = (0.06, 0.2)  # zooms up to which its curve has fewer pieces


def scale_for(zoom: float) -> float:
    """For which zoom the pieces of a curve are that are drawn at this one."""
    return next((scale for scale in COARSE if zoom <= scale), 1.0)


class EdgeItem:
    """Runs from `source` to `target`, wherever these stand. It is lit while it is selected, hovered, or one of its ends
    is selected: then it bears its source's colour. `redraw` is called with it when it looks different."""

    def __init__(self, edge: Edge, source: NodeItem, target: NodeItem, redraw: Callable[[EdgeItem], None]):
        self.edge = edge
        self.source, self.target = source, target
        self.row = -1
        self.selected = False
        self.hovered = False
        self.hidden = False  # while it is in a hand, and drawn by that
        self._redraw = redraw
        self.bends: Sequence[QPointF] = ()
        self._others = geometry.NONE
        self._down = False
        self._path: QPainterPath | None = None
        self._strip: QPainterPath | None = None
        self._pieces: dict[float, np.ndarray] = {}

    @property
    def start(self) -> QPointF:
        return self.source.port_position(self.edge.output, True)

    @property
    def end(self) -> QPointF:
        return self.target.port_position(self.edge.input, False)

    @property
    def family(self) -> str:
        return self.source.card.family

    @property
    def lit(self) -> bool:
        return self.selected or self.hovered or self.source.selected or self.target.selected

    @property
    def path(self) -> QPainterPath:
        """Its curve, worked out when it is first asked for."""
        if self._path is None:
            cards = self.source.rect(), self.target.rect()
            self._path = _path(self.start, self.end, *cards, self._others, self.bends, self._down)
        return self._path

    def route(self, others: np.ndarray = geometry.NONE, *, bends: Sequence[QPointF] = (), down: bool = False) -> None:
        """Follow the nodes to where they are now; round `others` (the sides of cards) where it runs back, or by way of
        `bends` where there are any. `down`: edges run downwards here."""
        self._others, self.bends, self._down = others, bends, down
        self._path = self._strip = None
        self._pieces = {}

    def shift(self, step: np.ndarray) -> None:
        """Follow all of the network, which stands elsewhere (`step`: across and down, twice): the curve is the same."""
        self._strip = None
        if len(self._others):
            self._others = self._others + step
        if self._path is not None:
            self._path = self._path.translated(*step[:2].tolist())
        self._pieces = {scale: pieces + step for scale, pieces in self._pieces.items()}

    def pieces(self, zoom: float) -> np.ndarray:
        """Its curve as straight pieces, fine enough for a zoom: see `wires`."""
        scale = scale_for(zoom)
        if scale not in self._pieces:
            polygons = self.path.toSubpathPolygons(QTransform.fromScale(scale, scale))
            ends = np.array([(at.x(), at.y()) for polygon in polygons for at in polygon]) / scale
            self._pieces[scale] = np.concatenate([ends[:-1], ends[1:]], axis=1)
        return self._pieces[scale]

    def bounds(self) -> QRectF:
        """All that is painted of it, in scene coordinates."""
        return self.path.boundingRect().adjusted(-6, -6, 6, 6)

    def passes(self, point: QPointF) -> bool:
        """Whether a place of the scene is on the edge, as a hand would judge."""
        return self.shape().contains(point)

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

    def shape(self) -> QPainterPath:
        """The strip in which it is meant."""
        if self._strip is None:
            stroker = QPainterPathStroker()
            stroker.setWidth(NEARBY)
            self._strip = stroker.createStroke(self.path)
        return self._strip

    def middle(self) -> QPointF:
        return self.path.pointAtPercent(0.5)

    def show(self, **looks: bool) -> None:
        """Set any of selected, hovered and hidden."""
        changed = [name for name, value in looks.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, looks[name])
        if changed:
            self._redraw(self)


def _path(
    start: QPointF,
    end: QPointF,
    source: QRectF,
    target: QRectF,
    others: np.ndarray,
    bends: Sequence[QPointF],
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
                wires.flipped(others),
                list(map(flip, bends)),
                False,
            )
        )
    return geometry.through(start, end, bends) if bends else geometry.curve(start, end, source, target, others)
