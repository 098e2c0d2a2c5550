"""Where results leave a network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.layers.layer import In, Layer


class Output(Layer):
    """Where the result leaves the network: what the loss is computed on, and what predictions are read from."""

    kind = "output"
    title = "Output"
    family = "output"
    search = ("result", "prediction", "loss", "end", "return")
    x = In()

    def call(self, module: str, inputs: Mapping[str, str], outputs: Mapping[str, Any]) -> str:
        raise TypeError("an Output is what forward returns, not a line in it")


LAYERS = (Output,)
