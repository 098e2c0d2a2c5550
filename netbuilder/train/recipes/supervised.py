"""Learning from examples with known answers: a class, labels or numbers. Torch is imported when training begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from netbuilder.fields import OneOf
from netbuilder.spec import TargetSpec
from netbuilder.train.losses import LOSSES
from netbuilder.train.recipes.recipe import Curve, Recipe

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

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        loss = Curve("Loss", "training_loss", "validation_loss")
        if target is not None and target.kind == "number":
            return loss, Curve("Mean absolute error", "training_mean_absolute_error", "validation_mean_absolute_error")
        if target is not None and target.kind == "class" and len(target.positions) >= 2:
            return loss, Curve("Intersection over union", "training_iou", "validation_iou", share=True)
        return loss, Curve("Accuracy", "training_accuracy", "validation_accuracy", share=True)

    def score(self, metrics: Mapping[str, float]) -> str:
        names = ("validation_iou", "training_iou", "validation_accuracy", "training_accuracy")
        return next((name for name in names if name in metrics), super().score(metrics))

    def measure(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        loss = metrics.get("validation_loss", metrics.get("training_loss", math.inf))
        score = self.score(metrics)
        return (-loss,) if score.endswith("_loss") else (metrics[score], -loss)

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.examples import FromExamples

        return FromExamples(self, given)
