"""From a recorded call to the layer that does exactly the same, or to an expression where none does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netbuilder.compile.trace.recording import Call, Recording
from netbuilder.layers.catalog import Catalog
from netbuilder.layers.layer import Layer


@dataclass(frozen=True)
class Reading:
    """A call as a layer. Values by port, and those of the parameters and buffers it owns by their names in it.

    The layer owns the parameters in `weights`: where others use one of them too, it is among the `outputs` as well.
    """

    layer: Layer
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    weights: Mapping[str, int] = field(default_factory=dict)


def read_call(call: Call, recording: Recording, catalog: Catalog) -> Reading | None:
    """The layer that gives bit by bit what the call gave, or None where the catalogue has none."""
    return None


def as_expression(call: Call) -> tuple[str, dict[str, int]] | None:
    """The call as a plain expression of torch, and which values its names are. None: it can't be written as one."""
    return None
