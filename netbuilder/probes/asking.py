"""Asking a model about samples. It knows nothing about any one probe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netbuilder.data.arguments import MissingInput, arguments

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import TargetSpec

AT_ONCE = 512  # samples in one pass


class NothingToShow(Exception):
    """There is no answer. `str()` is the sentence that says why, and what would change it."""


def device_of(model: nn.Module) -> torch.device:
    """Where the model's parameters are; the CPU for a model that has none."""
    import torch

    first = next(model.parameters(), None)
    return torch.device("cpu") if first is None else first.device


def inputs_of(model: nn.Module, dataset: Dataset, samples: Sequence[int]) -> tuple[torch.Tensor, ...]:
    """The inputs of these samples in the order of forward's arguments, where the model is. Raises `NothingToShow`."""
    import torch

    at = torch.as_tensor(list(samples), dtype=torch.int64)
    try:
        names = arguments(model, list(dataset.inputs))
    except MissingInput as error:
        raise NothingToShow(str(error)) from error
    return tuple(dataset.inputs[name][at].to(device_of(model)) for name in names)


def scores_of(model: nn.Module, dataset: Dataset, samples: Sequence[int]) -> torch.Tensor:
    """What the network gives for these samples: (samples, width) on the CPU. The model must be in evaluation mode.

    Raises `NothingToShow` when that is not one finite row a sample.
    """
    import torch

    width = asked_once(dataset).width
    rows = []
    with torch.no_grad():
        for start in range(0, len(samples), AT_ONCE):
            rows.append(first_output(model(*inputs_of(model, dataset, samples[start : start + AT_ONCE]))).cpu())
    scores = torch.cat(rows).float()
    if scores.shape != (len(samples), width):
        shape = "×".join(["N", *map(str, scores.shape[1:])])
        raise NothingToShow(f"The network gives {shape}, and the data asks for N×{width}. Mend the output layer.")
    if not torch.isfinite(scores).all():
        raise NothingToShow("The network's output is not a number. A smaller learning rate usually mends that.")
    return scores


def first_output(output: object) -> torch.Tensor:
    """The tensor that predictions are read from, of a network with one output or several."""
    import torch

    tensor = output[0] if isinstance(output, (tuple, list)) else output
    if not isinstance(tensor, torch.Tensor):
        raise NothingToShow("The network has no output to look at. Add an Output.")
    return tensor


def sample_number(dataset: Dataset, sample: int | None) -> int:
    """`sample`, or the first validation sample. Raises `NothingToShow` when there is no such sample."""
    if sample is None:
        if not len(dataset.validation):
            raise NothingToShow("There are no validation samples. Keep a share of the data for validation.")
        return int(dataset.validation[0])
    if not 0 <= sample < len(dataset):
        raise NothingToShow(f"There is no sample {sample}. Choose one of 0 to {len(dataset) - 1}.")
    return sample


def classes_of(dataset: Dataset, instead: str) -> tuple[str, ...]:
    """The classes the network tells apart. Raises `NothingToShow` for a network that predicts numbers."""
    target = asked_once(dataset)
    if target.kind != "class":
        raise NothingToShow(f"This network predicts numbers, not classes. {instead}")
    return target.classes


def asked_once(dataset: Dataset) -> TargetSpec:
    """The target of data that asks for one class, or a row of numbers, a sample. Raises `NothingToShow` for other."""
    target = dataset.spec.target
    if target is None:
        raise NothingToShow("The data asks for nothing to be predicted. Choose data that has a target.")
    if target.is_open:
        raise NothingToShow(
            "The network gives numbers of its own for a sample, of which none is right or wrong. "
            "What is shown after each epoch of the training tells what they are good for."
        )
    if target.positions:
        places = "×".join(map(str, target.positions))
        raise NothingToShow(
            f"The network answers at each of {places} places of a sample, and here one answer a sample is shown. "
            "The curves of the training tell how well it does."
        )
    if target.kind == "labels":
        raise NothingToShow(
            "Several labels can hold of a sample, and here one class a sample is shown. "
            "The curves of the training tell how well it does."
        )
    return target
