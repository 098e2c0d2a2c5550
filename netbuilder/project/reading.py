"""From parsed JSON to a project, item by item: what can't be used is left out, with a sentence about it.

Nothing in a file can make this raise anything but `CannotOpen`. It knows nothing of files, layers, torch or Qt: a
kind or a setting that this version has never heard of is kept as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, TypeGuard

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.assembly import assemble
from netbuilder.graph.edits import FAR, check_name
from netbuilder.graph.errors import BadName
from netbuilder.graph.free import Free
from netbuilder.project.project import MAIN, Part, Project

DEEPEST = 20  # levels of lists within a setting
MOST_NOTES = 20


class CannotOpen(ValueError):
    """There is nothing to show. `str()` is a sentence for the user; `why` is the part of it that says what is wrong."""

    def __init__(self, why: str, name: str = "The project"):
        super().__init__(f"{name} can't be opened: {why}")
        self.why = why


class Notes:
    """What was left out or mended, a sentence each; after the first few only how many more there were."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._more = 0

    def add(self, sentence: str) -> None:
        if len(self._said) < MOST_NOTES:
            self._said.append(sentence)
        else:
            self._more += 1

    def sentences(self) -> tuple[str, ...]:
        more = [f"{self._more:,} more things like these were left out or mended."] if self._more else []
        return (*self._said, *more)


def read_project(data: dict[str, Any], notes: Notes) -> Project:
    """The project in `data`. Raises `CannotOpen` where it holds no graph at all."""
    found = data.get("graphs")
    if not isinstance(found, dict):
        raise CannotOpen("it holds no graphs.")
    _about_unknown(data, ("netbuilder", "format", "data", "recipe", "graphs"), "The file", notes)
    graphs: dict[str, Graph] = {}
    for name, graph in found.items():
        if not _is_name(name) or not isinstance(graph, dict):
            notes.add(f"The graph {shown(name)} can't be read and was left out.")
            continue
        graphs[name] = read_graph(graph, name, notes)
    if MAIN not in graphs:
        if not graphs:
            raise CannotOpen("none of its graphs can be read.")
        notes.add(f'There was no graph called "{MAIN}", so an empty one was added.')
        graphs = {MAIN: Graph(), **graphs}
    usual = Project()
    return Project(
        graphs,
        data=_read_part(data.get("data"), "data", usual.data, notes),
        recipe=_read_part(data.get("recipe"), "recipe", usual.recipe, notes),
    )


def shown(value: Any) -> str:
    """A value from a file as a sentence may quote it: one short printable line."""
    text = repr(value) if isinstance(value, (str, int, float, bool, type(None))) else f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def _read_part(part: Any, what: str, usual: Part, notes: Notes) -> Part:
    if not isinstance(part, dict) or not _is_name(part.get("kind")):
        notes.add(f'The entry "{what}" can\'t be read; {usual.kind} stands in for it.')
        return usual
    _about_unknown(part, ("kind", "settings"), f'The entry "{what}"', notes)
    return Part(part["kind"], _read_settings(part.get("settings", {}), f'the entry "{what}"', notes))


def read_graph(graph: dict[str, Any], name: str, notes: Notes) -> Graph:
    """The nodes and edges of `graph` that can be used."""
    _about_unknown(graph, ("nodes", "edges"), f"The graph {shown(name)}", notes)
    nodes = _read_nodes(_list(graph, "nodes", name, notes), notes)
    edges = _read_edges(_list(graph, "edges", name, notes), notes)
    assembled, broken = assemble(nodes, edges)
    for error in broken:
        notes.add(f"An edge was left out: {error}")
    return assembled


def _list(graph: dict[str, Any], key: str, name: str, notes: Notes) -> list[Any]:
    found = graph.get(key, [])
    if isinstance(found, list):
        return found
    notes.add(f"The {key} of the graph {shown(name)} are not a list and were left out.")
    return []


def _read_nodes(items: list[Any], notes: Notes) -> Iterator[Node]:
    """Nodes that keep every rule: where an id or a name is missing or taken, the node gets another."""
    readable = [item for item in items if isinstance(item, dict) and _is_name(item.get("kind"))]
    if len(readable) < len(items):
        notes.add(f"Nodes without a kind were left out: {len(items) - len(readable):,}.")
    free_ids = Free({item["id"] for item in readable if _is_name(item.get("id"))})
    free_names = Free({item["name"] for item in readable if _is_name(item.get("name"))})
    for item in readable:
        name = item.get("name")
        if not _is_name(name):
            name = free_names.take(item["kind"][:40])
            notes.add(f"{shown(item.get('name'))} can't be a node's name; the node is called {name} now.")
        elif not free_names.claim(name):
            name = free_names.take(name[:40])
            notes.add(f"Two nodes were called {shown(item['name'])}; one is called {name} now.")
        id = item.get("id")
        if not _is_name(id):
            id = free_ids.take("n")
            notes.add(f"The node {name} had no usable id and got a new one.")
        elif not free_ids.claim(id):
            id = free_ids.take("n")
            notes.add(f"The node {name} had the id {shown(item['id'])} of another node and got a new one.")
        _about_unknown(item, ("id", "kind", "name", "position", "settings"), f"The node {name}", notes)
        yield Node(
            id,
            item["kind"],
            name,
            _read_settings(item.get("settings", {}), name, notes),
            _read_position(item.get("position", [0, 0]), name, notes),
        )


def _read_position(position: Any, name: str, notes: Notes) -> tuple[float, float]:
    if isinstance(position, list) and len(position) == 2 and all(_is_number(c) and abs(c) <= FAR for c in position):
        return float(position[0]), float(position[1])
    notes.add(f"The position of {name} is not a place on the canvas, so it was put at the origin.")
    return 0.0, 0.0


def _read_edges(items: list[Any], notes: Notes) -> Iterator[Edge]:
    for item in items:
        ends = [item.get("from"), item.get("to")] if isinstance(item, dict) else []
        words = [word for end in ends if isinstance(end, list) and len(end) == 2 for word in end]
        if len(words) != 4 or not all(_is_name(word) for word in words):
            notes.add("An edge that doesn't say from which port to which it goes was left out.")
            continue
        _about_unknown(item, ("from", "to"), "An edge", notes)
        yield Edge(*words)


def _read_settings(settings: Any, whose: str, notes: Notes) -> dict[str, Any]:
    if not isinstance(settings, dict):
        notes.add(f"The settings of {whose} can't be read and were left out.")
        return {}
    kept = {name: value for name, value in settings.items() if _is_plain(value)}
    for name in (name for name in settings if name not in kept):
        notes.add(f"The setting {shown(name)} of {whose} is no value that a file can hold, and was left out.")
    return kept


def _is_plain(value: Any, depth: int = 0) -> bool:
    """Whether a value survives being saved: finite numbers, text, on and off, none, and lists of them, not too deep."""
    if depth > DEEPEST:
        return False
    if isinstance(value, list):
        return all(_is_plain(v, depth + 1) for v in value)
    if isinstance(value, dict):
        return all(_is_plain(v, depth + 1) for v in value.values())
    return not isinstance(value, float) or math.isfinite(value)


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_name(value: Any) -> TypeGuard[str]:
    if not isinstance(value, str):
        return False
    try:
        check_name(value)
    except BadName:
        return False
    return True


def _about_unknown(item: dict[str, Any], known: tuple[str, ...], whose: str, notes: Notes) -> None:
    unknown = [key for key in item if key not in known]
    if unknown:
        said = ", ".join(shown(key) for key in unknown[:5])
        notes.add(f"{whose} has entries that this version doesn't know, and they were left out: {said}.")
