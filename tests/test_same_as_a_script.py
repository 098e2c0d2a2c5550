"""What a sample trains is what a plain script would train: the same loss at every step, to the last bit.

The scripts are written as one writes them without this program: their own networks, torch's own optimizers. All they
have to know of it is where random numbers come from: one generator, seeded with the run's seed, gives each epoch's
order and then a seed for each step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from netbuilder.data.dataset import Dataset
from netbuilder.headless import launch_of, ready_to_train
from netbuilder.resources import samples
from netbuilder.train.events import Finished, Progress
from netbuilder.train.launch import launch
from netbuilder.train.recipes import recipe_of

SAMPLES = {sample.name: sample for sample in samples()}
EPOCHS = 3


def losses_of_the_program(name: str, folder: Path) -> tuple[list[float], Dataset]:
    project, dataset, checked = ready_to_train(SAMPLES[name].path)
    recipe = recipe_of(project.recipe).with_settings(epochs=EPOCHS)
    job = launch_of(SAMPLES[name].path, dataset, checked, recipe, device="cpu", folder=folder)
    events = list(launch(job))
    assert isinstance(events[-1], Finished), events[-1]
    return [loss for event in events if isinstance(event, Progress) for loss in event.losses], dataset


def batches(numbers: torch.Tensor, size: int) -> Iterator[torch.Tensor]:
    """The samples of each step, with torch's random numbers seeded for it."""
    random = torch.Generator().manual_seed(0)
    for _ in range(EPOCHS):
        order = numbers[torch.randperm(len(numbers), generator=random)]
        parts = order.split(size)
        for part, seed in zip(parts, torch.randint(2**32, (len(parts),), generator=random).tolist(), strict=True):
            torch.manual_seed(seed)
            yield part


def convolutions(data: Dataset) -> Iterator[float]:
    torch.manual_seed(0)
    model = nn.Sequential(
        *(nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU()),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(), nn.Linear(1024, 10)),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
    steps = EPOCHS * math.ceil(len(data.train) / 64)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for numbers in batches(data.train, 64):
        loss = F.cross_entropy(model(data.inputs["picture"][numbers]), data.targets[numbers])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        yield loss.item()


class Reader(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.memory = nn.Embedding(5, 16), nn.LSTM(16, 64, batch_first=True)
        self.classifier = nn.Linear(64, 4)

    def forward(self, letters: torch.Tensor) -> torch.Tensor:
        steps, _ = self.memory(self.embedding(letters))
        return self.classifier(steps[:, -1])


def recurrent(data: Dataset) -> Iterator[float]:
    torch.manual_seed(0)
    model = Reader()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005, fused=True)
    steps = EPOCHS * math.ceil(len(data.train) / 64)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    (letters,) = data.inputs.values()
    for numbers in batches(data.train, 64):
        loss = F.cross_entropy(model(letters[numbers]), data.targets[numbers])
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step()
        yield loss.item()


def adversarial(data: Dataset) -> Iterator[float]:
    torch.manual_seed(0)
    generator = nn.Sequential(
        *(nn.Linear(32, 256), nn.BatchNorm1d(256), nn.ReLU()),
        *(nn.Linear(256, 256), nn.BatchNorm1d(256), nn.ReLU()),
        *(nn.Linear(256, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8))),
    )
    discriminator = nn.Sequential(
        *(nn.Flatten(), nn.Linear(64, 512), nn.LeakyReLU(0.2), nn.Dropout(0.4)),
        *(nn.Linear(512, 128), nn.LeakyReLU(0.2), nn.Dropout(0.4), nn.Linear(128, 1)),
    )
    forward = torch.optim.Adam(generator.parameters(), lr=0.0002, betas=(0.5, 0.999), fused=True)
    against = torch.optim.Adam(discriminator.parameters(), lr=0.0002, betas=(0.5, 0.999), fused=True)
    for numbers in batches(data.train, 64):
        real = data.inputs["picture"][numbers]
        made = generator(torch.randn(len(real), 32))
        high, low = discriminator(real)[:, 0], discriminator(made.detach())[:, 0]
        loss = F.binary_cross_entropy_with_logits(high, torch.ones_like(high)) + F.softplus(low).mean()
        loss.backward()
        against.step()
        against.zero_grad()
        F.softplus(-discriminator(made)[:, 0]).mean().backward()
        forward.step()
        forward.zero_grad()
        against.zero_grad()
        yield loss.item()


@pytest.mark.parametrize(
    ("name", "script"),
    [("digits-cnn", convolutions), ("sequences-lstm", recurrent), ("digits-gan", adversarial)],
    ids=["digits-cnn", "sequences-lstm", "digits-gan"],
)
def test_the_loss_curve_is_that_of_a_plain_script(name, script, tmp_path):
    told, data = losses_of_the_program(name, tmp_path / "run")
    by_hand = list(script(data))
    assert len(told) == EPOCHS * math.ceil(len(data.train) / 64)
    assert told == by_hand
