"""How one network's weights follow the gradient: optimizer, schedule, clipping. It knows nothing of what is learned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.train.optimizers.making import make_optimizer
from netbuilder.train.schedules import Span

if TYPE_CHECKING:
    from netbuilder.train.recipes.recipe import Recipe


class Descent:
    """Made once for each network that is trained. `rate` is the learning rate to begin with; None: the recipe's own."""

    def __init__(
        self, model: torch.nn.Module, recipe: Recipe, device: torch.device, span: Span, rate: float | None = None
    ):
        self.model, self.recipe = model, recipe
        self.optimizer = make_optimizer(
            recipe.optimizer,
            model,
            device,
            rate=recipe.learning_rate if rate is None else rate,
            weight_decay=recipe.weight_decay,
            decay_all=recipe.decay_all,
        )
        self.scheduler: Any = recipe.schedule.scheduler(self.optimizer, span)

    def step(self) -> None:
        """Move the weights along the gradients that they have, and forget those."""
        if self.recipe.clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        if self.scheduler is not None and self.recipe.schedule.each == "step":
            self.scheduler.step()

    def epoch_done(self, metrics: Mapping[str, float]) -> None:
        """Let a schedule that goes by epochs know of one."""
        schedule = self.recipe.schedule
        if self.scheduler is None or schedule.each != "epoch":
            return
        if schedule.by_score:
            self.scheduler.step(metrics.get("validation_loss", metrics.get("training_loss", 0.0)))
        else:
            self.scheduler.step()

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return float(self.optimizer.param_groups[0]["lr"])
