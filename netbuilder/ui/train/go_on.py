"""Going on with a run that has ended or was broken off: whether it can, how many epochs, and off it goes.

The run's folder is read on a thread; it knows nothing of lists and tables that runs are chosen from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QWidget

from netbuilder.train.alive import is_alive
from netbuilder.train.runs import DONE, EARLY, RUNNING
from netbuilder.ui import errand
from netbuilder.ui.train.run_curves import RunCurves, smoothed
from netbuilder.ui.train.run_data import same_data

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.history import RunRecord
    from netbuilder.train.launch import Launch
    from netbuilder.ui.train.run_data import Described
    from netbuilder.ui.workbench import Workbench

MOST_EPOCHS = 1_000_000


def why_not(bench: Workbench, state: str) -> str:
    """Why a run in this state can't go on now, in a sentence; "" where it can."""
    if bench.training.alive or bench.wants_training:
        return "Stop the run that is under way first"
    return "Another program is training it" if state == RUNNING else ""


def tip(state: str) -> str:
    """What going on means for a run in this state."""
    return "Give it more epochs" if state in (DONE, EARLY) else "Train on from its last checkpoint"


def go_on(
    bench: Workbench, owner: QWidget, folder: Path, title: str, state: str, epochs: int, busy: Callable[[bool], None]
) -> None:
    """Go on with the run in `folder`, which people call `title` and which has done so many `epochs`. For one that has
    come to its end a dialog asks how many it is to have. `busy` is told when reading it begins and ends."""
    if state in (DONE, EARLY):
        dialog = QInputDialog(owner)
        dialog.setObjectName("moreEpochs")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setWindowTitle(f"Go on with {title}")
        dialog.setLabelText(f"{title} has done {epochs:,} epochs. How many in all?")
        dialog.setIntRange(epochs + 1, MOST_EPOCHS)
        dialog.setIntValue(min(MOST_EPOCHS, epochs * 2))
        dialog.setOkButtonText("Go on")
        dialog.intValueSelected.connect(lambda count: _send(bench, owner, folder, title, count, busy))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
    else:
        _send(bench, owner, folder, title, None, busy)


def _send(
    bench: Workbench, owner: QWidget, folder: Path, title: str, epochs: int | None, busy: Callable[[bool], None]
) -> None:
    loaded, part = bench.loading.dataset, bench.loading.part
    device, tensorboard = bench.training.device, bench.training.tensorboard
    busy(True)

    def work() -> tuple[Launch, RunCurves]:
        job, record = _read(folder, epochs, loaded, part)
        return replace(job, device=device, tensorboard=tensorboard), smoothed(record)

    def deliver(ready: tuple[Launch, RunCurves] | None, error: Exception | None) -> None:
        busy(False)
        if ready is None:
            bench.say(f"{title} can't go on: {error}")
        elif not bench.training.alive and not bench.wants_training:  # another may have been begun meanwhile
            bench.training.resume_run(*ready)
            bench.workspaceRequested.emit("train")

    errand.send(bench.bridge, owner, "go-on", work, deliver)


def _read(folder: Path, epochs: int | None, loaded: Dataset | None, part: Described | None) -> tuple[Launch, RunRecord]:
    from netbuilder.train.history import read_record
    from netbuilder.train.resuming import job_of
    from netbuilder.train.run import Run, RunError

    run = Run.open(folder)
    if is_alive(folder):
        raise RunError("another program is training it.")
    job = job_of(run, epochs=epochs)
    if loaded is not None and part is not None and same_data(part, run.data):
        job = replace(job, dataset=loaded)
    return job, read_record(run)
