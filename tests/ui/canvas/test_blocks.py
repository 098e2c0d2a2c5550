"""Blocks and shared layers on the canvas: made, opened, repeated, shared and dissolved, each in one step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from netbuilder.graph import Edge, edits
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.breadcrumb import crumbs_of
from netbuilder.ui.canvas.hit import Hit
from netbuilder.ui.canvas.menus import menu_for
from netbuilder.ui.open_graph import values_at
from tests.ui.blocks import project_with_blocks

Key = Qt.Key
INSIDE = ("main", "n3", "n2")


@pytest.fixture
def blocks(bench, canvas):
    """The canvas on a project with a block in a block."""
    bench.document.open(project_with_blocks(), None)
    return canvas


def name_field(canvas) -> QLineEdit:
    return canvas.findChild(QLineEdit, "nameField")


def test_a_block_is_made_of_the_selection_under_the_name_that_is_typed(bench, canvas, qtbot):
    bench.selection.set(["n2", "n3"])
    canvas.blocking.ask_name()
    field = name_field(canvas)
    assert field.text() == "Block"
    field.selectAll()
    QTest.keyClicks(field, "Unit")
    QTest.keyClick(field, Key.Key_Return)
    assert list(bench.project.blocks) == ["Unit"]
    made = bench.selection.only
    assert bench.graph.nodes[made].kind == "block:Unit"
    assert bench.document.history.undo_label == "Make block Unit"
    assert canvas.scene().node_item(made).card.is_block
    bench.document.undo()
    assert not bench.project.blocks


def test_esc_or_leaving_the_field_makes_no_block(bench, canvas):
    before = bench.project
    bench.selection.set(["n2"])
    canvas.blocking.ask_name()
    QTest.keyClick(name_field(canvas), Key.Key_Escape)
    canvas.blocking.ask_name()
    canvas.setFocus()
    assert bench.project is before


def test_what_can_not_be_a_block_is_said(bench, canvas, qtbot):
    with qtbot.waitSignal(bench.said) as told:
        canvas.blocking.make("Unit", frozenset(["n1", "n2"]))
    assert "image" in told.args[0]
    assert not bench.project.blocks
    bench.selection.set([])
    with qtbot.waitSignal(bench.said):
        canvas.blocking.ask_name()


def test_a_double_click_opens_a_block_and_renames_a_layer(bench, blocks, hand, body):
    hand.double_click(body("n3"))
    assert bench.path == ("main", "n3")
    assert set(blocks.scene().nodes) == {"n1", "n2", "n3"}
    assert blocks.scene().node_item("n2").card.name == "unit"
    hand.double_click(body("n1"))
    assert blocks.findChild(QLineEdit, "renameField") is not None


def test_each_graph_is_looked_at_from_where_it_was_the_last_time(bench, blocks):
    blocks.set_zoom(0.6)
    blocks.centerOn(300, 40)
    blocks.is_fitted = False
    before = blocks.visible_area()
    bench.enter("n3")
    assert blocks.zoom == 1.0, "a small graph is shown in full"
    bench.leave()
    assert blocks.zoom == pytest.approx(0.6)
    assert blocks.visible_area().center().x() == pytest.approx(before.center().x(), abs=4)


def test_the_breadcrumb_says_the_way_and_leads_back(bench, blocks, qtbot):
    crumb = blocks.floating.breadcrumb
    assert not crumb.isVisible()
    bench.go(INSIDE)
    assert crumb.isVisible()
    assert [step.text() for step in crumb.steps] == ["Network", "stage", "unit"]
    assert [step.isEnabled() for step in crumb.steps] == [True, True, False]
    qtbot.mouseClick(crumb.steps[1], Qt.MouseButton.LeftButton)
    assert bench.path == ("main", "n3")
    assert bench.selection.only == "n2", "the node one comes from"
    qtbot.mouseClick(crumb.up, Qt.MouseButton.LeftButton)
    assert bench.path == ("main",)
    assert not crumb.isVisible()


def test_a_breadcrumb_without_room_leaves_out_the_middle(bench, blocks):
    crumb = blocks.floating.breadcrumb
    bench.go(INSIDE)
    crumb.tell([*crumbs_of(bench.project, INSIDE)[:2]] * 4, "")
    whole = crumb.sizeHint().width()
    crumb.fit(whole - 40)
    assert crumb.sizeHint().width() < whole
    assert len(crumb.steps) < 8


def test_expressions_on_a_card_are_shown_as_their_values_where_the_block_stands(bench, blocks):
    assert values_at(bench.project, INSIDE) == {"channels": 8}
    bench.go(INSIDE)
    assert blocks.scene().node_item("n2").card.summary.startswith("8 ")
    bench.go(("Unit",))
    bench.apply("Set", bench.project.with_graph(edits.set_settings(bench.project.main, "n3", {"channels": 24})))
    bench.go(INSIDE)
    assert blocks.scene().node_item("n2").card.summary.startswith("24 ")


def test_a_block_that_repeats_says_how_often_and_names_its_ports(blocks):
    card = blocks.scene().node_item("n3").card
    assert (card.is_block, card.repeat, geometry.times(card)) == (True, 2, "×2")
    assert geometry.named_ports(card) == (("x",), ("y",))
    assert "2 times in a row" in card.describe()
    assert geometry.named_ports(blocks.scene().node_item("n2").card) == ((), ())


def test_a_renamed_port_keeps_its_edges_wherever_the_block_stands(bench, blocks):
    bench.go(("main", "n3"))
    assert blocks.edit("Rename", lambda graph: edits.rename_node(graph, "n1", "features"))
    assert bench.project.main.edge_into("n3", "features") is not None
    bench.leave()
    assert blocks.scene().node_item("n3").card.inputs == ("features",)
    assert blocks.scene().edge_item("n3", "features").start == blocks.scene().node_item("n2").port_position("y")


def test_a_block_dissolves_into_its_copies_and_goes_with_the_last(bench, blocks):
    bench.selection.set(["n3"])
    blocks.blocking.dissolve()
    kinds = [node.kind for node in bench.project.main]
    assert kinds.count("block:Unit") == 2
    assert "Stage" not in bench.project.blocks
    assert bench.selection.nodes == {node.id for node in bench.graph if node.kind == "block:Unit"}
    blocks.blocking.dissolve()
    assert not bench.project.blocks
    assert [node.kind for node in bench.project.main].count("conv2d") == 3
    bench.document.undo()
    bench.document.undo()
    assert bench.project == project_with_blocks()


def test_a_block_made_independent_has_a_copy_of_what_is_inside(bench, blocks):
    bench.selection.set(["n3"])
    blocks.blocking.detach()
    assert bench.project.main.nodes["n3"].kind == "block:Stage2"
    assert bench.project.graphs["Stage2"] == bench.project.graphs["Stage"]


def test_layers_share_their_weights_and_are_drawn_so(bench, canvas, hand, body):
    graph = edits.add_node(bench.graph, edits.Node("n5", "conv2d", "again", {}, (480.0, 160.0)))
    bench.apply_graph("Add", edits.connect(graph, Edge("n3", "y", "n5", "x")))
    bench.selection.set(["n2", "n5"])
    assert canvas.blocking.can_share
    canvas.blocking.share()
    assert bench.graph.nodes["n5"].shares == "n2"
    own, other = (canvas.scene().node_item(id).card for id in ("n2", "n5"))
    assert (own.uses, other.uses) == ("", "conv")
    assert own.group == other.group == 0
    assert "uses the weights of conv" in other.describe()
    lines = canvas.scene().share_lines
    assert len(lines.lines) == 1
    assert "Uses the weights of conv." in canvas.hands.tip(hand.pixel(body("n5")))
    bench.selection.set(["n3"])
    assert not lines.lines, "neither is meant"
    canvas.scene().show_hovered(Hit(canvas.scene().node_item("n5")))
    assert len(lines.lines) == 1
    bench.selection.set(["n5"])
    canvas.blocking.unshare()
    assert bench.graph.nodes["n5"].shares == ""
    assert canvas.scene().node_item("n2").card.group == -1


def test_sharers_show_the_settings_of_the_owner(bench, canvas):
    graph = edits.add_node(bench.graph, edits.Node("n5", "conv2d", "again", {}, (480.0, 160.0)))
    bench.apply_graph("Add", edits.share(graph, "n5", "n2"))
    bench.apply_graph("Set", edits.set_settings(bench.graph, "n2", {"out_channels": 48}))
    assert canvas.scene().node_item("n5").card.summary.startswith("48 ")


def test_the_menu_of_a_block_opens_it_and_that_of_the_ground_leads_back(bench, blocks):
    bench.selection.set(["n3"])
    menu = menu_for(blocks, Hit(blocks.scene().node_item("n3")), QPointF())
    words = [action.text().partition("\t")[0] for action in menu.actions()]
    assert {"Open the block", "Dissolve the block", "Make a block…", "Save the block to the library"} <= set(words)
    next(action for action in menu.actions() if action.text().startswith("Open the block")).trigger()
    assert bench.path == ("main", "n3")
    ground = menu_for(blocks, Hit(), QPointF())
    assert any(action.text().startswith("Go up") for action in ground.actions())
    for one in (menu, ground):
        one.deleteLater()
    QApplication.processEvents()


def test_a_block_is_added_like_a_layer_but_not_into_itself(bench, blocks, qtbot):
    id = blocks.editing.add_layer("block:Unit")
    assert bench.project.main.nodes[id].name == "unit"
    bench.go(INSIDE)
    with qtbot.waitSignal(bench.said) as told:
        assert blocks.editing.add_layer("block:Stage") is None
    assert "Stage" in told.args[0]
    assert blocks.editing.add_layer("input") is not None
    assert bench.graph.nodes[bench.selection.only].name == "x2", "a port is not called after the data"
    assert blocks.scene().nodes[bench.selection.only].card.summary == ""


def test_a_shape_is_that_of_the_standing_on_show(bench, blocks, qtbot):
    bench.begin()
    qtbot.waitUntil(lambda: bench.loading.dataset is not None and bench.checking.is_current, timeout=60_000)
    assert blocks.scene().node_item("n3").card.shape == "N×8×8×8"
    bench.go(INSIDE)
    assert blocks.scene().node_item("n2").card.shape == "N×8×8×8"
    assert blocks.floating.status.text.startswith("4 nodes · 584 parameters")


def test_a_problem_inside_is_badged_on_the_block_and_shown_where_it_is(bench, blocks, qtbot):
    bench.begin()
    bench.go(INSIDE)
    bench.try_edit("Cut", lambda graph: edits.disconnect(graph, "n3", "x"))
    qtbot.waitUntil(
        lambda: (
            bench.loading.dataset is not None and bench.checking.is_current and bool(bench.checking.latest.problems)
        ),
        timeout=60_000,
    )
    problem = next(p for p in bench.checking.latest.problems if p.graph == "Unit")
    assert blocks.scene().node_item(problem.node).card.severity == problem.severity
    bench.go(("main",))
    assert blocks.scene().node_item("n3").card.severity == "error"
    bench.show_place(problem.graph, problem.node)
    assert bench.path == INSIDE
