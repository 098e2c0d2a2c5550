"""Mixes the samples of a batch in twos. It knows nothing of losses, and draws from torch's own random numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch

from netbuilder.train.mixtures import CutMix, MixUp


class Mixed(NamedTuple):
    """`inputs` in which each sample has `share` of itself, and the rest of the one whose number is in `order`."""

    inputs: list[torch.Tensor]
    order: torch.Tensor
    share: float


def mix(mixture: MixUp | CutMix, inputs: Sequence[torch.Tensor]) -> Mixed:
    """One share and one order for the whole batch, drawn on the CPU: the same on every device."""
    share = float(torch.distributions.Beta(mixture.alpha, mixture.alpha).sample())
    order = torch.randperm(len(inputs[0])).to(inputs[0].device)
    if isinstance(mixture, MixUp):
        return Mixed([share * given + (1 - share) * given[order] for given in inputs], order, share)
    (pictures,) = inputs
    height, width = pictures.shape[-2:]
    rows, columns = _span(height, share), _span(width, share)
    mixed = pictures.clone()
    mixed[..., rows, columns] = pictures[order][..., rows, columns]
    cut = (rows.stop - rows.start) * (columns.stop - columns.start)
    return Mixed([mixed], order, 1 - cut / (height * width))


def _span(length: int, share: float) -> slice:
    """One side of a box around a place drawn anywhere, as far as it lies within the picture."""
    half = int(length * math.sqrt(1 - share)) // 2
    middle = int(torch.randint(length, ()))
    return slice(max(0, middle - half), min(length, middle + half))
