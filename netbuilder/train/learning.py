"""What one step is: the networks, their optimizers and schedules, and what is added up. It knows nothing of the loop.

A recipe makes a `Learning` for each training. `fit` pulls steps out of it and asks it to check validation samples;
how an answer is judged is what a recipe's own kind of `Learning` adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from netbuilder.data.arguments import arguments
from netbuilder.data.dataset import Dataset
from netbuilder.train.descent import Descent
from netbuilder.train.exhibits import Exhibit
from netbuilder.train.optimizers.making import Guard
from netbuilder.train.samples import Batch, Samples, seed_step
from netbuilder.train.schedules import Span

if TYPE_CHECKING:
    from netbuilder.train.recipes.recipe import Recipe


class Told(NamedTuple):
    """What came of some samples: the loss, over how many it is a mean, and sums that metrics are made of. What need not
    wait for the device is a plain number."""

    loss: torch.Tensor
    weight: int
    sums: Mapping[str, torch.Tensor | int]


class Material(NamedTuple):
    """What a training works on. `outputs` are the names of what the network returns, where there are several; `beside`
    are further networks that are trained with it, by their roles."""

    model: torch.nn.Module
    dataset: Dataset
    device: torch.device
    span: Span
    outputs: tuple[str, ...] = ()
    beside: Mapping[str, torch.nn.Module] = MappingProxyType({})


class Learning:
    """One network that follows one optimizer. A subclass says what the loss of some samples is.

    `descents` has how each network follows the gradient, by its role; that of the main one is "".
    """

    def __init__(self, recipe: Recipe, given: Material):
        self.recipe = recipe
        self.model, self.dataset, self.device, self.outputs = given.model, given.dataset, given.device, given.outputs
        self.samples = Samples(self.dataset, self.inputs(), self.device)
        self.descents = self.make_descents(given)
        self.guard = Guard([descent.optimizer for descent in self.descents.values()], self.device)

    def inputs(self) -> list[str]:
        """Which of the data's inputs a step needs, in the order of the network's arguments. Raises `MissingInput`."""
        return arguments(self.model, list(self.dataset.inputs))

    def make_descents(self, given: Material) -> dict[str, Descent]:
        return {"": Descent(given.model, self.recipe, given.device, given.span)}

    def results(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """What the network returns, in order."""
        given = self.model(*inputs)
        return given if isinstance(given, tuple) else (given,)

    def answer(self, numbers: torch.Tensor) -> Told:
        """What the network makes of these samples, with gradients if they are on. Raises `WrongShape`."""
        raise NotImplementedError

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        """The metrics that sums over many samples come to, by name without "training" or "validation"."""
        raise NotImplementedError

    # What `fit` asks

    def step(self, batch: Batch) -> Told:
        """Learn from a batch. The random numbers that layers draw depend on its seed alone."""
        told = self.replay(batch)
        told.loss.backward()
        self.guard.watch(told.loss)
        self.descents[""].step()
        return told

    def replay(self, batch: Batch) -> Told:
        """The forward pass of a step, as it was."""
        seed_step(batch.seed, self.device)
        return self.answer(batch.numbers)

    def check(self, numbers: torch.Tensor) -> Told:
        """What the network makes of validation samples. The mode is set each time: between two batches somebody else
        may have had the network."""
        self.model.eval()
        with torch.no_grad():
            return self.answer(numbers)

    def epoch_done(self, metrics: Mapping[str, float]) -> None:
        """Let what goes by epochs know of one."""
        for descent in self.descents.values():
            descent.epoch_done(metrics)

    def begin_epoch(self) -> None:
        """Let the networks learn: their layers behave as in training."""
        for descent in self.descents.values():
            descent.model.train()

    @property
    def networks(self) -> dict[str, torch.nn.Module]:
        """What is kept of it, by role: that of the main network is ""."""
        return {role: descent.model for role, descent in self.descents.items()}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {role: descent.optimizer for role, descent in self.descents.items()}

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """What there is to look at by now. Draws no random number that a step could miss."""
        return iter(())

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.descents[""].rate
