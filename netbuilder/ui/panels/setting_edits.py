"""Setting a setting of one or several nodes as one edit, with its label. It knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from netbuilder.expression import resolve, text_of
from netbuilder.fields import Declared, Field, plain
from netbuilder.graph import Graph, Node
from netbuilder.graph.edits import set_settings
from netbuilder.layers import Catalog, Layer
from netbuilder.layers.custom import Custom

NOTHING: Mapping[str, Any] = {}


def with_setting(
    graph: Graph, catalog: Catalog, ids: Iterable[str], name: str, value: Any, names: Mapping[str, Any] = NOTHING
) -> Graph:
    """The graph in which these nodes have this setting: a value, or an expression of `names`. One that shares its
    layer has those of the layer's owner. Edges to ports that are no longer there go with it; those of code that
    can't be read stay until it can, and then go to the ports that took the place of theirs."""
    for id in dict.fromkeys(graph.owner(id).id for id in ids):
        node = graph.nodes[id]
        kind = catalog.find(node.kind)
        settings = dict(node.settings)
        if kind is not None and name in kind.fields() and value == kind.fields()[name].default:
            settings.pop(name, None)
        else:
            settings[name] = plain(value)
        graph = set_settings(graph, id, settings)
        if kind is not None:
            layer = kind.read(resolve(settings, names))[0]
            if isinstance(layer, Custom) and layer.fault() is not None:
                continue
            for one in (node, *graph.sharers(id)):
                graph = _without_lost_ports(_to_new_names(graph, one.id, layer), one.id, layer)
    return graph


def _to_new_names(graph: Graph, id: str, layer: Layer) -> Graph:
    """Code names its ports: where some have other names now, their edges go to the new ones, in order."""
    if not isinstance(layer, Custom):
        return graph
    ins = _renamed([edge.input for edge in graph.edges_into(id)], [port.name for port in layer.inputs()])
    outs = _renamed([edge.output for edge in graph.edges_from(id)], [port.name for port in layer.outputs()])
    if not ins and not outs:
        return graph
    edges = list(graph.edges.values())
    for at, edge in enumerate(edges):
        if edge.target == id:
            edges[at] = replace(edge, input=ins.get(edge.input, edge.input))
        elif edge.source == id:
            edges[at] = replace(edge, output=outs.get(edge.output, edge.output))
    return replace(graph, edges={(edge.target, edge.input): edge for edge in edges})


def _renamed(used: list[str], ports: list[str]) -> dict[str, str]:
    """For the names in use that are no port's any more: the ports that are free, in order."""
    lost = dict.fromkeys(name for name in used if name not in ports)
    return dict(zip(lost, (name for name in ports if name not in used), strict=False))


def _without_lost_ports(graph: Graph, id: str, layer: Layer) -> Graph:
    ins = {port.name for port in layer.inputs()}
    outs = {port.name for port in layer.outputs()}
    kept = {
        at: edge
        for at, edge in graph.edges.items()
        if not (edge.target == id and edge.input not in ins) and not (edge.source == id and edge.output not in outs)
    }
    return graph if len(kept) == len(graph.edges) else replace(graph, edges=kept)


def in_common(kinds: Iterable[type[Layer]]) -> type[Declared]:
    """What declares the settings that all of these kinds have, and that take the same values in each."""
    first, *others = [kind.fields() for kind in kinds]
    fields = {name: field for name, field in first.items() if all(_alike(field, other.get(name)) for other in others)}
    return type("InCommon", (Declared,), {"title": "These layers", **fields})


def _alike(one: Field[Any], other: Field[Any] | None) -> bool:
    if type(one) is not type(other) or other is None:
        return False
    ignored = {"default", "help", "advanced"}
    mine, theirs = ({k: v for k, v in vars(field).items() if k not in ignored} for field in (one, other))
    return mine == theirs


def said(field: Field[Any], value: Any) -> str:
    """A value in a step's label: 64, 3×5, off, channels * 4."""
    text = text_of(value)
    if text is not None:
        return text if len(text) <= 40 else text[:39] + "…"
    if value is None:
        return field.none_means
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return "×".join(map(str, value))
    title = getattr(field, "title", None)
    words = title(value) if callable(title) else f"{value:g}" if isinstance(value, float) else str(value)
    return words if len(words) <= 40 else words[:39] + "…"


def label_of(field: Field[Any], value: Any, nodes: list[Node]) -> str:
    """What the history says: "Set out_channels of conv1 to 64"."""
    whose = nodes[0].name if len(nodes) == 1 else f"{len(nodes)} nodes"
    return f"Set {field.label} of {whose} to {said(field, value)}"


def written_in(settings: Mapping[str, Any]) -> dict[str, str]:
    """The settings that are expressions, each with its text."""
    return {name: text for name, value in settings.items() if (text := text_of(value)) is not None}
