"""What a hand can do on the canvas, with real mouse and key events."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from netbuilder.graph import Edge, edits

EMPTY = QPointF(520, 300)


def labels(bench) -> list[str]:
    return [step.label for step in bench.document.history.steps[1:]]


def test_dragging_a_node_is_one_step_on_the_grid(bench, hand, body):
    hand.drag(body("n2"), body("n2") + QPointF(50, 101))
    assert bench.project.main.nodes["n2"].position == (288.0, 104.0)
    assert labels(bench) == ["Move conv"]


def test_nodes_dragged_together_keep_their_distances_and_are_one_step(bench, canvas, hand, body):
    bench.selection.set(["n1", "n2", "n4"])
    hand.drag(body("n2"), body("n2") + QPointF(0, 400))
    nodes = bench.project.main.nodes
    assert [nodes[id].position for id in ("n1", "n2", "n4")] == [(0, 400), (240, 400), (240, 560)]
    assert labels(bench) == ["Move 3 nodes"]


def test_escape_puts_a_dragged_node_back_and_leaves_no_step(bench, canvas, hand, body):
    before, middle = canvas.scene().node_item("n2").pos(), body("n2")
    hand.press(middle)
    hand.move(middle + QPointF(120, 40))
    assert canvas.scene().node_item("n2").pos() != before
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release()
    assert canvas.scene().node_item("n2").pos() == before
    assert labels(bench) == []


def test_a_click_selects_and_control_click_adds(bench, hand, body):
    hand.click(body("n1"))
    hand.click(body("n3"), Qt.KeyboardModifier.ControlModifier)
    assert bench.selection.nodes == {"n1", "n3"}


def test_the_rubber_band_selects_what_it_touches(bench, hand):
    hand.drag(QPointF(-40, -40), QPointF(300, 40))
    assert bench.selection.nodes == {"n1", "n2"}


def test_escape_in_a_rubber_band_brings_the_old_selection_back(bench, canvas, hand):
    bench.selection.set(["n4"])
    hand.press(QPointF(-40, -40))
    hand.move(QPointF(300, 40))
    assert bench.selection.nodes == {"n1", "n2"}
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release()
    assert bench.selection.nodes == {"n4"}


def test_dragging_from_an_output_onto_an_input_connects_them(bench, hand, port):
    hand.drag(port("n3", "y"), port("n4", "x"))
    assert bench.project.main.edge_into("n4", "x") == Edge("n3", "y", "n4", "x")
    assert labels(bench) == ["Connect relu to norm"]


def test_dragging_from_an_input_onto_an_output_connects_them_too(bench, hand, port):
    hand.drag(port("n4", "x"), port("n1", "y"))
    assert bench.project.main.edge_into("n4", "x") == Edge("n1", "y", "n4", "x")


def test_letting_go_over_a_node_chooses_its_port(bench, hand, port, body):
    hand.drag(port("n3", "y"), body("n4"))
    assert bench.project.main.edge_into("n4", "x") == Edge("n3", "y", "n4", "x")


def test_an_edge_that_would_run_in_a_circle_is_refused_with_its_sentence(bench, canvas, hand, port, qtbot):
    hand.press(port("n3", "y"))
    hand.move(port("n2", "x"))
    hint = canvas.floating.hint.text
    with qtbot.waitSignal(bench.said) as said:
        hand.release()
    assert "circle" in hint
    assert said.args == [hint]
    assert labels(bench) == []


def test_while_an_edge_is_held_the_ports_it_fits_are_marked(canvas, hand, port):
    hand.press(port("n3", "y"))
    hand.move(EMPTY)
    marks = {id: item.marks for id, item in canvas.scene().nodes.items()}
    assert marks["n4"] == {("x", False): "possible"}
    assert marks["n2"] == {("x", False): "impossible"}
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release()
    assert all(item.marks is None for item in canvas.scene().nodes.values())


def test_an_edge_pulled_off_its_input_and_let_go_is_removed(bench, hand, port):
    hand.drag(port("n3", "x"), EMPTY)
    assert bench.project.main.edge_into("n3", "x") is None
    assert labels(bench) == ["Disconnect conv from relu"]


def test_an_edge_pulled_off_its_input_can_be_plugged_in_elsewhere_in_one_step(bench, hand, port):
    hand.drag(port("n3", "x"), port("n4", "x"))
    graph = bench.project.main
    assert (graph.edge_into("n3", "x"), graph.edge_into("n4", "x")) == (None, Edge("n2", "y", "n4", "x"))
    assert len(labels(bench)) == 1


def test_escape_plugs_a_pulled_edge_back_in(bench, canvas, hand, port):
    hand.press(port("n3", "x"))
    hand.move(EMPTY)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release()
    assert bench.project.main.edge_into("n3", "x") is not None
    assert not canvas.scene().edge_item("n3", "x").hidden


def test_undo_in_the_middle_of_a_gesture_takes_back_only_the_gesture(bench, canvas, hand, body):
    canvas.edit("Move norm", lambda g: edits.move_nodes(g, {"n4": (240.0, 240.0)}))
    hand.press(body("n3"))
    hand.move(body("n3") + QPointF(80, 80))
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.release()
    assert labels(bench) == ["Move norm"]
    assert bench.project.main.nodes["n3"].position == (480.0, 0.0)
    assert canvas.scene().node_item("n3").pos() == QPointF(480.0, 0.0)


def test_letting_go_in_the_open_asks_for_a_layer_and_wires_it(bench, canvas, hand, port):
    hand.drag(port("n3", "y"), EMPTY + QPointF(300, 0))
    field = canvas.findChild(QLineEdit, "layerSearchField")
    assert field.isVisible()
    assert "input" not in canvas.floating.menu.found()
    QTest.keyClicks(field, "flat")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (made,) = [node for node in bench.project.main if node.kind == "flatten"]
    assert bench.project.main.edges_into(made.id)[0].source == "n3"
    assert labels(bench) == ["Add Flatten"]


def test_a_lonely_node_dropped_on_an_edge_goes_into_it(bench, canvas, hand, body):
    canvas.edit("Make room", lambda g: edits.move_nodes(g, {"n3": (720, 0)}))
    hand.drag(body("n4"), canvas.scene().edge_item("n3", "x").middle())
    graph = bench.project.main
    assert graph.edge_into("n4", "x").source == "n2"
    assert graph.edge_into("n3", "x").source == "n4"
    assert labels(bench)[-1] == "Put norm between conv and relu"


def test_a_node_dropped_on_a_short_edge_moves_what_follows_aside(bench, canvas, hand, body):
    hand.drag(body("n4"), canvas.scene().edge_item("n3", "x").middle())
    assert labels(bench) == ["Put norm between conv and relu"]
    conv, norm, relu = (canvas.scene().node_item(id).rect() for id in ("n2", "n4", "n3"))
    assert conv.right() < norm.left()
    assert norm.right() < relu.left()
    assert norm.top() == conv.top()


def test_a_double_click_on_the_ground_searches_and_on_a_node_renames(canvas, hand, body):
    hand.double_click(EMPTY)
    assert canvas.floating.menu.isVisible()
    hand.double_click(body("n2"))
    assert not canvas.floating.menu.isVisible()
    assert canvas.findChild(QLineEdit, "renameField").text() == "conv"


def test_the_middle_button_pans_and_changes_nothing_in_the_project(bench, canvas, hand):
    before = canvas.mapFromScene(QPointF(0, 0))
    hand.press(EMPTY, Qt.MouseButton.MiddleButton)
    hand.move(EMPTY + QPointF(60, 30))
    hand.release(Qt.MouseButton.MiddleButton)
    moved = canvas.mapFromScene(QPointF(0, 0)) - before
    assert moved.x() > 30
    assert moved.y() > 10
    assert labels(bench) == []


def test_undo_in_the_middle_of_a_gesture_ends_it(bench, canvas, hand, body):
    hand.drag(body("n2"), body("n2") + QPointF(0, 400))
    middle = body("n3")
    hand.press(middle)
    hand.move(middle + QPointF(80, 80))
    bench.document.undo()
    hand.release()
    assert not canvas.busy
    assert bench.project.main.nodes["n3"].position == (480.0, 0.0)
    assert canvas.scene().node_item("n3").pos() == QPointF(480, 0)


def test_a_node_dragged_to_the_edge_of_the_view_takes_the_view_along(canvas, hand, body, qtbot):
    before, start = canvas.visible_area(), canvas.scene().node_item("n2").pos()
    hand.press(body("n2"))
    hand.move(QPointF(before.right() - 4, before.center().y()))
    qtbot.waitUntil(lambda: canvas.visible_area().left() > before.left() + 40)
    assert canvas.scene().node_item("n2").pos().x() > start.x() + 40
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release()
    assert canvas.scene().node_item("n2").pos() == start
    assert not canvas.hands._drift.isActive()
