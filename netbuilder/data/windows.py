"""Windows over a series in time: what has been seen, and the steps after it that are to be foretold.

The split is in time. It knows nothing about where the series comes from.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netbuilder.data.dataset import Dataset, counted
from netbuilder.data.encoding import Standardised, standardise
from netbuilder.data.memory import check_fits
from netbuilder.data.source import DataError
from netbuilder.spec import DataSpec, TargetSpec, TensorSpec


def windows_of(
    title: str,
    names: Sequence[str],
    values: np.ndarray,
    *,
    window: int,
    horizon: int,
    stride: int,
    share: float,
    season: int = 0,
    scales: Sequence[tuple[float, float]] | None = None,
    notes: Sequence[str] = (),
) -> Dataset:
    """The data set of a series (steps, columns): its last `share` is validation, and nothing of it is trained on.

    `scales`: the mean and the scale that each column is standardised with. Raises `DataError`.
    """
    import torch

    steps, width = values.shape
    edge = first_of_validation(steps, share)
    whole = window + horizon
    if min(edge, steps - edge) < whole:
        raise DataError(
            f"A window and its horizon are {counted(whole, 'step')}, and there are {edge:,} for training and "
            f"{steps - edge:,} for validation: choose shorter ones, or a longer series.",
            "window",
        )
    starts = np.concatenate([np.arange(0, edge - whole + 1, stride), np.arange(edge, steps - whole + 1, stride)])
    check_fits(
        4 * len(starts) * whole * width, f"{counted(len(starts), 'window')} of {whole:,} steps", "make fewer", "stride"
    )
    if scales is not None:
        columns = [standardise(column, *scale) for column, scale in zip(values.T, scales, strict=True)]
        values = np.stack(columns, axis=1)
    every = np.lib.stride_tricks.sliding_window_view(
        values.astype(np.float32), whole, axis=0
    )  # (starts, columns, whole)
    pieces = every[starts].transpose(0, 2, 1)
    told = f"The last {steps - edge:,} of {steps:,} steps are for validation, and no window reaches across."
    return Dataset(
        spec=DataSpec(
            title,
            {"series": TensorSpec((window, width))},
            TargetSpec("number", names=tuple(names), positions=(horizon,)),
        ),
        inputs={"series": torch.from_numpy(np.ascontiguousarray(pieces[:, :window]))},
        targets=torch.from_numpy(np.ascontiguousarray(pieces[:, window:])),
        train=torch.from_numpy(np.flatnonzero(starts < edge)),
        validation=torch.from_numpy(np.flatnonzero(starts >= edge)),
        columns=tuple(names),
        notes=(*notes, told),
        encodings=tuple(
            Standardised(name, mean, scale, mean) for name, (mean, scale) in zip(names, scales or (), strict=False)
        ),
        target_scale=scales[0] if scales is not None and width == 1 else None,
        season=season,
    )


def units_of(dataset: Dataset) -> list[tuple[float, float]]:
    """What a 0 of each column of the target stands for, and a 1 more: as they were standardised."""
    target = dataset.spec.target
    assert target is not None
    known = {one.column: (one.mean, one.scale) for one in dataset.encodings if isinstance(one, Standardised)}
    if target.width == 1 and dataset.target_scale is not None:
        known[target.names[0]] = dataset.target_scale
    return [known.get(name, (0.0, 1.0)) for name in target.names]


def first_of_validation(steps: int, share: float) -> int:
    """The first step that is kept for validation."""
    return steps - round(share * steps)
