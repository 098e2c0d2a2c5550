"""What every layer promises: its declaration agrees with the installed torch, and its line runs as it is."""

from __future__ import annotations

import contextlib
import inspect
import json
import random
from typing import Any

import pytest
import torch

from netbuilder.compile.inference.types import Dim, TensorType
from netbuilder.fields import BadSetting, Bool, Choice
from netbuilder.layers import Layer, purpose, standard
from netbuilder.layers.inputs import Input
from netbuilder.layers.outputs import Output
from tests.layers.running import LAYERS, LINES, MODULES, arguments, asked, build, call, example, needed, run, sizes


def every(layers: tuple[type[Layer], ...]) -> Any:
    return pytest.mark.parametrize("layer", layers, ids=lambda layer: layer.kind)


def torchs_default(argument: inspect.Parameter) -> Any:
    """A function that is a default (relu) can also be given by its name."""
    return argument.default.__name__ if inspect.isroutine(argument.default) else argument.default


@every(MODULES)
def test_every_setting_is_an_argument_of_the_torch_module(layer: type[Layer]) -> None:
    declared = set(layer.fields()) - set(layer.not_arguments) | set(layer.inferred())
    assert declared <= set(arguments(layer))


@every(MODULES)
def test_the_defaults_are_torchs_own(layer: type[Layer]) -> None:
    for name, argument in arguments(layer).items():
        field = layer.fields().get(name)
        if field is None or name in layer.not_arguments:
            continue
        if argument.default is inspect.Parameter.empty:
            assert name in layer.required, f"torch has no default for {name}"
        else:
            assert name not in layer.required, f"torch has a default for {name}"
            assert layer.torch_defaults.get(name, field.default) == torchs_default(argument), name


@every(tuple(layer for layer in MODULES if not layer.wraps))
def test_every_argument_that_torch_needs_is_given_in_torchs_order(layer: type[Layer]) -> None:
    needs = [n for n, p in arguments(layer).items() if p.default is inspect.Parameter.empty]
    given = [n for n in layer._order if n in layer.required or (n in layer.inferred() and n in needs)]
    assert [n for n in given if n in needs] == needs


@every(tuple(layer for layer in LAYERS if layer.target and not layer.is_module()))
def test_a_function_layer_names_a_function_that_torch_has(layer: type[Layer]) -> None:
    found: Any = torch
    for part in layer.target.split(".")[1:]:
        found = getattr(found, part)
    assert callable(found)


@every(LINES)
def test_it_runs_at_its_default_settings(layer: type[Layer]) -> None:
    made = layer()
    results = run(made, example(made))
    assert set(results) == {port.name for port in made.outputs()}
    for port in made.outputs():
        assert port.accepts_rank(results[port.name].dim())
        assert not results[port.name].dtype.is_floating_point or port.dtype != "int"


@every(LINES)
def test_its_own_examples_fit_its_ports(layer: type[Layer]) -> None:
    for port in layer().inputs():
        assert port.accepts_rank(len(sizes(port)))


@every(LINES)
def test_it_runs_when_only_one_output_is_used(layer: type[Layer]) -> None:
    made = layer()
    for port in made.outputs():
        assert set(run(made, example(made), {port.name})) == {port.name}


@every(LINES)
def test_optional_inputs_may_stay_empty(layer: type[Layer]) -> None:
    made = layer()
    run(made, example(made, needed(made)))
    for port in made.inputs():
        if port.optional:
            run(made, example(made, [*needed(made), port.name]))


@every(LINES)
def test_the_shapes_that_are_foretold_are_the_real_ones(layer: type[Layer]) -> None:
    made = layer()
    for tensors in (example(made), example(made, needed(made))):
        answer = asked(made, tensors)
        assert not answer.fault
        scope = build(made, tensors)
        for port, result in call(made, scope, tensors).items():
            assert answer.types[port].sizes(4) == tuple(result.shape)
            assert answer.types[port].dtype == str(result.dtype).removeprefix("torch.")
        assert answer.parameters == sum(p.numel() for p in scope["self"].parameters())


# Inputs that nothing is learned through, by torch's own rule.
UNLEARNED = {
    "floor_divide": ("x1", "x2"),
    "batch_norm_with": ("running_mean", "running_var"),
    "cross_entropy": ("weight",),
    "nll_loss": ("weight",),
}


@every(LINES)
def test_it_takes_a_training_step(layer: type[Layer]) -> None:
    made = layer()
    tensors = example(made)
    for port, tensor in tensors.items():
        if port not in UNLEARNED.get(layer.kind, ()) and (tensor.is_floating_point() or tensor.is_complex()):
            tensor.requires_grad_()
    scope = build(made, tensors)
    parameters = list(scope["self"].parameters())
    learned = [result for result in call(made, scope, tensors).values() if result.requires_grad]
    assert learned or not (layer.is_module() or parameters)
    if not learned:
        return
    before = [parameter.detach().clone() for parameter in parameters]
    torch.stack([result.abs().square().sum() for result in learned]).sum().backward()
    trained = [p for p in parameters if p.requires_grad]
    assert all(parameter.grad is not None for parameter in trained)
    assert parameters or any(t.grad is not None for t in tensors.values()), "no gradient reaches anything"
    if trained:
        torch.optim.SGD(trained, lr=0.01).step()
        assert all(bool(torch.isfinite(parameter).all()) for parameter in trained)
        assert any(not torch.equal(old, new) for old, new in zip(before, parameters, strict=True))


def ways(layer: type[Layer]) -> list[Layer]:
    """The layer with each switch turned and each other word chosen, one at a time."""
    made = layer()
    found = []
    for name, field in layer.fields().items():
        if isinstance(field, Bool):
            found.append(made.with_settings(**{name: not made.settings[name]}))
        elif isinstance(field, Choice):
            found += [made.with_settings(**{name: o}) for o in field.options if o != made.settings[name]]
    return found


# Where a setting needs another one, or another input than the example: torch says so, and the app says it on.
TOGETHER = {
    ("upsample", "mode", "linear"): "for sequences",
    ("upsample", "mode", "trilinear"): "for volumes",
    ("upsample", "align_corners", True): "for the linear modes",
    ("embedding_bag", "include_last_offset", True): "for a flat input",
}


@every(MODULES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_every_switch_and_every_word_can_be_chosen(layer: type[Layer]) -> None:
    for made in ways(layer):
        ((name, chosen),) = made.changed().items()
        if (layer.kind, name, chosen) in TOGETHER:
            continue
        tensors = example(made)
        scope = build(made, tensors)
        results = call(made, scope, tensors)
        answer = asked(made, tensors)
        assert not answer.fault, (name, chosen)
        assert set(results) == {port.name for port in made.outputs()}
        for port in made.outputs():
            assert port.accepts_rank(results[port.name].dim()), (name, chosen)
            assert answer.types[port.name].sizes(4) == tuple(results[port.name].shape), (name, chosen)
            assert set(run(made, tensors, {port.name})) == {port.name}
        run(made, example(made, needed(made)))
        assert len(made.summary()) <= 28


def at_random(layer: type[Layer], dice: random.Random) -> tuple[Layer, dict[str, torch.Tensor]]:
    """The layer with some settings, right or wrong, and inputs of some size."""
    made = layer()
    for name in dice.sample(list(layer.fields()), min(len(layer.fields()), dice.randint(0, 3))):
        field = layer.fields()[name]
        any_number = dice.randint(-3, 8)
        chosen = dice.choice(field.options) if isinstance(field, Choice) else dice.random() < 0.5
        with contextlib.suppress(BadSetting):
            made = made.with_settings(**{name: chosen if isinstance(field, (Bool, Choice)) else any_number})
    tensors = example(made, needed(made))
    for port in made.inputs():
        if port.name in tensors and port.dtype in ("", "float") and dice.random() < 0.4:
            tensors[port.name] = torch.randn([4 if axis == "N" else dice.randint(1, 8) for axis in port.example])
    return made, tensors


@every(MODULES)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_what_is_said_to_work_works(layer: type[Layer]) -> None:
    dice = random.Random(layer.kind)
    for _ in range(20):
        made, tensors = at_random(layer, dice)
        try:
            answer = asked(made, tensors)
        except IndexError:  # too few dimensions for what follows from them
            continue
        if answer.fault or made.overlooked({name: tuple(tensor.shape) for name, tensor in tensors.items()}):
            continue
        for port, result in run(made, tensors).items():
            assert answer.types[port].sizes(4) == tuple(result.shape)


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


def test_input_and_output_are_no_lines() -> None:
    assert {layer for layer in LAYERS if layer not in LINES} == {Input, Output}


def test_merges_have_as_many_inputs_as_they_say() -> None:
    for kind in ("add", "multiply", "concatenate"):
        layer = standard().find(kind)
        assert layer is not None
        assert [port.name for port in layer(ports=3).inputs()] == ["x1", "x2", "x3"]
        run(layer(ports=5), example(layer(ports=5)))


def test_shapes_read_as_people_write_them() -> None:
    assert str(TensorType((Dim(1), Dim(0, 64), Dim(2, 1)))) == "N×64×(2N+1)"
