"""What is wrong with a drawing before anything flows: unknown layers, refused settings, ports without an edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.planning.values import settle
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.fields import plain
from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.graph.block import ENDS, block_of
from netbuilder.graph.order import downstream, topological
from netbuilder.layers import Catalog, Layer
from netbuilder.layers.custom import Custom
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output


@dataclass
class Structure:
    """The layers that could be read, by node id; the nodes that can't be run; and what is wrong.

    `whole` are the nodes whose settings were all accepted, and `ports` the names of each node's inputs and outputs.
    """

    layers: dict[str, Layer] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    ports: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)


def read_structure(
    graph: Graph,
    catalog: Catalog,
    names: Mapping[str, Any] | None = None,
    before: tuple[Graph, Structure] | None = None,
) -> Structure:
    """Read every node's settings and look at every port. `names` are the values of the settings that a block exposes.

    `before` is an earlier graph and what was read of it with the same names: what did not change is taken from it.
    """
    found = Structure()
    for node in graph:
        kind = catalog.find(node.kind)
        if kind is None:
            found.broken.add(node.id)
            found.problems.append(_unknown(node))
            continue
        owner = graph.owner(node.id)
        if node.shares:
            alone = about_sharing(graph, node)
            if alone is not None:
                found.broken.add(node.id)
                found.problems.append(alone)
        if before is not None and _unchanged(graph, node, owner, kind, *before):
            found.layers[node.id] = before[1].layers[node.id]
            found.ports[node.id] = before[1].ports[node.id]
            found.whole.add(node.id)
            continue
        layer, refused = settle(kind, owner.settings if owner.kind == node.kind else {}, names or {})
        found.layers[node.id] = layer
        found.ports[node.id] = (
            tuple(port.name for port in layer.inputs()),
            tuple(port.name for port in layer.outputs()),
        )
        if owner is node:
            found.problems += [_refused(node, kind, bad.field, bad.sentence) for bad in refused]
        if not refused:
            found.whole.add(node.id)
    _look_at_edges(graph, found)
    missing = [
        (id, port.name)
        for id, layer in found.layers.items()
        for port in layer.inputs()
        if not port.optional and (id, port.name) not in graph.edges
    ]
    spare = _spare_outputs(graph, found.layers) if missing else []
    for id, name in missing:
        found.broken.add(id)
        found.problems.append(_unconnected(graph, graph.nodes[id], found.layers[id], name, spare))
    return found


def hands_nothing_on(node: Node) -> Problem:
    """A node that is bypassed, feeds something, and has nothing flowing in that could be handed on."""
    said = f"{node.name} is bypassed, but nothing flows into it that it could hand on. Wire its input, or use it again."
    use = fixes.fix(f"Use {node.name} again", lambda changed: edits.bypass(changed, [node.id], bypassed=False))
    return Problem(said, node.id, short="nothing to hand on", fix=use)


def _unchanged(graph: Graph, node: Node, owner: Node, kind: type[Layer], earlier: Graph, known: Structure) -> bool:
    """Whether a node is read as it was before."""
    id = node.id
    return (
        id in known.whole
        and earlier.nodes.get(id) is node
        and earlier.owner(id) is owner
        and type(known.layers[id]) is kind
    )


def about_sharing(graph: Graph, node: Node) -> Problem | None:
    """What keeps a node from using the layer of the one it says it shares."""
    owner = graph.nodes.get(node.shares)
    if owner is None:
        why = "a node that is not there"
    elif owner.id == node.id:
        why = "itself"
    elif owner.kind != node.kind:
        why = f"{owner.name}, which is no layer of the same kind"
    elif owner.shares:
        why = f"{owner.name}, which uses those of another node itself"
    elif node.kind in ENDS:
        why = f"{owner.name}, which has none"
    else:
        return None
    own = fixes.fix("Give it its own weights", lambda changed: edits.unshare(changed, node.id))
    said = f"{node.name} shares the weights of {why}. Give it its own weights."
    return Problem(said, node.id, short="nothing to share", fix=own)


def ends_missing(
    graph: Graph, catalog: Catalog, layers: Mapping[str, Layer], block: str | None = None, network: str = ""
) -> list[Problem]:
    """A network without an Input or an Output (or the `block` called so without an Output), and what to add. A
    `network` with a name is one beside the main one."""
    input, output = catalog.find(Input.kind), catalog.find(Output.kind)
    has_input = any(isinstance(layer, Input) for layer in layers.values())
    has_output = any(isinstance(layer, Output) for layer in layers.values())
    if not len(graph):
        start = None
        if input and output:
            far = (3 * fixes.APART, 0.0)
            start = fixes.fix("Start with an Input and an Output", fixes.add(input, (0.0, 0.0)), fixes.add(output, far))
        if block is not None:
            return [Problem(f"The block {block} is empty: open it and draw what it does.", fix=start, short="empty")]
        empty = f"The network {network}" if network else "The canvas"
        return [Problem(f"{empty} is empty: drag an Input onto it to begin.", fix=start, short="nothing is drawn")]
    problems = []
    if block is not None and not has_output:
        said = f"The block {block} has no Output, so nothing comes out of it. Add one after the last layer."
        return [Problem(said, fix=_add_output(graph, layers, output), short="no Output")]
    whole = f"The network {network}" if network else "The network"
    if not has_input and block is None:
        said = f"{whole} has no Input, so no data can enter it. Add one before the first layer."
        problems.append(Problem(said, fix=_add_input(graph, layers, input), short="no Input"))
    if not has_output:
        said = f"{whole} has no Output, so there is no result to learn from. Add one after the last layer."
        problems.append(Problem(said, fix=_add_output(graph, layers, output), short="no Output"))
    return problems


def _unknown(node: Node) -> Problem:
    kind, block = str(node.kind)[:40], block_of(str(node.kind))
    lacks = f"This version has no layer of the kind {kind!r}"
    if block is not None:
        lacks = f"The project has no block called {block[:40]!r}"
    said = f"{lacks}, so {node.name} can't be used. Replace it or take it out."
    take_out = fixes.fix(f"Remove {node.name}", fixes.take_out(node.id))
    return Problem(said, node.id, short="unknown layer" if block is None else "unknown block", fix=take_out)


def _refused(node: Node, layer: type[Layer], name: str, sentence: str) -> Problem:
    known = layer.fields().get(name)
    if known is None:
        label = f"Forget {name[:40]}"
    else:
        label = f"Set {name} to {_shown(known.default) if known.default is not None else known.none_means}"
    reset = fixes.fix(label, fixes.without_setting(node.id, name))
    return Problem(f"{node.name}: {sentence}", node.id, short=f"bad {name}"[:24], fix=reset, setting=name)


def _shown(value: Any) -> str:
    value = plain(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _look_at_edges(graph: Graph, found: Structure) -> None:
    for edge in graph.edges.values():
        source, target = found.layers.get(edge.source), found.layers.get(edge.target)
        wrong = None
        if target is not None and edge.input not in found.ports[edge.target][0]:
            wrong = f"{graph.nodes[edge.target].name} has no input called {edge.input[:40]!r}"
        elif source is not None and edge.output not in found.ports[edge.source][1]:
            wrong = f"{graph.nodes[edge.source].name} has no output called {edge.output[:40]!r}"
            found.broken.add(edge.target)
        if wrong is None or any(isinstance(end, Custom) and end.fault() is not None for end in (source, target)):
            continue  # what ports code has is known once it can be read
        names = f"from {graph.nodes[edge.source].name} to {graph.nodes[edge.target].name}"
        remove = fixes.fix(f"Remove the edge {names}", fixes.cut(edge.target, edge.input))
        found.problems.append(
            Problem(
                f"{wrong}, so the edge {names} leads nowhere. Remove it.", edge.target, short="bad edge", fix=remove
            )
        )


def _spare_outputs(graph: Graph, layers: Mapping[str, Layer]) -> list[tuple[str, str]]:
    """The first outputs that no edge leaves."""
    used = {edge.source for edge in graph.edges.values()}
    return [(id, layer.outputs()[0].name) for id, layer in layers.items() if id not in used and layer.outputs()]


def _unconnected(graph: Graph, node: Node, layer: Layer, port: str, spare: list[tuple[str, str]]) -> Problem:
    lone = sum(not p.optional for p in layer.inputs()) == 1
    which = "Its input" if lone else f"The input {port} of {node.name}"
    behind = downstream(graph, [node.id]) if spare else set()
    candidates = [(id, output) for id, output in spare if id not in behind]
    join: Fix | None = None
    advice = "Draw an edge to it."
    if len(candidates) == 1:
        ((id, output),) = candidates
        name = graph.nodes[id].name
        join = fixes.fix(f"Connect {name} to {node.name}", fixes.join(Edge(id, output, node.id, port)))
        advice = f"Connect {name} to it."
    said = f"{node.name} gets nothing to work on: its input is not connected." if lone else f"{which} is not connected."
    return Problem(f"{said} {advice}", node.id, short="not connected", fix=join, port=port)


def _add_input(graph: Graph, layers: Mapping[str, Layer], input: type[Layer] | None) -> Fix | None:
    if input is None:
        return None
    for id in topological(graph):
        for port in layers[id].inputs() if id in layers else ():
            if not port.optional and graph.edge_into(id, port.name) is None:
                return fixes.fix(f"Add an Input before {graph.nodes[id].name}", fixes.feed(input, id, port.name))
    return fixes.fix("Add an Input", fixes.add(input))


def _add_output(graph: Graph, layers: Mapping[str, Layer], output: type[Layer] | None) -> Fix | None:
    if output is None:
        return None
    spare = dict(_spare_outputs(graph, layers))
    last = next((id for id in reversed(topological(graph)) if id in spare), None)
    if last is None:
        return fixes.fix("Add an Output", fixes.add(output))
    return fixes.fix(f"Add an Output after {graph.nodes[last].name}", fixes.follow(output, last, spare[last]))
