"""The gestures that save steps: taking out, copying by dragging, cutting, wiring up, changing the kind."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from netbuilder.graph import Edge, Node, edits

SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
DOWN = QPointF(0, 320)


def labels(bench) -> list[str]:
    return [step.label for step in bench.document.history.steps[1:]]


def test_a_node_dragged_with_shift_leaves_its_chain_and_the_chain_is_healed_in_one_step(bench, hand, body):
    hand.press(body("n2"), keys=SHIFT)
    hand.move(body("n2") + DOWN)
    hand.release(keys=SHIFT)
    graph = bench.project.main
    assert graph.edge_into("n3", "x") == Edge("n1", "y", "n3", "x")
    assert graph.edges_into("n2") == graph.edges_from("n2") == []
    assert graph.nodes["n2"].position == (240.0, 320.0)
    assert labels(bench) == ["Take out conv"]


def test_several_nodes_taken_out_stay_wired_among_themselves(bench, hand, body):
    bench.selection.set(["n2", "n3"])
    hand.press(body("n2"), keys=SHIFT)
    hand.move(body("n2") + DOWN)
    hand.release(keys=SHIFT)
    assert list(bench.project.main.edges.values()) == [Edge("n2", "y", "n3", "x")]
    assert labels(bench) == ["Take out 2 nodes"]


def test_escape_leaves_a_node_that_was_being_taken_out_where_and_wired_as_it_was(bench, canvas, hand, body):
    hand.press(body("n2"), keys=SHIFT)
    hand.move(body("n2") + DOWN)
    assert canvas.scene().edge_item("n2", "x").hidden
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release(keys=SHIFT)
    assert not canvas.scene().edge_item("n2", "x").hidden
    assert canvas.scene().node_item("n2").pos() == QPointF(240, 0)
    assert labels(bench) == []


def test_a_click_with_shift_adds_to_the_selection_and_takes_out_of_it(bench, hand, body):
    hand.click(body("n1"))
    hand.click(body("n3"), SHIFT)
    assert bench.selection.nodes == {"n1", "n3"}
    hand.click(body("n1"), SHIFT)
    assert bench.selection.nodes == {"n3"}
    assert labels(bench) == []


def test_a_node_dragged_with_alt_leaves_a_copy_fed_by_what_feeds_it(bench, hand, body):
    hand.press(body("n2"), keys=ALT)
    hand.move(body("n2") + DOWN)
    hand.release(keys=ALT)
    graph = bench.project.main
    (made,) = bench.selection.nodes
    assert graph.nodes[made].kind == "conv2d"
    assert graph.nodes[made].position == (240.0, 320.0)
    assert graph.nodes["n2"].position == (240.0, 0.0)
    assert graph.edges_into(made) == [Edge("n1", "y", made, "x")]
    assert graph.edges_from(made) == []
    assert labels(bench) == ["Duplicate conv"]


def test_a_selection_dragged_with_alt_is_copied_with_its_edges(bench, hand, body):
    bench.selection.set(["n2", "n3"])
    hand.press(body("n3"), keys=ALT)
    hand.move(body("n3") + DOWN)
    hand.release(keys=ALT)
    graph = bench.project.main
    conv, relu = (node.id for node in graph if node.id in bench.selection.nodes)
    assert graph.edge_into(relu, "x") == Edge(conv, "y", relu, "x")
    assert graph.edge_into(conv, "x") == Edge("n1", "y", conv, "x")
    assert len(labels(bench)) == 1


def test_escape_leaves_no_copy(bench, canvas, hand, body):
    hand.press(body("n2"), keys=ALT)
    hand.move(body("n2") + DOWN)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release(keys=ALT)
    assert labels(bench) == []


def test_a_stroke_with_control_cuts_every_edge_it_crosses_in_one_step(bench, canvas, hand):
    start = canvas.scene().edge_item("n2", "x").middle() + QPointF(0, -60)
    turn = canvas.scene().edge_item("n2", "x").middle() + QPointF(0, 60)
    end = canvas.scene().edge_item("n3", "x").middle() + QPointF(0, 60)
    hand.press(start, keys=CONTROL)
    hand.move(turn)
    hand.move(end)
    hand.move(end + QPointF(0, -120))
    hand.release(keys=CONTROL)
    assert bench.project.main.edges == {}
    assert labels(bench) == ["Cut 2 edges"]


def test_a_stroke_across_one_edge_says_which(bench, canvas, hand):
    middle = canvas.scene().edge_item("n3", "x").middle()
    hand.press(middle + QPointF(0, -60), keys=CONTROL)
    hand.move(middle + QPointF(0, 60))
    assert set(canvas.hands._gesture.crossed) == {("n3", "x")}
    hand.release(keys=CONTROL)
    assert labels(bench) == ["Disconnect conv from relu"]


def test_escape_calls_a_stroke_off(bench, canvas, hand):
    middle = canvas.scene().edge_item("n3", "x").middle()
    hand.press(middle + QPointF(0, -60), keys=CONTROL)
    hand.move(middle + QPointF(0, 60))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release(keys=CONTROL)
    assert labels(bench) == []


def test_while_a_gesture_goes_on_the_foot_of_the_canvas_says_what_it_does(canvas, hand, body):
    before = canvas.floating.status.text
    hand.press(body("n2"), keys=SHIFT)
    hand.move(body("n2") + DOWN)
    assert "joined to what follows" in canvas.floating.status.text
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release(keys=SHIFT)
    assert canvas.floating.status.text == before


def test_a_selection_is_wired_up_from_left_to_right(bench, canvas):
    canvas.edit("Cut", lambda g: edits.disconnect(edits.disconnect(g, "n2", "x"), "n3", "x"))
    bench.selection.set(["n1", "n2", "n3"])
    canvas.editing.wire_selection()
    graph = bench.project.main
    assert graph.edge_into("n2", "x") == Edge("n1", "y", "n2", "x")
    assert graph.edge_into("n3", "x") == Edge("n2", "y", "n3", "x")
    assert labels(bench)[-1] == "Wire up 3 nodes"


def test_where_nothing_can_be_wired_up_it_is_said(bench, canvas, qtbot):
    bench.selection.set(["n1"])
    with qtbot.waitSignal(bench.said) as said:
        canvas.editing.wire_selection()
    assert said.args[0].startswith("There is nothing to wire")
    assert labels(bench) == []


def test_the_kind_of_a_node_is_changed_by_searching(bench, canvas):
    canvas.edit("Set", lambda g: edits.set_settings(g, "n2", {"out_channels": 64, "padding": 1}))
    bench.selection.set(["n2"])
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_S, SHIFT)
    canvas.seeking.open_for_swap()
    field = canvas.findChild(QLineEdit, "layerSearchField")
    assert field.placeholderText() == "Change conv to…"
    assert "output" not in canvas.floating.menu.found()
    QTest.keyClicks(field, "convtranspose2d")
    QTest.keyClick(field, Qt.Key.Key_Return)
    node = bench.project.main.nodes["n2"]
    assert (node.kind, node.settings, node.name) == ("conv_transpose2d", {"out_channels": 64, "padding": 1}, "up")
    assert bench.project.main.edge_into("n3", "x") == Edge("n2", "y", "n3", "x")
    assert labels(bench)[-1] == "Change conv to ConvTranspose2d"


def test_an_input_stays_one(bench, canvas, qtbot):
    bench.selection.set(["n1"])
    with qtbot.waitSignal(bench.said) as said:
        canvas.seeking.open_for_swap()
    assert "stay what they are" in said.args[0]
    assert not canvas.floating.menu.isVisible()


def test_a_layer_of_the_search_after_a_change_of_kind_is_added_again(bench, canvas):
    bench.selection.set(["n2"])
    canvas.seeking.open_for_swap()
    canvas.floating.menu.close_menu()
    canvas.seeking.open(QPointF(700, 300))
    field = canvas.findChild(QLineEdit, "layerSearchField")
    QTest.keyClicks(field, "flatten")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert labels(bench) == ["Add Flatten"]
    assert bench.project.main.nodes["n2"].kind == "conv2d"


def test_the_node_that_is_copied_may_be_a_shared_one(bench, canvas, hand, body):
    canvas.edit("Add", lambda g: edits.add_node(g, Node("n9", "conv2d", "twin", {}, (480.0, 160.0), shares="n2")))
    hand.press(body("n9"), keys=ALT)
    hand.move(body("n9") + QPointF(0, 160))
    hand.release(keys=ALT)
    (made,) = bench.selection.nodes
    assert bench.project.main.nodes[made].shares == "n2"


def test_two_quick_clicks_that_add_to_the_selection_do_not_rename(bench, canvas, hand, body):
    hand.click(body("n1"))
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, SHIFT, hand.pixel(body("n2")))
    assert bench.selection.nodes == {"n1"}, "the second click takes out again what the first has added"
    assert canvas.findChild(QLineEdit, "renameField") is None


def test_control_and_shift_drag_a_copy_where_the_desktop_keeps_alt(bench, hand, body):
    hand.press(body("n2"), keys=CONTROL | SHIFT)
    hand.move(body("n2") + DOWN)
    hand.release(keys=CONTROL | SHIFT)
    assert labels(bench) == ["Duplicate conv"]
