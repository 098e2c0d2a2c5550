"""What the network says of one sample, and of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.data.dataset import plain
from netbuilder.fields import Bool, Int, Ints
from netbuilder.probes.asking import (
    NothingToShow,
    asked_once,
    classes_of,
    sample_number,
    scores_of,
)
from netbuilder.probes.probe import Probe
from netbuilder.probes.results import Predictions, Probabilities, Result

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset


class OnePrediction(Probe):
    """The probability of each class for one sample."""

    kind = "prediction"
    title = "Prediction"
    about = "sample"

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        classes = classes_of(dataset, "Choose Predictions to see the numbers.")
        number = sample_number(dataset, sample)
        probabilities = scores_of(model, dataset, [number]).softmax(1)[0]
        predicted, true = int(probabilities.argmax()), int(dataset.targets[number])
        verdict = "right" if predicted == true else f"wrong, it is {classes[true]}"
        caption = f"sample {number}: {classes[predicted]} with {float(probabilities[predicted]):.1%} ({verdict})"
        return Probabilities(self.title, caption, classes, tuple(probabilities.tolist()), true, predicted)


class SomePredictions(Probe):
    """What the network says of several validation samples, beside what is true."""

    kind = "predictions"
    title = "Predictions"
    about = "validation"
    samples = Ints(
        None, min=0, most=10_000, optional=True, none_means="the first of validation", help="The samples to predict."
    )
    count = Int(24, min=1, max=1_000_000_000, help="How many validation samples, where none are chosen.")
    mistakes = Bool(False, help="Only samples the network gets wrong; of predicted numbers, the largest errors first.")
    column = Int(1, min=1, advanced=True, help="Which of several predicted columns to show.")

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        target = asked_once(dataset)
        chosen = self._chosen(dataset)
        scores = scores_of(model, dataset, chosen)
        if target.kind == "class":
            confidence, predicted = scores.softmax(1).max(1)
            true = dataset.targets[chosen]
            wrong = predicted != true
            kept = _first(wrong.nonzero()[:, 0] if self.mistakes else None, len(chosen), self.count, self.samples)
            if not kept:
                raise NothingToShow(f"The network gets all {len(chosen)} samples right: there are no mistakes to show.")
            caption = f"{int((~wrong).sum())} of {len(chosen)} right"
            confident = tuple(confidence[kept].tolist())
        else:
            if self.column > target.width:
                raise NothingToShow(f"There is no column {self.column}. Choose one of 1 to {target.width}.")
            mean, scale = dataset.target_scale or (0.0, 1.0)  # back to the unit of the column
            predicted, true = (
                table[:, self.column - 1] * scale + mean for table in (scores, dataset.targets[chosen].float())
            )
            error = (predicted - true).abs()
            order = error.argsort(descending=True, stable=True) if self.mistakes else None
            kept = _first(order, len(chosen), self.count, self.samples)
            off = f"off by {plain(float(error.mean()))} on average, {plain(float(error.max()))} at most"
            caption = f"{target.names[self.column - 1]}: {off} over {len(chosen)} samples"
            confident = ()
        return Predictions(
            self.title,
            caption,
            samples=tuple(chosen[at] for at in kept),
            true=tuple(true[kept].tolist()),
            predicted=tuple(predicted[kept].tolist()),
            confidence=confident,
            classes=target.classes,
        )

    def _chosen(self, dataset: Dataset) -> list[int]:
        if self.samples is not None:
            return [sample_number(dataset, number) for number in self.samples]
        validation: list[int] = dataset.validation.tolist()
        if not validation:
            raise NothingToShow("There are no validation samples. Keep a share of the data for validation.")
        return validation if self.mistakes else validation[: self.count]


def _first(order: torch.Tensor | None, total: int, count: int, asked_for: tuple[int, ...] | None) -> list[int]:
    """Which rows to show: those in `order` (all, in their order, for None), at most `count` if none were asked for."""
    rows = list(range(total)) if order is None else order.tolist()
    return rows if asked_for is not None else rows[:count]
