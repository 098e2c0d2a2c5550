"""What the Train page says of where a run was made, and that its runs can be written for TensorBoard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from netbuilder.train.event_file import EventFile
from netbuilder.train.recipes import RecipeError, Supervised
from netbuilder.train.run import runs_folder
from netbuilder.ui.train import made_with
from netbuilder.ui.train.made_with import MadeWith
from netbuilder.ui.train.tensorboard_choice import TensorBoardChoice
from netbuilder.ui.training import Training
from tests.ui.runs import train


@pytest.fixture
def line(bench, qtbot):
    line = MadeWith(bench)
    qtbot.addWidget(line)
    return line


@pytest.fixture
def box(bench, qtbot):
    box = TensorBoardChoice(bench)
    qtbot.addWidget(box)
    box.show()
    return box


def test_the_card_of_a_run_says_what_it_was_made_with(line, bench, qtbot):
    train(bench, qtbot, epochs=1)
    line.show_run(bench.training.record.folder)
    qtbot.waitUntil(line.isVisible, timeout=20_000)
    assert line.whole.startswith(f"torch {torch.__version__.partition('+')[0]} on ")
    assert f"torch: {torch.__version__}" in line.toolTip()
    assert "seed: 0" in line.toolTip()
    line.show_run(None)
    assert not line.isVisible()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"environment": 3}'], ids=["none", "list", "empty", "number"])
def test_a_run_that_does_not_say_has_no_such_line(line, bench, qtbot, tmp_path: Path, text):
    silent, told = tmp_path / "silent", tmp_path / "told"
    for folder in (silent, told):
        folder.mkdir()
    (silent / "run.json").write_text(text)
    (told / "run.json").write_text(json.dumps({"environment": {"torch": "1.0", "device": "GPU <b>9</b>"}}))
    line.show_run(told)
    qtbot.waitUntil(line.isVisible)
    assert line.whole == "torch 1.0 on GPU <b>9</b>"
    line.show_run(silent)
    assert not line.isVisible()
    assert made_with._read(silent) == []


def test_a_box_has_runs_written_for_tensorboard_and_is_remembered(box, bench, qtbot):
    assert not box.isChecked()
    train(bench, qtbot, epochs=1)
    assert not list(bench.training.folder.rglob("*tfevents*"))
    box.click()
    train(bench, qtbot, epochs=1)
    assert len(list(bench.training.folder.rglob("*tfevents*"))) == 3
    assert Training(bench.bridge, bench.settings).tensorboard
    box.click()
    assert not Training(bench.bridge, bench.settings).tensorboard


def test_the_box_says_how_the_runs_are_looked_at(box, bench, qtbot):
    box._explain()
    assert f'tensorboard --logdir "{runs_folder(bench.document.title)}"' in box.toolTip()


def test_that_the_files_are_written_no_further_is_said_while_it_trains_on(box, bench, qtbot, monkeypatch):
    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(EventFile, "numbers", full)
    said = []
    bench.training.said.connect(said.append)
    box.click()
    train(bench, qtbot, epochs=2)
    assert bench.training.record.finished.reason == "done"
    assert [one for one in said if "No space left on device" in one]


def test_data_that_the_recipe_can_do_nothing_with_is_a_sentence_and_no_run(box, bench, qtbot, monkeypatch):
    def refuse(recipe, dataset):
        raise RecipeError("These are too many.")

    monkeypatch.setattr(Supervised, "as_asked", refuse)
    said = []
    bench.training.said.connect(said.append)
    train(bench, qtbot, epochs=1)
    assert said == ["These are too many."]
    assert bench.training.state == "ended"
    assert bench.training.folder is None
    assert not bench.training.can_ask
