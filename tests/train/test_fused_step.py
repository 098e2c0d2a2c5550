"""A step without what surrounds its kernel comes to the same bits as torch's own, and makes way where it can't."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from netbuilder.train.optimizers.fused import FusedStep

Make = Callable[[list[dict[str, Any]]], torch.optim.Optimizer]
MAKES: dict[str, Make] = {
    "adam": lambda groups: torch.optim.Adam(groups, lr=0.01, fused=True),
    "adam with decay": lambda groups: torch.optim.Adam(groups, lr=0.01, weight_decay=0.1, fused=True),
    "amsgrad": lambda groups: torch.optim.Adam(groups, lr=0.01, amsgrad=True, fused=True),
    "adamw": lambda groups: torch.optim.AdamW(groups, lr=0.01, fused=True),
    "adam, not fused": lambda groups: torch.optim.Adam(groups, lr=0.01),
    "sgd": lambda groups: torch.optim.SGD(groups, lr=0.01, momentum=0.9),
}


class Twins:
    """Two equal networks, of which one takes torch's steps and the other those that are tested."""

    def __init__(self, make: Make):
        torch.manual_seed(0)
        self.networks = [nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3)) for _ in range(2)]
        self.networks[1].load_state_dict(self.networks[0].state_dict())
        self.optimizers = [make(_groups(network)) for network in self.networks]
        self.move = FusedStep(self.optimizers[1])

    def step(self, seed: int, without: str = "") -> None:
        for number, (network, optimizer) in enumerate(zip(self.networks, self.optimizers, strict=True)):
            data = torch.randn(4, 5, generator=torch.Generator().manual_seed(seed))
            network(data).square().mean().backward()
            for name, weight in network.named_parameters():
                if name == without:
                    weight.grad = None
            if number:
                self.move.step()
            else:
                optimizer.step()
                optimizer.zero_grad()

    def are_the_same(self) -> bool:
        first, second = (network.state_dict() for network in self.networks)
        states = [optimizer.state_dict()["state"] for optimizer in self.optimizers]
        kept = all(
            torch.equal(value, states[1][number][name])
            for number, state in states[0].items()
            for name, value in state.items()
        )
        forgotten = all(weight.grad is None for weight in self.networks[1].parameters())
        return kept and forgotten and all(torch.equal(first[name], second[name]) for name in first)


def _groups(network: nn.Sequential) -> list[dict[str, Any]]:
    return [{"params": list(network[0].parameters())}, {"params": list(network[2].parameters()), "lr": 0.003}]


@pytest.mark.parametrize("name", MAKES)
def test_steps_come_to_the_same_bits_as_torch_s_own(name: str) -> None:
    twins = Twins(MAKES[name])
    for seed in range(5):
        for optimizer in twins.optimizers:
            optimizer.param_groups[0]["lr"] = 0.01 / (seed + 1)  # as a schedule does
        twins.step(seed)
    assert twins.are_the_same()


def test_the_optimizer_itself_is_asked_once_to_make_its_state_and_then_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    twins = Twins(MAKES["adam"])
    twins.step(0)
    monkeypatch.setattr(twins.optimizers[1], "step", lambda: pytest.fail("the long way"))
    twins.step(1)
    assert twins.are_the_same()


def test_a_weight_without_a_gradient_stays_and_its_steps_do_not_count() -> None:
    twins = Twins(MAKES["adam"])
    for seed, without in enumerate(["", "2.bias", "0.weight", ""]):
        twins.step(seed, without)
    assert twins.are_the_same()


def test_after_a_state_is_read_back_steps_go_on_from_it() -> None:
    twins = Twins(MAKES["adamw"])
    twins.step(0)
    kept = [optimizer.state_dict() for optimizer in twins.optimizers]
    kept = [torch.utils._pytree.tree_map(lambda x: x.clone() if isinstance(x, torch.Tensor) else x, k) for k in kept]
    twins.step(1)
    for optimizer, state in zip(twins.optimizers, kept, strict=True):
        optimizer.load_state_dict(state)
    twins.step(2)
    assert twins.are_the_same()


def test_a_step_that_is_to_be_left_out_moves_nothing_and_is_not_counted() -> None:
    twins = Twins(MAKES["adam"])
    twins.step(0)
    for shut in (1.0, 0.0):
        for optimizer in twins.optimizers:
            optimizer.found_inf = torch.tensor(shut)
        before = [weight.clone() for weight in twins.networks[1].parameters()]
        twins.step(1)
        moved = any(not torch.equal(a, b) for a, b in zip(before, twins.networks[1].parameters(), strict=True))
        assert moved == (shut == 0.0)
    assert twins.are_the_same()


def test_whoever_hooked_into_the_optimizer_is_still_called() -> None:
    twins, seen = Twins(MAKES["adam"]), []
    twins.step(0)
    twins.optimizers[1].register_step_post_hook(lambda *told: seen.append(1))
    twins.step(1)
    assert seen == [1]
    assert twins.are_the_same()


@pytest.mark.filterwarnings("error")
def test_a_schedule_that_goes_on_from_a_state_sees_a_step_before_its_own() -> None:
    twins = Twins(MAKES["adam"])
    twins.step(0)
    again = Twins(MAKES["adam"])
    again.optimizers[1].load_state_dict(twins.optimizers[1].state_dict())
    schedule = torch.optim.lr_scheduler.StepLR(again.optimizers[1], 1)
    again.step(1)
    schedule.step()  # torch warns where none came
    assert again.optimizers[1].param_groups[0]["lr"] == pytest.approx(0.001)
