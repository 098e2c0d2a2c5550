"""Activations: a curve through which each number goes, without which a stack of layers is one straight line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out, Shape

SEARCH: tuple[str, ...] = ("activation function", "nonlinearity")


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


class CELU(Activation):
    """An ELU without a kink at zero, whatever its alpha."""

    kind = "celu"
    target = "torch.nn.CELU"
    search = (*SEARCH, "exponential", "smooth")
    alpha = Float(1.0, min=1e-6, help="How far below zero the floor lies.")  # torch divides by it, in float32


class SELU(Activation):
    """A scaled ELU that keeps a deep stack of Linear layers normalized by itself."""

    kind = "selu"
    target = "torch.nn.SELU"
    search = (*SEARCH, "self-normalizing", "exponential", "scaled")


class RReLU(Activation):
    """A LeakyReLU whose slope is drawn at random while training."""

    kind = "rrelu"
    target = "torch.nn.RReLU"
    search = (*SEARCH, "rectifier", "random", "leaky")
    lower = Float(0.125, min=0.0, help="The smallest share of a negative number that gets through.")
    upper = Float(1.0 / 3, min=0.0, help="The largest share; after training the slope lies in the middle.")


class Threshold(Activation):
    """Lets numbers above a threshold through and replaces all others by one value."""

    kind = "threshold"
    target = "torch.nn.Threshold"
    search = (*SEARCH, "cut", "limit", "gate", "rectifier")
    required = ("threshold", "value")
    threshold = Float(0.0, help="Numbers above it get through.")
    value = Float(0.0, help="What replaces the others.")

    def summary(self) -> str:
        return f"above {self.threshold:g}"


class Hardtanh(Activation):
    """Cuts numbers off at a floor and a ceiling: a Tanh made of straight lines."""

    kind = "hardtanh"
    target = "torch.nn.Hardtanh"
    search = (*SEARCH, "clip", "clamp", "limit", "cut")
    min_val = Float(-1.0, help="The floor.")
    max_val = Float(1.0, help="The ceiling; it must be higher than the floor.")

    def summary(self) -> str:
        return f"{self.min_val:g} to {self.max_val:g}"


class Hardsigmoid(Activation):
    """A cheap Sigmoid made of straight lines, for small devices."""

    kind = "hardsigmoid"
    target = "torch.nn.Hardsigmoid"
    search = (*SEARCH, "gate", "mobile", "probability")


class LogSigmoid(Activation):
    """The logarithm of a Sigmoid, in one numerically safe step."""

    kind = "log_sigmoid"
    target = "torch.nn.LogSigmoid"
    search = (*SEARCH, "logistic", "logarithm", "probability")


class Softsign(Activation):
    """Squeezes each number between -1 and 1 more gently than Tanh does."""

    kind = "softsign"
    target = "torch.nn.Softsign"
    search = (*SEARCH, "squash", "smooth")


class Tanhshrink(Activation):
    """Each number less its own Tanh: small numbers nearly vanish."""

    kind = "tanhshrink"
    target = "torch.nn.Tanhshrink"
    search = (*SEARCH, "shrink", "sparse")


class Shrink(Activation):
    """Makes numbers near zero exactly zero."""

    search: ClassVar[tuple[str, ...]] = (*SEARCH, "shrink", "sparse", "threshold", "denoise")
    lambd = Float(0.5, min=0.0, help="Numbers closer to zero than this become zero.")

    def summary(self) -> str:
        return f"{self.lambd:g}"


class Hardshrink(Shrink):
    """Makes numbers near zero exactly zero and leaves the others as they are."""

    kind = "hardshrink"
    target = "torch.nn.Hardshrink"


class Softshrink(Shrink):
    """Makes numbers near zero exactly zero and moves the others as much towards it."""

    kind = "softshrink"
    target = "torch.nn.Softshrink"


class GLU(Activation):
    """Halves a dimension: one half, as a Sigmoid, is the gate that the other goes through."""

    kind = "glu"
    target = "torch.nn.GLU"
    search = (*SEARCH, "gate", "gated linear unit", "half")
    dim = Int(-1, min=-8, max=8, help="The dimension that is halved: -1 is the last, 1 the first after the batch.")

    def summary(self) -> str:
        return "" if self.dim == -1 else f"dim {self.dim}"


class AlongOne(Activation):
    """A function of all the numbers along one dimension."""

    torch_defaults = {"dim": None}
    dim = Int(-1, min=-8, max=8, help="Which dimension sums to one: -1 is the last, 1 the first after the batch.")

    def summary(self) -> str:
        return "" if self.dim == -1 else f"dim {self.dim}"

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        rank = len(shapes["x"])
        return "" if -rank <= self.dim < rank else f"Dimension out of range, but got {self.dim}"


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


class Softmin(AlongOne):
    """A softmax in which the smallest numbers get the largest shares."""

    kind = "softmin"
    target = "torch.nn.Softmin"
    search = (*SEARCH, "probability", "distance", "smallest")


class Softmax2d(Activation):
    """A softmax over the channels of a picture, for each pixel by itself."""

    kind = "softmax2d"
    target = "torch.nn.Softmax2d"
    search = (*SEARCH, "probability", "classes", "image", "segmentation", "channel")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")


LAYERS = (
    *(ReLU, ReLU6, LeakyReLU, PReLU, RReLU, Threshold),
    *(ELU, CELU, SELU, GELU, SiLU, Mish, Hardswish, Softplus),
    *(Sigmoid, Hardsigmoid, LogSigmoid, Tanh, Hardtanh, Softsign, Tanhshrink, Hardshrink, Softshrink),
    *(GLU, Softmax, LogSoftmax, Softmin, Softmax2d),
)
