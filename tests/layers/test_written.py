"""A layer in a drawing: what the source says of it, loaded, does what the layer's own text does."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch

from netbuilder.compile.check import check
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.layers import In, Layer, standard
from netbuilder.model_file import make_model
from netbuilder.project import Project
from tests.layers.running import LINES, build, call, example

# What makes a mask or complex numbers of the real ones that an Input gives, as a node and as a function.
MAKES: dict[str, tuple[str, Any]] = {
    "bool": ("gt", lambda tensor: tensor > 0),
    "complex": ("fft", torch.fft.fft),
}
FIRST = {"dim": 0, "index": 0}  # takes the batch away: what flows in is the same for all samples


def flowing(layer: Layer) -> dict[str, torch.Tensor]:
    """What the Inputs are given, by port: where the port takes no batch, in a batch of one."""
    given = {}
    for port in layer.inputs():
        if port.optional and port.example[0] != "N":
            continue
        tensor = example(layer, [port.name])[port.name]
        tensor = tensor.float() if port.dtype == "bool" else tensor.real if port.dtype == "complex" else tensor
        given[port.name] = tensor if port.example[0] == "N" else tensor[None]
    return given or {"": torch.randn(4, 3)}  # a network needs an Input, if only to ignore it


def reaching(port: In, tensor: torch.Tensor) -> torch.Tensor:
    """What has become of it at the port."""
    tensor = tensor if port.example[0] == "N" else tensor[0]
    return MAKES[port.dtype][1](tensor) if port.dtype in MAKES else tensor


def drawn(layer: Layer, given: dict[str, torch.Tensor]) -> Project:
    """An Input for each tensor, the layer, and an Output for each of its outputs."""
    graph = e.add_node(Graph(), Node("layer", layer.kind, "layer", layer.changed()))
    ports = {port.name: port for port in layer.inputs()}
    for name, tensor in given.items():
        dtype = "int64" if tensor.dtype == torch.int64 else "float32"
        between: list[tuple[str, dict[str, Any]]] = [("input", {"shape": list(tensor.shape[1:]), "dtype": dtype})]
        if name in ports:
            between += [("select", FIRST)] if ports[name].example[0] != "N" else []
            between += [(MAKES[ports[name].dtype][0], {})] if ports[name].dtype in MAKES else []
        last = ""
        for kind, settings in between:
            id = f"{kind}_{name}"
            graph = e.add_node(graph, Node(id, kind, e.new_name(graph, kind), settings))
            graph = _join(graph, last, id) if last else graph
            last = id
        if name in ports:
            graph = e.connect(graph, Edge(last, "y", "layer", name))
    for port in layer.outputs():
        graph = e.add_node(graph, Node(f"out_{port.name}", "output", e.new_name(graph, "output")))
        graph = e.connect(graph, Edge("layer", port.name, f"out_{port.name}", "x"))
    if not ports:
        graph = e.add_node(graph, Node("ignored", "output", "ignored"))
        graph = e.connect(graph, Edge("input_", "y", "ignored", "x"))
    return Project().with_graph(graph)


def _join(graph: Graph, source: str, target: str) -> Graph:
    layer = standard().find(graph.nodes[target].kind)
    assert layer is not None
    return e.connect(graph, Edge(source, "y", target, layer().inputs()[0].name))


@pytest.mark.parametrize("layer", LINES, ids=lambda layer: layer.kind)
def test_the_source_of_a_drawing_does_what_the_layer_does(layer: type[Layer], tmp_path: Path) -> None:
    made = layer()
    torch.manual_seed(2)
    given = flowing(made)
    tensors = {port.name: reaching(port, given[port.name]) for port in made.inputs() if port.name in given}
    checked = check(drawn(made, given), standard(), None)
    assert checked.source is not None, [problem.sentence for problem in checked.problems]
    (tmp_path / "model.py").write_text(checked.source.text, encoding="utf-8")

    torch.manual_seed(0)
    network = make_model(tmp_path / "model.py")
    again = make_model(tmp_path / "model.py")
    again.load_state_dict(network.state_dict())
    torch.manual_seed(0)
    direct = copy.deepcopy(build(made, tensors)["self"]).eval()
    scope = {**build(made, tensors), "self": direct}
    torch.manual_seed(1)
    expected = list(call(made, scope, tensors).values())
    for model in (network.eval(), again.eval()):
        torch.manual_seed(1)
        results = model(*given.values())
        found = results if isinstance(results, tuple) else (results,)
        assert len(found) >= len(expected)
        for one, other in zip(found, expected, strict=False):
            assert one.dtype == other.dtype
            assert torch.equal(torch.nan_to_num(one), torch.nan_to_num(other))
