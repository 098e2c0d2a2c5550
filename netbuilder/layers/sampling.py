"""Sampling: random numbers that flow in, paths that are dropped, and pictures that are read at other places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from netbuilder.fields import Bool, Choice, Float
from netbuilder.layers.creation import Like, Sized
from netbuilder.layers.function import FLOATS, Dtype, Function, beyond, dimension
from netbuilder.layers.layer import In, Out, Shape, literal

SEARCH = ("random", "noise", "sample")


class Noise(Sized):
    """Random numbers from the bell curve, as many as are asked for, for each sample: what a generator begins with."""

    kind = "noise"
    target = "torch.randn"
    family = "values"
    search: ClassVar[tuple[str, ...]] = (*SEARCH, "latent", "gaussian", "normal", "gan", "diffusion", "randn")
    dtype = Dtype(None, FLOATS, optional=True, none_means="float32", help="The type of its numbers.")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{self.target}({self.shape(inputs)}, device={inputs['like']}.device{self.typed()})"


class UniformNoise(Noise):
    """Random numbers from 0 to 1, as many as are asked for, for each sample."""

    kind = "uniform_noise"
    target = "torch.rand"
    search = (*SEARCH, "uniform", "rand", "latent")


class NoiseLike(Like):
    """Random numbers from the bell curve, in the shape of another value."""

    kind = "noise_like"
    target = "torch.randn_like"
    search = (*SEARCH, "gaussian", "normal", "same shape", "denoise", "diffusion")


class UniformNoiseLike(Like):
    """Random numbers from 0 to 1, in the shape of another value."""

    kind = "uniform_noise_like"
    target = "torch.rand_like"
    search = (*SEARCH, "uniform", "same shape", "dropout")


class Bernoulli(Function):
    """Draws 0 or 1 for each number, which is the chance of a 1."""

    kind = "bernoulli"
    title = "Coin toss"
    target = "torch.bernoulli"
    family = "values"
    search = (*SEARCH, "binary", "coin", "boltzmann", "mask")
    x = In(dtype="float", help="Chances, from 0 to 1: what a Sigmoid gives.")
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"torch.bernoulli({inputs['x']}.clamp(0, 1))"


class Reparametrize(Function):
    """Draws a random value from the bell curve with the given mean and logarithm of the variance, as a VAE does."""

    kind = "reparametrize"
    family = "values"
    search = (*SEARCH, "vae", "variational", "latent", "gaussian", "logvar", "reparameterize")
    mean = In(dtype="float")
    logvar = In(dtype="float", help="The logarithm of the variance.")
    y = Out()

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        mean, logvar = inputs["mean"], inputs["logvar"]
        return f"{mean} + torch.exp(0.5 * {logvar}) * torch.randn_like({mean})"


class GumbelSoftmax(Function):
    """Draws one of several choices by their scores, in a way that can still be learned through."""

    kind = "gumbel_softmax"
    title = "Gumbel softmax"
    target = "torch.nn.functional.gumbel_softmax"
    family = "values"
    search = (*SEARCH, "categorical", "discrete", "choice", "quantize", "straight through")
    x = In(dtype="float", help="The scores.")
    y = Out()
    tau = Float(1.0, above=0.0, label="temperature", help="Low: close to a clear choice; high: close to all alike.")
    hard = Bool(False, help="Gives a clear choice (a single 1), and learns as if it did not.")
    dim = dimension(-1, help="The dimension that holds the scores of one choice.")

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        return beyond(self.dim, shapes["x"])


class StochasticDepth(Function):
    """Drops whole samples of a branch at random while training, and makes up for it; does nothing afterwards."""

    kind = "stochastic_depth"
    family = "regularization"
    search = ("drop path", "droppath", "regularize", "residual", "skip", "overfitting", "vit", "convnext")
    not_arguments = ("p",)
    x = In("N ...", dtype="float", example="N C L", help="The branch that is dropped, before it is added.")
    y = Out("N ...")
    p = Float(0.1, min=0.0, below=1.0, help="The share of samples for which the branch is dropped.")

    def summary(self) -> str:
        return f"{self.p:g}"

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        x = inputs["x"]
        kept = f"{x}.new_ones({x}.shape[0], *[1] * ({x}.dim() - 1))"
        return f"{x} * F.dropout({kept}, {literal(self.p)}, self.training)"


class GridSample(Function):
    """Reads a picture at the places that a grid of coordinates points to: turned, bent or enlarged."""

    kind = "grid_sample"
    title = "Sample at grid"
    target = "torch.nn.functional.grid_sample"
    family = "reshaping"
    search = ("warp", "spatial transformer", "flow", "rotate", "crop", "bilinear", "deform", "resample")
    required = ("align_corners",)
    positions = ("x", "grid")
    x = In("N C ...", dtype="float", example="N C H W")
    grid = In("N ...", dtype="float", example="N H W 2", help="Where to read, each from -1 to 1: across, then down.")
    y = Out("N C ...")
    mode = Choice("bilinear", ("bilinear", "nearest", "bicubic"), help="How the pixels around a place are blended.")
    padding_mode = Choice("zeros", ("zeros", "border", "reflection"), help="What lies outside the picture.")
    align_corners = Bool(False, help="Whether -1 and 1 are the middles of the outer pixels, not their edges.")

    def is_torchs_own(self, name: str) -> bool:
        return name != "align_corners" and super().is_torchs_own(name)


class AffineGrid(Function):
    """The coordinates at which to read a picture that is moved, turned or enlarged."""

    kind = "affine_grid"
    title = "Affine grid"
    target = "torch.nn.functional.affine_grid"
    family = "reshaping"
    search = ("warp", "spatial transformer", "rotate", "scale", "translate", "coordinates")
    not_arguments = ("align_corners",)
    theta = In("N ...", dtype="float", example="N 2 3", help="N×2×3: how the coordinates are moved and turned.")
    other = In("N C ...", example="N C H W", help="The picture; its size is taken.")
    y = Out("N ...")
    align_corners = Bool(False, help="Whether -1 and 1 are the middles of the outer pixels, not their edges.")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        corners = literal(self.align_corners)
        return f"F.affine_grid({inputs['theta']}, {inputs['other']}.shape, align_corners={corners})"


LAYERS = (
    *(Noise, UniformNoise, NoiseLike, UniformNoiseLike, Bernoulli, Reparametrize, GumbelSoftmax),
    *(StochasticDepth, GridSample, AffineGrid),
)
