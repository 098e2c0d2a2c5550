"""The canvas for those who hear it: each node is an object of its own, which a screen reader can go to and read.

Qt asks a factory for what an object is like. A node on the canvas is no object of Qt, so each that is asked for gets
one that stands for it, and goes with it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QWindow

    from netbuilder.ui.canvas.canvas import Canvas

Text, Event = QAccessible.Text, QAccessible.Event


class NodeVoice(QObject):
    """Stands for one node of a canvas."""

    def __init__(self, id: str, voices: Voices):
        super().__init__(voices)
        self.id, self.voices = id, voices


class Voices(QObject):
    """What a canvas says: its nodes by id, made when someone asks, and which of them the keyboard is on."""

    def __init__(self, canvas: Canvas):
        super().__init__(canvas)
        self.canvas = canvas
        self._made: dict[str, NodeVoice] = {}
        self._said = ""
        self._order: tuple[int, list[str]] = (-1, [])
        _install()
        canvas.scene().graph_shown.connect(self._forget)

    def order(self) -> list[str]:
        """The ids of the nodes as one reads: from left to right, and down."""
        scene = self.canvas.scene()
        if self._order[0] != scene.version or len(self._order[1]) != len(scene.nodes):
            nodes = scene.nodes
            self._order = scene.version, sorted(nodes, key=lambda id: (nodes[id].pos().x(), nodes[id].pos().y()))
        return self._order[1]

    def of(self, id: str) -> NodeVoice:
        if id not in self._made:
            self._made[id] = NodeVoice(id, self)
        return self._made[id]

    def go_to(self, id: str | None) -> None:
        """Tell that the keyboard is on this node now, or on the canvas as a whole."""
        if not QAccessible.isActive():
            return
        place: QObject = self.of(id) if id is not None and id in self.canvas.scene().nodes else self.canvas
        QAccessible.updateAccessibility(QAccessibleEvent(place, Event.Focus))

    def changed(self, id: str) -> None:
        """Tell that what is said of a node is another: its shape is known, or a problem has come or gone."""
        words = self.canvas.scene().nodes[id].describe() if id in self.canvas.scene().nodes else ""
        if QAccessible.isActive() and words != self._said:
            self._said = words
            QAccessible.updateAccessibility(QAccessibleEvent(self.of(id), Event.NameChanged))

    def _forget(self) -> None:
        """Nodes that are gone fall silent."""
        nodes = self.canvas.scene().nodes
        for id in [id for id in self._made if id not in nodes]:
            self._made.pop(id).deleteLater()


class _Interface(QAccessibleInterface):
    """What all have in common: they are what an object of Qt is."""

    def __init__(self, thing: QObject):
        super().__init__()
        self.thing = thing

    def isValid(self) -> bool:
        return shiboken6.isValid(self.thing)

    def object(self) -> QObject:
        return self.thing

    def window(self) -> QWindow | None:
        return None

    def setText(self, t: QAccessible.Text, text: str) -> None:
        """A name is changed by renaming, not from outside."""

    def interface_cast(self, t: QAccessible.InterfaceType) -> None:
        return None


class NodeAccess(_Interface):
    """A node: "Conv2d conv1, output N by 32 by 28 by 28, no problems"."""

    thing: NodeVoice

    def _item(self):
        return self.thing.voices.canvas.scene().nodes.get(self.thing.id) if self.isValid() else None

    def isValid(self) -> bool:
        return shiboken6.isValid(self.thing) and self.thing.id in self.thing.voices.canvas.scene().nodes

    def parent(self) -> QAccessibleInterface:
        return QAccessible.queryAccessibleInterface(self.thing.voices.canvas)

    def childCount(self) -> int:
        return 0

    def child(self, index: int) -> None:
        return None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return -1

    def childAt(self, x: int, y: int) -> None:
        return None

    def focusChild(self) -> None:
        return None

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def text(self, t: QAccessible.Text) -> str:
        item = self._item()
        if item is None:
            return ""
        if t == Text.Name:
            return str(item.describe())
        if t == Text.Description:
            graph = self.thing.voices.canvas.scene().graph
            into = [graph.nodes[edge.source].name for edge in graph.edges_into(self.thing.id)]
            out = [graph.nodes[edge.target].name for edge in graph.edges_from(self.thing.id)]
            fed = f"fed by {', '.join(into)}" if into else ""
            feeds = f"feeds {', '.join(dict.fromkeys(out))}" if out else ""
            return "; ".join(part for part in (fed, feeds) if part) or "not connected"
        return ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        canvas, item = self.thing.voices.canvas, self._item()
        if item is None:
            state.invalid = True
            return state
        state.focusable = state.selectable = state.multiSelectable = True
        state.selected = self.thing.id in canvas.bench.selection.nodes
        state.focused = canvas.hasFocus() and canvas.cursor.node == self.thing.id
        state.offscreen = not canvas.visible_area().intersects(item.rect())
        return state

    def rect(self) -> QRect:
        item, canvas = self._item(), self.thing.voices.canvas
        if item is None:
            return QRect()
        corner = canvas.screen_position(item.rect().topLeft())
        return QRect(corner, canvas.screen_position(item.rect().bottomRight()))


class CanvasAccess(_Interface):
    """The canvas: its nodes, and then what floats over it."""

    thing: Canvas

    def _floating(self) -> list[QWidget]:
        widgets = (child for child in self.thing.children() if isinstance(child, QWidget) and child.isVisible())
        bars = (self.thing.viewport(), self.thing.verticalScrollBar(), self.thing.horizontalScrollBar())
        return [one for one in widgets if one not in bars and not isinstance(one, QAbstractScrollArea) and one.layout()]

    def parent(self) -> QAccessibleInterface | None:
        around = self.thing.parentWidget()
        return QAccessible.queryAccessibleInterface(around) if around is not None else None

    def childCount(self) -> int:
        return len(self.thing.scene().nodes) + len(self._floating())

    def child(self, index: int) -> QAccessibleInterface | None:
        order = self.thing.voices.order()
        if 0 <= index < len(order):
            return QAccessible.queryAccessibleInterface(self.thing.voices.of(order[index]))
        floating = self._floating()
        index -= len(order)
        return QAccessible.queryAccessibleInterface(floating[index]) if 0 <= index < len(floating) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        thing, order = child.object(), self.thing.voices.order()
        if isinstance(thing, NodeVoice):
            return order.index(thing.id) if thing.id in order else -1
        floating = self._floating()
        return len(order) + floating.index(thing) if thing in floating else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:
        for at in reversed(range(self.childCount())):
            found = self.child(at)
            if found is not None and found.rect().contains(x, y):
                return found
        return None

    def focusChild(self) -> QAccessibleInterface | None:
        id = self.thing.cursor.node
        if not self.thing.hasFocus() or id is None:
            return None
        return QAccessible.queryAccessibleInterface(self.thing.voices.of(id))

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.List

    def text(self, t: QAccessible.Text) -> str:
        if t == Text.Name:
            return self.thing.accessibleName()
        return self.thing.accessibleDescription() if t == Text.Description else ""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.focusable = state.multiSelectable = True
        state.focused = self.thing.hasFocus()
        state.invisible = not self.thing.isVisible()
        return state

    def rect(self) -> QRect:
        return QRect(self.thing.mapToGlobal(self.thing.rect().topLeft()), self.thing.size())

    def window(self) -> QWindow | None:
        return self.thing.window().windowHandle()


@cache
def _install() -> None:
    """Let Qt ask here first, once for the program."""
    QAccessible.installFactory(_access)


def _access(name: str, thing: QObject | None) -> QAccessibleInterface | None:
    if isinstance(thing, NodeVoice):
        return NodeAccess(thing)
    if name != "Canvas":
        return None
    from netbuilder.ui.canvas.canvas import Canvas

    return CanvasAccess(thing) if isinstance(thing, Canvas) else None
