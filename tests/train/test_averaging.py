"""Averaged weights are those of a loop written by hand with torch's own tools, to the last bit."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn

from netbuilder.train.averages import Exponential, Stochastic
from netbuilder.train.checkpoint import checkpoints_in
from netbuilder.train.events import CheckpointSaved, EpochDone, Finished, Progress, StepDone
from netbuilder.train.fit import Stop, fit
from netbuilder.train.keeping import Keep
from netbuilder.train.recipes import Supervised, find
from tests.train.toy import digits, seeded

BATCH, EPOCHS = 50, 4


def normed() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10))


def recipe(**more: object) -> Supervised:
    settings = {"epochs": EPOCHS, "batch_size": BATCH, "optimizer": "adam", "learning_rate": 0.01, "shuffle": False}
    return Supervised(**(settings | more))


def by_hand(
    model: nn.Module,
    after_step: Callable[[int], None] = lambda step: None,
    after_epoch: Callable[[int, torch.optim.Optimizer], nn.Module | None] = lambda epoch, optimizer: None,
) -> list[float]:
    """The validation loss after each epoch: of the network that `after_epoch` gives, or the trained one."""
    data, found, step = digits(), [], 0
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    for epoch in range(1, EPOCHS + 1):
        model.train()
        for numbers in data.train.split(BATCH):
            functional.cross_entropy(model(data.inputs["image"][numbers]), data.targets[numbers]).backward()
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            after_step(step)
        seen = after_epoch(epoch, optimizer) or model
        seen.eval()
        with torch.no_grad():
            output = seen(data.inputs["image"][data.validation])
            found.append(functional.cross_entropy(output, data.targets[data.validation]).item())
    return found


def losses(events: list[object]) -> list[float]:
    return [event.metrics["validation_loss"] for event in events if isinstance(event, EpochDone)]


def same(one: nn.Module, other: nn.Module) -> bool:
    mine, theirs = one.state_dict(), other.state_dict()
    return all(torch.equal(mine[name], theirs[name]) for name in mine)


def test_an_exponential_moving_average_is_that_of_a_loop_written_by_hand() -> None:
    model = seeded(normed)
    events = list(fit(model, digits(), recipe(average=Exponential(decay=0.9))))

    other = seeded(normed)
    average = copy.deepcopy(other)

    def mix(step: int) -> None:
        keeps = 0.0 if step == 1 else min(0.9, (1 + step) / (10 + step))
        with torch.no_grad():
            for name, value in average.state_dict().items():
                current = other.state_dict()[name]
                if keeps and value.is_floating_point():
                    value.lerp_(current, 1 - keeps)
                else:
                    value.copy_(current)

    told = by_hand(other, mix, lambda epoch, optimizer: average)
    assert losses(events) == told
    assert same(model, average)
    assert not same(model, other)


def test_stochastic_weight_averaging_is_that_of_torch_with_batch_norms_measured_anew() -> None:
    model = seeded(normed)
    events = list(fit(model, digits(), recipe(average=Stochastic(start=0.5, rate=0.005))))

    other, data = seeded(normed), digits()
    average, late = AveragedModel(other), []

    def after(epoch: int, optimizer: torch.optim.Optimizer) -> nn.Module | None:
        if epoch == 1:
            late.append(SWALR(optimizer, 0.005, anneal_epochs=1))
        if epoch >= 2:
            late[0].step()
        if epoch <= 2:
            return None
        average.update_parameters(other)
        update_bn(data.inputs["image"][data.train].split(BATCH), average)
        return average

    assert losses(events) == by_hand(other, after_epoch=after)
    assert same(model, average.module)
    rates = [event.rate for event in events if isinstance(event, Progress)]
    assert rates[-1] == 0.005


def test_without_an_average_nothing_is_copied_and_none_is_kept(tmp_path) -> None:
    list(fit(seeded(normed), digits(), recipe(), keep=Keep(tmp_path)))
    assert not list((tmp_path / "checkpoints").glob("*.raw.*"))


def test_the_average_is_what_is_kept_and_the_trained_weights_lie_beside_it(tmp_path) -> None:
    model = seeded(normed)
    list(fit(model, digits(), recipe(average="ema"), keep=Keep(tmp_path)))
    plain = seeded(normed)
    list(fit(plain, digits(), recipe()))
    *earlier, last = checkpoints_in(tmp_path)
    raw = sorted(path.name for path in (tmp_path / "checkpoints").glob("*.raw.safetensors"))
    assert raw == [f"{one.path.stem}.raw.safetensors" for one in (*earlier, last) if one.goes_on]
    assert raw
    for module, weights in ((model, last.weights()), (plain, last.weights("raw"))):
        assert weights.keys() == module.state_dict().keys()
        assert all(torch.equal(weights[name], value) for name, value in module.state_dict().items())
    assert not same(model, plain)


def test_between_two_steps_the_network_holds_its_average() -> None:
    """So whoever asks about it then, in the middle of an epoch too, sees what is validated and kept."""
    model, moved = seeded(normed), []
    before = copy.deepcopy(model)
    for event in fit(model, digits(), recipe(average=Exponential(decay=0.999999), learning_rate=0.5)):
        if isinstance(event, StepDone):
            moved.append((model[1].weight - before[1].weight).abs().max().item())
    plain = seeded(normed)
    list(fit(plain, digits(), recipe(learning_rate=0.5)))
    assert moved[10] < (plain[1].weight - before[1].weight).abs().max().item()


def test_a_stop_in_the_middle_of_an_epoch_keeps_average_and_trained_weights(tmp_path) -> None:
    events = fit(seeded(normed), digits(), recipe(average="ema"), keep=Keep(tmp_path))
    for event in events:
        if isinstance(event, StepDone) and event.step == 8:
            saved = events.throw(Stop())
            break
    told = [saved, *events]
    assert isinstance(told[-1], Finished)
    assert any(isinstance(event, CheckpointSaved) and event.step == 8 for event in told)
    (last,) = [one for one in checkpoints_in(tmp_path) if one.step == 8]
    assert not torch.equal(last.weights()["1.weight"], last.weights("raw")["1.weight"])


@pytest.mark.parametrize(("start", "epochs", "after"), [(0.75, 20, 15), (0.0, 20, 1), (0.99, 20, 19), (0.75, 1, 0)])
def test_averaging_over_epochs_begins_after_one_at_least_and_before_the_last(start, epochs, after) -> None:
    average = Stochastic(start=start)
    assert average.after(epochs) == after
    assert [average.begun(done, epochs) for done in (0, after, after + 1)] == [False, False, True]


def test_counts_and_places_are_copied_and_not_averaged() -> None:
    class Places(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("places", torch.arange(64))
            self.dense = nn.Linear(64, 10)

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return self.dense(image.flatten(1)[:, self.places])

    model = seeded(Places)
    list(fit(model, digits(), recipe(average=Exponential(decay=0.999))))
    assert torch.equal(model.places, torch.arange(64))


@pytest.mark.parametrize("average", ["none", "ema", "swa"])
@pytest.mark.parametrize("kind", ["autoencoder", "vae"])
def test_whatever_the_recipe_what_is_told_of_validation_is_that_of_the_network_it_leaves(kind, average) -> None:
    class Codes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.code, self.norm, self.back = nn.Linear(64, 8), nn.BatchNorm1d(8), nn.Linear(8, 64)

        def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
            code = self.norm(self.code(image.flatten(1)))
            rebuilt = self.back(code).view_as(image)
            return (rebuilt, code, torch.zeros_like(code)) if kind == "vae" else (rebuilt,)

    model, data = seeded(Codes), digits()
    recipe = find(kind)(epochs=4, batch_size=BATCH, average=average)
    outputs = ("rebuilt", "mean", "log_variance") if kind == "vae" else ("rebuilt",)
    last = list(fit(model, data, recipe, outputs=outputs))[-1]
    given = data.inputs["image"][data.validation]
    with torch.no_grad():
        off = functional.mse_loss(model(given)[0], given).item()
    name = "validation_reconstruction" if kind == "vae" else "validation_loss"
    assert last.final[name] == pytest.approx(off, rel=1e-5)
