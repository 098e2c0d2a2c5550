"""Learning from examples with known answers: a class or numbers. Torch is imported only once training begins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.spec import TargetSpec
from netbuilder.train.recipes.recipe import Curve, Recipe

if TYPE_CHECKING:
    import torch

    from netbuilder.train.losses import Objective

LOSSES = {
    "auto": "to suit the target",
    "cross_entropy": "cross entropy (classes)",
    "mse": "mean squared error",
    "l1": "mean absolute error",
    "huber": "Huber",
}
OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}


class Supervised(Recipe):
    """Learns from examples whose answers are known."""

    kind = "supervised"
    title = "Supervised"
    loss = Choice(
        "auto",
        LOSSES,
        titles=LOSSES,
        help="What is made small: how far the answers are off. To suit the target is cross entropy for classes and "
        "mean squared error for numbers; Huber minds a few wild values less.",
    )
    optimizer = Choice(
        "adam",
        OPTIMIZERS,
        titles=OPTIMIZERS,
        help="How the weights follow the gradient. Adam suits most networks; SGD can end up better, but needs a "
        "learning rate chosen with care.",
    )
    learning_rate = Float(
        0.001,
        above=0.0,
        max=1000.0,
        label="learning rate",
        help="How large a step the weights take. Too large and the loss jumps or becomes NaN, too small and it hardly "
        "falls. For Adam 0.001 is a good start, for SGD 0.01 to 0.1.",
    )
    momentum = Float(
        0.9, min=0.0, below=1.0, help="How much of the last step goes into the next: 0 is none, 0.9 is usual."
    )
    schedule = Choice(
        "constant",
        ("constant", "cosine"),
        titles={"constant": "stays as it is", "cosine": "falls to zero along a cosine"},
        label="learning rate over time",
        help="A learning rate that falls towards the end often gains the last bit of accuracy.",
    )
    weight_decay = Float(
        0.0,
        min=0.0,
        max=100.0,
        label="weight decay",
        help="Pulls weights towards zero, against learning by heart: 0 is none, 0.0001 to 0.01 are usual.",
    )
    batch_size = Int(
        64,
        min=1,
        max=1_000_000,
        label="batch size",
        unit="samples",
        help="How many samples each step looks at. Larger is faster a sample, needs more memory, and takes fewer "
        "steps an epoch. A last batch of a single sample joins the one before.",
    )
    epochs = Int(20, min=1, max=1_000_000, help="How many times the training looks at all the training samples.")
    patience = Int(
        0,
        min=0,
        max=1_000_000,
        unit="epochs",
        help="Stops when there was no better epoch for so many epochs; 0 never stops early.",
    )
    seed = Int(
        0,
        min=0,
        max=2**31 - 1,
        advanced=True,
        help="Decides the first weights, the order of the samples and what Dropout drops. The same seed on the CPU "
        "gives the same run.",
    )
    shuffle = Bool(True, advanced=True, help="Looks at the training samples in a new order each epoch.")

    def relevant(self) -> tuple[str, ...]:
        idle = set() if self.optimizer in ("sgd", "rmsprop") else {"momentum"}
        return tuple(name for name in self.fields() if name not in idle)

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        loss = Curve("Loss", "training_loss", "validation_loss")
        if target is not None and target.kind == "number":
            return loss, Curve("Mean absolute error", "training_mean_absolute_error", "validation_mean_absolute_error")
        return loss, Curve("Accuracy", "training_accuracy", "validation_accuracy", share=True)

    def measure(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        loss = metrics.get("validation_loss", metrics.get("training_loss", math.inf))
        accuracy = metrics.get("validation_accuracy", metrics.get("training_accuracy"))
        return (-loss,) if accuracy is None else (accuracy, -loss)

    def objective(self, target: TargetSpec | None) -> Objective:
        from netbuilder.train.losses import Objective

        return Objective(self.loss, target)

    def make_optimizer(self, model: torch.nn.Module, device: torch.device) -> torch.optim.Optimizer:
        from netbuilder.train.optimizers import make_optimizer

        return make_optimizer(
            model,
            device,
            self.optimizer,
            learning_rate=self.learning_rate,
            momentum=self.momentum,
            weight_decay=self.weight_decay,
        )

    def learning_rate_at(self, progress: float) -> float | None:
        if self.schedule == "constant":
            return None
        return float(self.learning_rate) * (1 + math.cos(math.pi * progress)) / 2
