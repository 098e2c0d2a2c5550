"""Regularization: noise during training, so that the network does not learn its samples by heart."""

from __future__ import annotations

from netbuilder.fields import Float
from netbuilder.layers.layer import In, Layer, Out

SEARCH = ("regularize", "noise", "overfitting")


class Dropping(Layer):
    """Sets a random share to zero while training; does nothing afterwards."""

    family = "regularization"
    p = Float(0.5, min=0.0, max=1.0, help="The share that is set to zero.")

    def summary(self) -> str:
        return f"{self.p:g}"


class Dropout(Dropping):
    """Sets a random share of the numbers to zero while training; does nothing afterwards."""

    kind = "dropout"
    target = "torch.nn.Dropout"
    search = SEARCH
    x = In(dtype="float")
    y = Out()


class Dropout1d(Dropping):
    """Sets a random share of the channels of a sequence to zero while training."""

    kind = "dropout1d"
    target = "torch.nn.Dropout1d"
    search = (*SEARCH, "channel", "sequence")
    x = In("N C L", dtype="float")
    y = Out("N C L")


class Dropout2d(Dropping):
    """Sets a random share of the channels of a picture to zero while training."""

    kind = "dropout2d"
    target = "torch.nn.Dropout2d"
    search = (*SEARCH, "channel", "image", "spatial")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")


class Dropout3d(Dropping):
    """Sets a random share of the channels of a volume to zero while training."""

    kind = "dropout3d"
    target = "torch.nn.Dropout3d"
    search = (*SEARCH, "channel", "volume", "video", "spatial")
    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")


class AlphaDropout(Dropping):
    """A Dropout that keeps mean and spread as they are: the one that goes with SELU."""

    kind = "alpha_dropout"
    target = "torch.nn.AlphaDropout"
    search = (*SEARCH, "selu", "self-normalizing")
    x = In(dtype="float")
    y = Out()


class FeatureAlphaDropout(Dropping):
    """An AlphaDropout of whole channels: a random share of them is masked while training."""

    kind = "feature_alpha_dropout"
    target = "torch.nn.FeatureAlphaDropout"
    search = (*SEARCH, "selu", "self-normalizing", "channel")
    x = In("N C ...", dtype="float")
    y = Out("N C ...")


LAYERS = (Dropout, Dropout1d, Dropout2d, Dropout3d, AlphaDropout, FeatureAlphaDropout)
