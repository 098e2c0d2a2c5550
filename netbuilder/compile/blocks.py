"""The catalogue of a project: the layers of this version and the project's own blocks. It needs no torch."""

from __future__ import annotations

from typing import Any

from netbuilder.expression import text_of
from netbuilder.fields import Field
from netbuilder.graph import Graph
from netbuilder.graph.block import Block, kind_of
from netbuilder.layers import Catalog
from netbuilder.layers.block import BlockLayer, block_layer, field_for
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output
from netbuilder.project import Project


def ports_of(graph: Graph) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of a block's inputs and outputs: those of its Input and Output nodes, in the order they were drawn."""
    inputs = tuple(node.name for node in graph if node.kind == Input.kind)
    outputs = tuple(node.name for node in graph if node.kind == Output.kind)
    return inputs, outputs


def fields_of(block: Block) -> dict[str, Field[Any]]:
    """The fields of a block's exposed settings, by name."""
    return {setting.name: field_for(setting.type, setting.default, setting.help) for setting in block.settings}


def layer_of(name: str, block: Block, graph: Graph) -> type[BlockLayer]:
    """The layer class of one block."""
    return block_layer(name, kind_of(name), *ports_of(graph), fields_of(block))


def catalog_of(project: Project, standard: Catalog) -> Catalog:
    """`standard` and a layer for each block of the project, in the order of their tabs."""
    if not project.blocks:
        return standard
    found = [layer_of(name, block, project.graphs[name]) for name, block in project.blocks.items()]
    return standard.with_layers(found)


def usual_values(block: Block | None) -> dict[str, object]:
    """What the exposed settings of a block are unless a node says otherwise; nothing for a network."""
    if block is None:
        return {}
    return {setting.name: setting.default for setting in block.settings if text_of(setting.default) is None}
