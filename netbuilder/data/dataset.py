"""What a data source reads: samples as tensors, their split, and what a screen needs to show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netbuilder.spec import DataSpec

if TYPE_CHECKING:
    import pandas
    import torch

    from netbuilder.data.encoding import ColumnEncoding
    from netbuilder.data.rows import OnDisk
    from netbuilder.data.tokens import Tokens


@dataclass(frozen=True, eq=False)  # equal is identical: comparing tensors gives no yes or no
class Dataset:
    """Samples, in the order of the source, with their split into training and validation. They are in memory, but for
    inputs that are too large for that: those are mapped from a file, and nobody may copy the whole of them.

    `inputs`: by name (as in `spec.inputs`), each of shape (samples, *spec.inputs[name].shape), on the CPU.
    `targets`: (samples, *positions) int64 class numbers, below zero at a place that nothing is asked about; (samples,
    classes) float32 of 0 and 1 for labels, or (samples, *positions, width) float32 numbers; (samples, 0) float32 where
    there is no target.
    `others`: the further targets by name, as in `spec.others`.
    `train`, `validation`: int64 sample numbers, ascending and disjoint; every sample is in one of them.
    `table`: for tabular data, the rows as they were read (a row a sample), for the preview: numbers where the
    column holds numbers, else text; None or NaN where there was nothing.
    `columns`: for tabular data, the names of the numbers in the input vector, in order ("petal length",
    "colour = red"); for a series in time, those of the numbers of a step.
    """

    spec: DataSpec
    inputs: dict[str, torch.Tensor]
    targets: torch.Tensor
    train: torch.Tensor
    validation: torch.Tensor
    table: pandas.DataFrame | None = None
    columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(
        default=()
    )  # sentences about what was done: "3 rows without a target were left out."
    files: tuple[str, ...] = ()  # for pictures from a folder: where each sample comes from, relative to the folder
    encodings: tuple[ColumnEncoding, ...] = ()  # for tables and series: how a raw row becomes numbers
    target_scale: tuple[float, float] | None = None  # (mean, scale) that the targets were standardised with
    others: Mapping[str, torch.Tensor] = field(default_factory=dict)
    other_scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # those of further targets, by name
    tokens: Tokens | None = None  # what text is turned into numbers by, and numbers into text
    on_disk: Mapping[str, OnDisk] = field(default_factory=dict)  # the inputs that lie in a file, by name
    season: int = 0  # for a series in time: after how many steps it about repeats; 0: not known

    def __len__(self) -> int:
        return len(self.targets)

    @property
    def is_picture(self) -> bool:
        """Whether a sample is one picture: (1 or 3 channels, height, width), values from 0 to 1."""
        return len(self.spec.inputs) == len(self.pictures) == 1

    @property
    def pictures(self) -> tuple[str, ...]:
        """The inputs that are pictures."""
        shapes = ((name, tensor.shape) for name, tensor in self.spec.inputs.items())
        return tuple(name for name, shape in shapes if len(shape) == 3 and shape[0] in (1, 3))

    def summary(self) -> str:
        """One line: "digits: 1,797 pictures of 1×8×8, 10 classes"."""
        shape = next(iter(self.spec.inputs.values())).shape
        target = self.spec.target
        if self.is_picture:
            samples = f"{counted(len(self), 'picture')} of {'×'.join(map(str, shape))}"
        elif self.spec.tokens:
            samples = f"{counted(len(self), 'piece')} of {counted(shape[0], 'token')}"
        elif len(self.spec.inputs) > 1:
            samples = f"{counted(len(self), 'sample')} of {few(list(self.spec.inputs))}"
        elif len(shape) == 1:
            samples = f"{counted(len(self), 'row')} of {counted(shape[0], 'number')}"
        else:
            samples = f"{counted(len(self), 'sample')} of {'×'.join(map(str, shape)) or 'one number'}"
        if target is None or target.is_open:
            return f"{self.spec.title}: {samples}"
        what = {"class": "classes", "labels": "labels"}
        named = few(list(target.names))
        asked = f"{target.width:,} {what[target.kind]}" if target.kind in what else f"predicts {named}"
        if target.positions:
            asked += f" at each of {'×'.join(map(str, target.positions))} places"
        further = f", and {few(list(self.spec.others))}" if self.spec.others else ""
        return f"{self.spec.title}: {samples}, {asked}{further}"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """A number and its noun: "1 row", "1,797 rows"."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def few(names: list[str], most: int = 4) -> str:
    """The first of many names as people list them: "a, b, c, d and 12 more"."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def plain(value: float) -> str:
    """A number as people write it, in about four digits: "453,512", "0.0174", "1.2e+12" where it can't be helped."""
    if value and not 1e-4 <= abs(value) < 1e10:
        return f"{value:.3g}"
    return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
