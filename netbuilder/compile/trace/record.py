"""Runs a model with example inputs and writes down what it does. It reads no code and knows no graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.trace.recording import Recording
from netbuilder.layers.catalog import Catalog


@dataclass(frozen=True)
class Example:
    """What the model is called with. Tensors (also in tuples, lists and dicts) have the batch first."""

    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)


def record(model: Any, example: Example, catalog: Catalog) -> Recording:
    """Everything that `model` (an `nn.Module`) does with `example`, with all control flow settled by it.

    Modules that are layers of `catalog` are one call each. The model is left as it was. What the model itself raises
    comes through.
    """
    raise NotImplementedError
