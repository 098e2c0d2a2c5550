"""One node on the canvas: a card that paints itself and knows where its ports are. It decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from netbuilder.ui import icons
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.faces import Faces
from netbuilder.ui.canvas.geometry import BADGE, DOT, HEADER, LINE, LINK, PAD, PORT
from netbuilder.ui.canvas.heat import Heat
from netbuilder.ui.canvas.paints import Paints, Widths

NEAR = 0.45  # above this zoom everything is drawn, below it only titles
HEAT_TOP, HEAT_HEIGHT = 12, 18  # of the bar below a card
EDGE_Z, NODE_Z, SELECTED_Z = 0.0, 1.0, 2.0


class NodeItem(QGraphicsItem):
    """`marks` says per port how it looks during a connection: "possible", "impossible" or "target"."""

    def __init__(self, card: Card, paints: Paints, faces: Faces):
        super().__init__()
        self.card = card
        self.paints = paints
        self.faces = faces
        self.layout = geometry.lay_out(card, Widths(paints))
        self.selected = False
        self.hovered = False
        self.heat: Heat | None = None
        self.marks: dict[tuple[str, bool], str] | None = None
        self.hovered_port: tuple[str, bool] | None = None
        self._bounds = QRectF()
        self._measure()
        self.setZValue(NODE_Z)

    @property
    def id(self) -> str:
        return self.card.id

    def describe(self) -> str:
        """The node in words, for screen readers."""
        return self.card.describe()

    def rect(self) -> QRectF:
        """The card in scene coordinates."""
        return self.layout.rect.translated(self.pos())

    def port_position(self, name: str, output: bool | None = None) -> QPointF:
        """Where the port is in the scene. Raises `KeyError`; `output` tells two ports of one name apart."""
        if output is None:
            output = name not in self.layout.inputs
        return self.pos() + (self.layout.outputs if output else self.layout.inputs)[name]

    def has_port(self, name: str, output: bool) -> bool:
        return name in (self.layout.outputs if output else self.layout.inputs)

    def port_at(self, point: QPointF, reach: float) -> tuple[str, bool] | None:
        """The nearest port within `reach` of a scene point: its name and whether it is an output."""
        best, near = None, reach * reach
        for output, ports in ((False, self.layout.inputs), (True, self.layout.outputs)):
            for name, place in ports.items():
                away = self.pos() + place - point
                distance = away.x() ** 2 + away.y() ** 2
                if distance <= near:
                    best, near = (name, output), distance
        return best

    def show_paints(self, paints: Paints, faces: Faces) -> bool:
        """Look as another theme says; says whether the ports moved."""
        self.paints, self.faces = paints, faces
        return self._show(self.card)

    def show_card(self, card: Card) -> bool:
        """Show another card; says whether the ports moved, so that the edges have to follow."""
        if card == self.card:
            self.card = card
            return False
        return self._show(card)

    def _show(self, card: Card) -> bool:
        self.card = card
        layout = geometry.lay_out(card, Widths(self.paints))
        moved = layout != self.layout
        if moved:
            self.prepareGeometryChange()
            self.layout = layout
            self._measure()
        self.update()
        return moved

    def show_selected(self, selected: bool) -> None:
        if selected != self.selected:
            self.selected = selected
            self.setZValue(SELECTED_Z if selected else NODE_Z)
            self.update()

    def show_hovered(self, hovered: bool, port: tuple[str, bool] | None = None) -> None:
        if hovered != self.hovered or port != self.hovered_port:
            self.hovered, self.hovered_port = hovered, port
            self.update()

    def show_heat(self, heat: Heat | None) -> None:
        """What it costs, on a bar below the card."""
        if heat != self.heat:
            if (heat is None) != (self.heat is None):
                self.prepareGeometryChange()
            self.heat = heat
            self._measure()
            self.update()

    def show_marks(self, marks: dict[tuple[str, bool], str] | None) -> None:
        if marks != self.marks:
            self.marks = marks
            self.update()

    def _measure(self) -> None:
        self._bounds = self.layout.rect.adjusted(-12, -6, 12, 12 if self.heat is None else HEAT_TOP + HEAT_HEIGHT + 2)

    def _border(self) -> QPen:
        paints = self.paints
        if self.selected:
            return paints.border_selected
        return paints.border_danger if self.card.severity == "error" else paints.border_warning

    def _paint_titles(self, painter: QPainter) -> None:
        paints, layout, card = self.paints, self.layout, self.card
        top = (HEADER - paints.line_height("name")) / 2
        painter.setFont(paints.fonts["name"])
        painter.setPen(paints.text)
        painter.drawStaticText(QPointF(PAD + DOT + 8, top), paints.static("name", card.name))
        painter.setFont(paints.fonts["text"])
        painter.setPen(paints.muted)
        left = layout.width - PAD
        top = (HEADER - paints.line_height("text")) / 2 + 0.5
        if card.repeat > 1:
            left = self._paint_badge(painter, left, top)
            painter.setPen(paints.muted)
        left -= paints.text_width(card.caption)
        painter.drawStaticText(QPointF(left, top), paints.static("text", card.caption))
        if card.group >= 0:
            place = QRectF(left - LINK - 4, (HEADER - LINK) / 2, LINK, LINK)
            icons.paint(painter, "link-variant", place, paints.group_color(card.group))

    def _paint_badge(self, painter: QPainter, right: float, top: float) -> float:
        """How often it stands in a row, ending at `right`; gives where what stands before it ends."""
        paints, words = self.paints, geometry.times(self.card)
        width = paints.text_width(words) + 2 * BADGE
        painter.setPen(paints.nothing)
        painter.setBrush(paints.family_brush(self.card.family))
        height = paints.line_height("text") + 2
        painter.drawRoundedRect(QRectF(right - width + 4, top - 1, width, height), height / 2, height / 2)
        painter.setPen(paints.on_family)
        painter.drawStaticText(QPointF(right - width + 4 + BADGE, top), paints.static("text", words))
        return right - width - 2

    def _paint_group(self, painter: QPainter) -> None:
        """The accent of a layer that is used at several places: the same on all of them."""
        painter.setPen(self.paints.nothing)
        painter.setBrush(self.paints.group_color(self.card.group))
        painter.drawRect(QRectF(0.5, HEADER - 1.5, self.layout.width - 1, 2))

    def _paint_body(self, painter: QPainter) -> None:
        paints, card = self.paints, self.card
        y = self.layout.lines_top
        if card.bypassed:
            return  # the line across it says all
        if card.summary:
            painter.setPen(paints.muted)
            self._line(painter, "text", card.summary, y)
            y += LINE
        if card.problem:
            painter.setPen(paints.danger if card.severity == "error" else paints.warning)
            self._line(painter, "text", card.problem, y)
        elif card.shape:
            painter.setPen(paints.text)
            self._line(painter, "mono", card.shape, y)

    def _line(self, painter: QPainter, font: str, text: str, y: float) -> None:
        painter.setFont(self.paints.fonts[font])
        place = QPointF(PAD, y + (LINE - self.paints.line_height(font)) / 2)
        painter.drawStaticText(place, self.paints.static(font, text))

    def _paint_port_names(self, painter: QPainter) -> None:
        paints, layout = self.paints, self.layout
        painter.setFont(paints.fonts["text"])
        painter.setPen(paints.muted)
        half = paints.line_height("text") / 2
        ins, outs = geometry.named_ports(self.card)
        for name in ins:
            painter.drawStaticText(QPointF(PAD, layout.inputs[name].y() - half), paints.static("text", name))
        for name in outs:
            left = layout.width - PAD - paints.text_width(name)
            painter.drawStaticText(QPointF(left, layout.outputs[name].y() - half), paints.static("text", name))

    def _paint_ports(self, painter: QPainter) -> None:
        paints = self.paints
        family = paints.family_color(self.card.family)
        hollow = QPen(family, 1.6)
        for output, ports in ((False, self.layout.inputs), (True, self.layout.outputs)):
            for name, place in ports.items():
                mark = self.marks.get((name, output)) if self.marks is not None else None
                radius = PORT
                if mark == "target" or self.hovered_port == (name, output):
                    painter.setPen(paints.halo)
                    painter.setBrush(paints.accent)
                    painter.drawEllipse(place, radius + 1, radius + 1)
                    continue
                if mark == "possible":
                    painter.setPen(QPen(paints.accent, 2))
                    radius += 1
                elif mark == "impossible":
                    painter.setPen(paints.faint)
                else:
                    painter.setPen(paints.nothing if output else hollow)
                painter.setBrush(paints.family_brush(self.card.family) if output else paints.raised)
                painter.drawEllipse(place, radius, radius)

    def _paint_bypass(self, painter: QPainter) -> None:
        """What flows in flows on: a line across the card from its first input to its first output."""
        layout = self.layout
        start, end = next(iter(layout.inputs.values()), None), next(iter(layout.outputs.values()), None)
        if start is not None and end is not None:
            pen = QPen(self.paints.wire(self.card.family))
            pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawLine(start, end)

    def _heat_rect(self) -> QRectF:
        return QRectF(0, self.layout.height + HEAT_TOP, self.layout.width, HEAT_HEIGHT)

    def _paint_heat(self, painter: QPainter, heat: Heat, near: bool) -> None:
        """A bar as wide as the card, filled by how much of the most it costs."""
        paints, bar = self.paints, self._heat_rect()
        filled = QRectF(bar.left(), bar.top(), max(8.0, bar.width() * heat.part) if heat.level else 0.0, bar.height())
        if not near:  # nobody sees corners there
            painter.fillRect(bar, paints.raised)
            painter.fillRect(filled, paints.heat(heat.level)[0])
            return
        painter.setPen(paints.border)
        painter.setBrush(paints.raised)
        painter.drawRoundedRect(bar, 4, 4)
        painter.setPen(paints.nothing)
        painter.setBrush(paints.heat(heat.level)[0])
        painter.drawRoundedRect(filled, 4, 4)
        painter.setFont(paints.fonts["text"])
        painter.setPen(paints.text if heat.level else paints.faint)
        place = QPointF(bar.left() + 8, bar.center().y() - paints.line_height("text") / 2)
        painter.drawStaticText(place, paints.static("text", heat.text))

    # Qt

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        paints, layout, card = self.paints, self.layout, self.card
        near = painter.worldTransform().m11() >= NEAR
        dimmed = self.marks is not None and not self.marks.get(("", False)) and "impossible" in self.marks.values()
        if dimmed or card.bypassed:
            painter.setOpacity(0.4 if card.bypassed else 0.5)
        style = "repeated" if card.repeat > 1 else "block" if card.is_block else "layer"
        self.faces.paint(painter, layout.width, layout.height, card.family, self.hovered, style)
        self._paint_titles(painter)
        if card.group >= 0:
            self._paint_group(painter)
        if self.selected or card.severity:
            shape = paints.card(layout.width, layout.height)
            painter.setBrush(paints.no_brush)
            if self.selected:
                painter.setPen(paints.halo)
                painter.drawPath(shape)
            painter.setPen(self._border())
            painter.drawPath(shape)
        if near and not card.collapsed:
            self._paint_body(painter)
            self._paint_port_names(painter)
        if self.heat is not None:
            self._paint_heat(painter, self.heat, near)
        if near or self.marks is not None:
            self._paint_ports(painter)
        if dimmed or card.bypassed:
            painter.setOpacity(1.0)
        if card.bypassed:
            self._paint_bypass(painter)
