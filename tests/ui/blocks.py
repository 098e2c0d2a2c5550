"""A project with a block in a block, to open and edit in the tests of the window."""

from __future__ import annotations

from itertools import pairwise

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.block import Block, Exposed, kind_of
from netbuilder.graph.edits import add_node, connect
from netbuilder.project import Project


def chain(*nodes: Node) -> Graph:
    """The nodes joined one after the other, by their ports x and y."""
    graph = Graph()
    for at, node in enumerate(nodes):
        graph = add_node(graph, Node(node.id, node.kind, node.name, node.settings, (200.0 * at, 0.0)))
    for before, after in pairwise(nodes):
        graph = connect(graph, Edge(before.id, "y", after.id, "x"))
    return graph


def project_with_blocks() -> Project:
    """main: image → stem → stage (×2) → head → out. Stage: x → unit → y. Unit: x → conv → relu → y.

    The ids n1, n2 ... are the same in all three graphs.
    """
    unit = chain(
        Node("n1", "input", "x"),
        Node("n2", "conv2d", "conv", {"out_channels": {"=": "channels"}, "padding": 1}),
        Node("n3", "relu", "relu"),
        Node("n4", "output", "y"),
    )
    stage = chain(
        Node("n1", "input", "x"),
        Node("n2", kind_of("Unit"), "unit", {"channels": {"=": "channels"}}),
        Node("n3", "output", "y"),
    )
    main = chain(
        Node("n1", "input", "image"),
        Node("n2", "conv2d", "stem", {"out_channels": 8, "padding": 1}),
        Node("n3", kind_of("Stage"), "stage", {"channels": 8, "repeat": 2}),
        Node("n4", "flatten", "flat"),
        Node("n5", "linear", "head", {"out_features": 10}),
        Node("n6", "output", "out"),
    )
    channels = Exposed("channels", "int", 8, "How many channels come out.")
    return Project(
        {"main": main, "Stage": stage, "Unit": unit},
        blocks={"Stage": Block((channels,)), "Unit": Block((channels,))},
    )
