"""What the inspector asks of a model at a time, answered on the training thread. It knows no widget.

`look` is one question of the worker's: everything on screen comes from the same moment between two steps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from netbuilder.probes.answer import Answer
from netbuilder.probes.confusion import ConfusionMatrix
from netbuilder.probes.layers import layers_with_weights
from netbuilder.probes.prediction import OnePrediction, SomePredictions
from netbuilder.probes.results import Confusion, Nothing, Predictions, Result, Saliency, Scores, TokenSaliency
from netbuilder.probes.saliency import Gradient, IntegratedGradients
from netbuilder.probes.scores import SampleScores
from netbuilder.probes.weights import WeightHistogram, Weights
from netbuilder.ui.train.wording import small

if TYPE_CHECKING:
    from torch import nn

    from netbuilder.data.dataset import Dataset


@dataclass(frozen=True)
class Wanted:
    """A sample (None: a mistake, or the first of validation), a layer (None: the first), and whether to ask again
    what is said of all validation samples. `place` is the one to explain of a network that answers at many (None: a
    likely one), `outputs` the names of what the network returns."""

    sample: int | None = None
    layer: str | None = None
    overview: bool = True
    place: tuple[int, ...] | None = None
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """What the network says of every validation sample. `confusion` is a `Nothing` where numbers are predicted; where
    it answers at many places of a sample, there are `scores` in place of both, of as many samples as are quickly asked.
    """

    confusion: Result
    predictions: Result
    scores: Result | None = None

    @cached_property
    def verdicts(self) -> dict[int, tuple[str, str, bool]]:
        """By sample: what is true, what was said, and whether that is right."""
        told_of, scored = self.predictions, self.scores
        if isinstance(scored, Scores):
            words = [f"off by {small(v)}" if scored.errors else f"{v:.0%} right" for v in scored.values]
            return {sample: (said, "", True) for sample, said in zip(scored.samples, words, strict=True)}
        if not isinstance(told_of, Predictions):
            return {}
        found = {}
        for row, sample in enumerate(told_of.samples):
            true, said, _ = told(told_of, row)
            found[sample] = (true, said, not told_of.classes or told_of.true[row] == told_of.predicted[row])
        return found

    @cached_property
    def worst_first(self) -> tuple[int, ...]:
        """The samples that have a score, the worst one first."""
        scored = self.scores
        if not isinstance(scored, Scores):
            return ()
        sign = -1 if scored.errors else 1
        order = sorted(zip(scored.values, scored.samples, strict=True), key=lambda pair: sign * pair[0])
        return tuple(sample for _, sample in order)

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

    @property
    def place(self) -> tuple[int, ...] | None:
        """The place that is explained."""
        explained = self.gradient
        return explained.place if isinstance(explained, Saliency | TokenSaliency) else None


def look(model: nn.Module, dataset: Dataset, wanted: Wanted) -> Seen:
    """Ask the probes. Runs on the worker's thread."""
    started = time.perf_counter()
    layers = tuple(layers_with_weights(model))
    layer = wanted.layer if wanted.layer in layers else next(iter(layers), None)
    outputs = ", ".join(wanted.outputs)
    overview = _overview(model, dataset, outputs) if wanted.overview else None
    sample = wanted.sample
    if sample is None and overview is not None and overview.mistakes:
        sample = overview.mistakes[0]
    asked: dict[str, Any] = {"outputs": outputs, "place": wanted.place}
    if sample is None and len(dataset.validation):
        sample = int(dataset.validation[0])
    return Seen(
        sample=sample,
        layer=layer,
        layers=layers,
        overview=overview,
        prediction=_prediction(model, dataset, sample, wanted.outputs),
        gradient=Gradient(**asked).look(model, dataset, sample=sample),
        integrated=IntegratedGradients(**asked).look(model, dataset, sample=sample),
        weights=Weights().look(model, dataset, layer=layer),
        histogram=WeightHistogram().look(model, dataset, layer=layer),
        seconds=time.perf_counter() - started,
    )


def _overview(model: nn.Module, dataset: Dataset, outputs: str) -> Overview:
    if _one_answer(dataset):
        every = max(1, len(dataset.validation))  # all, as the matrix does
        predictions = SomePredictions(count=every).look(model, dataset)
        overview = Overview(ConfusionMatrix().look(model, dataset), predictions)
    else:
        scores = SampleScores(outputs=outputs).look(model, dataset)
        overview = Overview(Nothing("Confusion matrix"), Nothing("Predictions"), scores)
    _ = overview.mistakes, overview.worst_first  # worked out here, and not on the thread that shows them
    return overview


def _one_answer(dataset: Dataset) -> bool:
    """Whether the network is asked for one class, or one row of numbers, a sample."""
    target = dataset.spec.target
    return target is not None and not target.positions and target.kind in ("class", "number")


def _prediction(model: nn.Module, dataset: Dataset, sample: int | None, outputs: tuple[str, ...]) -> Result:
    target = dataset.spec.target
    if sample is None:
        return Nothing("Prediction", "There are no validation samples. Keep a share of the data for validation.")
    if not _one_answer(dataset) or len(outputs) > 1:
        return Answer(outputs=", ".join(outputs)).look(model, dataset, sample=sample)
    if target is None or target.kind == "class":
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
