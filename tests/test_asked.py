"""What a network was asked in training is what a run remembers, what is looked into and what is taken away."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from netbuilder import resources
from netbuilder.data.catalog import SOURCES, source_of
from netbuilder.data.sequences import Copying
from netbuilder.data.source import DataError
from netbuilder.export.bundle import Bundle
from netbuilder.export.export import export_run
from netbuilder.probes.asking import NothingToShow, asked_once
from netbuilder.project import Project
from netbuilder.project.file import open_file
from netbuilder.spec import TargetSpec
from netbuilder.train.fingerprint import fingerprint, other_form
from netbuilder.train.launch import launch
from netbuilder.train.recipes import RECIPES, Autoencoder, Recipe, RecipeError, recipe_of
from netbuilder.train.recipes.masked import MaskedTokens
from netbuilder.train.run import Run
from netbuilder.train.spec_record import spec_as_json
from tests.train.toy import digits, job

REBUILDS = """import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.code = nn.Linear(64, 8)
        self.back = nn.Linear(8, 64)

    def forward(self, image):
        x = self.code(image.flatten(1))
        return self.back(x).unflatten(1, (1, 8, 8))
"""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.kind)
@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.kind)
def test_what_is_asked_of_any_data_is_told_or_refused_in_a_sentence(recipe: type[Recipe], source: type) -> None:
    try:
        spec = source().read().spec
    except DataError:
        pytest.skip("needs a file")
    try:
        asked = recipe().asked(spec)
    except RecipeError:
        with pytest.raises(RecipeError, match=r"\.$"):
            recipe().asked(spec)
        return
    assert asked.inputs
    assert asked.target is not None or spec.target is None


def projects() -> dict[str, Project]:
    """A sample for each way of learning, by its kind."""
    opened = [open_file(sample.path).project for sample in resources.samples()]
    return {project.recipe.kind: project for project in reversed(opened)}


@pytest.mark.parametrize("project", projects().values(), ids=projects())
def test_a_run_can_go_on_with_the_data_that_it_had_whatever_its_network_is_asked(project: Project) -> None:
    """What it remembers is what its network was asked, which need not be what the data says of itself."""
    dataset, recipe = source_of(project.data).read(), recipe_of(project.recipe)
    asked = recipe.as_asked(dataset).spec
    record = json.loads(json.dumps({"data_fingerprint": fingerprint(dataset), "spec": spec_as_json(asked)}))
    assert other_form(record, dataset, asked) == ""
    assert "samples then" in other_form(record, replace(dataset, targets=dataset.targets[1:]), asked)


def test_an_autoencoder_is_asked_for_pictures_wherever_its_run_goes(tmp_path: Path) -> None:
    recipe, data = Autoencoder(epochs=1), digits()
    list(launch(job(tmp_path / "run", recipe, source_text=REBUILDS, node_lines={}, node_names={}, dataset=data)))
    run = Run.open(tmp_path / "run")
    assert run.spec.target == TargetSpec("number", names=("image",), positions=(1, 8, 8))
    seen = recipe.as_asked(data)
    with pytest.raises(NothingToShow, match="at each of 1×8×8 places"):
        asked_once(seen)
    report = export_run(run, Bundle(), tmp_path / "bundle", seen)
    assert report.largest_difference <= report.allowed
    printed = subprocess.run(
        [sys.executable, "predict.py"], cwd=tmp_path / "bundle", capture_output=True, text=True, check=True
    ).stdout
    assert "1 x 8 x 8" in printed
    assert "%" not in printed


FILLS = """import torch
from torch import nn


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(28, 8)
        self.lstm = nn.LSTM(8, 8, batch_first=True, bidirectional=True)
        self.scores = nn.Linear(16, 28)

    def forward(self, tokens):
        x, _ = self.lstm(self.embedding(tokens))
        return self.scores(x)
"""


def test_a_network_for_gaps_is_asked_for_what_is_hidden_wherever_its_run_goes(tmp_path: Path) -> None:
    recipe, data = MaskedTokens(epochs=1, hidden=0.3), Copying(letters=26, length=10, samples=60).read()
    list(launch(job(tmp_path / "run", recipe, source_text=FILLS, node_lines={}, node_names={}, dataset=data)))
    run, seen = Run.open(tmp_path / "run"), recipe.as_asked(data)
    assert run.spec == seen.spec
    assert run.spec.gap == run.spec.tokens[-1] == "▢"
    report = export_run(run, Bundle(), tmp_path / "bundle", seen)
    assert report.largest_difference <= report.allowed
    known = json.loads((tmp_path / "bundle" / "about.json").read_text("utf-8"))
    assert (known["gap"], known["length"]) == ("▢", 10)
