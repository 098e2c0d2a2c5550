"""Where everything on the canvas is: cards, ports, curves, free places. It knows nothing about how they look."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QTransform

from netbuilder.graph import curves
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.theme import GRID

MIN_WIDTH = 176
HEADER = 28
ROW = 24  # one port below the next, so that their hit areas do not overlap
LINE = 20
FOLDED = 32  # the height of a card of which only the title is drawn
BESIDE = 48  # one port beside the next, where they lie above and below
PAD = 12
DOT = 8
PORT = 5.0  # radius drawn
REACH = 13.0  # radius in which a port is meant
LINK = 14  # the mark of a layer that is used at several places
BADGE = 6  # on each side of the words of a badge
GAP = 40  # between a node and the one put to its right
BULGE = 56.0  # how far beside a card an edge that runs back turns at most
CLEAR = 36  # how far from a card an edge that runs back keeps at most
NONE = np.empty((0, 4))  # the sides of no card at all


class Measure(Protocol):
    """How wide a text is in each of the three fonts of a card."""

    def name(self, text: str) -> float: ...
    def text(self, text: str) -> float: ...
    def mono(self, text: str) -> float: ...


@dataclass(frozen=True)
class Layout:
    """One card's size and what is where on it, from its top left corner."""

    width: float
    height: float
    inputs: dict[str, QPointF]
    outputs: dict[str, QPointF]
    lines_top: float

    @property
    def rect(self) -> QRectF:
        return QRectF(0, 0, self.width, self.height)


def lay_out(card: Card, measure: Measure) -> Layout:
    """A size on the grid that shows every text in full, and the places of the ports."""
    header = PAD + DOT + 8 + measure.name(card.name) + 20 + measure.text(card.caption) + PAD
    header += LINK + 4 if card.group >= 0 else 0
    header += LINK + 4 if card.frozen else measure.text(rate(card)) + 8 if rate(card) else 0
    header += measure.text(times(card)) + 2 * BADGE + 4 if times(card) else 0
    last = measure.text(card.problem) if card.problem else measure.mono(card.shape)
    body = max(measure.text(card.summary), last) + 2 * PAD
    rows = max(len(card.inputs), len(card.outputs))
    lines_top: float = HEADER + 2
    if card.down:
        body = max(body, (rows + 1) * BESIDE)
    elif (rows > 1 or (card.is_block and rows)) and not card.collapsed:
        ins, outs = named_ports(card)
        left = max((measure.text(name) for name in ins), default=0.0)
        right = max((measure.text(name) for name in outs), default=0.0)
        body = max(body, left + right + 2 * PAD + 24)
        lines_top = HEADER + rows * ROW
    width = round_up(max(MIN_WIDTH, header, 0 if card.collapsed and not card.down else body))
    if card.collapsed:
        spread = [_spread(len(ports), FOLDED) for ports in (card.inputs, card.outputs)]
        places = [[QPointF(x, y) for y in rows] for x, rows in zip((0.0, width), spread, strict=True)]
        if card.down:
            places = _above_and_below(card, width, FOLDED)
        ins, outs = (dict(zip(n, p, strict=True)) for n, p in zip((card.inputs, card.outputs), places, strict=True))
        return Layout(width, FOLDED, ins, outs, lines_top)
    height = round_up(lines_top + LINE * (2 if card.summary else 1) + 4)
    if card.down:
        above, below = _above_and_below(card, width, height)
        ins, outs = dict(zip(card.inputs, above, strict=True)), dict(zip(card.outputs, below, strict=True))
        return Layout(width, height, ins, outs, lines_top)
    return Layout(
        width,
        height,
        {name: QPointF(0, port_y(row)) for row, name in enumerate(card.inputs)},
        {name: QPointF(width, port_y(row)) for row, name in enumerate(card.outputs)},
        lines_top,
    )


def _spread(count: int, length: float) -> list[float]:
    """So many places, evenly within a length."""
    return [length * (number + 1) / (count + 1) for number in range(count)]


def _above_and_below(card: Card, width: float, height: float) -> list[list[QPointF]]:
    """Where inputs lie on the upper edge of a card, and outputs on the lower one."""
    return [
        [QPointF(x, y) for x in _spread(len(ports), width)] for ports, y in ((card.inputs, 0.0), (card.outputs, height))
    ]


def named_ports(card: Card) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs and outputs whose names stand beside them: all of a block's, and where there are several."""
    if card.down or card.collapsed:
        return (), ()
    ins = card.inputs if len(card.inputs) > 1 or card.is_block else ()
    outs = card.outputs if len(card.outputs) > 1 or card.is_block else ()
    return ins, outs


def times(card: Card) -> str:
    """How often a block stands in a row, as the card says it; "" for once."""
    return f"×{card.repeat}" if card.repeat > 1 else ""


def rate(card: Card) -> str:
    """How fast its weights learn beside the others, as the card says it; "" where it is as fast or not at all."""
    return f"lr ×{card.rate:g}" if card.rate != 1 and not card.frozen else ""


def port_y(row: int) -> float:
    return HEADER + ROW / 2 + row * ROW


def round_up(length: float) -> float:
    """The next multiple of the grid."""
    return math.ceil(length / GRID) * GRID


def snap(point: QPointF) -> QPointF:
    """The nearest crossing of the grid."""
    return QPointF(round(point.x() / GRID) * GRID, round(point.y() / GRID) * GRID)


def runs_back(start: QPointF, end: QPointF) -> bool:
    """Whether the end of an edge lies so that it can't go there straight."""
    dx, dy = end.x() - start.x(), end.y() - start.y()
    return not (dx >= curves.LEAST_REACH or (dx > -40 and abs(dy) < 4))


def curve(
    start: QPointF,
    end: QPointF,
    source: QRectF | None = None,
    target: QRectF | None = None,
    others: np.ndarray = NONE,
) -> QPainterPath:
    """The curve of an edge: out to the right, in from the left. One that runs back goes round in a loop, on a level
    that keeps clear of the two cards it joins, and of `others` (see `clear_level`), where these are given."""
    path = QPainterPath(start)
    dx, dy = end.x() - start.x(), end.y() - start.y()
    if not runs_back(start, end):
        reach = curves.reach(dx, dy)
        path.cubicTo(start.x() + reach, start.y(), end.x() - reach, end.y(), end.x(), end.y())
        return path
    level = clear_level(lane(source or _around(start), target or _around(end)), others, start, end)
    _turn(path, start.x(), start.y(), level, outwards=True)
    path.lineTo(end.x(), level)
    _turn(path, end.x(), level, end.y(), outwards=False)
    return path


def through(start: QPointF, end: QPointF, points: Iterable[QPointF]) -> QPainterPath:
    """The curve of an edge that is led by way of these points: smooth, out to the right and in from the left."""
    path = QPainterPath(start)
    for _, out, into, there in curves.through([(place.x(), place.y()) for place in (start, *points, end)]):
        path.cubicTo(*out, *into, *there)
    return path


def turned(path: QPainterPath) -> QPainterPath:
    """A path with its two directions exchanged: what ran to the right runs down."""
    return QTransform(0, 1, 1, 0, 0, 0).map(path)


def flipped(place: QPointF) -> QPointF:
    return QPointF(place.y(), place.x())


def flipped_rect(rect: QRectF) -> QRectF:
    return QRectF(rect.y(), rect.x(), rect.height(), rect.width())


def lane(source: QRectF, target: QRectF) -> float:
    """The level on which an edge runs back: between the two cards, close above or below the target when they stand
    rows apart, and below both when they stand in one row."""
    if target.top() - source.bottom() >= GRID:
        return target.top() - min((target.top() - source.bottom()) / 2, CLEAR)
    if source.top() - target.bottom() >= GRID:
        return target.bottom() + min((source.top() - target.bottom()) / 2, CLEAR)
    return max(source.bottom(), target.bottom()) + CLEAR


def clear_level(level: float, cards: np.ndarray, start: QPointF, end: QPointF) -> float:
    """The level nearest to this one that runs through none of the cards (left, top, right, bottom of each), on its way
    from `start` to `end` and where it turns at both, if there is one."""
    tops, bottoms = np.sort(cards[:, 1]) - GRID, np.sort(cards[:, 3]) + GRID
    levels = np.unique(np.concatenate([[level], tops, bottoms]))
    through = np.searchsorted(tops, levels, "left") - np.searchsorted(bottoms, levels, "right")  # how many it crosses
    free = levels[through == 0]
    free = free[np.argsort(np.abs(free - level), kind="stable")].tolist()
    turns = [(port.y(), _beside(cards, left)) for port, left in ((start, start.x() + 1), (end, end.x() - 1 - BULGE))]

    def turns_freely(one: float) -> bool:
        return not any(top < max(y, one) and bottom > min(y, one) for y, near in turns for top, bottom in near)

    return next(filter(turns_freely, free), next(iter(free), level))


def _beside(cards: np.ndarray, left: float) -> list[list[float]]:
    """Top and bottom of the cards that an edge may meet where it turns, from `left` on."""
    sides: list[list[float]] = cards[(cards[:, 0] < left + BULGE) & (cards[:, 2] > left)][:, [1, 3]].tolist()
    return sides


def _around(port: QPointF) -> QRectF:
    """A card's height around a port that stands for one."""
    return QRectF(port.x() - 1, port.y() - HEADER, 2, 2 * HEADER)


def _turn(path: QPainterPath, x: float, y: float, to_y: float, *, outwards: bool) -> None:
    """Half a turn from the level `y` to the level `to_y`, bulging to the right (outwards) or to the left."""
    bulge = min(max(abs(to_y - y) * 0.7, 24.0), BULGE) * (1 if outwards else -1)
    path.cubicTo(x + bulge, y, x + bulge, to_y, x, to_y)


def free_place(taken: Iterable[QRectF], wanted: QRectF) -> QPointF:
    """The top left corner nearest below `wanted` where a card of its size touches none of `taken`."""
    near = [rect.adjusted(-16, -16, 16, 16) for rect in taken]
    place = QRectF(wanted)
    place.moveTopLeft(snap(place.topLeft()))
    while True:
        hit = [rect for rect in near if rect.intersects(place)]
        if not hit:
            return place.topLeft()
        place.moveTop(round_up(max(rect.bottom() for rect in hit)))


def bounds(rects: Iterable[QRectF]) -> QRectF:
    """The smallest rectangle around all; a null one around none."""
    whole = QRectF()
    for rect in rects:
        whole = whole.united(rect)
    return whole
