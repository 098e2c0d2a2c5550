"""The networks' tabs: added, renamed, ordered, removed, and never out of step with what is open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from netbuilder.project import blocks
from netbuilder.ui.graph_tabs import GraphTabs
from netbuilder.ui.workbench import Workbench
from tests.ui.blocks import project_with_blocks

Left = Qt.MouseButton.LeftButton


@pytest.fixture
def tabs(bench: Workbench, qtbot: QtBot) -> GraphTabs:
    bench.document.open(project_with_blocks(), None)
    tabs = GraphTabs(bench)
    qtbot.addWidget(tabs)
    tabs.resize(700, 36)
    with qtbot.waitExposed(tabs):
        tabs.show()
    return tabs


def names(tabs: GraphTabs) -> list[str]:
    return [tabs.tabs.tabText(at) for at in range(tabs.tabs.count())]


def middle(tabs: GraphTabs, at: int) -> QPoint:
    return tabs.tabs.tabRect(at).center()


def test_networks_have_tabs_and_blocks_have_none(bench: Workbench, tabs: GraphTabs) -> None:
    assert names(tabs) == ["Network"]
    bench.go(("main", "n3"))
    assert names(tabs) == ["Network"]
    bench.go(("Unit",))
    assert names(tabs) == ["Network", "Unit"], "a block that is looked at by itself"
    bench.go(("main",))
    assert names(tabs) == ["Network"]


def test_a_network_is_added_opened_and_gone_with_undo(bench: Workbench, tabs: GraphTabs, qtbot: QtBot) -> None:
    qtbot.mouseClick(tabs.add, Left)
    qtbot.mouseClick(tabs.add, Left)
    assert names(tabs) == ["Network", "Network2", "Network3"]
    assert bench.path == ("Network3",)
    assert tabs.tabs.currentIndex() == 2
    bench.document.undo()
    assert names(tabs) == ["Network", "Network2"]
    assert bench.path == ("main",)


def test_a_click_opens_and_one_on_the_open_tab_leads_up(bench: Workbench, tabs: GraphTabs, qtbot: QtBot) -> None:
    tabs.add_network()
    qtbot.mouseClick(tabs.tabs, Left, pos=middle(tabs, 0))
    assert bench.path == ("main",)
    bench.go(("main", "n3", "n2"))
    qtbot.mouseClick(tabs.tabs, Left, pos=middle(tabs, 0))
    assert bench.path == ("main",)
    tabs.go_on(1)
    assert bench.path == ("Network2",)
    tabs.go_on(1)
    assert bench.path == ("main",)


def test_a_double_click_renames_all_but_the_network_that_trains(
    bench: Workbench, tabs: GraphTabs, qtbot: QtBot
) -> None:
    tabs.add_network()
    QTest.mouseDClick(tabs.tabs, Left, Qt.KeyboardModifier.NoModifier, middle(tabs, 1))
    field = tabs.findChild(QLineEdit, "renameField")
    field.selectAll()
    qtbot.keyClicks(field, "critic")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert names(tabs) == ["Network", "critic"]
    assert bench.path == ("critic",), "it stays open"
    with qtbot.waitSignal(bench.said):
        QTest.mouseDClick(tabs.tabs, Left, Qt.KeyboardModifier.NoModifier, middle(tabs, 0))
    bench.document.undo()
    assert bench.path == ("Network2",)


def test_a_network_is_removed_and_comes_back_with_undo(bench: Workbench, tabs: GraphTabs) -> None:
    tabs.add_network()
    tabs.tabs.tabCloseRequested.emit(1)
    assert names(tabs) == ["Network"]
    assert bench.path == ("main",)
    bench.document.undo()
    assert names(tabs) == ["Network", "Network2"]
    assert bench.path == ("Network2",), "undo shows what it brings back"
    assert tabs.tabs.tabButton(0, tabs.tabs.ButtonPosition.RightSide) is None, "the main network stays"


def test_tabs_that_were_dragged_are_the_order_of_the_networks(bench: Workbench, tabs: GraphTabs) -> None:
    tabs.add_network()
    tabs.add_network()
    tabs.tabs.moveTab(2, 1)
    tabs.tabs.dropped.emit()
    assert bench.project.networks == ("main", "Network3", "Network2")
    assert list(bench.project.blocks) == ["Stage", "Unit"]
    tabs.tabs.moveTab(1, 0)
    tabs.tabs.dropped.emit()
    assert bench.project.networks == ("main", "Network3", "Network2"), "the one that trains stays the first"
    assert names(tabs) == ["Network", "Network3", "Network2"]
    bench.document.undo()
    assert names(tabs) == ["Network", "Network2", "Network3"]


def test_a_copy_of_the_main_network_is_another_one(bench: Workbench, tabs: GraphTabs) -> None:
    tabs._duplicate("main")
    assert bench.path == ("Network2",)
    assert bench.graph == bench.project.main


def test_the_tab_of_a_block_closes_without_removing_it(bench: Workbench, tabs: GraphTabs) -> None:
    bench.apply("Add", blocks.add_block(bench.project, "Lone"))
    bench.open_graph("Lone")
    assert names(tabs) == ["Network", "Lone"]
    tabs.tabs.tabCloseRequested.emit(1)
    assert names(tabs) == ["Network"]
    assert "Lone" in bench.project.blocks
