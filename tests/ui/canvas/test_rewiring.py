"""Edges of several nodes at once, as functions of graphs."""

from __future__ import annotations

from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.ui.canvas.rewiring import Card, in_columns, new_edges, pull_out

ONE, TWO, START = (("x",), ("y",)), (("a", "b"), ("y",)), ((), ("y",))


def cards(**places: tuple[float, float]) -> dict[str, Card]:
    return {id: Card(x, y, x + 100, y + 50) for id, (x, y) in places.items()}


def graph(*ids: str, edges: tuple[Edge, ...] = ()) -> Graph:
    made = Graph()
    for id in ids:
        made = edits.add_node(made, Node(id, "relu", id))
    for edge in edges:
        made = edits.connect(made, edge)
    return made


def test_columns_are_what_overlaps_sideways():
    found = in_columns(cards(a=(0, 200), b=(40, 0), c=(150, 0), d=(300, 90), e=(310, 10)))
    assert found == [["b", "a"], ["c"], ["e", "d"]]


def test_a_row_is_wired_as_a_chain():
    places = cards(a=(0, 0), b=(200, 10), c=(400, 0))
    found = new_edges(graph("a", "b", "c"), places, {"a": START, "b": ONE, "c": ONE})
    assert found == [Edge("a", "y", "b", "x"), Edge("b", "y", "c", "x")]


def test_two_branches_run_beside_each_other_and_are_joined_from_the_top():
    places = cards(s=(0, 100), u=(200, 0), d=(200, 200), u2=(400, 0), d2=(400, 200), add=(600, 100))
    ports = {"s": START, "u": ONE, "d": ONE, "u2": ONE, "d2": ONE, "add": TWO}
    found = new_edges(graph(*places), places, ports)
    assert found == [
        Edge("s", "y", "u", "x"),
        Edge("s", "y", "d", "x"),
        Edge("u", "y", "u2", "x"),
        Edge("d", "y", "d2", "x"),
        Edge("u2", "y", "add", "a"),
        Edge("d2", "y", "add", "b"),
    ]


def test_a_branch_that_ends_further_left_is_joined_where_two_are_wanted():
    places = cards(s=(0, 0), conv=(200, 0), side=(0, 200), add=(400, 100))
    found = new_edges(graph(*places), places, {"s": START, "conv": ONE, "side": START, "add": TWO})
    assert Edge("conv", "y", "add", "a") in found
    assert Edge("side", "y", "add", "b") in found


def test_what_is_wired_stays():
    wired = graph("a", "b", "c", edges=(Edge("a", "y", "c", "x"),))
    places = cards(a=(0, 0), b=(200, 0), c=(400, 0))
    assert new_edges(wired, places, {"a": START, "b": ONE, "c": ONE}) == [Edge("a", "y", "b", "x")]


def test_a_node_with_two_ways_in_is_taken_out_without_guessing_what_comes_before():
    wired = graph(
        "a", "b", "m", "z", edges=(Edge("a", "y", "m", "a"), Edge("b", "y", "m", "b"), Edge("m", "y", "z", "x"))
    )
    assert pull_out(wired, ["m"]).edges == {}


def test_taking_out_heals_every_edge_that_left():
    wired = graph(
        "a", "m", "y", "z", edges=(Edge("a", "y", "m", "x"), Edge("m", "y", "y", "x"), Edge("m", "y", "z", "x"))
    )
    assert set(pull_out(wired, ["m"]).edges.values()) == {Edge("a", "y", "y", "x"), Edge("a", "y", "z", "x")}
