"""Filters whose channels lie side by side, as graphics cards like them: nothing else about a training changes. The CPU
can lay them out so, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from netbuilder.train import rehearsing
from netbuilder.train.arithmetic import likes_channels_last, set_layout
from netbuilder.train.checkpoint import checkpoints_in
from netbuilder.train.events import Failed, Finished, StepDone
from netbuilder.train.fit import fit
from netbuilder.train.launch import launch
from netbuilder.train.recipes import Supervised
from netbuilder.train.run import Run
from tests.train.test_state import Training, goes_on
from tests.train.toy import SOURCE, digits, job, seeded

LAST = torch.channels_last
CONVOLUTION = """        self.filters = nn.Conv2d(1, 4, 3, padding=1)
        self.more = nn.Conv2d(4, 4, 3, padding=1)
        self.dense = nn.Linear(256, 32)"""
SEEN = """        image = self.more(torch.relu(self.filters(image)))
        x = image.flatten(1)"""
CONVOLUTIONS = SOURCE.replace("        self.dense = nn.Linear(64, 32)", CONVOLUTION).replace(
    "        x = image.flatten(1)", SEEN
)


@pytest.fixture(autouse=True)
def liked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "likes_channels_last", lambda recipe, device: True)


def laid() -> nn.Module:
    network = convolutions()
    set_layout([network], LAST)
    return network


def convolutions() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.ConvTranspose2d(4, 4, 2, stride=2)),
        *(nn.Flatten(), nn.Linear(1024, 10)),
    )


class Viewing(nn.Module):
    """Counts on channels that lie one behind the other."""

    def __init__(self) -> None:
        super().__init__()
        self.filters, self.more, self.dense = nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3), nn.Linear(64, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        seen = self.more(self.filters(image))
        return self.dense(seen.view(len(seen), -1))


def laid_out(network: nn.Module) -> list[bool]:
    """Of each filter in it, whether no other layout is the same."""
    weights = [weight for weight in network.parameters() if weight.dim() == 4]
    return [
        weight.is_contiguous(memory_format=torch.channels_last) and not weight.is_contiguous() for weight in weights
    ]


def test_convolutions_learn_in_the_layout_that_the_device_likes() -> None:
    model, other = seeded(convolutions), seeded(convolutions)
    recipe = Supervised(epochs=2, learning_rate=0.01)
    next(fit(other, digits(), recipe))
    assert laid_out(other) == [False, True], "of a single channel both are the same"
    list(fit(model, digits(), recipe))
    assert laid_out(model) == [False, True]


def test_what_counts_on_the_other_layout_gets_it() -> None:
    model = seeded(Viewing)
    events = list(fit(model, digits(), Supervised(epochs=1)))
    assert isinstance(events[-1], Finished)
    assert not any(laid_out(model))


@pytest.mark.parametrize("average", ["none", "ema"])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_training_in_it_goes_on_from_its_state_to_the_last_bit(tmp_path: Path, average: str, optimizer: str) -> None:
    settings: dict[str, Any] = {"epochs": 2, "batch_size": 50, "average": average, "optimizer": optimizer}
    goes_on(lambda: Training(Supervised(**settings), make=laid), tmp_path, at=(2, 5, 7))


def test_a_run_in_it_is_kept_and_resumed_to_the_last_bit(tmp_path: Path) -> None:
    recipe = Supervised(epochs=3, batch_size=60)
    *_, end = launch(job(tmp_path / "whole", recipe, source_text=CONVOLUTIONS))
    assert isinstance(end, Finished), end
    events = launch(job(tmp_path / "broken", recipe, source_text=CONVOLUTIONS))
    for event in events:
        if isinstance(event, StepDone) and event.step == 7:
            break
    events.close()  # type: ignore[attr-defined]
    broken = Run.open(tmp_path / "broken")
    *_, end = launch(replace(job(broken.folder, recipe, source_text=CONVOLUTIONS), resumes=broken))
    assert not isinstance(end, Failed), end
    weights, others = (checkpoints_in(tmp_path / name)[-1].weights() for name in ("whole", "broken"))
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_what_is_not_a_plain_weight_is_left_alone() -> None:
    normed = torch.nn.utils.parametrizations.weight_norm(nn.Conv2d(2, 4, 3))
    assert not set_layout([normed, nn.Linear(3, 3), nn.Conv3d(2, 2, 3)], LAST)
    assert normed.weight.is_contiguous()


def test_only_a_graphics_card_with_fewer_digits_likes_it() -> None:
    card, processor = torch.device("cuda:0"), torch.device("cpu")
    assert [likes_channels_last(Supervised(precision=name), card) for name in ("auto", "bfloat16", "float32")] == [
        True,
        True,
        False,
    ]
    assert not likes_channels_last(Supervised(), processor)
