"""Every sample is a sound drawing, and trains to what its description promises."""

from __future__ import annotations

import json

import pytest

from netbuilder.compile.check import check
from netbuilder.data.catalog import source_of
from netbuilder.layers import standard
from netbuilder.project import Part, Project
from netbuilder.project.blocks import standings
from netbuilder.project.file import dumps, loads, open_file
from netbuilder.resources import folder, samples
from netbuilder.train.events import Finished
from netbuilder.train.launch import Launch, launch
from netbuilder.train.recipes import recipe_of

NAMES = [sample.name for sample in samples()]
ENOUGH = {  # epochs, and the validation accuracy reached by then
    "digits-cnn": (8, 0.97),
    "iris-mlp": (30, 0.9),
    "wine-mlp": (12, 0.9),
    "digits-lstm": (12, 0.9),
    "digits-attention": (8, 0.9),
    "digits-resnet": (6, 0.95),
    "digits-transformer": (12, 0.92),
}


def opened(name: str) -> Project:
    return open_file(folder() / "samples" / f"{name}.netb").project


@pytest.fixture(scope="module")
def datasets():
    """What the samples learn from, each read once."""
    read: dict[str, object] = {}

    def dataset(part: Part):
        if part.kind not in read:
            read[part.kind] = source_of(part).read()
        return read[part.kind]

    return dataset


def test_the_index_names_every_sample_and_nothing_else():
    index = json.loads((folder() / "samples" / "index.json").read_text("utf-8"))
    assert sorted(entry["name"] for entry in index) == sorted(
        path.stem for path in (folder() / "samples").glob("*.netb")
    )
    assert NAMES[0] == "digits-cnn"
    assert set(ENOUGH) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_has_no_problem(name, datasets):
    project = opened(name)
    checked = check(project, standard(), datasets(project.data).spec)
    assert checked.problems == ()
    assert checked.can_train


@pytest.mark.parametrize("name", NAMES)
def test_the_source_of_a_sample_is_the_same_after_save_and_load_and_wherever_its_nodes_lie(name, datasets):
    project = opened(name)
    spec = datasets(project.data).spec
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
                assert abs(x - left) >= 200 or abs(y - top) >= 100


def test_the_samples_show_blocks_with_settings_an_expression_a_repeat_and_several_standings():
    samples = {name: opened(name) for name in ("digits-resnet", "digits-transformer")}
    texts = {name: dumps(project) for name, project in samples.items()}
    assert list(samples["digits-resnet"].blocks) == ["BasicBlock"]
    assert len(list(standings(samples["digits-resnet"], "BasicBlock"))) == 3
    assert '"repeat": 2' in texts["digits-resnet"]
    assert '"out_features": {"=": "width * 4"}' in texts["digits-transformer"]
    assert '"repeat": 3' in texts["digits-transformer"]


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_trains_to_a_good_score(name, datasets, tmp_path):
    project = opened(name)
    dataset = datasets(project.data)
    epochs, score = ENOUGH[name]
    checked = check(project, standard(), dataset.spec)
    job = Launch(
        source_text=checked.source.text,
        node_lines=checked.source.node_names,
        project_text=dumps(project),
        data=source_of(project.data),
        recipe=recipe_of(project.recipe).with_settings(epochs=epochs),
        device="cpu",
        folder=tmp_path / "run",
        title=name,
        dataset=dataset,
    )
    *_, last = launch(job)
    assert isinstance(last, Finished), last
    assert last.best["validation_accuracy"] >= score
