"""Learning a language: every token says which comes next. Torch is imported when training begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.fields import Float, Int
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.mixtures import NoMixture
from netbuilder.train.recipes.recipe import Curve, RecipeError
from netbuilder.train.recipes.supervised import Supervised

if TYPE_CHECKING:
    from netbuilder.train.learning import Learning, Material


class LanguageModel(Supervised):
    """Learns to say which token comes next, at every place of a text, and writes some while it learns."""

    kind = "language_model"
    title = "Language model"
    judged_by = ()
    mixture = NoMixture()  # there is nothing between two tokens
    writes = Int(
        200,
        min=0,
        max=10_000,
        unit="tokens",
        help="How long a text it writes after each epoch, going on from a piece that is kept for validation.",
    )
    temperature = Float(
        0.8,
        min=0.0,
        max=10.0,
        help="How freely it writes: 0 always takes the likeliest token, 1 goes by its probabilities.",
    )

    def asked(self, data: DataSpec) -> DataSpec:
        target, given = data.target, list(data.inputs.values())
        if not data.tokens or target is None or len(given) != 1 or target.positions != given[0].shape:
            raise RecipeError(
                f"A language model learns from text, of which every token is asked for, and {data.title} is none. "
                "Choose a text in Data, or another recipe."
            )
        return super().asked(data)

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Loss", "training_loss", "validation_loss"),
            Curve("Perplexity", "training_perplexity", "validation_perplexity"),
            Curve("Bits per character", "training_bits_per_character", "validation_bits_per_character"),
        )

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.language import NextTokens

        return NextTokens(self, given)
