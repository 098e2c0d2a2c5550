"""Looking at a network in the middle of its training without leaving a trace. It knows nothing about what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_HOOKS = (
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_forward_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_backward_pre_hooks",
    "_backward_hooks",
)


@contextmanager
def undisturbed(model: torch.nn.Module) -> Iterator[torch.nn.Module]:
    """Inside, `model` is in eval mode and has no gradients; afterwards modes, gradients, hooks, which weights learn,
    and torch's random numbers are as they were, whatever was done and however it ended.

    The values of the weights are not guarded: a copy of them would cost more than the look.
    """
    import torch

    modules = list(model.modules())
    weights = list(model.parameters())
    modes = [module.training for module in modules]
    hooks = [(getattr(module, name), tuple(getattr(module, name))) for module in modules for name in _HOOKS]
    gradients = [(weight.grad, weight.requires_grad) for weight in weights]
    on_gpu = sorted({weight.device.index or 0 for weight in weights if weight.device.type == "cuda"})
    try:
        with torch.random.fork_rng(devices=on_gpu), torch.enable_grad():
            model.eval()
            for weight in weights:
                weight.grad = None
            yield model
    finally:
        for there, before in hooks:
            for key in [key for key in there if key not in before]:
                del there[key]
        for weight, (gradient, learns) in zip(weights, gradients, strict=True):
            weight.grad = None
            weight.requires_grad_(learns)
            weight.grad = gradient
        for module, mode in zip(modules, modes, strict=True):
            module.training = mode
