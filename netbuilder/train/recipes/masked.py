"""Learning to fill gaps: some tokens of a text are hidden, and asked for. Torch is imported when training begins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from netbuilder.data.tokens import WithGap, Words
from netbuilder.fields import Float, Int, OneOf
from netbuilder.spec import DataSpec, TargetSpec
from netbuilder.train.losses.kinds import CrossEntropy, NegativeLogLikelihood
from netbuilder.train.recipes.recipe import Curve, Recipe, RecipeError

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.learning import Learning, Material


class MaskedTokens(Recipe):
    """Hides some of the tokens of each text and asks for those alone, with all others in sight on both sides, as BERT
    was trained (Devlin et al. 2019). The gap is one token more for the network to know."""

    kind = "masked_tokens"
    title = "Masked tokens"
    loss = OneOf(
        "cross_entropy",
        (CrossEntropy, NegativeLogLikelihood),
        help="How surprised the network is by the tokens that were hidden.",
    )
    hidden = Float(
        0.15,
        above=0.0,
        below=1.0,
        help="The share of tokens that is hidden and asked for, drawn anew each time. 0.15 is usual: more asks "
        "more of each text, and leaves less to go by.",
    )
    masked = Float(
        0.8,
        min=0.0,
        max=1.0,
        advanced=True,
        label="shown as gaps",
        help="The share of hidden tokens that the network sees as a gap. Half of the others are any token instead, and "
        "half are left as they were: then it has to doubt every token, and not only to look for gaps.",
    )
    shows = Int(
        3,
        min=0,
        max=100,
        unit="texts",
        help="How many texts with gaps it fills for you to read after each epoch, from those kept for validation.",
    )

    def asked(self, data: DataSpec) -> DataSpec:
        given = list(data.inputs.values())
        if not data.tokens or len(given) != 1 or len(given[0].shape) != 1:
            raise RecipeError(
                f"{self.title} learns from text, or from other sequences of tokens, and {data.title} is no such "
                "sequence. Choose a text in Data, or another recipe."
            )
        known = WithGap(Words(data.tokens))
        target = TargetSpec("class", classes=known.words, positions=given[0].shape)
        return replace(data, target=target, others={}, tokens=known.words, so_far="", gap=known.gap)

    def as_asked(self, dataset: Dataset) -> Dataset:
        from netbuilder.train.masked import with_gaps

        return with_gaps(self, dataset)

    def curves(self, target: TargetSpec | None = None) -> tuple[Curve, ...]:
        return (
            Curve("Loss", "training_loss", "validation_loss"),
            Curve("Gaps right", "training_accuracy", "validation_accuracy", share=True),
            Curve("Perplexity", "training_perplexity", "validation_perplexity"),
        )

    def learning(self, given: Material) -> Learning:
        from netbuilder.train.masked import FillingGaps

        return FillingGaps(self, given)
