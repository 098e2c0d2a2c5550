"""One standing of a block: how often it repeats, and a block of its own for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from netbuilder.expression import text_of
from netbuilder.graph import Graph
from netbuilder.graph.block import REPEAT, block_of, kind_of
from netbuilder.graph.edits import set_settings, unshare
from netbuilder.graph.errors import NoSuchNode
from netbuilder.project.errors import BadRepeat, NotABlock
from netbuilder.project.graphs import duplicate_graph, graph_of, the_block
from netbuilder.project.project import Project

MOST = 1000


def set_repeat(project: Project, graph_name: str, id: str, count: Any) -> Project:
    """With the block standing there `count` times in a row, each with its own weights: a whole number of 1 to 1,000,
    or an expression of the block around it.

    Raises `NoSuchGraph`, `NoSuchNode`, `NotABlock`, `BadRepeat`.
    """
    graph = graph_of(project, graph_name)
    _block(project, graph, id)
    if text_of(count) is None and (isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST):
        raise BadRepeat(MOST)
    settings = {name: value for name, value in graph.settings_of(id).items() if name != REPEAT}
    if count != 1:
        settings[REPEAT] = count
    return project.with_graph(set_settings(graph, id, settings), graph_name)


def detach(project: Project, graph_name: str, id: str, name: str = "") -> tuple[Project, str]:
    """With a copy of its block for this standing alone, and the copy's name. It shares its weights with none then.

    Raises `NoSuchGraph`, `NoSuchNode`, `NotABlock`, and as `duplicate_graph` does.
    """
    graph = graph_of(project, graph_name)
    block = _block(project, graph, id)
    made, copy = duplicate_graph(project, block, name)
    if graph.nodes[id].shares or graph.sharers(id):
        graph = unshare(graph, id)
    node = replace(graph.nodes[id], kind=kind_of(copy))
    return made.with_graph(replace(graph, nodes={**graph.nodes, id: node}), graph_name), copy


def _block(project: Project, graph: Graph, id: str) -> str:
    """The block that this node stands for."""
    node = graph.nodes.get(id)
    if node is None:
        raise NoSuchNode(id)
    name = block_of(node.kind)
    if name is None:
        raise NotABlock(node.name)
    the_block(project, name)
    return name
