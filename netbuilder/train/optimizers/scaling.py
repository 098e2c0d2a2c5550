"""Gradients in float16: losses are made larger, so that what is small is not lost, and gradients smaller again.

By Micikevicius et al. 2018, done by torch's `GradScaler`. It knows nothing of what is learned.
"""

from __future__ import annotations

from typing import Any

import torch


class Scaling:
    """An infinite gradient is no fault here: the step is left out, and the scale made smaller. A loss that is not
    finite is one; from then on all gradients are NaN, so no step moves a weight until somebody has read the loss.
    """

    def __init__(self, device: torch.device):
        self._scaler = torch.amp.GradScaler(device.type)
        self._sound = torch.ones((), device=device)  # NaN after a loss that was not finite

    def backward(self, loss: torch.Tensor) -> None:
        seen = loss.detach()
        self._sound = self._sound + (seen - seen)
        self._scaler.scale(loss * self._sound).backward()

    def unscale(self, optimizer: torch.optim.Optimizer) -> None:
        """Give its gradients their true size. Before they are clipped."""
        self._scaler.unscale_(optimizer)

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Take its step, unless a gradient is not finite."""
        self._scaler.step(optimizer)
        self._scaler.update()

    def state(self) -> dict[str, Any]:
        return dict(self._scaler.state_dict())

    def restore(self, state: dict[str, Any]) -> None:
        self._scaler.load_state_dict(state)
