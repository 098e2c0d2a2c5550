"""Where many things are, as rows of numbers that are asked all at once. It knows nothing about what they are.

A row stays where it is while its thing is there, so that rows of one table can name rows of another; the row of a thing
that has gone is given to the next that comes, and is found by nobody until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from PySide6.QtCore import QRectF

T = TypeVar("T")
FIRST = 64  # rows made at the start; doubled whenever they are full

Column = tuple[int, Any]  # how many numbers in a row (0: just one), and their type


class Boxes(Generic[T]):
    """`sides` are left, top, right and bottom of each row, NaN where there is nothing; `columns` what else is kept."""

    def __init__(self, columns: Mapping[str, Column] | None = None):
        self._kinds = dict(columns or {})
        self.clear()

    def clear(self) -> None:
        self.items: list[T | None] = [None] * FIRST
        self.sides = np.full((FIRST, 4), np.nan)
        self._free = list(range(FIRST - 1, -1, -1))
        self.columns = {name: np.zeros((FIRST, wide) if wide else FIRST, t) for name, (wide, t) in self._kinds.items()}

    def __getitem__(self, column: str) -> np.ndarray:
        return self.columns[column]

    def __iter__(self) -> Iterable[T]:
        return (item for item in self.items if item is not None)

    def __len__(self) -> int:
        return len(self.items) - len(self._free)

    def add(self, item: T) -> int:
        """The row of a thing from now on."""
        if not self._free:
            self._grow()
        row = self._free.pop()
        self.items[row] = item
        return row

    def remove(self, row: int) -> None:
        self.items[row] = None
        self.sides[row] = np.nan
        self._free.append(row)

    def put(self, row: int, rect: QRectF) -> None:
        self.sides[row] = (rect.left(), rect.top(), rect.right(), rect.bottom())

    def rows_in(self, area: QRectF) -> np.ndarray:
        """The rows of what touches an area."""
        sides = self.sides
        found = (sides[:, 0] <= area.right()) & (sides[:, 2] >= area.left())
        found &= (sides[:, 1] <= area.bottom()) & (sides[:, 3] >= area.top())
        return np.flatnonzero(found)

    def found_in(self, area: QRectF) -> list[T]:
        """What touches an area."""
        return self.at(self.rows_in(area))

    def at(self, rows: np.ndarray) -> list[T]:
        items = self.items
        return [items[row] for row in rows.tolist()]  # type: ignore[misc]

    def whole(self) -> QRectF:
        """The rectangle around all; a null one around none."""
        if not len(self):
            return QRectF()
        least, most = np.nanmin(self.sides[:, :2], axis=0), np.nanmax(self.sides[:, 2:], axis=0)
        return QRectF(*least.tolist(), *(most - least).tolist())

    def _grow(self) -> None:
        old = len(self.items)
        self.items += [None] * old
        self._free = list(range(2 * old - 1, old - 1, -1))
        self.sides = np.concatenate([self.sides, np.full((old, 4), np.nan)])
        self.columns = {name: np.concatenate([have, np.zeros_like(have)]) for name, have in self.columns.items()}


def layers(sides: np.ndarray) -> list[np.ndarray]:
    """Which of these boxes, the lowest first, can be drawn together: none in a layer covers another of it, and what
    covers something is in a later layer than that."""
    count = len(sides)
    left, top, right, bottom = sides.T
    covers = (left[:, None] < right) & (right[:, None] > left)
    covers &= (top[:, None] < bottom) & (bottom[:, None] > top)
    covers &= np.tri(count, count, -1, bool)  # each by those below it
    if not covers.any():
        return [np.arange(count)]
    level = np.zeros(count, int)
    for row in np.flatnonzero(covers.any(axis=1)).tolist():
        level[row] = level[covers[row]].max() + 1
    return [np.flatnonzero(level == at) for at in range(level.max() + 1)]
