"""The code of others that a project holds: where it stands and what it says. It is found without running any of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from netbuilder.compile.problems.problem import Problem
from netbuilder.layers import Catalog, Layer
from netbuilder.layers.custom import Custom, read
from netbuilder.project import Project

Trusts = Callable[[str], bool]
UNTRUSTED = "code not reviewed"  # the short form of the problem, by which a screen knows that a review would mend it


@dataclass(frozen=True)
class Foreign:
    """One node's code: `text` is all of it that would run."""

    graph: str
    node: str
    name: str
    text: str


def foreign_code(project: Project, catalog: Catalog) -> tuple[Foreign, ...]:
    """All code of the user's or a stranger's own in the project, in the order of its tabs."""
    found = []
    for graph_name, graph in project.graphs.items():
        layers = {kind: catalog.find(kind) for kind in {node.kind for node in graph}}
        able = {kind: layer for kind, layer in layers.items() if layer and layer.foreign is not Layer.foreign}
        for node in [node for node in graph if node.kind in able]:
            text = able[node.kind].read(node.settings)[0].foreign()
            if text:
                found.append(Foreign(graph_name, node.id, node.name, text))
    return tuple(found)


def about_code(name: str, id: str, layer: Layer, trusts: Trusts) -> Problem | None:
    """What keeps a node's code from being used: a fault in it, or that nobody has said it may run."""
    fault = layer.fault()
    if fault is not None:
        setting, sentence = fault
        return Problem(f"{name}: {sentence}", id, short="fault in the code", setting=setting)
    if not trusts(layer.foreign()):
        said = f"{name} holds Python code that you have not looked at yet, so nothing of it is run. Review the code."
        return Problem(said, id, short=UNTRUSTED, setting="code")
    return None


def same_name_twice(layers: Iterable[tuple[str, str, Layer]]) -> list[Problem]:
    """Two different texts that define the same name in the source: `layers` are (node name, node id, layer)."""
    first: dict[str, tuple[str, str]] = {}
    problems = []
    for node, id, layer in layers:
        if not isinstance(layer, Custom):
            continue
        text = layer.preamble()
        for defined in read(layer.code).defines if text else ():
            owner, known = first.setdefault(defined, (node, text))
            if known != text and defined != "math":
                said = f"{node} and {owner} both define {defined}, and not alike. Give it another name in one of them."
                problems.append(Problem(said, id, short=f"{defined} twice"[:24], setting="code"))
                break
    return problems
