"""One layer at several places: who has it, who uses it again, and what becomes of it when nodes go."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from netbuilder.graph import Graph, diff
from netbuilder.graph import edits as e
from netbuilder.graph.assembly import assemble
from netbuilder.graph.errors import (
    NoSuchNode,
    NothingToShare,
    SharesItself,
    SharesNobody,
    SharesNothing,
    SharesOtherKind,
    SharesSharer,
)
from tests.toy import chain, edge, node


def four() -> Graph:
    """a with settings; b and c share it; d has a layer of its own."""
    graph = e.set_settings(chain("a", "b", "c", "d"), "a", {"p": 0.5})
    return e.share(e.share(graph, "b", "a"), "c", "a")


def shares(graph: Graph) -> dict[str, str]:
    return {node.id: node.shares for node in graph}


def test_a_sharer_has_the_settings_of_the_owner():
    graph = four()
    assert [node.id for node in graph.sharers("a")] == ["b", "c"]
    assert graph.owner("c").id == graph.owner("a").id == "a"
    assert graph.settings_of("b") == {"p": 0.5}
    assert graph.nodes["b"].settings == {}


def test_setting_a_sharer_sets_the_owner():
    graph = e.set_settings(four(), "c", {"p": 0.1})
    assert [dict(node.settings) for node in graph] == [{"p": 0.1}, {}, {}, {}]


def test_sharing_a_sharer_is_sharing_its_owner():
    assert shares(e.share(four(), "d", "b")) == {"a": "", "b": "a", "c": "a", "d": "a"}


def test_those_that_shared_a_node_go_with_it():
    assert shares(e.share(four(), "a", "d")) == {"a": "d", "b": "d", "c": "d", "d": ""}


def test_sharing_what_is_shared_already_changes_nothing():
    graph = four()
    assert e.share(graph, "c", "b") is graph


def test_a_node_that_stops_sharing_keeps_its_settings():
    graph = e.unshare(four(), "b")
    assert shares(graph) == {"a": "", "b": "", "c": "a", "d": ""}
    assert graph.nodes["b"].settings == {"p": 0.5}


def test_an_owner_that_stops_sharing_leaves_its_layer_to_the_first_that_shared_it():
    graph = e.unshare(four(), "a")
    assert shares(graph) == {"a": "", "b": "", "c": "b", "d": ""}
    assert graph.nodes["a"].settings == graph.nodes["b"].settings == {"p": 0.5}


def test_when_the_owner_is_removed_the_first_that_shared_it_has_the_layer():
    graph = e.remove_nodes(four(), ["a"])
    assert shares(graph) == {"b": "", "c": "b", "d": ""}
    assert graph.nodes["b"].settings == {"p": 0.5}
    graph = e.remove_nodes(four(), ["a", "b"])
    assert shares(graph) == {"c": "", "d": ""}
    assert graph.nodes["c"].settings == {"p": 0.5}
    assert shares(e.remove_nodes(four(), ["b"])) == {"a": "", "c": "a", "d": ""}


def test_what_can_not_be_shared_is_refused():
    graph = e.add_node(e.add_node(four(), node("i", "input")), node("j", "input"))
    graph = e.add_node(graph, node("l", "linear"))
    for broken, id, owner in (
        (SharesItself, "a", "a"),
        (SharesItself, "a", "b"),
        (SharesOtherKind, "l", "a"),
        (NothingToShare, "i", "j"),
        (NoSuchNode, "a", "z"),
        (NoSuchNode, "z", "a"),
    ):
        with pytest.raises(broken) as refused:
            e.share(graph, id, owner)
        assert str(refused.value).endswith(".")
    with pytest.raises(SharesNothing):
        e.unshare(graph, "d")


def test_an_added_node_may_share_only_what_can_be_shared():
    graph = e.add_node(four(), replace(node("n"), shares="a"))
    assert graph.owner("n").id == "a"
    for broken, added in (
        (SharesNobody, replace(node("m"), shares="z")),
        (SharesSharer, replace(node("m"), shares="b")),
        (SharesOtherKind, replace(node("m", "linear"), shares="a")),
        (SharesItself, replace(node("m"), shares="m")),
    ):
        with pytest.raises((broken, SharesNobody)):
            e.add_node(graph, added)


def test_a_graph_is_assembled_without_the_sharing_that_can_not_be():
    nodes = [replace(node("a"), shares="b"), replace(node("b"), shares="c"), node("c"), replace(node("d"), shares="z")]
    graph, broken = assemble(nodes, [edge("a", "b")])
    assert [type(error) for error in broken] == [SharesSharer, SharesNobody]
    assert shares(graph) == {"a": "", "b": "c", "c": "", "d": ""}
    assert len(graph.edges) == 1


def test_a_change_of_the_owner_is_a_change_of_its_sharers():
    old = four()
    assert diff(old, e.set_settings(old, "a", {})).changed_nodes == ("a", "b", "c")
    assert diff(old, e.unshare(old, "c")).changed_nodes == ("c",)


def test_the_order_of_nodes_is_part_of_a_graph():
    graph = four()
    turned = replace(graph, nodes=dict(reversed(graph.nodes.items())))
    assert graph != turned
    assert graph == replace(graph, nodes=dict(graph.nodes))


def test_what_a_graph_works_out_is_not_kept_or_sent_along():
    graph = four()
    assert graph.edges_into("b") == [edge("a", "b")]
    assert pickle.loads(pickle.dumps(graph)) == graph
    assert b"wiring" not in pickle.dumps(graph)
    graph.forget()
    assert "wiring" not in vars(graph)
    assert graph.edges_from("b") == [edge("b", "c")]
