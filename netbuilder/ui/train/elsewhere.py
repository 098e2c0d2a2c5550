"""Finds the run of a project that a process of its own is training, and shows it as the one on screen.

It looks on a thread; it draws nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from netbuilder.train.events import Started
from netbuilder.ui import errand
from netbuilder.ui.train.run_curves import RunCurves, smoothed
from netbuilder.ui.train.run_data import dataset_of, fits

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.train.following import Follower
    from netbuilder.train.launch import Launch
    from netbuilder.ui.train.run_data import Described
    from netbuilder.ui.workbench import Workbench

Found = tuple["Follower", RunCurves, "Launch | None"]
NEWEST = 5  # runs that are looked at


class Elsewhere(QObject):
    """Looks each time that a project is opened."""

    def __init__(self, bench: Workbench, parent: QObject | None = None):
        super().__init__(parent)
        self._bench = bench
        bench.projectChanged.connect(self._opened)

    def look(self) -> None:
        """Show the newest run of the project that is alive, if nothing is trained here."""
        bench, title = self._bench, self._bench.document.title
        loaded, part = bench.loading.dataset, bench.loading.part

        def deliver(found: Found | None, error: Exception | None) -> None:
            if found is None or bench.training.alive or bench.wants_training or bench.document.title != title:
                return  # a follower that was never started needs no end
            bench.training.attach(*found)
            bench.say("This run goes on in a process of its own. Closing the window does not stop it.")

        errand.send(bench.bridge, self, "elsewhere", lambda: running(title, loaded, part), deliver)

    def _opened(self, _old: object, _new: object, label: str) -> None:
        if label == "Open":
            self.look()


def running(title: str, loaded: Dataset | None, part: Described | None) -> Found | None:
    """The project's run that is alive, with what it has said so far and what it is; None where none is."""
    from netbuilder.train.alive import is_alive
    from netbuilder.train.run import list_runs

    run = next((run for run in list_runs(title)[:NEWEST] if is_alive(run.folder)), None)
    if run is None:
        return None
    from netbuilder.train.event_log import EventTail
    from netbuilder.train.following import Follower
    from netbuilder.train.history import RunRecord
    from netbuilder.train.resuming import job_of

    record, tail = RunRecord(run.folder.name, run.folder), EventTail(run.events_file, merged=True)
    for event in tail.each():
        record.add(replace(event, folder=str(run.folder)) if isinstance(event, Started) else event)
    try:
        dataset = dataset_of(run, loaded, part)
        known = dataset if fits(run, dataset) else None
    except Exception:  # whatever a file does to its reader: the run can be followed without
        known = None
    try:
        job = job_of(run)
    except Exception:  # a record that is damaged, or from elsewhere: it can be looked at all the same
        job = None
    return Follower(run.folder, place=tail.place, dataset=known), smoothed(record), job
