"""Columns of a table: the field that names one, and what is in them. It knows nothing about CSV or tensors."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.fields import Offered

if TYPE_CHECKING:
    import numpy as np

MISSING = frozenset({"", "na", "n/a", "nan", "null", "#n/a", "?"})
NOT_A_NUMBER = MISSING | {"none", "-", "--", "."}  # words that stand for no value among numbers
MOSTLY = 0.95  # of a column's values must be numbers for the others to be taken as slips
LARGEST = 1e300  # beyond it, sums overflow
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")


class ColumnName(Offered):
    """The name of a column. A form offers those of the file that the source's `path` names (`read_columns`)."""

    def __init__(self, default: str | None = None, **more: Any):
        super().__init__(default, **more)


@dataclass(frozen=True)
class Column:
    """What a form shows about a column: `kind` is "number" or "category"."""

    name: str
    kind: str
    missing: int
    distinct: int


@dataclass(frozen=True, eq=False)
class Cells:
    """One column as it was read: `texts` as in the file, and `numbers` (NaN for none) if it is a column of numbers."""

    name: str
    texts: Sequence[str]
    numbers: np.ndarray | None
    missing: np.ndarray  # bool
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.missing)

    def at(self, rows: np.ndarray) -> Cells:
        """The same column with only these rows, by number."""
        texts = [self.texts[row] for row in rows.tolist()]
        numbers = None if self.numbers is None else self.numbers[rows]
        return Cells(self.name, texts, numbers, self.missing[rows], self.notes)

    def describe(self) -> Column:
        import numpy as np

        if self.numbers is not None:
            return Column(self.name, "number", int(self.missing.sum()), len(np.unique(self.numbers[~self.missing])))
        known = {text for text, missing in zip(self.texts, self.missing.tolist(), strict=True) if not missing}
        return Column(self.name, "category", int(self.missing.sum()), len(known))


def understand(name: str, texts: Sequence[str], *, comma: bool = False, category: bool = False) -> Cells:
    """Decide what a column holds: numbers if (nearly) all its values are numbers, else categories.

    `comma`: the file may write 3,14 for 3.14. `category`: categories whatever it looks like.
    """
    import numpy as np

    texts = [text.strip() for text in texts]
    absent = np.fromiter((text.lower() in MISSING for text in texts), bool, len(texts))
    if category:
        return Cells(name, texts, None, absent)
    numbers = np.fromiter((number_in(text, comma) for text in texts), float, len(texts))
    known = np.isfinite(numbers)
    odd = [row for row in np.flatnonzero(~known).tolist() if texts[row].lower() not in NOT_A_NUMBER]
    if not known.any() or known.sum() < MOSTLY * (known.sum() + len(odd)):
        return Cells(name, texts, None, absent)
    notes: tuple[str, ...] = ()
    if odd:
        values = "1 value" if len(odd) == 1 else f"{len(odd):,} values"
        example = texts[odd[0]][:40]
        notes = (f"{values} of {name} that can't be read as a number ({example!r}) counted as missing.",)
    return Cells(name, texts, numbers, ~known, notes)


def read_columns(path: str | Path, separator: str = "auto", header: str = "auto") -> list[Column]:
    """The columns of a CSV file, for a form. Reads the whole file. Raises `DataError`."""
    from netbuilder.data.text_table import read_text_table

    table = read_text_table(str(path), separator, header)
    return [understand(name, texts, comma=table.comma).describe() for name, texts in table.columns()]


def number_in(text: str, comma: bool) -> float:
    """`text` as a finite number, or NaN."""
    if comma and "," in text and DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if abs(value) <= LARGEST and "_" not in text else math.nan
