"""Learning from examples with known answers: a class, labels or numbers. Torch is imported when training begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from netbuilder.fields import OneOf
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.losses import LOSSES
from netbuilder.train.mixtures import MIXTURES
from netbuilder.train.recipes.recipe import Curve, Recipe, RecipeError

if TYPE_CHECKING:
    from netbuilder.train.learning import Learning, Material


class Supervised(Recipe):
    """Learns from examples whose answers are known."""

    kind = "supervised"
    title = "Supervised"
    loss = OneOf(
        "auto",
        LOSSES,
        help="What is made small: how far the answers are off. To suit the target is cross entropy for classes and "
        "mean squared error for numbers; Huber minds a few wild values less.",
    )

    mixture = OneOf(
        "none",
        MIXTURES,
        label="mix samples",
        help="Against learning by heart, with few samples above all. The training loss is then that of mixed samples, "
        "of which an answer is right by the share of its class, so it stays above that of validation.",
    )

    def asked(self, data: DataSpec) -> DataSpec:
        if why := self.mixture.misfit(data):
            raise RecipeError(why, "mixture")
        return data

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        loss = Curve("Loss", "training_loss", "validation_loss")
        if target is not None and target.kind == "number":
            return loss, Curve("Mean absolute error", "training_mean_absolute_error", "validation_mean_absolute_error")
        if target is not None and target.kind == "class" and len(target.positions) >= 2:
            return loss, Curve("Intersection over union", "training_iou", "validation_iou", share=True)
        return loss, Curve("Accuracy", "training_accuracy", "validation_accuracy", share=True)

    def measure(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        loss = metrics.get("validation_loss", metrics.get("training_loss", math.inf))
        names = ("validation_iou", "training_iou", "validation_accuracy", "training_accuracy")
        score = next((metrics[name] for name in names if name in metrics), None)
        return (-loss,) if score is None else (score, -loss)

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.examples import FromExamples

        return FromExamples(self, given)
