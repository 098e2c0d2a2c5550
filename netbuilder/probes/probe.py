"""What every probe is: one question about a network, and a plain value for an answer.

A probe is given a model and the data it learns from, at any moment between two steps of training. It leaves the
model as it was: the same parameters, mode, gradients, hooks and random state. It knows nothing about how its
answer will be drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from netbuilder.fields import Declared
from netbuilder.probes.asking import NothingToShow
from netbuilder.probes.results import Nothing, Result
from netbuilder.quiet import undisturbed

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
        try:
            with undisturbed(model):
                return self.answer(model, dataset, layer, sample)
        except NothingToShow as why:
            return Nothing(self.title, str(why))

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        """What each probe does for itself, with the model in evaluation mode. Raises `NothingToShow`."""
        raise NotImplementedError
