"""The Settings panel, used with a real keyboard and mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.graph import Edge, Node
from netbuilder.graph.edits import add_node, bypass, connect
from netbuilder.project import Project
from netbuilder.ui.panels.facts import Facts
from netbuilder.ui.panels.settings import SettingsPanel
from netbuilder.ui.workbench import Workbench
from tests.ui.panels.conftest import network, wait_for_check

Key = Qt.Key


@pytest.fixture
def panel(bench: Workbench, qtbot: QtBot) -> SettingsPanel:
    bench.document.open(Project({"main": network()}), None)
    return shown(bench, qtbot)


def shown(bench: Workbench, qtbot: QtBot) -> SettingsPanel:
    panel = SettingsPanel(bench)
    panel.resize(352, 700)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return panel


def line(panel: SettingsPanel, name: str) -> QLineEdit:
    page = panel.node_page if panel.node_page.isVisible() else panel.nodes_page
    found = page.form.rows[name].line
    assert found is not None
    return found


def enter(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.keyClick(edit, Key.Key_Return)


def steps(bench: Workbench) -> list[str]:
    return [step.label for step in bench.document.history.steps[1:]]


def test_a_setting_is_changed_in_one_labelled_step(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    enter(qtbot, line(panel, "out_channels"), "32*2")
    assert steps(bench) == ["Set out_channels of conv1 to 64"]
    assert bench.project.main.nodes["conv1"].settings["out_channels"] == 64
    bench.document.undo()
    assert line(panel, "out_channels").text() == "16"
    assert line(panel, "out_channels").hasFocus()


def test_a_setting_put_back_to_its_default_is_not_saved(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    enter(qtbot, line(panel, "stride"), "1")
    assert "stride" not in bench.project.main.nodes["conv1"].settings


def test_a_pair_is_saved_as_a_file_has_it(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    enter(qtbot, line(panel, "kernel_size"), "3x5")
    assert bench.project.main.nodes["conv1"].settings["kernel_size"] == [3, 5]
    assert steps(bench) == ["Set kernel_size of conv1 to 3×5"]


def test_a_switch_is_one_step(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    qtbot.keyClick(panel.node_page.form.editor("bias"), Key.Key_Space)
    assert steps(bench) == ["Set bias of conv1 to off"]


def test_a_refused_value_changes_nothing(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    enter(qtbot, line(panel, "out_channels"), "0")
    assert steps(bench) == []
    assert panel.node_page.form.rows["out_channels"].problem.isVisible()
    bench.selection.set(["stem"])
    assert line(panel, "out_channels").text() == "8"
    assert not panel.node_page.form.rows["out_channels"].problem.isVisible()


def test_what_is_typed_goes_to_the_node_it_was_typed_for(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    edit = line(panel, "out_channels")
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "24")
    bench.selection.set(["stem"])
    nodes = bench.project.main.nodes
    assert nodes["conv1"].settings["out_channels"] == 24
    assert nodes["stem"].settings["out_channels"] == 8
    assert edit.text() == "8"
    assert steps(bench) == ["Set out_channels of conv1 to 24"]


def test_a_node_is_renamed_and_a_taken_name_is_refused(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    enter(qtbot, panel.node_page.name, "head")
    assert steps(bench) == ["Rename conv1 to head"]
    enter(qtbot, panel.node_page.name, "stem")
    assert steps(bench) == ["Rename conv1 to head"]
    assert panel.node_page.refused.isVisible()
    assert "stem" in panel.node_page.refused.text()
    qtbot.keyClick(panel.node_page.name, Key.Key_Escape)
    assert panel.node_page.name.text() == "head"
    assert not panel.node_page.refused.isVisible()


def test_nodes_of_one_kind_are_set_together_in_one_step(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1", "stem"])
    assert panel.nodes_page.title.text() == "2 nodes selected"
    assert line(panel, "out_channels").placeholderText() == "several values"
    enter(qtbot, line(panel, "out_channels"), "12")
    nodes = bench.project.main.nodes
    assert nodes["conv1"].settings["out_channels"] == nodes["stem"].settings["out_channels"] == 12
    assert steps(bench) == ["Set out_channels of 2 nodes to 12"]


def test_nodes_with_no_setting_in_common_show_no_form(bench: Workbench, panel: SettingsPanel) -> None:
    bench.selection.set(["conv1", "act"])
    assert not panel.nodes_page.form.isVisible()
    assert "no setting in common" in panel.nodes_page.sentence.text()


def test_what_layers_of_several_kinds_have_in_common_is_set_together_in_one_step(
    bench: Workbench, panel: SettingsPanel, qtbot: QtBot
) -> None:
    graph = add_node(bench.project.main, Node("up", "conv_transpose2d", "up", {"out_channels": 8}))
    bench.apply_main("Add", graph)
    bench.selection.set(["conv1", "up"])
    assert {"out_channels", "kernel_size", "bias"} <= set(panel.nodes_page.form.rows)
    assert "output_padding" not in panel.nodes_page.form.rows
    assert line(panel, "out_channels").placeholderText() == "several values"
    enter(qtbot, line(panel, "out_channels"), "24")
    nodes = bench.project.main.nodes
    assert (nodes["conv1"].settings["out_channels"], nodes["up"].settings["out_channels"]) == (24, 24)
    assert steps(bench)[-1] == "Set out_channels of 2 nodes to 24"


def test_an_unknown_layer_is_shown_as_it_is(bench: Workbench, panel: SettingsPanel) -> None:
    graph = add_node(bench.project.main, Node("odd", "warp9", "odd", {"power": [1, 2]}))
    bench.apply_main("Add odd", graph)
    bench.selection.set(["odd"])
    assert "warp9" in panel.node_page.purpose.text()
    assert "power" in panel.node_page.facts.values


def test_fewer_inputs_take_their_edges_along(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    graph = add_node(bench.project.main, Node("cat", "concatenate", "cat"))
    kind = bench.catalog.find("concatenate")
    assert kind is not None
    many = next(name for name in kind.fields() if len(kind(**{name: 3}).inputs()) == 3)
    ports = [port.name for port in kind(**{many: 3}).inputs()]
    bench.apply_main("Add cat", graph)
    bench.selection.set(["cat"])
    enter(qtbot, line(panel, many), "3")
    graph = bench.project.main
    for source, port in zip(("image", "stem", "act"), ports, strict=True):
        graph = connect(graph, Edge(source, "y", "cat", port))
    bench.apply_main("Connect", graph)
    enter(qtbot, line(panel, many), "2")
    assert len(bench.project.main.edges_into("cat")) == 2
    bench.document.undo()
    assert len(bench.project.main.edges_into("cat")) == 3


def test_an_empty_drawing_says_how_to_begin(bench: Workbench, qtbot: QtBot) -> None:
    panel = shown(bench, qtbot)
    assert panel.network_page.hint.isVisible()
    assert "Drag" in panel.network_page.hint.sentence.text()


def test_what_follows_from_the_input_is_shown(checked_bench: Workbench, qtbot: QtBot) -> None:
    panel = shown(checked_bench, qtbot)
    checked_bench.selection.set(["conv1"])
    box = panel.node_page.form.shown["in_channels"].box
    assert box.text() == "8"
    assert box.isReadOnly()
    assert box.accessibleDescription() == "from act"
    facts = panel.node_page.facts.values
    assert facts["input"].text() == "N×8×8×8"
    assert facts["parameters"].text() == f"{16 * 8 * 9 + 16:,}"
    checked_bench.selection.set([])
    assert panel.network_page.facts.values["nodes"].text() == "7"


def test_a_fix_in_the_panel_mends_the_network(checked_bench: Workbench, qtbot: QtBot) -> None:
    panel = shown(checked_bench, qtbot)
    checked_bench.selection.set(["digit"])
    enter(qtbot, line(panel, "out_features"), "7")
    wait_for_check(checked_bench, qtbot)
    problem = next(p for p in checked_bench.checking.latest.problems if p.fix is not None)
    checked_bench.selection.set([problem.node])
    button = next(b for b in panel.node_page.callouts.findChildren(QPushButton) if b.text() == problem.fix.label)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for_check(checked_bench, qtbot)
    assert checked_bench.checking.latest.problems == ()
    assert steps(checked_bench)[-1] == problem.fix.label


def test_what_is_typed_does_not_reach_another_project(bench: Workbench, panel: SettingsPanel, qtbot: QtBot) -> None:
    bench.selection.set(["conv1"])
    edit = line(panel, "out_channels")
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "99")
    bench.document.open(Project({"main": network()}), None)
    qtbot.keyClick(edit, Key.Key_Tab)
    assert steps(bench) == []
    assert edit.text() == "16"


def test_tab_goes_from_the_name_through_the_settings_and_then_on(bench: Workbench, qtbot: QtBot) -> None:
    bench.document.open(Project({"main": network()}), None)
    around = QWidget()
    rows = QVBoxLayout(around)
    panel, last = SettingsPanel(bench, around), QLineEdit(around)
    rows.addWidget(panel)
    rows.addWidget(last)
    qtbot.addWidget(around)
    with qtbot.waitExposed(around):
        around.show()
    around.activateWindow()
    bench.selection.set(["act"])
    bench.selection.set(["conv1"])
    panel.node_page.name.setFocus()
    visited = []
    for _ in range(12):
        focused = QApplication.focusWidget()
        assert focused is not None
        visited.append(focused.accessibleName())
        if focused is last:
            break
        qtbot.keyClick(focused, Key.Key_Tab)
    assert focused is last
    assert visited[:4] == ["name", "out_channels", "kernel_size", "stride"]


def test_a_name_being_typed_is_not_given_to_a_node_of_the_next_project(
    bench: Workbench, panel: SettingsPanel, qtbot: QtBot
) -> None:
    bench.selection.set(["conv1"])
    panel.node_page.name.setFocus()
    panel.node_page.name.selectAll()
    qtbot.keyClicks(panel.node_page.name, "mine")
    bench.document.open(Project({"main": network()}), None)
    assert bench.project.main.nodes["conv1"].name == "conv1"
    assert not steps(bench)


CLASS = "class Wave(nn.Module):\n    def forward(self, picture):\n        return picture.sin(), picture.cos()\n"


def test_half_written_code_keeps_its_edges_and_new_names_take_them_over(bench: Workbench, panel: SettingsPanel) -> None:
    graph = add_node(bench.project.main, Node("own", "custom", "own"))
    graph = connect(graph, Edge("image", "y", "own", "x"))
    bench.apply_main("Add own", add_node(graph, Node("relu2", "relu", "relu2")))
    bench.apply_main("Connect", connect(bench.project.main, Edge("own", "y", "relu2", "x")))
    bench.selection.set(["own"])
    page = panel.node_page
    page.form.rows["code"].editor.committed.emit(CLASS[:25])
    assert [(edge.source, edge.input) for edge in bench.project.main.edges_into("own")] == [("image", "x")]
    page.form.rows["code"].editor.committed.emit(CLASS)
    assert [(edge.source, edge.input) for edge in bench.project.main.edges_into("own")] == [("image", "picture")]
    enter_outputs = page.form.rows["gives"].editor
    enter_outputs.committed.emit("sine, cosine")
    assert [(edge.output, edge.target) for edge in bench.project.main.edges_from("own")] == [("sine", "relu2")]
    assert len(steps(bench)) == 5


def test_facts_take_other_values_in_their_place_and_other_names_in_new_ones(qtbot: QtBot) -> None:
    facts = Facts()
    qtbot.addWidget(facts)
    facts.tell([])
    assert facts.isHidden()
    facts.tell([("nodes", "4", False), ("in: x", "N×4", True)])
    shown = facts.values["nodes"]
    facts.tell([("nodes", "5", False), ("in: x", "N×4", True)])
    assert facts.values["nodes"] is shown
    assert (shown.whole, shown.accessibleName()) == ("5", "nodes: 5")
    facts.tell([("nodes", "5", False), ("parameters", "9", False)])
    assert list(facts.values) == ["nodes", "parameters"]
    facts.tell([])
    assert facts.isHidden()


def test_what_a_bypassed_node_hands_on_is_told_of_it_and_of_what_comes_after(
    checked_bench: Workbench, qtbot: QtBot
) -> None:
    bench = checked_bench
    graph = bench.project.main
    before, after = next((e.source, e.target) for e in graph.edges.values() if graph.nodes[e.target].kind == "relu")
    following = graph.edges_from(after)[0].target
    bench.apply_graph("Bypass", bypass(graph, [after]))
    wait_for_check(bench, qtbot)
    panel = shown(bench, qtbot)
    shape = str(bench.seen.types[before, "y"])
    bench.selection.set([after])
    assert panel.node_page.facts.values["output"].text() == shape
    bench.selection.set([following])
    assert panel.node_page.facts.values["input"].text() == shape
