"""A step that is recorded once and played again comes out as one that is not. A graphics card records; here a recording
is played by computing it again into the tensors that it came out in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from netbuilder.train import captured
from netbuilder.train.controls import Controls
from netbuilder.train.diffusion import Diffusing
from netbuilder.train.events import Progress, StepDone
from netbuilder.train.fit import fit
from netbuilder.train.learning import Learning, Told
from netbuilder.train.rebuilding import Variational
from netbuilder.train.recipes import Recipe, Supervised
from netbuilder.train.recipes.masked import MaskedTokens
from netbuilder.train.recipes.rebuilding import Autoencoder
from tests.train import test_masked
from tests.train.test_options import dense, normed, same
from tests.train.toy import digits, seeded

SETTINGS: dict[str, Any] = {"epochs": 3, "batch_size": 40, "learning_rate": 0.01}  # 7 batches of 40, and one of 20


def plain() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10))


def rebuilder() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.Unflatten(1, (1, 8, 8)))


class Tape:
    """Records, and counts how often it was played. `keeps` False: it plays what it has recorded, whatever is asked."""

    def __init__(self, keeps: bool = True):
        self.keeps = keeps
        self.recorded = self.played = 0

    def __call__(self, work: Callable[[], Told]) -> tuple[captured.Replay, Told]:
        self.recorded += 1
        told = work()
        weights: list[torch.Tensor] = work.__self__._weights  # type: ignore[attr-defined]
        gradients = [weight.grad for weight in weights]

        def play() -> None:
            self.played += 1
            if not self.keeps:
                return
            again = work()
            told.loss.data.copy_(again.loss.data)
            for name, value in again.sums.items():
                if isinstance(value, torch.Tensor):
                    told.sums[name].copy_(value)  # type: ignore[union-attr]
            for gradient, weight in zip(gradients, weights, strict=True):
                if gradient is not None and weight.grad is not None:
                    gradient.copy_(weight.grad)

        return play, told


@pytest.fixture
def tape(monkeypatch: pytest.MonkeyPatch) -> Tape:
    tape = Tape()
    monkeypatch.setattr(captured, "recorder", lambda device: tape)
    return tape


def losses(recipe: Recipe, model: nn.Module, data: Any) -> list[float]:
    return [loss for event in fit(model, data, recipe) if isinstance(event, Progress) for loss in event.losses]


@pytest.mark.parametrize("network", [dense, normed])
@pytest.mark.parametrize(
    "settings", [{}, {"clip_norm": 0.5, "schedule": "cosine"}, {"optimizer": "sgd"}], ids=["plain", "clipped", "sgd"]
)
def test_a_recorded_step_trains_the_same(
    tape: Tape, monkeypatch: pytest.MonkeyPatch, network: Callable[[], nn.Module], settings: dict[str, Any]
) -> None:
    recipe = Supervised(**SETTINGS, **settings)
    model, other = seeded(network), seeded(network)
    told = losses(recipe, model, digits())
    assert (tape.recorded, tape.played) == (1, 3 + 3 * 7), "three to compare; the smaller last batch is not recorded"
    monkeypatch.undo()
    assert told == losses(recipe, other, digits())
    assert same(model, other)


@pytest.mark.parametrize(
    ("recipe", "network", "data"),
    [
        (Autoencoder(**SETTINGS, noise=0.1), rebuilder, digits),
        (MaskedTokens(**SETTINGS), test_masked.Reader, test_masked.letters),
    ],
    ids=["autoencoder", "masked"],
)
def test_so_does_that_of_other_recipes(
    tape: Tape, monkeypatch: pytest.MonkeyPatch, recipe: Recipe, network: Any, data: Any
) -> None:
    model, other = seeded(network), seeded(network)
    told = losses(recipe, model, data())
    assert tape.played > 3
    monkeypatch.undo()
    assert told == losses(recipe, other, data())
    assert same(model, other)


def test_nothing_is_left_of_the_rehearsal(tape: Tape) -> None:
    model = seeded(normed)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    events = fit(model, digits(), Supervised(**SETTINGS))
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    next(events)
    assert torch.equal(torch.rand(3), expected)
    assert tape.recorded == 1
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(weight.grad is None for weight in model.parameters())
    events.close()  # type: ignore[attr-defined]


def test_a_recording_that_comes_out_otherwise_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck = Tape(keeps=False)
    monkeypatch.setattr(captured, "recorder", lambda device: stuck)
    model, other = seeded(plain), seeded(plain)
    told = losses(Supervised(**SETTINGS), model, digits())
    assert (stuck.recorded, stuck.played) == (1, 2), "the first batch is the recorded one; the second shows it"
    monkeypatch.undo()
    assert told == losses(Supervised(**SETTINGS), other, digits())
    assert same(model, other)


def test_a_step_that_can_t_be_recorded_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(work: Callable[[], Told]) -> Any:
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(captured, "recorder", lambda device: refuse)
    model, other = seeded(normed), seeded(normed)
    told = losses(Supervised(**SETTINGS), model, digits())
    monkeypatch.undo()
    assert told == losses(Supervised(**SETTINGS), other, digits())
    assert same(model, other)


def test_a_step_that_draws_on_the_host_is_not_played(tape: Tape, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would have the numbers that were drawn when it was recorded."""
    monkeypatch.setattr(captured, "host_state", lambda device: torch.default_generator.get_state())

    class Noisy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense = nn.Linear(64, 10)

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return self.dense(image.flatten(1)) * float(torch.rand(()))

    list(fit(seeded(Noisy), digits(), Supervised(**SETTINGS)))
    assert (tape.recorded, tape.played) == (1, 0)
    list(fit(seeded(normed), digits(), Supervised(**SETTINGS)))
    assert tape.played > 3, "one that draws nothing is"


@pytest.mark.parametrize(
    "settings",
    [{"accumulate": 2}, {"average": "ema"}, {"mixture": "mixup"}, {"precision": "float16"}],
    ids=["accumulate", "average", "mixup", "float16"],
)
def test_what_a_recording_can_t_hold_is_not_recorded(tape: Tape, settings: dict[str, Any]) -> None:
    list(fit(seeded(normed), digits(), Supervised(**{**SETTINGS, "epochs": 1}, **settings)))
    assert tape.recorded == 0


def test_a_network_whose_tensors_were_moved_is_no_longer_played(tape: Tape) -> None:
    model, other = seeded(normed), seeded(normed)
    for event in fit(model, digits(), Supervised(**SETTINGS)):
        if isinstance(event, StepDone) and event.step == 5:
            played = tape.played
            for weight in model.parameters():
                weight.data = weight.data.clone()
    assert tape.played == played
    tape.keeps = True
    list(fit(other, digits(), Supervised(**SETTINGS)))
    assert same(model, other)


def test_batches_of_another_size_are_not_played(tape: Tape) -> None:
    controls, seen = Controls(), []
    for event in fit(seeded(normed), digits(), Supervised(**SETTINGS), controls=controls):
        if isinstance(event, StepDone) and event.step == 2:
            controls.batch_size = 25
        seen.append(tape.played)
    assert seen[-1] == 3 + 2


def test_a_recipe_says_so_if_a_step_is_the_same_each_time() -> None:
    assert not Learning.same_each_step
    assert Diffusing.same_each_step
    assert not Variational.same_each_step, "the weight of the distance rises with the steps"
