"""Learning from examples with known answers: a class, labels or numbers. Torch is imported when training begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from netbuilder.fields import Float, ForEach, OneOf, SomeOf
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.losses import LOSSES
from netbuilder.train.metrics import METRICS
from netbuilder.train.mixtures import MIXTURES
from netbuilder.train.recipes.further import MORE, WEIGHT, FurtherTarget
from netbuilder.train.recipes.recipe import Curve, Recipe, RecipeError

if TYPE_CHECKING:
    from netbuilder.train.learning import Learning, Material


class Supervised(Recipe):
    """Learns from examples whose answers are known."""

    kind = "supervised"
    title = "Supervised"
    judged_by: ClassVar[tuple[str, ...]] = ("iou", "accuracy")
    loss = OneOf(
        "auto",
        LOSSES,
        help="What is made small: how far the answers are off. To suit the target is cross entropy for classes and "
        "mean squared error for numbers; Huber minds a few wild values less.",
    )
    loss_weight = Float(1.0, min=0.0, max=1e6, label="its weight", help=WEIGHT)
    metrics = SomeOf(METRICS, label="more metrics", help=MORE)
    others = ForEach(
        FurtherTarget,
        label="further targets",
        help="How the other targets of the data are learned. The losses of all are added, each times its weight.",
    )

    mixture = OneOf(
        "none",
        MIXTURES,
        label="mix samples",
        help="Against learning by heart, with few samples above all. The training loss is then that of mixed samples, "
        "of which an answer is right by the share of its class, so it stays above that of validation.",
    )

    def relevant(self, data: DataSpec | None = None) -> tuple[str, ...]:
        idle = () if data is not None and data.others else ("loss_weight", "others")
        return tuple(name for name in super().relevant(data) if name not in idle)

    def further(self, name: str) -> FurtherTarget:
        """How the further target of this name is learned."""
        found = Supervised.others.of(self.others, name)
        assert isinstance(found, FurtherTarget)
        return found

    def asked(self, data: DataSpec) -> DataSpec:
        """Raises `RecipeError` for a loss, a metric or a mixture that the data does not go with."""
        if why := self.mixture.misfit(data):
            raise RecipeError(why, "mixture")
        if data.target is None:
            return data
        for part in (self.loss, *self.metrics):
            if why := part.misfit(data.target):
                raise RecipeError(why, "loss" if part is self.loss else "metrics")
        learned = {name: self.further(name) for name in data.others}
        for name, one in learned.items():
            for part in (one.loss, *one.metrics):
                if why := part.misfit(data.others[name]):
                    raise RecipeError(f"{name}: {why}", "others")
        if not self.loss_weight and not any(one.weight for one in learned.values()):
            raise RecipeError("Nothing is learned from a loss that counts 0. Give it a weight.", "loss_weight")
        return data

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        loss = Curve("Loss", "training_loss", "validation_loss")
        if target is not None and target.kind == "number":
            return loss, Curve("Mean absolute error", "training_mean_absolute_error", "validation_mean_absolute_error")
        if target is not None and target.kind == "class" and len(target.positions) >= 2:
            return loss, Curve("Intersection over union", "training_iou", "validation_iou", share=True)
        return loss, Curve("Accuracy", "training_accuracy", "validation_accuracy", share=True)

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.examples import FromExamples

        return FromExamples(self, given)
