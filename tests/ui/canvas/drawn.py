"""What a drawing looks like on the canvas, in numbers: cards on each other, edges through cards, edges that cross."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

from netbuilder.graph import Edge, Graph
from netbuilder.graph.arrange import arrange, arranged
from netbuilder.layers import Catalog
from netbuilder.ui.canvas.arranging import ports_of
from netbuilder.ui.canvas.scene import NetworkScene
from netbuilder.ui.theme import DARK

CELL = 400.0
BY = 1.0  # how far into a card an edge has to go to run through it


def scene_of(graph: Graph, catalog: Catalog) -> NetworkScene:
    scene = NetworkScene(catalog, DARK)
    scene.show_graph(graph)
    return scene


def tidied(graph: Graph, catalog: Catalog, room: tuple[float, float] | None, *, down: bool = False) -> Graph:
    """The graph as the canvas would tidy it."""
    scene = scene_of(graph, catalog)
    sizes = {id: (item.layout.width, item.layout.height) for id, item in scene.nodes.items()}
    ports = {id: ports_of(item.layout, down) for id, item in scene.nodes.items()}
    return arranged(graph, arrange(graph, sizes, room=room, ports=ports, down=down))


def overlaps(scene: NetworkScene) -> list[tuple[str, str]]:
    """Pairs of nodes whose cards lie on each other."""
    rects = sorted((item.rect().left(), id) for id, item in scene.nodes.items())
    found, open = [], []
    for left, id in rects:
        rect = scene.nodes[id].rect()
        open = [other for other in open if scene.nodes[other].rect().right() > left]
        found += [(other, id) for other in open if scene.nodes[other].rect().intersects(rect)]
        open.append(id)
    return found


def run_through(scene: NetworkScene) -> list[tuple[Edge, str]]:
    """Edges, and nodes that are none of their ends whose cards they run through."""
    cells = _Cells((id, item.rect().adjusted(BY, BY, -BY, -BY)) for id, item in scene.nodes.items())
    found = set()
    for item in scene.edges.values():
        for a, b in pairwise(_line(item.path)):
            for id, rect in cells.near(QRectF(a, b).normalized()):
                if id not in (item.edge.source, item.edge.target) and _meets(a, b, rect):
                    found.add((item.edge, id))
    return sorted(found)


def crossings(scene: NetworkScene) -> int:
    """How many pairs of edges cross, other than where they begin and end."""
    pieces: list[tuple[Edge, QPointF, QPointF]] = []
    for item in scene.edges.values():
        pieces += [(item.edge, a, b) for a, b in pairwise(_line(item.path))]
    cells = _Cells((n, QRectF(a, b).normalized().adjusted(-1, -1, 1, 1)) for n, (_, a, b) in enumerate(pieces))
    crossed = set()
    for number, (edge, a, b) in enumerate(pieces):
        for other, _ in cells.near(QRectF(a, b).normalized().adjusted(-1, -1, 1, 1)):
            if other <= number:
                continue
            another, c, d = pieces[other]
            if (edge.source, edge.output) == (another.source, another.output) or edge == another:
                continue
            if _cross(a, b, c, d):
                crossed.add((edge, another))
    return len(crossed)


class _Cells:
    """Rectangles by the cells of a coarse grid that they touch."""

    def __init__(self, rects):
        self._cells: dict[tuple[int, int], list] = {}
        for key, rect in rects:
            for cell in self._of(rect):
                self._cells.setdefault(cell, []).append((key, rect))

    def near(self, area: QRectF) -> Iterator:
        seen = set()
        for cell in self._of(area):
            for key, rect in self._cells.get(cell, ()):
                if key not in seen:
                    seen.add(key)
                    yield key, rect

    @staticmethod
    def _of(rect: QRectF) -> Iterator[tuple[int, int]]:
        for x in range(int(rect.left() // CELL), int(rect.right() // CELL) + 1):
            for y in range(int(rect.top() // CELL), int(rect.bottom() // CELL) + 1):
                yield x, y


def _line(path) -> list[QPointF]:
    """The path as it is drawn, in short straight pieces."""
    polygons: list[QPolygonF] = path.toSubpathPolygons()
    return [point for polygon in polygons for point in polygon]


def _meets(a: QPointF, b: QPointF, rect: QRectF) -> bool:
    """Whether a straight piece has a part within a rectangle (Liang and Barsky)."""
    first, last = 0.0, 1.0
    dx, dy = b.x() - a.x(), b.y() - a.y()
    sides = (
        (-dx, a.x() - rect.left()),
        (dx, rect.right() - a.x()),
        (-dy, a.y() - rect.top()),
        (dy, rect.bottom() - a.y()),
    )
    for slope, room in sides:
        if slope == 0:
            if room < 0:
                return False
        elif slope < 0:
            first = max(first, room / slope)
        else:
            last = min(last, room / slope)
    return first < last


def _cross(a: QPointF, b: QPointF, c: QPointF, d: QPointF) -> bool:
    def side(p: QPointF, q: QPointF, r: QPointF) -> float:
        return (q.x() - p.x()) * (r.y() - p.y()) - (q.y() - p.y()) * (r.x() - p.x())

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
