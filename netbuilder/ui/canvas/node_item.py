"""One node on the canvas: what its card shows, and where its ports are. It paints nothing; see `drawing`."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF

from netbuilder.graph.graph import Place
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.faces import Face
from netbuilder.ui.canvas.geometry import BADGE, LINE, LINK, PAD
from netbuilder.ui.canvas.heat import Heat
from netbuilder.ui.canvas.paints import Paints, Widths

HEAT_TOP, HEAT_HEIGHT = 12, 18  # of the bar below a card

Line = tuple[str, str, str, float, float]  # pen, font, text, and its top left corner on the card


class NodeItem:
    """`marks` says per port how it looks during a connection: "possible", "impossible" or "target".

    `redraw` is called with it when it looks different. `row` is its row in the table of the scene.
    """

    def __init__(self, card: Card, paints: Paints, place: Place, redraw: Callable[[NodeItem], None]):
        self.card = card
        self.paints = paints
        self.layout = geometry.lay_out(card, Widths(paints))
        self.row = -1
        self.selected = False
        self.hovered = False
        self.faded = False
        self.heat: Heat | None = None
        self.marks: dict[tuple[str, bool], str] | None = None
        self.hovered_port: tuple[str, bool] | None = None
        self._place = place  # as plain numbers: thousands may move at once
        self._redraw = redraw
        self._lines: list[Line] | None = None

    @property
    def id(self) -> str:
        return self.card.id

    def describe(self) -> str:
        """The node in words, for screen readers."""
        return self.card.describe()

    # Where it is

    def pos(self) -> QPointF:
        """The top left corner of the card in the scene."""
        return QPointF(*self._place)

    def move_to(self, place: Place) -> None:
        """Stand elsewhere. For the scene, which keeps its table in step."""
        self._place = place

    def rect(self) -> QRectF:
        """The card in scene coordinates."""
        return QRectF(*self._place, self.layout.width, self.layout.height)

    def bounds(self) -> QRectF:
        """All that is painted of it, in scene coordinates."""
        return self.rect().adjusted(-14, -8, 14, 14 if self.heat is None else HEAT_TOP + HEAT_HEIGHT + 2)

    def port_position(self, name: str, output: bool | None = None) -> QPointF:
        """Where the port is in the scene. Raises `KeyError`; `output` tells two ports of one name apart."""
        if output is None:
            output = name not in self.layout.inputs
        return self.pos() + (self.layout.outputs if output else self.layout.inputs)[name]

    def port_at(self, point: QPointF, reach: float) -> tuple[str, bool] | None:
        """The nearest port within `reach` of a scene point: its name and whether it is an output."""
        best, near, corner = None, reach * reach, self.pos()
        for output, ports in ((False, self.layout.inputs), (True, self.layout.outputs)):
            for name, place in ports.items():
                away = corner + place - point
                distance = away.x() ** 2 + away.y() ** 2
                if distance <= near:
                    best, near = (name, output), distance
        return best

    # How it looks

    def show_paints(self, paints: Paints) -> bool:
        """Look as another theme says; says whether the ports moved."""
        self.paints = paints
        return self._show(self.card)

    def show_card(self, card: Card) -> bool:
        """Show another card; says whether the ports moved, so that the edges have to follow."""
        if card is self.card:
            return False
        if card == self.card:
            self.card = card
            return False
        return self._show(card)

    def _show(self, card: Card) -> bool:
        self.card = card
        layout = geometry.lay_out(card, Widths(self.paints))
        moved = layout != self.layout
        self.layout, self._lines = layout, None
        self._redraw(self)
        return moved

    def show_selected(self, selected: bool) -> None:
        if selected != self.selected:
            self.selected = selected
            self._redraw(self)

    def show_hovered(self, hovered: bool, port: tuple[str, bool] | None = None) -> None:
        if hovered != self.hovered or port != self.hovered_port:
            self.hovered, self.hovered_port = hovered, port
            self._redraw(self)

    def show_faded(self, faded: bool) -> None:
        """Step back behind nodes that are meant."""
        if faded != self.faded:
            self.faded = faded
            self._redraw(self)

    def show_heat(self, heat: Heat | None) -> None:
        """What it costs, on a bar below the card."""
        if heat != self.heat:
            self.heat = heat
            self._redraw(self)

    def show_marks(self, marks: dict[tuple[str, bool], str] | None) -> None:
        if marks != self.marks:
            self.marks = marks
            self._redraw(self)

    @property
    def dimmed(self) -> bool:
        """Whether nothing of it can take the edge that is being drawn."""
        return self.marks is not None and not self.marks.get(("", False)) and "impossible" in self.marks.values()

    @property
    def strength(self) -> float:
        """How clearly it is painted, from 0 to 1."""
        return 0.4 if self.card.bypassed else 0.5 if self.dimmed or self.faded else 1.0

    @property
    def special(self) -> bool:
        """Whether something is painted on its card that most cards have not."""
        card = self.card
        meant = self.marks is not None or self.hovered_port is not None
        return meant or card.group >= 0 or card.repeat > 1 or card.bypassed or card.frozen or card.rate != 1

    def face(self) -> Face:
        """How the card looks without its texts."""
        card, layout = self.card, self.layout
        return Face(
            layout.width,
            layout.height,
            card.family,
            "repeated" if card.repeat > 1 else "block" if card.is_block else "layer",
            () if self.marks is not None else tuple(place.toTuple() for place in layout.inputs.values()),
            () if self.marks is not None else tuple(place.toTuple() for place in layout.outputs.values()),
            card.severity,
            self.heat.level if self.heat is not None else -1,
            self.hovered,
            self.selected,
        )

    @property
    def beside_name(self) -> float:
        """How wide what stands at the right of the name is, with the gap before it."""
        card, times, rate = self.card, geometry.times(self.card), geometry.rate(self.card)
        some = card.caption or times or card.group >= 0 or card.frozen or rate
        width = self.paints.text_width(card.caption) + 20 if some else 0.0
        width += LINK + 4 if card.frozen else self.paints.text_width(rate) + 8 if rate else 0
        width += LINK + 4 if card.group >= 0 else 0
        return width + (self.paints.text_width(times) + 2 * BADGE + 4 if times else 0)

    def lines(self) -> list[Line]:
        """All texts but the name, with their pens and places."""
        if self._lines is None:
            self._lines = self._write()
        return self._lines

    def _write(self) -> list[Line]:
        paints, card, layout = self.paints, self.card, self.layout
        lines: list[Line] = []
        if card.caption:
            right = layout.width - PAD
            if card.repeat > 1:
                right -= paints.text_width(geometry.times(card)) + 2 * BADGE + 2
            top = (geometry.HEADER - paints.line_height("text")) / 2 + 0.5
            lines.append(("muted", "text", card.caption, right - paints.text_width(card.caption), top))
        if card.collapsed:
            return lines
        if not card.bypassed:  # else the line across it says all
            lines += self._write_body()
        ins, outs = geometry.named_ports(card)
        half = paints.line_height("text") / 2
        lines += [("muted", "text", name, PAD, layout.inputs[name].y() - half) for name in ins]
        for name in outs:
            left = layout.width - PAD - paints.text_width(name)
            lines.append(("muted", "text", name, left, layout.outputs[name].y() - half))
        return lines

    def _write_body(self) -> list[Line]:
        card, y = self.card, self.layout.lines_top
        lines: list[Line] = []
        if card.summary:
            lines.append(("muted", "text", card.summary, PAD, self._middle(y, "text")))
            y += LINE
        if card.problem:
            pen = "danger" if card.severity == "error" else "warning"
            lines.append((pen, "text", card.problem, PAD, self._middle(y, "text")))
        elif card.shape:
            lines.append(("text", "mono", card.shape, PAD, self._middle(y, "mono")))
        return lines

    def _middle(self, top: float, font: str) -> float:
        return top + (LINE - self.paints.line_height(font)) / 2
