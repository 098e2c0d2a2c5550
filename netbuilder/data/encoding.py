"""How the columns of a table become numbers, learned from the training rows only. It knows nothing about files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netbuilder.data.columns import Cells
from netbuilder.data.dataset import few

FARTHEST = 1e6  # standard deviations; what lies beyond is drawn in, so that float32 holds it
ID_NAME = re.compile(r"(.*[ _.-])?(id|uuid|guid|index|idx|row|rownames|nr|no|unnamed: ?\d+)|column 1", re.IGNORECASE)


@dataclass(frozen=True)
class ColumnEncoding:
    """How one column is encoded. `names` are the numbers it gives."""

    column: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column,)

    def encode(self, cells: Cells) -> np.ndarray:
        """(rows, names) float32."""
        raise NotImplementedError


@dataclass(frozen=True)
class Standardised(ColumnEncoding):
    """A number: less the mean, divided by the standard deviation. `fill` stands for a missing one."""

    mean: float
    scale: float
    fill: float

    def encode(self, cells: Cells) -> np.ndarray:
        assert cells.numbers is not None
        return standardise(np.where(cells.missing, self.fill, cells.numbers), self.mean, self.scale)[:, None]


@dataclass(frozen=True)
class OneHot(ColumnEncoding):
    """A category: 1 in the place of its value, else 0. A value that training did not have gives zeros only.

    `missing`: whether "nothing there" is a category, the last one.
    """

    values: tuple[str, ...]
    missing: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        named = tuple(f"{self.column} = {value}" for value in self.values)
        return (*named, f"{self.column} is missing") if self.missing else named

    def encode(self, cells: Cells) -> np.ndarray:
        place = {value: number for number, value in enumerate(self.values)}
        absent = len(self.values) if self.missing else -1
        at = [
            absent if missing else place.get(text, -1)
            for text, missing in zip(cells.texts, cells.missing.tolist(), strict=True)
        ]
        found = np.asarray(at, dtype=np.int64)
        encoded = np.zeros((len(cells), len(self.names)), dtype=np.float32)
        rows = np.flatnonzero(found >= 0)
        encoded[rows, found[rows]] = 1.0
        return encoded


@dataclass(frozen=True)
class Rules:
    """What the user says about columns: how missing values are filled, and what is left out."""

    missing: str = "mean"  # "mean", "zero"; rows with a missing value are already gone for "drop"
    most_categories: int = 50
    leave_out_ids: bool = True


def learn(columns: Sequence[Cells], train: np.ndarray, rules: Rules) -> tuple[list[ColumnEncoding], list[str]]:
    """The encodings of the columns that say something, and sentences about those that do not."""
    encodings: list[ColumnEncoding] = []
    notes: list[str] = []
    constant: list[str] = []
    ids: list[str] = []
    for cells in columns:
        if rules.leave_out_ids and is_id(cells):
            ids.append(cells.name)
            continue
        encoding = _of_numbers(cells, train, rules) if cells.numbers is not None else _of_texts(cells, train, rules)
        if isinstance(encoding, int):
            notes.append(
                f"{cells.name} was left out: it has {encoding:,} different values, and at most "
                f"{rules.most_categories:,} are encoded."
            )
        elif encoding is None:
            constant.append(cells.name)
        else:
            encodings.append(encoding)
    if constant:
        were = "was left out: it has" if len(constant) == 1 else "were left out: each has"
        notes.append(f"{few(constant)} {were} the same value in every training row.")
    if ids:
        was = "was left out: it numbers" if len(ids) == 1 else "were left out: they number"
        notes.append(f"{few(ids)} {was} the rows and says nothing about them.")
    return encodings, notes


def encode(columns: Sequence[Cells], encodings: Sequence[ColumnEncoding]) -> np.ndarray:
    """The input vectors: (rows, numbers) float32."""
    by_name = {cells.name: cells for cells in columns}
    return np.concatenate([encoding.encode(by_name[encoding.column]) for encoding in encodings], axis=1)


def standardise(values: np.ndarray, mean: float, scale: float) -> np.ndarray:
    """float32, finite whatever comes in."""
    with np.errstate(over="ignore"):
        return np.clip((values - mean) / scale, -FARTHEST, FARTHEST).astype(np.float32)


def mean_and_scale(values: np.ndarray) -> tuple[float, float]:
    """The mean and the standard deviation; a scale of 0 if all values are the same. Never overflows."""
    largest = float(np.abs(values).max(initial=0.0))
    if largest == 0.0 or values.min() == values.max():
        return (float(values[0]) if len(values) else 0.0), 0.0
    parts = values / largest
    return float(parts.mean()) * largest, float(parts.std()) * largest


def is_id(cells: Cells) -> bool:
    """Whether a column only numbers the rows: called like one, and every value a different one."""
    if len(cells) < 3 or cells.missing.any() or not ID_NAME.fullmatch(cells.name.strip()):
        return False
    if cells.numbers is None:
        return len(set(cells.texts)) == len(cells)
    if cells.name == "column 1" and not (np.diff(cells.numbers) == 1).all():
        return False  # a name we made up says nothing; counting up does
    return len(np.unique(cells.numbers)) == len(cells) and bool((cells.numbers % 1 == 0).all())


def _of_numbers(cells: Cells, train: np.ndarray, rules: Rules) -> ColumnEncoding | None:
    numbers: Any = cells.numbers
    missing = cells.missing[train]
    known = numbers[train][~missing]
    if rules.missing == "zero":
        mean, scale = mean_and_scale(np.where(missing, 0.0, numbers[train]))
        return Standardised(cells.name, mean, scale, 0.0) if scale > 0 else None
    mean, scale = mean_and_scale(known)
    return Standardised(cells.name, mean, scale, mean) if scale > 0 else None


def _of_texts(cells: Cells, train: np.ndarray, rules: Rules) -> ColumnEncoding | int | None:
    """The encoding, None if there is nothing to tell apart, or how many values there are if they are too many."""
    missing = cells.missing.tolist()
    rows = train.tolist()
    values = sorted({cells.texts[row] for row in rows if not missing[row]})
    if len(values) > rules.most_categories:
        return len(values)
    absent = rules.missing == "mean" and any(missing[row] for row in rows)
    if len(values) + any(missing[row] for row in rows) < 2:
        return None
    return OneHot(cells.name, tuple(values), absent)
