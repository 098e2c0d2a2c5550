"""Every gesture that saves steps, with a real mouse and keyboard alone, on one small network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QLineEdit

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.edits import add_node, connect
from netbuilder.project import Project
from tests.end_to_end.desktop import Hands, shoot, spin, wait_until
from tests.end_to_end.drawing import body, port

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(400, method="thread")

NODES = (
    Node("n1", "input", "image", {}, (0.0, 0.0)),
    Node("n2", "conv2d", "stem", {"out_channels": 8, "padding": 1}, (240.0, 0.0)),
    Node("n3", "relu", "act", {}, (480.0, 0.0)),
    Node("n4", "batch_norm2d", "norm", {}, (240.0, 200.0)),
    Node("n5", "add", "sum", {}, (480.0, 200.0)),
)
EDGES = (Edge("n1", "y", "n2", "x"), Edge("n2", "y", "n3", "x"))


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    graph = Graph()
    for node in NODES:
        graph = add_node(graph, node)
    for edge in EDGES:
        graph = connect(graph, edge)
    window.bench.document.open(Project({"main": graph}), None)
    canvas = window.canvas
    canvas.set_zoom(1.0)
    canvas.centerOn(canvas.scene().bounds().center())
    wait_until(lambda: window.bench.checking.is_current, 30, "it is checked")
    return window


def at(window: MainWindow, place: QPointF) -> QPoint:
    return window.canvas.screen_position(place)


def held(hands: Hands, key: str, start: QPoint, *ends: QPoint) -> None:
    """A drag with a key held down all the while, by way of several places."""
    words: list[str] = ["keydown", key]
    for number, (here, there) in enumerate(zip((start, *ends), ends, strict=False)):
        path = hands.path(here, there)
        words += path if number == 0 else path[path.index("mousedown") + 4 :]
    hands._do(*words, "mouseup", "1", "keyup", key)


def step(window: MainWindow, label: str) -> None:
    wait_until(lambda: window.bench.document.history.undo_label == label, 10, f"the step {label!r}")


def search(window: MainWindow, hands: Hands, text: str) -> None:
    wait_until(lambda: window.canvas.floating.menu.isVisible(), 10, "the search is open")
    hands.type(text)
    hands.key("Return")


def graph(window: MainWindow) -> Graph:
    return window.bench.project.main


def test_the_search_opens_by_key_and_double_click_and_finds_layers_by_purpose(
    drawn: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    free = at(drawn, QPointF(20, 330))
    hands.double_click(free)
    wait_until(lambda: drawn.canvas.floating.menu.isVisible(), 10, "the search is open")
    hands.type("downsample")
    menu = drawn.canvas.floating.menu
    wait_until(lambda: menu.found() and "pool" in menu.found()[0], 10, "the poolings are found")
    shoot(drawn, tmp_path / "search.png")
    hands.key("Escape")
    for key in ("Tab", "space"):
        hands.click(free)
        hands.key(key)
        wait_until(lambda: menu.isVisible(), 10, f"{key} opens the search")
        hands.key("Escape")
        wait_until(lambda: not menu.isVisible(), 10, "Esc closes it")
    hands.click(body(drawn, "n3"))
    hands.key("Tab")
    search(drawn, hands, "max pool")
    step(drawn, "Add MaxPool2d")


def test_an_edge_let_go_in_the_open_asks_what_fits_and_wires_it(drawn: MainWindow, hands: Hands) -> None:
    hands.drag(port(drawn, "n3", "y"), at(drawn, QPointF(720, 60)))
    search(drawn, hands, "flatten")
    step(drawn, "Add Flatten")
    (made,) = [node for node in graph(drawn) if node.kind == "flatten"]
    assert graph(drawn).edge_into(made.id, "x") == Edge("n3", "y", made.id, "x")


def test_an_edge_let_go_on_a_node_finds_the_port_that_is_free(drawn: MainWindow, hands: Hands, tmp_path: Path) -> None:
    first, second = (port.name for port in drawn.bench.find_layer("add")().inputs())
    hands.drag(port(drawn, "n2", "y"), body(drawn, "n5"))
    step(drawn, "Connect stem to sum")
    hands.drag(port(drawn, "n4", "y"), body(drawn, "n5"))
    step(drawn, "Connect norm to sum")
    assert graph(drawn).edge_into("n5", first).source == "n2"
    assert graph(drawn).edge_into("n5", second).source == "n4"


def test_a_port_that_would_close_a_circle_is_dimmed_and_says_why(
    drawn: MainWindow, hands: Hands, tmp_path: Path
) -> None:
    steps = len(drawn.bench.document.history.steps)
    hands._do(*hands.path(port(drawn, "n3", "y"), port(drawn, "n2", "x")))
    wait_until(lambda: "circle" in drawn.canvas.floating.hint.text, 10, "it says why")
    assert drawn.canvas.scene().node_item("n2").marks == {("x", False): "impossible"}
    shoot(drawn, tmp_path / "circle.png")
    hands._do("mouseup", "1")
    spin(50)
    assert len(drawn.bench.document.history.steps) == steps


def test_a_node_let_go_on_an_edge_goes_into_it(drawn: MainWindow, hands: Hands) -> None:
    hands.drag(body(drawn, "n4"), at(drawn, drawn.canvas.scene().edge_item("n3", "x").middle() + QPointF(0, -12)))
    step(drawn, "Put norm between stem and act")
    assert graph(drawn).edge_into("n4", "x") == Edge("n2", "y", "n4", "x")
    assert graph(drawn).edge_into("n3", "x") == Edge("n4", "y", "n3", "x")


def test_shift_takes_a_node_out_and_heals_the_chain(drawn: MainWindow, hands: Hands) -> None:
    held(hands, "shift", body(drawn, "n2"), body(drawn, "n2") + QPoint(-40, 260))
    step(drawn, "Take out stem")
    assert graph(drawn).edge_into("n3", "x") == Edge("n1", "y", "n3", "x")


def test_alt_drags_a_copy_with_what_feeds_it(drawn: MainWindow, hands: Hands) -> None:
    held(hands, "alt", body(drawn, "n2"), body(drawn, "n2") + QPoint(-200, 260))
    step(drawn, "Duplicate stem")
    (made,) = drawn.bench.selection.nodes
    assert graph(drawn).edge_into(made, "x") == Edge("n1", "y", made, "x")


def test_control_cuts_what_the_stroke_crosses(drawn: MainWindow, hands: Hands, tmp_path: Path) -> None:
    one = at(drawn, drawn.canvas.scene().edge_item("n2", "x").middle())
    other = at(drawn, drawn.canvas.scene().edge_item("n3", "x").middle())
    turn = QPoint(0, 70)
    held(hands, "ctrl", one - turn, one + turn, other + turn, other - turn)
    step(drawn, "Cut 2 edges")
    assert not graph(drawn).edges


def test_a_selection_is_wired_up_by_one_key(drawn: MainWindow, hands: Hands) -> None:
    hands.click(body(drawn, "n4"))
    hands._do("keydown", "shift")
    hands.click(body(drawn, "n5"))
    hands.click(body(drawn, "n1"))
    hands._do("keyup", "shift")
    wait_until(lambda: drawn.bench.selection.nodes == {"n1", "n4", "n5"}, 10, "three are selected")
    hands.key("j")
    step(drawn, "Wire up 3 nodes")
    assert graph(drawn).edge_into("n4", "x") == Edge("n1", "y", "n4", "x")


def test_a_layer_becomes_another_kind_and_keeps_what_fits(drawn: MainWindow, hands: Hands) -> None:
    hands.click(body(drawn, "n2"))
    hands.key("shift+s")
    search(drawn, hands, "conv transpose 2d")
    step(drawn, "Change stem to ConvTranspose2d")
    assert graph(drawn).nodes["n2"].settings == {"out_channels": 8, "padding": 1}
    assert graph(drawn).edges == {(edge.target, edge.input): edge for edge in EDGES}


def test_a_number_is_calculated_and_swept_in_one_step_each(drawn: MainWindow, hands: Hands, tmp_path: Path) -> None:
    hands.click(body(drawn, "n2"))
    form = drawn.settings_panel.node_page.form
    wait_until(lambda: "out_channels" in form.rows and form.rows["out_channels"].isVisible(), 10, "the form")
    row = form.rows["out_channels"]
    assert isinstance(row.editor, QLineEdit)
    hands.click(row.editor)
    hands.key("ctrl+a")
    hands.type("16*3")
    hands.key("Return")
    step(drawn, "Set out_channels of stem to 48")
    start = row.name.mapToGlobal(row.name.rect().center())
    hands._do(*hands.path(start, start + QPoint(80, 0)))
    wait_until(lambda: row.editor.text() == "64", 10, "it is shown on the way")
    assert graph(drawn).nodes["n2"].settings["out_channels"] == 48
    hands._do("mouseup", "1")
    step(drawn, "Set out_channels of stem to 64")


def test_what_several_nodes_have_in_common_is_set_at_once(drawn: MainWindow, hands: Hands, tmp_path: Path) -> None:
    hands.click(body(drawn, "n2"))
    hands.key("ctrl+d")
    step(drawn, "Duplicate stem")
    (twin,) = drawn.bench.selection.nodes
    hands._do("keydown", "shift")
    hands.click(body(drawn, "n2"))
    hands._do("keyup", "shift")
    form = drawn.settings_panel.nodes_page.form
    wait_until(lambda: "kernel_size" in form.rows and form.rows["kernel_size"].isVisible(), 10, "one form for both")
    hands.click(form.editor("kernel_size"))
    hands.key("ctrl+a")
    hands.type("5")
    hands.key("Return")
    step(drawn, "Set kernel_size of 2 nodes to 5")
    assert {graph(drawn).nodes[id].settings["kernel_size"] for id in ("n2", twin)} == {5}
