"""A mean of a network's weights that is kept while it is trained. It knows nothing about what is learned, nor of files.

The network itself holds the average at all times but while it is trained: whoever looks at it between two steps,
validates, keeps or exports it has the average, without knowing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import torch
from torch.optim.swa_utils import AveragedModel

Tensors = tuple[torch.Tensor, ...] | list[torch.Tensor]


class Averaging:
    """The average of `model`. Until the first update there is none, and the network is as it was trained.

    `other` is a network with the weights that `model` does not hold: outside of `trained`, those that are trained.
    """

    def __init__(self, model: torch.nn.Module, averaged: AveragedModel):
        self.model = model
        self._averaged = averaged
        self.begun = False
        for module in averaged.modules():
            if isinstance(module, torch.nn.RNNBase):
                module.flatten_parameters()  # a copy's weights lie apart, which cuDNN is slow with
        self._pairs = [
            pair
            for of in (torch.nn.Module.parameters, torch.nn.Module.buffers)
            for pair in zip(of(model), of(averaged.module), strict=True)
        ]

    @property
    def other(self) -> torch.nn.Module:
        module: torch.nn.Module = self._averaged.module
        return module

    @contextmanager
    def trained(self) -> Iterator[None]:
        """Inside, the network has the weights that are trained. No tensor is copied."""
        if self.begun:
            self._swap()
        try:
            yield
        finally:
            if self.begun:
                self._swap()

    def step_done(self) -> None:
        """Let it know of a step. Inside `trained`."""

    def epoch_learned(self, epoch: int) -> bool:
        """Let it know that the steps of an epoch are done, inside `trained`; whether statistics that the network
        measures on the way (BatchNorm) do not belong to the average now."""
        return False

    def _update(self) -> None:
        self._averaged.update_parameters(self.model)
        self.begun = True

    def _swap(self) -> None:
        for mine, others in self._pairs:
            mine.data, others.data = others.data, mine.data


class Moving(Averaging):
    """An exponential moving average over the steps, of weights and of measured statistics. Other buffers are copied."""

    def __init__(self, model: torch.nn.Module, decay: float):
        super().__init__(model, AveragedModel(model, multi_avg_fn=self._mix, use_buffers=True))
        self._decay, self._steps = decay, 0

    def step_done(self) -> None:
        self._steps += 1
        self._update()

    @torch.no_grad()
    def _mix(self, averaged: Tensors, current: Tensors, count: object) -> None:
        keeps = min(self._decay, (1 + self._steps) / (10 + self._steps))
        if averaged[0].is_floating_point() or averaged[0].is_complex():
            torch._foreach_lerp_(averaged, current, 1 - keeps)
        else:
            torch._foreach_copy_(averaged, current)  # counts, places, masks: there is nothing between two of them


class OverEpochs(Averaging):
    """Stochastic weight averaging: the mean of the weights at the end of each epoch after the first `after`."""

    def __init__(self, model: torch.nn.Module, after: int):
        super().__init__(model, AveragedModel(model))
        self._after = after

    def epoch_learned(self, epoch: int) -> bool:
        if epoch <= self._after:
            return False
        self._update()
        return True


@contextmanager
def measured_anew(modules: Iterator[torch.nn.Module] | chain[torch.nn.Module]) -> Iterator[bool]:
    """Inside, the BatchNorms among these that are in training measure their statistics from nothing, each batch
    counting the same, as `torch.optim.swa_utils.update_bn` has it. Says whether there are any."""
    norms = [
        module
        for module in modules
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm) and module.training and module.track_running_stats
    ]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    try:
        yield bool(norms)
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
