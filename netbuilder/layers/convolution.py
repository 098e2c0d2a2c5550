"""Convolutions: the same small filters, slid over a sequence, a picture or a volume."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from netbuilder.fields import Bool, Choice, Int, Ints
from netbuilder.layers.layer import In, Inferred, Layer, Out, Shape, by, literal
from netbuilder.layers.weighted import Reparametrized

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
GROUPS = "Channels are split into this many separate convolutions."
BIAS = "Adds a learned number to each channel."
MODE = "What the padding is filled with."
CHANNELS = "Filters, and so channels out."


class Conv(Reparametrized):
    """Slides learned filters."""

    family = "convolution"
    required = ("out_channels", "kernel_size")

    def summary(self) -> str:
        return f"{self.settings['out_channels']} · {sizes(self, 'kernel_size')}{_more(self)}"


class Conv1d(Conv):
    """Slides learned filters along a sequence."""

    kind = "conv1d"
    target = "torch.nn.Conv1d"
    search = ("convolution", "temporal", "signal", "filter", "sequence", "audio")
    x = In("N C L", dtype="float")
    y = Out("N C L")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help=CHANNELS)
    kernel_size = Int(3, min=1, help="How many steps one filter sees.")
    stride = Int(1, min=1, help="Steps from one place of the filter to the next.")
    padding = Ints(0, length=1, scalar=True, min=0, words=("same", "valid"), help="Zeros added at both ends.")
    dilation = Int(1, min=1, advanced=True, help="Distance between the steps one filter sees.")
    groups = Int(1, min=1, advanced=True, help=GROUPS)
    bias = Bool(True, help=BIAS)
    padding_mode = Choice("zeros", PADDING_MODES, advanced=True, help=MODE)


class Conv2d(Conv):
    """Slides learned filters over a picture."""

    kind = "conv2d"
    target = "torch.nn.Conv2d"
    search = ("convolution", "image", "filter", "depthwise", "cnn")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help=CHANNELS)
    kernel_size = Ints(3, length=2, scalar=True, min=1, help="Height and width one filter sees.")
    stride = Ints(1, length=2, scalar=True, min=1, help="Pixels from one place of the filter to the next.")
    padding = Ints(
        0,
        length=2,
        scalar=True,
        min=0,
        words=("same", "valid"),
        help='Zeros around the picture; "same" keeps its size.',
    )
    dilation = Ints(1, length=2, scalar=True, min=1, advanced=True, help="Distance between the pixels one filter sees.")
    groups = Int(1, min=1, advanced=True, help=GROUPS)
    bias = Bool(True, help=BIAS)
    padding_mode = Choice("zeros", PADDING_MODES, advanced=True, help=MODE)


class Conv3d(Conv):
    """Slides learned filters through a volume, or a film with time as its depth."""

    kind = "conv3d"
    target = "torch.nn.Conv3d"
    search = ("convolution", "volume", "video", "film", "medical", "voxel", "filter")
    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help=CHANNELS)
    kernel_size = Ints(3, length=3, scalar=True, min=1, help="Depth, height and width one filter sees.")
    stride = Ints(1, length=3, scalar=True, min=1, help="Voxels from one place of the filter to the next.")
    padding = Ints(
        0,
        length=3,
        scalar=True,
        min=0,
        words=("same", "valid"),
        help='Zeros around the volume; "same" keeps its size.',
    )
    dilation = Ints(1, length=3, scalar=True, min=1, advanced=True, help="Distance between the voxels one filter sees.")
    groups = Int(1, min=1, advanced=True, help=GROUPS)
    bias = Bool(True, help=BIAS)
    padding_mode = Choice("zeros", PADDING_MODES, advanced=True, help=MODE)


TRANSPOSED = ("deconvolution", "upsample", "upconv", "decoder", "transposed", "larger", "generator")
LARGER = "How many times larger the {} becomes."
CUT = "{} cut off on every side of the result."
ADDED = "{} added on one side of the result."
EXACT = "The size of the result, where several are possible; empty: by the settings."
LIKE = "A tensor whose size the result gets, where several are possible."


class Transposed(Conv):
    """Enlarges with learned filters."""

    search: ClassVar[tuple[str, ...]] = TRANSPOSED
    torch_defaults = {"stride": 1}
    not_arguments = (*Conv.not_arguments, "output_size")

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        return f"{module}({inputs['x']}{exact_size(self, inputs)})"

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        sides = range(len(self.inputs()[0].axes) - 2)
        added, stride, dilation = (
            _each(self.settings[name], sides) for name in ("output_padding", "stride", "dilation")
        )
        if any(added[side] >= max(stride[side], dilation[side]) for side in sides):
            return "output padding must be smaller than either stride or dilation"
        return ""


class ConvTranspose1d(Transposed):
    """Lengthens a sequence with learned filters: the reverse of a strided convolution."""

    kind = "conv_transpose1d"
    target = "torch.nn.ConvTranspose1d"
    search = (*TRANSPOSED, "sequence", "audio", "vocoder")
    x = In("N C L", dtype="float")
    like = In("N K P", optional=True, help=LIKE, example="N K 13")
    y = Out("N C L")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help=CHANNELS)
    kernel_size = Int(2, min=1, help="How many steps one filter writes.")
    stride = Int(2, min=1, help=LARGER.format("sequence"))
    padding = Int(0, min=0, help=CUT.format("Steps"))
    output_padding = Int(0, min=0, advanced=True, help=ADDED.format("Steps"))
    groups = Int(1, min=1, advanced=True, help=GROUPS)
    bias = Bool(True, help=BIAS)
    dilation = Int(1, min=1, advanced=True, help="Distance between the steps one filter writes.")
    output_size = Int(None, min=1, optional=True, none_means="by the settings", advanced=True, help=EXACT)


class ConvTranspose2d(Transposed):
    """Enlarges a picture with learned filters: the reverse of a strided convolution."""

    kind = "conv_transpose2d"
    target = "torch.nn.ConvTranspose2d"
    search = (*TRANSPOSED, "image")
    x = In("N C H W", dtype="float")
    like = In("N K P Q", optional=True, help=LIKE, example="N K 15 15")
    y = Out("N C H W")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help=CHANNELS)
    kernel_size = Ints(2, length=2, scalar=True, min=1, help="Height and width one filter writes.")
    stride = Ints(2, length=2, scalar=True, min=1, help=LARGER.format("picture"))
    padding = Ints(0, length=2, scalar=True, min=0, help=CUT.format("Pixels"))
    output_padding = Ints(0, length=2, scalar=True, min=0, advanced=True, help=ADDED.format("Pixels"))
    groups = Int(1, min=1, advanced=True, help=GROUPS)
    bias = Bool(True, help=BIAS)
    dilation = Ints(
        1, length=2, scalar=True, min=1, advanced=True, help="Distance between the pixels one filter writes."
    )
    output_size = Ints(
        None, length=2, scalar=True, min=1, optional=True, none_means="by the settings", advanced=True, help=EXACT
    )


class ConvTranspose3d(Transposed):
    """Enlarges a volume with learned filters: the reverse of a strided convolution."""

    kind = "conv_transpose3d"
    target = "torch.nn.ConvTranspose3d"
    search = (*TRANSPOSED, "volume", "video", "voxel")
    x = In("N C D H W", dtype="float")
    like = In("N K O P Q", optional=True, help=LIKE, example="N K 11 15 15")
    y = Out("N C D H W")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help=CHANNELS)
    kernel_size = Ints(2, length=3, scalar=True, min=1, help="Depth, height and width one filter writes.")
    stride = Ints(2, length=3, scalar=True, min=1, help=LARGER.format("volume"))
    padding = Ints(0, length=3, scalar=True, min=0, help=CUT.format("Voxels"))
    output_padding = Ints(0, length=3, scalar=True, min=0, advanced=True, help=ADDED.format("Voxels"))
    groups = Int(1, min=1, advanced=True, help=GROUPS)
    bias = Bool(True, help=BIAS)
    dilation = Ints(
        1, length=3, scalar=True, min=1, advanced=True, help="Distance between the voxels one filter writes."
    )
    output_size = Ints(
        None, length=3, scalar=True, min=1, optional=True, none_means="by the settings", advanced=True, help=EXACT
    )


def exact_size(layer: Layer, inputs: Mapping[str, str]) -> str:
    """The argument that says how large the result is to be, if a tensor like it or a setting says it."""
    if "like" in inputs:
        return f", output_size={inputs['like']}.shape[2:]"
    size = layer.settings["output_size"]
    if size is None:
        return ""
    whole = size if isinstance(size, tuple) else (size,) * (len(layer.inputs()[0].axes) - 2)
    return f", output_size={literal(whole)}"


def sizes(layer: Layer, setting: str) -> str:
    """A setting as people say it for as many dimensions as the layer works on: 3, 3×3 or 3×3×3."""
    value, spatial = layer.settings[setting], len(layer.inputs()[0].axes) - 2
    return by(value) if isinstance(value, tuple) else "×".join([str(value)] * spatial)


def _each(value: Any, sides: range) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else tuple(value for _ in sides)


def _more(layer: Layer) -> str:
    settings = layer.settings
    stride, padding = settings["stride"], settings["padding"]
    said = []
    if any(size != 1 for size in (stride if isinstance(stride, tuple) else (stride,))):
        said.append(f"stride {by(stride) if isinstance(stride, tuple) else stride}")
    if padding != "valid" and any(size != 0 for size in (padding if isinstance(padding, tuple) else (padding,))):
        said.append(f"pad {by(padding) if isinstance(padding, tuple) else padding}")
    return "".join(f" · {word}" for word in said)


LAYERS = (Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)
