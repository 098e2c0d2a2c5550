"""Pooling: neighbouring values are summed up in one, so that sequences and pictures get smaller."""

from __future__ import annotations

from typing import Any

from netbuilder.fields import Bool, Int, Ints
from netbuilder.layers.layer import In, Layer, Out, by

SEARCH = ("pool", "downsample", "smaller", "reduce", "subsample")
CEIL = "Also keeps a last window that is only partly filled."
STRIDE = "from one window to the next; empty: no overlap."
PADS = "Counts the padding as values when averaging."


class Pool1d(Layer):
    """A window that slides along a sequence."""

    family = "pooling"
    required = ("kernel_size",)
    x = In("N C L", dtype="float")
    y = Out("N C L")
    kernel_size = Int(2, min=1, help="Steps in one window.")
    stride = Int(None, min=1, optional=True, none_means="as the window", help=f"Steps {STRIDE}")
    padding = Int(0, min=0, help="Steps added at both ends; at most half the window.")

    def summary(self) -> str:
        return window(self)


class Pool2d(Layer):
    """A window that slides over a picture."""

    family = "pooling"
    required = ("kernel_size",)
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    kernel_size = Ints(2, length=2, scalar=True, min=1, help="Height and width of one window.")
    stride = Ints(
        None, length=2, scalar=True, min=1, optional=True, none_means="as the window", help=f"Pixels {STRIDE}"
    )
    padding = Ints(0, length=2, scalar=True, min=0, help="Pixels added on every side; at most half the window.")

    def summary(self) -> str:
        return window(self)


class MaxPool1d(Pool1d):
    """Keeps the largest value of each window along a sequence."""

    kind = "max_pool1d"
    target = "torch.nn.MaxPool1d"
    search = (*SEARCH, "maximum", "sequence")
    dilation = Int(1, min=1, advanced=True, help="Distance between the steps of one window.")
    ceil_mode = Bool(False, advanced=True, help=CEIL)


class MaxPool2d(Pool2d):
    """Keeps the largest value of each window of a picture."""

    kind = "max_pool2d"
    target = "torch.nn.MaxPool2d"
    search = (*SEARCH, "maximum", "image")
    dilation = Ints(1, length=2, scalar=True, min=1, advanced=True, help="Distance between the pixels of one window.")
    ceil_mode = Bool(False, advanced=True, help=CEIL)


class AvgPool1d(Pool1d):
    """Averages each window along a sequence."""

    kind = "avg_pool1d"
    target = "torch.nn.AvgPool1d"
    search = (*SEARCH, "mean", "average", "smooth", "sequence")
    ceil_mode = Bool(False, advanced=True, help=CEIL)
    count_include_pad = Bool(True, advanced=True, help=PADS)


class AvgPool2d(Pool2d):
    """Averages each window of a picture."""

    kind = "avg_pool2d"
    target = "torch.nn.AvgPool2d"
    search = (*SEARCH, "mean", "average", "smooth", "image")
    ceil_mode = Bool(False, advanced=True, help=CEIL)
    count_include_pad = Bool(True, advanced=True, help=PADS)


class AdaptiveAvgPool1d(Layer):
    """Averages a sequence of any length down to a given number of steps."""

    kind = "adaptive_avg_pool1d"
    target = "torch.nn.AdaptiveAvgPool1d"
    family = "pooling"
    search = (*SEARCH, "global", "mean", "average", "sequence")
    required = ("output_size",)
    x = In("N C L", dtype="float")
    y = Out("N C L")
    output_size = Int(1, min=1, help="Steps that are left; 1 averages the whole sequence.")

    def summary(self) -> str:
        return f"to {self.output_size}"


class AdaptiveAvgPool2d(Layer):
    """Averages a picture of any size down to a given size; 1 is global average pooling."""

    kind = "adaptive_avg_pool2d"
    target = "torch.nn.AdaptiveAvgPool2d"
    family = "pooling"
    search = (*SEARCH, "global", "mean", "average", "image", "gap")
    required = ("output_size",)
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    output_size = Ints(1, length=2, scalar=True, min=1, help="Height and width that are left; 1 averages each channel.")

    def summary(self) -> str:
        return f"to {by(self.output_size)}"


class AdaptiveMaxPool2d(Layer):
    """Keeps the largest values of a picture of any size, down to a given size."""

    kind = "adaptive_max_pool2d"
    target = "torch.nn.AdaptiveMaxPool2d"
    family = "pooling"
    search = (*SEARCH, "global", "maximum", "image")
    required = ("output_size",)
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    output_size = Ints(1, length=2, scalar=True, min=1, help="Height and width that are left.")

    def summary(self) -> str:
        return f"to {by(self.output_size)}"


def window(layer: Layer) -> str:
    """A pooling's window, and its stride and padding where they are not the usual ones."""

    def said(value: Any) -> str:
        return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)

    size, stride, padding = (layer.settings[name] for name in ("kernel_size", "stride", "padding"))
    flat = layer.target.endswith("2d")
    words = [by(size) if flat else str(size)]
    if stride not in (None, size):
        words.append(f"stride {said(stride)}")
    if padding not in (0, (0, 0)):
        words.append(f"pad {said(padding)}")
    return " · ".join(words)


LAYERS = (MaxPool1d, MaxPool2d, AvgPool1d, AvgPool2d, AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool2d)
