"""Learning from examples with answers: the loss of a batch is how far the network's output is off the targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch

from netbuilder.data.dataset import Dataset
from netbuilder.train.learning import Learning, Told
from netbuilder.train.losses.kinds import CrossEntropy
from netbuilder.train.losses.objective import Objective, class_weights, output_of
from netbuilder.train.schedules import Span

if TYPE_CHECKING:
    from netbuilder.train.recipes.supervised import Supervised


class FromExamples(Learning):
    """Of one network with one output."""

    def __init__(self, recipe: Supervised, model: torch.nn.Module, dataset: Dataset, device: torch.device, span: Span):
        target, loss = dataset.spec.target, recipe.loss
        weights = None
        if isinstance(loss, CrossEntropy) and loss.class_weights == "balanced" and target and target.kind == "class":
            weights = class_weights(dataset.targets[dataset.train], target.width).to(device)
        unit = dataset.target_scale[1] if dataset.target_scale is not None else 1.0  # errors in the target's own unit
        self.objective = Objective(loss, target, weights=weights, unit=unit)
        super().__init__(recipe, model, dataset, device, span)

    def answer(self, numbers: torch.Tensor) -> Told:
        inputs, targets = self.samples.take(numbers)
        loss, sums = self.objective(output_of(self.model(*inputs)), targets)
        return Told(loss, len(numbers), sums)

    def metrics(self, sums: Mapping[str, Any]) -> dict[str, float]:
        return self.objective.metrics(sums)
