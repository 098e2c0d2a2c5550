"""Weights by their places: they find their way into the generated module and back, whatever nodes are called."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from netbuilder import cli
from netbuilder.compile.check import check
from netbuilder.compile.difference import Unlike, apart, build, largest_difference
from netbuilder.compile.trace.report import import_model
from netbuilder.compile.weights import attributes, start_of, state_of
from netbuilder.graph import edits
from netbuilder.graph.block import Block, Exposed, kind_of
from netbuilder.graph.graph import Edge, Graph, Node
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.project.file import open_file, save
from netbuilder.resources import folder
from netbuilder.weights_file import NoWeights, names_by_place, save_weights, start_from
from tests.compile.trace.test_import import CASES, settled
from tests.compile.wiring import by, project_of, wired

TRIED = ("ResNet", "siamese of blocks", "ViT", "minGPT", "mixture of experts", "text classifier", "tagger")


def brought_in(name: str):
    make, inputs = CASES[name]
    model = settled(make)
    found = import_model(model, inputs, {}, standard())
    return found, check(found.project, standard())


@pytest.mark.parametrize("name", TRIED)
def test_a_state_dict_goes_to_places_and_back(name):
    found, checked = brought_in(name)
    state = state_of(checked, found.weights)
    model = build(checked.source.text, state)
    given = model.state_dict()
    assert set(given) == set(state)
    there = {place: given[key] for place, key in names_by_place(attributes(checked), given).items()}
    assert set(there) == set(found.weights)
    back = state_of(checked, there)
    assert all(torch.equal(back[key], given[key]) for key in given)


def test_places_stay_where_they_are_when_nodes_are_renamed(tmp_path):
    found, checked = brought_in("ResNet")
    save_weights(found.weights, tmp_path / "w.safetensors")
    project = found.project
    for name, graph in project.graphs.items():
        for id, node in graph.nodes.items():
            if node.kind not in ("input", "output"):  # these are the ports of a block
                graph = edits.rename_node(graph, id, f"called {id}")
        project = project.with_graph(graph, name)
    other = check(project, standard())
    model = build(other.source.text, state_of(other, found.weights))
    fresh = build(checked.source.text, state_of(checked, found.weights))
    x = CASES["ResNet"][1][0]
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
        loaded = start_from(model, attributes(other), tmp_path / "w.safetensors")
        assert loaded.sentence() == ""
        assert torch.equal(model(x), fresh(x))


def test_a_project_says_where_its_weights_lie(tmp_path):
    _, checked = brought_in("tagger")
    assert start_of(checked, tmp_path) == (None, {})
    with_weights = replace(checked, project=replace(checked.project, weights="w.safetensors"))
    path, places = start_of(with_weights, tmp_path)
    assert path == tmp_path / "w.safetensors"
    assert places == attributes(checked)


def test_blocks_in_blocks_without_end_are_refused_not_walked_through():
    graphs: dict[str, Graph] = {}
    inner = "linear"
    for depth in range(8):
        settings = {"repeat": 1000} if depth else {}
        nodes = [Node("a", "input", "x"), Node("b", inner, "inside", settings), Node("c", "output", "y")]
        edges = [Edge("a", "y", "b", "x"), Edge("b", "y", "c", "x")]
        name = f"deep{depth}" if depth < 7 else "main"
        graphs[name] = Graph({n.id: n for n in nodes}, {(e.target, e.input): e for e in edges})
        inner = kind_of(name)
    project = Project(graphs, blocks={name: Block() for name in graphs if name != "main"}, weights="w.safetensors")
    checked = check(project, standard())
    named = {name: {"b": "inside"} for name in graphs}
    with pytest.raises(NoWeights, match="too many"):
        attributes(replace(checked, identifiers=named))


def test_training_from_the_command_line_starts_from_the_weights_of_the_project(tmp_path, capsys):
    sample = folder() / "samples" / "iris-mlp.netb"
    project = open_file(sample).project
    given = {"n2.weight": torch.zeros(16, 4), "n2.bias": torch.zeros(16), "n99.weight": torch.zeros(1)}
    save_weights(given, tmp_path / "iris.safetensors")
    save(replace(project, weights="iris.safetensors"), tmp_path / "iris.netb")
    words = ["train", str(tmp_path / "iris.netb"), "--epochs", "1", "--device", "cpu", "--json"]
    assert cli.main([*words, "--run", str(tmp_path / "run")]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert "n99.weight" in first["note"]
    assert first["note"].startswith("Of the weights to start from, 2 fit")
    (tmp_path / "iris.safetensors").unlink()
    assert cli.main([*words, "--run", str(tmp_path / "again")]) == 1
    assert "there is no file" in capsys.readouterr().err
    assert load_file(next((tmp_path / "run" / "checkpoints").glob("epoch*")))


def test_outputs_are_compared_bit_by_bit():
    one = torch.tensor([1.0, float("inf"), float("nan")])
    assert largest_difference([one], [one.clone()]) == 0.0
    assert largest_difference([torch.tensor([1.0])], [torch.tensor([1.5])]) == 0.5
    assert largest_difference([torch.tensor([float("nan")])], [torch.tensor([1.0])]) == float("inf")
    with pytest.raises(Unlike, match="gives 2 outputs, and the model 1"):
        largest_difference([one], [one, one])
    with pytest.raises(Unlike, match="2 float32, and the model's is 3 float32"):
        largest_difference([one], [one[:2]])
    assert len(apart([one, one, one.clone()])) == 2


def test_copies_whose_number_is_worked_out_by_division_have_places_of_their_own():
    inside = wired({"x": "input", "c": ("conv2d", {"out_channels": 4, "padding": 1}), "y": "output"}, "x>c", "c>y")
    row = wired({"x": "input", "b": ("block:In", {"repeat": by("n / 2")}), "y": "output"}, "x>b", "b>y")
    main = wired({"i": ("input", {"shape": [4, 8, 8]}), "a": "block:Out", "o": "output"}, "i>a", "a>o")
    checked = check(project_of(main, {"In": (inside, ()), "Out": (row, (Exposed("n", default=4),))}), standard())
    places = attributes(checked)
    assert (places["a/b[0]/c"], places["a/b[1]/c"]) == ("a.b.0.c", "a.b.1.c")
