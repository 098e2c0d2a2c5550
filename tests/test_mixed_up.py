"""Recipes, drawings and data that do not go together: each is told in a sentence, before anything is trained."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

from netbuilder.compile.check import check
from netbuilder.data.catalog import source_of
from netbuilder.graph import edits
from netbuilder.layers import standard
from netbuilder.project import MAIN, Part, Project
from netbuilder.project.file import open_file
from netbuilder.project.graphs import remove_graph
from netbuilder.resources import folder
from netbuilder.spec import DataSpec
from netbuilder.train.recipes import RECIPES, asked_of

Change = Callable[[Project], Project]


class Case(NamedTuple):
    """A sample, what is done to it, and what is said of it."""

    sample: str
    change: Change
    said: str


def by(kind: str, **settings: object) -> Change:
    return lambda project: project.with_recipe(Part(kind, settings))


def more(**settings: object) -> Change:
    return lambda project: project.with_recipe(Part(project.recipe.kind, {**project.recipe.settings, **settings}))


def on(kind: str, **settings: object) -> Change:
    return lambda project: project.with_data(Part(kind, settings))


def node(name: str, graph: str = MAIN, **settings: object) -> Change:
    def change(project: Project) -> Project:
        there = project.graphs[graph]
        found = there.named(name)
        assert found is not None, name
        return project.with_graph(edits.set_settings(there, found.id, {**found.settings, **settings}), graph)

    return change


def renamed(old: str, new: str) -> Change:
    def change(project: Project) -> Project:
        found = project.main.named(old)
        assert found is not None, old
        return project.with_graph(edits.rename_node(project.main, found.id, new))

    return change


def without(*names: str) -> Change:
    def change(project: Project) -> Project:
        ids = [found.id for name in names if (found := project.main.named(name)) is not None]
        assert len(ids) == len(names)
        return project.with_graph(edits.remove_nodes(project.main, ids))

    return change


def both(*changes: Change) -> Change:
    def change(project: Project) -> Project:
        for one in changes:
            project = one(project)
        return project

    return change


CASES = [
    # two networks
    Case("digits-cnn", by("gan"), r"no tab called discriminator. Add one"),
    Case("digits-gan", lambda project: remove_graph(project, "discriminator"), r"no tab called discriminator"),
    Case("digits-gan", more(discriminator="critic"), r"no tab called critic"),
    Case("digits-gan", more(discriminator="main"), r"has to be a network of its own"),
    Case("digits-gan", node("score", "discriminator", out_features=10), r"Set out_features of score to 1"),
    Case("digits-gan", node("picture", shape=[8, 8]), r"it needs N×1×8×8, but picture gives N×8×8"),
    Case(
        "digits-gan", both(more(noise=16), node("noise", shape=[64])), r"says one sample is 64, but in digits it is 16"
    ),
    Case("digits-gan", on("python_source"), r"A GAN makes up real numbers"),
    Case("digits-gan", on("digit_times_number"), r"A GAN makes up one thing, but digit times number has 2 inputs"),
    Case("digits-gan", by("supervised"), r"spread"),
    # text
    Case("digits-cnn", by("language_model"), r"learns from text, .* and digits is none"),
    Case("sequences-lstm", by("language_model"), r"marked letters is none. Choose a text in Data"),
    Case("addition-transformer", by("language_model"), r"learns from text"),
    Case("python-gpt", on("digits"), r"learns from text"),
    Case("python-gpt", by("autoencoder"), r"whole numbers that stand for words. Choose the recipe for language models"),
    Case("digits-cnn", by("seq2seq"), r"learns from two sequences of tokens, .* and digits has not both"),
    Case("sequences-lstm", by("seq2seq"), r"Choose such data in Data, for instance Addition"),
    Case("digits-cnn", by("masked_tokens"), r"learns from text, .* and digits is no such sequence"),
    Case("python-gpt", by("masked_tokens"), r"Set out_features of head to 98"),
    Case("python-bert", by("language_model"), r"Set out_features of head to 97"),
    # autoencoders
    Case("digits-cnn", by("autoencoder"), r"asks for a number at each of 1×8×8 places: .* digit gives N×10"),
    Case("digits-autoencoder", by("supervised"), r"digits has 10 classes, but rebuilt_picture gives N×1×8×8"),
    Case("digits-autoencoder", by("vae"), r"needs an Output called mean"),
    Case("digits-vae", renamed("log_variance", "spread_out"), r"needs an Output called log_variance"),
    Case("digits-autoencoder", on("iris"), r"rebuilt_picture"),
    Case("product-two-inputs", by("vae"), r"gives one input back, but digit times number has 2"),
    # diffusion
    Case("digits-cnn", by("diffusion"), r"digits has 2 inputs, but the network has 1"),
    Case("digits-diffusion", renamed("time", "clock_time"), r"no input called clock_time: it has picture, time"),
    Case("digits-diffusion", node("tell", out_channels=3), r"it needs N×1×8×8, but tell gives N×3×8×8"),
    Case("digits-diffusion", by("supervised"), r"digits has 1 input, but the network has 2"),
    # losses, metrics and targets
    Case("iris-mlp", more(loss="dice"), r"Dice"),
    Case("digits-cnn", more(loss="binary_cross_entropy"), r"is for labels or for two classes"),
    Case("sines-lstm", by("supervised", loss="cross_entropy"), r"Set the loss to mean squared error"),
    Case("shapes-unet", more(loss="mse"), r"Set the loss to cross entropy"),
    Case("iris-mlp", more(metrics=["r2"]), r"R²"),
    Case("sines-lstm", by("supervised", metrics=["f1"]), r"F1 is for classes or labels"),
    Case("digits-cnn", node("digit", out_features=11), r"Set out_features of digit to 10"),
    Case("shapes-unet", node("pixel_classes", out_channels=3), r"Set out_channels of pixel_classes to 4"),
    Case("digits-cnn", on("iris"), r"conv1 needs a 4-D input"),
    Case("digits-cnn", on("photographs"), r"has nothing to predict"),
    Case("product-two-inputs", on("digits"), r"digits has 1 input, but the network has 2"),
    Case("sines-lstm", on("sequences"), r"windows over a series in time, and marked letters has none"),
    Case("digits-cnn", by("forecast"), r"windows over a series in time, and digits has none"),
    Case("sines-lstm", more(season=500), r"lies before a window of 48"),
    Case("photographs-denoising", by("contrastive"), r"photographs has no class for each sample"),
    Case("digits-siamese", more(batch_size=1), r"one alone makes none"),
    Case("digits-autoencoder", by("contrastive"), r"Put a Flatten before rebuilt"),
    Case("sequences-lstm", by("contrastive", pairs="views"), r"Views of a sample differ by noise"),
    Case("iris-mlp", more(mixture="cutmix"), r"CutMix cuts boxes out of pictures"),
    Case("sines-lstm", more(mixture="mixup"), r"Forecast has no setting called 'mixture'"),
    Case("python-gpt", more(metrics=["r2"]), r"R² is for numbers"),
    # settings
    Case("digits-cnn", more(learning_rate=-1), r"learning rate"),
    Case("digits-cnn", more(optimizer="adamant"), r"optimizer must be one of"),
    Case("digits-gan", more(loss={"kind": "wasserstein", "settings": {"penalty": "much"}}), r"penalty"),
    Case("digits-cnn", by("telepathy"), r"can't train by 'telepathy'. Choose one of: supervised"),
]


@cache
def sample(name: str) -> Project:
    return open_file(folder() / "samples" / f"{name}.netb").project


@cache
def spec(part: str, kind: str) -> DataSpec:
    project = next(project for project in KNOWN if str(project.data) == part)
    return source_of(project.data).read().spec


KNOWN: list[Project] = []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.sample}: {case.said[:40]}")
def test_what_does_not_go_together_is_told_before_the_run(case: Case) -> None:
    project = case.change(sample(case.sample))
    KNOWN.append(project)
    asked = asked_of(project.recipe, spec(str(project.data), project.data.kind))
    checked = check(project, standard(), asked)
    assert not checked.can_train
    sentences = [problem.sentence for problem in checked.errors]
    assert sentences
    assert any(re.search(case.said, sentence) for sentence in sentences), sentences
    for sentence in sentences:
        assert sentence.endswith((".", "?"))
        assert len(sentence) < 320
        assert "Traceback" not in sentence
        assert "Error" not in sentence


def test_there_are_forty_of_them_and_every_way_of_training_is_among_them() -> None:
    assert len(CASES) >= 40
    recipes = {case.change(sample(case.sample)).recipe.kind for case in CASES}
    assert {recipe.kind for recipe in RECIPES} <= recipes
