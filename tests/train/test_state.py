"""A training that is put down between two steps and taken up from what was kept goes on to the last bit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from netbuilder.data.dataset import Dataset
from netbuilder.train.averages import AVERAGES, Stochastic
from netbuilder.train.checkpoint import checkpoints_in
from netbuilder.train.keeping import Keep
from netbuilder.train.learning import Learning, Material
from netbuilder.train.losses.games import Wasserstein
from netbuilder.train.optimizers import OPTIMIZERS
from netbuilder.train.optimizers.kinds import SGD, Adam, Adamax, RMSprop
from netbuilder.train.optimizers.making import load_state
from netbuilder.train.recipes import RECIPES, Recipe, Supervised
from netbuilder.train.recipes.adversarial import DISCRIMINATOR, Adversarial
from netbuilder.train.recipes.contrastive import Contrastive
from netbuilder.train.recipes.diffusion import Diffusion
from netbuilder.train.recipes.forecast import Forecast
from netbuilder.train.recipes.language import LanguageModel
from netbuilder.train.recipes.masked import MaskedTokens
from netbuilder.train.recipes.rebuilding import Autoencoder, VariationalAutoencoder
from netbuilder.train.recipes.seq2seq import SequenceToSequence
from netbuilder.train.samples import Batches
from netbuilder.train.schedules import SCHEDULES, Span
from netbuilder.train.schedules.kinds import Cyclic, MultiStep, Plateau, Schedule, Step, WarmRestarts
from netbuilder.train.snapshot import Snapshot
from netbuilder.train.standing import copied
from tests.train import (
    test_adversarial,
    test_diffusion,
    test_forecasting,
    test_language,
    test_masked,
    test_rebuilding,
    test_seq2seq,
)
from tests.train.toy import digits

CPU = torch.device("cpu")
EPOCHS = 4


def normed() -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.2), nn.Linear(12, 10)
    )


class Training:
    """What `fit` does, without telling anybody of it."""

    def __init__(
        self,
        recipe: Recipe,
        dataset: Dataset | None = None,
        make: Callable[[], nn.Module] = normed,
        outputs: tuple[str, ...] = (),
        beside: Callable[[], nn.Module] | None = None,
    ):
        self.dataset = dataset or digits(200)
        torch.manual_seed(7)
        others = {DISCRIMINATOR: beside()} if beside is not None else {}
        self.batches = Batches(self.dataset.train, recipe.batch_size, recipe.seed, CPU, shuffle=recipe.shuffle)
        span = Span(recipe.epochs, len(self.batches))
        self.learning: Learning = recipe.learning(
            Material(make(), self.dataset, CPU, span, outputs, others, {"": {"1": 0.5}} if make is normed else {})
        )
        self.told: list[Any] = []

    def steps(self, skip: int = 0) -> Iterator[int]:
        """Yields after each step; the first `skip` are not taken, for they have been."""
        step = 0
        for epoch in range(1, EPOCHS + 1):
            order = self.batches.begin()
            if step + len(order) <= skip:
                step += len(order)
                continue
            self.learning.begin_epoch()
            for at, batch in enumerate(order):
                step += 1
                if step <= skip:
                    continue
                self.learning.left = len(order) - at
                with self.learning.trained():
                    told = self.learning.step(batch)
                self.told.append((told.loss.detach().item(), self.learning.rate))
                if at + 1 < len(order):
                    yield step
            for _ in self.learning.average(epoch, order):
                pass
            checked = self.learning.check(self.dataset.validation)
            self.told.append(checked.loss.item())
            self.learning.epoch_done({"validation_loss": checked.loss.item()})
            yield step

    def everything(self) -> dict[str, Any]:
        found = {
            f"{role}/{name}": tensor
            for role, network in self.learning.networks.items()
            for name, tensor in network.state_dict().items()
        }
        for role, optimizer in self.learning.optimizers.items():
            for number, state in optimizer.state_dict()["state"].items():
                found |= {f"{role}/{number}/{name}": value for name, value in state.items()}
        return {name: one.clone() if isinstance(one, torch.Tensor) else one for name, one in found.items()}


def goes_on(make: Callable[[], Training], folder: Path, *, at: tuple[int, ...]) -> None:
    """Trains through, and again from what was kept after each of these steps."""
    whole = make()
    steps = []
    for step in whole.steps():
        steps.append((step, len(whole.told)))
        if step in at:
            assert whole.learning.whole
            before = whole.everything()
            tensors, numbers = whole.learning.state()
            kept = save(tensors), json.dumps(numbers, allow_nan=False)
            assert differ(whole.everything(), before) == [], "to be looked at must not change it"
            weights = {role: network.state_dict() for role, network in whole.learning.networks.items()}
            optimizers = {role: optimizer.state_dict() for role, optimizer in whole.learning.optimizers.items()}
            (folder / str(step)).mkdir()
            keep = Keep(folder / str(step))
            keep.save(Snapshot(0, step, copied(weights), copied(optimizers)))
            keep.said(wait=True)
            (folder / str(step) / "state").write_bytes(kept[0])
            (folder / str(step) / "state.json").write_text(kept[1])
    assert {step for step, _ in steps} >= set(at)
    for step, told in steps:
        if step not in at:
            continue
        again = make()
        place = folder / str(step)
        numbers = json.loads((place / "state.json").read_text())
        again.learning.restore(load((place / "state").read_bytes()), numbers)
        (checkpoint,) = checkpoints_in(place)
        for role, network in again.learning.networks.items():
            network.load_state_dict(checkpoint.weights(role))
        for role, optimizer in again.learning.optimizers.items():
            state = checkpoint.optimizer(role)
            assert state is not None
            load_state(optimizer, state)
        for _ in again.steps(skip=step):
            pass
        assert again.told == whole.told[told:], f"after step {step}"
        assert differ(again.everything(), whole.everything()) == [], f"after step {step}"


def differ(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What is not the same in both."""
    assert one.keys() == other.keys()
    return [
        name
        for name, value in one.items()
        if not (torch.equal(value, other[name]) if isinstance(value, torch.Tensor) else value == other[name])
    ]


MANY = {"epochs": EPOCHS, "batch_size": 50}  # 3 steps an epoch
TWO = {"average": {"kind": "ema", "settings": {"decay": 0.9}}}

HOW: dict[str, Callable[[], Training]] = {
    "supervised": lambda: Training(Supervised(**MANY, mixture="mixup", **TWO)),
    "forecast": lambda: Training(
        Forecast(epochs=EPOCHS, batch_size=64), test_forecasting.sines(), test_forecasting.network
    ),
    "autoencoder": lambda: Training(Autoencoder(**MANY, noise=0.3), make=test_rebuilding.squeeze),
    "vae": lambda: Training(
        VariationalAutoencoder(**MANY, rising=3),
        make=test_rebuilding.Vae,
        outputs=("mean", "rebuilt", "log_variance"),
    ),
    "gan": lambda: Training(
        Adversarial(noise=test_adversarial.NOISE, rounds=4, loss=Wasserstein(), **MANY, **TWO),
        make=test_adversarial.generator,
        beside=test_adversarial.judge,
    ),
    "diffusion": lambda: Training(Diffusion(**MANY), make=test_diffusion.Denoiser),
    "contrastive": lambda: Training(Contrastive(pairs="views", **MANY)),
    "language_model": lambda: Training(
        LanguageModel(epochs=EPOCHS, batch_size=30), test_language.letters(), test_language.Reader
    ),
    "seq2seq": lambda: Training(
        SequenceToSequence(epochs=EPOCHS, batch_size=30), test_seq2seq.turned(), test_seq2seq.Translator
    ),
    "masked_tokens": lambda: Training(
        MaskedTokens(epochs=EPOCHS, batch_size=30), test_masked.letters(), test_masked.Reader
    ),
}


@pytest.mark.parametrize("kind", [recipe.kind for recipe in RECIPES])
def test_every_recipe_goes_on_in_the_middle_of_an_epoch_and_between_two(kind: str, tmp_path: Path) -> None:
    training = HOW[kind]()
    assert training.learning.recipe.kind == kind
    a_whole = len(training.batches)
    goes_on(HOW[kind], tmp_path, at=(1, a_whole + 2, 2 * a_whole))


SETTINGS = (
    *(kind() for kind in OPTIMIZERS),
    Adam(amsgrad=True),
    SGD(momentum=0.9, nesterov=True),
    RMSprop(momentum=0.5, centered=True),
    Adamax(betas=(0.5, 0.9)),
)


@pytest.mark.parametrize("optimizer", SETTINGS, ids=lambda one: f"{one.kind}-{len(one.changed())}")
def test_every_optimizer_goes_on(optimizer: Any, tmp_path: Path) -> None:
    rate = optimizer.usual_rate
    goes_on(
        lambda: Training(Supervised(**MANY, optimizer=optimizer, learning_rate=rate, weight_decay=0.01)),
        tmp_path,
        at=(1, 5),
    )


ENDURING: dict[str, Schedule] = {
    "step": Step(step_size=1),
    "multi_step": MultiStep(milestones=(1, 2, 3)),
    "warm_restarts": WarmRestarts(T_0=1, T_mult=2),
    "cyclic": Cyclic(step_size_up=4, mode="exp_range", gamma=0.9),
    "plateau": Plateau(patience=0, threshold=0.5, factor=0.5),
}


@pytest.mark.parametrize("average", [kind.kind for kind in AVERAGES])
@pytest.mark.parametrize("schedule", [kind.kind for kind in SCHEDULES])
def test_every_schedule_goes_on_under_every_average(schedule: str, average: str, tmp_path: Path) -> None:
    kept = Stochastic(start=0.25, rate=0.01, anneal=2) if average == "swa" else average
    asked = Supervised(**MANY, schedule=ENDURING.get(schedule, schedule), average=kept, learning_rate=0.05)
    goes_on(lambda: Training(asked), tmp_path, at=(2, 6, 7))
