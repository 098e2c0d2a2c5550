"""The Settings panel inside blocks: what a block shows of itself, and settings of nodes that follow it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from netbuilder.graph import edits
from netbuilder.graph.block import Exposed
from netbuilder.ui.panels.following import fits, type_for
from netbuilder.ui.panels.settings import SettingsPanel
from netbuilder.ui.workbench import Workbench
from tests.ui.blocks import project_with_blocks

INSIDE = ("main", "n3", "n2")


@pytest.fixture
def panel(bench: Workbench, qtbot: QtBot) -> SettingsPanel:
    bench.document.open(project_with_blocks(), None)
    panel = SettingsPanel(bench)
    qtbot.addWidget(panel)
    panel.resize(340, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def retype(qtbot: QtBot, line: QLineEdit, text: str) -> None:
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


def words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_with_nothing_selected_an_open_block_shows_itself(bench: Workbench, panel: SettingsPanel) -> None:
    page = panel.block_page
    assert panel.network_page.isVisible()
    bench.go(INSIDE)
    assert page.isVisible()
    assert page.name.text() == "Unit"
    assert [field.text() for field in page.inputs.fields + page.outputs.fields] == ["x", "y"]
    assert [card.name.text() for card in page.cards] == ["channels"]
    bench.selection.set(["n2"])
    assert panel.node_page.isVisible()
    assert not page.isVisible()


def test_the_block_is_renamed_everywhere(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.go(INSIDE)
    retype(qtbot, panel.block_page.name, "ConvUnit")
    assert list(bench.project.blocks) == ["Stage", "ConvUnit"]
    assert bench.project.graphs["Stage"].nodes["n2"].kind == "block:ConvUnit"
    assert bench.graph_name == "ConvUnit"
    retype(qtbot, panel.block_page.name, "Stage")
    assert bench.graph_name == "ConvUnit", "the name is taken"
    assert panel.block_page.name.text() == "ConvUnit"


def test_ports_are_renamed_and_ordered(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.go(INSIDE)
    bench.try_edit("Add", lambda g: edits.add_node(g, edits.Node("n9", "input", "skip", {}, (0.0, 200.0))))
    page = panel.block_page
    retype(qtbot, page.inputs.fields[0], "features")
    assert bench.project.graphs["Stage"].edge_into("n2", "features") is not None
    page.inputs.moved.emit("skip", -1)
    assert [field.text() for field in page.inputs.fields] == ["skip", "features"]
    assert [port.name for port in bench.catalog.find("block:Unit")().inputs()] == ["skip", "features"]
    retype(qtbot, page.inputs.fields[0], "features")
    assert [field.text() for field in page.inputs.fields] == ["skip", "features"], "the name is taken"


def test_exposed_settings_are_added_changed_and_removed(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.go(INSIDE)
    page = panel.block_page
    qtbot.mouseClick(page.add, Qt.MouseButton.LeftButton)
    assert [setting.name for setting in bench.project.blocks["Unit"].settings] == ["channels", "size"]
    card = page.cards[1]
    retype(qtbot, card.name, "bias")
    card.type.setCurrentIndex(card.type.findData("bool"))
    card.type.activated.emit(card.type.currentIndex())
    card.default.editor.click()
    retype(qtbot, card.help, "Whether it adds one.")
    assert bench.project.blocks["Unit"].settings[1] == Exposed("bias", "bool", True, "Whether it adds one.")
    retype(qtbot, card.name, "self")
    assert card.name.text() == "bias", "a name that Python keeps is refused"
    retype(qtbot, page.cards[0].name, "filters")
    assert bench.graph.nodes["n2"].settings["out_channels"] == {"=": "filters"}
    assert bench.project.graphs["Stage"].nodes["n2"].settings == {"filters": {"=": "channels"}}
    qtbot.mouseClick(page.cards[0].remove, Qt.MouseButton.LeftButton)
    assert bench.graph.nodes["n2"].settings["out_channels"] == 8
    bench.document.undo()
    assert bench.graph.nodes["n2"].settings["out_channels"] == {"=": "filters"}


def test_it_lists_where_it_stands_and_leads_there(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    twice = edits.add_node(bench.project.main, edits.Node("n9", "block:Unit", "alone"))
    bench.apply_main("Add", twice)
    bench.go(INSIDE)
    buttons = panel.block_page.findChildren(QPushButton)
    places = [button.text() for button in buttons if "›" in button.text()]
    assert places == ["Network › alone", "Network › stage › unit"]
    qtbot.mouseClick(next(b for b in buttons if b.text() == "Network › alone"), Qt.MouseButton.LeftButton)
    assert bench.path == ("main", "n9")


def test_a_long_name_leaves_the_page_as_wide_as_it_is(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    long = "a_long_name_" * 5
    twice = edits.add_node(bench.project.main, edits.Node("n9", "block:Unit", long))
    bench.apply_main("Add", twice)
    bench.go(("main", "n9"))
    assert any(long in button.toolTip() for button in panel.block_page.findChildren(QPushButton))
    assert panel.block_page.minimumSizeHint().width() < 340


def test_a_setting_inside_shows_its_expression_and_takes_another(
    bench: Workbench, panel: SettingsPanel, qtbot: QtBot
) -> None:
    bench.go(INSIDE)
    bench.selection.set(["n2"])
    row = panel.node_page.form.rows["out_channels"]
    assert (row.line.text(), row.value) == ("channels", 8)
    retype(qtbot, row.line, "channels * 2")
    assert bench.graph.nodes["n2"].settings["out_channels"] == {"=": "channels * 2"}
    assert bench.document.history.undo_label == "Set out_channels of conv to channels * 2"
    assert row.value == 16


def test_a_setting_is_exposed_followed_and_let_go(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.go(INSIDE)
    bench.selection.set(["n2"])
    page = panel.node_page
    following = page._following
    menu = following.menu("n2", "kernel_size")
    assert words(menu) == ["Follow channels", "Expose as a setting of the block…"]
    menu.actions()[-1].trigger()
    field = page.form.findChild(QLineEdit, "nameField")
    assert field.text() == "kernel_size"
    retype(qtbot, field, "reach")
    assert bench.project.blocks["Unit"].settings[1] == Exposed(
        "reach", "ints", 3, page.form.rows["kernel_size"].field.help
    )
    assert page.form.rows["kernel_size"].line.text() == "reach"
    assert bench.document.history.undo_label == "Expose kernel_size of conv as reach"
    menu = following.menu("n2", "kernel_size")
    assert words(menu) == ["Follow channels", "Set to its value here: 3"]
    following.follow("n2", "kernel_size", "channels")
    assert bench.graph.nodes["n2"].settings["kernel_size"] == {"=": "channels"}
    following.unfollow("n2", "kernel_size")
    assert bench.graph.nodes["n2"].settings["kernel_size"] == 8
    menu.deleteLater()


def test_exposed_settings_and_repeat_are_fields_of_the_block_node(
    bench: Workbench, panel: SettingsPanel, qtbot: QtBot
) -> None:
    bench.selection.set(["n3"])
    rows = panel.node_page.form.rows
    assert list(rows) == ["channels", "repeat"]
    retype(qtbot, rows["repeat"].line, "4")
    assert bench.project.main.nodes["n3"].settings == {"repeat": 4, "channels": 8} or bench.project.main.nodes[
        "n3"
    ].settings == {"repeat": 4}
    assert not rows["repeat"].more.isVisible(), "the network around it shows nothing"


def test_a_sharer_shows_and_sets_the_settings_of_the_owner(
    bench: Workbench, panel: SettingsPanel, qtbot: QtBot
) -> None:
    graph = edits.add_node(bench.graph, edits.Node("n9", "conv2d", "again", {}, (0.0, 200.0)))
    bench.apply_graph("Share", edits.share(graph, "n9", "n2"))
    bench.selection.set(["n9"])
    page = panel.node_page
    assert "Uses the weights of stem" in page.sharing.text()
    assert page.form.rows["out_channels"].value == 8
    retype(qtbot, page.form.rows["out_channels"].line, "12")
    assert bench.graph.nodes["n2"].settings["out_channels"] == 12
    assert bench.graph.nodes["n9"].settings == {}
    bench.selection.set(["n2"])
    assert "again uses the weights of this node" in page.sharing.text()


def test_what_was_typed_for_a_node_of_one_graph_is_not_for_another(
    bench: Workbench, panel: SettingsPanel, qtbot: QtBot
) -> None:
    bench.selection.set(["n2"])
    line = panel.node_page.form.rows["out_channels"].line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "31")
    bench.go(INSIDE, ["n2"])
    assert bench.project.main.nodes["n2"].settings["out_channels"] == 31, "it was typed for the stem"
    assert bench.graph.nodes["n2"].settings["out_channels"] == {"=": "channels"}
    assert panel.node_page.form.rows["out_channels"].line.text() == "channels"


def test_which_fields_follow_which_settings(bench: Workbench) -> None:
    conv = bench.catalog.find("conv2d").fields()
    assert [type_for(conv[name]) for name in ("out_channels", "kernel_size", "bias", "padding_mode")] == [
        "int", "ints", "bool", "text",
    ]  # fmt: skip
    assert fits(Exposed("a", "int"), conv["kernel_size"])
    assert not fits(Exposed("a", "bool", True), conv["out_channels"])
