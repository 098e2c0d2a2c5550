"""What one step is: the networks, their optimizers and schedules, and what is added up. It knows nothing of the loop.

A recipe makes a `Learning` for each training. `fit` pulls steps out of it and asks it to check validation samples;
how an answer is judged is what a recipe's own kind of `Learning` adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

import torch

from netbuilder.data.arguments import arguments
from netbuilder.data.dataset import Dataset
from netbuilder.train.arithmetic import Forward, computing, half_of, in_half
from netbuilder.train.averaging import measured_anew
from netbuilder.train.captured import Captured
from netbuilder.train.checkpoint import raw_role
from netbuilder.train.compiled import Compiled
from netbuilder.train.descent import Descent
from netbuilder.train.exhibits import Exhibit
from netbuilder.train.optimizers.making import Guard
from netbuilder.train.optimizers.scaling import Scaling
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

    `descents` has how each network follows the gradient, by its role; that of the main one is "". `same_each_step` says
    that `answer` is the same operations for whatever samples of a number: nothing in it is counted, drawn on the host
    or asked of the device.
    """

    same_each_step = False

    def __init__(self, recipe: Recipe, given: Material):
        self.recipe = recipe
        self.model, self.dataset, self.device, self.outputs = given.model, given.dataset, given.device, given.outputs
        self.samples = Samples(self.dataset, self.inputs(), self.device)
        half = half_of(recipe, self.device)
        self.computing = computing(recipe, self.device)
        every = -(-given.span.steps // recipe.accumulate)  # the last group of an epoch may be smaller
        self.descents = self.make_descents(given._replace(span=given.span._replace(steps=every)))
        self.scaling = Scaling(self.device) if half == torch.float16 else None
        # The scaling leaves steps out itself.
        optimizers = [] if self.scaling is not None else [descent.optimizer for descent in self.descents.values()]
        self.guard = Guard(optimizers, self.device)
        self.compiled = [Compiled(one.model) for one in self.descents.values()] if recipe.compile else []
        forwards: Iterable[Forward] = self.compiled or [descent.model for descent in self.descents.values()]
        if half is not None:
            forwards = [in_half(forward, self.device, half) for forward in forwards]
        self.forwards = dict(zip(self.descents, forwards, strict=True))
        self._forward = self.forwards[""]
        self._averages = [descent.average for descent in self.descents.values() if descent.average is not None]
        self._batches = self.left = given.span.steps
        self._together, self._group, self._waiting = recipe.accumulate, 0, 0
        self.steps = 0  # that were taken, where a recipe counts them
        self.captured: Captured | None = None  # the step, if it has been recorded

    def inputs(self) -> list[str]:
        """Which of the data's inputs a step needs, in the order of the network's arguments. Raises `MissingInput`."""
        return arguments(self.model, list(self.dataset.inputs))

    def make_descents(self, given: Material) -> dict[str, Descent]:
        return {"": Descent(given.model, self.recipe, given.device, given.span, rates=given.rates.get(""))}

    def results(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """What the network returns, in order."""
        given = self._forward(*inputs)
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
        if self.captured is not None and (told := self.captured.step(batch)) is not None:
            self.guard.watch(told.loss)
            self.descents[""].step()
            return told
        told = self.replay(batch)
        if not told.loss.requires_grad:
            raise RecipeError(
                "Nothing can be learned: no gradient comes back to a weight that is trained. Unfreeze a layer on the "
                "way to the Output."
            )
        if self._together == 1:
            self.descend("", told.loss)
        else:
            self._gather(told.loss)
        return told

    def descend(self, role: str, loss: torch.Tensor) -> None:
        """Move the weights of the network in this role against the gradient of a loss."""
        if self.scaling is None:
            loss.backward()
            self.guard.watch(loss)
            self.descents[role].step()
        else:
            self.scaling.backward(loss)
            self.descents[role].step(self.scaling)

    def _gather(self, loss: torch.Tensor) -> None:
        """Add the gradient of a batch to those that wait, and move the weights with the last batch of a group. The
        last group of an epoch may be smaller; its mean is over as many as it has."""
        if not self._waiting:
            self._group = max(1, min(self._together, self.left))
        self.left -= 1
        self._waiting += 1
        part = loss / self._group
        if self._waiting == self._group:
            self._waiting = 0
            self.descend("", part)
        elif self.scaling is None:
            part.backward()
            self.guard.watch(part)
        else:
            self.scaling.backward(part)

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
        """Let the networks learn: their layers behave as in training. An epoch whose first batches are not taken has
        fewer `left` then, for whoever knows to say."""
        if self._waiting:  # of an epoch that was broken off
            for descent in self.descents.values():
                descent.optimizer.zero_grad()
        self.left, self._waiting = self._batches, 0
        for descent in self.descents.values():
            descent.begin_epoch()

    def trained(self) -> AbstractContextManager[None]:
        """Inside, networks whose weights are averaged have those that are trained, and torch computes as the recipe
        has it: steps are taken here."""
        return self._trained() if self._averages else self.computing

    @contextmanager
    def _trained(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(self.computing)
            for average in self._averages:
                stack.enter_context(average.trained())
            yield

    @property
    def failure(self) -> str:
        """Why a network that was to be compiled is not, in a sentence; "" while there is nothing to say."""
        return next((one.failure for one in self.compiled if one.failure), "")

    @property
    def can_be_recorded(self) -> bool:
        """Whether a step can be recorded once and played again: it is the same operations for each batch, all tensors
        stay where they are, and nothing is added up over several."""
        plain = self.scaling is None and self._together == 1 and not self._averages and not self.compiled
        return plain and self.same_each_step and list(self.descents) == [""] and self.samples.resident

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
            batches = batches if some else ()
            self.samples.foresee(batch.numbers for batch in batches)
            for batch in batches:
                seed_step(batch.seed, self.device)
                with torch.no_grad(), self.computing:
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
        return not self._waiting

    def state(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        """What the next step depends on beside `networks` and `optimizers`: tensors by name, and plain numbers that
        JSON holds exactly. To be taken between two steps, when it is `whole`."""
        numbers = {
            "descents": {role: descent.state() for role, descent in self.descents.items()},
            "left": self.left,
            "steps": self.steps,
            "scaling": None if self.scaling is None else self.scaling.state(),
        }
        return {}, numbers

    def restore(self, tensors: Mapping[str, torch.Tensor], numbers: Mapping[str, Any]) -> None:
        """Go on from such a state, to the last bit. It says which `networks` there are, so it comes before weights and
        optimizers are read back."""
        for role, descent in self.descents.items():
            descent.restore(numbers["descents"][role])
        self.left, self._waiting, self.steps = numbers["left"], 0, numbers["steps"]
        if self.scaling is not None and numbers["scaling"] is not None:
            self.scaling.restore(numbers["scaling"])

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
