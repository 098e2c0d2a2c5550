"""GANs, against loops written by hand, and what keeps one from being trained."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from netbuilder.data.spirals import Spirals
from netbuilder.spec import DataSpec, TensorSpec
from netbuilder.train.adversarial import directions, distance
from netbuilder.train.checkpoint import checkpoints_in
from netbuilder.train.events import EpochDone, Shown
from netbuilder.train.fit import fit
from netbuilder.train.keeping import Keep
from netbuilder.train.losses.games import Hinge, Standard, Wasserstein
from netbuilder.train.losses.objective import WrongShape
from netbuilder.train.recipes import Adversarial, RecipeError
from netbuilder.train.tally import NotFinite
from tests.train.toy import digits

BATCH, NOISE = 50, 8


def generator() -> nn.Module:
    return nn.Sequential(nn.Linear(NOISE, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)))


def judge() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.LeakyReLU(0.2), nn.Dropout(0.2), nn.Linear(16, 1))


def pair() -> tuple[nn.Module, nn.Module]:
    torch.manual_seed(3)
    return generator(), judge()


def recipe(**more: object) -> Adversarial:
    return Adversarial(noise=NOISE, batch_size=BATCH, shuffle=False, **({"epochs": 2} | more))


def by_hand(maker: nn.Module, critic: nn.Module, asked: Adversarial) -> Iterator[tuple[float, float | None]]:
    """The losses of every step: the discriminator's, and the generator's where it moved."""
    data = digits()
    game, real_pictures = asked.loss, data.inputs["image"]
    rate = asked.learning_rate
    forward = torch.optim.Adam(maker.parameters(), lr=rate, betas=(0.5, 0.999))
    against = torch.optim.Adam(critic.parameters(), lr=asked.discriminator_rate or rate, betas=(0.5, 0.999))
    seeds = torch.Generator().manual_seed(asked.seed)
    step = 0
    for _ in range(asked.epochs):
        parts = data.train.split(BATCH)
        for numbers, seed in zip(parts, torch.randint(2**32, (len(parts),), generator=seeds).tolist(), strict=True):
            torch.manual_seed(seed)
            real = real_pictures[numbers]
            fake = maker(torch.randn(len(real), NOISE))
            ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
            high, low = critic(real)[:, 0], critic(fake.detach())[:, 0]
            if isinstance(game, Standard):
                sure = ones * (1 - game.smoothing)
                loss = functional.binary_cross_entropy_with_logits(high, sure)
                loss = loss + functional.binary_cross_entropy_with_logits(low, zeros)
            elif isinstance(game, Hinge):
                loss = torch.clamp(1 - high, min=0).mean() + torch.clamp(1 + low, min=0).mean()
            else:
                loss = low.mean() - high.mean()
                share = torch.rand(len(real), 1, 1, 1)
                between = (share * real + (1 - share) * fake.detach()).requires_grad_()
                slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
                loss = loss + game.penalty * ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()
            against.zero_grad()
            loss.backward()
            against.step()
            step += 1
            told = None
            if step % asked.rounds == 0:
                low = critic(fake)[:, 0]
                if isinstance(game, Standard):
                    gain = functional.binary_cross_entropy_with_logits(low, ones)
                else:
                    gain = -low.mean()
                forward.zero_grad()
                gain.backward()
                forward.step()
                told = gain.item()
            yield loss.item(), told


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"loss": Standard(smoothing=0.1), "discriminator_rate": 0.001},
        {"loss": "hinge"},
        {"loss": Wasserstein(penalty=5.0), "rounds": 3},
    ],
    ids=["standard", "smoothed", "hinge", "wasserstein"],
)
def test_a_gan_learns_as_a_loop_written_by_hand(more: dict[str, object]) -> None:
    asked = recipe(**more)
    maker, critic = pair()
    events = list(fit(maker, digits(), asked, beside={"discriminator": critic}))
    (*_, last) = [event for event in events if isinstance(event, EpochDone)]
    other, against = pair()
    steps = list(by_hand(other, against, asked))
    for one, two in ((maker, other), (critic, against)):
        for name, weight in two.state_dict().items():
            assert torch.allclose(weight, one.state_dict()[name], rtol=1e-4, atol=1e-6), name
    half = steps[len(steps) // 2 :]
    assert last.metrics["training_loss"] == pytest.approx(np.mean([loss for loss, _ in half]), rel=1e-5)
    gained = [gain for _, gain in half if gain is not None]
    assert last.metrics["training_generator_loss"] == pytest.approx(np.mean(gained), rel=1e-5)
    assert ("training_told_apart" in last.metrics) == (not isinstance(asked.loss, Wasserstein))


def test_both_networks_and_both_optimizers_are_kept_and_come_back(tmp_path: Path) -> None:
    maker, critic = pair()
    list(fit(maker, digits(), recipe(), keep=Keep(tmp_path), beside={"discriminator": critic}))
    _, last = checkpoints_in(tmp_path)
    for role, network in (("", maker), ("discriminator", critic)):
        for name, weight in last.weights(role).items():
            assert torch.equal(weight, network.state_dict()[name])
        fresh = torch.optim.Adam(network.parameters(), fused=True)
        state = last.optimizer(role)
        assert state is not None
        fresh.load_state_dict(state)
    assert len(list((tmp_path / "checkpoints").iterdir())) == 2 * 5


def test_pictures_out_of_the_same_noise_are_shown_after_each_epoch(tmp_path: Path) -> None:
    maker, critic = pair()
    asked = recipe(epochs=3)
    events = list(fit(maker, digits(), asked, keep=Keep(tmp_path), beside={"discriminator": critic}))
    shown = [event for event in events if isinstance(event, Shown)]
    assert [event.epoch for event in shown] == [1, 2, 3]
    noise = asked.as_asked(digits()).inputs["noise"][:10]
    with torch.no_grad():
        made = maker(noise)
    with Image.open(tmp_path / shown[-1].file) as picture:
        strip = np.asarray(picture.convert("L"), dtype=float) / 255
    assert strip[:64:8, :64:8] == pytest.approx(made[0, 0].numpy(), abs=0.01)


def test_the_epoch_whose_samples_lie_closest_to_real_ones_is_the_best() -> None:
    maker, critic = pair()
    asked = recipe(epochs=4, learning_rate=0.01)
    done = [
        event for event in fit(maker, digits(), asked, beside={"discriminator": critic}) if isinstance(event, EpochDone)
    ]
    assert {event.score for event in done} == {"validation_distance"}
    distances = [event.metrics["validation_distance"] for event in done]
    bests = [event.epoch for event in done if event.best]
    assert distances[bests[-1] - 1] == min(distances)
    data = digits()
    with torch.no_grad():
        made = maker(asked.as_asked(data).inputs["noise"][data.validation])
    real = data.inputs["image"][data.validation]
    along = directions((1, 8, 8), asked.seed)
    expected = np.mean(
        [
            np.abs(np.sort(real.flatten(1).numpy() @ way) - np.sort(made.flatten(1).numpy() @ way)).mean()
            for way in along.T.numpy()
        ]
    )
    assert distances[-1] == pytest.approx(expected, rel=1e-4)


def test_the_distance_is_nothing_between_the_same_and_grows_with_what_lies_between() -> None:
    some = torch.rand(100, 3)
    along = directions((3,), 0)
    assert distance(some, some[torch.randperm(100)], along) == pytest.approx(0.0, abs=1e-6)
    moved = [float(distance(some, some + by, along)) for by in (0.1, 0.2, 0.4)]
    assert moved[1] == pytest.approx(2 * moved[0], rel=0.2)
    assert moved == sorted(moved)


def test_points_are_made_too_and_nothing_is_drawn_of_them() -> None:
    maker = nn.Linear(NOISE, 2)
    critic = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    data = Spirals().read()
    events = list(fit(maker, data, recipe(epochs=1), beside={"discriminator": critic}))
    assert not [event for event in events if isinstance(event, Shown)]


@pytest.mark.parametrize(
    ("maker", "critic", "said"),
    [
        (nn.Linear(NOISE, 64), judge(), "The generator gives 64 for each sample, but a real one is 1×8×8"),
        (generator(), nn.Sequential(nn.Flatten(), nn.Linear(64, 2)), "The discriminator gives 2 numbers"),
    ],
)
def test_networks_that_do_not_fit_each_other_are_told(maker: nn.Module, critic: nn.Module, said: str) -> None:
    with pytest.raises(WrongShape, match=said):
        list(fit(maker, digits(), recipe(), beside={"discriminator": critic}))


class Breaks(nn.Module):
    """Gives what is no number from its fourth step on."""

    def __init__(self) -> None:
        super().__init__()
        self.made, self.steps = generator(), 0

    def forward(self, noise: torch.Tensor) -> torch.Tensor:
        self.steps += 1
        return self.made(noise) * (math.nan if self.steps > 3 else 1.0)


def test_a_loss_that_is_not_a_number_stops_both_before_it_spreads() -> None:
    maker, critic = Breaks(), judge()
    with pytest.raises(NotFinite, match="step 4"):
        list(fit(maker, digits(), recipe(), beside={"discriminator": critic}))
    for network in (maker, critic):
        assert all(weight.isfinite().all() for weight in network.parameters())


def test_words_and_several_inputs_are_not_made_by_a_gan() -> None:
    words = DataSpec("letters", {"text": TensorSpec((8,), "int64")})
    with pytest.raises(RecipeError, match="Choose the recipe for language models"):
        Adversarial().asked(words)
    two = DataSpec("pairs", {"one": TensorSpec((8,)), "other": TensorSpec((8,))})
    with pytest.raises(RecipeError, match="makes up one thing, but pairs has 2 inputs"):
        Adversarial().asked(two)
