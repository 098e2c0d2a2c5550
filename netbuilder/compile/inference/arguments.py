"""The arguments of a layer that follow from what flows in: how many channels, how many features.

A layer has its weights before it sees any data, so none of them may depend on the batch or on a size that varies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.compile.inference.formula import Symbol
from netbuilder.compile.inference.infer import BATCHES
from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.inference.varying import FAR
from netbuilder.layers import Layer


class Depends(ValueError):
    """An argument would not be the same for all data: `port` is what it follows from, `symbols` what it varies with
    (none: the batch).
    """

    def __init__(self, name: str, port: str, symbols: tuple[Symbol, ...] = ()):
        self.name, self.port, self.symbols = name, port, symbols
        on = ", ".join(symbol.name for symbol in symbols) or "the size of the batch"
        super().__init__(f"{name} would depend on {on}")


def arguments(layer: Layer, flows: Mapping[str, TensorType]) -> dict[str, Any]:
    """The arguments by name. Raises `Depends`, or `IndexError` where an input has too few dimensions."""
    known = {}
    few, more = BATCHES
    for name, inferred in layer.inferred().items():
        type = flows.get(inferred.port)
        if type is None:
            continue  # of an optional port
        value = inferred.of(layer, type.sizes(few))
        if value != inferred.of(layer, type.sizes(more)):
            raise Depends(name, inferred.port)
        varied = [s for s in type.symbols if inferred.of(layer, type.sizes(few, {s: s.example + FAR})) != value]
        if varied:
            raise Depends(name, inferred.port, tuple(varied))
        known[name] = value
    return known
