"""What a drawing holds beside nodes and edges, for people alone: frames, notes, bends of edges, bookmarks, direction.

Frozen values, and the edits that make new ones. Nothing here changes what a network computes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from netbuilder.graph.errors import BadFrame, NoSuchEdge, NoSuchMark
from netbuilder.graph.graph import FAR, MAX_NAME, Annotations, Edge, Frame, Graph, Note, Place

LONGEST_TEXT = 20_000  # characters of a note
SMALLEST = 40.0  # a side of a frame or a note
MOST_BENDS = 64  # of one edge
DIGITS = tuple("123456789")
COLORS = ("blue", "green", "orange", "pink", "purple", "gray")

Direction = Literal["right", "down"]


def mark_id(graph: Graph) -> str:
    """An id that no frame and no note of this graph has: m1, m2 ..."""
    marks = (*graph.annotations.frames, *graph.annotations.notes)
    used = [int(id[1:]) for id in marks if id[:1] == "m" and id[1:].isascii() and id[1:].isdigit()]
    return f"m{max(used, default=0) + 1}"


def put_frame(graph: Graph, frame: Frame) -> Graph:
    """With this frame, in place of one with its id. Raises `BadFrame`."""
    check_frame(frame)
    return _with(graph, frames={**graph.annotations.frames, frame.id: frame})


def put_note(graph: Graph, note: Note) -> Graph:
    """With this note, in place of one with its id. Raises `BadFrame`."""
    check_note(note)
    return _with(graph, notes={**graph.annotations.notes, note.id: note})


def remove_marks(graph: Graph, ids: Iterable[str]) -> Graph:
    """Without these frames and notes. Raises `NoSuchMark`."""
    gone, known = set(ids), graph.annotations
    for id in gone:
        if id not in known.frames and id not in known.notes:
            raise NoSuchMark(id)
    frames = {id: frame for id, frame in known.frames.items() if id not in gone}
    return _with(graph, frames=frames, notes={id: note for id, note in known.notes.items() if id not in gone})


def move_marks(graph: Graph, positions: Mapping[str, Place]) -> Graph:
    """With these frames and notes at these places. Raises `NoSuchMark`, `BadFrame`."""
    for id, (x, y) in positions.items():
        frame, note = graph.annotations.frames.get(id), graph.annotations.notes.get(id)
        if frame is not None:
            graph = put_frame(graph, replace(frame, position=(float(x), float(y))))
        elif note is not None:
            graph = put_note(graph, replace(note, position=(float(x), float(y))))
        else:
            raise NoSuchMark(id)
    return graph


def bend(graph: Graph, edge: Edge, points: Iterable[Place]) -> Graph:
    """With the edge led by way of these points; straight again with none. Raises `NoSuchEdge`, `BadFrame`."""
    if graph.edges.get((edge.target, edge.input)) != edge:
        raise NoSuchEdge(edge.target, edge.input)
    way = tuple((float(x), float(y)) for x, y in points)
    if len(way) > MOST_BENDS or not all(map(is_place, way)):
        raise BadFrame(f"An edge has at most {MOST_BENDS} points, all on the canvas.")
    bends = {
        e: p for e, p in graph.annotations.bends.items() if e != edge and graph.edges.get((e.target, e.input)) == e
    }
    return _with(graph, bends={**bends, edge: way} if way else bends)


def bends_among(graph: Graph, ids: Iterable[str]) -> dict[Edge, tuple[Place, ...]]:
    """The points of the edges both of whose ends are among these nodes. Those of an edge that has gone may still be
    known: they come back with it."""
    within = set(ids)
    return {
        e: way
        for e, way in graph.annotations.bends.items()
        if e.source in within and e.target in within and graph.edges.get((e.target, e.input)) == e
    }


def move_bends(graph: Graph, ids: Iterable[str], by: Place) -> Graph:
    """With the points of the edges among these nodes so far from where they were. Raises `BadFrame`."""
    for edge, way in bends_among(graph, ids).items():
        graph = bend(graph, edge, [(x + by[0], y + by[1]) for x, y in way])
    return graph


def bookmark(graph: Graph, digit: str, view: tuple[float, float, float] | None) -> Graph:
    """With a place of the view (its middle, and the zoom) kept under a digit of 1 to 9; None forgets it."""
    marks = {key: value for key, value in graph.annotations.bookmarks.items() if key != digit}
    if view is not None:
        if digit not in DIGITS or not all(map(math.isfinite, view)):
            raise BadFrame("A bookmark is one of the digits 1 to 9.")
        marks[digit] = view
    return _with(graph, bookmarks=marks)


def direct(graph: Graph, direction: Direction) -> Graph:
    """Drawn from left to right ("right") or from top to bottom ("down")."""
    return _with(graph, direction=direction)


def check_frame(frame: Frame) -> None:
    """Raises `BadFrame` where this can be no frame."""
    if len(frame.title) > MAX_NAME or not (frame.title.isprintable() or not frame.title):
        raise BadFrame(f"A frame's title is one line of at most {MAX_NAME} characters.")
    if frame.color not in COLORS:
        raise BadFrame(f"A frame's colour is one of {', '.join(COLORS)}.")
    _check_area(frame.position, frame.size)


def check_note(note: Note) -> None:
    """Raises `BadFrame` where this can be no note."""
    if len(note.text) > LONGEST_TEXT:
        raise BadFrame(f"A note has at most {LONGEST_TEXT:,} characters.")
    _check_area(note.position, note.size)


def is_place(place: Place) -> bool:
    """Whether this is on the canvas."""
    return all(math.isfinite(c) and abs(c) <= FAR for c in place)


def holds(frame: Frame, corner: Place, size: tuple[float, float]) -> bool:
    """Whether the middle of a card lies within the frame."""
    x, y = corner[0] + size[0] / 2, corner[1] + size[1] / 2
    (left, top), (width, height) = frame.position, frame.size
    return left <= x <= left + width and top <= y <= top + height


def shifted(known: Annotations, ids: Iterable[str], by: Place, graph: Graph) -> Graph:
    """The graph with copies of these frames and notes in it, so far from where they were, under ids of its own."""
    for id in ids:
        mark = known.frames.get(id) or known.notes.get(id)
        if mark is None:
            continue
        place = tuple(min(max(c + d, -FAR), FAR) for c, d in zip(mark.position, by, strict=True))
        copy = replace(mark, id=mark_id(graph), position=(place[0], place[1]))
        graph = put_frame(graph, copy) if isinstance(copy, Frame) else put_note(graph, copy)
    return graph


def _check_area(position: Place, size: tuple[float, float]) -> None:
    if not is_place(position) or not is_place(size) or min(size) < SMALLEST:
        raise BadFrame(f"A frame or a note lies on the canvas and is at least {SMALLEST:g} wide and high.")


def _with(graph: Graph, **changes: object) -> Graph:
    return graph.annotated(replace(graph.annotations, **changes))  # type: ignore[arg-type]
