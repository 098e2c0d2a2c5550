"""Where resources/ is found, and which samples are in it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import netbuilder.resources
from netbuilder.project.file import open_file
from netbuilder.resources import Score, folder, is_sample, samples


def test_in_a_checkout_resources_lie_beside_the_package():
    assert folder() == Path(netbuilder.resources.__file__).resolve().parent.parent / "resources"
    assert folder().is_dir()


def test_an_installed_package_finds_the_resources_it_carries(tmp_path):
    package = tmp_path / "netbuilder"
    (package / "_resources" / "samples").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "_resources" / "samples" / "one.netb").write_text("{}")
    (package / "resources.py").write_text(Path(netbuilder.resources.__file__).read_text("utf-8"), "utf-8")
    code = "from netbuilder.resources import *; print(folder()); print(samples()[0].name)"
    command, place = [sys.executable, "-c", code], {"PYTHONPATH": str(tmp_path)}
    told = subprocess.run(command, cwd=tmp_path, env=place, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [str(package / "_resources"), "one"]


def test_a_frozen_app_finds_what_was_packed_with_it(tmp_path, monkeypatch):
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert folder() == tmp_path / "resources"


@pytest.fixture
def three(tmp_path, monkeypatch):
    """A resources folder with three samples, two of which the index knows."""
    place = tmp_path / "resources" / "samples"
    place.mkdir(parents=True)
    for name in ("a", "b", "c"):
        (place / f"{name}.netb").write_text("{}")
    index = [{"name": "c", "title": "Third", "description": "Comes first."}, {"name": "gone"}, {"name": "a"}, 7]
    (place / "index.json").write_text(json.dumps(index))
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    return place


def test_samples_come_in_the_order_of_the_index_and_then_by_name(three):
    assert [(s.name, s.title, s.description) for s in samples()] == [
        ("c", "Third", "Comes first."),
        ("a", "a", ""),
        ("b", "b", ""),
    ]


@pytest.mark.parametrize("text", ["", "{", '{"name": "a"}', "null"])
def test_without_a_readable_index_the_samples_are_still_there(three, text):
    (three / "index.json").write_text(text)
    assert [sample.name for sample in samples()] == ["a", "b", "c"]


@pytest.mark.parametrize("score", [None, 0.9, {}, {"metric": "validation_loss"}, {"at_least": 0.9}, {"metric": 1}])
def test_a_score_that_says_nothing_is_none(three, score):
    (three / "index.json").write_text(json.dumps([{"name": "a", "family": "Transformer", "score": score}]))
    assert (samples()[0].family, samples()[0].score) == ("Transformer", None)


def test_a_score_is_reached_from_either_side_and_not_by_what_is_no_number(three):
    score = {"metric": "validation_loss", "at_most": 0.2}
    (three / "index.json").write_text(json.dumps([{"name": "a", "score": score}]))
    assert samples()[0].score == Score("validation_loss", at_most=0.2)
    assert samples()[0].score.is_reached({"validation_loss": 0.1})
    assert not samples()[0].score.is_reached({"validation_loss": 0.3})
    assert not samples()[0].score.is_reached({"validation_loss": float("nan")})
    assert not Score("validation_accuracy", at_least=0.9).is_reached({})
    assert Score("validation_accuracy", at_least=0.9).is_reached({"validation_accuracy": 0.9})


def test_a_sample_is_known_by_where_it_lies(three, tmp_path):
    assert is_sample(three / "a.netb")
    assert not is_sample(tmp_path / "a.netb")


def test_every_sample_that_ships_opens_and_is_described():
    assert samples()
    for sample in samples():
        assert open_file(sample.path).faithful
        assert sample.title
        assert sample.description.endswith(".")
