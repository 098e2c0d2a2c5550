"""What is bypassed is not in the network, and the drawing says so."""

from __future__ import annotations

from netbuilder.compile.check import Inferences, check
from netbuilder.graph import edits as e
from netbuilder.layers import standard
from tests.compile.drawing import DIGITS, add, draw, join, look

CNN = draw(("conv2d", {"padding": "same"}), "relu", "max_pool2d", "flatten", ("linear", {"out_features": 10}))


def bypassed(project, *ids, on=True):
    return project.with_graph(e.bypass(project.main, ids, bypassed=on))


def test_a_bypassed_layer_is_in_no_line_of_the_source_and_has_no_cost():
    checked = look(bypassed(CNN, "n4"))
    assert checked.can_train
    assert "max_pool" not in checked.source.text
    assert "n4" not in checked.cost.per_node
    assert checked.inferred["n6"] == {"in_features": 32 * 64}


def test_the_source_is_that_of_a_drawing_without_it():
    without = CNN.with_graph(e.connect(e.remove_nodes(CNN.main, ["n3"]), e.Edge("n2", "y", "n4", "x")))
    assert look(bypassed(CNN, "n3")).source.text == look(without).source.text


def test_used_again_it_is_as_it_was_also_for_a_check_that_remembers():
    memory = Inferences()
    first = check(CNN, standard(), DIGITS, memory)
    check(bypassed(CNN, "n3", "n4"), standard(), DIGITS, memory)
    assert check(bypassed(bypassed(CNN, "n3"), "n3", on=False), standard(), DIGITS, memory).source == first.source


def test_shapes_that_do_not_fit_without_it_are_told_as_any_other():
    (problem,) = look(bypassed(CNN, "n5")).problems
    assert problem.node == "n6"
    assert "Flatten" in problem.sentence


def test_with_nothing_to_hand_on_it_says_so_and_one_click_uses_it_again():
    project, relu = add(CNN, "relu")
    project, total = add(project, "add")
    project = join(join(project, "n3", total, "x1"), relu, total, "x2")
    project = join(bypassed(project, relu), total, "n4")
    problem = next(p for p in look(project).problems if p.node == relu)
    assert "nothing flows into it" in problem.sentence
    assert not problem.fix.edit(project).main.nodes[relu].bypassed


def test_a_block_is_bypassed_like_a_layer():
    from tests.compile.random_blocks import random_project

    project = random_project(3)
    found = [(n, node.id) for n, g in project.graphs.items() for node in g if node.kind.startswith("block:")]
    name, id = found[0]
    graph = e.bypass(project.graphs[name], [id])
    checked = look(project.with_graph(graph, name))
    assert id not in (checked.cost.per_node if checked.cost and name == "main" else {})
