"""Connecting by keyboard: every port that could be meant gets a letter, and typing it joins the two.

First the port to start from, if more than one could be meant, then the one to go to. Esc ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QKeyEvent, QPainter, QPen

from netbuilder.ui.canvas import wiring
from netbuilder.ui.canvas.wiring import End
from netbuilder.ui.stylesheet import ui_font

if TYPE_CHECKING:
    from netbuilder.ui.canvas.canvas import Canvas

LETTERS = "FJDKSLAGHRUEIWOTYQPVMCNBXZ"  # those under the fingers first


@dataclass(frozen=True)
class Label:
    """The letters on one port."""

    letters: str
    end: End
    taken: bool = False  # an edge that is there would give way


def letters_for(count: int) -> list[str]:
    """So many different names of letters, all of one length, so that none begins another."""
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    length = 2 if count <= len(LETTERS) ** 2 else 3
    made = ("".join(reversed(pair)) for pair in product(LETTERS, repeat=length))
    return [next(made) for _ in range(count)]


class Hinting:
    """The labels of one canvas: none, while nothing is connected so."""

    def __init__(self, canvas: Canvas):
        self._canvas, self._bench, self._scene = canvas, canvas.bench, canvas.scene()
        self.labels: list[Label] = []
        self._fixed: End | None = None  # the port that was chosen first
        self._typed = ""

    @property
    def active(self) -> bool:
        return bool(self.labels)

    def begin(self) -> None:
        """From the selected node; from any that is in view, if not one is selected."""
        only = self._bench.selection.only
        chosen = [only] if only in self._scene.nodes else self._in_view()
        starts = [end for id in chosen for end in self._starts(str(id))]
        if not starts:
            self._bench.say("There is nothing here to connect. Add a layer first, with Tab.")
        elif len(starts) == 1:
            self._aim(starts[0])
        else:
            self._show([(end, False) for end in starts], None)

    def end(self) -> None:
        """Without the labels again."""
        if self.labels:
            self.labels, self._fixed, self._typed = [], None, ""
            self._canvas.floating.show_keys("")
            self._canvas.viewport().update()

    def key(self, event: QKeyEvent) -> None:
        """A letter that was typed. Anything that is on no label ends it, and so does Esc; modifiers alone do not."""
        letter = event.text().upper()
        if event.key() == Qt.Key.Key_Backspace and self._typed:
            self._typed = self._typed[:-1]
        elif letter and letter in LETTERS:
            self._type(letter)
        elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta):
            self.end()
        self._canvas.viewport().update()

    def _type(self, letter: str) -> None:
        typed = self._typed + letter
        left = [label for label in self.labels if label.letters.startswith(typed)]
        if not left:
            self.end()
            return
        self._typed = typed
        if left[0].letters == typed:
            self._choose(left[0].end)

    def _choose(self, end: End) -> None:
        fixed = self._fixed
        if fixed is None:
            self._aim(end)
            return
        self.end()
        edge = fixed.to(end)
        names = self._scene.graph.nodes
        label = f"Connect {names[edge.source].name} to {names[edge.target].name}"
        self._canvas.edit(label, lambda graph: wiring.connect(graph, edge))

    def _aim(self, fixed: End) -> None:
        """Label what this port can be joined to. If none of that is in view, all of the drawing is brought there."""
        found = self._targets(fixed, set(self._in_view()))
        if not found:
            found = self._targets(fixed, set(self._scene.nodes))
            if found:
                self._canvas.visits.leave()
                self._canvas.zoom_to_fit()
        if not found:
            self.end()
            name = self._scene.graph.nodes[fixed.node].name
            self._bench.say(f"There is nothing that {name} could be connected to. Add a layer with Tab.")
            return
        self._show(found, fixed)

    def _show(self, ends: list[tuple[End, bool]], fixed: End | None) -> None:
        place = self._place(fixed) if fixed is not None else self._canvas.visible_area().topLeft()
        ends.sort(key=lambda pair: (self._place(pair[0]) - place).manhattanLength())
        self._fixed, self._typed = fixed, ""
        made = zip(letters_for(len(ends)), ends, strict=True)
        self.labels = [Label(letters, end, taken) for letters, (end, taken) in made]
        what = "to connect from" if fixed is None else f"to connect {self._scene.graph.nodes[fixed.node].name} to"
        self._canvas.floating.show_keys(f"Type the letter of the port {what}")
        self._canvas.viewport().update()

    def _in_view(self) -> list[str]:
        seen = self._canvas.visible_area()
        return [id for id, item in self._scene.nodes.items() if seen.intersects(item.rect())]

    def _starts(self, id: str) -> list[End]:
        """The outputs of a node; its inputs, if it has none."""
        layout = self._scene.nodes[id].layout
        return [End(id, port, True) for port in layout.outputs] or [End(id, port, False) for port in layout.inputs]

    def _targets(self, fixed: End, among: set[str]) -> list[tuple[End, bool]]:
        """What this port can be joined to, and whether an edge would give way for it."""
        graph = self._scene.graph
        found = []
        for id in among - wiring.out_of_reach(graph, fixed) - {fixed.node}:
            layout = self._scene.nodes[id].layout
            for port in layout.inputs if fixed.output else layout.outputs:
                end = End(id, port, not fixed.output)
                edge = fixed.to(end)
                into = graph.edge_into(edge.target, edge.input)
                if into != edge and not wiring.refusal(graph, edge):
                    found.append((end, into is not None))
        return found

    def _place(self, end: End) -> QPointF:
        return self._scene.nodes[end.node].port_position(end.port, end.output)

    # How it looks

    def paint(self, painter: QPainter) -> None:
        """The letters on their ports, of one size on screen at any zoom; those that are typed fall away."""
        if not self.labels:
            return
        theme, view = self._scene.paints.theme, self._canvas.viewportTransform()
        painter.save()
        painter.resetTransform()
        font = QFont(ui_font(size=12, bold=True))
        painter.setFont(font)
        measure = QFontMetricsF(font)
        for label in self.labels:
            if not label.letters.startswith(self._typed) or label.end.node not in self._scene.nodes:
                continue
            at = view.map(self._place(label.end))
            text = label.letters[len(self._typed) :]
            width = max(20.0, measure.horizontalAdvance(text) + 10)
            left = at.x() - width + 4 if not label.end.output else at.x() - 4
            box = QRectF(left, at.y() - 10, width, 20)
            painter.setPen(QPen(QColor(theme.warning), 1.5))
            painter.setBrush(QColor(theme.raised if label.taken else theme.warning))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(QColor(theme.warning if label.taken else theme.window))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
