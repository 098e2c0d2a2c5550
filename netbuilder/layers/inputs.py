"""Where data enters a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Bool, Choice, Ints
from netbuilder.layers.layer import Layer, Out

CASTS = {"float64": "double", "float16": "half", "bfloat16": "bfloat16", "int32": "int", "bool": "bool"}


class Input(Layer):
    """Where the data enters the network: one sample's shape, without the batch."""

    kind = "input"
    title = "Input"
    family = "input"
    search = ("data", "image", "start", "source", "placeholder")
    not_arguments = ("shape", "dtype", "varies", "batch")
    y = Out()
    shape = Ints(
        None,
        min=1,
        max=1_000_000,
        most=6,
        empty=True,  # one number a sample
        optional=True,
        none_means="from the data",
        help="The shape of one sample, e.g. 1, 28, 28. Empty: as the data has it.",
    )
    dtype = Choice(
        "data",
        ("data", "float32", "int64", *CASTS),
        titles={"data": "from the data"},
        help="Whole numbers (int64) are for an Embedding.",
    )
    varies = Choice(
        "nothing",
        ("nothing", "sequence length", "image size", "signal length"),
        help="What may differ between samples: the first size (T), the last two (H, W), or the last one (T).",
    )

    batch = Bool(
        True,
        advanced=True,
        help="Whether it has a sample for each of the batch. Off: its shape is all there is, the same for any batch.",
    )

    def varying(self, rank: int) -> dict[int, str] | None:
        """The dimensions of a sample with `rank` dimensions that vary, with their names; None: it has too few."""
        named = {
            "nothing": {},
            "sequence length": {0: "T"},
            "image size": {rank - 2: "H", rank - 1: "W"},
            "signal length": {rank - 1: "T"},
        }[self.varies]
        return named if all(0 <= number < rank for number in named) else None

    def summary(self) -> str:
        return "from the data" if self.shape is None else ""

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, Any]) -> str:
        (output,) = outputs.values()
        cast = {"float32": "float", "int64": "long", **CASTS}[self.dtype]
        return f"{output} = {inputs['argument']}.{cast}()"

    def casts(self) -> bool:
        """Whether what comes in is turned into another type; else it is an argument of forward and no line in it."""
        return self.dtype != "data"


LAYERS = (Input,)
