"""What a node shows: its texts, its ports and what is wrong with it, as plain values. It knows nothing about Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from netbuilder.expression import resolve, text_of
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.block import ENDS, block_of
from netbuilder.layers.block import BlockLayer
from netbuilder.layers.catalog import Catalog
from netbuilder.layers.layer import Layer

NOTHING: Mapping[str, Any] = {}
MOST_TOLD = 5000  # layers with different settings that are remembered
Settings = Mapping[str, Any]
Used = Mapping[str, tuple[list[str], list[str]]]


@dataclass(frozen=True)
class Sharing:
    """That a node is one of several with one layer: the name of the node whose it is ("" for that one itself), and
    the number of the group."""

    uses: str
    group: int


@dataclass(frozen=True)
class Card:
    """The face of one node. `problem` is the short text on it, `sentence` the whole of it."""

    id: str
    name: str
    kind_title: str
    family: str
    summary: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    shape: str = ""
    problem: str = ""
    sentence: str = ""
    severity: str = ""  # "", "warning", "error"
    known: bool = True
    is_block: bool = False
    repeat: int = 1  # how many times a block stands in a row
    uses: str = ""  # the name of the node whose layer it uses again
    group: int = -1  # which of the groups of nodes that share a layer it is in; -1: none
    bypassed: bool = False  # it is left out of the network
    collapsed: bool = False  # only its title is drawn
    rate: float = 1.0  # what the learning rate of its weights is multiplied by
    frozen: bool = False  # its weights are not trained
    down: bool = False  # edges come in from above and leave below
    layer: Layer | None = field(default=None, compare=False)

    @property
    def caption(self) -> str:
        """What stands beside the name: the kind, unless it is a block that the node is called after."""
        if self.bypassed:
            return "bypassed"
        return "" if self.is_block and self.kind_title == self.name else self.kind_title

    def describe(self) -> str:
        """The node in words, for screen readers: "Conv2d conv1, output N by 32 by 28 by 28, no problems"."""
        said = f"{'block ' if self.is_block else ''}{self.kind_title} {self.name}"
        if self.repeat > 1:
            said += f", {self.repeat} times in a row"
        if self.uses:
            said += f", uses the weights of {self.uses}"
        if self.bypassed:
            said += ", bypassed"
        if self.frozen:
            said += ", frozen"
        elif self.rate != 1:
            said += f", learning rate times {self.rate:g}"
        if self.shape:
            said += f", output {self.shape.replace('×', ' by ')}"
        return f"{said}, {self.severity}: {self.sentence}" if self.severity else f"{said}, no problems"


def ports_in_use(edges: Iterable[Edge]) -> dict[str, tuple[list[str], list[str]]]:
    """The input and output names that edges use, by node: what can be said of a kind that nobody knows."""
    used: dict[str, tuple[list[str], list[str]]] = {}
    for edge in edges:
        ins = used.setdefault(edge.target, ([], []))[0]
        outs = used.setdefault(edge.source, ([], []))[1]
        if edge.input not in ins:
            ins.append(edge.input)
        if edge.output not in outs:
            outs.append(edge.output)
    return used


def sharing_in(graph: Graph) -> dict[str, Sharing]:
    """Each node that shares its layer with others, the owners among them."""
    owners = list(dict.fromkeys(node.shares for node in graph.nodes.values() if node.shares))
    if not owners:
        return {}
    number = {owner: at for at, owner in enumerate(id for id in owners if id in graph.nodes)}
    found = {owner: Sharing("", at) for owner, at in number.items()}
    for id, node in graph.nodes.items():
        if node.shares in number:
            found[id] = Sharing(graph.nodes[node.shares].name, number[node.shares])
    return found


def has_names(value: Any) -> bool:
    """Whether a setting is, or holds, an expression."""
    if isinstance(value, (list, tuple)):
        return any(map(has_names, value))
    return text_of(value) is not None


@dataclass(frozen=True, slots=True)
class Told:
    """A layer as a card shows it."""

    layer: Layer
    summary: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Layers:
    """What is to be told of each layer, read once for all nodes that have the same one with the same settings."""

    def __init__(self) -> None:
        self._told: dict[tuple[type[Layer], str, bool], Told] = {}

    def tell(self, declared: type[Layer], settings: Settings, in_block: bool) -> Told:
        key = (declared, repr(settings), in_block)
        told = self._told.get(key)
        if told is None:
            if len(self._told) >= MOST_TOLD:
                self._told.clear()
            layer, _ = declared.read(settings)
            ports = [tuple(port.name for port in ports) for ports in (layer.inputs(), layer.outputs())]
            told = self._told[key] = Told(layer, _summary(layer, in_block), *ports)
        return told


def draw_card(
    node: Node,
    catalog: Catalog,
    used: Used,
    names: Mapping[str, Any] = NOTHING,
    settings: Settings | None = None,
    sharing: Sharing | None = None,
    owner: Node | None = None,
    *,
    in_block: bool = False,
    layers: Layers | None = None,
) -> Card:
    """The card of a node, without what the check knows. Never raises: a file may hold anything.

    `names` are the values that expressions in the settings may use; `settings` those that count, if not its own;
    `sharing` says with whom it shares its layer, `owner` is the node whose it is; `in_block` that the graph is a
    block's; `layers` remembers what was read before.
    """
    uses, group = (sharing.uses, sharing.group) if sharing is not None else ("", -1)
    ins, outs = used.get(node.id, ([], []))
    has = owner or node
    declared = catalog.find(node.kind)
    if declared is None:
        told = (node.id, node.name, "unknown kind", "", node.kind[:40], tuple(ins), tuple(outs))
        return Card(
            *told,
            known=False,
            uses=uses,
            group=group,
            bypassed=node.bypassed,
            collapsed=node.collapsed,
            rate=has.rate,
            frozen=has.frozen,
        )
    resolved = resolve(node.settings if settings is None else settings, names)
    told = (layers or Layers()).tell(declared, resolved, in_block)
    layer, inputs, outputs = told.layer, told.inputs, told.outputs
    return Card(
        node.id,
        node.name,
        declared.title,
        declared.family,
        told.summary,
        (*inputs, *(name for name in ins if name not in inputs)),
        (*outputs, *(name for name in outs if name not in outputs)),
        is_block=block_of(node.kind) is not None,
        repeat=layer.settings["repeat"] if isinstance(layer, BlockLayer) else 1,
        uses=uses,
        group=group,
        bypassed=node.bypassed,
        collapsed=node.collapsed,
        rate=has.rate,
        frozen=has.frozen,
        layer=layer,
    )


def _summary(layer: Layer, in_block: bool) -> str:
    if in_block and layer.kind in ENDS:
        return ""  # it is a port of the block: nothing comes from the data there
    return layer.summary()


def with_check(card: Card, graph: Graph, checked: Any) -> Card:
    """The card with its shape and its worst problem as `checked` (a `compile.check.Checked`, or None) has them."""
    shape, problem, sentence, severity = "", "", "", ""
    if checked is not None:
        shape = shape_of(card, graph, checked.types)
        problems = checked.problems_of(card.id) if checked.problems else ()
        if problems:
            worst = next((p for p in problems if p.severity == "error"), problems[0])
            problem, sentence, severity = _on_card(worst, shape), worst.sentence, worst.severity
    if (shape, problem, sentence, severity) == (card.shape, card.problem, card.sentence, card.severity):
        return card
    return replace(card, shape=shape, problem=problem, sentence=sentence, severity=severity)


def _on_card(problem: Any, shape: str) -> str:
    """An error stands in the place of the shape; a warning leaves a shape that is known where it is."""
    if problem.severity == "error":
        return problem.short or "see below"
    return "" if shape else problem.short


def shape_of(card: Card, graph: Graph, types: Mapping[tuple[str, str], Any]) -> str:
    """The shape of the first output that has one; of a node with no output, what flows in."""
    for output in card.outputs:
        if (card.id, output) in types:
            return str(types[card.id, output])
    if not card.outputs:
        for input in card.inputs:
            edge = graph.edge_into(card.id, input)
            if edge is not None and (edge.source, edge.output) in types:
                return str(types[edge.source, edge.output])
    return ""
