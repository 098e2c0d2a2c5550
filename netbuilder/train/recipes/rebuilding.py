"""Learning to give the input back: autoencoders, plain, denoising and variational. Torch is imported when it begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from netbuilder.fields import Float, Int, OneOf
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.losses.kinds import Huber, MeanAbsoluteError, MeanSquaredError, SmoothL1
from netbuilder.train.recipes.recipe import Curve, Recipe, RecipeError
from netbuilder.train.verdict import Verdict, verdict

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.learning import Learning, Material


class Rebuild(Recipe):
    """What recipes have in common that ask for the input back."""

    loss = OneOf(
        "mse",
        (MeanSquaredError, MeanAbsoluteError, Huber, SmoothL1),
        help="How far what comes back is off what went in.",
    )

    def asked(self, data: DataSpec) -> DataSpec:
        if len(data.inputs) != 1:
            raise RecipeError(f"{self.title} gives one input back, but {data.title} has {len(data.inputs)}.")
        ((name, given),) = data.inputs.items()
        if not given.dtype.startswith("float"):
            raise RecipeError(
                f"{self.title} gives numbers back, but {name} of {data.title} is whole numbers that stand for words. "
                "Choose the recipe for language models, or other data."
            )
        return replace(data, target=TargetSpec("number", names=(name,), positions=given.shape), others={})

    def as_asked(self, dataset: Dataset) -> Dataset:
        ((_, given),) = dataset.inputs.items()
        return replace(super().as_asked(dataset), targets=given.unsqueeze(-1), others={}, target_scale=None)


class Autoencoder(Rebuild):
    """Gives its input back, by way of a code that is smaller: it learns what matters. Needs no target."""

    kind = "autoencoder"
    title = "Autoencoder"
    noise = Float(
        0.0,
        min=0.0,
        max=100.0,
        help="The deviation of noise added to what the network sees, and not to what it is asked for: above 0 it "
        "learns to take noise away. 0.3 is usual for pictures.",
    )

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Loss", "training_loss", "validation_loss"),
            Curve("Mean absolute error", "training_mean_absolute_error", "validation_mean_absolute_error"),
        )

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.rebuilding import Denoising

        return Denoising(self, given)


class VariationalAutoencoder(Rebuild):
    """An autoencoder whose codes fill a normal distribution, so that new samples can be drawn from it. Besides what it
    rebuilds, the network has an Output called mean and one called log_variance."""

    kind = "vae"
    title = "Variational autoencoder"
    beta = Float(
        1.0,
        min=0.0,
        max=1000.0,
        help="How much it counts that codes are as a normal distribution has them: more gives better new samples and "
        "blurs what is rebuilt.",
    )
    rising = Int(
        0,
        min=0,
        max=1_000_000,
        label="beta rises for",
        unit="epochs",
        help="Over how many epochs beta rises from 0 at first, so that the code is not given up early; 0 is at once.",
    )

    def asked(self, data: DataSpec) -> DataSpec:
        return replace(super().asked(data), others={"mean": TargetSpec("any"), "log_variance": TargetSpec("any")})

    def judge(self, epochs: Sequence[Mapping[str, float]], first: int = 1) -> Verdict | None:
        """While beta rises, the loss does not mean the same from one epoch to the next."""
        rising = max(0, self.rising + 1 - first)
        return verdict(epochs[rising:], first=first + rising)

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Loss", "training_loss", "validation_loss"),
            Curve("Reconstruction", "training_reconstruction", "validation_reconstruction"),
            Curve("Distance of the code (KL)", "training_kl", "validation_kl"),
        )

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.rebuilding import Variational

        return Variational(self, given)
