"""Parts of a network that learn at a rate of their own, or not at all, against loops written by hand."""

from __future__ import annotations

import json

import pytest
import torch
from torch import nn
from torch.nn import functional

from netbuilder.train.events import EpochDone, Failed, Progress
from netbuilder.train.fit import fit
from netbuilder.train.freezing import rate_of
from netbuilder.train.launch import launch
from netbuilder.train.recipes import RecipeError, Supervised
from netbuilder.train.run import Run
from tests.train.toy import digits, job, seeded

BATCH = 50


def normed() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 10))


def recipe(**more: object) -> Supervised:
    settings = {"epochs": 2, "batch_size": BATCH, "optimizer": "adam", "learning_rate": 0.01, "shuffle": False}
    return Supervised(**(settings | more))


def train_by_hand(model: nn.Module, groups: list[dict[str, object]], still: tuple[nn.Module, ...] = ()) -> None:
    data = digits()
    optimizer = torch.optim.Adam(groups, lr=0.01, fused=True)
    for _ in range(2):
        model.train()
        for module in still:
            module.eval()
        for numbers in data.train.split(BATCH):
            functional.cross_entropy(model(data.inputs["image"][numbers]), data.targets[numbers]).backward()
            optimizer.step()
            optimizer.zero_grad()


def same(one: nn.Module, other: nn.Module) -> bool:
    mine, theirs = one.state_dict(), other.state_dict()
    return all(torch.equal(mine[name], theirs[name]) for name in mine)


def test_a_part_with_a_rate_of_its_own_learns_as_in_a_loop_written_by_hand() -> None:
    model, other = seeded(normed), seeded(normed)
    events = list(fit(model, digits(), recipe(), rates={"": {"1": 0.1}}))
    rest = [*other[2].parameters(), *other[4].parameters()]
    train_by_hand(other, [{"params": list(other[1].parameters()), "lr": 0.01 * 0.1}, {"params": rest}])
    assert same(model, other)
    assert [event.rate for event in events if isinstance(event, Progress)][-1] == 0.01


def test_a_frozen_part_keeps_weights_and_statistics_and_the_rest_learns_as_by_hand() -> None:
    model, other, before = seeded(normed), seeded(normed), seeded(normed)
    list(fit(model, digits(), recipe(weight_decay=0.1), rates={"": {"1": 0.0, "2": 0.0}}))
    for part in (1, 2):
        assert same(model[part], before[part])
        other[part].requires_grad_(False)
    groups = [{"params": [other[4].weight], "weight_decay": 0.1}, {"params": [other[4].bias], "weight_decay": 0.0}]
    train_by_hand(other, groups, still=(other[2],))
    assert same(model, other)


def test_what_is_said_of_the_innermost_part_counts() -> None:
    rates = {"stage": 0.1, "stage.0.conv": 0.5, "head": 0.0}
    names = {"stage.0.conv.weight": 0.5, "stage.0.norm.weight": 0.1, "head.bias": 0.0, "heads.bias": 1.0, "stage": 0.1}
    assert {name: rate_of(name, rates) for name in names} == names


def test_a_network_of_which_all_is_frozen_is_refused_before_the_first_step() -> None:
    with pytest.raises(RecipeError, match="All weights of the network are frozen"):
        list(fit(seeded(normed), digits(), recipe(), rates={"": {"1": 0.0, "2": 0.0, "4": 0.0}}))


def test_where_no_gradient_comes_to_what_is_trained_the_sentence_says_what_to_unfreeze() -> None:
    class Aside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head, self.unused = nn.Linear(64, 10), nn.Linear(64, 10)

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return self.head(image.flatten(1))

    with pytest.raises(RecipeError, match="Unfreeze a layer on the way"):
        list(fit(seeded(Aside), digits(), recipe(), rates={"": {"head": 0.0}}))


def test_the_schedule_goes_for_each_part_from_its_own_rate() -> None:
    model = seeded(normed)
    learned = list(fit(model, digits(), recipe(schedule="one_cycle"), rates={"": {"1": 1e-9}}))
    assert torch.allclose(model[1].weight, seeded(normed)[1].weight, atol=1e-6)
    assert isinstance(next(e for e in reversed(learned) if isinstance(e, EpochDone)), EpochDone)


def test_a_run_is_trained_with_its_rates_and_remembers_them(tmp_path) -> None:
    rates = {"": {"dense": 0.0, "digit": 0.5}}
    events = list(launch(job(tmp_path / "run", Supervised(epochs=2), rates=rates)))
    assert not isinstance(events[-1], Failed), events[-1]
    run = Run.open(tmp_path / "run")
    assert json.loads((run.folder / "run.json").read_text())["rates"] == rates
    first, last = (run.checkpoint(which).weights() for which in ("epoch-001", "epoch-002"))
    assert torch.equal(first["dense.weight"], last["dense.weight"])
    assert not torch.equal(first["digit.weight"], last["digit.weight"])
