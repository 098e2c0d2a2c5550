"""A training that starts from a file of weights: by places in the drawing, as far as they fit."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import save_file

from netbuilder.train.events import Failed, Finished, Started
from netbuilder.train.launch import launch
from netbuilder.train.recipes.supervised import Supervised
from netbuilder.weights_file import NoWeights, name_at, names_by_place, save_weights, start_from
from tests.train.toy import job

PLACES = {"n2": "dense", "n5": "digit"}


def weights_of(folder, file):
    """What the run in this folder begins with, and its first event."""
    seen = {}

    def ready(run, model, dataset):
        seen.update({name: tensor.clone() for name, tensor in model.state_dict().items()})

    made = job(folder, Supervised(epochs=1), weights=file, attributes=PLACES)
    events = list(launch(made, ready=ready))
    return seen, events


def full(network) -> dict[str, torch.Tensor]:
    return {place: torch.full_like(network[name], 0.01) for place, name in names_by_place(PLACES, network).items()}


def test_training_starts_from_the_weights_in_the_file(tmp_path):
    usual, _ = weights_of(tmp_path / "usual", None)
    save_file(full(usual), tmp_path / "w.safetensors")
    begun, events = weights_of(tmp_path / "begun", tmp_path / "w.safetensors")
    assert all(bool((begun[name] == 0.01).all()) for name in ("dense.weight", "digit.bias"))
    assert isinstance(events[0], Started)
    assert events[0].note == ""
    assert isinstance(events[-1], Finished)


def test_what_does_not_fit_is_said_and_starts_afresh(tmp_path):
    usual, _ = weights_of(tmp_path / "usual", None)
    given = full(usual)
    given["n2.weight"] = torch.zeros(3, 3)
    given["n9.weight"] = torch.zeros(1)
    del given["n5.bias"]
    save_weights(given, tmp_path / "w.safetensors")
    begun, events = weights_of(tmp_path / "begun", tmp_path / "w.safetensors")
    assert torch.equal(begun["dense.weight"], usual["dense.weight"])
    assert torch.equal(begun["digit.bias"], usual["digit.bias"])
    assert bool((begun["digit.weight"] == 0.01).all())
    assert isinstance(events[0], Started)
    for place in ("n5.bias", "n2.weight", "n9.weight"):
        assert place in events[0].note
    assert events[0].note.startswith("Of the weights to start from, 2 fit;")


def test_a_file_that_is_not_there_or_holds_none_ends_the_run_with_a_sentence(tmp_path):
    (tmp_path / "bad.safetensors").write_bytes(b"not weights")
    for name in ("none", "bad"):
        _, events = weights_of(tmp_path / name, tmp_path / f"{name}.safetensors")
        (failed,) = events
        assert isinstance(failed, Failed)
        assert "weights to start from" in failed.sentence
        assert f"{name}.safetensors" in failed.sentence


def test_places_and_names_are_each_others_inverse():
    attributes = {"n1": "a", "n1/n2": "a.b", "n3[0]/n2": "c.0.b", "n3[1]/n2": "c.1.b", "n3": "c", "odd.id": "d"}
    names = ["a.b.weight", "c.0.b.out_proj.bias", "c.1.b.weight", "d.weight", "a", "nowhere.weight"]
    found = names_by_place(attributes, names)
    assert found == {
        "n1/n2.weight": "a.b.weight",
        "n3[0]/n2.out_proj.bias": "c.0.b.out_proj.bias",
        "n3[1]/n2.weight": "c.1.b.weight",
        "odd.id.weight": "d.weight",
        "n1": "a",
    }
    assert {place: name_at(attributes, place) for place in found} == found
    assert name_at(attributes, "n7.weight") is None


def test_a_model_is_left_alone_where_the_file_can_not_be_read(tmp_path):
    model = torch.nn.Linear(2, 2)
    before = model.weight.clone()
    with pytest.raises(NoWeights, match="there is no file"):
        start_from(model, {"n1": ""}, tmp_path / "missing.safetensors")
    assert torch.equal(model.weight, before)
