"""A tidy place for every node: from left to right or from top to bottom, few crossings, straight chains.

Each part that hangs together is laid out by itself: as a valley if it goes down and up again as a U-Net does, in
columns otherwise. It knows sizes, but not what is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import networkx as nx

from netbuilder.graph.annotations import MOST_BENDS
from netbuilder.graph.boxes import USUAL, Boxes, Laid, Place, Ports, Size, on_grid
from netbuilder.graph.edits import move_nodes
from netbuilder.graph.graph import Edge, Graph
from netbuilder.graph.layered import lay_out
from netbuilder.graph.order import topological
from netbuilder.graph.room import Box, nearest_free
from netbuilder.graph.rows import Room
from netbuilder.graph.valley import lay_out_valley

APART = 80.0  # between parts that no edge joins
SEEN = 0.06  # the scale down to which the shape of a valley can be seen


@dataclass(frozen=True)
class Arranged:
    """New top left corners by node id, and the points that edges go by way of."""

    places: dict[str, Place] = field(default_factory=dict)
    bends: dict[Edge, tuple[Place, ...]] = field(default_factory=dict)


def arrange(
    graph: Graph,
    sizes: Mapping[str, Size],
    only: set[str] | None = None,
    room: Room | None = None,
    ports: Mapping[str, Ports] | None = None,
    *,
    down: bool = False,
) -> Arranged:
    """Tidy places of all nodes or of `only` some; their common corner stays where it is, if they cover no other node
    there, and goes to the nearest place where they don't if they do.

    `sizes` are widths and heights, `ports` how far from a node's first corner its ports are, `room` what the whole
    should be seen in: all is in one row if it isn't given. `down`: from top to bottom. The same graph gives the same
    places.
    """
    ids = [id for id in topological(graph) if only is None or id in only]
    if not ids:
        return Arranged()
    turned = {id: _turned(sizes.get(id, USUAL)) if down else sizes.get(id, USUAL) for id in ids}
    boxes = Boxes(turned, ports or {})
    room = _turned(room) if room is not None and down else room
    chosen = set(ids)
    edges = [edge for edge in graph.edges.values() if edge.source in chosen and edge.target in chosen]
    whole = _beside(_parts(graph, ids, edges), boxes, room)
    corner = min(x for x, _ in whole.corners.values()), min(y for _, y in whole.corners.values())
    if down:
        corner = _turned(corner)
    least = [on_grid(min(graph.nodes[id].position[axis] for id in ids)) for axis in (0, 1)]
    left, top = least[0] - on_grid(corner[0]), least[1] - on_grid(corner[1])

    def shifted(at: Place) -> Place:
        x, y = _turned(at) if down else at
        return left + x, top + y

    def place(at: Place) -> Place:
        x, y = shifted(at)
        return on_grid(x), on_grid(y)

    def bend(at: Place) -> Place:  # on the level of a port, which the grid does not know
        x, y = shifted(at)
        return float(round(x)), float(round(y))

    found = Arranged(
        {id: place(whole.corners[id]) for id in ids},
        {edge: tuple(map(bend, way)) for edge, way in whole.bends.items()},
    )
    others = [Box(*node.position, *sizes.get(id, USUAL)) for id, node in graph.nodes.items() if id not in chosen]
    return _beside_others(found, sizes, others) if others else found


def _beside_others(found: Arranged, sizes: Mapping[str, Size], others: list[Box]) -> Arranged:
    """The same where it covers no other node: where it is, if it can stay there."""
    cards = [Box(*place, *sizes.get(id, USUAL)) for id, place in found.places.items()]
    points = [Box(*point, 0.0, 0.0) for way in found.bends.values() for point in way]
    left, top = (min(getattr(box, side) for box in (*cards, *points)) for side in ("left", "top"))
    right, bottom = (max(getattr(box, side) for box in (*cards, *points)) for side in ("right", "bottom"))
    whole = Box(left, top, right - left, bottom - top)
    x, y = nearest_free(others, whole)
    x, y = x - left, y - top
    return Arranged(
        {id: (at[0] + x, at[1] + y) for id, at in found.places.items()},
        {edge: tuple((at[0] + x, at[1] + y) for at in way) for edge, way in found.bends.items()},
    )


def _turned(pair: tuple[float, float]) -> tuple[float, float]:
    return pair[1], pair[0]


def _parts(graph: Graph, ids: list[str], edges: list[Edge]) -> list[tuple[list[str], list[Edge]]]:
    """What hangs together, in the order of the graph; ids and edges of each."""
    joined = nx.Graph()
    joined.add_nodes_from(ids)
    joined.add_edges_from((edge.source, edge.target) for edge in edges)
    rank = {id: number for number, id in enumerate(graph.nodes)}
    found = sorted(nx.connected_components(joined), key=lambda part: min(map(rank.__getitem__, part)))
    part_of = {id: number for number, part in enumerate(found) for id in part}
    parts: list[tuple[list[str], list[Edge]]] = [([], []) for _ in found]
    for id in ids:
        parts[part_of[id]][0].append(id)
    for edge in edges:
        parts[part_of[edge.source]][1].append(edge)
    return parts


def _beside(parts: list[tuple[list[str], list[Edge]]], boxes: Boxes, room: Room | None) -> Laid:
    """Parts beside each other as far as they go, the next ones below."""
    whole, width = Laid({}), room[0] if room is not None else 0.0
    x = y = 0.0
    for ids, edges in parts:
        laid = _laid(ids, edges, boxes, room)
        if x and x + laid.width > width:
            x, y = 0.0, whole.height + APART
        whole.add(laid, x, y)
        x += laid.width + APART
    return whole


def _laid(ids: list[str], edges: list[Edge], boxes: Boxes, room: Room | None) -> Laid:
    """As a valley, if it is one: its shape says more than its words do. In rows only if not even that can be seen."""
    valley = lay_out_valley(ids, edges, boxes)
    if valley is not None and (room is None or _scale(valley, room) >= SEEN):
        return valley
    return lay_out(ids, edges, boxes, room)


def _scale(laid: Laid, room: Room) -> float:
    return min(1.0, room[0] / laid.width, room[1] / laid.height)


def arranged(graph: Graph, found: Arranged) -> Graph:
    """The graph with its nodes in these places, and with the edges of these nodes led as was found. Raises as
    `move_nodes` does."""
    known = graph.annotations
    bends = {
        edge: way
        for edge, way in known.bends.items()
        if edge.source not in found.places and edge.target not in found.places
    }
    bends |= {edge: way for edge, way in found.bends.items() if len(way) <= MOST_BENDS}
    return move_nodes(graph, found.places).annotated(replace(known, bends=bends))
