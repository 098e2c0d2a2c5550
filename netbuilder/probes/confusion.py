"""Which classes the network takes for which others, over all validation samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netbuilder.probes.asking import NothingToShow, classes_of, scores_of
from netbuilder.probes.probe import Probe
from netbuilder.probes.results import Confusion, Result

if TYPE_CHECKING:
    from torch import nn

    from netbuilder.data.dataset import Dataset


class ConfusionMatrix(Probe):
    """Which classes are taken for which others, over all validation samples."""

    kind = "confusion"
    title = "Confusion matrix"
    about = "validation"

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        numbers: list[int] = dataset.validation.tolist()
        classes = classes_of(dataset, "Choose Predictions to see how far off they are.")
        if not numbers:
            raise NothingToShow("There are no validation samples. Keep a share of the data for validation.")
        predicted = scores_of(model, dataset, numbers).argmax(1).tolist()
        true = dataset.targets[numbers].tolist()
        counts = np.zeros((len(classes), len(classes)), dtype=int)
        cells: dict[tuple[int, int], list[int]] = {}
        for number, is_, said in zip(numbers, true, predicted, strict=True):
            counts[is_, said] += 1
            cells.setdefault((is_, said), []).append(number)
        right = int(np.trace(counts))
        caption = f"{right:,} of {len(numbers):,} validation samples right ({right / len(numbers):.1%})"
        return Confusion(self.title, caption, classes, counts, {at: tuple(found) for at, found in cells.items()})
