"""Learning to answer one sequence by another, token after token. Torch is imported when training begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.fields import Int
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.mixtures import NoMixture
from netbuilder.train.recipes.recipe import Curve, RecipeError
from netbuilder.train.recipes.supervised import Supervised

if TYPE_CHECKING:
    from netbuilder.train.learning import Learning, Material


class SequenceToSequence(Supervised):
    """Learns to answer a sequence of tokens by another, as in translation. While it learns, the right answer so far
    stands before each token it is asked for; after each epoch it answers alone, and what it wrote is compared."""

    kind = "seq2seq"
    title = "Sequence to sequence"
    judged_by = ("exact",)
    mixture = NoMixture()  # there is nothing between two tokens
    decoded = Int(
        1000,
        min=1,
        max=1_000_000,
        unit="samples",
        help="How many validation samples it answers alone after each epoch, always the likeliest token next.",
    )

    def asked(self, data: DataSpec) -> DataSpec:
        target, given = data.target, data.inputs
        if not data.tokens or len(given) < 2 or data.so_far not in given or target is None:
            raise RecipeError(
                f"{self.title} learns from two sequences of tokens, a question and the answer so far, and {data.title} "
                "has not both. Choose such data in Data, for instance Addition, or another recipe."
            )
        return super().asked(data)

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Loss", "training_loss", "validation_loss"),
            Curve("Exact answers", "training_exact", "validation_exact", share=True),
            Curve("Tokens right", "training_accuracy", "validation_accuracy", share=True),
        )

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.seq2seq import TeacherForcing

        return TeacherForcing(self, given)
