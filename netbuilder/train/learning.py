"""What one step is: the networks, their optimizers and schedules, and what is added up. It knows nothing of the loop.

A recipe makes a `Learning` for each training. `fit` pulls steps out of it and asks it to check validation samples;
how an answer is judged is what a recipe's own kind of `Learning` adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import torch

from netbuilder.data.arguments import arguments
from netbuilder.data.dataset import Dataset
from netbuilder.train.averaging import measured_anew
from netbuilder.train.checkpoint import raw_role
from netbuilder.train.descent import Descent
from netbuilder.train.exhibits import Exhibit
from netbuilder.train.optimizers.making import Guard
from netbuilder.train.recipes.recipe import Recipe, RecipeError
from netbuilder.train.samples import Batch, Samples, seed_step
from netbuilder.train.schedules import Span


class Told(NamedTuple):
    """What came of some samples: the loss, over how many it is a mean, and sums that metrics are made of. What need not
    wait for the device is a plain number."""

    loss: torch.Tensor
    weight: int
    sums: Mapping[str, torch.Tensor | int]


class Material(NamedTuple):
    """What a training works on. `outputs` are the names of what the network returns, where there are several; `beside`
    are further networks that are trained with it, by their roles; `rates` has for parts of each network, by role and
    attribute, what their learning rate is multiplied by."""

    model: torch.nn.Module
    dataset: Dataset
    device: torch.device
    span: Span
    outputs: tuple[str, ...] = ()
    beside: Mapping[str, torch.nn.Module] = MappingProxyType({})
    rates: Mapping[str, Mapping[str, float]] = MappingProxyType({})


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
        return {"": Descent(given.model, self.recipe, given.device, given.span, rates=given.rates.get(""))}

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
        if not told.loss.requires_grad:
            raise RecipeError(
                "Nothing can be learned: no gradient comes back to a weight that is trained. Unfreeze a layer on the "
                "way to the Output."
            )
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

    def measured(self) -> dict[str, float]:
        """What metrics of the recipe's own come to over the samples that were checked since the last time, by name."""
        return {}

    def epoch_done(self, metrics: Mapping[str, float]) -> None:
        """Let what goes by epochs know of one."""
        for descent in self.descents.values():
            descent.epoch_done(metrics)

    def begin_epoch(self) -> None:
        """Let the networks learn: their layers behave as in training."""
        for descent in self.descents.values():
            descent.begin_epoch()

    @contextmanager
    def trained(self) -> Iterator[None]:
        """Inside, networks whose weights are averaged have those that are trained: steps are taken here."""
        with ExitStack() as stack:
            for descent in self.descents.values():
                if descent.average is not None:
                    stack.enter_context(descent.average.trained())
            yield

    def average(self, epoch: int, batches: Sequence[Batch]) -> Iterator[None]:
        """Average over an epoch whose steps are done, where that is wanted; yields after each batch that was looked at
        again. Outside of `trained`.

        The average of weights has other statistics than any of them, so BatchNorms measure theirs anew over these
        batches: as they are drawn, not mixed. The random numbers depend on their seeds alone.
        """
        with self.trained():
            due = [d for d in self.descents.values() if d.average is not None and d.average.epoch_learned(epoch)]
        if not due:
            return
        self.begin_epoch()
        with measured_anew(chain.from_iterable(descent.model.modules() for descent in due)) as some:
            for batch in batches if some else ():
                seed_step(batch.seed, self.device)
                with torch.no_grad():
                    self.answer(batch.numbers)
                yield

    @property
    def networks(self) -> dict[str, torch.nn.Module]:
        """What is kept of it, by role: that of the main network is "". Of averaged ones, the weights that are trained
        beside the average."""
        found = {role: descent.model for role, descent in self.descents.items()}
        for role, descent in self.descents.items():
            if descent.average is not None and descent.average.begun:
                found[raw_role(role)] = descent.average.other
        return found

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        return {role: descent.optimizer for role, descent in self.descents.items()}

    @property
    def whole(self) -> bool:
        """Whether no gradient waits for a step to come: only then is there a state to keep."""
        return True

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """What the next step depends on beside `networks` and `optimizers`: tensors by name, and plain numbers that
        JSON holds exactly. To be taken between two steps, when it is `whole`."""
        return {}, {"descents": {role: descent.state() for role, descent in self.descents.items()}}

    def restore(self, tensors: Mapping[str, torch.Tensor], numbers: Mapping[str, Any]) -> None:
        """Go on from such a state, to the last bit. It says which `networks` there are, so it comes before weights and
        optimizers are read back."""
        for role, descent in self.descents.items():
            descent.restore(numbers["descents"][role])

    def set_rate(self, rate: float) -> None:
        """Let the main network learn at this rate from the next step on, and all others in proportion."""
        times = rate / self.rate if self.rate else 1.0
        for descent in self.descents.values():
            descent.scale(times)

    def stretch(self, times: float) -> None:
        """Let one step stand for so many steps of the schedules from now on."""
        for descent in self.descents.values():
            descent.stretch = times

    def exhibits(self, epoch: int) -> Iterator[Exhibit]:
        """What there is to look at by now. Draws no random number that a step could miss."""
        return iter(())

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.descents[""].rate
