"""Learning which samples are alike: one network for all sides of a comparison. Torch is imported when it begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netbuilder.fields import Bool, Choice, Float, Int, OneOf
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.losses.embeddings import EMBEDDING_LOSSES
from netbuilder.train.recipes.recipe import Curve, Recipe, RecipeError

if TYPE_CHECKING:
    from netbuilder.train.learning import Learning, Material


class Contrastive(Recipe):
    """Learns an embedding of a sample, a row of numbers, such that like samples are near each other and others far. The
    same network looks at all of them (a siamese network)."""

    kind = "contrastive"
    title = "Contrastive (siamese)"
    judged_by = ("pair_accuracy",)
    loss = OneOf("triplet", EMBEDDING_LOSSES, help="What brings like samples together and others apart.")
    pairs = Choice(
        "classes",
        ("classes", "views"),
        titles={"classes": "samples of the same class", "views": "two views of a sample"},
        label="alike are",
        help="What is brought together: samples of one class, or without classes each sample with itself, disturbed "
        "twice.",
    )
    noise = Float(
        0.1,
        min=0.0,
        max=100.0,
        help="The deviation of the noise that is added to each view: 0.1 is usual for pictures.",
    )
    shift = Int(
        1, min=0, max=1000, unit="pixels", help="By how much a view of a picture is moved at most, to each side."
    )
    unit_length = Bool(
        True,
        label="embeddings of length 1",
        help="Only the direction of an embedding counts. Without it, distances can grow without end.",
    )
    compared = Int(
        1000,
        min=2,
        max=1_000_000,
        unit="pairs",
        advanced=True,
        help="How many pairs, half of them alike, are drawn once by the seed to measure how well they are told apart.",
    )
    shows = Int(
        6,
        min=0,
        max=100,
        unit="pictures",
        help="For how many pictures of validation the nearest of training are shown.",
    )

    def relevant(self, data: DataSpec | None = None) -> tuple[str, ...]:
        idle = {"noise", "shift"} if self.pairs == "classes" else set()
        idle |= {"unit_length"} if self.loss.on_sphere else set()
        return tuple(name for name in super().relevant(data) if name not in idle)

    def asked(self, data: DataSpec) -> DataSpec:
        target = data.target
        if self.pairs == "classes" and (target is None or target.kind != "class" or target.positions):
            raise RecipeError(
                f"Samples are alike if they are of one class, and {data.title} has no class for each sample. "
                "Let two views of a sample be alike, or choose other data.",
                "pairs",
            )
        if self.batch_size < 2:
            raise RecipeError(
                "Pairs are made of the samples of a batch, and one alone makes none. Set the batch size to 32 or more.",
                "batch_size",
            )
        if self.pairs == "views" and not all(one.dtype.startswith("float") for one in data.inputs.values()):
            raise RecipeError(
                f"Views of a sample differ by noise, and {data.title} has whole numbers that stand for words. "
                "Let samples of the same class be alike, or choose other data.",
                "pairs",
            )
        return replace(data, target=TargetSpec("vector"), others={})

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Loss", "training_loss", "validation_loss"),
            Curve("Pair accuracy", "training_pair_accuracy", "validation_pair_accuracy", share=True),
            Curve("Retrieval", "training_retrieval", "validation_retrieval", share=True),
        )

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.contrast import Contrast

        return Contrast(self, given)
