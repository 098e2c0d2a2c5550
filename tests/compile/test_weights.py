"""Weights by their places: they find their way into the generated module and back, whatever nodes are called."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from netbuilder import cli
from netbuilder.compile.blocks import catalog_of
from netbuilder.compile.check import check
from netbuilder.compile.difference import Unlike, apart, build, largest_difference
from netbuilder.compile.trace.report import import_model
from netbuilder.compile.weights import attributes, start_of, state_of
from netbuilder.graph import edits
from netbuilder.graph.block import ENDS, Block, Exposed, kind_of
from netbuilder.graph.errors import GraphError
from netbuilder.graph.graph import Edge, Graph, Node
from netbuilder.graph.order import topological
from netbuilder.layers import standard
from netbuilder.model_file import make_model
from netbuilder.project import Project, blocks
from netbuilder.project.file import dumps, loads, open_file, save
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


def starts_as(project, weights, path):
    """What the network gives that starts from these weights, and what is said of them."""
    checked = check(project, standard())
    assert checked.source is not None, checked.problems
    save_weights(weights, path)
    file = path.with_name("model.py")
    file.write_text(checked.source.text, "utf-8")
    model = make_model(file)
    with torch.no_grad():
        for weight in model.state_dict().values():
            weight.zero_()
    said = start_from(model, attributes(checked), path).sentence()
    return model, said


def of_blocks(project):
    return [
        (name, node.id) for name, graph in project.graphs.items() for node in graph if node.kind.startswith("block:")
    ]


@pytest.mark.parametrize("name", ["ResNet", "siamese of blocks", "ViT", "minGPT"])
def test_weights_follow_nodes_out_of_blocks_and_into_new_ones(name, tmp_path):
    found, checked = brought_in(name)
    inputs = CASES[name][1]
    expected = build(checked.source.text, state_of(checked, found.weights)).eval()(*inputs)
    project, dice = found.project, random.Random(3)
    for step in range(12):
        standing = of_blocks(project)
        if standing and step % 3 != 2:
            project, _ = blocks.dissolve(project, *dice.choice(standing))
        else:
            graph = dice.choice([g for g in project.graphs if len(project.graphs[g]) > 3])
            order = [
                id for id in topological(project.graphs[graph]) if project.graphs[graph].nodes[id].kind not in ENDS
            ]
            start = dice.randrange(len(order))
            try:
                project, _ = blocks.make_block(
                    project, graph, order[start : start + dice.randint(1, 4)], f"Made{step}", ports=ports_of(project)
                )
            except GraphError:
                continue
        project = loads(dumps(project)).project
        model, said = starts_as(project, found.weights, tmp_path / "w.safetensors")
        assert said == ""
        assert torch.equal(model.eval()(*inputs), expected), step


def ports_of(project):
    catalog = catalog_of(project, standard())

    def ports(node):
        layer = catalog.find(node.kind).read(node.settings)[0]
        return [p.name for p in layer.inputs() if not p.optional], [p.name for p in layer.outputs()]

    return ports


def test_a_block_that_is_repeated_since_starts_its_first_copy_from_the_file(tmp_path):
    found, _ = brought_in("siamese of blocks")
    id = next(i for n, i in of_blocks(found.project) if n == "main")
    graph = found.project.main
    settings = {**graph.settings_of(id), "repeat": 1}
    assert starts_as(found.project, found.weights, tmp_path / "w.safetensors")[1] == ""
    there = f"{id}/"
    file = {
        f"{id}[0]/{place.removeprefix(there)}" if place.startswith(there) else place: tensor
        for place, tensor in found.weights.items()
    }
    project = found.project.with_graph(edits.set_settings(graph, id, settings))
    assert starts_as(project, file, tmp_path / "w.safetensors")[1] == ""


def test_the_heir_of_a_shared_layer_keeps_its_weights(tmp_path):
    graph = wired_pair()
    project = Project().with_graph(graph)
    weights = {"n2.weight": torch.ones(4, 4), "n2.bias": torch.ones(4)}
    left = edits.connect(edits.remove_nodes(graph, ["n2"]), Edge("n1", "y", "n3", "x"))
    assert left.nodes["n3"].origin == "n2"
    model, said = starts_as(project.with_graph(left), weights, tmp_path / "w.safetensors")
    assert said == ""
    assert all(bool((weight == 1).all()) for weight in model.parameters())


def wired_pair():
    """Input, a Linear that is used twice, Output."""
    graph = Graph()
    for node in (
        Node("n1", "input", "x", {"shape": [4]}),
        Node("n2", "linear", "first", {"out_features": 4}),
        Node("n3", "linear", "again", {}, shares="n2"),
        Node("n4", "output", "y"),
    ):
        graph = edits.add_node(graph, node)
    for edge in (Edge("n1", "y", "n2", "x"), Edge("n2", "y", "n3", "x"), Edge("n3", "y", "n4", "x")):
        graph = edits.connect(graph, edge)
    return graph
