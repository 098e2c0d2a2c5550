"""One sample in a line: numbers, text, a small curve, or how much of a picture is what. It knows nothing of screens."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from netbuilder.data.dataset import Dataset, few, plain
from netbuilder.data.tokens import Tokens, Words
from netbuilder.spec import TargetSpec

MOST = 80  # characters
BARS = "▁▂▃▄▅▆▇█"
LONGEST_CURVE = 24  # bars
FEW = 6  # numbers that are written out
CURVES = 3
UNASKED = "·"  # a place of a text that nothing is asked about
UNSEEN = str.maketrans({"\n": "⏎", "\r": "⏎", "\t": "⇥"})


def input_in_words(dataset: Dataset, name: str, sample: int) -> str:
    """What one input of a sample is."""
    values = dataset.inputs[name][sample].numpy()
    if not np.issubdtype(values.dtype, np.floating):
        if dataset.spec.tokens:
            return text_of(dataset, values.reshape(-1).tolist())
        return _cut(" ".join(map(str, values.reshape(-1)[:MOST].tolist())))
    if values.ndim == 2:
        return curves(values, dataset.columns)
    if values.size <= FEW or values.ndim < 2:
        return few([plain(value) for value in values.reshape(-1).tolist()], FEW)
    return "×".join(map(str, values.shape))


def target_in_words(dataset: Dataset, sample: int) -> str:
    """What is to be said of a sample: classes, or numbers in their own unit. "" where nothing is."""
    target = dataset.spec.target
    if target is None or target.is_open:
        return ""
    values = dataset.targets[sample].numpy()
    if target.kind == "class":
        return _classes_in_words(dataset, target, values)
    if target.kind == "labels":
        if target.positions:
            return "×".join(map(str, target.positions))
        return few([name for name, held in zip(target.classes, values.tolist(), strict=True) if held > 0]) or "none"
    numbers = unscaled(dataset, values.astype(np.float64))
    if not target.positions:
        return ", ".join(as_number(number, digits=6) for number in numbers.tolist())  # as many as survive in a float32
    if len(target.positions) == 1:
        return curves(numbers, target.names)
    return "×".join(map(str, target.positions))


def text_of(dataset: Dataset, ids: Sequence[int]) -> str:
    """The text that numbers stand for, in one line and no longer than can be read at a glance."""
    return _cut(written(dataset.tokens or Words(dataset.spec.tokens), ids))


def written(tokens: Tokens, ids: Sequence[int]) -> str:
    """The text that numbers stand for, in one line, with a dot at each place that nothing is asked about."""
    parts = (list(part) for _, part in groupby(ids, key=lambda number: number < 0))
    return "".join(UNASKED * len(part) if part[0] < 0 else tokens.decode(part) for part in parts).translate(UNSEEN)


def curves(values: np.ndarray, names: Sequence[str] = ()) -> str:
    """A few of the columns of a series (steps, columns) as bars of text, by their names where there are several."""
    width = values.shape[1]
    shown = [curve(column) for column in values.T[:CURVES]]
    if width > 1 and len(names) == width:
        shown = [f"{name} {bars}" for name, bars in zip(names, shown, strict=False)]
    return ", ".join(shown) + (f" and {width - CURVES:,} more" if width > CURVES else "")


def curve(values: np.ndarray) -> str:
    """Numbers as bars of text, from the least to the most of them; long ones in fewer bars."""
    if len(values) > LONGEST_CURVE:
        values = np.array([part.mean() for part in np.array_split(values, LONGEST_CURVE)])
    least, most = float(values.min()), float(values.max())
    if least == most:
        return BARS[0] * len(values)
    heights = np.round((values - least) / (most - least) * (len(BARS) - 1)).astype(int)
    return "".join(BARS[height] for height in heights.tolist())


def unscaled(dataset: Dataset, values: np.ndarray) -> np.ndarray:
    """Targets in their own unit."""
    if dataset.target_scale is None:
        return values
    mean, scale = dataset.target_scale
    return values * scale + mean


def as_number(value: float, digits: int = 10) -> str:
    """A number as it was written: whole where it is whole, and "" for none."""
    if np.isnan(value):
        return ""
    return f"{value:.0f}" if abs(value) < 1e15 and value == int(value) else f"{value:.{digits}g}"


def _classes_in_words(dataset: Dataset, target: TargetSpec, values: np.ndarray) -> str:
    if not target.positions:
        return target.classes[int(values)]
    if target.classes == dataset.spec.tokens:
        return text_of(dataset, values.reshape(-1).tolist())
    if len(target.positions) == 1:
        return _cut(" ".join(target.classes[number] for number in values[:MOST].tolist()))
    shares = np.bincount(values.reshape(-1), minlength=target.width) / values.size
    ground_last = [*range(1, target.width), 0]
    return few([f"{target.classes[number]} {shares[number]:.0%}" for number in ground_last if shares[number]])


def _cut(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
