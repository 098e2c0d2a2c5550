"""How well the network answers about each of many samples, whatever it is asked: which ones are hard for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netbuilder.data.dataset import plain
from netbuilder.fields import Int
from netbuilder.probes.answer import OfOutputs
from netbuilder.probes.asking import NothingToShow
from netbuilder.probes.places import answers_of, named, target_of, truth_of
from netbuilder.probes.results import Result, Scores

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import TargetSpec


class SampleScores(OfOutputs):
    """Of each validation sample, the share of places that are right, or how far the numbers are off on average."""

    kind = "scores"
    title = "Scores"
    about = "validation"
    count = Int(256, min=1, max=1_000_000_000, help="How many validation samples at most, the first ones.")

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        from netbuilder.data.windows import units_of

        target = target_of(dataset)
        held: list[int] = dataset.validation.tolist()
        if not held:
            raise NothingToShow("There are no validation samples. Keep a share of the data for validation.")
        samples = held[: self.count]
        truth, why = truth_of(dataset, samples)
        if truth is None:
            raise NothingToShow(why)
        scores = _scores(target, answers_of(model, dataset, samples, named(self.outputs)), truth)
        errors = target.kind == "number"
        if errors and dataset.target_scale is not None:
            scores = scores * dataset.target_scale[1]
        kept = ~scores.isnan()  # of a sample without a place that is asked about, nothing can be said
        samples = [number for number, keep in zip(samples, kept.tolist(), strict=True) if keep]
        scores = scores[kept]
        if not samples:
            raise NothingToShow("No place of the validation samples is asked about: there is nothing to compare with.")
        of = f"{len(samples):,} of {len(held):,}" if len(samples) < len(held) else f"{len(samples):,}"
        if errors:
            said = f"off by {plain(float(scores.mean()))} on average over {of} samples, {plain(float(scores.max()))}"
        else:
            said = f"{float(scores.mean()):.1%} right on average over {of} samples, {float(scores.min()):.1%}"
        caption = f"{said} in the worst"
        if errors and len(set(units_of(dataset))) > 1:
            caption += ", in standard deviations of each column"
        return Scores(self.title, caption, tuple(samples), tuple(scores.tolist()), errors, len(held))


def _scores(target: TargetSpec, answers: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """A number a sample (NaN: nothing is asked): the share that is right, or the mean absolute error."""
    if target.kind == "number":
        return (answers - truth).abs().reshape(len(truth), -1).mean(1)
    if target.kind == "labels":
        return ((answers > 0) == (truth > 0.5)).reshape(len(truth), -1).float().mean(1)
    asked = (truth >= 0).reshape(len(truth), -1)
    right = (answers.argmax(-1) == truth).reshape(len(truth), -1) & asked
    return right.sum(1) / asked.sum(1)  # 0 / 0 is NaN
