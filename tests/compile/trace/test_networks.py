"""The networks that drawings are tested with are still what their modules are read as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbuilder.graph import Graph
from netbuilder.project import Project
from tests import networks
from tests.networks import models


def undrawn(project: Project) -> dict[str, Graph]:
    """The graphs, wherever their nodes stand and their edges are led."""
    return {
        name: replace(
            graph,
            nodes={id: replace(node, position=(0.0, 0.0)) for id, node in graph.nodes.items()},
            annotations=replace(graph.annotations, bends={}),
        )
        for name, graph in project.graphs.items()
    }


@pytest.mark.parametrize("name", networks.NAMES)
def test_a_file_holds_what_its_module_is_read_as(name: str) -> None:
    read, held = models.read(name), networks.project(name)
    assert undrawn(read) == undrawn(held)
    assert (read.blocks, read.recipe, read.data) == (held.blocks, held.recipe, held.data)
