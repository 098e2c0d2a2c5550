"""What the inspector asks of a model at a time, answered on the training thread. It knows no widget.

`look` is one question of the worker's: everything on screen comes from the same moment between two steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from netbuilder.probes.confusion import ConfusionMatrix
from netbuilder.probes.layers import layers_with_weights
from netbuilder.probes.prediction import OnePrediction, SomePredictions, is_series
from netbuilder.probes.results import Confusion, Nothing, Predictions, Result
from netbuilder.probes.saliency import Gradient, IntegratedGradients
from netbuilder.probes.weights import WeightHistogram, Weights
from netbuilder.ui.train.wording import small

if TYPE_CHECKING:
    from torch import nn

    from netbuilder.data.dataset import Dataset


@dataclass(frozen=True)
class Wanted:
    """A sample (None: a mistake, or the first of validation), a layer (None: the first), and whether to ask again
    what is said of all validation samples."""

    sample: int | None = None
    layer: str | None = None
    overview: bool = True


@dataclass(frozen=True)
class Overview:
    """What the network says of every validation sample. `confusion` is a `Nothing` where numbers are predicted."""

    confusion: Result
    predictions: Result

    @cached_property
    def verdicts(self) -> dict[int, tuple[str, str, bool]]:
        """By sample: what is true, what was said, and whether that is right."""
        told_of = self.predictions
        if not isinstance(told_of, Predictions):
            return {}
        found = {}
        for row, sample in enumerate(told_of.samples):
            true, said, _ = told(told_of, row)
            found[sample] = (true, said, not told_of.classes or told_of.true[row] == told_of.predicted[row])
        return found

    @cached_property
    def mistakes(self) -> tuple[int, ...]:
        classes = isinstance(self.predictions, Predictions) and bool(self.predictions.classes)
        return tuple(sample for sample, (_, _, right) in self.verdicts.items() if classes and not right)

    def in_cell(self, cell: tuple[int, int]) -> tuple[int, ...]:
        return self.confusion.samples.get(cell, ()) if isinstance(self.confusion, Confusion) else ()


@dataclass(frozen=True)
class Seen:
    """The answers. `overview` is None if it was not asked for."""

    sample: int | None
    layer: str | None
    layers: tuple[str, ...]
    overview: Overview | None
    prediction: Result
    gradient: Result
    integrated: Result
    weights: Result
    histogram: Result
    seconds: float


def look(model: nn.Module, dataset: Dataset, wanted: Wanted) -> Seen:
    """Ask the probes. Runs on the worker's thread."""
    started = time.perf_counter()
    layers = tuple(layers_with_weights(model))
    layer = wanted.layer if wanted.layer in layers else next(iter(layers), None)
    overview = _overview(model, dataset) if wanted.overview else None
    sample = wanted.sample
    if sample is None and overview is not None and overview.mistakes:
        sample = overview.mistakes[0]
    if sample is None and len(dataset.validation):
        sample = int(dataset.validation[0])
    return Seen(
        sample=sample,
        layer=layer,
        layers=layers,
        overview=overview,
        prediction=_prediction(model, dataset, sample),
        gradient=Gradient().look(model, dataset, sample=sample),
        integrated=IntegratedGradients().look(model, dataset, sample=sample),
        weights=Weights().look(model, dataset, layer=layer),
        histogram=WeightHistogram().look(model, dataset, layer=layer),
        seconds=time.perf_counter() - started,
    )


def _overview(model: nn.Module, dataset: Dataset) -> Overview:
    predictions = SomePredictions(count=max(1, len(dataset.validation))).look(model, dataset)  # all, as the matrix does
    overview = Overview(ConfusionMatrix().look(model, dataset), predictions)
    _ = overview.mistakes  # worked out here, and not on the thread that shows them
    return overview


def _prediction(model: nn.Module, dataset: Dataset, sample: int | None) -> Result:
    target = dataset.spec.target
    if sample is None:
        return Nothing("Prediction", "There are no validation samples. Keep a share of the data for validation.")
    if target is None or target.kind == "class" or is_series(target):
        return OnePrediction().look(model, dataset, sample=sample)
    return SomePredictions(samples=(sample,)).look(model, dataset)


def told(result: Predictions, row: int) -> tuple[str, str, str]:
    """What is true of a row, what was predicted, and with which confidence or error, as words."""
    true, predicted = result.true[row], result.predicted[row]
    if result.classes:
        sure = f"{result.confidence[row]:.2f}" if result.confidence else ""
        return result.classes[int(true)], result.classes[int(predicted)], sure
    off = small(abs(predicted - true))
    return small(true), small(predicted), f"{'−' if predicted < true else '+'}{off}"
