"""A piece of a graph survives the clipboard with its blocks; nothing else that is found there does any harm."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.graph.block import Exposed
from netbuilder.graph.edits import FAR
from netbuilder.graph.free import Free
from netbuilder.project import Project
from netbuilder.project.blocks import add_block, expose, make_block
from netbuilder.project.clipboard import MARK, CannotPaste, Piece, dumps, loads, paste, piece_of
from netbuilder.project.errors import WouldRecurse
from tests.toy import chain, rules_broken, standing


def project() -> Project:
    return Project().with_graph(chain("a1", "b1", "c1"))


def piece(*ids: str) -> Piece:
    return piece_of(project(), "main", ids)


def with_blocks() -> Project:
    """A stage in which a unit stands, and the stage on the main graph."""
    made = expose(add_block(Project(), "unit", chain("u1", "u2")), "unit", Exposed("size", "int", 3))
    made = add_block(made, "stage", e.add_node(chain("s1"), standing("s2", "unit")))
    return made.with_graph(e.add_node(chain("a1"), standing("b1", "stage")))


def test_a_piece_comes_back_as_it_was():
    copied = piece("a1", "b1")
    assert loads(dumps(copied)) == copied
    assert list(copied.graph.edges.values()) == [Edge("a1", "y", "b1", "x")]


def test_pasted_nodes_have_free_names_and_ids_and_their_own_edges():
    made, ids = paste(project(), "main", piece("a1", "b1"), (10.0, 20.0))
    pasted = made.main
    assert [pasted.nodes[id].name for id in ids] == ["a", "b"]
    assert len({node.name for node in pasted}) == 5
    assert pasted.edge_into(ids[1], "x") == Edge(ids[0], "y", ids[1], "x")
    assert pasted.nodes[ids[0]].position == (10.0, 20.0)


def test_pasting_again_and_again_always_finds_names():
    made = project()
    for _ in range(3):
        made, _ids = paste(made, "main", piece("a1"))
    assert len(made.main) == 6


def test_a_long_name_is_cut_so_that_its_copy_has_one():
    long = Graph({"n1": Node("n1", "a", "x" * 60)})
    pasted, (id,) = paste(Project().with_graph(long), "main", Piece(long))
    assert pasted.main.nodes[id].name == "x" * 59 + "2"


def test_nothing_is_pasted_off_the_canvas():
    pasted, (id,) = paste(project(), "main", piece("a1"), (9e9, -9e9))
    assert pasted.main.nodes[id].position == (FAR, -FAR)


def row_of(count: int) -> Graph:
    """Nodes whose copies all want a name of the same stem."""
    ids = [f"n{number}" for number in range(count)]
    nodes = {id: Node(id, "a", f"a{number}") for number, id in enumerate(ids, start=2)}
    return Graph(nodes, {(b, "x"): Edge(a, "y", b, "x") for a, b in pairwise(ids)})


def test_a_large_piece_is_pasted_whole_under_names_of_its_own():
    row = row_of(1000)
    pasted, ids = paste(Project().with_graph(row), "main", loads(dumps(Piece(row))))
    assert rules_broken(pasted) == []
    assert len({node.name for node in pasted.main}) == len(pasted.main) == 2000
    assert [(edge.source, edge.target) for id in ids for edge in pasted.main.edges_into(id)] == list(pairwise(ids))


def test_a_node_of_a_large_piece_takes_no_more_search_for_a_name_than_one_of_a_small_piece(monkeypatch):
    claims, claim = [], Free.claim
    monkeypatch.setattr(Free, "claim", lambda free, word: claims.append(word) or claim(free, word))

    def claims_of(count: int) -> int:
        claims.clear()
        paste(Project().with_graph(row_of(count)), "main", Piece(row_of(count)))
        return len(claims)

    assert claims_of(800) <= 4 * claims_of(200) + 4


def test_copied_blocks_bring_along_the_blocks_in_them():
    copied = loads(dumps(piece_of(with_blocks(), "main", ["b1"])))
    assert copied == piece_of(with_blocks(), "main", ["b1"])
    assert list(copied.definitions) == ["unit", "stage"]
    pasted, (id,) = paste(Project(), "main", copied)
    assert pasted.main.nodes[id].kind == "block:stage"
    assert pasted.blocks == with_blocks().blocks
    assert pasted.graphs["stage"] == with_blocks().graphs["stage"]


def test_a_block_that_is_there_already_is_used_as_it_is_wherever_its_nodes_stand():
    target = with_blocks()
    target = target.with_graph(e.move_nodes(target.graphs["unit"], {"u1": (500, 500)}), "unit")
    pasted, _ = paste(target, "main", piece_of(with_blocks(), "main", ["b1"]))
    assert list(pasted.graphs) == list(target.graphs)


def test_a_block_with_the_name_of_another_gets_a_new_one_also_where_it_stands():
    target = add_block(Project(), "unit", chain("other"))
    copied = piece_of(with_blocks(), "main", ["b1"])
    pasted, _ = paste(target, "main", copied)
    assert list(pasted.blocks) == ["unit", "unit2", "stage"]
    assert pasted.graphs["stage"].nodes["s2"].kind == "block:unit2"
    again, _ = paste(pasted, "main", copied)
    assert list(again.blocks) == ["unit", "unit2", "stage"]
    assert rules_broken(again) == []


def test_a_block_with_the_name_of_a_network_gets_a_new_one():
    target = Project({"main": Graph(), "stage": chain("q")})
    pasted, (id,) = paste(target, "main", piece_of(with_blocks(), "main", ["b1"]))
    assert pasted.main.nodes[id].kind == "block:stage2"


def test_a_block_is_not_pasted_into_itself_at_any_depth():
    for name in ("stage", "unit"):
        with pytest.raises(WouldRecurse, match="stage"):
            paste(with_blocks(), name, piece_of(with_blocks(), "main", ["b1"]))


def shared() -> Project:
    graph = chain("a1", "b1", "c1", "d1")
    graph = e.set_settings(graph, "a1", {"p": 0.5})
    return Project().with_graph(e.share(e.share(graph, "b1", "a1"), "c1", "a1"))


def test_nodes_that_share_a_copied_one_share_its_copy():
    pasted, (a, b) = paste(shared(), "main", loads(dumps(piece_of(shared(), "main", ["a1", "b1"]))))
    assert pasted.main.nodes[b].shares == a
    assert pasted.main.nodes[a].settings == {"p": 0.5}


def test_without_the_owner_a_copy_in_the_same_graph_goes_on_sharing_it():
    copied = loads(dumps(piece_of(shared(), "main", ["b1", "c1"])))
    pasted, (b, c) = paste(shared(), "main", copied)
    assert [pasted.main.nodes[id].shares for id in (b, c)] == ["a1", "a1"]
    assert rules_broken(pasted) == []


def test_elsewhere_a_copy_has_the_settings_it_had_and_the_other_copies_share_it():
    copied = loads(dumps(piece_of(shared(), "main", ["b1", "c1"])))
    for graph in (Graph(), e.rename_node(chain("a1"), "a1", "other")):
        target = Project().with_graph(graph)
        pasted, (b, c) = paste(target, "main", copied)
        assert pasted.main.nodes[b].shares == ""
        assert pasted.main.nodes[b].settings == {"p": 0.5}
        assert pasted.main.nodes[c].shares == b


def test_an_expression_becomes_its_value_where_nobody_exposes_its_names():
    source = expose(add_block(Project(), "unit", chain("u1")), "unit", Exposed("size", "int", 3))
    source = source.with_graph(e.set_settings(source.graphs["unit"], "u1", {"p": {"=": "size * 4"}}), "unit")
    copied = loads(dumps(piece_of(source, "unit", ["u1"])))
    pasted, (id,) = paste(source, "main", copied)
    assert pasted.main.nodes[id].settings == {"p": 12}
    pasted, (id,) = paste(source, "unit", copied)
    assert pasted.graphs["unit"].nodes[id].settings == {"p": {"=": "size * 4"}}


def test_what_was_made_a_block_can_be_copied():
    made, id = make_block(project(), "main", ["b1"], "b")
    pasted, (copy,) = paste(made, "main", loads(dumps(piece_of(made, "main", [id]))))
    assert pasted.main.nodes[copy].kind == "block:b"
    assert pasted.main.nodes[copy].name == "b2"


def damaged() -> list[str]:
    whole = json.loads(dumps(piece("a1", "b1")))[MARK]
    node, edge = whole["nodes"][0], whole["edges"][0]
    loop = {"from": [edge["to"][0], "y"], "to": [edge["from"][0], "x"]}
    mangled = [
        whole | {"nodes": "all"},
        whole | {"nodes": [7]},
        whole | {"nodes": []},
        whole | {"nodes": [node | {"position": [1e999, 0]}]},
        whole | {"nodes": [node | {"position": [1e9, 0]}]},
        whole | {"nodes": [node | {"name": "x" * 500}]},
        whole | {"nodes": [node | {"kind": "a\nb"}]},
        whole | {"nodes": [node | {"settings": [1]}]},
        whole | {"nodes": [node | {"settings": {"p": float("nan")}}]},
        whole | {"nodes": [node | {"shares": "gone"}]},
        whole | {"nodes": [node, node]},
        whole | {"edges": [["a1"]]},
        whole | {"edges": [edge | {"to": ["gone", "x"]}]},
        whole | {"edges": [edge, loop]},
        whole | {"edges": 5},
    ]
    inside = {"nodes": [{"id": "n1", "kind": "block:a", "name": "n"}]}
    around = [
        {"blocks": []},
        {"blocks": {"a": 5}},
        {"blocks": {"a": inside}},
        {"blocks": {"a\nb": {}}},
        {"blocks": {"a": {"block": {"settings": [{"name": "import"}]}}}},
        {"owners": [1]},
        {"owners": {"a1": ["a1"]}},
        {"owners": {"a1": ["a1", "\x00"]}},
        {"values": [1]},
        {"values": {"p": float("inf")}},
    ]
    texts = [json.dumps({MARK: one}) for one in [*mangled, 7, []]]
    texts += [json.dumps({MARK: whole} | one) for one in around]
    return [*texts, "", "hello", f'{{"{MARK}": 1', f'"{MARK}"', "[" * 100_000 + MARK, "__import__('os').abort()"]


@pytest.mark.parametrize("text", damaged(), ids=range(len(damaged())))
def test_whatever_else_is_on_the_clipboard_is_refused_with_a_sentence(text):
    with pytest.raises(CannotPaste) as why:
        loads(text)
    assert str(why.value).endswith(".")


def test_what_a_node_says_of_its_training_goes_with_its_copy():
    drawn = Project().with_graph(e.set_rate(e.freeze(chain("a1", "b1"), ["a1"]), ["b1"], 0.1))
    pasted, ids = paste(drawn, "main", loads(dumps(piece_of(drawn, "main", ["a1", "b1"]))))
    assert [(pasted.main.nodes[id].frozen, pasted.main.nodes[id].rate) for id in ids] == [(True, 1.0), (False, 0.1)]
