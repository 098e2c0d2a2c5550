"""Networks that are trained beside the main one: they have to be there, and to fit what the recipe asks of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netbuilder.compile.check import Checked, check
from netbuilder.data.builtin import Digits
from netbuilder.graph import Graph, Node, edits
from netbuilder.graph.edits import remove_nodes, set_settings
from netbuilder.layers import standard
from netbuilder.project import Part, Project
from netbuilder.project.file import dumps, loads, open_file
from netbuilder.project.graphs import add_network, remove_graph, rename_graph
from netbuilder.resources import folder
from netbuilder.train.recipes import asked_of

SPEC = Digits().read().spec


@pytest.fixture
def gan() -> Project:
    return open_file(folder() / "samples" / "digits-gan.netb").project


def checked(project: Project) -> Checked:
    return check(project, standard(), asked_of(project.recipe, SPEC))


def changed(project: Project, graph: str, node: str, **settings: object) -> Project:
    there = project.graphs[graph]
    found = there.named(node)
    assert found is not None
    return project.with_graph(set_settings(there, found.id, {**found.settings, **settings}), graph)


def test_a_discriminator_that_is_not_there_is_one_click_away(gan: Project) -> None:
    found = checked(remove_graph(gan, "discriminator"))
    (problem,) = found.errors
    assert "its discriminator, but there is no tab called discriminator" in problem.sentence
    assert not found.can_train
    assert problem.fix is not None
    mended = problem.fix.edit(found.project)
    assert checked(mended).problems == ()
    assert checked(mended).can_train
    assert loads(dumps(mended)).project == mended
    assert problem.fix.edit(mended) == mended  # a second click changes nothing


def test_the_main_network_is_no_discriminator_and_a_block_is_none(gan: Project) -> None:
    itself = gan.with_recipe(replace(gan.recipe, settings={**gan.recipe.settings, "discriminator": "main"}))
    (problem,) = checked(itself).errors
    assert "has to be a network of its own" in problem.sentence


def test_the_recipe_finds_the_tab_by_its_name(gan: Project) -> None:
    renamed = rename_graph(gan, "discriminator", "critic")
    assert not checked(renamed).can_train
    chosen = renamed.with_recipe(replace(gan.recipe, settings={**gan.recipe.settings, "discriminator": "critic"}))
    found = checked(chosen)
    assert found.can_train
    assert found.source is not None
    assert found.source.networks == {"critic": "Critic"}
    assert "class Critic(nn.Module):" in found.source.text


def test_a_discriminator_that_gives_two_numbers_is_told_and_mended_in_its_own_tab(gan: Project) -> None:
    found = checked(changed(gan, "discriminator", "score", out_features=2))
    (problem,) = found.errors
    assert problem.graph == "discriminator"
    assert "Set out_features of score to 1" in problem.sentence
    assert problem.fix is not None
    assert checked(problem.fix.edit(found.project)).problems == ()


def test_a_discriminator_without_an_end_keeps_the_gan_from_being_trained(gan: Project) -> None:
    there = gan.graphs["discriminator"]
    end = next(node for node in there if node.kind == "output")
    found = checked(gan.with_graph(remove_nodes(there, [end.id]), "discriminator"))
    assert not found.can_train
    assert any(problem.graph == "discriminator" for problem in found.errors)


def test_a_generator_of_another_size_is_told(gan: Project) -> None:
    found = checked(changed(gan, "main", "picture", shape=[1, 4, 16]))
    assert not found.can_train
    assert "needs N×1×8×8, but picture gives N×1×4×16" in found.errors[0].sentence


def test_a_network_that_nothing_trains_keeps_nothing_from_being_trained(gan: Project) -> None:
    broken = edits.add_node(Graph(), Node("n1", "linear", "alone", {}, (0.0, 0.0)))
    found = checked(add_network(gan, "sketch", broken))
    assert any(problem.graph == "sketch" for problem in found.problems)
    assert found.errors == ()
    assert found.can_train


def test_data_that_can_not_be_made_up_is_refused_before_anything_else(gan: Project) -> None:
    from netbuilder.data.catalog import source_of

    words = source_of(Part("addition")).read().spec
    found = check(gan, standard(), asked_of(gan.recipe, words))
    assert any("A GAN makes up one thing" in problem.sentence for problem in found.errors)
    assert not found.can_train
