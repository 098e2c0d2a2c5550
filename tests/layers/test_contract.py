"""What every layer promises: its declaration agrees with the installed torch, and its line runs as it is."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest
import torch
from torch import nn

from netbuilder.compile.types import Dim, TensorType
from netbuilder.fields import BadSetting
from netbuilder.layers import Layer, purpose, standard
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output

LAYERS = tuple(standard())
MODULES = tuple(layer for layer in LAYERS if layer.is_module())
LINES = tuple(layer for layer in LAYERS if layer not in (Input, Output))
SIZES = {"N": 4, "C": 8, "L": 6, "S": 6, "H": 7, "W": 7, "F": 8, "K": 8, "V": 8, "D": 1}


def every(layers: tuple[type[Layer], ...]) -> Any:
    return pytest.mark.parametrize("layer", layers, ids=lambda layer: layer.kind)


def signature(layer: type[Layer]) -> dict[str, inspect.Parameter]:
    module = getattr(nn, layer.target.rpartition(".")[2])
    if issubclass(module, nn.RNNBase):
        found = dict(inspect.signature(nn.RNNBase.__init__).parameters)
        if module is nn.RNN:
            found["nonlinearity"] = inspect.Parameter("nonlinearity", inspect.Parameter.KEYWORD_ONLY, default="tanh")
        return {name: value for name, value in found.items() if name not in ("self", "mode")}
    found = dict(inspect.signature(module.__init__).parameters)
    return {n: p for n, p in found.items() if n != "self" and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}


def example(layer: Layer) -> dict[str, torch.Tensor]:
    """A tensor for each port, by its axes."""
    tensors = {}
    for port in layer.inputs():
        sizes = [SIZES[axis] if axis in SIZES else int(axis) for axis in port.example]
        dtype = {"int": torch.int64, "bool": torch.bool}.get(port.dtype)
        tensors[port.name] = torch.randn(sizes) if dtype is None else torch.ones(sizes, dtype=dtype)
    return tensors


def run(layer: Layer, tensors: dict[str, torch.Tensor], used: set[str] | None = None) -> dict[str, torch.Tensor]:
    """The layer's own text, built and run with real numbers."""
    known = {n: i.of(layer, tuple(tensors[i.port].shape)) for n, i in layer.inferred().items() if i.port in tensors}
    scope: dict[str, Any] = {"torch": torch, "nn": nn, "F": nn.functional, "self": nn.Module(), **tensors}
    set_up = layer.set_up("self.layer", known)
    if set_up is not None:
        exec(set_up, scope)
    names = [port.name for port in layer.outputs()]
    outputs = {name: f"out_{name}" if used is None or name in used else None for name in names}
    exec(layer.call("self.layer", {name: name for name in tensors}, outputs), scope)
    return {name: scope[given] for name, given in outputs.items() if given}


@every(MODULES)
def test_every_setting_is_an_argument_of_the_torch_module(layer: type[Layer]) -> None:
    declared = set(layer.fields()) - set(layer.not_arguments) | set(layer.inferred())
    assert declared <= set(signature(layer))


@every(MODULES)
def test_the_defaults_are_torchs_own(layer: type[Layer]) -> None:
    for name, argument in signature(layer).items():
        field = layer.fields().get(name)
        if field is None or name in layer.not_arguments:
            continue
        if argument.default is inspect.Parameter.empty:
            assert name in layer.required, f"torch has no default for {name}"
        else:
            assert name not in layer.required, f"torch has a default for {name}"
            assert layer.torch_defaults.get(name, field.default) == argument.default, name


@every(MODULES)
def test_every_argument_that_torch_needs_is_given_in_torchs_order(layer: type[Layer]) -> None:
    needed = [n for n, p in signature(layer).items() if p.default is inspect.Parameter.empty]
    given = [n for n in layer._order if n in layer.required or (n in layer.inferred() and n in needed)]
    assert [n for n in given if n in needed] == needed


@every(tuple(layer for layer in LAYERS if layer.target and not layer.is_module()))
def test_a_function_layer_names_a_function_that_torch_has(layer: type[Layer]) -> None:
    assert callable(getattr(torch, layer.target.removeprefix("torch.")))


@every(LINES)
def test_it_runs_at_its_default_settings(layer: type[Layer]) -> None:
    made = layer()
    tensors = example(made)
    results = run(made, tensors)
    assert set(results) == {port.name for port in made.outputs()}
    for port in made.outputs():
        assert port.accepts_rank(results[port.name].dim())
    if made.outputs()[0].axes[:1] == ("N",):
        assert results[made.outputs()[0].name].shape[0] == SIZES["N"]


@every(LINES)
def test_it_runs_when_only_one_output_is_used(layer: type[Layer]) -> None:
    made = layer()
    for port in made.outputs():
        assert set(run(made, example(made), {port.name})) == {port.name}


@every(LINES)
def test_optional_inputs_may_stay_empty(layer: type[Layer]) -> None:
    made = layer()
    needed = {p.name: t for p, t in zip(made.inputs(), example(made).values(), strict=True) if not p.optional}
    run(made, needed)


@every(LAYERS)
def test_every_default_is_accepted_by_its_field(layer: type[Layer]) -> None:
    made = layer()
    assert not made.changed()
    for name, field in layer.fields().items():
        assert field.check(field.default) == made.settings[name]


@every(LAYERS)
def test_it_says_what_it_is_and_what_each_setting_does(layer: type[Layer]) -> None:
    assert layer.kind == layer.kind.lower()
    assert layer.title
    assert layer.family
    assert layer.search
    assert purpose(layer).endswith(".")
    assert len(purpose(layer)) <= 140
    for name, field in layer.fields().items():
        assert field.help.endswith((".", "?")), f"{name} has no help"
        assert len(field.help) <= 110, name


@every(LAYERS)
def test_its_description_is_plain_json(layer: type[Layer]) -> None:
    told = layer.describe()
    assert json.loads(json.dumps(told)) == told


@every(LAYERS)
def test_its_summary_is_short_and_changes_nothing(layer: type[Layer]) -> None:
    made = layer()
    assert len(made.summary()) <= 28
    assert "\n" not in made.summary()
    assert made == layer()


def test_an_argument_at_torchs_default_is_left_out() -> None:
    catalog = standard()
    conv, pool = catalog.find("conv2d"), catalog.find("max_pool2d")
    assert conv is not None
    assert pool is not None
    assert conv().construct({"in_channels": 3}) == "nn.Conv2d(3, 32, 3)"
    assert conv(padding="same").construct({"in_channels": 3}) == 'nn.Conv2d(3, 32, 3, padding="same")'
    assert pool().construct({}) == "nn.MaxPool2d(2)"
    assert pool(stride=1).construct({}) == "nn.MaxPool2d(2, stride=1)"


def test_attention_names_other_sizes_only_where_they_differ() -> None:
    attention = standard().find("multihead_attention")
    assert attention is not None
    assert attention().construct({"embed_dim": 8}) == "nn.MultiheadAttention(8, 4, batch_first=True)"
    known = {"embed_dim": 8, "kdim": 6, "vdim": 8}
    assert attention().construct(known) == "nn.MultiheadAttention(8, 4, kdim=6, batch_first=True)"


def test_attention_over_another_sequence_runs() -> None:
    attention = standard().find("multihead_attention")
    assert attention is not None
    tensors = {"query": torch.randn(2, 3, 8), "key": torch.randn(2, 5, 6)}
    results = run(attention(), tensors)
    assert results["output"].shape == (2, 3, 8)
    assert results["weights"].shape == (2, 3, 5)


def test_a_dropout_between_layers_is_written_only_where_there_are_several() -> None:
    lstm = standard().find("lstm")
    assert lstm is not None
    assert "dropout" not in lstm(dropout=0.5).construct({"input_size": 3})
    assert "dropout=0.5" in lstm(dropout=0.5, num_layers=2).construct({"input_size": 3})


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("downsample", "max_pool2d"),
        ("dense", "linear"),
        ("skip", "add"),
        ("overfitting", "dropout"),
        ("word", "embedding"),
    ],
)
def test_layers_are_found_by_what_they_are_for(word: str, kind: str) -> None:
    assert kind in {layer.kind for layer in LAYERS if word in layer.search}


def test_merges_have_as_many_inputs_as_they_say() -> None:
    for kind in ("add", "multiply", "concatenate"):
        layer = standard().find(kind)
        assert layer is not None
        assert [port.name for port in layer(ports=3).inputs()] == ["x1", "x2", "x3"]
        run(layer(ports=5), example(layer(ports=5)))


def test_a_setting_out_of_range_is_refused_in_a_sentence() -> None:
    conv = standard().find("conv2d")
    assert conv is not None
    with pytest.raises(BadSetting, match="out_channels must be 1 or more"):
        conv(out_channels=0)


def test_shapes_read_as_people_write_them() -> None:
    assert str(TensorType((Dim(1), Dim(0, 64), Dim(2, 1)))) == "N×64×(2N+1)"
