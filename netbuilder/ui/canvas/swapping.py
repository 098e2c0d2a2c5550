"""A node made a layer of another kind, keeping what both have: settings, edges, and a name somebody chose. No Qt.

Settings go by their names, and where the other layer calls the same thing otherwise, by that. Edges go to the port of
the same name, else to the first that is free.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netbuilder.expression import text_of
from netbuilder.fields import BadSetting, Field, plain
from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.layers.layer import Layer
from netbuilder.layers.naming import stem

SIZES = ("out_channels", "out_features", "hidden_size", "embedding_dim")  # how large what comes out is
SAME = (SIZES, ("p", "dropout"), ("negative_slope", "alpha"))


def kept_settings(old: Mapping[str, Any], kind: type[Layer]) -> dict[str, Any]:
    """What of a node's settings a layer of this kind takes, as JSON has it."""
    fields = kind.fields()
    kept: dict[str, Any] = {}
    for name, value in old.items():
        target = name if name in fields else _otherwise_called(name, fields)
        if target is None or target in kept:
            continue
        if text_of(value) is not None:
            kept[target] = value
            continue
        taken = _taken(fields[target], value)
        if taken is not None and taken != fields[target].default:
            kept[target] = plain(taken)
    return kept


def swap(graph: Graph, id: str, kind: type[Layer], before: type[Layer] | None = None) -> Graph:
    """With the node a layer of this kind. One that shared its layer has one of its own then.

    `before` is the kind it was: how large its output is stays, also where nobody had to set it.

    Raises `NoSuchNode`.
    """
    node = graph.nodes.get(id)
    if node is not None and (node.shares or graph.sharers(id)):
        graph = edits.unshare(graph, id)
        node = graph.nodes[id]
    if node is None:
        raise edits.NoSuchNode(id)
    usual = before.fields() if before is not None else {}
    sizes = {name: plain(usual[name].default) for name in SIZES if name in usual}
    settings = kept_settings({**sizes, **node.settings}, kind)
    layer = kind.read({name: value for name, value in settings.items() if text_of(value) is None})[0]
    changed = graph.with_nodes({id: replace(node, kind=kind.kind, settings=settings, name=_name(graph, node, kind))})
    return _rewired(changed, id, layer)


def _taken(field: Field[Any], value: Any) -> Any:
    """The value as the field accepts it, None where it does not. A size in each direction fits fewer or more."""
    sizes = tuple(value) if isinstance(value, list | tuple) else (value,)
    for offered in (value, sizes[0] if len(set(map(repr, sizes))) == 1 else value):
        try:
            return field.check(offered)
        except BadSetting:
            continue
    return None


def _otherwise_called(name: str, fields: Mapping[str, Field[Any]]) -> str | None:
    return next((other for group in SAME if name in group for other in group if other in fields), None)


def _name(graph: Graph, node: Node, kind: type[Layer]) -> str:
    """A name that was made from the old kind is made from the new one; one that somebody chose stays."""
    made = re.fullmatch(rf"{re.escape(stem(node.kind))}_?\d*", node.name)
    return edits.new_name(graph, stem(kind.kind)) if made else node.name


def _rewired(graph: Graph, id: str, layer: Layer) -> Graph:
    """The edges at the ports that there are now; those that find none are gone."""
    ins, outs = [port.name for port in layer.inputs()], [port.name for port in layer.outputs()]
    into = {edge.input for edge in graph.edges_into(id)}
    free = [name for name in ins if name not in into]
    edges: dict[tuple[str, str], Edge] = {}
    for edge in graph.edges.values():
        if edge.target == id and edge.input not in ins:
            if not free:
                continue
            edge = replace(edge, input=free.pop(0))
        elif edge.source == id and edge.output not in outs:
            if not outs:
                continue
            edge = replace(edge, output=outs[0])
        edges[edge.target, edge.input] = edge
    return replace(graph, edges=edges)
