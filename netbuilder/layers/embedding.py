"""Embedding: a learned row of numbers for each word, item or category."""

from __future__ import annotations

from netbuilder.fields import Bool, Float, Int
from netbuilder.layers.layer import In, Layer, Out


class Embedding(Layer):
    """Replaces each whole number (a word, an item, a category) by its own learned row of numbers."""

    kind = "embedding"
    target = "torch.nn.Embedding"
    family = "embedding"
    search = ("word", "token", "text", "lookup", "category", "vocabulary")
    required = ("num_embeddings", "embedding_dim")
    x = In("N ...", dtype="int", help="Whole numbers, from 0 to one less than num_embeddings.")
    y = Out("N ... F")
    num_embeddings = Int(1000, min=1, help="How many different numbers can come in: the size of the vocabulary.")
    embedding_dim = Int(64, min=1, help="Numbers in one row, and so features out.")
    padding_idx = Int(
        None,
        optional=True,
        none_means="no padding",
        advanced=True,
        help="The number that stands for nothing; it is not learned.",
    )
    max_norm = Float(
        None,
        above=0.0,
        optional=True,
        none_means="no limit",
        advanced=True,
        help="Rows longer than this are shortened to it.",
    )
    norm_type = Float(2.0, above=0.0, advanced=True, help="Which norm measures the length for max_norm.")
    scale_grad_by_freq = Bool(False, advanced=True, help="Frequent numbers learn in smaller steps.")

    def summary(self) -> str:
        return f"{self.num_embeddings:,} · {self.embedding_dim}"


LAYERS = (Embedding,)
