"""One standing of a block, given a block of its own."""

from __future__ import annotations

from dataclasses import replace

from netbuilder.graph.block import block_of, kind_of
from netbuilder.graph.edits import unshare
from netbuilder.graph.errors import NoSuchNode
from netbuilder.project.errors import NotABlock
from netbuilder.project.graphs import duplicate_graph, graph_of, the_block
from netbuilder.project.project import Project


def detach(project: Project, graph_name: str, id: str, name: str = "") -> tuple[Project, str]:
    """With a copy of its block for this standing alone, and the copy's name. It shares its weights with none then.

    Raises `NoSuchGraph`, `NoSuchNode`, `NotABlock`, and as `duplicate_graph` does.
    """
    graph = graph_of(project, graph_name)
    node = graph.nodes.get(id)
    if node is None:
        raise NoSuchNode(id)
    block = block_of(node.kind)
    if block is None:
        raise NotABlock(node.name)
    the_block(project, block)
    made, copy = duplicate_graph(project, block, name)
    if node.shares or graph.sharers(id):
        graph = unshare(graph, id)
    node = replace(graph.nodes[id], kind=kind_of(copy))
    return made.with_graph(replace(graph, nodes={**graph.nodes, id: node}), graph_name), copy
