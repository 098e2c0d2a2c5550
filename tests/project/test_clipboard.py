"""A piece of a graph survives the clipboard; nothing else that is found there does any harm."""

from __future__ import annotations

import json
from itertools import pairwise
from time import perf_counter

import pytest

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.edits import FAR
from netbuilder.project.clipboard import MARK, CannotPaste, dumps, loads, paste, piece_of
from tests.toy import chain


def graph() -> Graph:
    return chain("a1", "b1", "c1")


def test_a_piece_comes_back_as_it_was():
    piece = piece_of(graph(), ["a1", "b1"])
    assert loads(dumps(piece)) == piece
    assert list(piece.edges.values()) == [Edge("a1", "y", "b1", "x")]


def test_pasted_nodes_have_free_names_and_ids_and_their_own_edges():
    pasted, ids = paste(graph(), piece_of(graph(), ["a1", "b1"]), (10.0, 20.0))
    assert [pasted.nodes[id].name for id in ids] == ["a", "b"]
    assert len({node.name for node in pasted}) == 5
    assert pasted.edge_into(ids[1], "x") == Edge(ids[0], "y", ids[1], "x")
    assert pasted.nodes[ids[0]].position == (10.0, 20.0)


def test_pasting_again_and_again_always_finds_names():
    made = graph()
    for _ in range(3):
        made, _ids = paste(made, piece_of(graph(), ["a1"]), (0.0, 0.0))
    assert len(made) == 6


def test_a_long_name_is_cut_so_that_its_copy_has_one():
    name = "x" * 60
    long = Graph({"n1": Node("n1", "a", name)})
    pasted, (id,) = paste(long, long, (0.0, 0.0))
    assert pasted.nodes[id].name == "x" * 59 + "2"


def test_nothing_is_pasted_off_the_canvas():
    pasted, (id,) = paste(graph(), piece_of(graph(), ["a1"]), (9e9, -9e9))
    assert pasted.nodes[id].position == (FAR, -FAR)


def test_a_large_piece_is_pasted_at_once():
    ids = [f"n{number}" for number in range(3000)]
    large = Graph(
        {id: Node(id, "a", f"a{id}", position=(0.0, 0.0)) for id in ids},
        {(b, "x"): Edge(a, "y", b, "x") for a, b in pairwise(ids)},
    )
    start = perf_counter()
    pasted, _ = paste(large, loads(dumps(large)), (0.0, 0.0))
    assert len(pasted) == 6000
    assert len(pasted.edges) == 2 * len(large.edges)
    assert perf_counter() - start < 2.0


def damaged() -> list[str]:
    whole = json.loads(dumps(piece_of(graph(), ["a1", "b1"])))[MARK]
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
        whole | {"nodes": [node, node]},
        whole | {"edges": [["a1"]]},
        whole | {"edges": [edge | {"to": ["gone", "x"]}]},
        whole | {"edges": [edge, loop]},
        whole | {"edges": 5},
    ]
    texts = [json.dumps({MARK: one}) for one in [*mangled, 7, []]]
    return [*texts, "", "hello", f'{{"{MARK}": 1', f'"{MARK}"', "[" * 100_000 + MARK, "__import__('os').abort()"]


@pytest.mark.parametrize("text", damaged(), ids=range(len(damaged())))
def test_whatever_else_is_on_the_clipboard_is_refused_with_a_sentence(text):
    with pytest.raises(CannotPaste) as why:
        loads(text)
    assert str(why.value).endswith(".")
