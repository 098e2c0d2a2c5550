"""Padding: more values at the edges of sequences, pictures and volumes. None of these learns anything."""

from __future__ import annotations

from typing import ClassVar

from netbuilder.fields import Ints, Number
from netbuilder.layers.layer import In, Layer, Out, literal

SEARCH: tuple[str, ...] = ("padding", "border", "margin", "edge", "frame", "larger")
VALUE = "What the new places hold."


class Padding(Layer):
    """Adds values at the edges."""

    family = "padding"
    required: ClassVar[tuple[str, ...]] = ("padding",)

    def summary(self) -> str:
        return literal(self.settings["padding"]).strip("()")


class Padding1d(Padding):
    """At the ends of a sequence."""

    x = In("N C L", dtype="float")
    y = Out("N C L")
    padding = Ints(1, length=2, scalar=True, help="Steps added at both ends, or at the start and at the end.")


class Padding2d(Padding):
    """Around a picture."""

    x = In("N C H W", dtype="float")
    y = Out("N C H W")
    padding = Ints(1, length=4, scalar=True, help="Pixels added on every side, or left, right, at the top and below.")


class Padding3d(Padding):
    """Around a volume."""

    x = In("N C D H W", dtype="float")
    y = Out("N C D H W")
    padding = Ints(
        1, length=6, scalar=True, help="Voxels added on every side, or left, right, top, bottom, front and back."
    )


class ZeroPad1d(Padding1d):
    """Adds zeros at the ends of a sequence. Negative numbers cut off."""

    kind = "zero_pad1d"
    target = "torch.nn.ZeroPad1d"
    search = (*SEARCH, "zeros", "crop", "cut", "sequence")


class ZeroPad2d(Padding2d):
    """Adds zeros around a picture. Negative numbers cut off."""

    kind = "zero_pad2d"
    target = "torch.nn.ZeroPad2d"
    search = (*SEARCH, "zeros", "crop", "cut", "image")


class ZeroPad3d(Padding3d):
    """Adds zeros around a volume. Negative numbers cut off."""

    kind = "zero_pad3d"
    target = "torch.nn.ZeroPad3d"
    search = (*SEARCH, "zeros", "crop", "cut", "volume", "video")


class ConstantPad1d(Padding1d):
    """Adds one and the same value at the ends of a sequence. Negative numbers cut off."""

    kind = "constant_pad1d"
    target = "torch.nn.ConstantPad1d"
    search = (*SEARCH, "value", "crop", "cut", "fill", "sequence")
    required = ("padding", "value")
    value = Number(0.0, help=VALUE)


class ConstantPad2d(Padding2d):
    """Adds one and the same value around a picture. Negative numbers cut off."""

    kind = "constant_pad2d"
    target = "torch.nn.ConstantPad2d"
    search = (*SEARCH, "value", "crop", "cut", "fill", "image")
    required = ("padding", "value")
    value = Number(0.0, help=VALUE)


class ConstantPad3d(Padding3d):
    """Adds one and the same value around a volume. Negative numbers cut off."""

    kind = "constant_pad3d"
    target = "torch.nn.ConstantPad3d"
    search = (*SEARCH, "value", "crop", "cut", "fill", "volume", "video")
    required = ("padding", "value")
    value = Number(0.0, help=VALUE)


class ReflectionPad1d(Padding1d):
    """Adds a mirror image of what is there at the ends of a sequence."""

    kind = "reflection_pad1d"
    target = "torch.nn.ReflectionPad1d"
    search = (*SEARCH, "mirror", "reflect", "sequence")


class ReflectionPad2d(Padding2d):
    """Adds a mirror image of what is there around a picture."""

    kind = "reflection_pad2d"
    target = "torch.nn.ReflectionPad2d"
    search = (*SEARCH, "mirror", "reflect", "image")


class ReflectionPad3d(Padding3d):
    """Adds a mirror image of what is there around a volume."""

    kind = "reflection_pad3d"
    target = "torch.nn.ReflectionPad3d"
    search = (*SEARCH, "mirror", "reflect", "volume", "video")


class ReplicationPad1d(Padding1d):
    """Repeats the outermost values at the ends of a sequence."""

    kind = "replication_pad1d"
    target = "torch.nn.ReplicationPad1d"
    search = (*SEARCH, "replicate", "repeat", "clamp", "sequence")


class ReplicationPad2d(Padding2d):
    """Repeats the outermost values around a picture."""

    kind = "replication_pad2d"
    target = "torch.nn.ReplicationPad2d"
    search = (*SEARCH, "replicate", "repeat", "clamp", "image")


class ReplicationPad3d(Padding3d):
    """Repeats the outermost values around a volume."""

    kind = "replication_pad3d"
    target = "torch.nn.ReplicationPad3d"
    search = (*SEARCH, "replicate", "repeat", "clamp", "volume", "video")


class CircularPad1d(Padding1d):
    """Goes on at both ends of a sequence with what stands at the other side, as if it were a ring."""

    kind = "circular_pad1d"
    target = "torch.nn.CircularPad1d"
    search = (*SEARCH, "wrap", "periodic", "ring", "panorama", "sequence")


class CircularPad2d(Padding2d):
    """Goes on around a picture with what stands at the other side, as if it were a ring."""

    kind = "circular_pad2d"
    target = "torch.nn.CircularPad2d"
    search = (*SEARCH, "wrap", "periodic", "ring", "panorama", "image")


class CircularPad3d(Padding3d):
    """Goes on around a volume with what stands at the other side, as if it were a ring."""

    kind = "circular_pad3d"
    target = "torch.nn.CircularPad3d"
    search = (*SEARCH, "wrap", "periodic", "ring", "panorama", "volume", "video")


LAYERS = (
    *(ZeroPad1d, ZeroPad2d, ZeroPad3d),
    *(ConstantPad1d, ConstantPad2d, ConstantPad3d),
    *(ReflectionPad1d, ReflectionPad2d, ReflectionPad3d),
    *(ReplicationPad1d, ReplicationPad2d, ReplicationPad3d),
    *(CircularPad1d, CircularPad2d, CircularPad3d),
)
