"""A run that has ended, read from its folder to be looked into. It knows no widget, and is read on a thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.train.history import RunRecord, read_record
from netbuilder.ui.train import wording
from netbuilder.ui.train.run_curves import RunCurves, smoothed
from netbuilder.ui.train.run_data import Described, dataset_of, fits, is_as_it_was

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.run import Run


@dataclass(frozen=True, eq=False)
class OpenedRun:
    """`dataset` is what it learned from, or None where its network can't be asked about it; `trouble` says why, or
    what else there is to know."""

    run: Run
    record: RunRecord
    curves: RunCurves
    has_weights: bool
    dataset: Dataset | None
    trouble: str


def open_run(folder: Path, loaded: Dataset | None, part: Described | None) -> OpenedRun:
    """Read the run in this folder. `loaded` is the data that `part` holds. Raises `RunError`."""
    from netbuilder.train.run import Run

    run = Run.open(folder)
    record = read_record(run)
    curves = smoothed(record)
    name = wording.run_title(folder.name)
    dataset, trouble = None, ""
    try:
        dataset = dataset_of(run, loaded, part)
        if not fits(run, dataset):
            dataset = None
            trouble = f"{name} can't be looked into: its data has other columns, shapes or classes by now."
        elif not is_as_it_was(record.started, dataset):
            trouble = f"The data has changed since {name} was trained: its samples are not those it learned from."
    except Exception as fault:  # whatever a file does to its reader, the curves can still be shown
        dataset, trouble = None, f"{name} can't be looked into, as its data can't be read: {fault}"
    return OpenedRun(run, record, curves, bool(run.checkpoints()), dataset, trouble)
