"""From columns to a `Dataset`: the target, the split, and then the encodings. It knows nothing about files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from netbuilder.data.columns import Cells
from netbuilder.data.dataset import Dataset, counted, plain
from netbuilder.data.encoding import Rules, encode, learn, mean_and_scale, standardise
from netbuilder.data.memory import check_fits
from netbuilder.data.source import DataError
from netbuilder.data.split import Split, notes_on, split, split_by_class
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec

if TYPE_CHECKING:
    import pandas

MOST_CLASSES = 1000
FEW_NUMBERS = 20  # so many distinct whole numbers, or fewer, are taken for classes
LARGEST_TARGET = 1e15  # squared errors of it still fit into float32


def target_kind(target: Cells) -> str:
    """ "class" or "number", for a target of which the user says neither."""
    if target.numbers is None:
        return "class"
    known = target.numbers[~target.missing]
    distinct = np.unique(known)
    whole = bool((distinct % 1 == 0).all())
    return "class" if whole and len(distinct) <= FEW_NUMBERS and 2 * len(distinct) <= len(known) else "number"


def has_target(target: Cells, kind: str) -> np.ndarray:
    """Which rows have a target that can be learned."""
    if kind == "class":
        return ~target.missing
    if target.numbers is None:
        raise DataError(
            f"{target.name} holds text, which can't be predicted as a number: "
            "choose another target, or predict it as a class.",
            "target_kind",
        )
    with np.errstate(invalid="ignore"):
        return ~target.missing & (np.abs(target.numbers) <= LARGEST_TARGET)


def classes_of(target: Cells, setting: str = "target") -> tuple[np.ndarray, tuple[str, ...]]:
    """The class number of each row, and the classes' names: in the order of the numbers, or of the alphabet.

    Raises `DataError` for fewer than two classes, or too many; `setting` is where the target was chosen.
    """
    if target.numbers is not None:
        _, first, labels = np.unique(target.numbers, return_index=True, return_inverse=True)
        names = tuple(target.texts[row] for row in first.tolist())
    else:
        names = tuple(sorted(set(target.texts)))
        place = {name: number for number, name in enumerate(names)}
        labels = np.fromiter((place[text] for text in target.texts), np.int64, len(target))
    if len(names) < 2:
        raise _all_the_same(target, repr(names[0]), setting)
    if len(names) > MOST_CLASSES:
        remedy = "choose another target" + (", or predict it as a number" if target.numbers is not None else "")
        raise DataError(
            f"{target.name} has {len(names):,} different values, and at most {MOST_CLASSES:,} can be classes: "
            f"{remedy}.",
            setting,
        )
    return labels.astype(np.int64).reshape(-1), names


def _all_the_same(target: Cells, value: str, setting: str) -> DataError:
    return DataError(
        f"Every row has the same {target.name} ({value}), so there is nothing to learn: choose another target.", setting
    )


class Wanted(NamedTuple):
    """A column as a target: its values, what is asked for, what they were standardised with, and what to say of it."""

    values: np.ndarray
    asked: TargetSpec
    scale: tuple[float, float] | None = None
    notes: tuple[str, ...] = ()


def _as_class(target: Cells, parts: Split, labelled: tuple[np.ndarray, tuple[str, ...]]) -> Wanted:
    labels, classes = labelled
    return Wanted(labels, TargetSpec("class", classes=classes), notes=tuple(notes_on(labels, classes, parts)))


def _as_number(target: Cells, parts: Split, standardised: bool, setting: str = "target") -> Wanted:
    numbers, scale = target.numbers, None
    notes: tuple[str, ...] = ()
    assert numbers is not None
    mean, spread = mean_and_scale(numbers[parts.train])
    if numbers.min() == numbers.max():
        raise _all_the_same(target, target.texts[0], setting)
    if standardised and spread > 0:
        scale = (mean, spread)
        numbers = standardise(numbers, mean, spread)
        notes = (f"{target.name} is standardised: 0 stands for {plain(mean)}, and 1 for {plain(spread)} more.",)
    elif max(abs(mean), spread) > 100:
        notes = (
            f"{target.name} is around {plain(mean)}, give or take {plain(spread)}; "
            "it is learned more easily with standardise_target on.",
        )
    return Wanted(numbers.astype(np.float32)[:, None], TargetSpec("number", names=(target.name,)), scale, notes)


def dataset_of(
    title: str,
    columns: Sequence[Cells],
    target: Cells,
    kind: str,
    *,
    share: float,
    seed: int,
    rules: Rules | None = None,
    standardise_target: bool = False,
    notes: Sequence[str] = (),
    further: Sequence[tuple[Cells, str]] = (),
) -> Dataset:
    """The data set of rows that all have a target, and a value of each of the `further` ones, which come with their
    kinds. Raises `DataError`."""
    import torch

    if kind == "class":
        labelled = classes_of(target)
        parts = split_by_class(labelled[0], share, seed)
        main = _as_class(target, parts, labelled)
    else:
        parts = split(len(target), share, seed)
        main = _as_number(target, parts, standardise_target)
    others = {
        cells.name: _as_class(cells, parts, classes_of(cells, "also"))
        if kind == "class"
        else _as_number(cells, parts, standardise_target, "also")
        for cells, kind in further
    }
    encodings, left_out = learn(columns, parts.train, rules or Rules())
    told = [*notes, *(note for wanted in (main, *others.values()) for note in wanted.notes), *left_out]
    names = tuple(name for encoding in encodings for name in encoding.names)
    if not names:
        raise DataError(
            f"No column but {' and '.join([target.name, *others])} is left to learn from: leave fewer columns out, "
            "or choose a file with more.",
            "ignore",
        )
    # twice: the columns one by one, and then side by side
    check_fits(
        2 * 4 * len(target) * len(names), f"{counted(len(names), 'number')} a row", "leave columns out", "ignore"
    )
    return Dataset(
        spec=DataSpec(
            title,
            {"features": TensorSpec((len(names),))},
            main.asked,
            {name: wanted.asked for name, wanted in others.items()},
        ),
        inputs={"features": torch.from_numpy(encode(columns, encodings))},
        targets=torch.from_numpy(main.values),
        train=torch.from_numpy(parts.train),
        validation=torch.from_numpy(parts.validation),
        table=_table([*columns, *(cells for cells, _ in further), target]),
        columns=names,
        notes=tuple(told),
        encodings=tuple(encodings),
        target_scale=main.scale,
        others={name: torch.from_numpy(wanted.values) for name, wanted in others.items()},
        other_scales={name: wanted.scale for name, wanted in others.items() if wanted.scale is not None},
    )


def _table(columns: Sequence[Cells]) -> pandas.DataFrame:
    import pandas

    def shown(cells: Cells) -> Any:
        if cells.numbers is not None:
            return np.where(cells.missing, np.nan, cells.numbers)
        texts = np.empty(len(cells), dtype=object)
        texts[:] = [
            None if missing else text for text, missing in zip(cells.texts, cells.missing.tolist(), strict=True)
        ]
        return pandas.Series(texts, dtype=object)

    return pandas.DataFrame({cells.name: shown(cells) for cells in columns})
