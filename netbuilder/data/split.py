"""Which samples are kept for validation: by seed, and the same share of every class.

The order of samples comes from uniform random numbers of a generator of our own, so that no other random state is
touched and the same seed gives the same split on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netbuilder.data.dataset import few
from netbuilder.data.source import DataError


@dataclass(frozen=True)
class Split:
    """Sample numbers, ascending, disjoint; together they are all samples."""

    train: np.ndarray
    validation: np.ndarray


def split(count: int, share: float, seed: int) -> Split:
    """`share` of `count` samples for validation, at least one on each side. Raises `DataError` for fewer than two."""
    if count < 2:
        raise DataError("There is only one sample, and validation needs another: add samples.", "path")
    kept = min(max(round(share * count), 1), count - 1)
    return _split_at(_order(count, seed)[:kept], count)


def split_by_class(labels: np.ndarray, share: float, seed: int) -> Split:
    """`share` of every class for validation, exact to within one sample a class and one sample in all.

    Every class stays in training. Raises `DataError` if every class has but one sample.
    """
    count = len(labels)
    order = _order(count, seed)
    classes, sizes = np.unique(labels, return_counts=True)
    if count == 0 or sizes.max() < 2:
        raise DataError(
            "Every class has only one sample, so none can be kept for validation: add samples.", "validation"
        )
    exact = np.round(share * sizes, 9)
    kept = np.minimum(np.floor(exact).astype(np.int64), sizes - 1)
    left = max(round(share * count), 1) - int(kept.sum())
    rest = exact - kept
    for number in np.argsort(-rest, kind="stable"):  # the largest remainders get what rounding down left over
        if left > 0 and rest[number] > 0 and kept[number] < sizes[number] - 1:
            kept[number] += 1
            left -= 1
    chosen = [order[labels[order] == name][:most] for name, most in zip(classes, kept, strict=True)]
    return _split_at(np.concatenate(chosen), count)


def notes_on(labels: np.ndarray, classes: Sequence[str], parts: Split) -> list[str]:
    """Sentences about classes that validation says nothing about."""
    in_validation = np.bincount(labels[parts.validation], minlength=len(classes))
    without = [name for name, held in zip(classes, in_validation, strict=True) if held == 0]
    if not without:
        return []
    has, is_ = ("class has", "is") if len(without) == 1 else ("classes have", "are")
    return [
        f"{len(without):,} {has} too few samples to have one in validation, and {is_} only trained on: {few(without)}."
    ]


def _order(count: int, seed: int) -> np.ndarray:
    return np.argsort(np.random.Generator(np.random.PCG64(seed)).random(count), kind="stable")


def _split_at(validation: np.ndarray, count: int) -> Split:
    held = np.zeros(count, dtype=bool)
    held[validation] = True
    return Split(np.flatnonzero(~held).astype(np.int64), np.flatnonzero(held).astype(np.int64))
