"""Pictures in another size or order: enlarged, cut into patches, shuffled. None of these learns anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Choice, Floats, Int, Ints
from netbuilder.layers.layer import In, Layer, Out, Shape, by, literal

LARGER = ("resize", "enlarge", "upsample", "larger", "decoder", "scale")


class Resizing(Layer):
    """Enlarges by a factor or to a size."""

    family = "vision"

    def overlooked(self, shapes: Mapping[str, Shape]) -> str:
        size, factor = self.settings["size"], self.settings["scale_factor"]
        sides = shapes["x"][2:]
        factors = factor if isinstance(factor, tuple) else (factor,) * len(sides)
        if size is None and any(int(side * times) < 1 for side, times in zip(sides, factors, strict=False)):
            return "Input and output sizes should be greater than 0"
        return ""

    def summary(self) -> str:
        size, factor = self.settings["size"], self.settings["scale_factor"]
        many = isinstance(factor, tuple)
        said = f"×{', '.join(f'{one:g}' for one in factor) if many else f'{factor:g}'}"
        return said if size is None else f"to {literal(size).strip('()')}"

    def arguments(self, known: Mapping[str, Any]) -> list[str]:
        written = super().arguments(known)
        if self.settings["size"] is not None:  # PyTorch takes one of the two
            written = [argument for argument in written if not argument.startswith("scale_factor=")]
        return written


class Upsample(Resizing):
    """Enlarges a picture, a sequence or a volume by repeating or blending its values."""

    kind = "upsample"
    target = "torch.nn.Upsample"
    search = (*LARGER, "interpolate")
    torch_defaults = {"scale_factor": None}
    x = In("N C ...", dtype="float", example="N C H W")
    y = Out("N C ...")
    size = Ints(
        None,
        most=3,
        scalar=True,
        min=1,
        optional=True,
        none_means="by the factor",
        advanced=True,
        help="Height and width of the result, in place of a factor.",
    )
    scale_factor = Floats(2.0, most=3, scalar=True, above=0.0, max=1024.0, help="How many times larger it becomes.")
    mode = Choice(
        "nearest",
        ("nearest", "linear", "bilinear", "bicubic", "trilinear", "nearest-exact"),
        help="nearest repeats values; linear is for sequences, bilinear for pictures, trilinear for volumes.",
    )
    align_corners = Bool(
        None,  # type: ignore[arg-type]
        optional=True,
        none_means="torch's own",
        advanced=True,
        help="Whether the outermost values stand exactly at the corners; not for nearest.",
    )
    recompute_scale_factor = Bool(
        None,  # type: ignore[arg-type]
        optional=True,
        none_means="torch's own",
        advanced=True,
        help="Takes the factor from the rounded size of the result.",
    )

    def summary(self) -> str:
        said = super().summary()
        return said if self.mode == "nearest" else f"{said} · {self.mode}"[:28]


class UpsamplingNearest2d(Resizing):
    """Enlarges a picture by repeating its pixels."""

    kind = "upsampling_nearest2d"
    target = "torch.nn.UpsamplingNearest2d"
    search = (*LARGER, "repeat", "image")
    torch_defaults = {"scale_factor": None}
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    size = Ints(
        None,
        length=2,
        scalar=True,
        min=1,
        optional=True,
        none_means="by the factor",
        advanced=True,
        help="Height and width of the result, in place of a factor.",
    )
    scale_factor = Floats(2.0, length=2, scalar=True, above=0.0, max=1024.0, help="How many times larger it becomes.")


class UpsamplingBilinear2d(Resizing):
    """Enlarges a picture by blending its pixels, with the outermost ones exactly at the corners."""

    kind = "upsampling_bilinear2d"
    target = "torch.nn.UpsamplingBilinear2d"
    search = (*LARGER, "interpolate", "blend", "image")
    torch_defaults = {"scale_factor": None}
    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    size = Ints(
        None,
        length=2,
        scalar=True,
        min=1,
        optional=True,
        none_means="by the factor",
        advanced=True,
        help="Height and width of the result, in place of a factor.",
    )
    scale_factor = Floats(2.0, length=2, scalar=True, above=0.0, max=1024.0, help="How many times larger it becomes.")


class PixelShuffle(Layer):
    """Makes a larger picture with fewer channels: the channels become neighbouring pixels."""

    kind = "pixel_shuffle"
    target = "torch.nn.PixelShuffle"
    family = "vision"
    search = (*LARGER, "super-resolution", "sub-pixel", "depth to space", "image")
    required = ("upscale_factor",)
    x = In("N C H W")
    y = Out("N C H W")
    upscale_factor = Int(2, min=1, help="How many times larger; its square must divide the number of channels.")

    def summary(self) -> str:
        return f"×{self.upscale_factor}"


class PixelUnshuffle(Layer):
    """Makes a smaller picture with more channels: neighbouring pixels become channels."""

    kind = "pixel_unshuffle"
    target = "torch.nn.PixelUnshuffle"
    family = "vision"
    search = ("downsample", "smaller", "space to depth", "sub-pixel", "image", "patches")
    required = ("downscale_factor",)
    x = In("N C H W", example="N C 6 6")
    y = Out("N C H W")
    downscale_factor = Int(2, min=1, help="How many times smaller; it must divide height and width.")

    def summary(self) -> str:
        return f"÷{self.downscale_factor}"


class ChannelShuffle(Layer):
    """Deals the channels of each group out over all groups, so that grouped convolutions exchange what they found."""

    kind = "channel_shuffle"
    target = "torch.nn.ChannelShuffle"
    family = "vision"
    search = ("shufflenet", "groups", "mix", "channel", "mobile", "permute")
    required = ("groups",)
    x = In("N C ...", example="N C H W")
    y = Out("N C ...")
    groups = Int(2, min=1, help="How many groups; it must divide the number of channels.")

    def summary(self) -> str:
        return f"{self.groups} groups"


PATCHES = ("patch", "window", "im2col", "sliding", "vit", "tiles")


class Unfold(Layer):
    """Cuts a picture into patches, each laid out as one step of a sequence of features."""

    kind = "unfold"
    target = "torch.nn.Unfold"
    family = "vision"
    search = (*PATCHES, "cut", "extract")
    required = ("kernel_size",)
    torch_defaults = {"stride": 1}
    x = In("N C H W", dtype="float")
    y = Out("N F L", help="The numbers of a patch in F, the patches in L.")
    kernel_size = Ints(2, length=2, scalar=True, min=1, help="Height and width of a patch.")
    dilation = Ints(1, length=2, scalar=True, min=1, advanced=True, help="Distance between the pixels of a patch.")
    padding = Ints(0, length=2, scalar=True, min=0, advanced=True, help="Zeros added on every side before.")
    stride = Ints(2, length=2, scalar=True, min=1, help="Pixels from one patch to the next.")

    def summary(self) -> str:
        return by(self.kernel_size)


class Fold(Layer):
    """Puts patches together to a picture; where they overlap they are added. The reverse of Unfold."""

    kind = "fold"
    target = "torch.nn.Fold"
    family = "vision"
    search = (*PATCHES, "col2im", "assemble", "join", "overlap")
    required = ("output_size", "kernel_size")
    torch_defaults = {"stride": 1}
    x = In("N F L", dtype="float", help="The numbers of a patch in F, the patches in L.", example="N 8 16")
    y = Out("N C H W")
    output_size = Ints(8, length=2, scalar=True, min=1, help="Height and width of the picture.")
    kernel_size = Ints(2, length=2, scalar=True, min=1, help="Height and width of a patch.")
    dilation = Ints(1, length=2, scalar=True, min=1, advanced=True, help="Distance between the pixels of a patch.")
    padding = Ints(0, length=2, scalar=True, min=0, advanced=True, help="Zeros cut off on every side of the result.")
    stride = Ints(2, length=2, scalar=True, min=1, help="Pixels from one patch to the next.")

    def summary(self) -> str:
        return f"to {by(self.output_size)}"


LAYERS = (
    *(Upsample, UpsamplingNearest2d, UpsamplingBilinear2d),
    *(PixelShuffle, PixelUnshuffle, ChannelShuffle, Unfold, Fold),
)
