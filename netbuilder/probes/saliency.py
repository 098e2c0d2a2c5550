"""Which parts of a sample speak for a class and which against it. The mathematics is captum's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netbuilder.fields import Int
from netbuilder.probes.asking import (
    NothingToShow,
    device_of,
    first_output,
    inputs_of,
    sample_number,
    scores_of,
)
from netbuilder.probes.probe import Probe
from netbuilder.probes.results import Result
from netbuilder.probes.results import Saliency as SaliencyMap

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset


class Gradient(Probe):
    """How the score would change with each part of the sample: the plain gradient."""

    kind = "gradient"
    title = "Gradient"
    about = "sample"
    target = Int(None, min=0, optional=True, none_means="the predicted one", help="The number of the class to explain.")

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        from captum.attr import Saliency

        with rnn_backward(model, device_of(model)):
            asked = _ask(model, dataset, sample, self.target)
            told = Saliency(asked.forward).attribute(
                asked.seen, target=asked.column, abs=False, additional_forward_args=asked.rest
            )
        caption = f"{asked.about}: where + a larger value raises the score, where − it lowers it"
        return _shown(self.title, caption, told, asked, dataset)


class IntegratedGradients(Probe):
    """How much each part adds to the score, on the way from a blank sample to this one. The parts sum to the whole."""

    kind = "integrated_gradients"
    title = "Integrated gradients"
    about = "sample"
    target = Int(None, min=0, optional=True, none_means="the predicted one", help="The number of the class to explain.")
    steps = Int(64, min=8, max=1024, advanced=True, help="Points between the blank sample and this one.")

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        import torch
        from captum.attr import IntegratedGradients as Captum

        with rnn_backward(model, device_of(model)):
            asked = _ask(model, dataset, sample, self.target)
            blank = torch.zeros_like(asked.seen)
            told = Captum(asked.forward).attribute(
                asked.seen,
                baselines=blank,
                target=asked.column,
                n_steps=self.steps,
                internal_batch_size=64,
                additional_forward_args=asked.rest,
            )
        with torch.no_grad():
            here, there = (float(asked.forward(at, *asked.rest)[0, asked.column]) for at in (asked.seen, blank))
        caption = f"{asked.about}: {_completeness(float(told.detach().sum()), here - there)}"
        return _shown(self.title, caption, told, asked, dataset)


class _Asked(NamedTuple):
    """One sample ready for captum: the input to explain, the others, and the column of the output asked about."""

    forward: Callable[..., torch.Tensor]
    seen: torch.Tensor
    rest: tuple[torch.Tensor, ...]
    column: int
    about: str


def _ask(model: nn.Module, dataset: Dataset, sample: int | None, target: int | None) -> _Asked:
    number = sample_number(dataset, sample)
    inputs = inputs_of(model, dataset, [number])
    at = next((at for at, tensor in enumerate(inputs) if tensor.is_floating_point()), None)
    if at is None:
        raise NothingToShow(
            "Saliency needs an input that can change a little, and this one is whole numbers for an Embedding. "
            "Choose Prediction to see what the network says of it."
        )
    scores = scores_of(model, dataset, [number])[0]
    wanted = dataset.spec.target
    assert wanted is not None  # or there would be no scores
    if target is not None and target >= wanted.width:
        raise NothingToShow(f"There is no class {target}. Choose one of 0 to {wanted.width - 1}.")
    if wanted.kind == "class":
        column = int(scores.argmax()) if target is None else target
        name = wanted.classes[column] + (" (predicted)" if column == int(scores.argmax()) else "")
    else:
        column = target or 0
        name = wanted.names[column]
    rest = inputs[:at] + inputs[at + 1 :]

    def forward(seen: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        return first_output(model(*others[:at], seen, *others[at:]))

    # A leaf of its own, so that captum need not switch its gradient on.
    seen = inputs[at].detach().clone().requires_grad_()
    return _Asked(forward, seen, rest, column, f"sample {number}, {name}")


@contextmanager
def rnn_backward(model: nn.Module, device: torch.device) -> Iterator[None]:
    """cuDNN can't go backwards through an LSTM or GRU in evaluation mode; PyTorch's own kernels can."""
    import torch

    if device.type == "cuda" and any(isinstance(module, torch.nn.RNNBase) for module in model.modules()):
        with torch.backends.cudnn.flags(enabled=False):
            yield
    else:
        yield


def _completeness(total: float, rise: float) -> str:
    """Integrated gradients must sum to the rise of the score from the blank sample: by how much they do."""
    said = f"parts sum to {total:+.3f}, the score rose by {rise:+.3f}"
    gap = abs(total - rise)
    if abs(rise) > 1e-6:
        said += f" ({total / rise:.3f} of it)"
    return said if gap <= max(0.01, 0.05 * abs(rise)) else f"{said}; more steps would bring them closer"


def _shown(title: str, caption: str, told: torch.Tensor, asked: _Asked, dataset: Dataset) -> Result:
    values = told[0].detach().float().cpu().numpy()
    if not np.isfinite(values).all():
        raise NothingToShow("The gradient is not a number. A smaller learning rate usually mends that.")
    if values.ndim == 3:
        values = values.sum(axis=0)  # over the channels
    elif values.ndim != 1:
        values = values.reshape(values.shape[0] if values.ndim else 1, -1)
    names = dataset.columns if values.ndim == 1 and len(dataset.columns) == len(values) else ()
    limit = float(np.abs(values).max()) or 1.0
    picture = _picture(asked.seen[0].detach().cpu().numpy()) if dataset.is_picture else None
    return SaliencyMap(title, caption, values, limit, picture, names)


def _picture(sample: np.ndarray) -> np.ndarray:
    """One sample (1 or 3 channels, height, width) from 0 to 1 as (height, width, 3) uint8."""
    pixels = (sample.clip(0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))
