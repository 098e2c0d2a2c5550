"""All that a screen can be asked to show: plain values with NumPy arrays in them. One widget shows each type."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


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

    `values` has the sample's own shape: (height, width) for a picture, channels summed, (columns,) for a row, or
    (channels, steps) for a `series`. `picture` is the sample itself as (height, width, 3) uint8, or None. `names` are
    the columns of a row, or the channels of a series. `place` is what is explained, where the network answers at many
    places: an index along each axis.
    """

    values: np.ndarray = field(default_factory=lambda: np.zeros((1, 1)))
    limit: float = 1.0
    picture: np.ndarray | None = None
    names: tuple[str, ...] = ()
    place: tuple[int, ...] | None = None
    series: bool = False


@dataclass(frozen=True)
class TokenSaliency(Result):
    """How much each token of a sample counts for a score: `values` (tokens,), signed or not below 0; `limit` is the
    value at full colour, `place` as in `Saliency`."""

    tokens: tuple[str, ...] = ()
    values: np.ndarray = field(default_factory=lambda: np.zeros(0))
    limit: float = 1.0
    place: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Numbers(Result):
    """A vector in its own order: `values` (count,), `names` of the same length or none."""

    values: np.ndarray = field(default_factory=lambda: np.zeros(0))
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComparedNumbers(Result):
    """Numbers by name: what the network gives, beside what is true if that is known. For labels, `predicted` are
    probabilities and `true` 0 or 1."""

    names: tuple[str, ...] = ()
    predicted: tuple[float, ...] = ()
    true: tuple[float, ...] | None = None


@dataclass(frozen=True)
class ComparedPictures(Result):
    """Numbers at the places of a picture, all (channels, height, width): `answer`, `truth` if that is known, and
    `given` where the network saw such a picture, too. `low` is shown black and `high` white in all of them; `limit` is
    the difference (answer less truth, a mean over the channels) at full colour."""

    answer: np.ndarray = field(default_factory=lambda: np.zeros((1, 1, 1)))
    truth: np.ndarray | None = None
    given: np.ndarray | None = None
    low: float = 0.0
    high: float = 1.0
    limit: float = 1.0


@dataclass(frozen=True)
class ComparedMasks(Result):
    """A class at each pixel: `predicted` and `true` (height, width) class numbers (true below 0: not asked about; None:
    not known), `confidence` (height, width) the probability of the predicted class. `colours` (classes, 3) uint8;
    `overlaps` the intersection over union of each class in this sample, NaN for one that neither has."""

    classes: tuple[str, ...] = ()
    colours: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), np.uint8))
    predicted: np.ndarray = field(default_factory=lambda: np.zeros((1, 1), int))
    confidence: np.ndarray = field(default_factory=lambda: np.zeros((1, 1)))
    true: np.ndarray | None = None
    picture: np.ndarray | None = None
    overlaps: tuple[float, ...] = ()


@dataclass(frozen=True)
class ComparedLines(Result):
    """Numbers at steps: `predicted` and `true` (steps, channels), true None where not known, and `before` (earlier
    steps, channels) what the network saw of the same channels, in the same unit. `sides` is how many places there are
    along each axis, for choosing one: (steps,), or (steps, channels) where every number is a place."""

    names: tuple[str, ...] = ()
    predicted: np.ndarray = field(default_factory=lambda: np.zeros((0, 1)))
    true: np.ndarray | None = None
    before: np.ndarray | None = None
    sides: tuple[int, ...] = ()


@dataclass(frozen=True)
class ComparedTokens(Result):
    """A class at each step: `predicted` and `true` (steps,) class numbers (true below 0: not asked about; None: not
    known), and `likely` (steps, most) the likeliest classes, the first of them predicted, with `probabilities`."""

    classes: tuple[str, ...] = ()
    predicted: np.ndarray = field(default_factory=lambda: np.zeros(0, int))
    true: np.ndarray | None = None
    likely: np.ndarray = field(default_factory=lambda: np.zeros((0, 1), int))
    probabilities: np.ndarray = field(default_factory=lambda: np.zeros((0, 1)))


@dataclass(frozen=True)
class Scores(Result):
    """How well the network answers about each of several samples: the share of right places, or the mean absolute
    error where `errors`. `known` is how many samples could have been asked about."""

    samples: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    errors: bool = False
    known: int = 0


@dataclass(frozen=True)
class Together(Result):
    """An answer with further ones beside it: those of a network with several outputs."""

    main: Result = field(default_factory=lambda: Result(""))
    further: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Nothing(Result):
    """There is nothing to show, and `caption` is the sentence that says why and what would change it."""
