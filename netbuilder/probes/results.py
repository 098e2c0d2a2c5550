"""All that a screen can be asked to show: plain values with NumPy arrays in them. One widget shows each type."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from netbuilder.plot import Plot


@dataclass(frozen=True)
class Result:
    """`title` heads the card, `caption` stands below it: one line of what was measured."""

    title: str
    caption: str = ""


@dataclass(frozen=True)
class ImageGrid(Result):
    """Pictures of equal size: `images` (count, height, width) for signed values shown red-white-blue, or
    (count, height, width, 3) uint8 for pictures as they are. `limit` is the value at full colour (signed only).
    `shown_of` is how many there are in all."""

    images: np.ndarray = field(default_factory=lambda: np.zeros((0, 1, 1)))
    limit: float = 1.0
    shown_of: int = 0
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heatmap(Result):
    """A matrix (rows, columns) of signed values around 0; `limit` is the value at full colour."""

    values: np.ndarray = field(default_factory=lambda: np.zeros((1, 1)))
    limit: float = 1.0
    row_names: tuple[str, ...] = ()
    column_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Histogram(Result):
    """`counts` (bins,) between `edges` (bins + 1,)."""

    counts: np.ndarray = field(default_factory=lambda: np.zeros(1))
    edges: np.ndarray = field(default_factory=lambda: np.array([0.0, 1.0]))


@dataclass(frozen=True)
class Bars(Result):
    """A signed value per name: a saliency per column of a table, say."""

    names: tuple[str, ...] = ()
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Probabilities(Result):
    """One sample's probability per class. `true` and `predicted` are class numbers."""

    classes: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    true: int | None = None
    predicted: int = 0


@dataclass(frozen=True)
class Predictions(Result):
    """What the network says of several samples. For classes: `predicted` and `true` are class numbers and
    `confidence` the probability of the predicted class; for numbers they are the values and confidence is empty."""

    samples: tuple[int, ...] = ()
    true: tuple[float, ...] = ()
    predicted: tuple[float, ...] = ()
    confidence: tuple[float, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Confusion(Result):
    """`counts[true, predicted]` over the validation samples; `samples[true, predicted]` are their numbers."""

    classes: tuple[str, ...] = ()
    counts: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=int))
    samples: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Saliency(Result):
    """How much each part of one sample speaks for (+) or against (-) a class.

    `values` has the sample's own shape: (height, width) for a picture, channels summed, or (columns,) for a row.
    `picture` is the sample itself as (height, width, 3) uint8, or None. `names` are the columns of a row.
    """

    values: np.ndarray = field(default_factory=lambda: np.zeros((1, 1)))
    limit: float = 1.0
    picture: np.ndarray | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lines(Result):
    """Lines over the same axes, such as a forecast over what came."""

    plot: Plot = field(default_factory=lambda: Plot(()))


@dataclass(frozen=True)
class Nothing(Result):
    """There is nothing to show, and `caption` is the sentence that says why and what would change it."""
