"""Which ports can be joined, what new nodes are called, and where the arrow keys lead."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from netbuilder.graph import Edge, Node
from netbuilder.layers import standard
from netbuilder.ui.canvas import walking, wiring
from netbuilder.ui.canvas.wiring import End
from tests.toy import chain


def layer(kind: str):
    found = standard().find(kind)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "name"),
    [("conv2d", "conv"), ("conv1d", "conv"), ("batch_norm2d", "norm"), ("layer_norm", "norm"), ("max_pool2d", "pool"),
     ("adaptive_avg_pool2d", "pool"), ("linear", "linear"), ("input", "input"), ("multihead_attention", "attention"),
     ("leaky_relu", "relu"), ("lstm", "lstm")],
)  # fmt: skip
def test_a_new_node_is_called_after_what_it_does(kind, name):
    assert wiring.stem(kind) == name


def test_an_input_is_called_after_the_data():
    graph, entrance = chain("a", "b"), layer("input")
    assert wiring.new_node(graph, entrance, offered=["a", "picture"]).name == "picture"
    assert wiring.new_node(graph, entrance, offered=["a"]).name == "a2"
    assert wiring.new_node(graph, entrance).name == "image"


def test_every_layer_has_a_name_to_give_its_nodes():
    assert all(wiring.stem(found.kind).isidentifier() for found in standard())


def test_a_refusal_is_the_broken_rules_own_sentence():
    graph = chain("a", "b")
    assert "circle" in wiring.refusal(graph, Edge("b", "y", "a", "x"))
    assert "itself" in wiring.refusal(graph, Edge("a", "y", "a", "x"))
    assert wiring.refusal(graph, Edge("a", "y", "b", "x")) == ""


def test_out_of_reach_is_what_would_make_a_circle():
    graph = chain("a", "b", "c")
    assert wiring.out_of_reach(graph, End("b", "y", True)) == {"a", "b"}
    assert wiring.out_of_reach(graph, End("b", "x", False)) == {"b", "c"}


def test_a_node_takes_the_edge_at_its_first_free_input():
    graph = wiring.connect(chain("a", "b"), Edge("a", "y", "b", "x"))
    assert wiring.best_port(graph, "b", ["x", "z"], output=False) == "z"
    assert wiring.best_port(graph, "b", ["x"], output=False) == "x"
    assert wiring.best_port(graph, "b", [], output=False) is None


def test_inserting_keeps_both_ends():
    graph, edge = chain("a", "b"), Edge("a", "y", "b", "x")
    made = wiring.insert(graph, edge, Node("n", "relu", "n"), layer("relu"))
    assert made is not None
    assert [(e.source, e.target) for e in made.edges.values()] == [("a", "n"), ("n", "b")]


def test_a_layer_without_an_output_is_not_inserted():
    assert wiring.insert(chain("a", "b"), Edge("a", "y", "b", "x"), Node("n", "output", "n"), layer("output")) is None


def test_dissolving_a_run_joins_its_neighbours():
    made = wiring.dissolve(chain("a", "b", "c", "d"), ["b", "c"])
    assert list(made.edges.values()) == [Edge("a", "y", "d", "x")]


def test_walking_without_an_edge_goes_to_the_nearest_node_that_way():
    rects = {"a": QRectF(0, 0, 100, 50), "b": QRectF(10, 100, 100, 50), "c": QRectF(0, 900, 100, 50)}
    assert walking.nearest(rects, "a", "down") == "b"
    assert walking.nearest(rects, "a", "up") is None
    assert walking.first(rects) == "a"
