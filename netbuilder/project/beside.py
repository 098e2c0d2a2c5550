"""From parsed JSON to what is drawn beside a network: frames, notes, bends, bookmarks and the direction.

What can't be used is left out, with a sentence about it; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from netbuilder.graph import Graph
from netbuilder.graph.annotations import COLORS, DIGITS, MOST_BENDS, bend, bookmark, put_frame, put_note
from netbuilder.graph.errors import GraphError
from netbuilder.graph.graph import Frame, Note, Place

ANNOTATIONS = ("frames", "notes", "bends", "bookmarks", "direction")
MOST = 10_000  # frames and notes of one graph


class Told(Protocol):
    """Takes a sentence about what was left out."""

    def add(self, sentence: str) -> None: ...


def read_annotations(graph: Graph, entry: dict[str, Any], name: str, told: Told) -> Graph:
    """The graph with what `entry` says is drawn beside it, as far as it can be used."""
    taken: set[str] = set()
    for what, read in (("frame", _frame), ("note", _note)):
        for item in _items(entry, f"{what}s", name, told):
            mark = read(item)
            if mark is None or mark.id in taken:
                told.add(f"A {what} of the graph {name} can't be read and was left out.")
                continue
            try:
                graph = put_frame(graph, mark) if isinstance(mark, Frame) else put_note(graph, mark)
                taken.add(mark.id)
            except GraphError as broken:
                told.add(f"A {what} of the graph {name} was left out: {broken}")
    for item in _items(entry, "bends", name, told):
        graph = _bent(graph, item, name, told)
    return _turned(_bookmarked(graph, entry.get("bookmarks", {}), name, told), entry.get("direction", "right"), told)


def _items(entry: dict[str, Any], key: str, name: str, told: Told) -> Iterator[dict[str, Any]]:
    listed = entry.get(key, [])
    if not isinstance(listed, list):
        told.add(f"The {key} of the graph {name} are not a list and were left out.")
        return
    for item in listed[:MOST]:
        if isinstance(item, dict):
            yield item
        else:
            told.add(f"One of the {key} of the graph {name} can't be read and was left out.")
    if len(listed) > MOST:
        told.add(f"The graph {name} has more than {MOST:,} {key}; the others were left out.")


def _pair(value: Any) -> Place | None:
    if isinstance(value, list) and len(value) == 2 and all(_is_number(c) for c in value):
        return float(value[0]), float(value[1])
    return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def _id(item: dict[str, Any]) -> str | None:
    id = item.get("id")
    return id if isinstance(id, str) and 0 < len(id) <= 60 and id.isprintable() else None


def _frame(item: dict[str, Any]) -> Frame | None:
    id, position, size = _id(item), _pair(item.get("position")), _pair(item.get("size"))
    title, color = item.get("title", ""), item.get("color", COLORS[0])
    if id is None or position is None or size is None or not isinstance(title, str) or not isinstance(color, str):
        return None
    return Frame(id, title, color if color in COLORS else COLORS[0], position, size)


def _note(item: dict[str, Any]) -> Note | None:
    id, position, size = _id(item), _pair(item.get("position")), _pair(item.get("size"))
    text = item.get("text", "")
    if id is None or position is None or size is None or not isinstance(text, str):
        return None
    return Note(id, text, position, size)


def _bent(graph: Graph, item: dict[str, Any], name: str, told: Told) -> Graph:
    at, through = item.get("to"), item.get("through")
    words = isinstance(at, list) and len(at) == 2 and all(isinstance(word, str) for word in at)
    edge = graph.edges.get((at[0], at[1])) if words and isinstance(at, list) else None
    way = [_pair(place) for place in through[: MOST_BENDS + 1]] if isinstance(through, list) else [None]
    if edge is not None and all(place is not None for place in way):
        try:
            return bend(graph, edge, [place for place in way if place is not None])
        except GraphError:
            pass
    told.add(f"The way of an edge in the graph {name} can't be read, so it is drawn straight.")
    return graph


def _bookmarked(graph: Graph, entry: Any, name: str, told: Told) -> Graph:
    for digit, view in entry.items() if isinstance(entry, dict) else [("", None)]:
        if digit in DIGITS and isinstance(view, list) and len(view) == 3 and all(_is_number(c) for c in view):
            graph = bookmark(graph, digit, (float(view[0]), float(view[1]), float(view[2])))
        else:
            told.add(f"A bookmark in the graph {name} can't be read and was left out.")
    return graph


def _turned(graph: Graph, direction: Any, told: Told) -> Graph:
    if direction in ("right", "down"):
        return graph.annotated(replace(graph.annotations, direction=direction))
    told.add("Which way the drawing runs can't be read; it runs from left to right.")
    return graph
