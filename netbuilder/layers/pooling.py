"""Pooling: neighbouring values are summed up in one, so that sequences, pictures and volumes get smaller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Int, Ints, Number
from netbuilder.layers.layer import In, Layer, Out, by

SEARCH: tuple[str, ...] = ("pool", "downsample", "smaller", "reduce", "subsample")
CEIL = "Also keeps a last window that is only partly filled."
STRIDE = "from one window to the next; empty: no overlap."
PADS = "Counts the padding as values when averaging."
DIVISOR = "What the sum of a window is divided by; empty: its size."
WINDOW = "as the window"
WHERE = "Gives, as a second output, where each value was found: what a MaxUnpool needs."
NORM = "1 adds the values of a window up, 2 takes the root of their squares, larger ones come close to the largest."
INDICES = Out(name="indices", dtype="int", help="Where in the input each value was found.")


class Pool1d(Layer):
    """A window that slides along a sequence."""

    family = "pooling"
    required: ClassVar[tuple[str, ...]] = ("kernel_size",)
    x = In("N C L", dtype="float")
    y = Out("N C L")
    kernel_size = Int(2, min=1, help="Steps in one window.")
    stride = Int(None, min=1, optional=True, none_means=WINDOW, help=f"Steps {STRIDE}")

    def summary(self) -> str:
        return window(self)


class Pool2d(Layer):
    """A window that slides over a picture."""

    family = "pooling"
    required: ClassVar[tuple[str, ...]] = ("kernel_size",)
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    kernel_size = Ints(2, length=2, scalar=True, min=1, help="Height and width of one window.")
    stride = Ints(None, length=2, scalar=True, min=1, optional=True, none_means=WINDOW, help=f"Pixels {STRIDE}")

    def summary(self) -> str:
        return window(self)


class Pool3d(Layer):
    """A window that slides through a volume."""

    family = "pooling"
    required: ClassVar[tuple[str, ...]] = ("kernel_size",)
    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")
    kernel_size = Ints(2, length=3, scalar=True, min=1, help="Depth, height and width of one window.")
    stride = Ints(None, length=3, scalar=True, min=1, optional=True, none_means=WINDOW, help=f"Voxels {STRIDE}")

    def summary(self) -> str:
        return window(self)


class Locating(Layer):
    """A pooling that keeps the largest values and can tell where they were."""

    def outputs(self) -> tuple[Out, ...]:
        return (*self._outs, INDICES) if self.settings["return_indices"] else self._outs

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, str | None]) -> str:
        result = self.expression(module, inputs)
        if not self.settings["return_indices"]:
            return f"{outputs['y']} = {result}"
        return f"{outputs['y'] or '_'}, {outputs.get('indices') or '_'} = {result}"


class MaxPool1d(Locating, Pool1d):
    """Keeps the largest value of each window along a sequence."""

    kind = "max_pool1d"
    target = "torch.nn.MaxPool1d"
    search = (*SEARCH, "maximum", "sequence")
    padding = Int(0, min=0, help="Steps added at both ends; at most half the window.")
    dilation = Int(1, min=1, advanced=True, help="Distance between the steps of one window.")
    return_indices = Bool(False, advanced=True, help=WHERE)
    ceil_mode = Bool(False, advanced=True, help=CEIL)


class MaxPool2d(Locating, Pool2d):
    """Keeps the largest value of each window of a picture."""

    kind = "max_pool2d"
    target = "torch.nn.MaxPool2d"
    search = (*SEARCH, "maximum", "image")
    padding = Ints(0, length=2, scalar=True, min=0, help="Pixels added on every side; at most half the window.")
    dilation = Ints(1, length=2, scalar=True, min=1, advanced=True, help="Distance between the pixels of one window.")
    return_indices = Bool(False, advanced=True, help=WHERE)
    ceil_mode = Bool(False, advanced=True, help=CEIL)


class MaxPool3d(Locating, Pool3d):
    """Keeps the largest value of each window of a volume."""

    kind = "max_pool3d"
    target = "torch.nn.MaxPool3d"
    search = (*SEARCH, "maximum", "volume", "video")
    padding = Ints(0, length=3, scalar=True, min=0, help="Voxels added on every side; at most half the window.")
    dilation = Ints(1, length=3, scalar=True, min=1, advanced=True, help="Distance between the voxels of one window.")
    return_indices = Bool(False, advanced=True, help=WHERE)
    ceil_mode = Bool(False, advanced=True, help=CEIL)


class AvgPool1d(Pool1d):
    """Averages each window along a sequence."""

    kind = "avg_pool1d"
    target = "torch.nn.AvgPool1d"
    search = (*SEARCH, "mean", "average", "smooth", "sequence")
    padding = Int(0, min=0, help="Steps added at both ends; at most half the window.")
    ceil_mode = Bool(False, advanced=True, help=CEIL)
    count_include_pad = Bool(True, advanced=True, help=PADS)


class AvgPool2d(Pool2d):
    """Averages each window of a picture."""

    kind = "avg_pool2d"
    target = "torch.nn.AvgPool2d"
    search = (*SEARCH, "mean", "average", "smooth", "image")
    padding = Ints(0, length=2, scalar=True, min=0, help="Pixels added on every side; at most half the window.")
    ceil_mode = Bool(False, advanced=True, help=CEIL)
    count_include_pad = Bool(True, advanced=True, help=PADS)
    divisor_override = Int(None, min=1, optional=True, none_means="its size", advanced=True, help=DIVISOR)


class AvgPool3d(Pool3d):
    """Averages each window of a volume."""

    kind = "avg_pool3d"
    target = "torch.nn.AvgPool3d"
    search = (*SEARCH, "mean", "average", "smooth", "volume", "video")
    padding = Ints(0, length=3, scalar=True, min=0, help="Voxels added on every side; at most half the window.")
    ceil_mode = Bool(False, advanced=True, help=CEIL)
    count_include_pad = Bool(True, advanced=True, help=PADS)
    divisor_override = Int(None, min=1, optional=True, none_means="its size", advanced=True, help=DIVISOR)


LP = (*SEARCH, "norm", "power", "root", "sum")


class LPPool(Layer):
    """A pooling between an average and a maximum."""

    norm_type = Number(2, above=0.0, help=NORM)


class LPPool1d(Pool1d, LPPool):
    """Takes the norm of each window along a sequence: between an average and a maximum."""

    kind = "lp_pool1d"
    target = "torch.nn.LPPool1d"
    search = (*LP, "sequence")
    required = ("norm_type", "kernel_size")
    ceil_mode = Bool(False, advanced=True, help=CEIL)


class LPPool2d(Pool2d, LPPool):
    """Takes the norm of each window of a picture: between an average and a maximum."""

    kind = "lp_pool2d"
    target = "torch.nn.LPPool2d"
    search = (*LP, "image")
    required = ("norm_type", "kernel_size")
    ceil_mode = Bool(False, advanced=True, help=CEIL)


class LPPool3d(Pool3d, LPPool):
    """Takes the norm of each window of a volume: between an average and a maximum."""

    kind = "lp_pool3d"
    target = "torch.nn.LPPool3d"
    search = (*LP, "volume", "video")
    required = ("norm_type", "kernel_size")
    ceil_mode = Bool(False, advanced=True, help=CEIL)


def window(layer: Layer) -> str:
    """A pooling's window, and its stride and padding where they are not the usual ones."""

    def said(value: Any) -> str:
        return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)

    size, stride, padding = (layer.settings.get(name) for name in ("kernel_size", "stride", "padding"))
    spatial = len(layer.inputs()[0].axes) - 2
    words = [by(size) if isinstance(size, tuple) else "×".join([str(size)] * spatial)]
    if stride not in (None, size):
        words.append(f"stride {said(stride)}")
    if padding is not None and any(padding if isinstance(padding, tuple) else (padding,)):
        words.append(f"pad {said(padding)}")
    return " · ".join(words)


LAYERS = (
    *(MaxPool1d, MaxPool2d, MaxPool3d),
    *(AvgPool1d, AvgPool2d, AvgPool3d),
    *(LPPool1d, LPPool2d, LPPool3d),
)
