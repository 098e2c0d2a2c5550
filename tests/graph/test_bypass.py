"""Nodes that are left out: what flows into them flows on."""

from __future__ import annotations

import pytest

from netbuilder.graph import Node
from netbuilder.graph import edits as e
from netbuilder.graph.bypass import handed_on, without_bypassed
from netbuilder.graph.errors import CannotBypass
from tests.toy import chain, edge


def inputs(node: Node) -> tuple[str, ...]:
    return ("x1", "x2") if node.kind == "add" else ("x",)


def test_a_graph_with_nothing_bypassed_is_itself():
    graph = chain("a", "b")
    assert without_bypassed(graph, inputs)[0] is graph


def test_a_chain_is_joined_over_what_is_left_out():
    graph, dry = without_bypassed(e.bypass(chain("a", "b", "c", "d"), ["b", "c"]), inputs)
    assert (graph, dry) == (e.connect(e.remove_nodes(chain("a", "b", "c", "d"), ["b", "c"]), edge("a", "d")), [])


def test_of_several_inputs_the_first_is_handed_on():
    graph = e.add_node(chain("a"), chain("b").nodes["b"])
    graph = e.add_node(e.add_node(graph, Node("m", "add", "m")), Node("z", "relu", "z"))
    for made in (edge("b", "m", "x2"), edge("a", "m", "x1"), edge("m", "z")):
        graph = e.connect(graph, made)
    assert without_bypassed(e.bypass(graph, ["m"]), inputs)[0].edge_into("z", "x") == edge("a", "z")


def test_what_a_bypassed_node_hands_on_is_what_the_last_used_one_before_it_gives():
    graph = e.bypass(chain("a", "b", "c", "d"), ["b", "c"])
    assert handed_on(graph, inputs) == {"b": ("a", "y"), "c": ("a", "y")}


def test_a_node_with_nothing_to_hand_on_is_told():
    graph, dry = without_bypassed(e.bypass(chain("a", "b"), ["a"]), inputs)
    assert dry == ["a"]
    assert graph.edges == {}


def test_the_layer_of_a_bypassed_node_goes_to_the_next_that_shares_it():
    graph = e.set_settings(chain("a", "b"), "b", {"p": 1})
    graph = e.add_node(graph, Node("t", "relu", "t", shares="b"))
    left, _ = without_bypassed(e.bypass(graph, ["b"]), inputs)
    assert left.nodes["t"].settings == {"p": 1}
    assert left.nodes["t"].shares == ""


def test_where_a_network_begins_and_ends_nothing_can_be_bypassed():
    graph = e.add_node(chain("a"), Node("i", "input", "i"))
    with pytest.raises(CannotBypass):
        e.bypass(graph, ["i"])
