"""An answer about one sample beside what is true, as the value that a screen shows, and one line that sums it up.

All tensors are of one sample, on the CPU. It knows nothing about networks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netbuilder.data.dataset import Dataset, few, plain
from netbuilder.data.in_words import unscaled
from netbuilder.data.preview import class_colours, thumbnail
from netbuilder.probes.results import (
    ComparedLines,
    ComparedMasks,
    ComparedNumbers,
    ComparedPictures,
    ComparedTokens,
    Probabilities,
)

if TYPE_CHECKING:
    import torch

    from netbuilder.spec import TargetSpec

LIKELY = 5  # classes of a step that are told
FEWEST_ROWS = 17  # a grid with so many columns is a picture, one with fewer is channels over steps


class Given(NamedTuple):
    """An answer about the sample `number`, what is true (None: not known, and `why`), and how its line begins."""

    title: str
    told: str
    dataset: Dataset
    target: TargetSpec
    number: int
    answer: torch.Tensor
    truth: torch.Tensor | None
    why: str


def one_class(given: Given) -> Probabilities:
    """The answer (classes,), the truth a class number."""
    scores, classes = given.answer, given.target.classes
    shares = scores.softmax(-1)
    predicted = int(shares.argmax())
    true = None if given.truth is None else int(given.truth)
    said = given.why if true is None else "right" if predicted == true else f"wrong, it is {classes[true]}"
    caption = f"{given.told}: {classes[predicted]} with {float(shares[predicted]):.1%} ({said.removesuffix('.')})"
    return Probabilities(given.title, caption, classes, tuple(shares.tolist()), true, predicted)


def labels(given: Given) -> ComparedNumbers:
    """Answer and truth (classes,): each label's probability, beside 1 where it holds."""
    scores, classes, truth = given.answer, given.target.classes, given.truth
    shares = scores.sigmoid()
    if truth is None:
        return ComparedNumbers(given.title, f"{given.told}: {given.why}", classes, tuple(shares.tolist()))
    right = int(((shares > 0.5) == (truth > 0.5)).sum())
    caption = f"{given.told}: {right} of {len(classes)} labels right"
    return ComparedNumbers(given.title, caption, classes, tuple(shares.tolist()), tuple(truth.float().tolist()))


def row(given: Given) -> ComparedNumbers:
    """Numbers of a row, (width,) or (columns, 1)."""
    dataset, truth = given.dataset, given.truth
    values, true = _in_unit(dataset, given.answer), None if truth is None else _in_unit(dataset, truth)
    names = given.target.names if len(given.target.names) == values.size else dataset.columns
    caption = f"{given.told}: {_off(values, true, given.why)}"
    return ComparedNumbers(given.title, caption, names, _plain(values), None if true is None else _plain(true))


def tokens(given: Given) -> ComparedTokens:
    """The answer (steps, classes), the truth (steps,) class numbers."""
    scores, truth = given.answer, given.truth
    shares, likely = scores.softmax(-1).topk(min(LIKELY, scores.shape[-1]), dim=-1)
    predicted = likely[:, 0].numpy()
    true = None if truth is None else truth.numpy().copy()
    caption = f"{given.told}: {_right(predicted, true, 'steps', given.why)}"
    return ComparedTokens(
        given.title, caption, given.target.classes, predicted.copy(), true, likely.numpy(), shares.numpy()
    )


def masks(given: Given) -> ComparedMasks:
    """The answer (height, width, classes), the truth (height, width) class numbers."""
    dataset, target, truth = given.dataset, given.target, given.truth
    confidence, said = given.answer.softmax(-1).max(-1)
    predicted, true = said.numpy(), None if truth is None else truth.numpy().copy()
    caption = f"{given.told}: {_right(predicted, true, 'pixels', given.why)}"
    overlaps: tuple[float, ...] = ()
    if true is not None:
        overlaps = overlaps_of(predicted, true, target.width)
        there = [overlap for overlap in overlaps if not np.isnan(overlap)]
        if there:
            caption += f", IoU {sum(there) / len(there):.2f}"
    picture = None
    if dataset.is_picture and next(iter(dataset.spec.inputs.values())).shape[1:] == predicted.shape:
        picture = thumbnail(dataset, given.number)
    return ComparedMasks(
        given.title,
        caption,
        target.classes,
        class_colours(target.width),
        predicted,
        confidence.numpy(),
        true,
        picture,
        overlaps,
    )


def overlaps_of(predicted: np.ndarray, true: np.ndarray, classes: int) -> tuple[float, ...]:
    """The intersection over union of each class where it is asked about, NaN for a class that neither has."""
    asked = true >= 0
    found = []
    for at in range(classes):
        one, other = (predicted == at) & asked, true == at
        either = int((one | other).sum())
        found.append(int((one & other).sum()) / either if either else float("nan"))
    return tuple(found)


def as_picture(dataset: Dataset, target: TargetSpec) -> bool:
    """Whether numbers at these places are a picture: (C, H, W), or rows and columns where the input is a picture or
    there are many columns."""
    places = target.positions
    if len(places) != 2:
        return len(places) == 3 and target.width == 1
    wide = places[1] >= FEWEST_ROWS and len(dataset.columns) != places[1]
    return target.width in (1, 3) and (wide or any(spec.shape[1:] == places for spec in dataset.spec.inputs.values()))


def pictures(given: Given) -> ComparedPictures:
    """Answer and truth (channels, height, width, 1) or (height, width, channels)."""
    dataset, truth = given.dataset, given.truth
    made, true = _channels_first(given.answer), None if truth is None else _channels_first(truth)
    inputs = (seen[given.number].numpy() for seen in dataset.inputs.values() if seen.shape[1:] == made.shape)
    shown = next(inputs, None)
    if shown is not None and (true is not None and np.array_equal(shown, true)):
        shown = None
    scale = made if true is None else true
    low, high = min(0.0, float(scale.min())), max(1.0, float(scale.max()))
    limit = float(np.abs((made - true).mean(0)).max()) if true is not None else 1.0
    caption = f"{given.told}: {_off(made, true, given.why)} · {plain(low)} is black, {plain(high)} white"
    return ComparedPictures(given.title, caption, made, true, shown, low, high, limit or 1.0)


def lines(given: Given) -> ComparedLines:
    """Answer and truth (steps, channels) or (steps, channels, 1)."""
    dataset, target, answer, truth = given.dataset, given.target, given.answer, given.truth
    from netbuilder.data.windows import units_of

    width = answer[0].numel()
    units = units_of(dataset) if len(target.names) == width else [dataset.target_scale or (0.0, 1.0)] * width
    means, scales = (np.array(part) for part in zip(*units, strict=True))

    def in_unit(numbers: torch.Tensor) -> np.ndarray:
        return numbers.double().numpy().reshape(len(numbers), -1) * scales + means

    values, true = in_unit(answer), None if truth is None else in_unit(truth)
    names = target.names if len(target.names) == values.shape[1] else dataset.columns
    if len(names) != values.shape[1]:
        names = tuple(f"channel {at + 1}" for at in range(values.shape[1]))
    before = None
    seen = list(dataset.inputs.values())
    if (
        len(seen) == 1
        and seen[0].dim() == 3
        and seen[0].shape[2] == len(dataset.columns)
        and target.positions != tuple(seen[0].shape[1:])  # else it is what is to be given back
        and all(name in dataset.columns for name in names)
    ):
        at = [dataset.columns.index(name) for name in names]
        before = in_unit(seen[0][given.number][:, at])
    said = _off(values, true, given.why)
    if true is not None and len(set(units)) > 1:  # no number stands for several units
        errors = np.abs(values - true).mean(axis=0).tolist()
        said = f"off by {few([f'{name} {plain(error)}' for name, error in zip(names, errors, strict=True)])} on average"
    return ComparedLines(given.title, f"{given.told}: {said}", names, values, true, before, target.positions)


def _channels_first(values: torch.Tensor) -> np.ndarray:
    last = values.shape[-1]
    made = values[..., 0] if values.dim() == 4 else values.movedim(-1, 0) if last > 1 else values[..., 0][None]
    return np.ascontiguousarray(made.float().numpy())


def _in_unit(dataset: Dataset, values: torch.Tensor) -> np.ndarray:
    return unscaled(dataset, values.double().numpy())


def _plain(values: np.ndarray) -> tuple[float, ...]:
    return tuple(values.reshape(-1).tolist())


def _off(values: np.ndarray, true: np.ndarray | None, why: str) -> str:
    """How far off it is; where that is not known, why."""
    if true is None:
        return why.removesuffix(".")
    error = np.abs(values - true)
    return f"off by {plain(float(error.mean()))} on average, {plain(float(error.max()))} at most"


def _right(predicted: np.ndarray, true: np.ndarray | None, things: str, why: str) -> str:
    if true is None:
        return why.removesuffix(".")
    asked = true >= 0
    if not asked.any():
        return f"none of its {things} is asked about"
    right, count = int((predicted == true)[asked].sum()), int(asked.sum())
    return f"{right:,} of {count:,} {things} right ({right / count:.1%})"
