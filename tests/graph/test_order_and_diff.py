"""The order of a graph, what lies before and behind a node, and what differs between two graphs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph import Graph, diff
from netbuilder.graph import edits as e
from netbuilder.graph.order import downstream, topological, upstream
from tests.toy import chain, edge, edited_by, edits, node


def test_nodes_come_after_all_that_feed_them():
    graph = chain("c", "a", "b")
    assert topological(graph) == ["c", "a", "b"]


def test_where_edges_leave_a_choice_the_node_drawn_first_comes_first():
    graph = Graph()
    for id in ("z", "m", "a"):
        graph = e.add_node(graph, node(id))
    assert topological(graph) == ["z", "m", "a"]
    assert topological(e.connect(graph, edge("a", "z"))) == ["m", "a", "z"]


def test_upstream_and_downstream_hold_the_start():
    graph = e.add_node(chain("a", "b", "c"), node("d"))
    assert upstream(graph, ["b"]) == {"a", "b"}
    assert downstream(graph, ["b"]) == {"b", "c"}
    assert downstream(graph, ["d"]) == {"d"}
    assert upstream(graph, ["gone"]) == set()


def test_equal_graphs_do_not_differ():
    assert not diff(chain("a", "b"), chain("a", "b"))


def test_a_diff_names_what_was_removed_added_and_changed():
    old = chain("a", "b", "c")
    new = e.add_node(e.remove_nodes(e.move_nodes(old, {"a": (8, 8)}), ["b"]), node("d"))
    new = e.connect(new, edge("d", "c"))
    found = diff(old, new)
    assert found.removed_nodes == ("b",)
    assert found.added_nodes == ("d",)
    assert found.changed_nodes == ("a",)
    assert set(found.removed_edges) == {edge("a", "b"), edge("b", "c")}
    assert found.added_edges == (edge("d", "c"),)


@given(st.lists(edits(), max_size=25), st.lists(edits(), max_size=25))
def test_the_diff_leads_from_any_graph_to_any_other(first, second):
    old, new = edited_by(first).main, edited_by(second).main
    found = diff(old, new)
    nodes = {id: value for id, value in old.nodes.items() if id not in found.removed_nodes}
    nodes |= {id: new.nodes[id] for id in (*found.added_nodes, *found.changed_nodes)}
    edges = (set(old.edges.values()) - set(found.removed_edges)) | set(found.added_edges)
    assert nodes == new.nodes
    assert edges == set(new.edges.values())


@given(st.lists(edits(), max_size=40))
def test_every_graph_that_can_be_drawn_has_an_order(sequence):
    graph = edited_by(sequence).main
    order = topological(graph)
    place = {id: number for number, id in enumerate(order)}
    assert sorted(order) == sorted(graph.nodes)
    assert all(place[edge.source] < place[edge.target] for edge in graph.edges.values())
