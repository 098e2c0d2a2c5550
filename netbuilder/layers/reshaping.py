"""Reshaping: the same numbers in another shape. None of these learns anything."""

from __future__ import annotations

from collections.abc import Mapping

from netbuilder.fields import Bool, Choice, Float, Int, Ints
from netbuilder.layers.function import Function, dimension, dimensions, like, row, sizes
from netbuilder.layers.layer import In, Layer, Out


class Flatten(Layer):
    """Lays all numbers of each sample in one row: what stands between pictures and a Linear."""

    kind = "flatten"
    target = "torch.nn.Flatten"
    family = "reshaping"
    search = ("reshape", "vector", "row", "view")
    x = In()
    y = Out()
    start_dim = Int(1, min=-8, max=8, help="The first dimension that is laid out; 1 is the first after the batch.")
    end_dim = Int(-1, min=-8, max=8, help="The last dimension that is laid out; -1 is the last.")

    def summary(self) -> str:
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"{self.start_dim} to {self.end_dim}"


class Unflatten(Layer):
    """Splits one dimension into several: a row of numbers back into a picture."""

    kind = "unflatten"
    target = "torch.nn.Unflatten"
    family = "reshaping"
    search = ("reshape", "split", "view", "decoder")
    required = ("dim", "unflattened_size")
    x = In()
    y = Out()
    dim = Int(1, min=-8, max=8, help="The dimension that is split; 1 is the first after the batch.")
    unflattened_size = Ints((1, -1), min=-1, most=8, help="What it is split into; one of them may be -1: what is left.")

    def summary(self) -> str:
        return " × ".join(map(str, self.unflattened_size))


class FlattenDims(Function):
    """Makes neighbouring dimensions into one: height and width into pixels. Flatten does it to whole samples."""

    kind = "flatten_dims"
    title = "Merge dimensions"
    target = "torch.flatten"
    reads = ("torch.flatten", "torch.ravel")
    family = "reshaping"
    search = ("reshape", "merge", "row", "view", "tokens", "patches")
    method = "flatten"
    positions = ("x", "start_dim", "end_dim")
    required = ("start_dim",)
    shown = ("start_dim",)
    x = In()
    y = Out()
    start_dim = dimension(2, help="The first dimension that is laid out; 0 is the batch.")
    end_dim = dimension(-1, help="The last dimension that is laid out; -1 is the last.")


class UnflattenDim(Function):
    """Splits one dimension into several: features into heads. As Unflatten, written as a call."""

    kind = "unflatten_dim"
    title = "Unflatten dimension"
    target = "torch.unflatten"
    family = "reshaping"
    search = ("unflatten", "reshape", "heads", "view", "groups")
    method = "unflatten"
    required = ("dim", "sizes")
    x = In()
    y = Out()
    dim = dimension(-1, help="The dimension that is split; -1 is the last.")
    sizes = Ints((2, -1), min=-1, most=8, help="What it is split into; one of them may be -1: what is left.")

    def summary(self) -> str:
        return f"dim {self.dim} · {' × '.join(map(str, self.sizes))}"[:28]


class Reshape(Function):
    """Puts the numbers of each sample into another shape; the batch stays as it is."""

    kind = "reshape"
    target = "torch.reshape"
    family = "reshaping"
    search = ("view", "shape", "resize")
    not_arguments = ("shape",)
    x = In()
    y = Out()
    shape = Ints(
        (-1,), min=-1, most=8, help="The new shape of a sample, without the batch; one may be -1: what is left."
    )

    def summary(self) -> str:
        return " × ".join(map(str, self.shape))[:28]

    def expression(self, module: str, inputs: Mapping[str, str]) -> str:
        x = inputs["x"]
        return f"{x}.reshape({x}.shape[0], {row(self.shape)})"


class View(Function):
    """Puts all numbers into another shape, the batch among them: windows or heads become samples."""

    kind = "view"
    title = "Reshape with batch"
    target = "torch.reshape"
    reads = ("torch.reshape", "torch.Tensor.view", "torch.Tensor.reshape_as", "torch.Tensor.view_as")
    family = "reshaping"
    search = ("view", "reshape", "batch", "windows", "heads", "fold")
    method = "reshape"
    required = ("shape",)
    spread = ("shape",)
    x = In()
    like = like()
    y = Out()
    shape = sizes((-1, 2), min=-1, help="The whole new shape; N is the size of the batch, one may be -1: what is left.")

    def summary(self) -> str:
        return " × ".join(map(str, self.shape))[:28]


class Squeeze(Function):
    """Removes a dimension of size 1."""

    kind = "squeeze"
    target = "torch.squeeze"
    family = "reshaping"
    search = ("remove", "dimension", "one", "drop")
    method = "squeeze"
    required = ("dim",)
    shown = ("dim",)
    x = In(example="N 1 C")
    y = Out()
    dim = dimensions(1, help="The dimension (or dimensions) to take out; one that is larger stays.")


class Unsqueeze(Function):
    """Adds a dimension of size 1."""

    kind = "unsqueeze"
    target = "torch.unsqueeze"
    family = "reshaping"
    search = ("add", "new", "dimension", "expand", "channel", "none")
    method = "unsqueeze"
    required = ("dim",)
    shown = ("dim",)
    x = In()
    y = Out()
    dim = dimension(1, help="Where the new dimension comes; 1 is right after the batch, -1 the end.")


class Expand(Function):
    """Repeats along dimensions of size 1, without a copy: one class token for each sample."""

    kind = "expand"
    target = "torch.Tensor.expand"
    reads = ("torch.Tensor.expand", "torch.broadcast_to")
    family = "reshaping"
    search = ("broadcast", "repeat", "batch", "class token", "copy")
    method = "expand"
    required = ("size",)
    spread = ("size",)
    x = In(example="1 C L")
    like = like()
    y = Out()
    size = sizes(("N", -1, -1), min=-1, help="The new size of each dimension; -1: as it is, N: the size of the batch.")

    def summary(self) -> str:
        return " × ".join(map(str, self.size))[:28]


class ExpandAs(Function):
    """Repeats along dimensions of size 1, until the shape is that of another value."""

    kind = "expand_as"
    target = "torch.Tensor.expand_as"
    family = "reshaping"
    search = ("broadcast", "repeat", "same shape")
    method = "expand_as"
    x = In(example="N 1 L")
    other = In(help="Its shape is taken.")
    y = Out()


class Interpolate(Function):
    """Enlarges or shrinks pictures or sequences, by a factor or to the size of another value."""

    kind = "interpolate"
    target = "torch.nn.functional.interpolate"
    reads = ("torch.nn.functional.interpolate", "torch.nn.functional.upsample")
    family = "reshaping"
    search = ("resize", "upsample", "downsample", "scale", "larger", "smaller", "unet")
    torch_defaults = {"scale_factor": None}
    x = In("N C ...", dtype="float", example="N C H W")
    other = In("N C ...", optional=True, example="N C H W", help="The result is made as large as this.")
    y = Out("N C ...")
    size = Ints(
        None, scalar=True, min=1, most=3, optional=True, none_means="by the factor", help="The size of the result."
    )
    scale_factor = Float(
        2.0, above=0.0, max=1024.0, optional=True, none_means="by the size", help="How many times larger it becomes."
    )
    mode = Choice(
        "nearest",
        ("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"),
        help="How it is blended: linear for sequences, bilinear for pictures, trilinear for volumes.",
    )
    align_corners = Bool(
        None,  # type: ignore[arg-type]
        optional=True,
        none_means="torch's own",
        advanced=True,
        help="Whether the corners stay where they are; for the linear modes and bicubic.",
    )
    antialias = Bool(False, advanced=True, help="Smooths before shrinking; for bilinear and bicubic.")

    def given(self, inputs: Mapping[str, str]) -> list[str]:
        x, *written = super().given({"x": inputs["x"]})
        if "other" in inputs or self.size is not None:  # PyTorch takes a size or a factor
            written = [argument for argument in written if not argument.startswith(("scale_factor=", "size="))]
            size = f"{inputs['other']}.shape[2:]" if "other" in inputs else self.text("size", inputs)
            written.insert(0, f"size={size}")
        return [x, *written]


LAYERS = (
    *(Flatten, FlattenDims, Unflatten, UnflattenDim, Reshape, View, Squeeze, Unsqueeze),
    *(Expand, ExpandAs, Interpolate),
)
