"""Distances: how alike two values are, for networks that compare."""

from __future__ import annotations

from netbuilder.fields import Bool, Float, Int, Number
from netbuilder.layers.layer import In, Layer, Out

EPS = "A small number that keeps the result from failing at zero."


class CosineSimilarity(Layer):
    """How much two values point the same way: 1 the same, 0 across, -1 opposite."""

    kind = "cosine_similarity"
    target = "torch.nn.CosineSimilarity"
    family = "distance"
    search = ("angle", "compare", "alike", "siamese", "embedding", "retrieval", "distance")
    x1 = In(dtype="float", help="One of the two.")
    x2 = In(dtype="float", help="The other, of the same shape.")
    y = Out()
    dim = Int(1, min=-8, max=8, help="The dimension that holds the features; it is gone in the result.")
    eps = Float(1e-8, min=0.0, advanced=True, help=EPS)

    def summary(self) -> str:
        return "" if self.dim == 1 else f"dim {self.dim}"


class PairwiseDistance(Layer):
    """How far apart two rows of features are, pair by pair. Each from each: All distances."""

    kind = "pairwise_distance"
    target = "torch.nn.PairwiseDistance"
    family = "distance"
    search = ("euclidean", "norm", "compare", "alike", "siamese", "metric", "difference")
    x1 = In("N ... F", dtype="float", help="One of the two; the last dimension holds the features.")
    x2 = In("N ... F", dtype="float", help="The other, of the same shape.")
    y = Out("N ...")
    p = Number(2.0, above=0.0, help="The norm: 2 is the distance as the crow flies, 1 the sum of the differences.")
    eps = Float(1e-6, min=0.0, advanced=True, help=EPS)
    keepdim = Bool(False, advanced=True, help="Keeps the last dimension with size 1.")

    def summary(self) -> str:
        return "" if self.p == 2 else f"p {self.p:g}"


LAYERS = (CosineSimilarity, PairwiseDistance)
