"""Embedding: a learned row of numbers for each word, item or category."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.layers.layer import In, Layer, Out
from netbuilder.layers.weighted import WithWeight

NUMBERS = "Whole numbers, from 0 to one less than num_embeddings."
MANY = "How many different numbers can come in: the size of the vocabulary."
FEATURES = "Numbers in one row, and so features out."
NOTHING = "The number that stands for nothing; it is not learned."
LIMIT = "Rows longer than this are shortened to it."
LENGTH = "Which norm measures the length for max_norm."
FREQUENT = "Frequent numbers learn in smaller steps."


class Embedding(WithWeight):
    """Replaces each whole number (a word, an item, a category) by its own learned row of numbers."""

    kind = "embedding"
    target = "torch.nn.Embedding"
    family = "embedding"
    search = ("word", "position", "positional encoding", "token", "text", "lookup", "category", "vocabulary")
    required = ("num_embeddings", "embedding_dim")
    x = In("N ...", dtype="int", help=NUMBERS)
    y = Out("N ... F")
    num_embeddings = Int(1000, min=1, help=MANY)
    embedding_dim = Int(64, min=1, help=FEATURES)
    padding_idx = Int(None, optional=True, none_means="no padding", advanced=True, help=NOTHING)
    max_norm = Float(None, above=0.0, optional=True, none_means="no limit", advanced=True, help=LIMIT)
    norm_type = Float(2.0, above=0.0, advanced=True, help=LENGTH)
    scale_grad_by_freq = Bool(False, advanced=True, help=FREQUENT)

    def summary(self) -> str:
        return f"{self.num_embeddings:,} · {self.embedding_dim}"


class EmbeddingBag(WithWeight):
    """Replaces several whole numbers (the words of a text) by the average of their learned rows."""

    kind = "embedding_bag"
    target = "torch.nn.EmbeddingBag"
    family = "embedding"
    search = ("words", "tokens", "text", "lookup", "category", "bag", "average", "sparse", "recommender")
    required = ("num_embeddings", "embedding_dim")
    not_arguments = (*WithWeight.not_arguments, "flat")
    x = In("N L", dtype="int", help=NUMBERS)
    per_sample_weights = In("N L", dtype="float", optional=True, help="How much each number counts.")
    y = Out("N F")
    num_embeddings = Int(1000, min=1, help=MANY)
    embedding_dim = Int(64, min=1, help=FEATURES)
    max_norm = Float(None, above=0.0, optional=True, none_means="no limit", advanced=True, help=LIMIT)
    norm_type = Float(2.0, above=0.0, advanced=True, help=LENGTH)
    scale_grad_by_freq = Bool(False, advanced=True, help=FREQUENT)
    mode = Choice("mean", ("sum", "mean", "max"), help="How the rows of a sample become one.")
    include_last_offset = Bool(False, advanced=True, help="For a flat input: the offsets end with where the last ends.")
    padding_idx = Int(None, optional=True, none_means="no padding", advanced=True, help=NOTHING)
    flat = Bool(
        False, advanced=True, help="The numbers of all samples come in one row, and offsets say where each begins."
    )

    def inputs(self) -> tuple[In, ...]:
        weights = (WEIGHTS_IN_A_ROW if self.flat else self._ins[1],) if self.mode == "sum" else ()
        return (IN_A_ROW, OFFSETS, *weights) if self.flat else (self._ins[0], *weights)

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        given = [inputs["x"], *([inputs["offsets"]] if "offsets" in inputs else [])]
        if "per_sample_weights" in inputs:
            given.append(f"per_sample_weights={inputs['per_sample_weights']}")
        return f"{module}({', '.join(given)})"

    def summary(self) -> str:
        return f"{self.num_embeddings:,} · {self.embedding_dim} · {self.mode}"[:28]


IN_A_ROW = In("L", dtype="int", name="x", help=NUMBERS)
OFFSETS = In("N", dtype="int", name="offsets", help="Where in x each sample begins; the first is 0.")
WEIGHTS_IN_A_ROW = In("L", dtype="float", optional=True, name="per_sample_weights", help="How much each number counts.")


LAYERS: tuple[type[Layer], ...] = (Embedding, EmbeddingBag)
