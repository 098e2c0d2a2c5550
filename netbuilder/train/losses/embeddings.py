"""Losses that bring embeddings of like samples together and those of others apart: their settings, with torch left
out."""

from __future__ import annotations

from typing import ClassVar

from netbuilder.fields import Choice, Declared, Float


class EmbeddingLoss(Declared):
    """Compares the embeddings of a batch with each other. `on_sphere`: whether it takes them at length 1 whatever the
    recipe says."""

    on_sphere: ClassVar[bool] = False


class Triplet(EmbeddingLoss):
    """A sample has to be nearer to one of its kind than to another, by a margin, in squared distance (Schroff et al.
    2015)."""

    kind = "triplet"
    title = "triplet"
    margin = Float(0.2, above=0.0, max=1000.0, help="By how much nearer; embeddings of length 1 are at most 4 apart.")
    mining = Choice(
        "semi-hard",
        ("semi-hard", "hardest"),
        titles={"semi-hard": "nearest beyond", "hardest": "hardest"},
        label="others are",
        help="What a pair of one kind is compared with: of each pair in the batch, the nearest other that is farther "
        "away (semi-hard), or for each sample its farthest of the same kind and its nearest other. The hardest learn "
        "fast and can collapse.",
    )


class InfoNce(EmbeddingLoss):
    """A sample has to find those of its kind among all of the batch: cross entropy over cosines (van den Oord et al.
    2018; NT-Xent, Chen et al. 2020; with several of a kind, Khosla et al. 2020). Larger batches
    have a higher one, and those of validation are larger."""

    kind = "info_nce"
    title = "InfoNCE (NT-Xent)"
    on_sphere = True
    temperature = Float(
        0.1, above=0.0, max=100.0, help="What cosines are divided by: the smaller, the more the nearest others count."
    )


class PairMargin(EmbeddingLoss):
    """Pairs of one kind have to be near, other pairs at least a margin apart, both squared (Hadsell et al. 2006). Like
    and unlike pairs count the same, however many there are."""

    kind = "pair_margin"
    title = "pairs with a margin"
    margin = Float(1.0, above=0.0, max=1000.0, help="How far apart others have to be.")


EMBEDDING_LOSSES: tuple[type[EmbeddingLoss], ...] = (Triplet, InfoNce, PairMargin)
