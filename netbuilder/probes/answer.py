"""What the network gives for one sample beside what it was asked for, whatever that is: a class, a mask, a picture, a
series, a text. It knows nothing about how that is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netbuilder.data.dataset import plain
from netbuilder.fields import Text
from netbuilder.probes import comparing
from netbuilder.probes.asking import NothingToShow, sample_number
from netbuilder.probes.places import arranged, check_numbers, named, results_of, target_of, truth_of
from netbuilder.probes.probe import Probe
from netbuilder.probes.results import ComparedNumbers, Heatmap, Numbers, Probabilities, Result, Together

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import TargetSpec

MOST = 400  # rows and columns of a further output that are shown


class OfOutputs(Probe):
    """A question about what a network gives, which may be several things."""

    outputs = Text(
        "",
        max_length=10_000,
        advanced=True,
        help="The names of the network's outputs in order, with commas between them; they are numbered without.",
    )


class Answer(OfOutputs):
    """What the network gives for one sample, beside what it was asked for."""

    kind = "answer"
    title = "Answer"
    about = "sample"

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        target = target_of(dataset)
        number = sample_number(dataset, sample)
        (_, output), *others = results_of(model, dataset, [number], named(self.outputs))
        answer = arranged(output, target)[0]
        check_numbers(answer)
        truth, why = truth_of(dataset, [number])
        main = self._main(dataset, target, number, answer, None if truth is None else truth[0], why)
        further = tuple(_further(dataset, name, tensor[0], number) for name, tensor in others)
        return Together(self.title, main.caption, main, further) if further else main

    def _main(
        self,
        dataset: Dataset,
        target: TargetSpec,
        number: int,
        answer: torch.Tensor,
        truth: torch.Tensor | None,
        why: str,
    ) -> Result:
        """`answer` is (*positions, width), `truth` as in the dataset, both of sample `number`."""
        told = f"sample {number}"
        if target.is_open:
            told += f": a vector of {len(answer)} numbers, length {plain(float(answer.norm()))}"
            return Numbers(self.title, told, _array(answer))
        given = comparing.Given(self.title, told, dataset, target, number, answer, truth, why)
        places = len(target.positions)
        if target.kind == "class":
            if places == 0:
                return comparing.one_class(given)
            if places == 1:
                return comparing.tokens(given)
            if places == 2:
                return comparing.masks(given)
        elif target.kind == "labels" and not places:
            return comparing.labels(given)
        elif target.kind == "number":
            if comparing.as_picture(dataset, target):
                return comparing.pictures(given)
            if places == 0 or (places == 1 and target.width == 1 and len(dataset.columns) == target.positions[0]):
                return comparing.row(given)
            if places <= 2:
                return comparing.lines(given)
        grid = "×".join(map(str, target.positions))
        raise NothingToShow(
            f"The network answers at each of {grid} places of a sample, and no more than a flat picture can be shown. "
            "The curves of the training tell how well it does."
        )


def _further(dataset: Dataset, name: str, output: torch.Tensor, number: int) -> Result:
    """A further output of one sample: with its probabilities where it names a class, else as numbers."""
    check_numbers(output)
    spec, truths = dataset.spec.others.get(name), dataset.others.get(name)
    if spec is not None and spec.kind == "class" and not spec.positions and output.numel() == spec.width:
        true = int(truths[number]) if truths is not None and truths.dim() == 1 else None
        shares = output.reshape(-1).float().softmax(0)
        said = int(shares.argmax())
        caption = f"{spec.classes[said]} with {float(shares[said]):.1%}"
        return Probabilities(name, caption, spec.classes, tuple(shares.tolist()), true, said)
    if spec is not None and spec.kind == "number" and not spec.positions and output.numel() == spec.width:
        known = truths is not None and truths.shape[1:] == (spec.width,)
        wanted = tuple(truths[number].tolist()) if known and truths is not None else None
        return ComparedNumbers(name, "", spec.names, tuple(output.reshape(-1).tolist()), wanted)
    values = _array(output.float())
    shape = "×".join(map(str, values.shape)) or "1"
    if values.ndim <= 1 or values.size == max(values.shape):
        values = values.reshape(-1)
        return Numbers(name, f"{shape}, from {plain(float(values.min()))} to {plain(float(values.max()))}", values)
    matrix = values.reshape(-1, values.shape[-1])
    cut = "" if max(matrix.shape) <= MOST else f", the first {MOST} of each side"
    matrix = matrix[:MOST, :MOST]
    return Heatmap(name, shape + cut, matrix, float(np.abs(matrix).max()) or 1.0)


def _array(values: torch.Tensor) -> np.ndarray:
    return values.detach().cpu().numpy().copy()
