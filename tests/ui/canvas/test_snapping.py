"""Snapping while nodes are dragged: to the grid, to neighbours, to straight edges and equal gaps."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from netbuilder.graph import edits
from netbuilder.ui.canvas import snapping
from netbuilder.ui.canvas.snapping import Snapping, Snaps


@pytest.fixture
def drag(canvas):
    """How far a node goes when the hand goes so far, at a zoom of 1; and the guides that are shown."""

    def go(id: str, x: float, y: float, **snaps: bool):
        for name, value in snaps.items():
            setattr(canvas.snaps, name, value)
        one = Snapping(canvas.scene(), {id}, id, canvas.snaps)
        shift = one.shift(QPointF(x, y), 1.0)
        return (shift.x(), shift.y()), one.guides

    return go


def test_far_from_any_line_a_node_rests_on_the_grid(drag):
    shift, guides = drag("n4", 61.0, 203.0)
    assert shift == (64.0, 200.0)
    assert not guides


def test_a_node_comes_level_with_what_it_is_wired_to(bench, canvas, drag):
    canvas.edit("Lower", lambda g: edits.move_nodes(g, {"n3": (480.0, 51.0)}))
    shift, guides = drag("n3", 300.0, -46.0)
    assert canvas.scene().nodes["n3"].pos().y() + shift[1] == 0.0
    edge = canvas.scene().edges["n3", "x"].edge
    source = canvas.scene().nodes[edge.source].port_position(edge.output, True)
    assert any(line.y1() == line.y2() == source.y() for line in guides)


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_node_comes_into_line_with_a_side_of_its_neighbour(canvas, drag, side):
    dragged, beside = canvas.scene().nodes["n4"].rect(), canvas.scene().nodes["n3"].rect()
    wanted = getattr(beside, side)() - getattr(dragged, side)()
    shift, guides = drag("n4", wanted + (3.0 if side == "left" else -3.0), 100.0)
    assert shift[0] == wanted
    assert any(line.x1() == line.x2() == getattr(beside, side)() for line in guides)


def test_a_node_rests_in_the_middle_between_two_others(bench, canvas, drag):
    canvas.edit("Row", lambda g: edits.move_nodes(g, {"n1": (0.0, 600.0), "n3": (900.0, 600.0), "n4": (420.0, 611.0)}))
    nodes = canvas.scene().nodes
    left, right, here = (nodes[id].rect() for id in ("n1", "n3", "n4"))
    middle = (left.right() + right.left() - here.width()) / 2
    shift, guides = drag("n4", middle - here.left() + 5.0, 3.0)
    now = here.translated(*shift)
    assert now.left() - left.right() == right.left() - now.right()
    assert guides


def test_while_ctrl_is_held_nothing_pulls(canvas, drag, monkeypatch):
    monkeypatch.setattr(
        snapping.QGuiApplication, "keyboardModifiers", staticmethod(lambda: Qt.KeyboardModifier.ControlModifier)
    )
    shift, guides = drag("n4", 61.0, 203.0)
    assert shift == (61.0, 203.0)
    assert not guides


def test_grid_and_guides_are_turned_off_one_by_one(drag):
    assert drag("n4", 61.0, 203.0, grid=False)[0] == (61.0, 203.0)
    shift, guides = drag("n4", 3.0, 203.0, guides=False)
    assert (shift, guides) == ((3.0, 203.0), [])


def test_what_pulls_is_remembered(bench):
    snaps = Snaps(bench.settings)
    snaps.toggle_grid()
    again = Snaps(bench.settings)
    assert (again.grid, again.guides) == (False, True)
    again.toggle_guides()
    again.toggle_grid()
    last = Snaps(bench.settings)
    assert (last.grid, last.guides) == (True, False)


def test_a_drag_with_the_mouse_snaps_and_shows_a_guide_until_it_ends(bench, canvas, hand):
    canvas.edit("Lower", lambda g: edits.move_nodes(g, {"n3": (480.0, 40.0)}))
    grip = canvas.scene().nodes["n3"].rect().topLeft() + QPointF(60, 14)
    hand.press(grip)
    hand.move(grip + QPointF(133, -36))
    gesture = canvas.hands._gesture
    assert gesture.snapping.guides
    hand.release()
    assert bench.graph.nodes["n3"].position[1] == 0.0
    assert bench.document.history.undo_label == "Move relu"


def test_points_of_an_edge_go_along_when_both_its_ends_are_dragged(bench, canvas, hand):
    from netbuilder.graph import annotations

    edge = bench.graph.edges["n3", "x"]
    canvas.edit("Lead", lambda g: annotations.bend(g, edge, [(440.0, 200.0)]))
    bench.selection.set(["n2", "n3"])
    grip = canvas.scene().nodes["n3"].rect().topLeft() + QPointF(60, 14)
    canvas.snaps.guides = False
    hand.press(grip)
    hand.move(grip + QPointF(64, 400))
    assert canvas.scene().edges["n3", "x"].bends == [QPointF(504.0, 600.0)]
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.scene().edges["n3", "x"].bends == [QPointF(440.0, 200.0)]
    hand.release()
    hand.drag(grip, grip + QPointF(64, 400))
    assert bench.graph.bends_of(edge) == ((504.0, 600.0),)
    bench.document.undo()
    assert bench.graph.bends_of(edge) == ((440.0, 200.0),)


def test_only_near_cards_are_looked_at(bench, canvas, monkeypatch):
    asked = []
    real = canvas.scene().nodes_in
    monkeypatch.setattr(canvas.scene(), "nodes_in", lambda area: asked.append(area) or real(area))
    Snapping(canvas.scene(), {"n4"}, "n4", canvas.snaps).shift(QPointF(16, 16), 1.0)
    (area,) = asked
    assert area.width() < 2 * snapping.NEAR + 400


def test_nodes_whose_edge_has_gone_are_dragged_though_its_points_are_still_known(bench, canvas, hand):
    from netbuilder.graph import annotations, edits

    edge = bench.graph.edges["n3", "x"]
    canvas.edit("Lead", lambda g: annotations.bend(g, edge, [(440.0, 200.0)]))
    canvas.edit("Disconnect", lambda g: edits.disconnect(g, "n3", "x"))
    assert annotations.bends_among(bench.graph, ["n2", "n3"]) == {}
    bench.selection.set(["n2", "n3"])
    before = bench.graph.nodes["n2"].position
    grip = canvas.scene().nodes["n3"].rect().topLeft() + QPointF(60, 14)
    hand.drag(grip, grip + QPointF(64, 400))
    assert bench.graph.nodes["n2"].position != before
