"""What holds for every probe over every kind of network: an answer or a sentence, and no trace left on the model."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from netbuilder.probes.catalog import PROBES, find
from netbuilder.probes.layers import layers_with_weights
from netbuilder.probes.results import Nothing, Result
from tests.probes.toys import MAKERS, toy

HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_backward_hooks",
    "_backward_pre_hooks",
    "_state_dict_hooks",
)


def trace(model: torch.nn.Module) -> dict[str, object]:
    """Everything about a model that a probe could leave changed."""
    return {
        "modes": [module.training for module in model.modules()],
        "hooks": [list(getattr(module, hooks)) for module in model.modules() for hooks in HOOKS],
        "parameters": [p.detach().numpy().tobytes() for p in model.parameters()],
        "buffers": [b.numpy().tobytes() for b in model.buffers()],
        "gradients": [None if p.grad is None else (id(p.grad), p.grad.numpy().tobytes()) for p in model.parameters()],
        "asks for gradients": [p.requires_grad for p in model.parameters()],
        "random state": torch.get_rng_state().numpy().tobytes(),
        "numpy random state": np.random.get_state()[1].tobytes(),
        "gradients on": torch.is_grad_enabled(),
    }


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.kind)
def test_a_probe_answers_and_leaves_no_trace(probe, name):
    model, data = toy(name)
    for at, parameter in enumerate(model.parameters()):
        parameter.grad = torch.full_like(parameter, float(at))  # between two steps there are gradients
    modules = list(model.modules())
    modules[-1].eval()  # a frozen part keeps its own mode
    before = trace(model)
    samples = [tensor.clone() for tensor in data.inputs.values()]
    for layer in [None, *layers_with_weights(model)] if probe.about == "layer" else [None]:
        result = probe().look(model, data, layer=layer)
        assert isinstance(result, Result)
        assert result.title
        assert result.caption
        if isinstance(result, Nothing):
            assert result.caption.endswith(".")
    assert trace(model) == before
    for now, was in zip(data.inputs.values(), samples, strict=True):
        assert torch.equal(now, was)
        assert not now.requires_grad


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.kind)
def test_a_probe_that_fails_in_the_model_leaves_no_trace_either(probe):
    model, data = toy("mlp")
    model.out = torch.nn.Linear(3, 3)  # 16 numbers flow into it
    before = trace(model)
    if probe.about == "layer":
        probe().look(model, data)
    else:
        with pytest.raises(RuntimeError):
            probe().look(model, data)
    assert trace(model) == before


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.kind)
def test_a_probe_gives_the_same_answer_twice(probe):
    model, data = toy("lstm")
    one, other = (probe().look(model, data) for _ in range(2))
    for name, value in vars(one).items():
        np.testing.assert_array_equal(value, vars(other)[name])


@pytest.mark.parametrize("probe", [p for p in PROBES if p.about != "layer"], ids=lambda probe: probe.kind)
def test_scores_that_are_not_numbers_are_said_in_a_sentence(probe):
    model, data = toy("mlp")
    with torch.no_grad():
        model.out.bias.fill_(float("nan"))
    result = probe().look(model, data)
    assert isinstance(result, Nothing)
    assert "not a number" in result.caption


@pytest.mark.parametrize("name", [name for name in MAKERS if name != "no weights"])
@pytest.mark.parametrize("probe", [p for p in PROBES if p.about != "layer"], ids=lambda probe: probe.kind)
def test_of_no_kind_of_answer_is_anything_shown_that_is_not_a_number(probe, name):
    model, data = toy(name)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(float("nan"))
    assert isinstance(probe().look(model, data), Nothing)


@pytest.mark.parametrize("probe", [p for p in PROBES if p.about != "layer"], ids=lambda probe: probe.kind)
def test_a_network_of_the_wrong_width_is_said_in_a_sentence(probe):
    model, data = toy("mlp")
    model.out = torch.nn.Linear(16, 5)
    result = probe().look(model, data)
    assert isinstance(result, Nothing)
    assert "N×5" in result.caption
    assert "N×3" in result.caption


@pytest.mark.parametrize("probe", [p for p in PROBES if p.about == "sample"], ids=lambda probe: probe.kind)
@pytest.mark.parametrize("sample", [-1, 30])
def test_a_sample_that_is_not_there_is_said_in_a_sentence(probe, sample):
    model, data = toy("cnn")
    result = probe().look(model, data, sample=sample)
    assert isinstance(result, Nothing)
    assert f"no sample {sample}" in result.caption


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("probe", [p for p in PROBES if p.about != "layer"], ids=lambda probe: probe.kind)
def test_without_validation_samples_a_probe_answers_in_a_sentence(probe, name):
    model, data = toy(name)
    result = probe().look(model, replace(data, validation=torch.zeros(0, dtype=torch.int64)))
    assert isinstance(result, Nothing)
    assert result.caption.endswith(".")


def test_probes_are_found_by_kind_and_kinds_are_unique():
    assert [find(probe.kind) for probe in PROBES] == list(PROBES)
    assert find("crystal_ball") is None


def test_every_probe_says_what_it_is_for():
    for probe in PROBES:
        assert probe.__doc__
        assert probe.title
        assert all(field.help for field in probe.fields().values())


def test_the_catalogue_is_imported_without_torch():
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, netbuilder.probes.catalog as c; [p() for p in c.PROBES];"
            "print([m for m in ('torch', 'captum', 'pandas', 'PySide6', 'sklearn') if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "[]"
