"""What every probe is: one question about a network, and a plain value for an answer.

A probe is given a model and the data it learns from, at any moment between two steps of training. It leaves the
model as it was: the same parameters, mode, gradients, hooks and random state. It knows nothing about how its
answer will be drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netbuilder.fields import Declared
from netbuilder.probes.results import Result

if TYPE_CHECKING:
    from torch import nn

    from netbuilder.data.dataset import Dataset


class Probe(Declared):
    """One question. `about` is what it is asked of: a "layer", a "sample", or all of the "validation" samples."""

    about: ClassVar[Literal["layer", "sample", "validation"]] = "validation"

    def look(
        self, model: nn.Module, dataset: Dataset, *, layer: str | None = None, sample: int | None = None
    ) -> Result:
        """The answer. `layer` is a module's dotted name (None: the first with weights), `sample` a sample's number
        (None: the first validation sample). Where there is nothing to show the answer is a `Nothing` that says why.
        """
        raise NotImplementedError
