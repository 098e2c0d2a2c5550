"""What is drawn beside a network: frames, notes, bends, bookmarks, the direction."""

from __future__ import annotations

import pytest

from netbuilder.graph import Graph
from netbuilder.graph import edits as e
from netbuilder.graph.annotations import (
    bend,
    bookmark,
    direct,
    holds,
    mark_id,
    move_marks,
    put_frame,
    put_note,
    remove_marks,
    shifted,
)
from netbuilder.graph.diff import diff
from netbuilder.graph.errors import BadFrame, NoSuchEdge, NoSuchMark
from netbuilder.graph.graph import Frame, Note
from tests.toy import chain, edge

FRAME, NOTE = Frame("m1", "Stem"), Note("m2", "Why")


def marked() -> Graph:
    return put_note(put_frame(chain("a", "b"), FRAME), NOTE)


def test_frames_and_notes_are_put_moved_and_removed():
    graph = move_marks(marked(), {"m1": (8, 16), "m2": (1, 2)})
    assert graph.annotations.frames["m1"].position == (8, 16)
    assert graph.annotations.notes["m2"].position == (1, 2)
    assert remove_marks(graph, ["m1", "m2"]) == chain("a", "b")
    assert mark_id(graph) == "m3"


@pytest.mark.parametrize(
    "broken",
    [
        lambda g: put_frame(g, Frame("m9", "a\nb")),
        lambda g: put_frame(g, Frame("m9", color="ultraviolet")),
        lambda g: put_frame(g, Frame("m9", size=(3, 300))),
        lambda g: put_frame(g, Frame("m9", position=(float("nan"), 0))),
        lambda g: put_note(g, Note("m9", "a" * 20_001)),
        lambda g: bend(g, edge("a", "b"), [(1e9, 0)]),
        lambda g: bend(g, edge("a", "b"), [(0, 0)] * 65),
        lambda g: bookmark(g, "x", (0, 0, 1)),
    ],
)
def test_what_no_canvas_can_show_is_refused(broken):
    with pytest.raises(BadFrame):
        broken(marked())


def test_what_is_not_there_is_refused():
    with pytest.raises(NoSuchMark):
        remove_marks(marked(), ["m7"])
    with pytest.raises(NoSuchMark):
        move_marks(marked(), {"m7": (0, 0)})
    with pytest.raises(NoSuchEdge):
        bend(marked(), edge("b", "a"), [(0, 0)])


def test_a_bend_belongs_to_its_edge_and_not_to_one_that_takes_its_place():
    graph = e.add_node(bend(chain("a", "b"), edge("a", "b"), [(5, 5)]), chain("c").nodes["c"])
    assert graph.bends_of(edge("a", "b")) == ((5.0, 5.0),)
    other = e.connect(graph, edge("c", "b"), replacing=True)
    assert other.bends_of(edge("c", "b")) == ()
    assert bend(graph, edge("a", "b"), []).annotations.bends == {}


def test_edits_of_nodes_and_edges_keep_what_is_drawn_beside_them():
    graph = direct(bookmark(marked(), "1", (0, 0, 1)), "down")
    for edited in (
        e.remove_nodes(graph, ["a"]),
        e.disconnect(graph, "b", "x"),
        e.move_nodes(graph, {"a": (3, 3)}),
        e.set_settings(graph, "a", {"p": 1}),
        e.rename_node(graph, "a", "z"),
    ):
        assert edited.annotations == graph.annotations


def test_a_frame_holds_what_has_its_middle_in_it():
    assert holds(FRAME, (300, 100), (30, 20))
    assert not holds(FRAME, (310, 100), (30, 20))


def test_copies_get_ids_of_their_own():
    graph = shifted(marked().annotations, ["m1", "m2"], (10, 20), marked())
    assert set(graph.annotations.frames) == {"m1", "m3"}
    assert graph.annotations.notes["m4"].position == (10, 20)


def test_a_difference_says_whether_what_is_beside_differs():
    graph = chain("a", "b")
    assert diff(graph, put_frame(graph, FRAME)).annotated
    assert not diff(graph, e.move_nodes(graph, {"a": (1, 1)})).annotated
    bent = bend(graph, edge("a", "b"), [(1, 1)])
    assert diff(graph, bent).rerouted_edges == (edge("a", "b"),)
    assert diff(bent, graph).rerouted_edges == (edge("a", "b"),)
