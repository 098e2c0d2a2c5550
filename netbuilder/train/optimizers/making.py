"""Makes an optimizer from its declaration, fused where torch can, and the guard that keeps a NaN out of the weights."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any

import torch

from netbuilder.train.freezing import rate_of
from netbuilder.train.optimizers.kinds import Optimizer
from netbuilder.train.recipes.recipe import RecipeError

FUSED_ON = ("cpu", "cuda", "mps")


def make_optimizer(
    declared: Optimizer,
    model: torch.nn.Module,
    device: torch.device,
    *,
    rate: float,
    weight_decay: float = 0.0,
    decay_all: bool = True,
    factors: Mapping[str, float] | None = None,
) -> torch.optim.Optimizer:
    """A new optimizer over the weights of `model` that learn. Raises `RecipeError` if there are none.

    `weight_decay` leaves biases and the weights of norms alone unless `decay_all`: they are vectors, of which decay
    takes what they are for. `factors` multiply the rate of the weights whose names begin with an attribute; each group
    of weights has its own under "factor".
    """
    named = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    if not named and any(True for _ in model.parameters()):
        raise RecipeError("All weights of the network are frozen. Unfreeze the layers that are to learn.")
    if not named:
        raise RecipeError("The network has no weights to learn. Add a layer that has some, such as Linear.")
    groups: dict[tuple[float, bool], list[torch.Tensor]] = {}
    for name, weight in named:
        spared = not decay_all and weight_decay > 0 and weight.dim() <= 1
        groups.setdefault((rate_of(name, factors or {}), spared), []).append(weight)
    parts: list[dict[str, Any]] = []
    for (factor, spared), weights in groups.items():
        part: dict[str, Any] = {"params": weights, "factor": factor}
        if factor != 1.0:
            part["lr"] = rate * factor
        if spared:
            part["weight_decay"] = 0.0
        parts.append(part)
    more: dict[str, Any] = dict(declared.settings) | {"lr": rate}
    if declared.decays:
        more["weight_decay"] = weight_decay
    if declared.fused:
        more["fused"] = device.type in FUSED_ON
    return _class(declared)(parts, **more)


def _class(declared: Optimizer) -> type[torch.optim.Optimizer]:
    module, _, name = declared.target.rpartition(".")
    return getattr(importlib.import_module(module), name)


def load_state(optimizer: torch.optim.Optimizer, state: Mapping[str, Any]) -> None:
    """Go on from a `state_dict`. What has the shape of a weight is laid out in memory as that is: fused steps take
    nothing else."""
    optimizer.load_state_dict(dict(state))
    for weight, values in optimizer.state.items():
        for name, value in values.items():
            if isinstance(value, torch.Tensor) and value.shape == weight.shape and value.stride() != weight.stride():
                values[name] = torch.empty_like(weight, dtype=value.dtype).copy_(value)


class Guard:
    """Stops the weights from moving at the first loss that is not finite, without asking the device for its value.

    Losses are read a few times a second. Without this, the steps until the next read would spread the NaN over all
    weights, and the batch that began it could not be run again to see where. Fused optimizers skip a step whose
    `found_inf` is 1, which is how gradient scaling tells them of an overflow.
    """

    def __init__(self, optimizers: Iterable[torch.optim.Optimizer], device: torch.device):
        self._shut: torch.Tensor | None = None
        optimizers = list(optimizers)
        if all(each.defaults.get("fused") for each in optimizers) and device.type in ("cpu", "cuda"):
            self._shut = torch.zeros((), device=device)
            for optimizer in optimizers:
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
