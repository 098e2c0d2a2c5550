"""A small network that is checked against the digits, to look at in the panels."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.edits import add_node, connect
from netbuilder.project import Project
from netbuilder.ui.workbench import Workbench

NODES = (
    Node("image", "input", "image"),
    Node("stem", "conv2d", "stem", {"out_channels": 8, "padding": 1}),
    Node("act", "relu", "act"),
    Node("conv1", "conv2d", "conv1", {"out_channels": 16, "stride": 2}),
    Node("flat", "flatten", "flat"),
    Node("digit", "linear", "digit", {"out_features": 10}),
    Node("out", "output", "out"),
)


def network() -> Graph:
    graph = Graph()
    for node in NODES:
        graph = add_node(graph, node)
    for before, after in pairwise(NODES):
        graph = connect(graph, Edge(before.id, "y", after.id, "x"))
    return graph


@pytest.fixture
def checked_bench(bench: Workbench, qtbot: QtBot) -> Workbench:
    """The workbench with that network, its data read and its check done."""
    bench.document.open(Project({"main": network()}), None)
    bench.begin()
    wait_for_check(bench, qtbot)
    return bench


def wait_for_check(bench: Workbench, qtbot: QtBot) -> None:
    """Until the newest answer is of the project on screen, with its data."""

    def is_done() -> bool:
        latest = bench.checking.latest
        return (
            not bench.loading.busy and bench.checking.is_current and latest is not None
            and latest.project is bench.project
        )  # fmt: skip

    qtbot.waitUntil(is_done, timeout=30_000)
