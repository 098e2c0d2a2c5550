"""What a node that is selected on the canvas is called in the model that is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.expression import resolve
from netbuilder.graph.block import REPEAT, block_of
from netbuilder.project import MAIN
from netbuilder.ui.open_graph import Path, values_at

if TYPE_CHECKING:
    from netbuilder.compile.check import Checked


def attribute_of(checked: Checked, place: Path) -> str | None:
    """The attribute of the network, like "stage.0.conv", of the node at the end of a path from the main network.

    Of a block that repeats, the first copy is meant. None where the node has no attribute.
    """
    if place[0] != MAIN:
        return None
    project, graph, parts = checked.project, MAIN, []
    for at, id in enumerate(place[1:], start=1):
        name = checked.identifiers.get(graph, {}).get(id)
        node = project.graphs[graph].nodes.get(id) if graph in project.graphs else None
        if name is None or node is None:
            return None
        parts.append(name)
        if at < len(place) - 1:
            settings = resolve(project.graphs[graph].settings_of(id), values_at(project, place[:at]))
            parts += ["0"] if settings.get(REPEAT, 1) != 1 else []
            graph = block_of(node.kind) or ""
    return ".".join(parts)
