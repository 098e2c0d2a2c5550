from typing import Any

import pytest
import torch
from torch import nn

from netbuilder.quiet import undisturbed


def make() -> nn.Module:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 2))
    model[1].eval()  # a mode of its own
    model[0].bias.requires_grad_(False)
    model(torch.rand(5, 3)).sum().backward()
    return model


def hooks(model: nn.Module) -> int:
    return sum(len(value) for part in model.modules() for name, value in vars(part).items() if name.endswith("_hooks"))


def meddle(model: nn.Module) -> None:
    assert not any(part.training for part in model.modules())
    assert all(weight.grad is None for weight in model.parameters())
    torch.rand(7)
    torch.manual_seed(4)
    model.train()
    for part in model.modules():
        part.register_forward_hook(lambda *seen: None, always_call=True)
        part.register_forward_pre_hook(lambda *seen: None)
        part.register_full_backward_hook(lambda *seen: None)
    model[0].bias.requires_grad_(True)  # type: ignore[index, union-attr]
    model(torch.rand(5, 3, requires_grad=True)).sum().backward()
    for weight in model.parameters():
        weight.requires_grad_(False)


@pytest.mark.parametrize("broken", [False, True])
def test_a_look_leaves_no_trace(broken: bool) -> None:
    model = make()
    kept: Any = model[0].register_forward_hook(lambda *seen: None)
    modes = [part.training for part in model.modules()]
    learns = [weight.requires_grad for weight in model.parameters()]
    gradients = [None if weight.grad is None else weight.grad.clone() for weight in model.parameters()]
    random = torch.get_rng_state()
    before = hooks(model)
    assert before == 1

    try:
        with undisturbed(model), torch.no_grad():
            torch.set_grad_enabled(True)
            meddle(model)
            if broken:
                raise ZeroDivisionError
    except ZeroDivisionError:
        assert broken

    assert [part.training for part in model.modules()] == modes
    assert [weight.requires_grad for weight in model.parameters()] == learns
    for weight, gradient in zip(model.parameters(), gradients, strict=True):
        assert (weight.grad is None) == (gradient is None)
        assert gradient is None or torch.equal(weight.grad, gradient)
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.is_grad_enabled()
    assert hooks(model) == before
    kept.remove()
