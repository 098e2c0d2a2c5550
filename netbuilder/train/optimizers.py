"""Optimizers by name, fused where torch can, and the guard that keeps a NaN out of the weights."""

from __future__ import annotations

from typing import Any

import torch

from netbuilder.train.recipes.recipe import RecipeError

FUSED = ("adam", "adamw", "sgd")  # one kernel for all the weights; RMSprop has none


def make_optimizer(
    model: torch.nn.Module,
    device: torch.device,
    name: str,
    *,
    learning_rate: float,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """A new optimizer over the weights of `model` that learn. Raises `RecipeError` if there are none."""
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    if not weights:
        raise RecipeError("The network has no weights to learn. Add a layer that has some, such as Linear.")
    settings: dict[str, Any] = {"lr": learning_rate, "weight_decay": weight_decay}
    if name in ("sgd", "rmsprop"):
        settings["momentum"] = momentum
    if name in FUSED:
        settings["fused"] = device.type in ("cpu", "cuda", "mps")
    kinds: dict[str, type[torch.optim.Optimizer]] = {
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "sgd": torch.optim.SGD,
        "rmsprop": torch.optim.RMSprop,
    }
    return kinds[name](weights, **settings)


class Guard:
    """Stops the weights from moving at the first loss that is not finite, without asking the device for its value.

    Losses are read a few times a second. Without this, the steps until the next read would spread the NaN over all
    weights, and the batch that began it could not be run again to see where. Fused optimizers skip a step whose
    `found_inf` is 1, which is how gradient scaling tells them of an overflow.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, device: torch.device):
        self._shut: torch.Tensor | None = None
        if optimizer.defaults.get("fused") and device.type in ("cpu", "cuda"):
            self._shut = torch.zeros((), device=device)
            optimizer.found_inf = self._shut  # type: ignore[attr-defined]

    @property
    def holds(self) -> bool:
        """Whether it can: not every optimizer and device knows how to skip a step."""
        return self._shut is not None

    def watch(self, loss: torch.Tensor) -> None:
        """To be called with each loss, before the optimizer's step."""
        if self._shut is not None:
            loss = loss.detach()
            self._shut.logical_or_(loss - loss)  # 0 for a finite loss, NaN (which counts as true) for any other
