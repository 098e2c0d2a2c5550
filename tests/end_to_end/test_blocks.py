"""A block made of a selection, repeated, opened, edited inside and dissolved, with a real mouse and keyboard alone."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton, QWidget

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.edits import add_node, connect
from netbuilder.project import Project
from tests.end_to_end.desktop import Hands, shoot, wait_until

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

pytestmark = pytest.mark.timeout(400, method="thread")

CHAIN = (
    Node("n1", "input", "image", {}, (0.0, 0.0)),
    Node("n2", "conv2d", "stem", {"out_channels": 8, "padding": 1}, (240.0, 0.0)),
    Node("n3", "conv2d", "conv", {"out_channels": 8, "padding": 1}, (0.0, 200.0)),
    Node("n4", "relu", "act", {}, (240.0, 200.0)),
    Node("n5", "flatten", "flat", {}, (0.0, 400.0)),
    Node("n6", "linear", "digit", {"out_features": 10}, (240.0, 400.0)),
    Node("n7", "output", "out", {}, (480.0, 400.0)),
)


def network() -> Graph:
    graph = Graph()
    for node in CHAIN:
        graph = add_node(graph, node)
    for before, after in pairwise(CHAIN):
        graph = connect(graph, Edge(before.id, "y", after.id, "x"))
    return graph


def named(window: MainWindow, name: str) -> QPointF:
    """The middle of the header of a node on the canvas, in the scene."""
    node = window.bench.graph.named(name)
    assert node is not None, f"no node called {name}"
    rect = window.canvas.scene().node_item(node.id).rect()
    return QPointF(rect.center().x(), rect.top() + 14)


def on_screen(window: MainWindow, name: str) -> QPoint:
    return window.canvas.screen_position(named(window, name))


def checked(window: MainWindow) -> None:
    checking = window.bench.checking
    wait_until(lambda: checking.is_current and checking.latest.project is window.bench.project, 30, "it is checked")


def field(window: MainWindow, setting: str) -> QLineEdit:
    def found() -> QLineEdit | None:
        fields = window.settings_panel.findChildren(QLineEdit)
        return next((one for one in fields if one.accessibleName() == setting and one.isVisible()), None)

    wait_until(found, 10, f"the field of {setting}")
    shown = found()
    assert shown is not None
    window.settings_panel.scroll.ensureWidgetVisible(shown)
    return shown


def retype(window: MainWindow, hands: Hands, setting: str, text: str) -> None:
    hands.click(field(window, setting))
    hands.key("ctrl+a")
    hands.type(text)
    hands.key("Return")


def type_name(window: MainWindow, hands: Hands, name: str) -> None:
    """Type into the field that asks for a name."""
    wait_until(lambda: window.findChild(QLineEdit, "nameField") is not None, 10, "a field for the name")
    hands.key("ctrl+a")
    hands.type(name)
    hands.key("Return")


def choose(hands: Hands, words: str) -> None:
    """Click a row of the menu that is open."""
    wait_until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), 10, "a menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    row = next(action for action in menu.actions() if action.text().startswith(words))
    hands.click(menu.mapToGlobal(menu.actionGeometry(row).center()))


def test_a_block_is_made_repeated_opened_edited_and_dissolved(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    bench, canvas = window.bench, window.canvas
    bench.document.open(Project({"main": network()}), None)
    checked(window)
    start = bench.project

    # Make a block of what a rubber band goes round.
    area = canvas.scene().bounds(["n3", "n4"])
    corners = area.adjusted(-24, -8, 16, 20)  # begun where no edge runs
    hands.drag(canvas.screen_position(corners.bottomLeft()), canvas.screen_position(corners.topRight()))
    wait_until(lambda: bench.selection.nodes == {"n3", "n4"}, 10, "both are selected")
    hands.key("ctrl+g")
    wait_until(lambda: window.findChild(QLineEdit, "nameField") is not None, 10, "the name is asked for")
    shoot(window, tmp_path / "1-name.png")
    type_name(window, hands, "Unit")
    wait_until(lambda: "Unit" in bench.project.blocks, 10, "the block is made")
    checked(window)
    node = next(node for node in bench.project.main if node.kind == "block:Unit")
    assert bench.selection.only == node.id
    assert bench.checking.latest.can_train

    # Repeat it four times.
    retype(window, hands, "repeat", "4")
    wait_until(lambda: bench.project.main.nodes[node.id].settings.get("repeat") == 4, 10, "it repeats")
    checked(window)
    assert canvas.scene().node_item(node.id).card.repeat == 4
    assert bench.checking.latest.can_train
    assert bench.checking.latest.cost.parameters == 80 + 4 * 584 + 5130
    shoot(window, tmp_path / "2-repeated.png")

    # Open it, and edit inside.
    hands.double_click(on_screen(window, node.name))
    wait_until(lambda: bench.path == ("main", node.id), 10, "it is open")
    hands.click(on_screen(window, "conv"))
    wait_until(lambda: bench.selection.nodes, 10, "the convolution inside is selected")
    shoot(window, tmp_path / "3-inside.png")
    retype(window, hands, "padding", "2")
    retype(window, hands, "kernel_size", "5")
    inside = bench.project.graphs["Unit"]
    assert {node.settings["kernel_size"] for node in inside if node.kind == "conv2d"} == {5}
    checked(window)
    assert bench.checking.latest.can_train

    # Let the block show how many channels it makes.
    window.settings_panel.scroll.ensureWidgetVisible(field(window, "out_channels"))
    more = window.settings_panel.findChild(QToolButton, "more_out_channels")
    hands.click(more)
    choose(hands, "Expose")
    type_name(window, hands, "channels")
    wait_until(lambda: bench.project.blocks["Unit"].setting("channels") is not None, 10, "it is exposed")
    assert field(window, "out_channels").text() == "channels"
    checked(window)
    hands.click(canvas.viewport().mapToGlobal(QPoint(canvas.viewport().width() // 2, 90)))
    wait_until(lambda: not bench.selection.nodes, 10, "nothing is selected: the block itself is shown")
    shoot(window, tmp_path / "4-block.png")

    # Come back by the breadcrumb.
    up = window.findChild(QWidget, "leaveBlock")
    hands.click(up)
    wait_until(lambda: bench.path == ("main",), 10, "back in the network")
    assert bench.selection.only == node.id
    assert field(window, "channels").text() == "8"
    assert "channels, 5, padding=2" in bench.checking.latest.source.text
    shoot(window, tmp_path / "5-back.png")

    # Dissolve it again.
    hands.key("ctrl+shift+g")
    wait_until(lambda: not bench.project.blocks, 10, "it is dissolved")
    checked(window)
    assert sum(node.kind == "conv2d" for node in bench.project.main) == 1 + 4
    assert bench.checking.latest.can_train
    shoot(window, tmp_path / "6-dissolved.png")

    # All of it was steps that can be taken back.
    hands.click(canvas.viewport().mapToGlobal(QPoint(20, 20)))
    hands.key(*["ctrl+z"] * (len(bench.document.history.steps) - 1))
    wait_until(lambda: bench.document.history.at == 0, 20, "everything is undone")
    assert bench.project == start
    assert bench.path == ("main",)


def test_a_second_network_has_a_tab_of_its_own(window: MainWindow, hands: Hands, tmp_path: Path) -> None:
    bench, tabs = window.bench, window.design_page.tabs.tabs
    bench.document.open(Project({"main": network()}), None)
    checked(window)
    add = window.findChild(QToolButton, "addNetwork")
    hands.click(add)
    wait_until(lambda: bench.path == ("Network2",), 10, "the new network is open")
    hands.drag(window.palette_panel.row_center("conv2d"), window.canvas.viewport().mapToGlobal(QPoint(300, 200)))
    wait_until(lambda: len(bench.project.graphs["Network2"]) == 1, 10, "a layer is in it")
    hands.double_click(tabs.mapToGlobal(tabs.tabRect(1).center()))
    wait_until(lambda: window.findChild(QLineEdit, "renameField") is not None, 10, "its name can be typed")
    hands.key("ctrl+a")
    hands.type("critic")
    hands.key("Return")
    wait_until(lambda: bench.path == ("critic",), 10, "it is renamed and still open")
    shoot(window, tmp_path / "tabs.png")
    hands.click(tabs.mapToGlobal(tabs.tabRect(0).center()))
    wait_until(lambda: bench.path == ("main",), 10, "the first tab is open")
    assert len(window.canvas.scene().nodes) == len(CHAIN)
    hands.key("ctrl+z")
    wait_until(lambda: bench.path == ("Network2",), 10, "undo shows what it changes")
