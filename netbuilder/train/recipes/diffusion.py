"""Learning to take noise away step by step, until samples come out of nothing but noise. No torch until it begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netbuilder.fields import Choice, Int
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec
from netbuilder.train.recipes.recipe import Curve, Recipe, RecipeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netbuilder.data.dataset import Dataset
    from netbuilder.train.learning import Learning, Material

TIME = "time"  # the second input: how much noise there is, from just above 0 to 1


class Diffusion(Recipe):
    """Learns what noise looks like on samples, and makes new ones out of pure noise by taking it away step by step
    (Ho et al. 2020). Needs no target."""

    kind = "diffusion"
    title = "Denoising diffusion"
    steps = Int(
        200,
        min=2,
        max=10_000,
        label="noise steps",
        unit="steps",
        help="In how many steps a sample becomes pure noise. 1000 is usual for large pictures, 100 to 300 will do for "
        "small ones.",
    )
    noise = Choice(
        "cosine",
        ("cosine", "linear"),
        label="noise over time",
        help="How fast the sample drowns in noise. Cosine leaves small pictures recognisable for longer (Nichol and "
        "Dhariwal 2021); linear is that of the first paper.",
    )
    predicts = Choice(
        "noise",
        ("noise", "sample"),
        titles={"sample": "the clean sample"},
        help="What the network is asked for: the noise that was added, or the sample without it.",
    )
    sampling = Int(
        50,
        min=1,
        max=10_000,
        label="steps to sample",
        unit="steps",
        help="In how many steps a new sample is made. Fewer are faster and less exact (Song et al. 2021). At most as "
        "many as there are noise steps.",
    )

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (Curve("Loss", "training_loss", "validation_loss"),)

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.diffusion import Diffusing

        return Diffusing(self, given)

    def asked(self, data: DataSpec) -> DataSpec:
        if len(data.inputs) != 1:
            raise RecipeError(f"Diffusion makes up one thing, but {data.title} has {len(data.inputs)} inputs.")
        ((name, real),) = data.inputs.items()
        if not real.dtype.startswith("float"):
            raise RecipeError(
                f"Diffusion makes up real numbers, such as pictures, but {name} of {data.title} is whole numbers that "
                "stand for words. Choose the recipe for language models, or other data."
            )
        if name == TIME:
            raise RecipeError(f"{data.title} calls its input {TIME}, as diffusion calls its own. Rename the column.")
        made = TargetSpec("number", names=(self.predicts,), positions=real.shape)
        return replace(data, inputs={name: real, TIME: TensorSpec((1,))}, target=made, others={}, tokens=())

    def as_asked(self, dataset: Dataset) -> Dataset:
        from netbuilder.train.diffusion import noisy

        return noisy(self, dataset)

    def scripts(self, dataset: Dataset, arguments: Sequence[str]) -> dict[str, str]:
        from netbuilder.train import scripts
        from netbuilder.train.diffusion import kept_of, steps_back

        name = next(name for name in dataset.spec.inputs if name != TIME)
        text = scripts.step_by_step(
            kept_of(self).tolist(),
            steps_back(self),
            dataset.spec.inputs[name].shape,
            time_first=arguments[0] == TIME,
            of_noise=self.predicts == "noise",
            picture=name in dataset.pictures,
        )
        return {scripts.NAME: text}
