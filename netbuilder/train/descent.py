"""How one network's weights follow the gradient: optimizer, schedule, clipping, average. It knows nothing of what is
learned."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.train.averages import Stochastic
from netbuilder.train.freezing import freeze
from netbuilder.train.optimizers.fused import FusedStep
from netbuilder.train.optimizers.making import make_optimizer
from netbuilder.train.schedules import Span
from netbuilder.train.schedules.state import restore, scale_rates, state_of

if TYPE_CHECKING:
    from netbuilder.train.optimizers.scaling import Scaling
    from netbuilder.train.recipes.recipe import Recipe


class Descent:
    """Made once for each network that is trained. `rate` is the learning rate to begin with; None: the recipe's own.

    `rates` multiply it for parts of the network, by attribute; what has 0 there stays as it is. `average` is the mean
    of its weights that is kept, or None.
    """

    def __init__(
        self,
        model: torch.nn.Module,
        recipe: Recipe,
        device: torch.device,
        span: Span,
        rate: float | None = None,
        rates: Mapping[str, float] | None = None,
    ):
        self.model, self.recipe = model, recipe
        self._still = freeze(model, rates or {})
        self.optimizer = make_optimizer(
            recipe.optimizer,
            model,
            device,
            rate=recipe.learning_rate if rate is None else rate,
            weight_decay=recipe.weight_decay,
            decay_all=recipe.decay_all,
            factors=rates,
        )
        self._move = FusedStep(self.optimizer)
        self.scheduler: Any = recipe.schedule.scheduler(self.optimizer, span)
        self.average = recipe.average.begin(model, span.epochs)
        self._span, self._epochs = span, 0
        self._late: list[float] = []  # the rates at which something else took the place of the schedule
        self.stretch = 1.0  # how many steps of the schedule one step stands for, with batches of another size
        self._owed = 0.0

    @property
    def networks(self) -> tuple[torch.nn.Module, ...]:
        """The network, and the one beside it that holds the other weights, if they are averaged."""
        return (self.model,) if self.average is None else (self.model, self.average.other)

    def weight_names(self) -> list[str]:
        """The names of the weights that learn, in the order in which the optimizer counts them."""
        names = {id(weight): name for name, weight in self.model.named_parameters()}
        return [names[id(weight)] for group in self.optimizer.param_groups for weight in group["params"]]

    def begin_epoch(self) -> None:
        """Let its layers behave as in training, but for norms that are frozen."""
        self.model.train()
        for norm in self._still:
            norm.eval()

    def step(self, scaling: Scaling | None = None) -> None:
        """Move the weights along the gradients that they have, and forget those. `scaling` is what these went
        through."""
        if scaling is not None:
            scaling.unscale(self.optimizer)
        if self.recipe.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip_norm)
        if scaling is None:
            self._move.step()
        else:
            scaling.step(self.optimizer)
            self.optimizer.zero_grad()
        if self.average is not None:
            self.average.step_done()
        if self.scheduler is not None and not self._late and self.recipe.schedule.each == "step":
            self._owed += self.stretch
            while self._owed > 0.5:
                self._owed -= 1.0
                self.scheduler.step()

    def scale(self, times: float) -> None:
        """Learn at so many times the rate from now on. A schedule goes on from there in proportion."""
        scale_rates(self.optimizer, self.scheduler, times)
        self._late = [rate * times for rate in self._late]

    def epoch_done(self, metrics: Mapping[str, float]) -> None:
        """Let a schedule that goes by epochs know of one."""
        self._epochs += 1
        schedule, average = self.recipe.schedule, self.recipe.average
        if isinstance(average, Stochastic) and average.rate and self._epochs >= average.after(self._span.epochs):
            self._go_on_at(average)
        elif self.scheduler is None or schedule.each != "epoch":
            return
        elif schedule.by_score:
            self.scheduler.step(metrics.get("validation_loss", metrics.get("training_loss", 0.0)))
        else:
            self.scheduler.step()

    def state(self) -> dict[str, Any]:
        """What the next step depends on beside weights and optimizer, as plain numbers."""
        return {
            "epochs": self._epochs,
            "late": list(self._late),
            "stretch": [self.stretch, self._owed],
            "schedule": None if self.scheduler is None else state_of(self.scheduler),
            "average": None if self.average is None else self.average.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""
        self._epochs, self._late = state["epochs"], list(state["late"])
        self.stretch, self._owed = state["stretch"]
        if self.scheduler is not None:
            restore(self.scheduler, state["schedule"])
        if self.average is not None:
            self.average.restore(state["average"])

    def _go_on_at(self, average: Stochastic) -> None:
        """Take each part from its rate by now to that of the average, along a cosine."""
        groups = self.optimizer.param_groups
        self._late = self._late or [group["lr"] for group in groups]
        done = min(1.0, (self._epochs - average.after(self._span.epochs) + 1) / average.anneal)
        share = (1 - math.cos(math.pi * done)) / 2
        for group, before in zip(groups, self._late, strict=True):
            group["lr"] = share * average.rate * group["factor"] + (1 - share) * before

    @property
    def rate(self) -> float:
        """The learning rate of the next step, where no part of the network has its own."""
        groups = self.optimizer.param_groups
        shown = next((group for group in groups if group["factor"] == 1.0), groups[0])
        return float(shown["lr"] / shown["factor"])
