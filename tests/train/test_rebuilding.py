"""Autoencoders, against loops written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.events import EpochDone, Shown
from netbuilder.train.fit import fit
from netbuilder.train.keeping import Keep
from netbuilder.train.learning import Material
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.recipes import RECIPES, Autoencoder, RecipeError, Supervised, VariationalAutoencoder
from netbuilder.train.schedules import Span
from tests.train.toy import digits, seeded


def squeeze() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 64), nn.Unflatten(1, (1, 8, 8)))


class Vae(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.mean, self.spread, self.back = nn.Linear(64, 4), nn.Linear(64, 4), nn.Linear(4, 64)

    def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
        flat = image.flatten(1)
        mean, log_variance = self.mean(flat), self.spread(flat)
        code = mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
        return mean, self.back(code).view_as(image), log_variance


def last(events) -> dict[str, float]:
    return [event for event in events if isinstance(event, EpochDone)][-1].metrics


def test_an_autoencoder_learns_as_a_loop_written_by_hand() -> None:
    dataset = digits()
    recipe = Autoencoder(epochs=3, batch_size=50, optimizer="sgd", learning_rate=0.1, shuffle=False)
    told = last(fit(seeded(squeeze), dataset, recipe))
    other, images = seeded(squeeze), dataset.inputs["image"]
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    for _ in range(3):
        total = 0.0
        for numbers in dataset.train.split(50):
            loss = nn.functional.mse_loss(other(images[numbers]), images[numbers])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * 50
    assert told["training_loss"] == pytest.approx(total / len(dataset.train), rel=1e-6)
    with torch.no_grad():
        rebuilt, wanted = other(images[dataset.validation]), images[dataset.validation]
    assert told["validation_loss"] == pytest.approx(nn.functional.mse_loss(rebuilt, wanted).item(), rel=1e-5)
    assert told["validation_mean_absolute_error"] == pytest.approx((rebuilt - wanted).abs().mean().item(), rel=1e-5)


def test_noise_is_added_to_what_it_sees_and_not_to_what_it_is_asked_for() -> None:
    dataset = digits()
    seen = []

    class Spy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scale = nn.Parameter(torch.ones(()))

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            seen.append(image)
            return image * self.scale

    recipe = Autoencoder(epochs=1, noise=0.5, shuffle=False, batch_size=50, learning_rate=1e-9)
    told = last(fit(Spy(), dataset, recipe))
    disturbance = seen[0] - dataset.inputs["image"][dataset.train[:50]]
    assert disturbance.std() == pytest.approx(0.5, abs=0.05)
    assert told["training_loss"] == pytest.approx(0.25, abs=0.02)


def test_a_vae_learns_as_a_loop_written_by_hand() -> None:
    dataset, images = digits(), digits().inputs["image"]
    recipe = VariationalAutoencoder(epochs=1, batch_size=50, optimizer="sgd", learning_rate=0.1, shuffle=False, beta=2)
    outputs = ("mean", "picture", "log_variance")
    steps = []
    model = seeded(Vae)
    told = last(fit(model, dataset, recipe, outputs=outputs))

    other = seeded(Vae)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    seeds = torch.Generator().manual_seed(recipe.seed)
    seeds = torch.randint(2**32, (len(dataset.train) // 50,), generator=seeds).tolist()
    for numbers, seed in zip(dataset.train.split(50), seeds, strict=True):
        torch.manual_seed(seed)
        mean, rebuilt, log_variance = other(images[numbers])
        normal = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
        kl = torch.distributions.kl_divergence(normal, torch.distributions.Normal(0.0, 1.0)).sum(1).mean()
        loss = nn.functional.mse_loss(rebuilt, images[numbers]) + 2 * kl / 64
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps.append((loss.item(), kl.item()))
    assert told["training_loss"] == pytest.approx(sum(loss for loss, _ in steps) / len(steps), rel=1e-5)
    assert told["training_kl"] == pytest.approx(sum(kl for _, kl in steps) / len(steps), rel=1e-4)
    for name, weight in other.named_parameters():
        assert torch.allclose(weight, model.state_dict()[name], atol=1e-6), name


def test_beta_rises_over_the_first_epochs() -> None:
    recipe = VariationalAutoencoder(beta=4.0, rising=2)
    given = Material(seeded(Vae), digits(), torch.device("cpu"), Span(4, 10), ("mean", "picture", "log_variance"))
    learning = recipe.learning(given)
    betas = []
    for step in (0, 5, 10, 20, 30):
        learning.steps = step
        betas.append(learning.beta)  # type: ignore[attr-defined]
    assert betas == [0.0, 1.0, 2.0, 4.0, 4.0]


def test_what_a_vae_needs_is_said_in_a_sentence() -> None:
    with pytest.raises(RecipeError, match="needs an Output called log_variance"):
        list(fit(seeded(Vae), digits(), VariationalAutoencoder(), outputs=("mean", "picture")))
    outputs = ("picture", "mean", "log_variance")
    with pytest.raises(WrongShape, match="same size"):
        list(fit(seeded(Vae), digits(), VariationalAutoencoder(), outputs=outputs))


def test_data_that_can_not_be_rebuilt_is_refused_in_a_sentence() -> None:
    words = DataSpec("letters", {"text": TensorSpec((16,), "int64")})
    two = DataSpec("two", {"a": TensorSpec((1,)), "b": TensorSpec((1,))})
    for data, said in ((words, "whole numbers that stand for words"), (two, "has 2")):
        with pytest.raises(RecipeError, match=said):
            Autoencoder().asked(data)


def test_several_outputs_are_each_compared_with_the_target_of_their_name() -> None:
    dataset = digits()
    ink = dataset.inputs["image"].mean((1, 2, 3)).unsqueeze(1)
    spec = replace(dataset.spec, others={"ink": TargetSpec("number", names=("ink",))})
    dataset = replace(dataset, spec=spec, others={"ink": ink})

    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scores, self.ink = nn.Linear(64, 10), nn.Linear(64, 1)

        def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            flat = image.flatten(1)
            return self.ink(flat), self.scores(flat)

    recipe = Supervised(epochs=1, batch_size=50, optimizer="sgd", learning_rate=0.1, shuffle=False)
    told = last(fit(seeded(Two), dataset, recipe, outputs=("ink", "scores")))
    other = seeded(Two)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    total = 0.0
    for numbers in dataset.train.split(50):
        amount, scores = other(dataset.inputs["image"][numbers])
        loss = nn.functional.cross_entropy(scores, dataset.targets[numbers])
        loss = loss + nn.functional.mse_loss(amount, ink[numbers])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * 50
    assert told["training_loss"] == pytest.approx(total / len(dataset.train), rel=1e-6)
    assert {"validation_accuracy", "validation_ink_mean_absolute_error"} <= set(told)
    with pytest.raises(RecipeError, match="a target called ink"):
        list(fit(seeded(Two), dataset, recipe, outputs=("scores", "more")))


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_draws_at_least_its_loss(recipe) -> None:
    curves = recipe().curves()
    assert curves[0].training == "training_loss"
    assert len({curve.title for curve in curves}) == len(curves)


def test_what_is_rebuilt_is_shown_below_what_was_given_after_each_epoch(tmp_path) -> None:
    model = seeded(squeeze)
    events = list(fit(model, digits(), Autoencoder(epochs=2, noise=0.1), keep=Keep(tmp_path)))
    shown = [event for event in events if isinstance(event, Shown)]
    assert [(event.epoch, event.title) for event in shown] == [(1, "Rebuilt"), (2, "Rebuilt")]
    picture = Image.open(tmp_path / shown[-1].file)
    high = 64
    assert picture.size == (10 * high + 9 * 2, 3 * high + 2 * 2)
    numbers = digits().validation[:: len(digits().validation) // 10][:10]
    first = (digits().inputs["image"][numbers[0], 0] * 255).round().byte()
    assert torch.equal(torch.from_numpy(np.array(picture))[:high:8, :high:8, 0], first)
    lowest = (model(digits().inputs["image"][numbers]).clamp(0, 1)[0, 0] * 255).round()
    drawn = torch.from_numpy(np.array(picture))[2 * (high + 2) :: 8, :high:8, 0].float()
    assert (drawn - lowest).abs().mean() < 25, "it is rebuilt from a disturbed picture, and is like it"
