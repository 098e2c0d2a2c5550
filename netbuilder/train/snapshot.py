"""All that a training goes on from, between two steps, as plain values on the CPU. It knows no files.

What is restored from it goes on, on the CPU, to the last bit as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Snapshot:
    """The state after `epoch` whole epochs and `step` steps.

    `weights` and `optimizers` (as their `load_state_dict` takes them) are by the networks' roles: that of the main one
    is "". `tensors` and `numbers` have all else: numbers are what JSON can hold. `metrics` only at the end of an epoch;
    `best` says whether it was the best so far.
    """

    epoch: int
    step: int
    weights: Mapping[str, Mapping[str, torch.Tensor]]
    optimizers: Mapping[str, Mapping[str, Any]]
    tensors: Mapping[str, torch.Tensor] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, float] | None = None
    best: bool = False
