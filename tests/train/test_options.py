"""How a step is computed: several batches a step, in half the digits, reproducibly."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from netbuilder.train import arithmetic
from netbuilder.train.arithmetic import Settings
from netbuilder.train.events import EpochDone, Event
from netbuilder.train.faults import explain
from netbuilder.train.fit import fit
from netbuilder.train.learning import Material
from netbuilder.train.optimizers import OPTIMIZERS
from netbuilder.train.optimizers.scaling import Scaling
from netbuilder.train.recipes import Recipe, RecipeError, Supervised
from netbuilder.train.recipes.adversarial import DISCRIMINATOR, Adversarial
from netbuilder.train.samples import Batches
from netbuilder.train.schedules import Span
from netbuilder.train.schedules.kinds import Cosine
from netbuilder.train.tally import NotFinite
from tests.train import test_adversarial
from tests.train.test_state import Training, goes_on
from tests.train.toy import digits, seeded

CPU = torch.device("cpu")
PLAIN: dict[str, Any] = {"epochs": 2, "batch_size": 40, "shuffle": False, "learning_rate": 0.01}


def dense() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 10))


def normed() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10))


def same(one: nn.Module, other: nn.Module) -> bool:
    mine, theirs = one.state_dict(), other.state_dict()
    return mine.keys() == theirs.keys() and all(torch.equal(mine[name], theirs[name]) for name in mine)


def parts_of(recipe: Recipe) -> Iterator[tuple[int, torch.Tensor]]:
    """Of all epochs, the seed and the numbers of each batch."""
    batches = Batches(digits().train, recipe.batch_size, recipe.seed, CPU, shuffle=False)
    for _ in range(recipe.epochs):
        for batch in batches.begin():
            yield batch.seed, batch.numbers


def last(events: list[Event]) -> dict[str, float]:
    return dict([event for event in events if isinstance(event, EpochDone)][-1].metrics)


# Several batches a step


@pytest.mark.parametrize("clip", [None, 0.5])
def test_a_step_of_several_batches_is_that_of_a_loop_written_by_hand(clip: float | None) -> None:
    recipe = Supervised(**PLAIN, accumulate=3, clip_norm=clip, schedule=Cosine())
    model, other, data = seeded(dense), seeded(dense), digits()
    list(fit(model, data, recipe))
    optimizer = torch.optim.Adam(other.parameters(), lr=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)
    parts = list(parts_of(recipe))
    assert len(parts) == 16, "8 an epoch: two groups of three, and one of two"
    for epoch in (parts[:8], parts[8:]):
        for group in (epoch[:3], epoch[3:6], epoch[6:]):
            for seed, numbers in group:
                torch.manual_seed(seed)
                loss = functional.cross_entropy(other(data.inputs["image"][numbers]), data.targets[numbers])
                (loss / len(group)).backward()
            if clip is not None:
                nn.utils.clip_grad_norm_(other.parameters(), clip)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
    assert same(model, other)


def test_batches_of_a_step_give_the_gradient_of_one_large_batch() -> None:
    def once() -> nn.Module:
        return seeded(lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 10)))

    settings = {"epochs": 3, "shuffle": False, "optimizer": "sgd", "learning_rate": 0.5}
    small, large = once(), once()
    list(fit(small, digits(), Supervised(**settings, batch_size=25, accumulate=4)))
    list(fit(large, digits(), Supervised(**settings, batch_size=100)))
    for one, other in zip(small.parameters(), large.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-6)


def test_a_state_is_whole_only_where_no_gradient_waits() -> None:
    training = Training(Supervised(epochs=4, batch_size=50, accumulate=2), make=dense)
    seen = [training.learning.whole for _ in training.steps()]
    assert seen == [False, True, True] * 4


def test_a_training_of_several_batches_a_step_goes_on_from_its_state(tmp_path: Path) -> None:
    goes_on(lambda: Training(Supervised(epochs=4, batch_size=30, accumulate=2)), tmp_path, at=(2, 5, 7))


def test_two_networks_against_each_other_take_a_step_a_batch() -> None:
    asked = Adversarial(accumulate=2)
    with pytest.raises(RecipeError, match="Set the batches a step to 1") as caught:
        asked.asked(digits().spec)
    assert caught.value.setting == "accumulate"
    assert "accumulate" in asked.relevant()
    assert "accumulate" not in Adversarial().relevant()


# In half the digits


def test_bfloat16_is_that_of_a_loop_written_by_hand() -> None:
    recipe = Supervised(**PLAIN, precision="bfloat16")
    model, other, data = seeded(dense), seeded(dense), digits()
    told = last(list(fit(model, data, recipe)))
    optimizer = torch.optim.Adam(other.parameters(), lr=0.01, fused=True)
    for seed, numbers in parts_of(recipe):
        torch.manual_seed(seed)
        with torch.autocast("cpu", torch.bfloat16):
            output = other(data.inputs["image"][numbers])
        functional.cross_entropy(output.float(), data.targets[numbers]).backward()
        optimizer.step()
        optimizer.zero_grad()
    assert same(model, other)
    assert not same(model, trained(Supervised(**PLAIN)))
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        output = other.eval()(data.inputs["image"][data.validation])
    wanted = functional.cross_entropy(output.float(), data.targets[data.validation])
    assert told["validation_loss"] == pytest.approx(wanted.item(), rel=1e-6)


def trained(recipe: Recipe, make: Callable[[], nn.Module] = dense) -> nn.Module:
    model = seeded(make)
    list(fit(model, digits(), recipe))
    return model


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
def test_half_the_digits_score_as_well(precision: str) -> None:
    settings = {"epochs": 15, "batch_size": 20, "learning_rate": 0.005}
    whole, half = (
        last(list(fit(seeded(normed), digits(1000), Supervised(**settings, precision=name))))["validation_accuracy"]
        for name in ("float32", precision)
    )
    assert whole > 0.85
    assert abs(whole - half) < 0.02


@pytest.mark.parametrize("optimizer", ["adam", "adadelta"])
@pytest.mark.parametrize("clip", [None, 0.5])
def test_float16_is_that_of_a_loop_written_by_hand_with_the_scaler_of_torch(optimizer: str, clip: float | None) -> None:
    recipe = Supervised(**PLAIN, precision="float16", optimizer=optimizer, clip_norm=clip)
    model, other, data = trained(recipe), seeded(dense), digits()
    weights = other.parameters()
    by_hand = torch.optim.Adam(weights, lr=0.01, fused=True) if optimizer == "adam" else torch.optim.Adadelta(weights, lr=0.01)  # fmt: skip  # noqa: E501
    scaler = torch.amp.GradScaler("cpu")
    for seed, numbers in parts_of(recipe):
        torch.manual_seed(seed)
        with torch.autocast("cpu", torch.float16):
            output = other(data.inputs["image"][numbers])
        scaler.scale(functional.cross_entropy(output.float(), data.targets[numbers])).backward()
        scaler.unscale_(by_hand)
        if clip is not None:
            nn.utils.clip_grad_norm_(other.parameters(), clip)
        scaler.step(by_hand)
        scaler.update()
        by_hand.zero_grad()
    assert same(model, other)


class Steep(nn.Module):
    """The gradient of its scores is too large for float16 when it is scaled at first."""

    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(64, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.dense(image.flatten(1)) * 100


def test_an_infinite_gradient_in_float16_is_no_fault_but_a_smaller_scale() -> None:
    recipe = Supervised(epochs=4, batch_size=50, precision="float16")
    training = Training(recipe, make=Steep)
    for _ in training.steps():
        pass
    state = training.learning.state()[1]["scaling"]
    assert state["scale"] < 65536.0
    assert all(weight.isfinite().all() for weight in training.learning.model.parameters())


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_after_a_loss_that_is_no_number_no_step_in_float16_moves_a_weight(optimizer: str) -> None:
    model = seeded(lambda: nn.Linear(2, 1))
    kind = next(one for one in OPTIMIZERS if one.kind == optimizer)
    made = getattr(torch.optim, kind.target.rpartition(".")[2])(model.parameters())
    scaling = Scaling(CPU)

    def step(factor: float) -> list[torch.Tensor]:
        scaling.backward(model(torch.ones(3, 2)).sum() * factor)
        scaling.unscale(made)
        scaling.step(made)
        made.zero_grad()
        return [weight.clone() for weight in model.parameters()]

    first = step(1.0)
    for factor in (float("nan"), 1.0, 1.0):
        assert all(map(torch.equal, step(factor), first))


def test_a_loss_that_is_no_number_ends_a_training_in_float16_too() -> None:
    class Broken(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(64, 10)

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return self.dense(image.flatten(1)) * float("nan")

    with pytest.raises(NotFinite) as caught:
        list(fit(seeded(Broken), digits(), Supervised(**PLAIN, precision="float16")))
    assert caught.value.step == 1
    assert caught.value.replay is not None


def test_a_training_in_float16_goes_on_from_its_state(tmp_path: Path) -> None:
    recipe = Supervised(epochs=4, batch_size=50, precision="float16", accumulate=2)
    goes_on(lambda: Training(recipe, make=Steep), tmp_path, at=(2, 3, 6))


def test_two_networks_learn_against_each_other_in_half_the_digits() -> None:
    for precision in ("bfloat16", "float16"):
        asked = test_adversarial.recipe(precision=precision)
        maker, judge = test_adversarial.pair()
        assert last(list(fit(maker, digits(), asked, beside={DISCRIMINATOR: judge})))


def test_a_layer_that_a_device_has_not_in_half_the_digits_is_named() -> None:
    error = RuntimeError("could not create a primitive descriptor for the LSTM forward propagation primitive.")
    said = explain(error, None, {}, Supervised(precision="bfloat16")).sentence
    assert said == (
        "The network can't be computed in bfloat16 on this device. Set the precision to float32, or train on another "
        "device."
    )


def test_a_device_without_half_the_digits_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.amp, "is_autocast_available", lambda kind: False)
    with pytest.raises(RecipeError, match=r"can't compute in bfloat16\. Set the precision to float32") as caught:
        arithmetic.half_of(Supervised(precision="bfloat16"), torch.device("xpu"))
    assert caught.value.setting == "precision"


# Reproducibly


def flags() -> tuple[Any, ...]:
    cudnn = torch.backends.cudnn
    return (
        *(cudnn.benchmark, cudnn.deterministic, cudnn.conv.fp32_precision, torch.backends.cuda.matmul.fp32_precision),
        *(torch.are_deterministic_algorithms_enabled(), os.environ.get("CUBLAS_WORKSPACE_CONFIG")),
    )


def test_what_a_graphics_card_goes_by_is_set_for_a_step_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    before = flags()
    for precision, reproducible in (("float32", False), ("tf32", False), ("float32", True), ("auto", False)):
        settings = Settings(precision, reproducible)
        for _ in range(2):
            with settings:
                benchmark, deterministic, conv, matmul, algorithms, workspace = flags()
            assert flags() == before
            assert benchmark is not reproducible
            assert (deterministic, algorithms, workspace is not None) == (reproducible,) * 3
            digits = "ieee" if precision == "float32" else "tf32"
            assert (matmul, conv) == (digits, digits)


def test_settings_are_put_back_when_a_step_fails() -> None:
    before = flags()
    with pytest.raises(ValueError, match="broken"), Settings("tf32", True):
        raise ValueError("broken")
    assert flags() == before


def test_on_the_cpu_nothing_is_set_and_every_run_is_reproducible() -> None:
    recipe = Supervised(**PLAIN, reproducible=True, precision="tf32")
    before = flags()
    model = seeded(dense)
    for event in fit(model, digits(), recipe):
        assert flags() == before, event
    assert same(model, trained(Supervised(**PLAIN)))


def test_an_operation_without_a_deterministic_form_says_so() -> None:
    error = RuntimeError(
        "adaptive_max_pool2d_backward_cuda does not have a deterministic implementation, but you set "
        "'torch.use_deterministic_algorithms(True)'."
    )
    said = explain(error, None, {}, Supervised(reproducible=True)).sentence
    assert said == (
        "The network can't be trained reproducibly on this device: torch has no such algorithm for "
        "adaptive_max_pool2d_backward_cuda. Turn reproducible off, or train on the CPU."
    )


def test_a_step_is_taken_in_these_settings_and_the_validation_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netbuilder.train.learning.computing", lambda recipe, device: Settings("float32", True))
    seen: dict[bool, set[bool]] = {True: set(), False: set()}

    class Spy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(64, 10)

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            seen[self.training].add(torch.are_deterministic_algorithms_enabled())
            return self.dense(image.flatten(1))

    for _ in fit(seeded(Spy), digits(), Supervised(**PLAIN)):
        assert not torch.are_deterministic_algorithms_enabled()
    assert seen == {True: {True}, False: {True}}


def test_with_nothing_chosen_a_step_calls_the_network_itself() -> None:
    model = seeded(dense)
    learning = Supervised(**PLAIN).learning(Material(model, digits(), CPU, Span(1, 8)))
    assert learning._forward is model
    assert learning.trained() is learning.computing
