"""Room on the drawing for one more node: where it can stand, and what has to move aside for it.

Works on boxes around nodes, of sizes that whoever draws them knows. It does not know what is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from netbuilder.graph.graph import Edge, Graph

GRID = 8
GAP = 40.0  # between a node and the one put beside it
TRIES = 1000  # places that are looked at for one that is free
NEAR = 16.0  # nearer than this, two nodes stand on each other's toes
LEVEL = 48.0  # a node dropped on a level edge is put on its level from so far away
USUAL = (176.0, 80.0)

Place = tuple[float, float]
Sizes = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def at(self, left: float, top: float) -> Box:
        return Box(left, top, self.width, self.height)

    def near(self, other: Box, space: float = NEAR) -> bool:
        return (
            self.left < other.right + space
            and other.left < self.right + space
            and self.top < other.bottom + space
            and other.top < self.bottom + space
        )


def boxes(graph: Graph, sizes: Sizes) -> dict[str, Box]:
    return {id: Box(*node.position, *sizes.get(id, USUAL)) for id, node in graph.nodes.items()}


def free_place(taken: Iterable[Box], wanted: Box) -> Place:
    """The top left corner nearest below `wanted` where it stands near none of `taken`."""
    others = [box for box in taken if box.left < wanted.right + NEAR and wanted.left < box.right + NEAR]
    while hit := [box for box in others if box.near(wanted)]:
        wanted = wanted.at(wanted.left, _up(max(box.bottom for box in hit) + NEAR))
    return wanted.left, wanted.top


def nearest_free(taken: Iterable[Box], wanted: Box) -> Place:
    """The top left corner nearest to `wanted`'s, on the grid from there, where it stands near none of `taken`."""
    others = list(taken)
    seen: set[Place] = set()
    todo = [(0.0, wanted.left, wanted.top)]
    while todo and len(seen) < TRIES:
        _, left, top = heappop(todo)
        here = wanted.at(left, top)
        hit = next((box for box in others if box.near(here)), None)
        if hit is None:
            return left, top
        across = wanted.left - _up(wanted.left - (hit.left - NEAR - wanted.width))
        along = wanted.left + _up(hit.right + NEAR - wanted.left)
        over = wanted.top - _up(wanted.top - (hit.top - NEAR - wanted.height))
        under = wanted.top + _up(hit.bottom + NEAR - wanted.top)
        for place in ((across, top), (along, top), (left, over), (left, under)):
            if place not in seen:
                seen.add(place)
                heappush(todo, (math.hypot(place[0] - wanted.left, place[1] - wanted.top), *place))
    return wanted.left, wanted.top + _up(max(box.bottom for box in others) + NEAR - wanted.top)


def place_on_edge(
    graph: Graph, edge: Edge, size: tuple[float, float], sizes: Sizes, at: Place | None = None, moved: str = ""
) -> tuple[Place, dict[str, Place]]:
    """Where a node of this size can stand between the two ends of `edge`, near `at` if that is given, and the new
    places of those that move to the right for it. `moved` is the node itself, if it is on the drawing already."""
    all = boxes(graph, sizes)
    all.pop(moved, None)
    source, target = all[edge.source], all[edge.target]
    new = _between(source, target, size, at)
    if not any(box.near(new) for box in all.values()):
        return (new.left, new.top), {}
    others = [box for id, box in all.items() if id not in (edge.source, edge.target)]
    corridor = Box(source.right, new.top, max(target.left - source.right, 1.0), new.height)
    if not _forward(source, target) or any(box.near(corridor, 0.0) for box in others):
        return free_place(all.values(), new), {}
    beside = new.at(_up(source.right + GAP), new.top)
    by = _up(beside.right + GAP - target.left)
    pushed = _pushed(graph, all, edge, by) if by > 0 else {}
    if not pushed or any(box.near(beside, 0.0) for id, box in all.items() if id not in pushed):
        return free_place(all.values(), new), {}
    return (beside.left, beside.top), pushed


def _between(source: Box, target: Box, size: tuple[float, float], at: Place | None) -> Box:
    """Where the node would like to stand, whoever stands there."""
    left = (source.right + target.left - size[0]) / 2
    top = (source.top + target.top) / 2
    if at is not None:
        if not _forward(source, target) or abs(at[1] - top) > LEVEL or abs(source.top - target.top) > LEVEL:
            top = at[1]
        least, most = source.right + GAP, target.left - GAP - size[0]
        left = min(max(at[0], least), most) if _forward(source, target) and least <= most else at[0]
    return Box(round(left / GRID) * GRID, round(top / GRID) * GRID, *size)


def _forward(source: Box, target: Box) -> bool:
    return target.left >= source.right - GRID


def _pushed(graph: Graph, all: dict[str, Box], edge: Edge, by: float) -> dict[str, Place]:
    """The target and all it leads on to in its row, and whoever they would run into, moved to the right."""
    behind: dict[str, list[str]] = {}
    for one in graph.edges.values():
        behind.setdefault(one.source, []).append(one.target)
    still = {id: box for id, box in all.items() if id != edge.source}
    todo, pushed = [edge.target], {}
    while todo:
        id = todo.pop()
        box = still.pop(id, None)
        if box is None:
            continue
        here = box.at(box.left + by, box.top)
        pushed[id] = (here.left, here.top)
        todo += [next for next in behind.get(id, ()) if next in still and still[next].left >= box.right - GRID]
        todo += [other for other, there in still.items() if there.left >= box.left and there.near(here)]
    return pushed


def _up(length: float) -> float:
    return float(math.ceil(length / GRID) * GRID)
