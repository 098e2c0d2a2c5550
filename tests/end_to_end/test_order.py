"""Frames, notes, points of edges and bypassed layers, with a real mouse and keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.edits import add_node, connect
from netbuilder.project import Project
from tests.end_to_end.desktop import Hands, shoot, wait_until

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(400, method="thread")


def network() -> Graph:
    graph = Graph()
    for number, (kind, name) in enumerate((("input", "image"), ("conv2d", "stem"), ("relu", "act")), 1):
        graph = add_node(graph, Node(f"n{number}", kind, name, {}, (240.0 * number, 0.0)))
    return connect(connect(graph, Edge("n1", "y", "n2", "x")), Edge("n2", "y", "n3", "x"))


def test_a_drawing_is_put_in_order(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    bench, canvas = window.bench, window.canvas
    bench.document.open(Project({"main": network()}), None)
    canvas.set_zoom(1.0)
    canvas.centerOn(canvas.scene().bounds().center() + QPointF(0, 60))

    def at(x: float, y: float) -> QPoint:
        return canvas.screen_position(QPointF(x, y))

    def step(label: str) -> None:
        wait_until(lambda: bench.document.history.undo_label == label, 10, f"the step {label!r}")

    def known():
        return bench.project.main.annotations

    # A frame around two nodes, with a title.
    corners = canvas.scene().bounds(["n2", "n3"]).adjusted(-16, -30, 16, 30)
    hands.drag(canvas.screen_position(corners.bottomLeft()), canvas.screen_position(corners.topRight()))
    wait_until(lambda: bench.selection.nodes == {"n2", "n3"}, 10, "both are selected")
    hands.key("ctrl+j")
    step("Add a frame")
    hands.type("Trunk")
    hands.key("Return")
    step("Call the frame Trunk")
    (frame,) = known().frames.values()

    # Moved by its title, it takes its nodes along.
    x, y = frame.position
    hands.drag(at(x + 200, y + 12), at(x + 200, y + 92))
    step("Move Trunk")
    assert [bench.project.main.nodes[id].position[1] for id in ("n1", "n2", "n3")] == [0.0, 80.0, 80.0]

    # A note beside it.
    hands.click(at(260, 240))
    hands.key("n")
    step("Add a note")
    hands.type("# Why")
    hands.key("ctrl+Return")
    step("Write a note")
    shoot(window, tmp_path / "note.png")

    # The edge between them by way of a point.
    edge = canvas.scene().edge_item("n2", "x")
    hands.double_click(canvas.screen_position(edge.middle()))
    step("Lead the edge from image to stem")
    ((place,),) = known().bends.values()
    hands.drag(at(*place), at(place[0], place[1] + 64))
    wait_until(lambda: list(known().bends.values()) != [(place,)], 10, "the point has moved")

    # A layer left out of the network, and folded up.
    hands.click(canvas.screen_position(canvas.scene().node_item("n2").rect().center()))
    hands.key("m")
    step("Bypass stem")
    hands.key("h")
    step("Fold up stem")
    wait_until(lambda: bench.checking.is_current, 20, "it is checked")
    shoot(window, tmp_path / "order.png")

    # All of it can be taken back.
    hands.key(*["ctrl+z"] * (len(bench.document.history.steps) - 1))
    wait_until(lambda: bench.document.history.at == 0, 20, "everything is undone")
    assert bench.project.main == network()
    assert canvas.scene().beside.items == {}
