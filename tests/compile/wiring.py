"""Graphs written down: nodes by id (which is their name as well) and edges as "a.y > b.x"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.block import Block, Exposed
from netbuilder.project import MAIN, Project

Drawn = str | tuple[str, dict[str, Any]] | tuple[str, dict[str, Any], str]  # kind, settings, the node it shares


def by(text: str) -> dict[str, str]:
    """A setting that is an expression."""
    return {"=": text}


def wired(nodes: dict[str, Drawn], *edges: str) -> Graph:
    """Of an edge, the output is y and the input x unless it says otherwise."""
    made = {}
    for id, drawn in nodes.items():
        kind, settings, shares = drawn if isinstance(drawn, tuple) and len(drawn) == 3 else (*_pair(drawn), "")
        made[id] = Node(id, kind, id, settings, (0.0, 0.0), shares)
    found = {}
    for text in edges:
        source, target = (end.strip().split(".") for end in text.split(">"))
        edge = Edge(source[0], (*source, "y")[1], target[0], (*target, "x")[1])
        found[edge.target, edge.input] = edge
    return Graph(made, found)


def _pair(drawn: Any) -> tuple[str, dict[str, Any]]:
    return (drawn, {}) if isinstance(drawn, str) else drawn


def project_of(main: Graph, blocks: dict[str, tuple[Graph, tuple[Exposed, ...]]], **networks: Graph) -> Project:
    graphs = {MAIN: main, **{name: graph for name, (graph, _) in blocks.items()}, **networks}
    return Project(graphs, blocks={name: Block(exposed) for name, (_, exposed) in blocks.items()})


def changed(project: Project, graph: str, id: str, **settings: Any) -> Project:
    """With other settings for a node beside those it has."""
    node = project.graphs[graph].nodes[id]
    nodes = {**project.graphs[graph].nodes, id: replace(node, settings={**node.settings, **settings})}
    return project.with_graph(Graph(nodes, project.graphs[graph].edges), graph)


RESIDUAL = wired(
    {
        "x": "input",
        "conv1": (
            "conv2d",
            {"out_channels": by("channels"), "padding": 1, "stride": by("stride"), "bias": False},
        ),
        "bn1": "batch_norm2d",
        "relu1": "relu",
        "conv2": ("conv2d", {"out_channels": by("channels"), "padding": 1, "bias": False}),
        "bn2": "batch_norm2d",
        "shortcut": ("conv2d", {"out_channels": by("channels"), "kernel_size": 1, "stride": by("stride")}),
        "add": "add",
        "relu2": "relu",
        "y": "output",
    },
    "x > conv1",
    "conv1 > bn1",
    "bn1 > relu1",
    "relu1 > conv2",
    "conv2 > bn2",
    "bn2 > add.x1",
    "x > shortcut",
    "shortcut > add.x2",
    "add > relu2",
    "relu2 > y",
)

RESNET = project_of(
    wired(
        {
            "image": "input",
            "stem": ("conv2d", {"out_channels": 8, "padding": 1}),
            "stage1": ("block:residual", {"channels": 8, "repeat": 2}),
            "stage2": ("block:residual", {"channels": 16, "stride": 2}),
            "stage3": ("block:residual", {"channels": 24, "stride": 2}),
            "pool": "adaptive_avg_pool2d",
            "flatten": "flatten",
            "fc": ("linear", {"out_features": 10}),
            "digit": "output",
        },
        "image > stem",
        "stem > stage1",
        "stage1 > stage2",
        "stage2 > stage3",
        "stage3 > pool",
        "pool > flatten",
        "flatten > fc",
        "fc > digit",
    ),
    {"residual": (RESIDUAL, (Exposed("channels", "int", 64), Exposed("stride", "int", 1)))},
)
