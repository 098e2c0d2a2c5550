"""The items of one graph, kept in step with it: differences are applied by node id, nothing is ever rebuilt.

It is told what to show and what is hovered or selected; it changes no graph. After every `show_graph` or `show_other`,
`nodes` has an item for each node of `graph` and no other, `edges` one for each of its edges, and the two tables of
boxes a row for each of these items: where it is, and what can be painted of it without asking it. Items are plain
objects that nothing else holds, so none can be left over; one `Drawing` paints them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from netbuilder.graph import Edge, Graph, Node, diff
from netbuilder.layers.catalog import Catalog
from netbuilder.ui.canvas import card as cards
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.beside import Beside
from netbuilder.ui.canvas.boxes import Boxes
from netbuilder.ui.canvas.card import has_names
from netbuilder.ui.canvas.drawing import Drawing
from netbuilder.ui.canvas.edge_item import EdgeItem
from netbuilder.ui.canvas.edges import At, Edges
from netbuilder.ui.canvas.faces import Faces
from netbuilder.ui.canvas.heat import Heat
from netbuilder.ui.canvas.hit import Hit, hit_in
from netbuilder.ui.canvas.node_item import NodeItem
from netbuilder.ui.canvas.nodes import Nodes
from netbuilder.ui.canvas.paints import Paints, Widths
from netbuilder.ui.canvas.share_lines import ShareLines
from netbuilder.ui.theme import Theme

MANY = 24  # things that look different at once; beyond that all of the view is painted again


class NetworkScene(QGraphicsScene):
    """`redrawn` says that something looks different now; `outdated` which area, a null one for all of it.
    `graph_shown` says that another graph value is on show."""

    redrawn = Signal()
    outdated = Signal(QRectF)
    graph_shown = Signal()

    def __init__(self, catalog: Catalog, theme: Theme, parent: QObject | None = None):
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # there are no items of Qt's
        self.catalog = catalog
        self.names: Mapping[str, Any] = {}
        self.in_block = False
        self.heated = False  # whether cost is painted
        self.paints = Paints(theme)
        self.faces = Faces(self.paints)
        self.graph = Graph()
        self.beside = Beside(self)
        self.checked: object | None = None
        self.standing = Nodes(self)
        self.wiring = Edges(self)
        self._layers = cards.Layers()
        self._selected: frozenset[str] = frozenset()
        self.selected_edge: At | None = None
        self._hovered = Hit()
        self._whole: QRectF | None = None
        self._sharing: dict[str, cards.Sharing] = {}
        self.share_lines = ShareLines()
        self.version = 0  # counts what the minimap would show: not selection, hover, or a drag that goes on
        self.drawing = Drawing(self)

    # What is where

    @property
    def nodes(self) -> dict[str, NodeItem]:
        """The items of nodes by their ids."""
        return self.standing.items

    @property
    def node_boxes(self) -> Boxes[NodeItem]:
        return self.standing.table

    @property
    def edges(self) -> dict[At, EdgeItem]:
        """The items of edges by where they end."""
        return self.wiring.items

    @property
    def edge_boxes(self) -> Boxes[EdgeItem]:
        return self.wiring.table

    def node_item(self, id: str) -> NodeItem:
        """The item of a node. Raises `KeyError`."""
        return self.nodes[id]

    def edge_item(self, target: str, input: str) -> EdgeItem:
        """The item of the edge that ends in this input. Raises `KeyError`."""
        return self.edges[target, input]

    def hit(self, point: QPointF, reach: float) -> Hit:
        """What a hand at `point` means: a port within `reach` before a node before an edge."""
        return hit_in(self, point, reach)

    def nodes_in(self, area: QRectF) -> list[NodeItem]:
        """The nodes whose cards touch an area, the topmost first."""
        return self.node_boxes.at(self.in_order(self.node_boxes.rows_in(area))[::-1])

    def edges_in(self, area: QRectF) -> list[EdgeItem]:
        """The edges that may touch an area (what is around them does), but for hidden ones. The newest first."""
        return [edge for edge in self.edge_boxes.found_in(area)[::-1] if not edge.hidden]

    def in_order(self, rows: np.ndarray) -> np.ndarray:
        """These rows of nodes as they lie above each other, the lowest first."""
        table = self.node_boxes
        return rows[np.lexsort((table["serial"][rows], table["selected"][rows]))]

    def bounds(self, ids: Iterable[str] | None = None) -> QRectF:
        """The rectangle around these nodes, or all."""
        if ids is not None:
            return geometry.bounds(self.nodes[id].rect() for id in ids if id in self.nodes)
        if self._whole is None:
            self._whole = geometry.bounds([self.node_boxes.whole(), *self.beside.rects()])
        return self._whole

    def size_of(self, node: Node) -> tuple[float, float]:
        """How large the card of a node would be that is not on show."""
        card = cards.draw_card(node, self.catalog, {}, self.names)
        layout = geometry.lay_out(card, Widths(self.paints))
        return layout.width, layout.height

    def touching(self, id: str) -> set[At]:
        """Where the edges end that touch a node."""
        return self.wiring.touching(id)

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
        kept = [(before.nodes[id], graph.nodes[id]) for id in change.changed_nodes]
        others = {new.id for old, new in kept if new.id in sharing or not _look_alike(old, new)}
        redrawn = {*change.added_nodes, *others, *rewired, *regrouped, *(graph.nodes if turned else ())}
        used = cards.ports_in_use([e for e in graph.edges.values() if e.source in redrawn or e.target in redrawn])
        for edge in change.removed_edges:
            self._remove_edge((edge.target, edge.input))
        for id in change.removed_nodes:
            self._hovered = Hit()
            self.standing.remove(id)
            self.wiring.forget_node(id)
        for id in change.added_nodes:
            self.standing.add(graph.nodes[id], self._card(id, used), selected=id in self._selected)
        staying = (redrawn & graph.nodes.keys()) - set(change.added_nodes)
        resized = [id for id in staying if self.nodes[id].show_card(self._card(id, used))]
        self.standing.put(resized)
        self.standing.move({new.id: new.position for old, new in kept if new.position != old.position})
        for edge in change.added_edges:
            self.wiring.add(edge)
        led = [self.edges[edge.target, edge.input].row for edge in (*change.added_edges, *change.rerouted_edges)]
        self.wiring.route(np.array(led, int))
        self.wiring.follow(resized)
        self._show_sharers()
        self._show_all_anew()
        self.graph_shown.emit()

    def show_other(self, graph: Graph, checked: object | None, *, in_block: bool = False) -> None:
        """Show another graph, whose nodes may have the ids of those on show; `in_block`: it is a block's."""
        self.in_block = in_block
        self.standing.clear()
        self.wiring.clear()
        self.beside.clear()
        self._selected, self.selected_edge, self._hovered = frozenset(), None, Hit()
        self._sharing, self.share_lines = {}, ShareLines()
        self.heated = False
        self.graph, self.checked, self._whole = Graph(), checked, None
        self.show_graph(graph)
        if not len(graph):
            self._show_all_anew()
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
        self.standing.put([id for id in changed if self.nodes[id].show_card(self._card(id, used))])
        self.wiring.follow(changed)  # an edge has the colour of its source, which may be of another family now
        self._show_all_anew()

    def show_checked(self, checked: object | None) -> None:
        """Shapes and badges as the check has them."""
        self.checked = checked
        moved = [
            id for id, item in self.nodes.items() if item.show_card(cards.with_check(item.card, self.graph, checked))
        ]
        self.standing.put(moved)
        self.wiring.follow(moved)
        self._show_all_anew()

    def show_heat(self, heats: Mapping[str, Heat]) -> None:
        """What each node costs, on its card; those that are not in it show nothing."""
        if not heats and not self.heated:
            return
        self.heated = bool(heats)
        for id, item in self.nodes.items():
            item.show_heat(heats.get(id))
        self.redraw()
        self.redrawn.emit()

    def show_theme(self, theme: Theme) -> None:
        self.paints = Paints(theme)
        self.forget_faces()
        moved = [id for id, item in self.nodes.items() if item.show_paints(self.paints)]
        self.standing.put(moved)
        self.wiring.follow(moved)
        self.beside.show_paints(self.paints)
        self._show_all_anew()

    def show_selected(self, ids: frozenset[str], marks: frozenset[str] = frozenset()) -> None:
        self.beside.show_selected(marks)
        changed = self._selected ^ ids
        self._selected = ids
        for id in changed:
            if id in self.nodes:
                self.nodes[id].show_selected(id in ids)
        if len(changed) <= MANY:
            for at in {at for id in changed for at in self.touching(id)}:
                self.wiring.changed(self.edges[at])
        else:
            self.redraw()
        self._show_sharers()
        self.redrawn.emit()

    def select_edge(self, at: At | None) -> None:
        if self.selected_edge in self.edges:
            self.edges[self.selected_edge].show(selected=False)
        self.selected_edge = at if at in self.edges else None
        if self.selected_edge is not None:
            self.edges[self.selected_edge].show(selected=True)
        self.redrawn.emit()

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
        places: dict[int, list[QPointF]] = {}
        for id, sharing in self._sharing.items():
            if sharing.group in meant and id in self.nodes:
                middle = self.nodes[id].rect().center()
                places.setdefault(sharing.group, []).insert(0 if not sharing.uses else len(places), middle)
        different = self.share_lines.show_groups([(group, places[group]) for group in sorted(places)])
        if not different.isNull():
            self.redraw(different)

    def place(self, positions: dict[str, QPointF]) -> None:
        """Draw nodes elsewhere than the graph says, while they are being moved."""
        moved = [id for id, place in positions.items() if id in self.nodes and self.nodes[id].pos() != place]
        if not moved:
            return
        few = len(moved) <= MANY
        if few:
            self._redraw_around(moved)
        self.standing.move({id: positions[id].toTuple() for id in moved})
        self._whole = None
        if few:
            self._redraw_around(moved)
        else:
            self.redraw()
        if self._sharing:
            self._show_sharers()

    def redraw(self, area: QRectF | None = None) -> None:
        """Say that an area has to be painted anew, or everything. A view keeps its picture of all else."""
        self.outdated.emit(area if area is not None else QRectF())

    def _redraw_around(self, ids: list[str]) -> None:
        for id in ids:
            self.redraw(self.nodes[id].bounds())
            for at in self.touching(id):
                self.redraw(self.wiring.box_of(self.edges[at]))

    def _show_all_anew(self) -> None:
        self._whole = None
        self.version += 1
        self.redraw()
        self.redrawn.emit()

    def came_to_rest(self) -> None:
        """What was drawn elsewhere for a time is where the graph says again: the minimap can be drawn anew."""
        self._whole = None
        self.version += 1
        self.redrawn.emit()

    @property
    def down(self) -> bool:
        """Whether edges run downwards here."""
        return self.graph.annotations.direction == "down"

    def lead(self, edge: Edge, way: Iterable[tuple[float, float]]) -> None:
        """Draw an edge by way of other points than the graph says, while they are being moved."""
        item = self.edges[edge.target, edge.input]
        self.redraw(self.wiring.box_of(item))
        self.wiring.lead(item, [QPointF(*place) for place in way])
        self.redraw(self.wiring.box_of(item))

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
        card = cards.draw_card(
            node,
            self.catalog,
            used,
            self.names,
            settings,
            sharing,
            self.graph.owner(id),
            in_block=own,
            layers=self._layers,
        )
        card = replace(card, down=True) if self.down else card
        before = self.nodes.get(id)
        if before is None:
            return cards.with_check(card, self.graph, self.checked)
        old = before.card
        return replace(card, shape=old.shape, problem=old.problem, sentence=old.sentence, severity=old.severity)

    # The tables

    def forget_faces(self) -> None:
        """Begin anew with the pictures of cards."""
        self.faces = Faces(self.paints)
        self.standing.table["face"][:] = -1

    def _remove_edge(self, at: At) -> None:
        self._hovered = Hit()
        if self.selected_edge == at:
            self.selected_edge = None
        self.wiring.remove(at)


def _look_alike(old: Node, new: Node) -> bool:
    """Whether the cards of two nodes show the same."""
    return (
        old.name == new.name
        and old.kind == new.kind
        and (old.settings is new.settings or old.settings == new.settings)
        and old.bypassed == new.bypassed
        and old.collapsed == new.collapsed
        and old.rate == new.rate
        and old.frozen == new.frozen
    )
