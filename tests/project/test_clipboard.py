"""A piece of a graph survives the clipboard; nothing else that is found there does any harm."""

from __future__ import annotations

import json

import pytest

from netbuilder.graph import Edge, Graph
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


def damaged() -> list[str]:
    whole = json.loads(dumps(piece_of(graph(), ["a1", "b1"])))
    node = whole["nodes"][0]
    twice = whole | {"nodes": [node, node]}
    loop = whole | {"edges": [["a1", "y", "b1", "x"], ["b1", "y", "a1", "x"]]}
    mangled = [
        whole | {"nodes": "all"},
        whole | {"nodes": [7]},
        whole | {"nodes": [node | {"position": [1e999, 0]}]},
        whole | {"nodes": [node | {"position": [1e9, 0]}]},
        whole | {"nodes": [node | {"name": "x" * 500}]},
        whole | {"nodes": [node | {"settings": [1]}]},
        whole | {"edges": [["a1"]]},
        whole | {"edges": [["a1", "y", "gone", "x"]]},
        whole | {"edges": 5},
        twice,
        loop,
    ]
    texts = [json.dumps(one) for one in mangled]
    return [*texts, "", "hello", f'{{"{MARK}": 1', f'"{MARK}"', "[" * 100_000 + MARK, "__import__('os').abort()"]


@pytest.mark.parametrize("text", damaged(), ids=range(len(damaged())))
def test_whatever_else_is_on_the_clipboard_is_refused_with_a_sentence(text):
    with pytest.raises(CannotPaste) as why:
        loads(text)
    assert str(why.value).endswith(".")
