"""Convolutions: the same small filters, slid over a sequence or a picture."""

from __future__ import annotations

from netbuilder.fields import Bool, Choice, Int, Ints
from netbuilder.layers.layer import In, Inferred, Layer, Out, by

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class Conv1d(Layer):
    """Slides learned filters along a sequence."""

    kind = "conv1d"
    target = "torch.nn.Conv1d"
    family = "convolution"
    search = ("convolution", "temporal", "signal", "filter")
    required = ("out_channels", "kernel_size")
    x = In("N C L", dtype="float")
    y = Out("N C L")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help="Filters, and so channels out.")
    kernel_size = Int(3, min=1, help="How many steps one filter sees.")
    stride = Int(1, min=1, help="Steps from one place of the filter to the next.")
    padding = Ints(0, length=1, scalar=True, min=0, words=("same", "valid"), help="Zeros added at both ends.")
    dilation = Int(1, min=1, advanced=True, help="Distance between the steps one filter sees.")
    groups = Int(1, min=1, advanced=True, help="Channels are split into this many separate convolutions.")
    bias = Bool(True, help="Adds a learned number to each channel.")
    padding_mode = Choice("zeros", PADDING_MODES, advanced=True, help="What the padding is filled with.")

    def summary(self) -> str:
        return f"{self.out_channels} · {self.kernel_size}" + _more(self)


class Conv2d(Layer):
    """Slides learned filters over a picture."""

    kind = "conv2d"
    target = "torch.nn.Conv2d"
    family = "convolution"
    search = ("convolution", "image", "filter", "depthwise", "cnn")
    required = ("out_channels", "kernel_size")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help="Filters, and so channels out.")
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
    groups = Int(1, min=1, advanced=True, help="Channels are split into this many separate convolutions.")
    bias = Bool(True, help="Adds a learned number to each channel.")
    padding_mode = Choice("zeros", PADDING_MODES, advanced=True, help="What the padding is filled with.")

    def summary(self) -> str:
        return f"{self.out_channels} · {by(self.kernel_size)}" + _more(self)


class ConvTranspose2d(Layer):
    """Enlarges a picture with learned filters: the reverse of a strided convolution."""

    kind = "conv_transpose2d"
    target = "torch.nn.ConvTranspose2d"
    family = "convolution"
    search = ("deconvolution", "upsample", "upconv", "decoder", "transposed")
    required = ("out_channels", "kernel_size")
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    in_channels = Inferred("x", dim=1)
    out_channels = Int(32, min=1, help="Filters, and so channels out.")
    kernel_size = Ints(2, length=2, scalar=True, min=1, help="Height and width one filter writes.")
    stride = Ints(2, length=2, scalar=True, min=1, help="How many times larger the picture becomes.")
    padding = Ints(0, length=2, scalar=True, min=0, help="Pixels cut off on every side of the result.")
    output_padding = Ints(
        0, length=2, scalar=True, min=0, advanced=True, help="Pixels added on one side of the result."
    )
    groups = Int(1, min=1, advanced=True, help="Channels are split into this many separate convolutions.")
    bias = Bool(True, help="Adds a learned number to each channel.")
    dilation = Ints(
        1, length=2, scalar=True, min=1, advanced=True, help="Distance between the pixels one filter writes."
    )
    torch_defaults = {"stride": 1}

    def summary(self) -> str:
        return f"{self.out_channels} · {by(self.kernel_size)}" + _more(self)


def _more(layer: Layer) -> str:
    settings = layer.settings
    said = []
    if settings["stride"] not in (1, (1, 1)):
        said.append(f"stride {settings['stride'] if isinstance(settings['stride'], int) else by(settings['stride'])}")
    if settings["padding"] not in (0, (0, 0), "valid"):
        padding = settings["padding"]
        said.append(f"pad {by(padding) if isinstance(padding, tuple) else padding}")
    return "".join(f" · {word}" for word in said)


LAYERS = (Conv1d, Conv2d, ConvTranspose2d)
