"""Every sample is a sound drawing, and learns; `make bench-samples` trains each to the score that it promises."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from netbuilder.compile.check import check
from netbuilder.data.catalog import source_of
from netbuilder.launching import launch_of
from netbuilder.layers import standard
from netbuilder.project import Part, Project
from netbuilder.project.blocks import standings
from netbuilder.project.file import dumps, loads, open_file
from netbuilder.resources import folder, samples
from netbuilder.spec import Asked
from netbuilder.train.events import EpochDone, Finished
from netbuilder.train.launch import Launch, launch
from netbuilder.train.recipes import asked_of, recipe_of

SAMPLES = {sample.name: sample for sample in samples()}
NAMES = list(SAMPLES)
ENOUGH = {  # epochs, and the validation accuracy reached by then
    "digits-cnn": (8, 0.97),
    "iris-mlp": (30, 0.9),
    "wine-mlp": (12, 0.9),
    "digits-lstm": (12, 0.9),
    "digits-attention": (8, 0.9),
    "digits-resnet": (6, 0.95),
    "digits-transformer": (12, 0.92),
    "spirals-mlp": (60, 0.97),
}
BEGUN = {  # the settings of the data, and the epochs after which the training loss is half that of the first
    "digits-autoencoder": ({}, 15),
    "digits-vae": ({}, 15),
    "photographs-denoising": ({"samples": 300, "size": 16}, 12),
    "product-two-inputs": ({"samples": 1000}, 15),
    "digits-diffusion": ({}, 7),
    "sequences-gru": ({"length": 6, "samples": 500}, 15),
    "sines-lstm": ({"steps": 600}, 10),
}
REACHED = {  # the settings of the data, the epochs, and the metric and what it reaches by then
    "digits-siamese": ({}, 2, "validation_pair_accuracy", 0.94),
    "digits-few": ({}, 25, "validation_accuracy", 0.9),
    "sequences-lstm": ({"length": 6, "samples": 500}, 15, "validation_accuracy", 0.95),
    "sequences-transformer": ({"length": 6, "samples": 2000}, 12, "validation_accuracy", 0.95),
    "shapes-unet": ({"samples": 400}, 3, "validation_accuracy", 0.85),
    "python-bert": ({"characters": 40_000}, 4, "validation_accuracy", 0.25),
    "python-gpt": ({"characters": 40_000}, 3, "validation_accuracy", 0.3),
    "addition-transformer": ({"samples": 6000, "last_digit_first": True}, 4, "training_accuracy", 0.3),
}


def opened(name: str) -> Project:
    return open_file(folder() / "samples" / f"{name}.netb").project


@pytest.fixture(scope="module")
def datasets():
    """What the samples learn from, each read once."""
    read: dict[str, object] = {}

    def dataset(part: Part):
        known = f"{part.kind} {dict(part.settings)}"
        if known not in read:
            read[known] = source_of(part).read()
        return read[known]

    return dataset


def asked(project: Project, datasets) -> Asked:
    """What the recipe of a sample asks of its networks."""
    return asked_of(project.recipe, datasets(project.data).spec)


def test_the_index_names_every_sample_and_nothing_else():
    index = json.loads((folder() / "samples" / "index.json").read_text("utf-8"))
    assert sorted(entry["name"] for entry in index) == sorted(
        path.stem for path in (folder() / "samples").glob("*.netb")
    )
    assert NAMES[0] == "digits-cnn"
    assert {*ENOUGH, *BEGUN, *REACHED, "digits-gan"} == set(NAMES)  # each is trained here, if only in part


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_no_problem(name, datasets):
    project = opened(name)
    checked = check(project, standard(), asked(project, datasets))
    assert checked.problems == ()
    assert checked.can_train


@pytest.mark.parametrize("name", NAMES)
def test_the_source_of_a_sample_is_the_same_after_save_and_load_and_wherever_its_nodes_lie(name, datasets):
    project = opened(name)
    spec = asked(project, datasets)
    text = check(project, standard(), spec).source.text
    again = loads(dumps(project)).project
    assert check(again, standard(), spec).source.text == text


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_lies_on_the_grid_and_its_nodes_apart(name):
    for graph in opened(name).graphs.values():
        places = [node.position for node in graph]
        assert all(c % 8 == 0 for place in places for c in place)
        for number, (x, y) in enumerate(places):
            for left, top in places[:number]:
                assert abs(x - left) >= 200 or abs(y - top) >= 96


def test_the_samples_show_blocks_with_settings_an_expression_a_repeat_and_several_standings():
    samples = {name: opened(name) for name in ("digits-resnet", "digits-transformer")}
    texts = {name: dumps(project) for name, project in samples.items()}
    assert list(samples["digits-resnet"].blocks) == ["BasicBlock"]
    assert len(list(standings(samples["digits-resnet"], "BasicBlock"))) == 3
    assert '"repeat": 2' in texts["digits-resnet"]
    assert '"out_features": {"=": "width * 4"}' in texts["digits-transformer"]
    assert '"repeat": 3' in texts["digits-transformer"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_of_which_family_it_is_and_opens_with_a_note_that_covers_no_node(name):
    assert SAMPLES[name].family
    graph = opened(name).main
    (note,) = graph.annotations.notes.values()
    assert note.text.startswith("**")
    assert 3 <= len(re.findall(r"[.?](?=\s|$)", note.text)) <= 9
    assert "Try: " in note.text
    (left, top), (width, height) = note.position, note.size
    boxes = [(*node.position, 300.0, 200.0) for node in graph]
    assert not any(x < left + width and left < x + w and y < top + height and top < y + h for x, y, w, h in boxes)


@pytest.mark.parametrize("name", NAMES)
def test_the_score_of_a_sample_is_one_that_its_recipe_tells(name, datasets):
    project, score = opened(name), SAMPLES[name].score
    assert score is not None
    curves = recipe_of(project.recipe).curves(asked(project, datasets).main.target)
    assert score.metric in {curve.validation for curve in curves}
    assert (score.at_least > -math.inf) != (score.at_most < math.inf)


@pytest.mark.parametrize("name", ENOUGH)
def test_a_sample_trains_to_a_good_score(name, datasets, tmp_path):
    project = opened(name)
    epochs, score = ENOUGH[name]
    *_, last = launch(job_of(project, datasets, epochs, tmp_path / "run"))
    assert isinstance(last, Finished), last
    assert last.best["validation_accuracy"] >= score


def test_the_gan_of_the_samples_comes_closer_to_real_digits(datasets, tmp_path):
    events = list(launch(job_of(opened("digits-gan"), datasets, 12, tmp_path / "run")))
    assert isinstance(events[-1], Finished), events[-1]
    distances = [event.metrics["validation_distance"] for event in events if isinstance(event, EpochDone)]
    assert min(distances) <= distances[0] / 2


@pytest.mark.parametrize("name", REACHED)
def test_a_smaller_part_of_a_sample_reaches_a_score(name, datasets, tmp_path):
    project = opened(name)
    changed, epochs, metric, least = REACHED[name]
    project = project.with_data(Part(project.data.kind, {**project.data.settings, **changed}))
    *_, last = launch(job_of(project, datasets, epochs, tmp_path / "run"))
    assert isinstance(last, Finished), last
    assert last.best[metric] >= least


@pytest.mark.parametrize("name", BEGUN)
def test_a_sample_begins_to_learn(name, datasets, tmp_path):
    project = opened(name)
    changed, epochs = BEGUN[name]
    project = project.with_data(Part(project.data.kind, {**project.data.settings, **changed}))
    events = list(launch(job_of(project, datasets, epochs, tmp_path / "run")))
    losses = [event.metrics["training_loss"] for event in events if isinstance(event, EpochDone)]
    assert isinstance(events[-1], Finished), events[-1]
    assert losses[-1] <= losses[0] / 2


def job_of(project: Project, datasets, epochs: int, folder: Path) -> Launch:
    checked = check(project, standard(), asked(project, datasets))
    recipe = recipe_of(project.recipe).with_settings(epochs=epochs)
    return launch_of(checked, datasets(project.data), recipe, None, project.data.kind, device="cpu", folder=folder)
