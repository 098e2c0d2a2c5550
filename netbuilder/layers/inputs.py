"""Where data enters a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.fields import Choice, Ints
from netbuilder.layers.layer import Layer, Out


class Input(Layer):
    """Where the data enters the network: one sample's shape, without the batch."""

    kind = "input"
    title = "Input"
    family = "input"
    search = ("data", "image", "start", "source", "placeholder")
    not_arguments = ("shape", "dtype", "varies")
    y = Out()
    shape = Ints(
        None,
        min=1,
        max=1_000_000,
        most=6,
        optional=True,
        none_means="from the data",
        help="The shape of one sample, e.g. 1, 28, 28. Empty: as the data has it.",
    )
    dtype = Choice(
        "data",
        ("data", "float32", "int64"),
        titles={"data": "from the data"},
        help="Whole numbers (int64) are for an Embedding.",
    )
    varies = Choice(
        "nothing",
        ("nothing", "sequence length", "image size", "signal length"),
        help="What may differ from one sample to the next: the first size of a sample (T, the steps of a sequence), "
        "the last two (H and W) or the last (T, after the channels). What is drawn then has to work for all.",
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
        return f"{output} = {inputs['argument']}.{'long' if self.dtype == 'int64' else 'float'}()"

    def casts(self) -> bool:
        """Whether what comes in is turned into another type; else it is an argument of forward and no line in it."""
        return self.dtype != "data"


LAYERS = (Input,)
