"""A node made a layer of another kind: what stays."""

from __future__ import annotations

import pytest

from netbuilder.expression import expression
from netbuilder.graph import Edge, Graph, Node, edits
from netbuilder.layers import standard
from netbuilder.ui.canvas.swapping import kept_settings, swap


def kind(name):
    found = standard().find(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        (
            {"out_channels": 64, "kernel_size": 5, "stride": 3},
            "conv_transpose2d",
            {"out_channels": 64, "kernel_size": 5, "stride": 3},
        ),
        ({"out_channels": 64, "kernel_size": [5, 5]}, "conv1d", {"out_channels": 64, "kernel_size": 5}),
        ({"out_channels": 64, "kernel_size": [3, 5]}, "conv1d", {"out_channels": 64}),
        ({"out_channels": 48}, "linear", {"out_features": 48}),
        ({"hidden_size": 48, "num_layers": 2}, "gru", {"hidden_size": 48, "num_layers": 2}),
        ({"p": 0.2}, "dropout2d", {"p": 0.2}),
        ({"out_channels": 64}, "relu", {}),
        ({"out_channels": expression("width * 2")}, "linear", {"out_features": expression("width * 2")}),
        ({"kernel_size": "nonsense"}, "conv1d", {}),
    ],
)
def test_settings_that_the_other_kind_has_are_kept(old, new, kept):
    assert kept_settings(old, kind(new)) == kept


def chain(middle: Node) -> Graph:
    graph = Graph()
    for node in (Node("a", "relu", "a"), middle, Node("z", "relu", "z")):
        graph = edits.add_node(graph, node)
    return graph


def test_edges_go_to_ports_of_the_same_name_and_else_to_free_ones():
    graph = chain(Node("m", "linear", "dense"))
    graph = edits.connect(edits.connect(graph, Edge("a", "y", "m", "x")), Edge("m", "y", "z", "x"))
    lstm = swap(graph, "m", kind("lstm"))
    (first, *_) = [port.name for port in kind("lstm")().outputs()]
    assert lstm.edge_into("z", "x") == Edge("m", first, "z", "x")
    assert [edge.source for edge in lstm.edges_into("m")] == ["a"]
    back = swap(lstm, "m", kind("linear"))
    assert back.edges == graph.edges


def test_how_large_the_output_is_stays_also_where_nobody_set_it():
    linear = swap(chain(Node("m", "conv2d", "m")), "m", kind("linear"), kind("conv2d"))
    assert linear.nodes["m"].settings == {"out_features": 32}


def test_a_name_that_somebody_chose_stays_and_a_made_one_is_made_anew():
    assert swap(chain(Node("m", "linear", "classifier")), "m", kind("conv2d")).nodes["m"].name == "classifier"
    assert swap(chain(Node("m", "linear", "linear3")), "m", kind("conv2d")).nodes["m"].name == "conv"


def test_a_node_that_shares_its_layer_has_its_own_then():
    graph = edits.add_node(chain(Node("m", "linear", "m", {"out_features": 7})), Node("t", "linear", "t", shares="m"))
    swapped = swap(graph, "t", kind("conv2d"))
    assert swapped.nodes["t"].shares == ""
    assert swapped.nodes["t"].settings == {"out_channels": 7}
    assert swap(graph, "m", kind("relu")).nodes["t"].settings == {"out_features": 7}


def test_every_layer_becomes_every_usual_one_and_back_without_a_broken_edge():
    usual = [kind(name) for name in ("linear", "conv2d", "relu", "add", "lstm", "multihead_attention", "split")]
    for layer in standard():
        graph = chain(Node("m", layer.kind, "m"))
        made = layer()
        if made.inputs():
            graph = edits.connect(graph, Edge("a", "y", "m", made.inputs()[0].name))
        if made.outputs():
            graph = edits.connect(graph, Edge("m", made.outputs()[0].name, "z", "x"))
        for other in usual:
            swapped = swap(graph, "m", other)
            ins = {port.name for port in other().inputs()}
            assert {edge.input for edge in swapped.edges_into("m")} <= ins
            assert len(swapped.edges_into("m")) == len(graph.edges_into("m"))
