"""Denoising diffusion, against a loop written by hand, and what it makes out of noise."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from netbuilder.spec import DataSpec, TensorSpec
from netbuilder.train.diffusion import kept_of, mixed, sampled
from netbuilder.train.events import EpochDone, Shown
from netbuilder.train.fit import fit
from netbuilder.train.keeping import Keep
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.recipes import Diffusion, RecipeError
from tests.train.toy import digits, points, seeded

BATCH = 50


class Denoiser(nn.Module):
    """The time comes first: it is by their names that the inputs are told from each other."""

    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.see, self.when, self.tell = nn.Linear(size, 32), nn.Linear(1, 32), nn.Linear(32, size)

    def forward(self, time: torch.Tensor, image: torch.Tensor) -> torch.Tensor:
        seen = torch.relu(self.see(image.flatten(1)) + self.when(time))
        return self.tell(seen).view_as(image)


def recipe(**more: object) -> Diffusion:
    return Diffusion(batch_size=BATCH, shuffle=False, optimizer="sgd", learning_rate=0.1, **({"epochs": 2} | more))


def power_left(asked: Diffusion) -> np.ndarray:
    """How much of the sample's power is left after each step, by the papers' own formulas."""
    count = asked.steps
    if asked.noise == "linear":
        betas = np.linspace(1e-4, 0.02, count) * 1000 / count
        return np.cumprod(1 - betas)
    f = [math.cos((t / count + 0.008) / 1.008 * math.pi / 2) ** 2 for t in range(count + 1)]
    return np.array(f[1:]) / f[0]


@pytest.mark.parametrize("noise", ["cosine", "linear"])
@pytest.mark.parametrize("predicts", ["noise", "sample"])
def test_it_learns_as_a_loop_written_by_hand(noise: str, predicts: str) -> None:
    asked, data = recipe(noise=noise, predicts=predicts), digits()
    told = [event for event in fit(seeded(Denoiser), data, asked) if isinstance(event, EpochDone)][-1].metrics
    other, left = seeded(Denoiser), torch.tensor(power_left(asked), dtype=torch.float32).clamp(min=1e-5)
    optimizer = torch.optim.SGD(other.parameters(), lr=0.1)
    seeds = torch.Generator().manual_seed(asked.seed)
    for _ in range(asked.epochs):
        losses, parts = [], data.train.split(BATCH)
        for numbers, seed in zip(parts, torch.randint(2**32, (len(parts),), generator=seeds).tolist(), strict=True):
            torch.manual_seed(seed)
            clean = data.inputs["image"][numbers] * 2 - 1
            at = torch.randint(asked.steps, (len(clean),))
            drawn = torch.randn_like(clean)
            share = left[at].view(-1, 1, 1, 1)
            seen = share.sqrt() * clean + (1 - share).sqrt() * drawn
            said = other((at[:, None] + 1) / asked.steps, seen)
            loss = nn.functional.mse_loss(said, drawn if predicts == "noise" else clean)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert told["training_loss"] == pytest.approx(np.mean(losses), rel=1e-5)
    seen = asked.as_asked(data)
    with torch.no_grad():
        said = other(seen.inputs["time"][data.validation], seen.inputs["image"][data.validation])
    wanted = seen.targets[data.validation][..., 0]
    assert told["validation_loss"] == pytest.approx(nn.functional.mse_loss(said, wanted).item(), rel=1e-4)


@pytest.mark.parametrize("predicts", ["noise", "sample"])
@pytest.mark.parametrize("sampling", [1, 7, 50, 1000])
def test_a_perfect_network_brings_back_the_only_sample_there_is(predicts: str, sampling: int) -> None:
    asked = recipe(predicts=predicts, sampling=sampling, steps=60)
    only, left = torch.rand(1, 1, 4, 4) * 2 - 1, kept_of(asked)

    def knows(seen: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
        share = left[(time[:, 0] * asked.steps).round().long() - 1].view(-1, 1, 1, 1)
        return only.expand_as(seen) if predicts == "sample" else (seen - share.sqrt() * only) / (1 - share).sqrt()

    made = sampled(asked, knows, torch.randn(3, 1, 4, 4), left)
    assert torch.allclose(made, only.expand_as(made), atol=1e-3)


def test_at_the_last_step_nearly_nothing_is_left_of_the_sample() -> None:
    for noise in ("cosine", "linear"):
        for steps in (2, 20, 1000):
            left = kept_of(recipe(noise=noise, steps=steps))
            assert left.shape == (steps,)
            assert (left.diff() <= 0).all()
            assert left[-1] < 0.05, (noise, steps)
    clean, noise = torch.ones(2, 3), torch.zeros(2, 3)
    given = mixed(recipe(steps=10), clean, noise, torch.tensor([0, 9]), kept_of(recipe(steps=10)))
    assert given.time.flatten().tolist() == pytest.approx([0.1, 1.0])
    assert given.seen[0, 0] > 0.9 > 0.1 > given.seen[1, 0]


def test_pictures_are_made_after_each_epoch_and_the_run_is_the_same_without_them(tmp_path: Path) -> None:
    data, asked = digits(), recipe(sampling=5)
    model = seeded(Denoiser)
    events = list(fit(model, data, asked, keep=Keep(tmp_path)))
    shown = [event for event in events if isinstance(event, Shown)]
    assert [event.epoch for event in shown] == [1, 2]
    with Image.open(tmp_path / shown[0].file) as strip:
        assert strip.size[0] > 600
    again = list(fit(seeded(Denoiser), data, asked.with_settings(sampling=1)))
    told, once_more = ([event.metrics for event in run if isinstance(event, EpochDone)] for run in (events, again))
    assert told == once_more


def test_what_is_no_picture_is_learned_too() -> None:
    class Net(Denoiser):
        def __init__(self) -> None:
            super().__init__(2)

        def forward(self, time: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
            return super().forward(time, x)

    events = list(fit(seeded(Net), points(), recipe()))
    assert not [event for event in events if isinstance(event, Shown)]
    asked = recipe().as_asked(points())
    assert asked.inputs["x"].shape == (50, 2)
    assert asked.targets.shape == (50, 2, 1)


def test_what_does_not_fit_is_told() -> None:
    class Flat(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tell = nn.Linear(64, 3)

        def forward(self, image: torch.Tensor, time: torch.Tensor) -> torch.Tensor:
            return self.tell(image.flatten(1)) + time

    with pytest.raises(WrongShape, match="The network gives 3 for each sample, but a sample is 1×8×8"):
        list(fit(Flat(), digits(), recipe()))
    words = DataSpec("letters", {"text": TensorSpec((8,), "int64")})
    with pytest.raises(RecipeError, match="Choose the recipe for language models"):
        Diffusion().asked(words)
    with pytest.raises(RecipeError, match="makes up one thing, but pairs has 2 inputs"):
        Diffusion().asked(DataSpec("pairs", {"one": TensorSpec((8,)), "other": TensorSpec((8,))}))
    with pytest.raises(RecipeError, match="Rename the column"):
        Diffusion().asked(DataSpec("clock", {"time": TensorSpec((8,))}))


def test_samples_that_are_too_many_for_memory_are_refused() -> None:
    data = replace(digits(), on_disk={"image": object()})  # type: ignore[dict-item]
    with pytest.raises(RecipeError, match=r"too many for memory\. Make them smaller, or take fewer"):
        recipe().as_asked(data)
