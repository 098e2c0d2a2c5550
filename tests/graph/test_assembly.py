"""A graph from loose nodes and edges keeps every rule that the edits keep."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph import Node
from netbuilder.graph.assembly import assemble
from netbuilder.graph.errors import (
    BadName,
    BadPosition,
    IdTaken,
    NameTaken,
    NoSuchNode,
    PortTaken,
    WouldCycle,
)
from netbuilder.graph.order import topological
from tests.toy import edge, edited_by, edits, node


def kinds(broken):
    return [type(error) for error in broken]


@given(st.lists(edits(), max_size=40))
def test_what_was_drawn_is_assembled_as_it_was(sequence):
    graph = edited_by(sequence).main
    again, broken = assemble(graph.nodes.values(), graph.edges.values())
    assert (again.annotated(graph.annotations), broken) == (graph, [])
    assert list(again.nodes) == list(graph.nodes)
    assert list(again.edges) == list(graph.edges)


def test_nodes_that_break_a_rule_are_left_out():
    nodes = [
        node("a"),
        node("a", name="b"),
        node("c", name="a"),
        Node("d", "relu", ""),
        Node("e", "relu", "e", {}, (float("nan"), 0)),
    ]
    graph, broken = assemble(nodes, [])
    assert list(graph.nodes) == ["a"]
    assert kinds(broken) == [IdTaken, NameTaken, BadName, BadPosition]


def test_edges_that_break_a_rule_are_left_out():
    nodes = [node("a"), node("b"), node("c")]
    edges = [edge("a", "b"), edge("c", "b"), edge("a", "z"), edge("z", "a"), edge("b", "b", input="x2")]
    graph, broken = assemble(nodes, edges)
    assert list(graph.edges.values()) == [edge("a", "b")]
    assert kinds(broken) == [PortTaken, NoSuchNode, NoSuchNode, WouldCycle]


numbers = st.integers(0, 7).map(str)


@given(st.lists(st.tuples(numbers, numbers, st.sampled_from("xyz")), max_size=40))
def test_whatever_the_edges_no_circle_is_left(ends):
    edges = [edge(source, target, input=port) for source, target, port in ends]
    graph, broken = assemble([node(str(n)) for n in range(8)], edges)
    assert len(topological(graph)) == 8
    assert len(graph.edges) + len(broken) == len(edges)


def test_a_ring_of_many_nodes_loses_one_edge():
    count = 20_000
    nodes = [node(str(n)) for n in range(count)]
    edges = [edge(str((n + 1) % count), str(n)) for n in reversed(range(count))]
    graph, broken = assemble(nodes, edges)
    assert kinds(broken) == [WouldCycle]
    assert len(topological(graph)) == count
