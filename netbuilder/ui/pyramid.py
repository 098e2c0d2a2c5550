"""A long row of numbers that is drawn at once at any zoom. It knows no axes and no Qt."""

from __future__ import annotations

import numpy as np

from netbuilder.ui.series import Growing

BLOCK = 16  # numbers in the smallest stretches
SAMPLE = 4096  # numbers that stand for all, at least


class Pyramid:
    """The lowest and the highest number of every stretch of a growing row: of 16 numbers, of 32, of 64 ...

    Twice as much room as in a quarter of the row, all levels together; what is new costs what it is long.
    """

    def __init__(self) -> None:
        self.values = np.empty(0, np.float32)
        self._levels: list[Growing] = []

    def __len__(self) -> int:
        return len(self.values)

    def follow(self, values: np.ndarray) -> None:
        """The row is this by now (N,): what it was before, and more."""
        self.values = values
        done = len(self._levels[0]) if self._levels else 0
        new = values[done * BLOCK : len(values) // BLOCK * BLOCK].reshape(-1, BLOCK)
        if not len(new):
            return
        new = np.where(np.isfinite(new), new, np.float32(np.nan))
        self._extend(0, np.stack([np.fmin.reduce(new, axis=1), np.fmax.reduce(new, axis=1)], axis=1))
        level = 0
        while (pairs := len(self._levels[level]) // 2) > (self._length(level + 1)):
            below = self._levels[level].values[2 * self._length(level + 1) : 2 * pairs].reshape(-1, 2, 2)
            low, high = np.fmin.reduce(below[:, :, 0], axis=1), np.fmax.reduce(below[:, :, 1], axis=1)
            self._extend(level + 1, np.stack([low, high], axis=1))
            level += 1

    def drawn(self, first: int, last: int, most: int) -> tuple[np.ndarray, np.ndarray]:
        """Places and values, at most about `most`, that draw the same picture as the numbers from `first` to before
        `last`: the lowest and the highest of every stretch, and both ends."""
        first, last = max(0, first), min(last, len(self.values))
        level, blocks = 0, max(4, most // 2)
        while (last - first) / (BLOCK << level) > blocks:
            level += 1
        size = BLOCK << level
        begin, end = -(-first // size), last // size
        if last - first <= max(most, 4 * BLOCK) or end <= begin or level >= len(self._levels):
            return np.arange(first, last), self.values[first:last]
        extremes = self._levels[level].values[begin:end]
        middle = np.pad(extremes.mean(axis=1, dtype=float), 1, mode="reflect", reflect_type="odd")
        down = -np.diff(middle)
        half = np.diff(extremes.astype(float), axis=1)[:, 0] / 2
        falling = (down[:-1] > half) & (down[1:] > half)  # from above: the line has no teeth that the row has not
        extremes = np.where(falling[:, None], extremes[:, ::-1], extremes)
        starts = np.arange(begin, end) * size
        places = np.stack([starts, starts + size - 1], axis=1)
        edges = [np.array([at]) for at in (first, last - 1)]
        head, tail = self._extremes(first, begin * size), self._extremes(end * size, last)
        return (
            np.concatenate([edges[0], head[0], places.reshape(-1), tail[0], edges[1]]),
            np.concatenate([self.values[edges[0]], head[1], extremes.reshape(-1), tail[1], self.values[edges[1]]]),
        )

    def sample(self, first: int, last: int) -> np.ndarray:
        """A few thousand of the numbers from `first` to before `last`, evenly: to ask how they are spread."""
        stride = 1
        while (last - first) // (2 * stride) >= SAMPLE:
            stride *= 2
        return self.values[max(0, first) : last : stride]

    def _extremes(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """The places and values of the lowest and the highest number of a short stretch."""
        row = self.values[first:last]
        known = np.flatnonzero(np.isfinite(row))
        if not len(known):
            return np.empty(0, int), np.empty(0, np.float32)
        two = np.sort([known[row[known].argmin()], known[row[known].argmax()]])
        return first + two, row[two]

    def _length(self, level: int) -> int:
        return len(self._levels[level]) if level < len(self._levels) else 0

    def _extend(self, level: int, extremes: np.ndarray) -> None:
        if level == len(self._levels):
            self._levels.append(Growing(2))
        self._levels[level].extend(extremes)
