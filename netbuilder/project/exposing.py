"""What a block shows of itself: its exposed settings, and the expressions inside that name them.

An edit of one is an edit of all that speak of it: the expressions inside, and the values where the block stands.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from netbuilder.expression import NotANumber, expression, put_in, text_of, with_names
from netbuilder.graph import Graph, Node
from netbuilder.graph.block import RESERVED, TYPES, Exposed, Type, kind_of
from netbuilder.graph.edits import set_settings
from netbuilder.graph.errors import NoSuchNode
from netbuilder.graph.graph import MAX_NAME
from netbuilder.project.errors import (
    AlreadyExpression,
    BadDefault,
    BadExposedName,
    BadHelp,
    ExposedTaken,
    NoSuchExposed,
    TooLong,
)
from netbuilder.project.graphs import the_block
from netbuilder.project.project import Project

MOST_TEXT = 1000  # characters of a default that is text, and of a help
MOST_INTS = 16

WANTED: dict[Type, str] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "on or off",
    "text": f"text of at most {MOST_TEXT:,} characters",
    "ints": f"a whole number or a list of up to {MOST_INTS}",
}

USUAL: dict[Type, Any] = {"int": 1, "float": 0.0, "bool": False, "text": "", "ints": 1}  # where nothing else is said


def expose(project: Project, block: str, setting: Exposed) -> Project:
    """With one more setting shown by the block. Raises `NotABlock`, `BadExposedName`, `ExposedTaken`, `BadDefault`."""
    old = the_block(project, block)
    check_exposed(setting)
    if old.setting(setting.name) is not None:
        raise ExposedTaken(setting.name)
    return _with_settings(project, block, (*old.settings, setting))


def expose_setting(
    project: Project, block: str, id: str, setting: str, name: str, value: Any, type: Type | None = None, help: str = ""
) -> Project:
    """With a node's setting shown by the block as `name`: it becomes that name, and `value`, which it is at present,
    the default. Where the block shows a setting of that name already, the node's setting follows that one.

    Raises `NotABlock`, `NoSuchNode`, `AlreadyExpression`, `BadExposedName`, `BadDefault`.
    """
    shown = the_block(project, block)
    graph = project.graphs[block]
    if id not in graph.nodes:
        raise NoSuchNode(id)
    text = text_of(value)
    if text is not None:
        raise AlreadyExpression(setting, text)
    if shown.setting(name) is None:
        project = expose(project, block, Exposed(name, type or type_of(value), value, help))
    settings = {**graph.settings_of(id), setting: expression(name)}
    return project.with_graph(set_settings(graph, id, settings), block)


def hide(project: Project, block: str, name: str) -> Project:
    """Without this setting: its default is put in inside, and the values where the block stands are gone.

    Raises `NotABlock`, `NoSuchExposed`, `TooLong`.
    """
    setting = _exposed(project, block, name)
    left = tuple(one for one in the_block(project, block).settings if one.name != name)
    project = project.with_graph(with_values(project.graphs[block], {name: setting.default}), block)

    def without(settings: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in settings.items() if key != name}

    return _where_it_stands(_with_settings(project, block, left), block, without)


def change_exposed(project: Project, block: str, name: str, setting: Exposed) -> Project:
    """With `setting` in place of the one called `name`. A new name is a new name everywhere.

    Raises `NotABlock`, `NoSuchExposed`, `BadExposedName`, `ExposedTaken`, `BadDefault`, `TooLong`.
    """
    old = _exposed(project, block, name)
    check_exposed(setting)
    shown = the_block(project, block)
    if setting.name != name:
        if shown.setting(setting.name) is not None:
            raise ExposedTaken(setting.name)
        names = {name: setting.name}
        graph = _changed(project.graphs[block], lambda node, value: with_names(value, names))
        project = project.with_graph(graph, block)
        project = _where_it_stands(project, block, lambda s: {names.get(key, key): value for key, value in s.items()})
    return _with_settings(project, block, tuple(setting if one is old else one for one in shown.settings))


def with_values(graph: Graph, values: Mapping[str, Any]) -> Graph:
    """With values, or further expressions, put in for names in the nodes' settings. Raises `TooLong`."""

    def put(node: Node, value: Any) -> Any:
        try:
            return put_in(value, values)
        except NotANumber as long:
            raise TooLong(node.name, str(long)) from None

    return _changed(graph, put)


def type_of(value: Any) -> Type:
    """The type of an exposed setting that takes such a value."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "float"
    return "ints" if isinstance(value, (list, tuple)) else "text"


def check_exposed(setting: Exposed) -> None:
    """Raises `BadExposedName`, `BadHelp` or `BadDefault` where no block can show this setting."""
    name = setting.name
    word = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    if not word or len(name) > MAX_NAME or name in RESERVED or name.startswith("__"):
        raise BadExposedName(name)
    if not is_help(setting.help):
        raise BadHelp(name, MOST_TEXT)
    if setting.type not in TYPES or not fits(setting.type, setting.default):
        raise BadDefault(name, WANTED.get(setting.type, "of a known type"))


def fits(type: Type, value: Any) -> bool:
    """Whether a value can be the default of a setting of this type."""
    if type == "bool":
        return isinstance(value, bool)
    if type == "text":
        return isinstance(value, str) and len(value) <= MOST_TEXT
    if type == "ints" and isinstance(value, (list, tuple)):
        return 0 < len(value) <= MOST_INTS and all(_is_whole(one) for one in value)
    if type == "float":
        return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))
    return _is_whole(value)


def is_help(text: str) -> bool:
    """Whether this can be the help of a setting: printable lines."""
    return len(text) <= MOST_TEXT and all(line.isprintable() for line in text.splitlines())


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**63


def _exposed(project: Project, block: str, name: str) -> Exposed:
    setting = the_block(project, block).setting(name)
    if setting is None:
        raise NoSuchExposed(block, name)
    return setting


def _with_settings(project: Project, block: str, settings: tuple[Exposed, ...]) -> Project:
    changed = replace(the_block(project, block), settings=settings)
    return replace(project, blocks={**project.blocks, block: changed})


def _where_it_stands(project: Project, block: str, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Project:
    kind = kind_of(block)
    graphs = {}
    for name, graph in project.graphs.items():
        changed = {node.id: replace(node, settings=change(node.settings)) for node in graph if node.kind == kind}
        graphs[name] = replace(graph, nodes={**graph.nodes, **changed}) if changed else graph
    return replace(project, graphs=graphs)


def _changed(graph: Graph, change: Callable[[Node, Any], Any]) -> Graph:
    """The graph with every setting of every node changed."""
    changed = {}
    for node in graph:
        settings = {name: change(node, value) for name, value in node.settings.items()}
        if settings != node.settings:
            changed[node.id] = replace(node, settings=settings)
    return replace(graph, nodes={**graph.nodes, **changed}) if changed else graph
