"""Where a card that is being dragged comes to rest: on the grid, in line with its neighbours, level with what it is
wired to, or with equal gaps; and the guides that show which.

Only cards near the dragged one count, so that it costs the same in a drawing of any size.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSettings, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPen

from netbuilder.ui.canvas import geometry

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene

NEAR = 640.0  # how far away a card still counts, in scene units
MOST = 60  # cards that are looked at, the nearest ones
PULL = 7.0  # pixels from which a line pulls
SAME = 0.5  # what counts as in line
TICK = 5.0  # half a stroke at the end of a gap
FREE = Qt.KeyboardModifier.ControlModifier  # while it is held, nothing pulls

Span = tuple[float, float]


class Snaps:
    """What pulls, remembered from one start of the program to the next."""

    def __init__(self, settings: QSettings):
        self._settings = settings
        self.grid = bool(settings.value("snap/grid", True, bool))
        self.guides = bool(settings.value("snap/guides", True, bool))

    def toggle_grid(self) -> None:
        self.grid = not self.grid
        self._settings.setValue("snap/grid", self.grid)

    def toggle_guides(self) -> None:
        self.guides = not self.guides
        self._settings.setValue("snap/guides", self.guides)


class Snapping:
    """For one drag of the nodes `ids`, of which `grabbed` is in the hand."""

    def __init__(self, scene: NetworkScene, ids: Collection[str], grabbed: str, snaps: Snaps):
        self._scene, self._ids, self._snaps = scene, set(ids), snaps
        self._start = scene.nodes[grabbed].rect()
        self._wires = list(self._wires_out())
        self.guides: list[QLineF] = []

    def shift(self, wanted: QPointF, zoom: float) -> QPointF:
        """How far to go from the start, when the hand has gone as far as `wanted`."""
        self.guides = []
        corner = self._start.topLeft() + wanted
        whole = QPointF(round(corner.x()), round(corner.y()))
        if QGuiApplication.keyboardModifiers() & FREE:
            return whole - self._start.topLeft()
        rest = geometry.snap(corner) if self._snaps.grid else whole
        if self._snaps.guides:
            here, reach = self._start.translated(wanted), PULL / zoom
            near = self._near(here)
            across, down = (
                _pull(reach, self._wire_pulls(wanted, axis), _lines(here, near, axis), _gap_pulls(here, near, axis))
                for axis in (True, False)
            )
            if across is not None:
                rest.setX(corner.x() + across)
            if down is not None:
                rest.setY(corner.y() + down)
            card = QRectF(rest, here.size())
            for axis, pulled in ((True, across), (False, down)):
                if pulled is not None:
                    self.guides += [*self._wire_guides(rest, axis), *_guides(card, near, axis)]
        return rest - self._start.topLeft()

    def paint(self, painter: QPainter) -> None:
        """The guides, in scene coordinates."""
        if self.guides:
            painter.setPen(QPen(self._scene.paints.accent, 0))
            painter.drawLines(self.guides)

    def _near(self, here: QRectF) -> list[QRectF]:
        area = here.adjusted(-NEAR, -NEAR, NEAR, NEAR)
        found = [item.rect() for item in self._scene.nodes_in(area) if item.id not in self._ids]
        middle = here.center()
        found.sort(key=lambda rect: (rect.center() - middle).manhattanLength())
        return found[:MOST]

    def _wires_out(self) -> Iterator[tuple[QPointF, QPointF]]:
        """The edges between what is dragged and what stays, by where they end: the dragged end first."""
        for at in sorted({at for id in self._ids for at in self._scene.touching(id)}):
            edge = self._scene.edges[at].edge
            ours = edge.source in self._ids
            if ours != (edge.target in self._ids):
                source = self._scene.nodes[edge.source].port_position(edge.output, True)
                target = self._scene.nodes[edge.target].port_position(edge.input, False)
                yield (source, target) if ours else (target, source)

    def _wire_pulls(self, wanted: QPointF, across: bool) -> Iterator[float]:
        """How far to go for an edge to be a straight line: up or down, or sideways where edges run down."""
        if across == self._scene.down:
            for ours, theirs in self._wires:
                away = theirs - ours - wanted
                yield away.x() if across else away.y()

    def _wire_guides(self, rest: QPointF, across: bool) -> Iterator[QLineF]:
        by = rest - self._start.topLeft()
        for number, away in enumerate(self._wire_pulls(by, across)):
            if abs(away) < SAME:
                ours, theirs = self._wires[number]
                yield QLineF(ours + by, theirs)


def _pull(reach: float, *pulls: Iterator[float]) -> float | None:
    """The shortest way within reach, of the first kind that has one."""
    for kind in pulls:
        best = min(kind, key=abs, default=None)
        if best is not None and abs(best) <= reach:
            return best
    return None


def _span(rect: QRectF, across: bool) -> Span:
    return (rect.left(), rect.right()) if across else (rect.top(), rect.bottom())


def _sides(rect: QRectF, across: bool) -> tuple[float, float, float]:
    start, end = _span(rect, across)
    return start, (start + end) / 2, end


def _lines(here: QRectF, near: Sequence[QRectF], across: bool) -> Iterator[float]:
    """How far to go to be in line with a neighbour: by the same side of both, or by their middles."""
    for rect in near:
        for ours, theirs in zip(_sides(here, across), _sides(rect, across), strict=True):
            yield theirs - ours


def _beside(here: QRectF, near: Sequence[QRectF], across: bool) -> list[QRectF]:
    """The neighbours that stand in one row with it (or in one column), in order."""
    start, end = _span(here, not across)
    row = [rect for rect in near if _span(rect, not across)[0] < end and start < _span(rect, not across)[1]]
    return sorted(row, key=lambda rect: _span(rect, across))


def _gap_pulls(here: QRectF, near: Sequence[QRectF], across: bool) -> Iterator[float]:
    """How far to go to leave a gap that is there already, or to stand in the middle between two neighbours."""
    (start, end), row = _span(here, across), [_span(rect, across) for rect in _beside(here, near, across)]
    before = [span for span in row if span[1] <= start + PULL]
    behind = [span for span in row if span[0] >= end - PULL]
    if before and behind:
        yield (before[-1][1] + behind[0][0] - (end - start)) / 2 - start
    for number, span in enumerate(row):
        for other in row[number + 1 :]:
            gap = other[0] - span[1]
            if gap <= 0:
                continue
            if before:
                yield before[-1][1] + gap - start
            if behind:
                yield behind[0][0] - gap - end
            break


def _guides(card: QRectF, near: Sequence[QRectF], across: bool) -> Iterator[QLineF]:
    """Lines along what is in line now, and across the gaps that are equal now."""
    shared: dict[float, Span] = {}
    low, high = _span(card, not across)
    for rect in near:
        start, end = _span(rect, not across)
        for ours, theirs in zip(_sides(card, across), _sides(rect, across), strict=True):
            if abs(ours - theirs) < SAME:
                lowest, highest = shared.get(ours, (low, high))
                shared[ours] = min(lowest, start), max(highest, end)
    for at, (start, end) in shared.items():
        yield QLineF(at, start, at, end) if across else QLineF(start, at, end, at)
    if shared:
        return
    row = sorted([*_beside(card, near, across), card], key=lambda rect: _span(rect, across))
    gaps = [(_span(a, across)[1], _span(b, across)[0]) for a, b in pairwise(row)]
    at = row.index(card)
    ours = [gaps[number] for number in (at - 1, at) if 0 <= number < len(gaps)]
    for gap in gaps:
        if any(abs((gap[1] - gap[0]) - (own[1] - own[0])) < SAME and gap[1] > gap[0] for own in ours) and (
            gap not in ours or len([g for g in gaps if abs((g[1] - g[0]) - (gap[1] - gap[0])) < SAME]) > 1
        ):
            yield from _ruler(gap, card, across)


def _ruler(gap: Span, card: QRectF, across: bool) -> Iterator[QLineF]:
    """A gap as a line with a stroke at each end."""
    middle = card.center().y() if across else card.center().x()
    for a, b, c, d in (
        (gap[0], middle, gap[1], middle),
        (gap[0], middle - TICK, gap[0], middle + TICK),
        (gap[1], middle - TICK, gap[1], middle + TICK),
    ):
        yield QLineF(a, b, c, d) if across else QLineF(b, a, d, c)
