"""Says on opening a project that its newest run was broken off lately, with a button that goes on with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from netbuilder.ui import errand
from netbuilder.ui.runs.offer_toast import OfferToast
from netbuilder.ui.train import go_on, wording

if TYPE_CHECKING:
    from netbuilder.train.runs import RunSummary
    from netbuilder.ui.workbench import Workbench

RECENT = timedelta(days=1)


class InterruptedOffer(OfferToast):
    """Looks each time that a project is opened, on a thread."""

    def __init__(self, bench: Workbench, host: QWidget):
        super().__init__(host, "Go on")
        self.setObjectName("interruptedOffer")
        self._bench = bench
        self.run: RunSummary | None = None
        self.taken.connect(self._go_on)
        bench.projectChanged.connect(self._opened)
        bench.training.changed.connect(self._training_changed)

    def look(self) -> None:
        """Offer the newest run of the project that is open, if it was broken off less than a day ago."""
        bench, title = self._bench, self._bench.document.title

        def deliver(run: RunSummary | None, error: Exception | None) -> None:
            if run is not None and title == bench.document.title and not go_on.why_not(bench, run.state):
                self.run = run
                self.offer(f"{run.about.name or wording.run_title(run.folder.name)} was interrupted.")

        errand.send(bench.bridge, self, "interrupted", lambda: newest_interrupted(title), deliver)

    def _opened(self, _old: object, _new: object, label: str) -> None:
        if label == "Open":
            self.hide()
            self.look()

    def _training_changed(self) -> None:
        if self._bench.training.alive:
            self.hide()

    def _go_on(self) -> None:
        run = self.run
        if run is not None and not go_on.why_not(self._bench, run.state):
            title = run.about.name or wording.run_title(run.folder.name)
            go_on.go_on(self._bench, self, run.folder, title, run.state, run.epochs, lambda busy: None)


def newest_interrupted(title: str) -> RunSummary | None:
    """The newest run of a project of this title, if it was broken off less than a day ago and nobody trains it."""
    from netbuilder.train.alive import is_alive
    from netbuilder.train.run import list_runs
    from netbuilder.train.runs import INTERRUPTED, summary_of

    for run in list_runs(title)[:1]:
        summary = summary_of(run.folder)
        if summary is None or summary.state != INTERRUPTED or is_alive(run.folder):
            return None
        return summary if datetime.now(UTC) - _last_word(run.events_file) < RECENT else None
    return None


def _last_word(log: Path) -> datetime:
    try:
        return datetime.fromtimestamp(log.stat().st_mtime, UTC)
    except OSError:  # it has said nothing
        return datetime.fromtimestamp(0, UTC)
