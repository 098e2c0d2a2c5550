"""Poolings whose result has a given size, whatever comes in: adaptive and fractional ones, and the reverse of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Floats, Int, Ints
from netbuilder.layers.convolution import EXACT, LIKE, exact_size
from netbuilder.layers.layer import In, Layer, Out
from netbuilder.layers.pooling import SEARCH, WHERE, Locating, Pool1d, Pool2d, Pool3d, window

KEPT = "None"  # among the sizes of a result: as it comes in
AVERAGED = (*SEARCH, "global", "mean", "average", "gap")
LARGEST = (*SEARCH, "global", "maximum")


class ToSize(Layer):
    """Makes its windows as large as they have to be for the result to have a given size."""

    family = "pooling"
    required = ("output_size",)

    def summary(self) -> str:
        size = self.settings["output_size"]
        spatial = len(self.inputs()[0].axes) - 2
        return f"to {'×'.join(map(str, size)) if isinstance(size, tuple) else '×'.join([str(size)] * spatial)}"

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        first, *more = super().arguments(known)
        return [first.replace(f'"{KEPT}"', "None"), *more]


class ToSize1d(ToSize):
    """Along a sequence."""

    x = In("N C L", dtype="float")
    y = Out("N C L")
    output_size = Int(1, min=1, help="Steps that are left; 1 sums up the whole sequence.")


class ToSize2d(ToSize):
    """Over a picture."""

    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    output_size = Ints(
        1,
        length=2,
        scalar=True,
        min=1,
        entries=KEPT,
        help="Height and width that are left; 1 sums up each channel, None in place of one keeps it.",
    )


class ToSize3d(ToSize):
    """Through a volume."""

    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")
    output_size = Ints(
        1,
        length=3,
        scalar=True,
        min=1,
        entries=KEPT,
        help="Depth, height and width that are left; 1 sums up each channel, None in place of one keeps it.",
    )


class AdaptiveAvgPool1d(ToSize1d):
    """Averages a sequence of any length down to a given number of steps."""

    kind = "adaptive_avg_pool1d"
    target = "torch.nn.AdaptiveAvgPool1d"
    search = (*AVERAGED, "sequence")


class AdaptiveAvgPool2d(ToSize2d):
    """Averages a picture of any size down to a given size; 1 is global average pooling."""

    kind = "adaptive_avg_pool2d"
    target = "torch.nn.AdaptiveAvgPool2d"
    search = (*AVERAGED, "image")


class AdaptiveAvgPool3d(ToSize3d):
    """Averages a volume of any size down to a given size; 1 is global average pooling."""

    kind = "adaptive_avg_pool3d"
    target = "torch.nn.AdaptiveAvgPool3d"
    search = (*AVERAGED, "volume", "video")


class AdaptiveMaxPool1d(Locating, ToSize1d):
    """Keeps the largest values of a sequence of any length, down to a given number of steps."""

    kind = "adaptive_max_pool1d"
    target = "torch.nn.AdaptiveMaxPool1d"
    search = (*LARGEST, "sequence")
    return_indices = Bool(False, advanced=True, help=WHERE)


class AdaptiveMaxPool2d(Locating, ToSize2d):
    """Keeps the largest values of a picture of any size, down to a given size."""

    kind = "adaptive_max_pool2d"
    target = "torch.nn.AdaptiveMaxPool2d"
    search = (*LARGEST, "image")
    return_indices = Bool(False, advanced=True, help=WHERE)


class AdaptiveMaxPool3d(Locating, ToSize3d):
    """Keeps the largest values of a volume of any size, down to a given size."""

    kind = "adaptive_max_pool3d"
    target = "torch.nn.AdaptiveMaxPool3d"
    search = (*LARGEST, "volume", "video")
    return_indices = Bool(False, advanced=True, help=WHERE)


class Fractional(Locating):
    """Windows of random places, so that the result can be smaller by any factor."""

    family = "pooling"
    required: ClassVar[tuple[str, ...]] = ("kernel_size",)
    torch_defaults: ClassVar[Mapping[str, Any]] = {"output_ratio": None}

    def summary(self) -> str:
        size, ratio = self.settings["output_size"], self.settings["output_ratio"]
        if size is not None:
            return f"to {'×'.join(map(str, size)) if isinstance(size, tuple) else size}"
        return f"× {', '.join(f'{share:g}' for share in ratio) if isinstance(ratio, tuple) else f'{ratio:g}'}"

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        written = super().arguments(known)
        if self.settings["output_size"] is not None:  # PyTorch takes one of the two
            written = [argument for argument in written if not argument.startswith("output_ratio=")]
        return written


RATIO = "How large the result is against what comes in, in place of a size."
FRACTION = (*LARGEST, "random", "fraction", "ratio")


class FractionalMaxPool2d(Fractional):
    """Keeps the largest values of windows at random places, so that a picture shrinks by any factor."""

    kind = "fractional_max_pool2d"
    target = "torch.nn.FractionalMaxPool2d"
    search = (*FRACTION, "image")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    kernel_size = Ints(2, length=2, scalar=True, min=1, help="Height and width of one window.")
    output_size = Ints(
        None,
        length=2,
        scalar=True,
        min=1,
        optional=True,
        none_means="by the ratio",
        help="Height and width of the result.",
    )
    output_ratio = Floats(0.5, length=2, scalar=True, above=0.0, max=1.0, help=RATIO)
    return_indices = Bool(False, advanced=True, help=WHERE)


class FractionalMaxPool3d(Fractional):
    """Keeps the largest values of windows at random places, so that a volume shrinks by any factor."""

    kind = "fractional_max_pool3d"
    target = "torch.nn.FractionalMaxPool3d"
    search = (*FRACTION, "volume", "video")
    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")
    kernel_size = Ints(2, length=3, scalar=True, min=1, help="Depth, height and width of one window.")
    output_size = Ints(
        None,
        length=3,
        scalar=True,
        min=1,
        optional=True,
        none_means="by the ratio",
        help="Depth, height and width of the result.",
    )
    output_ratio = Floats(0.5, length=3, scalar=True, above=0.0, max=1.0, help=RATIO)
    return_indices = Bool(False, advanced=True, help=WHERE)


FOUND = "Where each value stood before: the indices of the MaxPool that this one reverses."
REVERSED = ("unpool", "upsample", "larger", "reverse", "decoder", "segmentation", "indices")


class Unpool(Layer):
    """Puts values back where a MaxPool found them."""

    not_arguments = ("output_size",)

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{module}({inputs['x']}, {inputs['indices']}{exact_size(self, inputs)})"

    def summary(self) -> str:
        return window(self)


class MaxUnpool1d(Unpool, Pool1d):
    """Puts the values of a sequence back where a MaxPool1d found them; all others are zero."""

    kind = "max_unpool1d"
    target = "torch.nn.MaxUnpool1d"
    search = (*REVERSED, "sequence")
    x = In("N C L", dtype="float")
    indices = In("N C L", dtype="int", help=FOUND)
    like = In("N K P", optional=True, help=LIKE, example="N K 13")
    padding = Int(0, min=0, help="What the MaxPool added at both ends.")
    output_size = Int(None, min=1, optional=True, none_means="by the settings", advanced=True, help=EXACT)


class MaxUnpool2d(Unpool, Pool2d):
    """Puts the values of a picture back where a MaxPool2d found them; all others are zero."""

    kind = "max_unpool2d"
    target = "torch.nn.MaxUnpool2d"
    search = (*REVERSED, "image")
    x = In("N C H W", dtype="float")
    indices = In("N C H W", dtype="int", help=FOUND)
    like = In("N K P Q", optional=True, help=LIKE, example="N K 15 15")
    padding = Ints(0, length=2, scalar=True, min=0, help="What the MaxPool added on every side.")
    output_size = Ints(
        None, length=2, scalar=True, min=1, optional=True, none_means="by the settings", advanced=True, help=EXACT
    )


class MaxUnpool3d(Unpool, Pool3d):
    """Puts the values of a volume back where a MaxPool3d found them; all others are zero."""

    kind = "max_unpool3d"
    target = "torch.nn.MaxUnpool3d"
    search = (*REVERSED, "volume", "video")
    x = In("N C D H W", dtype="float")
    indices = In("N C D H W", dtype="int", help=FOUND)
    like = In("N K O P Q", optional=True, help=LIKE, example="N K 11 15 15")
    padding = Ints(0, length=3, scalar=True, min=0, help="What the MaxPool added on every side.")
    output_size = Ints(
        None, length=3, scalar=True, min=1, optional=True, none_means="by the settings", advanced=True, help=EXACT
    )


LAYERS = (
    *(AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d),
    *(AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d),
    *(FractionalMaxPool2d, FractionalMaxPool3d),
    *(MaxUnpool1d, MaxUnpool2d, MaxUnpool3d),
)
