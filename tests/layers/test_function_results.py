"""The layers that are expressions: what comes of them, and what is told of inputs that do not fit."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.nn import functional

from netbuilder.compile.check import check
from netbuilder.graph import Edge, Graph, Node
from netbuilder.layers import Layer, standard
from netbuilder.layers.functional import ConvTranspose2dWith
from netbuilder.project import Project
from tests.layers.running import build, call, example, run


def made(kind: str, **settings: Any) -> Layer:
    layer = standard().find(kind)
    assert layer is not None, kind
    return layer(**settings)


def test_stochastic_depth_is_the_usual_one() -> None:
    layer, x = made("stochastic_depth", p=0.25), torch.randn(512, 3, 2)
    scope = build(layer, {"x": x})
    torch.manual_seed(1)
    dropped = call(layer, scope, {"x": x})["y"]
    whole = torch.isclose(dropped, x / 0.75).flatten(1).all(1)
    gone = (dropped == 0).flatten(1).all(1)
    assert bool((whole ^ gone).all())
    assert 0.15 < gone.float().mean() < 0.35
    scope["self"].eval()
    assert torch.equal(call(layer, scope, {"x": x})["y"], x)


def test_a_causal_mask_serves_attention() -> None:
    query = torch.randn(2, 2, 5, 4)
    mask = run(made("causal_mask"), {"x": torch.randn(2, 5, 4)})["y"]
    expected = functional.scaled_dot_product_attention(query, query, query, is_causal=True)
    assert torch.allclose(functional.scaled_dot_product_attention(query, query, query, attn_mask=mask), expected)
    hidden = run(made("causal_mask", form="hide"), {"x": torch.randn(2, 5, 4)})["y"]
    assert torch.equal(hidden, ~mask)
    scores = run(made("causal_mask", form="infinity"), {"x": torch.randn(2, 5, 4)})["y"]
    assert torch.equal(scores == float("-inf"), hidden)


def test_ports_follow_the_settings() -> None:
    assert [port.name for port in made("subtract", number=1).inputs()] == ["x1"]
    assert [port.name for port in made("expand", size=[-1, 4]).inputs()] == ["x"]
    assert [port.name for port in made("expand").inputs()] == ["x", "like"]
    assert [port.name for port in made("where", value=1, otherwise=0).inputs()] == ["condition"]
    assert [port.name for port in made("index", index="i1, :, i2").inputs()] == ["x", "i1", "i2"]
    assert [port.name for port in made("einsum", equation="i,j,k->ijk").inputs()] == ["x1", "x2", "x3"]
    assert len(made("unbind", entries=5).outputs()) == 5
    run(made("index", index=":, i1"), example(made("index", index=":, i1")) | {"i1": torch.tensor([1, 0])})


@pytest.mark.parametrize(
    ("kind", "settings", "shapes"),
    [
        ("sort", {"dim": 3}, {"x": (3, 4)}),
        ("select_scatter", {}, {"x": (3, 4, 5), "src": (3, 4)}),
        ("slice_scatter", {"end": 2}, {"x": (3, 4, 5), "src": (3, 3, 5)}),
        ("parameter", {"init": "xavier", "shape": [3]}, {}),
        ("full", {"dtype": "uint8", "fill_value": -1}, {"like": (3, 4)}),
        ("scaled_dot_product_attention", {"is_causal": True}, {"query": (3, 4, 5), "attn_mask": (4, 4)}),
    ],
)
def test_what_torch_would_find_out_too_late_is_said(kind: str, settings: Any, shapes: Any) -> None:
    assert made(kind, **settings).overlooked(shapes)


def test_weights_that_do_not_fit_a_transposed_convolution_are_told() -> None:
    layer = ConvTranspose2dWith()
    fits = {"x": (3, 8, 7, 7), "weight": (8, 6, 3, 3), "bias": (6,)}
    assert not layer.overlooked(fits)
    assert layer.overlooked(fits | {"weight": (7, 6, 3, 3)})
    assert layer.overlooked(fits | {"bias": (5,)})
    assert ConvTranspose2dWith(output_padding=1).overlooked(fits)
    assert ConvTranspose2dWith(stride=(2, 2, 2)).overlooked(fits)


def network(kind: str, **settings: Any) -> str:
    """The source of x + VALUE -> Linear, where VALUE flows in from nowhere."""
    nodes = [
        Node("x", "input", "x", {"shape": [4, 8], "dtype": "float32"}),
        Node("v", kind, "value", settings),
        Node("a", "add", "sum"),
        Node("l", "linear", "head", {"out_features": 2}),
        Node("o", "output", "result"),
    ]
    edges = [Edge("x", "y", "a", "x1"), Edge("v", "y", "a", "x2"), Edge("a", "y", "l", "x"), Edge("l", "y", "o", "x")]
    graph = Graph({node.id: node for node in nodes}, {(edge.target, edge.input): edge for edge in edges})
    checked = check(Project().with_graph(graph), standard(), None)
    assert not checked.errors
    assert checked.source is not None
    return checked.source.text


def built(text: str) -> torch.nn.Module:
    scope: dict[str, Any] = {"__name__": "drawn"}
    exec(compile(text, "drawn.py", "exec"), scope)
    model: torch.nn.Module = scope["Network"]()
    return model


def test_a_parameter_that_flows_into_a_network_is_learned() -> None:
    text = network("parameter", shape=[1, 4, 8])
    assert "self.value = nn.Parameter(torch.randn(1, 4, 8) * 0.02)" in text
    assert "x + self.value" in text or "= self.value" in text
    model = built(text)
    before = model.value.detach().clone()  # type: ignore[operator]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(torch.randn(3, 4, 8)).square().sum().backward()
    optimizer.step()
    assert not torch.equal(before, model.value)  # type: ignore[arg-type]


def test_a_buffer_and_a_constant_flow_into_a_network_and_are_not_learned() -> None:
    for kind, settings in (("buffer", {"shape": [4, 8]}), ("arange", {"end": 8}), ("constant", {"value": "0.5"})):
        model = built(network(kind, **settings))
        assert [name for name, _ in model.named_parameters()] == ["head.weight", "head.bias"]
        assert model(torch.randn(3, 4, 8)).shape == (3, 4, 2)


def test_functional_is_imported_where_it_is_used() -> None:
    line = "from torch.nn import functional as F"
    assert line not in network("parameter", shape=[1, 4, 8])
    nodes = [
        Node("x", "input", "x", {"shape": [4, 8], "dtype": "float32"}),
        Node("p", "pad", "pad"),
        Node("o", "output", "result"),
    ]
    edges = [Edge("x", "y", "p", "x"), Edge("p", "y", "o", "x")]
    graph = Graph({node.id: node for node in nodes}, {(edge.target, edge.input): edge for edge in edges})
    source = check(Project().with_graph(graph), standard(), None).source
    assert source is not None
    assert line in source.text
    assert built(source.text)(torch.randn(3, 4, 8)).shape == (3, 4, 10)
