"""Which parts of a sample speak for a score and which against it. The mathematics is captum's.

Of tokens, it is the vectors of their Embedding that are explained, one number a token.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from netbuilder.fields import Int, Ints
from netbuilder.probes.answer import OfOutputs
from netbuilder.probes.asking import NothingToShow, device_of
from netbuilder.probes.explaining import Asked, asked_about
from netbuilder.probes.results import Result, TokenSaliency
from netbuilder.probes.results import Saliency as SaliencyMap

if TYPE_CHECKING:
    import torch
    from torch import nn

    from netbuilder.data.dataset import Dataset


class Explained(OfOutputs):
    """What the probes have in common that explain one score of a sample."""

    about = "sample"
    target = Int(
        None,
        min=0,
        optional=True,
        none_means="the predicted one",
        help="The number of the class to explain, or of the column of several numbers.",
    )
    place = Ints(
        None,
        min=0,
        most=3,
        optional=True,
        none_means="the least certain, of numbers the middle",
        help="Where the network answers at many places: the step, or row and column, that is explained, from 0.",
    )


class Gradient(Explained):
    """How the score would change with each part of the sample: the plain gradient (Simonyan et al. 2014). Of a token,
    the length of the gradient of its vector."""

    kind = "gradient"
    title = "Gradient"

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        from captum.attr import Saliency

        with (
            rnn_backward(model, device_of(model)),
            asked_about(model, dataset, sample, self.target, self.place, self.outputs) as asked,
        ):
            told = Saliency(asked.forward).attribute(
                asked.seen, target=asked.column, abs=False, additional_forward_args=asked.rest
            )
        if asked.tokens is not None:
            caption = f"{asked.about}: how much a small change of each token's vector changes the score"
            return _shown_tokens(self.title, caption, told.norm(dim=-1), asked)
        caption = f"{asked.about}: where + a larger value raises the score, where − it lowers it"
        return _shown(self.title, caption, told, asked, dataset)


class IntegratedGradients(Explained):
    """How much each part adds to the score, on the way from a blank sample to this one (Sundararajan et al. 2017). The
    parts sum to the whole."""

    kind = "integrated_gradients"
    title = "Integrated gradients"
    steps = Int(64, min=8, max=1024, advanced=True, help="Points between the blank sample and this one.")

    def answer(self, model: nn.Module, dataset: Dataset, layer: str | None, sample: int | None) -> Result:
        import torch
        from captum.attr import IntegratedGradients as Captum

        with (
            rnn_backward(model, device_of(model)),
            asked_about(model, dataset, sample, self.target, self.place, self.outputs) as asked,
        ):
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
                again = float(asked.forward(asked.seen, *asked.rest)[0, asked.column])
        total = float(told.detach().sum())
        caption = f"{asked.about}: {_completeness(total, here - there, by_chance=again != here)}"
        if asked.tokens is not None:
            return _shown_tokens(self.title, caption, told.sum(-1), asked)
        return _shown(self.title, caption, told, asked, dataset)


@contextmanager
def rnn_backward(model: nn.Module, device: torch.device) -> Iterator[None]:
    """cuDNN can't go backwards through an LSTM or GRU in evaluation mode; PyTorch's own kernels can."""
    import torch

    if device.type == "cuda" and any(isinstance(module, torch.nn.RNNBase) for module in model.modules()):
        with torch.backends.cudnn.flags(enabled=False):
            yield
    else:
        yield


def _completeness(total: float, rise: float, *, by_chance: bool = False) -> str:
    """Integrated gradients must sum to the rise of the score from the blank sample: by how much they do. They need
    not in a network that draws random numbers (`by_chance`)."""
    said = f"parts sum to {total:+.3f}, the score rose by {rise:+.3f}"
    gap = abs(total - rise)
    if abs(rise) > 1e-6:
        said += f" ({total / rise:.3f} of it)"
    if gap <= max(0.01, 0.05 * abs(rise)):
        return said
    return f"{said}; {'the network draws random numbers' if by_chance else 'more steps would bring them closer'}"


def _shown(title: str, caption: str, told: torch.Tensor, asked: Asked, dataset: Dataset) -> Result:
    values = _finite(told)
    if values.ndim == 3:
        values = values.sum(axis=0)  # over the channels
    elif values.ndim != 1:
        values = values.reshape(values.shape[0] if values.ndim else 1, -1)
    series = told.dim() == 3  # steps by channels; shown with the time from left to right
    if series:
        values = values.T
    names = dataset.columns if len(dataset.columns) == len(values) else ()
    limit = float(np.abs(values).max()) or 1.0
    picture = _picture(asked.seen[0].detach().cpu().numpy()) if dataset.is_picture else None
    return SaliencyMap(_titled(title, asked), caption, values, limit, picture, names, asked.place, series)


def _shown_tokens(title: str, caption: str, told: torch.Tensor, asked: Asked) -> Result:
    values = _finite(told)
    assert asked.tokens is not None
    limit = float(np.abs(values).max()) or 1.0
    return TokenSaliency(_titled(title, asked), caption, asked.tokens, values, limit, asked.place)


def _titled(title: str, asked: Asked) -> str:
    return f"{title} · {asked.of}" if asked.of else title


def _finite(told: torch.Tensor) -> np.ndarray:
    """The numbers of the one sample. Raises `NothingToShow`."""
    values = told[0].detach().float().cpu().numpy()
    if not np.isfinite(values).all():
        raise NothingToShow("The gradient is not a number. A smaller learning rate usually mends that.")
    return values


def _picture(sample: np.ndarray) -> np.ndarray:
    """One sample (1 or 3 channels, height, width) from 0 to 1 as (height, width, 3) uint8."""
    pixels = (sample.clip(0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))
