"""Two networks that learn against each other: generative adversarial networks. Torch is imported when it begins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from netbuilder.fields import Float, Int, OneOf
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.losses.games import GAMES
from netbuilder.train.optimizers import OPTIMIZERS
from netbuilder.train.optimizers.kinds import Adam
from netbuilder.train.recipes.recipe import NOT_OF_IT, Curve, NetworkName, Recipe, RecipeError

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.learning import Learning, Material

NOISE = "noise"  # what enters the generator
DISCRIMINATOR = "discriminator"  # the role of the second network


class Adversarial(Recipe):
    """Two networks against each other: this one makes samples out of noise, a second one, drawn in its own tab, tells
    them from real ones. Needs no target."""

    kind = "gan"
    title = "Generative adversarial"
    minimises = "discriminator's loss"
    discriminator = NetworkName(
        "discriminator",
        max_length=60,
        help="The name of the tab with the network that tells real samples from made up ones. It gets a sample and "
        "gives one number, without a Sigmoid behind it.",
    )
    noise = Int(
        64,
        min=1,
        max=100_000,
        unit="numbers",
        help="How many random numbers enter the generator for each sample that it makes.",
    )
    loss = OneOf(
        "standard",
        GAMES,
        label="played for",
        help="The two losses. Standard is good to begin with; hinge and Wasserstein go wrong less often.",
    )
    optimizer = OneOf(
        Adam(betas=(0.5, 0.999)),
        OPTIMIZERS,
        help="How the weights of both networks follow the gradient. Usual is Adam whose first average is short, 0.5: "
        "what was right a while ago is not so any more.",
    )
    learning_rate = Float(
        0.0002,
        above=0.0,
        max=1000.0,
        label="learning rate",
        help="How large a step the weights take; smaller than for other networks, 0.0002 is usual.",
    )
    discriminator_rate = Float(
        None,
        above=0.0,
        max=1000.0,
        optional=True,
        none_means="the same",
        label="discriminator's rate",
        help="A learning rate of its own for the discriminator: higher than the generator's often helps.",
    )
    rounds = Int(
        1,
        min=1,
        max=1000,
        label="discriminator's steps",
        unit="steps",
        help="How many steps the discriminator takes for one of the generator, each with new samples. 1 is usual, 3 to "
        "5 for Wasserstein.",
    )

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Discriminator's loss", "training_loss", "validation_loss"),
            Curve("Generator's loss", "training_generator_loss", "validation_generator_loss"),
            Curve("Distance", "training_distance", "validation_distance"),
        )

    def score(self, metrics: Mapping[str, float]) -> str:
        names = ("validation_distance", "training_told_apart")
        return next((name for name in names if name in metrics), super().score(metrics))

    def measure(self, metrics: Mapping[str, float]) -> tuple[float, ...]:
        """The closer what is made lies to real validation samples; without any, the less it is told apart."""
        if "validation_distance" in metrics:
            return (-metrics["validation_distance"],)
        return (-abs(metrics.get("training_told_apart", math.inf) - 0.5),)

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.adversarial import Duel

        return Duel(self, given)

    def relevant(self, data: DataSpec | None = None) -> tuple[str, ...]:
        return tuple(name for name in super().relevant(data) if name != "accumulate" or self.accumulate > 1)

    def asked(self, data: DataSpec) -> DataSpec:
        if self.accumulate > 1:
            raise RecipeError(
                "Two networks that learn against each other answer each other batch by batch. Set the batches a step "
                "to 1, and make the batches larger.",
                "accumulate",
            )
        name, real = self._real(data)
        made = TargetSpec("number", names=(name,), positions=real.shape)
        return replace(data, inputs={NOISE: TensorSpec((self.noise,))}, target=made, others={}, tokens=())

    def as_asked(self, dataset: Dataset) -> Dataset:
        import torch

        random = torch.Generator().manual_seed(self.seed)
        noise = torch.randn(len(dataset), self.noise, generator=random)
        return replace(
            dataset,
            spec=self.asked(dataset.spec),
            inputs={NOISE: noise},
            targets=torch.zeros(len(dataset), 0),  # no sample belongs to one noise
            others={},
            **NOT_OF_IT,
        )

    def scripts(self, dataset: Dataset, arguments: Sequence[str]) -> dict[str, str]:
        from netbuilder.train import scripts

        return {scripts.NAME: scripts.from_noise(self.noise)}

    def roles(self) -> dict[str, str]:
        return {DISCRIMINATOR: self.discriminator}

    def asked_beside(self, role: str, data: DataSpec) -> DataSpec:
        name, real = self._real(data)
        score = TargetSpec("number", names=("score",))
        return replace(data, inputs={name: real}, target=score, others={}, tokens=())

    def _real(self, data: DataSpec) -> tuple[str, TensorSpec]:
        """The one input of the data that is made up by the generator."""
        if len(data.inputs) != 1:
            raise RecipeError(f"A GAN makes up one thing, but {data.title} has {len(data.inputs)} inputs.")
        ((name, real),) = data.inputs.items()
        if not real.dtype.startswith("float"):
            raise RecipeError(
                f"A GAN makes up real numbers, such as pictures, but {name} of {data.title} is whole numbers that "
                "stand for words. Choose the recipe for language models, or other data."
            )
        return name, real
