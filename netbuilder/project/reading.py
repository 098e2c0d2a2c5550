"""From parsed JSON to a project, item by item: what can't be used is left out, with a sentence about it.

Nothing in a file can make this raise anything but `CannotOpen`. It knows nothing of files, layers, torch or Qt: a
kind or a setting that this version has never heard of is kept as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeGuard

from netbuilder.expression import LONGEST, text_of
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.assembly import assemble
from netbuilder.graph.block import ENDS, TYPES, Block, Exposed, block_of
from netbuilder.graph.edits import check_name
from netbuilder.graph.errors import BadName, CannotShare
from netbuilder.graph.free import Free
from netbuilder.graph.graph import FAR, MAX_RATE
from netbuilder.project.beside import ANNOTATIONS, read_annotations
from netbuilder.project.bringing import Definition
from netbuilder.project.errors import BadDefault, BadExposedName
from netbuilder.project.exposing import USUAL, check_exposed, is_help
from netbuilder.project.graphs import without_recursion
from netbuilder.project.project import MAIN, Part, Project

LONGEST_PATH = 4096  # characters
DEEPEST = 20  # levels of lists within a setting
MOST_NOTES = 20
NODE = ("id", "kind", "name", "position", "settings", "shares", "bypassed", "collapsed", "origin", "rate", "frozen")


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
    about_unknown(data, ("netbuilder", "format", "data", "recipe", "weights", "graphs"), "The file", notes)
    graphs, blocks = read_graphs(found, notes)
    if MAIN in blocks:
        notes.add(f'The graph "{MAIN}" is what trains and can\'t be a block, so it was read as a network.')
        del blocks[MAIN]
    if MAIN not in graphs:
        if not graphs:
            raise CannotOpen("none of its graphs can be read.")
        notes.add(f'There was no graph called "{MAIN}", so an empty one was added.')
        graphs = {MAIN: Graph(), **graphs}
    usual = Project()
    project = Project(
        graphs,
        data=_read_part(data.get("data"), "data", usual.data, notes),
        recipe=_read_part(data.get("recipe"), "recipe", usual.recipe, notes),
        blocks=blocks,
        weights=_read_weights(data.get("weights", ""), notes),
    )
    return cut_recursion(project, notes)


def read_graphs(found: dict[str, Any], notes: Notes) -> tuple[dict[str, Graph], dict[str, Block]]:
    """The graphs by name, and what those of them that are blocks expose."""
    graphs: dict[str, Graph] = {}
    blocks: dict[str, Block] = {}
    for name, graph in found.items():
        if not is_name(name) or not isinstance(graph, dict):
            notes.add(f"The graph {shown(name)} can't be read and was left out.")
            continue
        graphs[name] = read_graph({key: entry for key, entry in graph.items() if key != "block"}, name, notes)
        if "block" in graph:
            blocks[name] = read_block(graph["block"], name, notes)
    return graphs, blocks


def read_definitions(found: Any, notes: Notes) -> dict[str, Definition]:
    """The blocks of a piece or of a library, by name."""
    if not isinstance(found, dict):
        notes.add("The blocks can't be read and were left out.")
        return {}
    graphs, blocks = read_graphs(found, notes)
    project = cut_recursion(Project(graphs, blocks=dict.fromkeys(graphs, Block()) | blocks), notes)
    return {name: Definition(project.graphs[name], project.blocks[name]) for name in graphs}


def cut_recursion(project: Project, notes: Notes) -> Project:
    """The project without blocks that stand inside themselves."""
    project, cut = without_recursion(project)
    for name, inner in cut:
        notes.add(f"The block {inner} stood inside itself, in {name}, and was left out there.")
    return project


def shown(value: Any) -> str:
    """A value from a file as a sentence may quote it: one short printable line."""
    text = repr(value) if isinstance(value, (str, int, float, bool, type(None))) else f"a {type(value).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def _read_part(part: Any, what: str, usual: Part, notes: Notes) -> Part:
    if not isinstance(part, dict) or not is_name(part.get("kind")):
        notes.add(f'The entry "{what}" can\'t be read; {usual.kind} stands in for it.')
        return usual
    about_unknown(part, ("kind", "settings"), f'The entry "{what}"', notes)
    return Part(part["kind"], _read_settings(part.get("settings", {}), f'the entry "{what}"', notes))


def read_graph(graph: dict[str, Any], name: str, notes: Notes) -> Graph:
    """The nodes and edges of `graph` that can be used."""
    about_unknown(graph, ("nodes", "edges", *ANNOTATIONS), f"The graph {shown(name)}", notes)
    nodes = _read_nodes(_list(graph, "nodes", name, notes), notes)
    edges = _read_edges(_list(graph, "edges", name, notes), notes)
    assembled, broken = assemble(nodes, edges)
    for error in broken:
        what = "Sharing" if isinstance(error, CannotShare) else "An edge"
        notes.add(f"{what} was left out: {error}")
    told = [node for node in assembled if node.shares and node.settings]
    for node in told:
        notes.add(f"The node {node.name} shares the settings of another, and what was set for itself was left out.")
    bare = {node.id: replace(node, settings={}) for node in told}
    whole = replace(assembled, nodes={**assembled.nodes, **bare}) if bare else assembled
    return read_annotations(whole, graph, name, notes) if any(key in graph for key in ANNOTATIONS) else whole


def read_block(entry: Any, name: str, notes: Notes) -> Block:
    """What the block called `name` exposes, as far as it can be used."""
    listed = entry.get("settings", []) if isinstance(entry, dict) else None
    if not isinstance(listed, list):
        notes.add(f"What the block {shown(name)} exposes can't be read, so it has no settings.")
        return Block()
    about_unknown(entry, ("settings",), f"The block {shown(name)}", notes)
    kept: dict[str, Exposed] = {}
    for item in listed:
        setting = _read_exposed(item, name, notes) if isinstance(item, dict) else None
        if setting is None or setting.name in kept:
            said = item.get("name") if isinstance(item, dict) else item
            notes.add(f"The setting {shown(said)} of the block {shown(name)} can't be read and was left out.")
        else:
            kept[setting.name] = setting
    return Block(tuple(kept.values()))


def _read_exposed(item: dict[str, Any], block: str, notes: Notes) -> Exposed | None:
    about_unknown(item, ("name", "type", "default", "help"), f"A setting of the block {shown(block)}", notes)
    name, type, help = item.get("name"), item.get("type", "int"), item.get("help", "")
    if not isinstance(name, str) or type not in TYPES:
        return None
    if not isinstance(help, str) or not is_help(help):
        notes.add(f"The help of the setting {shown(name)} is no line of text and was left out.")
        help = ""
    usual = USUAL[type]
    setting = Exposed(name, type, item.get("default", usual), help)
    try:
        check_exposed(setting)
    except BadDefault as error:
        notes.add(f"{error} It is {shown(usual)} now.")
        return replace(setting, default=usual)
    except BadExposedName:
        return None
    return setting


def _read_weights(path: Any, notes: Notes) -> str:
    if isinstance(path, str) and len(path) <= LONGEST_PATH and "\0" not in path:
        return path
    notes.add("Where the weights lie can't be read, so training starts from random numbers.")
    return ""


def _list(graph: dict[str, Any], key: str, name: str, notes: Notes) -> list[Any]:
    found = graph.get(key, [])
    if isinstance(found, list):
        return found
    notes.add(f"The {key} of the graph {shown(name)} are not a list and were left out.")
    return []


def _read_nodes(items: list[Any], notes: Notes) -> Iterator[Node]:
    """Nodes that keep every rule: where an id or a name is missing or taken, the node gets another."""
    readable = [item for item in items if isinstance(item, dict) and _is_kind(item.get("kind"))]
    if len(readable) < len(items):
        notes.add(f"Nodes without a kind were left out: {len(items) - len(readable):,}.")
    free_ids = Free({item["id"] for item in readable if is_name(item.get("id"))})
    free_names = Free({item["name"] for item in readable if is_name(item.get("name"))})
    for item in readable:
        name = item.get("name")
        if not is_name(name):
            name = free_names.take(item["kind"][:40])
            notes.add(f"{shown(item.get('name'))} can't be a node's name; the node is called {name} now.")
        elif not free_names.claim(name):
            name = free_names.take(name[:40])
            notes.add(f"Two nodes were called {shown(item['name'])}; one is called {name} now.")
        id = item.get("id")
        if not is_name(id):
            id = free_ids.take("n")
            notes.add(f"The node {name} had no usable id and got a new one.")
        elif not free_ids.claim(id):
            id = free_ids.take("n")
            notes.add(f"The node {name} had the id {shown(item['id'])} of another node and got a new one.")
        about_unknown(item, NODE, f"The node {name}", notes)
        yield Node(
            id,
            item["kind"],
            name,
            _read_settings(item.get("settings", {}), name, notes),
            _read_position(item.get("position", [0, 0]), name, notes),
            _read_shares(item.get("shares", ""), name, notes),
            _read_switch(item, "bypassed", name, notes) and item["kind"] not in ENDS,
            _read_switch(item, "collapsed", name, notes),
            _read_origin(item.get("origin"), name, notes),
            _read_rate(item.get("rate", 1.0), name, notes),
            _read_switch(item, "frozen", name, notes) and item["kind"] not in ENDS,
        )


def _read_shares(id: Any, name: str, notes: Notes) -> str:
    if id == "" or is_name(id):
        return str(id)
    notes.add(f"Whose weights {name} shares can't be read, so it has its own now.")
    return ""


def _read_origin(origin: Any, name: str, notes: Notes) -> str | None:
    if origin is None or (isinstance(origin, str) and len(origin) <= LONGEST_PATH and origin.isprintable()):
        return origin
    notes.add(f"Where the weights of {name} lie can't be read; they are looked for under its id.")
    return None


def _read_rate(rate: Any, name: str, notes: Notes) -> float:
    if _is_number(rate) and 0 < rate <= MAX_RATE:
        return float(rate)
    notes.add(f"What the learning rate of {name} is multiplied by can't be read, so it is that of all others.")
    return 1.0


def _read_switch(item: dict[str, Any], key: str, name: str, notes: Notes) -> bool:
    value = item.get(key, False)
    if not isinstance(value, bool):
        notes.add(f"Whether {name} is {key} can't be read, so it is not.")
    return value is True


def _read_position(position: Any, name: str, notes: Notes) -> tuple[float, float]:
    if isinstance(position, list) and len(position) == 2 and all(_is_number(c) and abs(c) <= FAR for c in position):
        return float(position[0]), float(position[1])
    notes.add(f"The position of {name} is not a place on the canvas, so it was put at the origin.")
    return 0.0, 0.0


def _read_edges(items: list[Any], notes: Notes) -> Iterator[Edge]:
    for item in items:
        ends = [item.get("from"), item.get("to")] if isinstance(item, dict) else []
        words = [word for end in ends if isinstance(end, list) and len(end) == 2 for word in end]
        if len(words) != 4 or not all(is_name(word) for word in words):
            notes.add("An edge that doesn't say from which port to which it goes was left out.")
            continue
        about_unknown(item, ("from", "to"), "An edge", notes)
        yield Edge(*words)


def _read_settings(settings: Any, whose: str, notes: Notes) -> dict[str, Any]:
    if not isinstance(settings, dict):
        notes.add(f"The settings of {whose} can't be read and were left out.")
        return {}
    kept = {name: value for name, value in settings.items() if is_plain(value)}
    for name in (name for name in settings if name not in kept):
        notes.add(f"The setting {shown(name)} of {whose} is no value that a file can hold, and was left out.")
    for name in [name for name, value in kept.items() if _is_long(value)]:
        notes.add(f"The expression {shown(name)} of {whose} has more than {LONGEST} characters, and was left out.")
        del kept[name]
    return kept


def _is_long(value: Any) -> bool:
    """Whether an expression is longer than any that is worked out."""
    if isinstance(value, list):
        return any(_is_long(part) for part in value)
    text = text_of(value)
    return text is not None and len(text) > LONGEST


def is_plain(value: Any, depth: int = 0) -> bool:
    """Whether a value survives being saved: finite numbers, text, on and off, none, and lists of them, not too deep."""
    if depth > DEEPEST:
        return False
    if isinstance(value, list):
        return all(is_plain(v, depth + 1) for v in value)
    if isinstance(value, dict):
        return all(is_plain(v, depth + 1) for v in value.values())
    return not isinstance(value, float) or math.isfinite(value)


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_name(value: Any) -> TypeGuard[str]:
    """Whether a value can be a name or an id."""
    if not isinstance(value, str):
        return False
    try:
        check_name(value)
    except BadName:
        return False
    return True


def _is_kind(value: Any) -> TypeGuard[str]:
    return is_name(value) or (isinstance(value, str) and is_name(block_of(value)))


def about_unknown(item: dict[str, Any], known: tuple[str, ...], whose: str, notes: Notes) -> None:
    """Say which entries of `item` are left out because this version doesn't know them."""
    unknown = [key for key in item if key not in known]
    if unknown:
        said = ", ".join(shown(key) for key in unknown[:5])
        notes.add(f"{whose} has entries that this version doesn't know, and they were left out: {said}.")
