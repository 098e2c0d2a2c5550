"""Layers in which every number meets every other: Linear, Bilinear, and the one that does nothing."""

from __future__ import annotations

from netbuilder.fields import Bool, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out
from netbuilder.layers.weighted import Reparametrized


class Linear(Reparametrized):
    """Weighs and sums all features: each output sees every feature of its sample."""

    kind = "linear"
    target = "torch.nn.Linear"
    family = "linear"
    search = ("dense", "fully connected", "fc", "affine", "matrix", "classifier", "head")
    required = ("out_features",)
    x = In("N ... F", dtype="float", help="The last dimension holds the features.")
    y = Out("N ... F")
    in_features = Inferred("x", dim=-1)
    out_features = Int(64, min=1, help="Numbers out: in the last layer, one for each class.")
    bias = Bool(True, help="Adds a learned number to each output.")

    def summary(self) -> str:
        return str(self.out_features)


class Bilinear(Layer):
    """Weighs and sums all products of a feature of one input with a feature of the other."""

    kind = "bilinear"
    target = "torch.nn.Bilinear"
    family = "linear"
    search = ("product", "pair", "interaction", "two inputs", "dense", "relation")
    required = ("out_features",)
    x1 = In("N ... F", dtype="float", help="The last dimension holds the features.")
    x2 = In("N ... K", dtype="float", help="As many samples, with features of its own.")
    y = Out("N ... F")
    in1_features = Inferred("x1", dim=-1)
    in2_features = Inferred("x2", dim=-1)
    out_features = Int(64, min=1, help="Numbers out.")
    bias = Bool(True, help="Adds a learned number to each output.")

    def summary(self) -> str:
        return str(self.out_features)


class Identity(Layer):
    """Passes its input on unchanged: a place to name a value or to keep a branch empty."""

    kind = "identity"
    target = "torch.nn.Identity"
    family = "linear"
    search = ("pass", "nothing", "skip", "name", "noop")
    x = In()
    y = Out()


LAYERS = (Linear, Bilinear, Identity)
