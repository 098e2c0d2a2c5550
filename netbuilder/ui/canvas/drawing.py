"""Paints all nodes and edges that are in view, in a few strokes for all of them. It decides nothing.

What it needs to know is in the scene's two tables; an item is asked only for its texts. The same strokes serve every
zoom: from far away a card is a small filled face and an edge a thin line; nearer, names can be read; nearest, settings,
shapes and port names. Each of these fades in over a span of zooms, so that nothing jumps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shiboken6
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from netbuilder.ui import icons
from netbuilder.ui.canvas import geometry, wires
from netbuilder.ui.canvas.boxes import layers
from netbuilder.ui.canvas.faces import FILLED, part
from netbuilder.ui.canvas.fills import fill
from netbuilder.ui.canvas.geometry import BADGE, DOT, HEADER, LINK, PAD, PORT
from netbuilder.ui.canvas.node_item import HEAT_HEIGHT, HEAT_TOP, NodeItem

if TYPE_CHECKING:
    from netbuilder.ui.canvas.scene import NetworkScene

DETAILED = (0.44, 0.6)  # from this zoom up to that one, all texts but the names come into sight
NAMED = (0.17, 0.23)  # and the names
PLACED = (0.25, 0.45)  # a name goes from the middle of its card to its header
LETTERS = 10.0  # pixels that a name has at least, where there is room
LEAST = 5.5  # pixels below which it isn't written; it fades in from there
NAME = 13.0  # pixels a name has at 100 %
LEFT = PAD + DOT + 8  # of the name
STACKED = 512  # cards in view up to which it matters which lies above which
SMOOTH = 3000  # lines that are smooth: of more, each is too small to tell
THICK = 1.3  # pixels from which on an edge is one stroke and not pieces


def _as_it_is(lines: wires.Lines) -> wires.Lines:
    return lines


class Sight(NamedTuple):
    """How all that is in view is painted, so that areas painted one by one fit: how finely curves are cut, and whether
    there are so few cards that it matters which lies above which."""

    zoom: float
    share: float
    stacked: bool


class Drawing:
    """All that the tables of `scene` hold."""

    def __init__(self, scene: NetworkScene):
        self._scene = scene

    def sight(self, view: QRectF, zoom: float) -> Sight:
        """How to paint while this is in view."""
        nodes, edges = self._scene.node_boxes, self._scene.edge_boxes
        lines = edges["line"][edges.rows_in(view)]
        share = wires.share(wires.kinds(wires.flipped(lines) if self._scene.down else lines, zoom))
        return Sight(zoom, share, len(nodes.rows_in(view)) <= STACKED)

    def paint(self, painter: QPainter, area: QRectF, sight: Sight) -> None:
        """What is in an area."""
        room = 3 / sight.zoom + 16  # for what reaches out of its box: borders, shadows, rounding to pixels
        around = area.adjusted(-room, -room - (HEAT_TOP + HEAT_HEIGHT), room, room)
        self._scene.beside.paint(painter, around)
        self._paint_edges(painter, around, sight)
        self._scene.share_lines.paint(painter, self._scene.paints)
        self._paint_cards(painter, around, sight)

    # Edges

    def _paint_edges(self, painter: QPainter, area: QRectF, sight: Sight) -> None:
        scene, table, zoom = self._scene, self._scene.edge_boxes, sight.zoom
        rows = table.rows_in(area)
        rows = rows[~table["hidden"][rows]]
        if not len(rows):
            return
        own = rows[table["own"][rows]]
        chosen = scene.node_boxes["selected"]
        lit = table["meant"][rows] | chosen[table["source"][rows]] | chosen[table["target"][rows]]
        color = scene.paints.far_edge(0.55 + 0.45 * part(zoom, (0.1, 0.35)))
        self._paint_wires(painter, rows[~lit], color, max(1.8 * zoom, 1.0), area, sight)
        if lit.any():
            rows = rows[lit]
            families = table["family"][rows]
            for number in np.unique(families).tolist():
                color = scene.paints.family_color(scene.wiring.families[number])
                self._paint_wires(painter, rows[families == number], color, max(2.2 * zoom, 1.0), area, sight)
        self._paint_points(painter, own, zoom)

    def _paint_wires(
        self, painter: QPainter, rows: np.ndarray, color: QColor, width: float, area: QRectF, sight: Sight
    ) -> None:
        """Edges of one colour, `width` pixels wide."""
        if not len(rows):
            return
        table = self._scene.edge_boxes
        painter.setBrush(self._scene.paints.no_brush)
        pen = QPen(color, width)
        pen.setCosmetic(True)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if width > THICK else Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        if width <= THICK:
            self._paint_thin(painter, self._lines(rows, area, sight), color, width)
            return
        for edge in table.at(rows):
            if edge.selected:
                painter.setPen(self._scene.paints.halo)
                painter.drawPath(edge.path)
                painter.setPen(pen)
            painter.drawPath(edge.path)

    def _lines(self, rows: np.ndarray, area: QRectF, sight: Sight) -> wires.Lines:
        """The straight pieces of edges."""
        table = self._scene.edge_boxes
        own, flip = table["own"][rows], wires.flipped if self._scene.down else _as_it_is
        lines = flip(table["line"][rows[~own]])
        lines = flip(wires.pieces(lines, wires.kinds(lines, sight.zoom), sight.share))
        return wires.inside(np.concatenate([lines, self._scene.wiring.led(rows[own], sight.zoom)]), area)

    @staticmethod
    def _paint_thin(painter: QPainter, lines: wires.Lines, color: QColor, width: float) -> None:
        """Lines hardly wider than a pixel. What runs along the pixels is put on them: sharp, and soon done."""
        placed, ratio = painter.worldTransform(), painter.device().devicePixelRatio()
        lines = lines * placed.m11() + np.array([placed.dx(), placed.dy()] * 2)
        painter.setWorldTransform(QTransform())
        if width <= 1.0:
            pen = painter.pen()
            boxes, lines = wires.level(lines * ratio)
            fill(painter, boxes, color)
            lines /= ratio
            painter.setPen(pen)
        if len(lines):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(lines) <= SMOOTH)
            painter.drawLines(shiboken6.wrapInstance(lines.ctypes.data, QLineF), len(lines))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setWorldTransform(placed)

    def _paint_points(self, painter: QPainter, rows: np.ndarray, zoom: float) -> None:
        """The points by way of which edges are led."""
        paints, strength = self._scene.paints, part(zoom, DETAILED)
        led = [edge for edge in self._scene.edge_boxes.at(rows) if edge.bends] if strength > 0 else []
        painter.setPen(paints.nothing)
        painter.setOpacity(strength)
        for edge in led:
            painter.setBrush(paints.family_brush(edge.family) if edge.lit else paints.edge.brush())
            for bend in edge.bends:
                painter.drawEllipse(bend, 4, 4)
        painter.setOpacity(1.0)

    # Cards

    def _paint_cards(self, painter: QPainter, area: QRectF, sight: Sight) -> None:
        scene, table = self._scene, self._scene.node_boxes
        rows = table.rows_in(area)
        if not len(rows):
            return
        self._number_faces(rows)
        if sight.stacked and len(rows) <= STACKED:
            rows = scene.in_order(rows)
            for layer in layers(table.sides[rows]):
                self._paint_layer(painter, rows[layer], sight.zoom)
        else:
            chosen = table["selected"][rows]
            for some in (rows[~chosen], rows[chosen]):
                if len(some):
                    self._paint_layer(painter, some, sight.zoom)

    def _number_faces(self, rows: np.ndarray) -> None:
        """Work out how those cards look that have changed since they were painted last."""
        scene, table = self._scene, self._scene.node_boxes
        if scene.faces.full:
            scene.forget_faces()
        unknown = rows[table["face"][rows] < 0]
        if len(unknown):
            number = scene.faces.number
            table["face"][unknown] = [number(item.face()) for item in table.at(unknown)]

    def _paint_layer(self, painter: QPainter, rows: np.ndarray, zoom: float) -> None:
        """Cards of which none lies on another."""
        scene, table = self._scene, self._scene.node_boxes
        strengths = table["strength"][rows]
        scene.faces.paint(painter, table["face"][rows], table.sides[rows, :2], strengths)
        detail = part(zoom, DETAILED)
        for strength in np.unique(strengths).tolist() if zoom > NAMED[0] else ():  # nothing is written from afar
            some = rows[strengths == strength]
            self._paint_names(painter, some, zoom, detail, strength)
            if detail > 0:
                painter.setOpacity(detail * strength)
                self._paint_lines(painter, table.at(some))
                painter.setOpacity(1.0)
        if scene.heated:
            self._paint_heat(painter, rows[table["heat"][rows] >= 0], zoom)
        for item in table.at(rows[table["special"][rows]]):
            self._paint_special(painter, item, detail)

    def _paint_names(self, painter: QPainter, rows: np.ndarray, zoom: float, detail: float, strength: float) -> None:
        """Names in a size that can be read, on the cards that have room for them."""
        strength *= part(zoom, NAMED)
        if strength == 0:
            return
        table, placed = self._scene.node_boxes, painter.worldTransform()
        sides, width = table.sides[rows], table["name"][rows]
        wide, high = sides[:, 2] - sides[:, 0], sides[:, 3] - sides[:, 1]
        room = (
            wide
            - LEFT
            - PAD
            + (1 - part(zoom, PLACED)) * (LEFT - PAD / 2)
            - table["beside"][rows] * min(1.0, 3 * detail)
        ) * zoom
        size = np.maximum(NAME * zoom, np.minimum(LETTERS, np.floor(2 * NAME * room / np.maximum(width, 1.0)) / 2))
        shown = np.clip((size - LEAST) * 2, 0, 4).astype(int)  # how clearly, of four
        scale, near = size / NAME, part(zoom, PLACED)
        tall = self._scene.paints.line_height("name") * scale
        middle = (placed.dx() + (sides[:, 0] + wide / 2) * zoom) - width * scale / 2
        x = near * (placed.dx() + (sides[:, 0] + LEFT) * zoom) + (1 - near) * middle
        y = placed.dy() + (sides[:, 1] + near * HEADER / 2 + (1 - near) * high / 2) * zoom - tall / 2
        kinds = shown * 1000 + np.round(size * 2).astype(int)
        painter.setPen(self._scene.paints.text)
        for kind in np.unique(kinds[shown > 0]).tolist():
            some = kinds == kind
            one = float(scale[some][0])
            painter.setWorldTransform(QTransform.fromScale(one, one))
            painter.setOpacity(strength * (kind // 1000) / 4)
            runs, draw = self._scene.paints.runs, painter.drawGlyphRun
            for item, left, top in zip(
                table.at(rows[some]), (x[some] / one).tolist(), (y[some] / one).tolist(), strict=True
            ):
                for run in runs("name", item.card.name):
                    draw(QPointF(left, top), run)
        painter.setOpacity(1.0)
        painter.setWorldTransform(placed)

    def _paint_lines(self, painter: QPainter, items: list[NodeItem]) -> None:
        """The other texts, pen by pen."""
        paints = self._scene.paints
        by_pen: dict[str, list[tuple[str, str, QPointF]]] = {}
        for item in items:
            place = item.pos()
            left, top = place.x(), place.y()
            for pen, font, text, x, y in item.lines():
                by_pen.setdefault(pen, []).append((font, text, QPointF(left + x, top + y)))
        runs, draw = paints.runs, painter.drawGlyphRun
        for pen, texts in by_pen.items():
            painter.setPen(getattr(paints, pen))
            for font, text, place in texts:
                for run in runs(font, text):
                    draw(place, run)

    def _paint_heat(self, painter: QPainter, rows: np.ndarray, zoom: float) -> None:
        """A bar as wide as the card below it, filled by how much of the most it costs. From afar the card is."""
        strength = part(zoom, FILLED)
        if not len(rows) or strength == 0:
            return
        paints, table = self._scene.paints, self._scene.node_boxes
        sides, level = table.sides[rows], table["heat"][rows]
        bars = np.stack(
            [sides[:, 0], sides[:, 3] + HEAT_TOP, sides[:, 2] - sides[:, 0], np.full(len(rows), HEAT_HEIGHT)], axis=1
        )
        filled = bars.copy()
        filled[:, 2] = np.where(level > 0, np.maximum(8.0, bars[:, 2] * table["part"][rows]), 0.0)
        painter.setOpacity(strength)
        rounded = zoom >= DETAILED[1]  # nobody sees corners from further away
        painter.setPen(paints.border if rounded else paints.nothing)
        painter.setBrush(paints.raised)
        self._fill(painter, bars, rounded)
        painter.setPen(paints.nothing)
        for one in np.unique(level[level > 0]).tolist():
            painter.setBrush(paints.heat(one)[0])
            self._fill(painter, np.ascontiguousarray(filled[level == one]), rounded)
        painter.setOpacity(strength * part(zoom, DETAILED))
        if part(zoom, DETAILED) > 0:
            half = paints.line_height("text") / 2
            for item, (left, top, _, high) in zip(table.at(rows), bars.tolist(), strict=True):
                if item.heat is not None:
                    painter.setPen(paints.text if item.heat.level else paints.faint)
                    paints.write(painter, "text", item.heat.text, QPointF(left + 8, top + high / 2 - half))
        painter.setOpacity(1.0)

    @staticmethod
    def _fill(painter: QPainter, rects: np.ndarray, rounded: bool) -> None:
        if rounded:
            for rect in rects.tolist():
                painter.drawRoundedRect(QRectF(*rect), 4, 4)
        else:
            painter.drawRects(shiboken6.wrapInstance(rects.ctypes.data, QRectF), len(rects))

    # What few cards have

    def _paint_special(self, painter: QPainter, item: NodeItem, detail: float) -> None:
        painter.translate(item.pos())
        painter.setOpacity(item.strength)
        if item.card.group >= 0:
            self._paint_group(painter, item)
        if detail > 0:
            painter.setOpacity(detail * item.strength)
            self._paint_badges(painter, item)
            painter.setOpacity(item.strength)
        if item.marks is not None or item.hovered_port is not None:
            self._paint_ports(painter, item)
        painter.setOpacity(1.0)
        if item.card.bypassed:
            self._paint_bypass(painter, item)
        painter.translate(-item.pos())

    def _paint_bypass(self, painter: QPainter, item: NodeItem) -> None:
        """What flows in flows on: a line across the card from its first input to its first output."""
        start, end = next(iter(item.layout.inputs.values()), None), next(iter(item.layout.outputs.values()), None)
        if start is not None and end is not None:
            pen = QPen(self._scene.paints.wire(item.card.family))
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(start, end)

    def _paint_group(self, painter: QPainter, item: NodeItem) -> None:
        """The accent of a layer that is used at several places: the same on all of them."""
        painter.setPen(self._scene.paints.nothing)
        painter.setBrush(self._scene.paints.group_color(item.card.group))
        painter.drawRect(QRectF(0.5, HEADER - 1.5, item.layout.width - 1, 2))

    def _paint_badges(self, painter: QPainter, item: NodeItem) -> None:
        """How often it stands in a row, that it shares its layer, and how it is trained: beside its kind."""
        paints, card = self._scene.paints, item.card
        left = item.layout.width - PAD
        if card.repeat > 1:
            words, high = geometry.times(card), paints.line_height("text") + 2
            width = paints.text_width(words) + 2 * BADGE
            top = (HEADER - paints.line_height("text")) / 2 + 0.5
            painter.setPen(paints.nothing)
            painter.setBrush(paints.family_brush(card.family))
            painter.drawRoundedRect(QRectF(left - width + 4, top - 1, width, high), high / 2, high / 2)
            painter.setPen(paints.on_family)
            paints.write(painter, "text", words, QPointF(left - width + 4 + BADGE, top))
            left -= width + 2
        left -= paints.text_width(card.caption)
        if card.group >= 0:
            place = QRectF(left - LINK - 4, (HEADER - LINK) / 2, LINK, LINK)
            icons.paint(painter, "link-variant", place, paints.group_color(card.group))
            left -= LINK + 4
        if card.frozen:
            place = QRectF(left - LINK - 4, (HEADER - LINK) / 2, LINK, LINK)
            icons.paint(painter, "lock", place, paints.text.color())
        elif words := geometry.rate(card):
            painter.setPen(paints.text)
            top = (HEADER - paints.line_height("text")) / 2 + 0.5
            paints.write(painter, "text", words, QPointF(left - paints.text_width(words) - 8, top))

    def _paint_ports(self, painter: QPainter, item: NodeItem) -> None:
        """Ports that are pointed at, or that could take the edge which is being drawn."""
        paints, family = self._scene.paints, item.card.family
        hollow = QPen(paints.family_color(family), 1.6)
        for output, ports in ((False, item.layout.inputs), (True, item.layout.outputs)):
            for name, place in ports.items():
                mark = item.marks.get((name, output)) if item.marks is not None else None
                radius = PORT
                if mark == "target" or item.hovered_port == (name, output):
                    painter.setPen(paints.halo)
                    painter.setBrush(paints.accent)
                    painter.drawEllipse(place, radius + 1, radius + 1)
                    continue
                if item.marks is None:
                    continue  # as it is on the face
                if mark == "possible":
                    painter.setPen(QPen(paints.accent, 2))
                    radius += 1
                elif mark == "impossible":
                    painter.setPen(paints.faint)
                else:
                    painter.setPen(paints.nothing if output else hollow)
                painter.setBrush(paints.family_brush(family) if output else paints.raised)
                painter.drawEllipse(place, radius, radius)
