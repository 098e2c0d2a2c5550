"""Normalizations: values are brought to mean 0 and spread 1, over the batch or within a sample."""

from __future__ import annotations

from typing import Any, ClassVar

from netbuilder.fields import Bool, Float, Int
from netbuilder.layers.layer import In, Inferred, Layer, Out, Shape

SEARCH: tuple[str, ...] = ("normalize", "norm", "standardize", "stabilize")
EPS = "A small number that keeps the division from failing."
AFFINE = "Learns a scale and a shift for each channel."
SHIFT = "Learns the shift as well as the scale."
MOMENTUM = "How fast the running averages follow; empty: the plain average of all batches."
RUNNING = "Keeps running averages for use after training."
BATCH = (*SEARCH, "batchnorm", "bn")
INSTANCE = (*SEARCH, "style", "contrast")


class BatchNorm(Layer):
    """Normalizes over the batch."""

    family = "normalization"
    num_features = Inferred("x", dim=1)
    eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    momentum = Float(0.1, min=0.0, max=1.0, optional=True, none_means="plain average", advanced=True, help=MOMENTUM)
    affine = Bool(True, help=AFFINE)
    track_running_stats = Bool(True, advanced=True, help=RUNNING)
    bias = Bool(True, advanced=True, help=SHIFT)


class BatchNorm1d(BatchNorm):
    """Normalizes each feature or channel over the batch."""

    kind = "batch_norm1d"
    target = "torch.nn.BatchNorm1d"
    search = BATCH
    x = In("N C ...", dtype="float")
    y = Out("N C ...")


class BatchNorm2d(BatchNorm):
    """Normalizes each channel of a picture over the batch."""

    kind = "batch_norm2d"
    target = "torch.nn.BatchNorm2d"
    search = (*BATCH, "image")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")


class BatchNorm3d(BatchNorm):
    """Normalizes each channel of a volume over the batch."""

    kind = "batch_norm3d"
    target = "torch.nn.BatchNorm3d"
    search = (*BATCH, "volume", "video")
    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")


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
    eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    elementwise_affine = Bool(True, help="Learns a scale and a shift for each normalized number.")
    bias = Bool(True, advanced=True, help=SHIFT)


class RMSNorm(LastDims):
    """Divides each sample by the root of its mean square, over its last dimensions: a LayerNorm without the mean."""

    kind = "rms_norm"
    target = "torch.nn.RMSNorm"
    search = (*SEARCH, "root mean square", "transformer", "llama")
    eps = Float(None, min=0.0, optional=True, none_means="the smallest there is", advanced=True, help=EPS)
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
    eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    affine = Bool(True, help=AFFINE)
    bias = Bool(True, advanced=True, help=SHIFT)

    def summary(self) -> str:
        return f"{self.num_groups} groups"


class InstanceNorm(Layer):
    """Normalizes each channel of each sample on its own."""

    family = "normalization"
    num_features = Inferred("x", dim=1)
    eps = Float(1e-5, min=0.0, advanced=True, help=EPS)
    momentum = Float(
        0.1,
        min=0.0,
        max=1.0,
        optional=True,
        none_means="not at all",
        advanced=True,
        help="How fast the running averages follow.",
    )
    affine = Bool(False, help=AFFINE)
    track_running_stats = Bool(False, advanced=True, help=RUNNING)
    bias = Bool(True, advanced=True, help=SHIFT)


class InstanceNorm1d(InstanceNorm):
    """Normalizes each channel of each sequence on its own: takes its loudness away."""

    kind = "instance_norm1d"
    target = "torch.nn.InstanceNorm1d"
    search = (*INSTANCE, "sequence", "audio")
    x = In("N C L", dtype="float")
    y = Out("N C L")


class InstanceNorm2d(InstanceNorm):
    """Normalizes each channel of each picture on its own: takes contrast and style away."""

    kind = "instance_norm2d"
    target = "torch.nn.InstanceNorm2d"
    search = (*INSTANCE, "image")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")


class InstanceNorm3d(InstanceNorm):
    """Normalizes each channel of each volume on its own: takes contrast away."""

    kind = "instance_norm3d"
    target = "torch.nn.InstanceNorm3d"
    search = (*INSTANCE, "volume", "medical", "video")
    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")


class Neighbours(Layer):
    """Divides each value by what its neighbouring channels hold at the same place."""

    family = "normalization"
    search: ClassVar[tuple[str, ...]] = (*SEARCH, "lrn", "alexnet", "neighbours", "channel", "contrast")
    required = ("size",)
    size = Int(5, min=1, help="How many neighbouring channels are looked at.")
    alpha = Float(1e-4, advanced=True, help="How much the neighbours count.")
    beta = Float(0.75, advanced=True, help="The power of what is divided by.")
    k = Float(1.0, advanced=True, help="What is added to what the neighbours hold.")

    def summary(self) -> str:
        return f"{self.size} channels"


class LocalResponseNorm(Neighbours):
    """Divides each value by what its neighbouring channels hold: loud places mute those beside them."""

    kind = "local_response_norm"
    target = "torch.nn.LocalResponseNorm"
    x = In("N C ...", dtype="float", example="N C H W")
    y = Out("N C ...")


class CrossMapLRN2d(Neighbours):
    """A LocalResponseNorm for pictures, as old networks have it."""

    kind = "cross_map_lrn2d"
    target = "torch.nn.CrossMapLRN2d"
    x = In("N C H W", dtype="float")
    y = Out("N C H W")


LAYERS = (
    *(BatchNorm1d, BatchNorm2d, BatchNorm3d, LayerNorm, RMSNorm, GroupNorm),
    *(InstanceNorm1d, InstanceNorm2d, InstanceNorm3d, LocalResponseNorm, CrossMapLRN2d),
)
