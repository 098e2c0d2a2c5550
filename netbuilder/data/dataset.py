"""What a data source reads: samples as tensors, their split, and what a screen needs to show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netbuilder.spec import DataSpec

if TYPE_CHECKING:
    import pandas
    import torch


@dataclass(frozen=True)
class Dataset:
    """Samples in memory, in the order of the source, with their split into training and validation.

    `inputs`: by name (as in `spec.inputs`), each of shape (samples, *spec.inputs[name].shape), on the CPU.
    `targets`: (samples,) int64 class numbers, or (samples, width) float32.
    `train`, `validation`: int64 sample numbers, disjoint; every sample is in one of them.
    `table`: for tabular data, the rows as they were read (a row a sample), for the preview.
    `columns`: for tabular data, the names of the numbers in the input vector, in order ("petal length",
    "colour = red").
    """

    spec: DataSpec
    inputs: dict[str, torch.Tensor]
    targets: torch.Tensor
    train: torch.Tensor
    validation: torch.Tensor
    table: pandas.DataFrame | None = None
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())  # sentences about what was done: "3 rows without a target were left out."

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def is_picture(self) -> bool:
        """Whether a sample is one picture: (1 or 3 channels, height, width), values from 0 to 1."""
        shapes = [tensor.shape for tensor in self.spec.inputs.values()]
        return len(shapes) == 1 and len(shapes[0]) == 3 and shapes[0][0] in (1, 3)
