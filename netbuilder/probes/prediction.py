"""What the network says of one sample, and of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.data.dataset import few, plain
from netbuilder.fields import Bool, Int, Ints
from netbuilder.plot import Panel, Plot, foretold
from netbuilder.probes.asking import (
    NothingToShow,
    asked_once,
    classes_of,
    first_output,
    inputs_of,
    sample_number,
    scores_of,
)
from netbuilder.probes.probe import Probe
from netbuilder.probes.results import Lines, Predictions, Probabilities, Result

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import TargetSpec


SOME = 2  # columns of a series that are drawn


class OnePrediction(Probe):
    """The probability of each class for one sample; of a series in time, the forecast over what came."""

    kind = "prediction"
    title = "Prediction"
    about = "sample"

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        if is_series(dataset.spec.target):
            return self._forecast(model, dataset, sample_number(dataset, sample))
        classes = classes_of(dataset, "Choose Predictions to see the numbers.")
        number = sample_number(dataset, sample)
        probabilities = scores_of(model, dataset, [number]).softmax(1)[0]
        predicted, true = int(probabilities.argmax()), int(dataset.targets[number])
        verdict = "right" if predicted == true else f"wrong, it is {classes[true]}"
        caption = f"sample {number}: {classes[predicted]} with {float(probabilities[predicted]):.1%} ({verdict})"
        return Probabilities(self.title, caption, classes, tuple(probabilities.tolist()), true, predicted)

    def _forecast(self, model: nn.Module, dataset: Dataset, number: int) -> Result:
        import torch

        from netbuilder.data.windows import units_of

        target = dataset.spec.target
        assert target is not None
        inputs = inputs_of(model, dataset, [number])
        with torch.no_grad():
            given = first_output(model(*inputs)).cpu().float()
        came = dataset.targets[number]
        if given.numel() != came.numel():
            shape, wanted = ("×".join(map(str, size)) for size in (given.shape[1:], came.shape))
            raise NothingToShow(
                f"The network gives N×{shape}, and the data asks for N×{wanted}. Mend the output layer."
            )
        if not torch.isfinite(given).all():
            raise NothingToShow("The network's output is not a number. A smaller learning rate usually mends that.")
        said = given.reshape(came.shape)
        seen = inputs[0][0].cpu() if inputs[0].dim() == 3 and inputs[0].shape[2] == target.width else None
        panels, off = [], []
        for at, (mean, scale) in enumerate(units_of(dataset)):
            truth, forecast = (part[:, at].double() * scale + mean for part in (came, said))
            before = [] if seen is None else (seen[:, at].double() * scale + mean).tolist()
            off.append(f"{target.names[at]} {plain(float((forecast - truth).abs().mean()))}")
            panels.append(Panel(target.names[at], foretold(before, truth.tolist(), forecast.tolist())))
        caption = f"sample {number}: off by {few(off)} on average"
        return Lines(self.title, caption, Plot(tuple(panels[:SOME]), x="steps from now", columns=1))


def is_series(target: TargetSpec | None) -> bool:
    """Whether numbers are asked for at each step of a sequence."""
    return target is not None and target.kind == "number" and len(target.positions) == 1


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
