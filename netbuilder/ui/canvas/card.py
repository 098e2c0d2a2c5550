"""What a node shows: its texts, its ports and what is wrong with it, as plain values. It knows nothing about Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from netbuilder.graph import Edge, Graph, Node
from netbuilder.layers.catalog import Catalog
from netbuilder.layers.layer import Layer

Used = Mapping[str, tuple[list[str], list[str]]]


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
    layer: Layer | None = field(default=None, compare=False)

    def describe(self) -> str:
        """The node in words, for screen readers: "Conv2d conv1, output N by 32 by 28 by 28, no problems"."""
        said = f"{self.kind_title} {self.name}"
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


def draw_card(node: Node, catalog: Catalog, used: Used) -> Card:
    """The card of a node, without what the check knows. Never raises: a file may hold anything."""
    ins, outs = used.get(node.id, ([], []))
    declared = catalog.find(node.kind)
    if declared is None:
        return Card(node.id, node.name, "unknown kind", "", node.kind[:40], tuple(ins), tuple(outs), known=False)
    layer, _ = declared.read(node.settings)
    inputs = [port.name for port in layer.inputs()]
    outputs = [port.name for port in layer.outputs()]
    return Card(
        node.id,
        node.name,
        declared.title,
        declared.family,
        layer.summary(),
        (*inputs, *(name for name in ins if name not in inputs)),
        (*outputs, *(name for name in outs if name not in outputs)),
        layer=layer,
    )


def with_check(card: Card, graph: Graph, checked: Any) -> Card:
    """The card with its shape and its worst problem as `checked` (a `compile.check.Checked`, or None) has them."""
    if checked is None:
        return replace(card, shape="", problem="", sentence="", severity="")
    problems = list(checked.problems_of(card.id)) if checked.problems else []
    worst = next((p for p in problems if p.severity == "error"), problems[0] if problems else None)
    shape = shape_of(card, graph, checked.types)
    return replace(
        card,
        shape=shape,
        problem=_on_card(worst, shape) if worst else "",
        sentence=worst.sentence if worst else "",
        severity=worst.severity if worst else "",
    )


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
