"""The items of one graph, kept in step with it: differences are applied by node id, nothing is ever rebuilt.

It is told what to show and what is hovered or selected; it changes no graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from netbuilder.graph import Edge, Graph, Node, diff
from netbuilder.layers.catalog import Catalog
from netbuilder.ui.canvas import card as cards
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.beside import Beside
from netbuilder.ui.canvas.card import has_names
from netbuilder.ui.canvas.edge_item import EdgeItem
from netbuilder.ui.canvas.faces import Faces
from netbuilder.ui.canvas.heat import Heat
from netbuilder.ui.canvas.node_item import NodeItem
from netbuilder.ui.canvas.paints import Paints, Widths
from netbuilder.ui.canvas.share_lines import ShareLines
from netbuilder.ui.theme import Theme

MANY = 40  # edges routed at once
STRIP = 256  # scene units

At = tuple[str, str]  # an edge by where it ends: (node id, input)


@dataclass(frozen=True)
class Hit:
    """What is at a place: a port (`node` and `port`), a node (`node`), an edge (`edge`, and which of its points, -1 for
    none), a frame or a note (`mark`, and what of it is taken hold of), or nothing."""

    node: NodeItem | None = None
    port: tuple[str, bool] | None = None
    edge: EdgeItem | None = None
    bend: int = -1
    mark: str = ""
    grip: str = ""

    def __bool__(self) -> bool:
        return self.node is not None or self.edge is not None or bool(self.mark)


class NetworkScene(QGraphicsScene):
    """`redrawn` says that something looks different now: only that these nodes stand elsewhere, or anything (None).
    `graph_shown` says that another graph value is on show."""

    redrawn = Signal(object)
    graph_shown = Signal()

    def __init__(self, catalog: Catalog, theme: Theme, parent: QObject | None = None):
        super().__init__(parent)
        self.catalog = catalog
        self.names: Mapping[str, Any] = {}
        self.in_block = False
        self.heated = False  # whether cost is painted
        self.paints = Paints(theme)
        self._faces = Faces(self.paints)
        self.graph = Graph()
        self.beside = Beside(self)
        self.checked: object | None = None
        self.nodes: dict[str, NodeItem] = {}
        self.edges: dict[At, EdgeItem] = {}
        self._touching: dict[str, set[At]] = {}
        self._selected: frozenset[str] = frozenset()
        self.selected_edge: At | None = None
        self._hovered = Hit()
        self._whole: QRectF | None = None
        self._sharing: dict[str, cards.Sharing] = {}
        self._share_lines: ShareLines | None = None
        self.version = 0  # counts what the minimap would show: not selection, hover, or a drag that goes on

    # What is where

    def node_item(self, id: str) -> NodeItem:
        """The item of a node. Raises `KeyError`."""
        return self.nodes[id]

    def edge_item(self, target: str, input: str) -> EdgeItem:
        """The item of the edge that ends in this input. Raises `KeyError`."""
        return self.edges[target, input]

    def hit(self, point: QPointF, reach: float) -> Hit:
        """What a hand at `point` means: a port within `reach` before a node before an edge."""
        around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        found: list[QGraphicsItem] = self.items(around)  # the topmost first
        nodes = [item for item in found if isinstance(item, NodeItem)]
        inside = next((item for item in nodes if item.rect().contains(point)), None)
        for item in nodes:
            port = item.port_at(point, reach)
            if port is not None:
                return Hit(item, port)
            if item is inside:
                break  # what lies under this card can't be meant
        if inside is not None:
            return Hit(inside)
        for item in found:
            if isinstance(item, EdgeItem) and item.isVisible():
                bend = item.bend_at(point, reach)
                if bend >= 0 or item.passes(point):
                    return Hit(edge=item, bend=bend)
        mark, grip = self.beside.hit(point, reach / 2)
        return Hit(mark=mark, grip=grip)

    def bounds(self, ids: Iterable[str] | None = None) -> QRectF:
        """The rectangle around these nodes, or all."""
        if ids is not None:
            return geometry.bounds(self.nodes[id].rect() for id in ids if id in self.nodes)
        if self._whole is None:
            items = (*self.nodes.values(), *self.beside.items.values())
            self._whole = geometry.bounds(item.rect() for item in items)
        return self._whole

    def size_of(self, node: Node) -> tuple[float, float]:
        """How large the card of a node would be that is not on show."""
        card = cards.draw_card(node, self.catalog, {}, self.names)
        layout = geometry.lay_out(card, Widths(self.paints))
        return layout.width, layout.height

    def touching(self, id: str) -> set[At]:
        """Where the edges end that touch a node."""
        return self._touching.get(id, set())

    def nodes_in(self, area: QRectF) -> list[NodeItem]:
        """The nodes whose cards touch an area."""
        bounds = Qt.ItemSelectionMode.IntersectsItemBoundingRect  # the shapes of edges are slow to ask
        found = (item for item in self.items(area, bounds) if isinstance(item, NodeItem))
        return [item for item in found if item.rect().intersects(area)]

    def node_rects(self, without: Iterable[str] = ()) -> list[QRectF]:
        left_out = set(without)
        return [item.rect() for id, item in self.nodes.items() if id not in left_out]

    # What is shown

    def show_graph(self, graph: Graph) -> None:
        """Show `graph` in place of what is shown, touching only what differs."""
        change = diff(self.graph, graph)
        before, self.graph = self.graph, graph
        if not change:
            return
        turned = before.annotations.direction != graph.annotations.direction
        if change.annotated:
            self.beside.show(graph.annotations)
        sharing = cards.sharing_in(graph)
        regrouped = {id for id in {*sharing, *self._sharing} if sharing.get(id) != self._sharing.get(id)}
        self._sharing = sharing
        rewired = {id for edge in (*change.removed_edges, *change.added_edges) for id in (edge.source, edge.target)}
        affected = {*change.added_nodes, *change.changed_nodes, *rewired, *(regrouped & graph.nodes.keys())}
        used = cards.ports_in_use(e for e in graph.edges.values() if e.source in affected or e.target in affected)
        for edge in change.removed_edges:
            self._remove_edge((edge.target, edge.input))
        for id in change.removed_nodes:
            self._hovered = Hit()
            self.removeItem(self.nodes.pop(id))
            self._touching.pop(id, None)
        for id in change.added_nodes:
            item = NodeItem(self._card(id, used), self.paints, self._faces)
            item.setPos(*graph.nodes[id].position)
            item.show_selected(id in self._selected)
            self.nodes[id] = item
            self.addItem(item)
        changed = [id for id in graph.nodes if id in affected]
        for id in changed:
            item, old, new = self.nodes[id], before.nodes.get(id), graph.nodes[id]
            item.setPos(*new.position)
            if old is not None and (
                id in rewired or id in sharing or id in regrouped or _faces_of(old) != _faces_of(new)
            ):
                item.show_card(self._card(id, used))
        for edge in change.added_edges:
            self._add_edge(edge)
        if turned:
            self._draw_again(list(self.nodes))
        self.moved(changed)  # which routes the new edges as well, once every card is in its place
        for edge in change.rerouted_edges:
            self._route(self.edges[edge.target, edge.input])
        self._show_sharers()
        self._whole = None
        self.version += 1
        self.redrawn.emit(None)
        self.graph_shown.emit()

    def show_other(self, graph: Graph, checked: object | None, *, in_block: bool = False) -> None:
        """Show another graph, whose nodes may have the ids of those on show; `in_block`: it is a block's."""
        self.in_block = in_block
        self.clear()
        self.beside.clear()
        self.nodes, self.edges, self._touching = {}, {}, {}
        self._selected, self.selected_edge, self._hovered = frozenset(), None, Hit()
        self._sharing, self._share_lines = {}, None
        self.heated = False
        self.graph, self.checked, self._whole = Graph(), checked, None
        self.show_graph(graph)
        if not len(graph):
            self.version += 1
            self.redrawn.emit(None)
            self.graph_shown.emit()

    def show_catalog(self, catalog: Catalog) -> None:
        """Draw what is declared otherwise now: the ports and settings of blocks."""
        old, self.catalog = self.catalog, catalog
        nodes = self.graph.nodes.values()
        self._draw_again([node.id for node in nodes if old.find(node.kind) is not catalog.find(node.kind)])

    def show_names(self, names: Mapping[str, Any]) -> None:
        """What the settings of the block around have for values: what expressions on the cards come to."""
        if names != self.names:
            self.names = names
            self._draw_again([id for id in self.nodes if any(map(has_names, self.graph.settings_of(id).values()))])

    def _draw_again(self, changed: list[str]) -> None:
        touching = [self.edges[at].edge for at in {at for id in changed for at in self.touching(id)}]
        used = cards.ports_in_use(touching)
        for id in changed:
            self.nodes[id].show_card(self._card(id, used))
        self.moved(changed)
        self._whole = None
        self.version += 1
        self.redrawn.emit(None)

    def show_checked(self, checked: object | None) -> None:
        """Shapes and badges as the check has them."""
        self.checked = checked
        moved = [
            id for id, item in self.nodes.items() if item.show_card(cards.with_check(item.card, self.graph, checked))
        ]
        self.moved(moved)
        self._whole = None
        self.version += 1
        self.redrawn.emit(None)

    def show_heat(self, heats: Mapping[str, Heat]) -> None:
        """What each node costs, on its card; those that are not in it show nothing."""
        if not heats and not self.heated:
            return
        self.heated = bool(heats)
        for id, item in self.nodes.items():
            item.show_heat(heats.get(id))
        self.redrawn.emit(None)

    def show_theme(self, theme: Theme) -> None:
        self.paints = Paints(theme)
        self._faces = Faces(self.paints)
        moved = [id for id, item in self.nodes.items() if item.show_paints(self.paints, self._faces)]
        for edge in self.edges.values():
            edge.show_paints(self.paints, edge.family)
        self.moved(moved)
        self.beside.show_paints(self.paints)
        self._whole = None
        self.version += 1
        self.redrawn.emit(None)

    def show_selected(self, ids: frozenset[str], marks: frozenset[str] = frozenset()) -> None:
        self.beside.show_selected(marks)
        changed = self._selected ^ ids
        self._selected = ids
        for id in changed:
            if id in self.nodes:
                self.nodes[id].show_selected(id in ids)
        for at in {at for id in changed for at in self._touching.get(id, ())}:
            edge = self.edges[at]
            edge.show(touched=edge.edge.source in ids or edge.edge.target in ids)
        self._show_sharers()
        self.redrawn.emit(None)

    def select_edge(self, at: At | None) -> None:
        if self.selected_edge in self.edges:
            self.edges[self.selected_edge].show(selected=False)
        self.selected_edge = at if at in self.edges else None
        if self.selected_edge is not None:
            self.edges[self.selected_edge].show(selected=True)
        self.redrawn.emit(None)

    def show_hovered(self, hit: Hit) -> None:
        old, self._hovered = self._hovered, hit
        if old.node is not None and old.node is not hit.node:
            old.node.show_hovered(False)
        if old.edge is not None and old.edge is not hit.edge:
            old.edge.show(hovered=False)
        if hit.node is not None:
            hit.node.show_hovered(True, hit.port)
        if hit.edge is not None:
            hit.edge.show(hovered=True)
        if hit.node is not old.node:
            self._show_sharers()

    def _show_sharers(self) -> None:
        """Lines between the nodes of each group of which one is selected or hovered."""
        hovered = self._hovered.node.id if self._hovered.node is not None else ""
        meant = {self._sharing[id].group for id in (*self._selected, hovered) if id in self._sharing}
        if self._share_lines is None:
            if not meant:
                return
            self._share_lines = ShareLines(self.paints)
            self.addItem(self._share_lines)
        places: dict[int, list[QPointF]] = {}
        for id, sharing in self._sharing.items():
            if sharing.group in meant and id in self.nodes:
                middle = self.nodes[id].rect().center()
                places.setdefault(sharing.group, []).insert(0 if not sharing.uses else len(places), middle)
        self._share_lines.paints = self.paints
        self._share_lines.show_groups([(group, places[group]) for group in sorted(places)])

    def moved(self, ids: Iterable[str]) -> None:
        """Let the edges follow nodes that stand elsewhere or have other ports now."""
        edges = {at for id in ids for at in self._touching.get(id, ())}
        rects = _Strips(self.node_rects()) if len(edges) > MANY else None
        for at in edges:
            self._route(self.edges[at], rects)

    def place(self, positions: dict[str, QPointF]) -> None:
        """Draw nodes elsewhere than the graph says, while they are being moved."""
        for id, position in positions.items():
            if id in self.nodes:
                self.nodes[id].setPos(position)
        self.moved(positions)
        if self._sharing:
            self._show_sharers()
        self.redrawn.emit([id for id in positions if id in self.nodes])

    def came_to_rest(self) -> None:
        """What was drawn elsewhere for a time is where the graph says again: the minimap can be drawn anew."""
        self._whole = None
        self.version += 1
        self.redrawn.emit(None)

    @property
    def down(self) -> bool:
        """Whether edges run downwards here."""
        return self.graph.annotations.direction == "down"

    def lead(self, edge: Edge, way: Iterable[tuple[float, float]]) -> None:
        """Draw an edge by way of other points than the graph says, while they are being moved."""
        item = self.edges[edge.target, edge.input]
        self._route(item, bends=[QPointF(*place) for place in way])
        self.redrawn.emit(None)

    def curve(self, start: QPointF, end: QPointF) -> QPainterPath:
        """The way of an edge that is not there yet."""
        if not self.down:
            return geometry.curve(start, end)
        return geometry.turned(geometry.curve(geometry.flipped(start), geometry.flipped(end)))

    def _card(self, id: str, used: cards.Used) -> cards.Card:
        """The new card of a node. The shape of before stays until the check has answered, so that nothing flickers."""
        settings = self.graph.settings_of(id)
        sharing = self._sharing.get(id)
        node, own = self.graph.nodes[id], self.in_block
        card = cards.draw_card(node, self.catalog, used, self.names, settings, sharing, in_block=own)
        card = replace(card, down=True) if self.down else card
        before = self.nodes.get(id)
        if before is None:
            return cards.with_check(card, self.graph, self.checked)
        old = before.card
        return replace(card, shape=old.shape, problem=old.problem, sentence=old.sentence, severity=old.severity)

    def _add_edge(self, edge: Edge) -> None:
        at = (edge.target, edge.input)
        item = EdgeItem(edge, self.paints, self.nodes[edge.source].card.family)
        item.show(touched=edge.source in self._selected or edge.target in self._selected)
        self.edges[at] = item
        for id in (edge.source, edge.target):
            self._touching.setdefault(id, set()).add(at)
        self.addItem(item)

    def _remove_edge(self, at: At) -> None:
        item = self.edges.pop(at)
        self._hovered = Hit()
        if self.selected_edge == at:
            self.selected_edge = None
        for id in (item.edge.source, item.edge.target):
            self._touching.get(id, set()).discard(at)
        self.removeItem(item)

    def _route(self, item: EdgeItem, rects: _Strips | None = None, bends: Iterable[QPointF] | None = None) -> None:
        source, target = self.nodes[item.edge.source], self.nodes[item.edge.target]
        start, end = source.port_position(item.edge.output, True), target.port_position(item.edge.input, False)
        if bends is None:
            bends = [QPointF(*place) for place in self.graph.bends_of(item.edge)]
        others: Iterable[QRectF] = ()
        begin, stop = (geometry.flipped(start), geometry.flipped(end)) if self.down else (start, end)
        if not bends and geometry.runs_back(begin, stop):  # it may have to go round other cards on its way
            room, beside = geometry.CLEAR + geometry.ROW, geometry.BULGE
            area = QRectF(begin, stop).normalized().adjusted(-beside, -room, beside, room)
            area = geometry.flipped_rect(area) if self.down else area
            if rects is not None:
                others = rects.touching(area)
            else:
                others = [found.rect() for found in self.items(area) if isinstance(found, NodeItem)]
        item.route(start, end, source.rect(), target.rect(), others, bends=bends, down=self.down)


def _faces_of(node: Node) -> tuple[object, ...]:
    """All of a node that its card shows."""
    return node.name, node.kind, node.settings, node.bypassed, node.collapsed


class _Strips:
    """Cards by the strip of the scene they lie in: quicker asked than an index that is being rebuilt."""

    def __init__(self, rects: Iterable[QRectF]):
        self._strips: dict[int, list[QRectF]] = {}
        for rect in rects:
            for strip in self._of(rect):
                self._strips.setdefault(strip, []).append(rect)

    def touching(self, area: QRectF) -> list[QRectF]:
        return [rect for strip in self._of(area) for rect in self._strips.get(strip, ()) if rect.intersects(area)]

    @staticmethod
    def _of(rect: QRectF) -> range:
        return range(int(rect.top() // STRIP), int(rect.bottom() // STRIP) + 1)
