"""Weights that stay as they are while others are trained. It knows nothing of optimizers."""

from __future__ import annotations

from collections.abc import Mapping

import torch


def rate_of(name: str, rates: Mapping[str, float]) -> float:
    """What the learning rate of a weight of this name is multiplied by: what is said of the innermost attribute that it
    belongs to; 0 for one that is frozen."""
    found = [attribute for attribute in rates if name == attribute or name.startswith(f"{attribute}.")]
    return rates[max(found, key=len)] if found else 1.0


def freeze(model: torch.nn.Module, rates: Mapping[str, float]) -> list[torch.nn.Module]:
    """Take the weights that `rates` has at 0 out of the training, and return the norms that keep their statistics.

    A frozen BatchNorm goes on with the mean and variance it has, as it does after training: else what a frozen part
    gives would still drift. Dropout in it drops as before.
    """
    if not any(rate == 0 for rate in rates.values()):
        return []
    for name, weight in model.named_parameters():
        if rate_of(name, rates) == 0:
            weight.requires_grad_(False)
    return [
        module
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.modules.batchnorm._NormBase) and rate_of(name, rates) == 0
    ]
