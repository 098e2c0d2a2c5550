"""Each edit, and each rule that it may break."""

from __future__ import annotations

import pytest

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.graph.errors import (
    BadName,
    BadPosition,
    BadRate,
    CannotTrain,
    IdTaken,
    NameTaken,
    NoSuchEdge,
    NoSuchNode,
    PortTaken,
    WouldCycle,
)
from tests.toy import chain, edge, node


def test_an_added_node_is_in_the_new_graph_and_not_in_the_old():
    old = chain("a")
    new = e.add_node(old, node("b"))
    assert list(new.nodes) == ["a", "b"]
    assert list(old.nodes) == ["a"]


def test_an_id_can_be_used_once():
    with pytest.raises(IdTaken, match="'a'"):
        e.add_node(chain("a"), node("a", name="other"))


def test_a_name_can_be_used_once():
    with pytest.raises(NameTaken, match="'a'"):
        e.add_node(chain("a"), node("b", name="a"))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00", "x" * 61, "\ud800", "a\u202eb", "\t"])
def test_a_name_is_one_printable_line_of_at_most_sixty_characters(name):
    graph = chain("a")
    with pytest.raises(BadName):
        e.add_node(graph, Node("b", "relu", name))
    with pytest.raises(BadName):
        e.rename_node(graph, "a", name)


@pytest.mark.parametrize("name", ["x" * 60, "größe", "層 1", "self", "__import__('os')", "a b", '"quoted"'])
def test_any_printable_line_can_be_a_name(name):
    assert e.rename_node(chain("a"), "a", name).named(name) is not None


@pytest.mark.parametrize("place", [(float("nan"), 0), (float("inf"), 0), (0, -float("inf")), (1.1e7, 0)])
def test_a_node_lies_on_the_canvas(place):
    with pytest.raises(BadPosition, match="'b'"):
        e.add_node(chain("a"), Node("b", "relu", "b", {}, place))
    with pytest.raises(BadPosition):
        e.move_nodes(chain("a"), {"a": place})


def test_removed_nodes_take_their_edges_with_them():
    graph = e.remove_nodes(chain("a", "b", "c", "d"), ["b", "c"])
    assert list(graph.nodes) == ["a", "d"]
    assert not graph.edges


def test_what_is_not_there_can_not_be_edited():
    graph = chain("a", "b")
    for edit in (
        lambda: e.remove_nodes(graph, ["a", "z"]),
        lambda: e.rename_node(graph, "z", "y"),
        lambda: e.move_nodes(graph, {"z": (0, 0)}),
        lambda: e.set_settings(graph, "z", {}),
        lambda: e.connect(graph, edge("a", "z")),
        lambda: e.connect(graph, edge("z", "a")),
        lambda: e.disconnect(graph, "z", "x"),
    ):
        with pytest.raises(NoSuchNode, match="'z'"):
            edit()


def test_renaming_to_the_same_name_is_no_change():
    graph = chain("a")
    assert e.rename_node(graph, "a", "a") is graph


def test_renaming_to_the_name_of_another_node_is_refused():
    with pytest.raises(NameTaken):
        e.rename_node(chain("a", "b"), "a", "b")


def test_moving_leaves_everything_else_as_it_is():
    old = chain("a", "b")
    new = e.move_nodes(old, {"a": (8, 16)})
    assert new.nodes["a"].position == (8.0, 16.0)
    assert new.nodes["b"] is old.nodes["b"]
    assert new.edges == old.edges


def test_settings_are_replaced_as_a_whole_and_copied():
    mine = {"p": 0.5}
    graph = e.set_settings(e.set_settings(chain("a"), "a", {"q": 1}), "a", mine)
    mine["p"] = 0.9
    assert graph.nodes["a"].settings == {"p": 0.5}


def test_a_second_edge_into_a_taken_port_is_refused():
    graph = e.add_node(chain("a", "b"), node("c"))
    with pytest.raises(PortTaken, match="'x' of b"):
        e.connect(graph, edge("c", "b"))


def test_an_edge_can_take_the_place_of_the_one_in_its_port():
    graph = e.add_node(chain("a", "b"), node("c"))
    graph = e.connect(graph, edge("c", "b"), replacing=True)
    assert list(graph.edges.values()) == [edge("c", "b")]


def test_one_output_feeds_many_inputs():
    graph = e.add_node(chain("a", "b"), node("c"))
    graph = e.connect(graph, edge("a", "c"))
    assert len(graph.edges_from("a")) == 2
    assert graph.edges_from("a", "other") == []


@pytest.mark.parametrize("ids", [("a",), ("a", "b"), ("a", "b", "c", "d")])
def test_an_edge_that_would_close_a_circle_is_refused(ids):
    graph = chain(*ids)
    with pytest.raises(WouldCycle, match=f"from {ids[-1]} to {ids[0]}"):
        e.connect(graph, edge(ids[-1], ids[0], input="x2"))


def test_a_replacing_edge_may_not_close_a_circle_either():
    with pytest.raises(WouldCycle):
        e.connect(chain("a", "b", "c"), edge("c", "b"), replacing=True)


def test_two_paths_to_one_node_are_no_circle():
    graph = e.add_node(chain("a", "b", "c"), node("d"))
    graph = e.connect(e.connect(graph, edge("a", "d")), edge("d", "c", input="x2"))
    assert len(graph.edges_into("c")) == 2


def test_disconnecting_takes_the_one_edge():
    graph = e.disconnect(chain("a", "b", "c"), "b", "x")
    assert list(graph.edges.values()) == [edge("b", "c")]
    with pytest.raises(NoSuchEdge, match="'x' of b"):
        e.disconnect(graph, "b", "x")


def test_a_node_put_on_an_edge_stands_between_its_ends():
    graph = e.insert_on_edge(chain("a", "b"), edge("a", "b"), node("m"), "x", "y")
    assert set(graph.edges.values()) == {edge("a", "m"), edge("m", "b")}


def test_a_node_can_be_put_only_on_an_edge_that_is_there():
    with pytest.raises(NoSuchEdge):
        e.insert_on_edge(chain("a", "b", "c"), edge("a", "c"), node("m"), "x", "y")


def test_a_refused_insertion_leaves_the_graph_whole():
    graph = chain("a", "b")
    with pytest.raises(NameTaken):
        e.insert_on_edge(graph, edge("a", "b"), node("m", name="a"), "x", "y")
    assert graph == chain("a", "b")


def test_new_ids_and_names_are_free():
    graph = Graph()
    for _ in range(3):
        graph = e.add_node(graph, Node(e.new_id(graph), "relu", e.new_name(graph, "relu")))
    assert list(graph.nodes) == ["n1", "n2", "n3"]
    assert [n.name for n in graph] == ["relu", "relu2", "relu3"]
    without = e.remove_nodes(graph, ["n2"])
    assert e.new_id(without) == "n4"
    assert e.new_name(without, "relu") == "relu2"


def test_a_new_id_is_free_among_ids_of_any_form():
    graph = chain("n", "nx", "n07", "n²", "other", "N9")
    assert e.new_id(graph) == "n8"


def test_a_node_reaches_itself_and_what_lies_behind_it():
    graph = chain("a", "b", "c")
    assert e.reaches(graph, "a", "a")
    assert e.reaches(graph, "a", "c")
    assert not e.reaches(graph, "c", "a")


def test_every_error_is_a_sentence():
    errors = [
        NoSuchNode("n1"),
        IdTaken("n1"),
        NameTaken("a"),
        BadName("x" * 500),
        BadPosition("a"),
        PortTaken("a", "x"),
        WouldCycle("a", "b"),
        NoSuchEdge("a", "x"),
    ]
    for error in errors:
        assert str(error)[0].isupper() or str(error)[0] == "'"
        assert str(error).endswith(".")
        assert len(str(error)) < 200


def test_edges_are_found_from_both_ends():
    graph = chain("a", "b")
    assert graph.edge_into("b", "x") == Edge("a", "y", "b", "x")
    assert graph.edge_into("a", "x") is None
    assert graph.edges_into("b") == graph.edges_from("a")


def test_weights_are_frozen_and_their_rate_is_set_and_put_back():
    graph = e.set_rate(e.freeze(chain("a", "b", "c"), ["a", "b"]), ["b", "c"], 0.1)
    assert [(node.frozen, node.rate) for node in graph] == [(True, 1.0), (True, 0.1), (False, 0.1)]
    assert e.set_rate(e.freeze(graph, ["a", "b"], False), ["b", "c"], 1) == chain("a", "b", "c")


def test_what_is_trained_of_a_shared_layer_is_said_of_the_node_whose_it_is():
    graph = e.share(e.set_rate(chain("a", "b", "c"), ["b"], 0.5), "b", "a")
    assert graph.nodes["b"].rate == 1.0
    graph = e.freeze(e.set_rate(graph, ["b"], 0.1), ["b"])
    assert (graph.nodes["a"].rate, graph.nodes["a"].frozen, graph.nodes["b"].frozen) == (0.1, True, False)
    for alone in (e.unshare(graph, "b"), e.remove_nodes(graph, ["a"])):
        assert (alone.nodes["b"].rate, alone.nodes["b"].frozen) == (0.1, True)


@pytest.mark.parametrize("rate", [0, -1, 1001, float("nan"), float("inf")])
def test_a_rate_is_more_than_nothing_and_of_a_size(rate):
    with pytest.raises(BadRate, match="more than 0"):
        e.set_rate(chain("a"), ["a"], rate)


def test_where_a_network_begins_there_is_nothing_to_train():
    graph = e.add_node(Graph(), node("a", "input"))
    for edit in (lambda: e.freeze(graph, ["a"]), lambda: e.set_rate(graph, ["a"], 2)):
        with pytest.raises(CannotTrain, match="no weights"):
            edit()
