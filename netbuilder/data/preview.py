"""What a screen shows of a data set: balance, pictures, rows, one sample in words. It knows nothing about screens."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Any

import numpy as np

from netbuilder.data.dataset import Dataset, few
from netbuilder.data.encoding import mean_and_scale
from netbuilder.data.in_words import UNSEEN, as_number, input_in_words, target_in_words, unscaled

NOTHING = ""  # how a cell without a value is shown


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
    """How often each class is asked for, in their order: of samples, or of the places in all of them, or how many
    samples a label holds of. Empty for a target that is a number (`target_histogram` shows that), and for none."""
    target = dataset.spec.target
    if target is None or target.kind not in ("class", "labels"):
        return []
    values = dataset.targets.numpy()

    def counts(rows: np.ndarray) -> list[int]:
        if target.kind == "labels":
            return values[rows].reshape(-1, target.width).sum(0).astype(int).tolist()
        asked = values[rows].reshape(-1)
        return np.bincount(asked[asked >= 0], minlength=target.width).tolist()

    both = counts(dataset.train.numpy()), counts(dataset.validation.numpy())
    names = [name.translate(UNSEEN) if name != " " else "␣" for name in target.classes]
    return [ClassCount(*found) for found in zip(names, *both, strict=True)]


def target_histogram(dataset: Dataset, bins: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Counts and edges of a target that is a number, all samples, in the target's own unit."""
    values = dataset.targets.numpy().astype(np.float64).reshape(-1)
    counts, edges = np.histogram(unscaled(dataset, values), bins=bins)
    return counts, edges


def thumbnail(dataset: Dataset, sample: int, name: str | None = None) -> np.ndarray:
    """The picture of a sample, that of the input `name` if there are several: (height, width, 3) uint8."""
    picture = dataset.inputs[name or dataset.pictures[0]][sample].numpy().transpose(1, 2, 0)
    eight_bits = np.clip(picture * 255.0, 0.0, 255.0).round().astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(eight_bits, (*eight_bits.shape[:2], 3)))


def mask(dataset: Dataset, sample: int) -> np.ndarray | None:
    """The classes of a picture's pixels as colours, (height, width, 3) uint8; None where they are not asked for."""
    target = dataset.spec.target
    if target is None or target.kind != "class" or not dataset.is_picture:
        return None
    (shape,) = (spec.shape for spec in dataset.spec.inputs.values())
    return class_colours(target.width)[dataset.targets[sample].numpy()] if target.positions == shape[1:] else None


def class_colours(count: int) -> np.ndarray:
    """A colour a class, (count, 3) uint8: the first is dark, as it mostly is the ground."""
    hues = (number / max(count - 1, 1) for number in range(count - 1))
    return np.array(
        [(24, 24, 24), *([255 * part for part in colorsys.hsv_to_rgb(h, 0.6, 0.95)] for h in hues)], "uint8"
    )


def headings(dataset: Dataset) -> tuple[str, ...]:
    """The names over the cells that `rows` gives."""
    if dataset.table is not None:
        return tuple(map(str, dataset.table.columns))
    return ("sample", *_told_inputs(dataset), *_told_target(dataset), "part")


def target_columns(dataset: Dataset) -> tuple[int, ...]:
    """Under which headings stands what is to be predicted."""
    if dataset.table is not None:
        count = len(dataset.table.columns)  # the targets are the last of them
        return tuple(range(count - 1 - len(dataset.others), count))
    return (1 + len(_told_inputs(dataset)),) if _told_target(dataset) else ()


def _told_inputs(dataset: Dataset) -> tuple[str, ...]:
    return () if dataset.is_picture else tuple(dataset.inputs)


def _told_target(dataset: Dataset) -> tuple[str, ...]:
    target = dataset.spec.target
    if target is None or target.is_open or dataset.targets.shape[1:] == (0,):  # nothing to compare a sample with
        return ()
    if target.kind == "number":
        return (few(list(target.names)),)
    return ("target" if target.positions else target.kind,)


def rows(dataset: Dataset, start: int, count: int) -> list[tuple[str, ...]]:
    """Rows as text, a cell for each heading; those beyond the end are not there."""
    start, end = max(start, 0), min(max(start, 0) + max(count, 0), len(dataset))
    if dataset.table is not None:
        part = dataset.table.iloc[start:end]
        return list(zip(*([_shown(v) for v in part[name].tolist()] for name in part.columns), strict=True))
    return [_row(dataset, sample) for sample in range(start, end)]


def _row(dataset: Dataset, sample: int) -> tuple[str, ...]:
    given = [input_in_words(dataset, name, sample) for name in _told_inputs(dataset)]
    asked = [target_of(dataset, sample)] if _told_target(dataset) else []
    return (sample_title(dataset, sample), *given, *asked, part_of(dataset, sample))


def part_of(dataset: Dataset, sample: int) -> str:
    """ "training" or "validation"."""
    held = dataset.validation.numpy()
    at = int(np.searchsorted(held, sample))
    return "validation" if at < len(held) and held[at] == sample else "training"


def target_of(dataset: Dataset, sample: int) -> str:
    """What is to be said of a sample: its class or classes, or its numbers in their own unit."""
    return target_in_words(dataset, sample)


def caption_of(dataset: Dataset, sample: int) -> str:
    """What is to be said of a picture, in a word or two: of one with a class for each pixel, the largest but for the
    ground's (the first)."""
    target = dataset.spec.target
    if target is None or target.kind != "class" or not target.positions:
        return target_of(dataset, sample)
    counts = np.bincount(dataset.targets[sample].numpy().reshape(-1), minlength=target.width)
    return target.classes[int(counts[1:].argmax()) + 1] if counts[1:].any() else target.classes[0]


def sample_title(dataset: Dataset, sample: int) -> str:
    """What a sample is called: its file, or its number, by which it is called everywhere."""
    return dataset.files[sample] if dataset.files else f"sample {sample:,}"


def describe_sample(dataset: Dataset, sample: int) -> str:
    """One line about a sample: "sample 12 · class 3 · validation"."""
    target, said = dataset.spec.target, target_of(dataset, sample)
    if target is not None and target.kind == "number":
        said = said if target.positions else f"{', '.join(target.names)} {said}"
    elif target is not None and not target.positions and said.isdigit():
        said = f"class {said}"
    return " · ".join(filter(None, (sample_title(dataset, sample), said, part_of(dataset, sample))))


def sample_values(dataset: Dataset, sample: int) -> list[tuple[str, str]]:
    """What is learned from in a sample, name and value, and last what is to be predicted. Empty for a picture."""
    if dataset.is_picture:
        return []
    if dataset.table is None:
        told = [(name, input_in_words(dataset, name, sample)) for name in dataset.inputs]
        return [*told, *((f"{name}, to be predicted", target_of(dataset, sample)) for name in _told_target(dataset))]
    used = {encoding.column for encoding in dataset.encodings}
    told = list(zip(headings(dataset), rows(dataset, sample, 1)[0], strict=True))
    asked = [told[at] for at in target_columns(dataset)]
    return [
        *(pair for pair in told if pair[0] in used),
        *((f"{name}, to be predicted", value) for name, value in asked),
    ]


def column_summary(dataset: Dataset) -> list[ColumnSummary]:
    """A summary of each column of the table, all samples, the targets last. Empty for pictures."""
    if dataset.table is None:
        return []
    used = {encoding.column for encoding in dataset.encodings}
    names, targets = headings(dataset), target_columns(dataset)
    return [_summary(name, dataset.table[name], at in targets, name in used) for at, name in enumerate(names)]


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


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return as_number(value)
    return NOTHING if value is None else str(value)
