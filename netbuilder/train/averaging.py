"""A mean of a network's weights that is kept while it is trained. It knows nothing about what is learned, nor of files.

The network itself holds the average at all times but while it is trained: whoever looks at it between two steps,
validates, keeps or exports it has the average, without knowing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from itertools import chain

import torch
from torch.optim.swa_utils import AveragedModel


class Averaging:
    """The average of `model`. Until the first update there is none, and the network is as it was trained.

    `other` is a network with the weights that `model` does not hold: outside of `trained`, those that are trained.
    """

    def __init__(self, model: torch.nn.Module, other: torch.nn.Module):
        self.model, self.other = model, other
        self.begun = False
        for module in other.modules():
            if isinstance(module, torch.nn.RNNBase):
                module.flatten_parameters()  # a copy's weights lie apart, which cuDNN is slow with
        self._pairs = [
            pair
            for of in (torch.nn.Module.parameters, torch.nn.Module.buffers)
            for pair in zip(of(model), of(other), strict=True)
        ]

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

    def state(self) -> dict[str, int]:
        """How far it is. The weights on both sides are kept elsewhere."""
        return {"begun": int(self.begun)}

    def restore(self, state: Mapping[str, int]) -> None:
        """Go on from there. Which of the two networks holds the average depends on it, so it comes before weights."""
        self.begun = bool(state["begun"])

    def _swap(self) -> None:
        for mine, others in self._pairs:
            mine.data, others.data = others.data, mine.data


class Moving(Averaging):
    """An exponential moving average over the steps, of weights and of measured statistics. What else there is in
    buffers is copied: counts, places, masks, of which no two have anything between them."""

    def __init__(self, model: torch.nn.Module, decay: float):
        super().__init__(model, deepcopy(model))
        self._decay, self._steps = decay, 0
        mixed = [pair for pair in self._pairs if pair[0].is_floating_point() or pair[0].is_complex()]
        copied = [pair for pair in self._pairs if not (pair[0].is_floating_point() or pair[0].is_complex())]
        # Lists that are made once: the tools of torch make them in every step, which takes longer than the mixing.
        self._mixed = [mine for mine, _ in mixed], [others for _, others in mixed]
        self._copied = [mine for mine, _ in copied], [others for _, others in copied]

    @torch.no_grad()
    def step_done(self) -> None:
        keeps = min(self._decay, (2 + self._steps) / (11 + self._steps)) if self._steps else 0.0
        self._steps += 1
        mine, average = self._mixed
        torch._foreach_lerp_(average, mine, 1 - keeps)
        mine, average = self._copied
        if mine:
            torch._foreach_copy_(average, mine)
        self.begun = True

    def state(self) -> dict[str, int]:
        return super().state() | {"steps": self._steps}

    def restore(self, state: Mapping[str, int]) -> None:
        super().restore(state)
        self._steps = state["steps"]


class OverEpochs(Averaging):
    """Stochastic weight averaging: the mean of the weights at the end of each epoch after the first `after`."""

    def __init__(self, model: torch.nn.Module, after: int):
        self._averaged = AveragedModel(model)
        super().__init__(model, self._averaged.module)
        self._after = after

    def epoch_learned(self, epoch: int) -> bool:
        if epoch <= self._after:
            return False
        self._averaged.update_parameters(self.model)
        self.begun = True
        return True

    def state(self) -> dict[str, int]:
        return super().state() | {"averaged": int(self._averaged.n_averaged)}

    def restore(self, state: Mapping[str, int]) -> None:
        super().restore(state)
        self._averaged.n_averaged.fill_(state["averaged"])


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
