"""Normalizations: values are brought to mean 0 and spread 1, over the batch or within a sample."""

from __future__ import annotations

from typing import Any

from netbuilder.fields import Bool, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out, Shape

SEARCH = ("normalize", "norm", "standardize", "stabilize")
EPS = "A small number that keeps the division from failing."
AFFINE = "Learns a scale and a shift for each channel."
MOMENTUM = "How fast the running averages follow; empty: the plain average of all batches."
RUNNING = "Keeps running averages for use after training."


class BatchNorm(Layer):
    """Normalizes over the batch."""

    family = "normalization"
    num_features = Inferred("x", dim=1)
    eps = Float(1e-5, above=0.0, advanced=True, help=EPS)
    momentum = Float(0.1, min=0.0, max=1.0, optional=True, none_means="plain average", advanced=True, help=MOMENTUM)
    affine = Bool(True, help=AFFINE)
    track_running_stats = Bool(True, advanced=True, help=RUNNING)


class BatchNorm1d(BatchNorm):
    """Normalizes each feature or channel over the batch."""

    kind = "batch_norm1d"
    target = "torch.nn.BatchNorm1d"
    search = (*SEARCH, "batchnorm", "bn")
    x = In("N C ...", dtype="float")
    y = Out("N C ...")


class BatchNorm2d(BatchNorm):
    """Normalizes each channel of a picture over the batch."""

    kind = "batch_norm2d"
    target = "torch.nn.BatchNorm2d"
    search = (*SEARCH, "batchnorm", "bn", "image")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")


def _last(layer: Any, shape: Shape) -> int | Shape:
    count = layer.settings["dims"]
    if count >= len(shape):
        raise IndexError("the batch itself can't be normalized over")
    return shape[-1] if count == 1 else shape[-count:]


class LastDims(Layer):
    """Normalizes within each sample, over its last dimensions."""

    family = "normalization"
    not_arguments = ("dims",)
    x = In("N ... F", dtype="float")
    y = Out("N ... F")
    normalized_shape = Inferred("x", of=_last)
    dims = Int(1, min=1, max=8, help="How many of the last dimensions are normalized together.")

    def summary(self) -> str:
        return "" if self.dims == 1 else f"last {self.dims} dims"


class LayerNorm(LastDims):
    """Normalizes within each sample, over its last dimensions."""

    kind = "layer_norm"
    target = "torch.nn.LayerNorm"
    search = (*SEARCH, "layernorm", "transformer")
    eps = Float(1e-5, above=0.0, advanced=True, help=EPS)
    elementwise_affine = Bool(True, help="Learns a scale and a shift for each normalized number.")
    bias = Bool(True, advanced=True, help="Learns the shift as well as the scale.")


class RMSNorm(LastDims):
    """Divides each sample by the root of its mean square, over its last dimensions: a LayerNorm without the mean."""

    kind = "rms_norm"
    target = "torch.nn.RMSNorm"
    search = (*SEARCH, "root mean square", "transformer", "llama")
    eps = Float(None, above=0.0, optional=True, none_means="the smallest there is", advanced=True, help=EPS)
    elementwise_affine = Bool(True, help="Learns a scale for each normalized number.")


class GroupNorm(Layer):
    """Normalizes within each sample, over groups of channels: for batches too small for BatchNorm."""

    kind = "group_norm"
    target = "torch.nn.GroupNorm"
    family = "normalization"
    search = (*SEARCH, "groupnorm", "small batch")
    required = ("num_groups",)
    x = In("N C ...", dtype="float")
    y = Out("N C ...")
    num_groups = Int(8, min=1, help="Channels are split into this many groups; it must divide their number.")
    num_channels = Inferred("x", dim=1)
    eps = Float(1e-5, above=0.0, advanced=True, help=EPS)
    affine = Bool(True, help=AFFINE)

    def summary(self) -> str:
        return f"{self.num_groups} groups"


class InstanceNorm2d(Layer):
    """Normalizes each channel of each picture on its own: takes contrast and style away."""

    kind = "instance_norm2d"
    target = "torch.nn.InstanceNorm2d"
    family = "normalization"
    search = (*SEARCH, "style", "contrast", "image")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    num_features = Inferred("x", dim=1)
    eps = Float(1e-5, above=0.0, advanced=True, help=EPS)
    momentum = Float(0.1, min=0.0, max=1.0, advanced=True, help="How fast the running averages follow.")
    affine = Bool(False, help=AFFINE)
    track_running_stats = Bool(False, advanced=True, help=RUNNING)


LAYERS = (BatchNorm1d, BatchNorm2d, LayerNorm, RMSNorm, GroupNorm, InstanceNorm2d)
