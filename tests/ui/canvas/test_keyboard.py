"""Connecting, walking and being heard without a mouse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from netbuilder.graph import Edge
from netbuilder.ui.canvas.hinting import letters_for

SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(canvas, letters: str) -> None:
    for letter in letters:
        QTest.keyClick(canvas, letter.lower())


def letters_of(canvas, node: str, port: str) -> str:
    return next(one.letters for one in canvas.hinting.labels if (one.end.node, one.end.port) == (node, port))


def test_the_letter_of_a_port_connects_the_selected_node_to_it(bench, canvas):
    bench.selection.set(["n3"])
    QTest.keyClick(canvas, Qt.Key.Key_C)
    assert [label.end.node for label in canvas.hinting.labels] == ["n4"], "nothing that would run in a circle"
    press(canvas, letters_of(canvas, "n4", "x"))
    assert bench.graph.edge_into("n4", "x") == Edge("n3", "y", "n4", "x")
    assert bench.document.history.undo_label == "Connect relu to norm"
    assert not canvas.hinting.active


def test_with_nothing_selected_the_first_letter_says_where_from(bench, canvas):
    bench.selection.set([])
    QTest.keyClick(canvas, Qt.Key.Key_C)
    press(canvas, letters_of(canvas, "n2", "y"))
    assert bench.graph.edge_into("n4", "x") is None
    press(canvas, letters_of(canvas, "n4", "x"))
    assert bench.graph.edge_into("n4", "x").source == "n2"


def test_escape_and_any_other_key_leave_everything_as_it_is(bench, canvas):
    bench.selection.set(["n3"])
    before = bench.project
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Tab, Qt.Key.Key_5):
        QTest.keyClick(canvas, Qt.Key.Key_C)
        assert canvas.hinting.active
        QTest.keyClick(canvas, key)
        assert not canvas.hinting.active
    assert bench.project is before
    assert bench.selection.only == "n3"


def test_an_edge_that_is_there_is_no_target_and_one_that_would_give_way_is_marked(bench, canvas):
    bench.selection.set(["n1"])
    QTest.keyClick(canvas, Qt.Key.Key_C)
    assert {(label.end.node, label.taken) for label in canvas.hinting.labels} == {("n3", True), ("n4", False)}


def test_a_node_without_outputs_is_connected_from_what_could_feed_it(bench, canvas):
    bench.selection.set([])
    made = canvas.editing.add_layer("output")
    bench.selection.set([made])
    QTest.keyClick(canvas, Qt.Key.Key_C)
    press(canvas, letters_of(canvas, "n3", "y"))
    assert bench.graph.edges_into(made)[0].source == "n3"


def test_d_takes_every_edge_of_the_selection_off(bench, canvas):
    bench.selection.set(["n2"])
    QTest.keyClick(canvas, Qt.Key.Key_D)
    assert bench.graph.edges == {}


@given(st.integers(0, 900))
def test_no_letters_begin_others(count: int):
    made = letters_for(count)
    assert len(set(made)) == count
    assert len({len(one) for one in made}) <= 1


def test_shift_and_the_arrows_take_in_one_node_after_the_other(bench, canvas):
    bench.selection.set(["n1"])
    QTest.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    assert bench.selection.nodes == {"n1", "n2", "n3"}
    assert canvas.cursor.node == "n3"


def test_a_canvas_that_the_keyboard_came_to_has_a_frame(canvas):
    canvas.clearFocus()
    assert not any(line.isVisible() for line in canvas.cursor._ring)
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert all(line.isVisible() for line in canvas.cursor._ring)
    canvas.clearFocus()
    canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not any(line.isVisible() for line in canvas.cursor._ring)


# Being heard


@pytest.fixture
def heard(canvas):
    return QAccessible.queryAccessibleInterface(canvas)


def test_each_node_is_an_object_of_its_own_for_a_screen_reader(canvas, heard):
    nodes = [heard.child(at) for at in range(4)]
    assert [node.text(QAccessible.Text.Name) for node in nodes] == [
        "Input image, no problems",
        "Conv2d conv, no problems",
        "BatchNorm2d norm, no problems",
        "ReLU relu, no problems",
    ]
    assert nodes[1].text(QAccessible.Text.Description) == "fed by image; feeds relu"
    assert nodes[2].text(QAccessible.Text.Description) == "not connected"
    assert all(node.role() == QAccessible.Role.ListItem for node in nodes)
    assert all(node.parent().object() is canvas for node in nodes)
    assert [heard.indexOfChild(node) for node in nodes] == [0, 1, 2, 3]


def test_a_node_is_heard_where_it_is_on_the_screen(canvas, heard):
    place = heard.child(1).rect().center()
    assert heard.childAt(place.x(), place.y()).text(QAccessible.Text.Name).startswith("Conv2d")
    assert not heard.child(1).state().offscreen


def test_the_node_that_the_keyboard_is_on_has_the_focus(bench, canvas, heard):
    bench.selection.set(["n1"])
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert heard.focusChild().text(QAccessible.Text.Name).startswith("Conv2d conv")
    states = [heard.child(at).state() for at in range(4)]
    assert [bool(state.focused) for state in states] == [False, True, False, False]
    assert [bool(state.selected) for state in states] == [False, True, False, False]


def test_a_node_that_is_gone_is_heard_no_more(bench, canvas, heard, qtbot):
    node = heard.child(3)
    bench.selection.set(["n3"])
    canvas.editing.delete_selection()
    assert heard.child(3) is None or heard.child(3).text(QAccessible.Text.Name) != "ReLU relu, no problems"
    assert not node.isValid()
    assert node.text(QAccessible.Text.Name) == ""


def test_what_floats_over_the_canvas_comes_after_the_nodes(canvas, heard):
    names = [heard.child(at).object().objectName() for at in range(4, heard.childCount())]
    canvas.finding.begin()
    assert heard.childCount() == 4 + len(names) + 1
