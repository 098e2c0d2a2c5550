"""Where the arrow keys lead from a node: along its edges, or to the nearest node that way. No Qt widgets, no edits."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF

from netbuilder.graph import Graph

WAYS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def walk(graph: Graph, rects: Mapping[str, QRectF], start: str, way: str) -> str | None:
    """The node that lies `way` of `start`: right along an edge, left against one, else the nearest in sight."""
    if way == "right":
        ahead = [edge.target for edge in graph.edges_from(start)]
    elif way == "left":
        ahead = [edge.source for edge in graph.edges_into(start)]
    else:
        ahead = []
    here = rects[start].center()
    if ahead:
        return min(ahead, key=lambda id: abs(rects[id].center().y() - here.y()))
    return nearest(rects, start, way)


def nearest(rects: Mapping[str, QRectF], start: str, way: str) -> str | None:
    """The nearest node in the quarter that opens `way`, sideways distance counting double."""
    dx, dy = WAYS[way]
    here = rects[start].center()
    best, least = None, float("inf")
    for id, rect in rects.items():
        away: QPointF = rect.center() - here
        along, aside = away.x() * dx + away.y() * dy, abs(away.x() * dy + away.y() * dx)
        if id != start and along > 0 and aside <= along * 1.5 and along + 2 * aside < least:
            best, least = id, along + 2 * aside
    return best


def first(rects: Mapping[str, QRectF]) -> str | None:
    """Where the walk begins when nothing is selected: the leftmost node."""
    return min(rects, key=lambda id: (rects[id].left(), rects[id].top()), default=None)
