"""What is drawn of learning rates and freezing reaches the attributes of the source, and leaves its text alone."""

from __future__ import annotations

from netbuilder.compile.check import Inferences, check
from netbuilder.graph import edits as e
from netbuilder.layers import standard
from netbuilder.project.blocks import make_block
from tests.compile.drawing import DIGITS, draw, look

CNN = draw(("conv2d", {"padding": "same"}), "batch_norm2d", "relu", "flatten", ("linear", {"out_features": 10}))


def of(project, graph="main"):
    """The ids of a graph by kind."""
    return {node.kind: node.id for node in project.graphs[graph]}


def blocks(repeat=1):
    """The CNN with its convolution and its norm in a block, and the id of the block."""
    ids = of(CNN)
    project, id = make_block(CNN, "main", [ids["conv2d"], ids["batch_norm2d"]], "Stage")
    if repeat > 1:
        project = project.with_graph(e.set_settings(project.main, id, {"repeat": repeat}))
    return project, id


def test_a_rate_and_a_frozen_layer_are_told_by_attribute_and_the_text_is_as_before():
    ids = of(CNN)
    marked = e.set_rate(e.freeze(CNN.main, [ids["conv2d"]]), [ids["linear"]], 0.1)
    plain, source = look(CNN).source, look(CNN.with_graph(marked)).source
    names = {name: attribute for attribute, name in plain.modules.items()}
    conv, linear = (names[CNN.main.nodes[ids[kind]].name] for kind in ("conv2d", "linear"))
    assert source.rates == {"": {conv: 0.0, linear: 0.1}}
    assert (plain.rates, source.text) == ({}, plain.text)


def test_what_is_said_of_a_block_and_of_a_layer_in_it_is_multiplied():
    project, id = blocks()
    inner = project.graphs["Stage"]
    conv = inner.nodes[of(project, "Stage")["conv2d"]]
    project = project.with_graph(e.set_rate(inner, [conv.id], 0.5), "Stage")
    (alone,) = look(project).source.rates[""].items()
    assert alone[1] == 0.5
    rates = look(project.with_graph(e.set_rate(project.main, [id], 0.1))).source.rates[""]
    assert sorted(rates.values()) == [0.05, 0.1]
    assert max(rates, key=len).startswith(min(rates, key=len) + ".")
    frozen = look(project.with_graph(e.freeze(project.main, [id]))).source.rates[""]
    assert list(frozen.values()) == [0.0]


def test_every_attribute_that_is_named_is_one_of_the_network():
    project, id = blocks()
    inner = project.graphs["Stage"]
    project = project.with_graph(e.freeze(inner, [of(project, "Stage")["batch_norm2d"]]), "Stage")
    source = look(project.with_graph(e.set_rate(project.main, [id], 0.1))).source
    assert set(source.rates[""]) <= set(source.modules)


def test_a_check_that_remembers_sees_that_a_layer_in_a_block_was_frozen_since():
    project, _ = blocks()
    memory = Inferences()
    assert check(project, standard(), DIGITS, memory).source.rates == {}
    inner = project.graphs["Stage"]
    frozen = project.with_graph(e.freeze(inner, [of(project, "Stage")["conv2d"]]), "Stage")
    assert list(check(frozen, standard(), DIGITS, memory).source.rates[""].values()) == [0.0]
    assert check(project, standard(), DIGITS, memory).source.rates == {}


def test_a_network_of_which_all_is_frozen_is_a_problem_that_can_be_mended():
    project, _ = blocks()
    ids = of(project)
    inner = project.graphs["Stage"]
    whole = e.freeze(inner, [node.id for node in inner if node.kind not in ("input", "output")])
    frozen = project.with_graph(whole, "Stage").with_graph(e.freeze(project.main, [ids["linear"]]))
    (problem,) = look(frozen).errors
    assert problem.sentence.startswith("Nothing would be learned: all weights of the network are frozen.")
    mended = problem.fix.edit(frozen)
    assert look(mended).can_train
    assert mended == project


def test_one_layer_that_still_learns_is_enough():
    ids = of(CNN)
    assert look(CNN.with_graph(e.freeze(CNN.main, [ids["conv2d"], ids["batch_norm2d"]]))).can_train
