"""Activations: a curve through which each number goes, without which a stack of layers is one straight line."""

from __future__ import annotations

from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out, Shape

SEARCH: tuple[str, ...] = ("activation", "nonlinearity")


class Activation(Layer):
    """A function applied to each number by itself."""

    family = "activation"
    search: ClassVar[tuple[str, ...]] = SEARCH
    x = In(dtype="float")
    y = Out()


class ReLU(Activation):
    """Lets positive numbers through and makes negative ones zero."""

    kind = "relu"
    target = "torch.nn.ReLU"
    search = (*SEARCH, "rectifier", "positive")


class ReLU6(Activation):
    """A ReLU that stops at 6, for small and quantized networks."""

    kind = "relu6"
    target = "torch.nn.ReLU6"
    search = (*SEARCH, "mobile", "clip")


class LeakyReLU(Activation):
    """A ReLU that lets a little of the negative numbers through, so that no unit dies."""

    kind = "leaky_relu"
    target = "torch.nn.LeakyReLU"
    search = (*SEARCH, "rectifier", "gan")
    negative_slope = Float(0.01, min=0.0, help="The share of a negative number that gets through.")

    def summary(self) -> str:
        return f"{self.negative_slope:g}"


def _slopes(layer: Any, shape: Shape) -> int:
    return shape[1] if layer.settings["per_channel"] else 1


class PReLU(Activation):
    """A LeakyReLU that learns its slope."""

    kind = "prelu"
    target = "torch.nn.PReLU"
    search = (*SEARCH, "rectifier", "parametric", "learned")
    not_arguments = ("per_channel",)
    num_parameters = Inferred("x", of=_slopes)
    per_channel = Bool(False, help="One slope for each channel instead of one for all.")
    init = Float(0.25, help="The slope at the start.")


class ELU(Activation):
    """Like ReLU, but smooth: negative numbers approach a floor."""

    kind = "elu"
    target = "torch.nn.ELU"
    search = (*SEARCH, "exponential", "smooth")
    alpha = Float(1.0, min=0.0, help="How far below zero the floor lies.")


class GELU(Activation):
    """A smooth ReLU, usual in Transformers."""

    kind = "gelu"
    target = "torch.nn.GELU"
    search = (*SEARCH, "gaussian", "transformer", "smooth")
    approximate = Choice("none", ("none", "tanh"), advanced=True, help="tanh is a little faster and a little off.")


class SiLU(Activation):
    """A smooth ReLU: each number times its own sigmoid. Also called Swish."""

    kind = "silu"
    target = "torch.nn.SiLU"
    search = (*SEARCH, "swish", "smooth")


class Mish(Activation):
    """A smooth ReLU that dips a little below zero."""

    kind = "mish"
    target = "torch.nn.Mish"
    search = (*SEARCH, "smooth")


class Hardswish(Activation):
    """A cheap SiLU made of straight lines, for small devices."""

    kind = "hardswish"
    target = "torch.nn.Hardswish"
    search = (*SEARCH, "swish", "mobile")


class Softplus(Activation):
    """A smooth ReLU whose result is always positive."""

    kind = "softplus"
    target = "torch.nn.Softplus"
    search = (*SEARCH, "positive", "smooth", "variance")
    beta = Float(1.0, above=0.0, help="How sharp the bend at zero is.")
    threshold = Float(20.0, advanced=True, help="Above this the curve is a straight line, for numerical safety.")


class Sigmoid(Activation):
    """Squeezes each number between 0 and 1: a probability or a gate."""

    kind = "sigmoid"
    target = "torch.nn.Sigmoid"
    search = (*SEARCH, "logistic", "probability", "gate")


class Tanh(Activation):
    """Squeezes each number between -1 and 1."""

    kind = "tanh"
    target = "torch.nn.Tanh"
    search = (*SEARCH, "hyperbolic", "squash")


class AlongOne(Activation):
    """A function of all the numbers along one dimension."""

    torch_defaults = {"dim": None}
    dim = Int(-1, min=-8, max=8, help="Which dimension sums to one: -1 is the last, 1 the first after the batch.")

    def summary(self) -> str:
        return "" if self.dim == -1 else f"dim {self.dim}"


class Softmax(AlongOne):
    """Makes numbers into probabilities that sum to one. A cross-entropy loss does that itself."""

    kind = "softmax"
    target = "torch.nn.Softmax"
    search = (*SEARCH, "probability", "classes", "attention")


class LogSoftmax(AlongOne):
    """The logarithm of a softmax, in one numerically safe step."""

    kind = "log_softmax"
    target = "torch.nn.LogSoftmax"
    search = (*SEARCH, "probability", "classes", "logarithm")


LAYERS = (
    ReLU,
    ReLU6,
    LeakyReLU,
    PReLU,
    ELU,
    GELU,
    SiLU,
    Mish,
    Hardswish,
    Softplus,
    Sigmoid,
    Tanh,
    Softmax,
    LogSoftmax,
)
