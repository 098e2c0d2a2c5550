"""What a screen shows of a data set: balance, pictures, rows, one sample in words. It knows nothing about screens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from netbuilder.data.dataset import Dataset
from netbuilder.data.encoding import mean_and_scale

NOTHING = ""  # how a cell without a value is shown
FLOAT32 = 6  # digits that survive in a target


@dataclass(frozen=True)
class ClassCount:
    """How many samples of a class are in each part."""

    name: str
    training: int
    validation: int


@dataclass(frozen=True)
class ColumnSummary:
    """A column of the table in numbers. `mean`, `std`, `least` and `most` are None for a column of text."""

    name: str
    kind: str  # "number" or "category"
    missing: int
    distinct: int
    mean: float | None = None
    std: float | None = None
    least: float | None = None
    most: float | None = None
    target: bool = False
    used: bool = True  # False: it was left out of the input


def class_balance(dataset: Dataset) -> list[ClassCount]:
    """A count for each class, in their order. Empty for a target that is a number (`target_histogram` shows that)."""
    target = dataset.spec.target
    if target is None or target.kind != "class":
        return []
    labels = dataset.targets.numpy()
    training = np.bincount(labels[dataset.train.numpy()], minlength=target.width).tolist()
    validation = np.bincount(labels[dataset.validation.numpy()], minlength=target.width).tolist()
    return [ClassCount(*counts) for counts in zip(target.classes, training, validation, strict=True)]


def target_histogram(dataset: Dataset, bins: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Counts and edges of a target that is a number, all samples, in the target's own unit."""
    values = dataset.targets.numpy().astype(np.float64).reshape(-1)
    counts, edges = np.histogram(_unscaled(dataset, values), bins=bins)
    return counts, edges


def thumbnail(dataset: Dataset, sample: int) -> np.ndarray:
    """The picture of a sample: (height, width, 3) uint8."""
    (pictures,) = dataset.inputs.values()
    picture = pictures[sample].numpy().transpose(1, 2, 0)
    eight_bits = np.clip(picture * 255.0, 0.0, 255.0).round().astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(eight_bits, (*eight_bits.shape[:2], 3)))


def headings(dataset: Dataset) -> tuple[str, ...]:
    """The names over the cells that `rows` gives."""
    if dataset.table is not None:
        return tuple(map(str, dataset.table.columns))
    return ("sample", "class", "part")


def rows(dataset: Dataset, start: int, count: int) -> list[tuple[str, ...]]:
    """Rows as text, a cell for each heading; those beyond the end are not there."""
    start, end = max(start, 0), min(max(start, 0) + max(count, 0), len(dataset))
    if dataset.table is not None:
        part = dataset.table.iloc[start:end]
        return list(zip(*([_shown(v) for v in part[name].tolist()] for name in part.columns), strict=True))
    return [(sample_title(dataset, n), target_of(dataset, n), part_of(dataset, n)) for n in range(start, end)]


def part_of(dataset: Dataset, sample: int) -> str:
    """ "training" or "validation"."""
    held = dataset.validation.numpy()
    at = int(np.searchsorted(held, sample))
    return "validation" if at < len(held) and held[at] == sample else "training"


def target_of(dataset: Dataset, sample: int) -> str:
    """What is to be said of a sample: its class, or its number in the target's own unit."""
    target, value = dataset.spec.target, dataset.targets[sample]
    if target is not None and target.kind == "class":
        return target.classes[int(value)]
    return ", ".join(
        _shown(number, FLOAT32) for number in _unscaled(dataset, value.numpy().astype(np.float64)).tolist()
    )


def sample_title(dataset: Dataset, sample: int) -> str:
    """What a sample is called: its file, or its number, by which it is called everywhere."""
    return dataset.files[sample] if dataset.files else f"sample {sample:,}"


def describe_sample(dataset: Dataset, sample: int) -> str:
    """One line about a sample: "sample 12 · class 3 · validation"."""
    target, said = dataset.spec.target, target_of(dataset, sample)
    if target is not None and target.kind == "number":
        said = f"{', '.join(target.names)} {said}"
    elif said.isdigit():
        said = f"class {said}"
    return f"{sample_title(dataset, sample)} · {said} · {part_of(dataset, sample)}"


def sample_values(dataset: Dataset, sample: int) -> list[tuple[str, str]]:
    """What is learned from in a sample, name and raw value, and last what is to be predicted. Empty for a picture."""
    if dataset.table is None:
        return []
    used = {encoding.column for encoding in dataset.encodings}
    *given, (target, value) = zip(headings(dataset), rows(dataset, sample, 1)[0], strict=True)
    return [*(pair for pair in given if pair[0] in used), (f"{target}, to be predicted", value)]


def column_summary(dataset: Dataset) -> list[ColumnSummary]:
    """A summary of each column of the table, all samples, the target last. Empty for pictures."""
    if dataset.table is None:
        return []
    used = {encoding.column for encoding in dataset.encodings}
    names = headings(dataset)
    return [_summary(name, dataset.table[name], name == names[-1], name in used) for name in names]


def _summary(name: str, column: Any, target: bool, used: bool) -> ColumnSummary:
    missing, distinct = int(column.isna().sum()), int(column.nunique())
    if column.dtype == object:
        return ColumnSummary(name, "category", missing, distinct, target=target, used=used)
    known = column.to_numpy(dtype=float)
    known = known[~np.isnan(known)]
    if not len(known):
        return ColumnSummary(name, "number", missing, distinct, target=target, used=used)
    mean, std = mean_and_scale(known)
    least, most = float(known.min()), float(known.max())
    return ColumnSummary(name, "number", missing, distinct, mean, std, least, most, target, used)


def _unscaled(dataset: Dataset, values: np.ndarray) -> np.ndarray:
    if dataset.target_scale is None:
        return values
    mean, scale = dataset.target_scale
    return values * scale + mean


def _shown(value: Any, digits: int = 10) -> str:
    if not isinstance(value, float):
        return NOTHING if value is None else str(value)
    if np.isnan(value):
        return NOTHING
    return f"{value:.0f}" if abs(value) < 1e15 and value == int(value) else f"{value:.{digits}g}"
