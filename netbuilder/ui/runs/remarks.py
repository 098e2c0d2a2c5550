"""Writes what the user says of runs, one after the other on a thread: the last word on a run is the one that stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from netbuilder.train.about import About, write_about
from netbuilder.train.runs import RunSummary
from netbuilder.ui import errand

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class Remarks(QObject):
    """`written` when all there was to write is written, or could not be, which is said."""

    written = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None):
        super().__init__(parent)
        self._bench = bench
        self._waiting: dict[Path, About] = {}
        self._at_work: tuple[Path, About] | None = None
        self._done: dict[Path, tuple[int, About]] = {}
        self.count = 0  # of those that are written

    def write(self, folder: Path, about: About) -> None:
        self._waiting[folder] = about
        if self._at_work is None:
            self._go_on()

    def over(self, runs: Sequence[RunSummary], read_from: int) -> list[RunSummary]:
        """The runs as they will be told once everything is written. They were read from when so many were (`count`):
        what was written while they were read may be missing in them."""
        self._done = {folder: done for folder, done in self._done.items() if done[0] > read_from}
        told = {folder: about for folder, (_, about) in self._done.items()}
        told |= {**dict([self._at_work] if self._at_work is not None else []), **self._waiting}
        return [replace(run, about=told[run.folder]) if run.folder in told else run for run in runs]

    def _go_on(self) -> None:
        folder = next(iter(self._waiting))
        about = self._waiting.pop(folder)
        self._at_work = (folder, about)

        def deliver(_: About | None, error: Exception | None) -> None:
            self._at_work = None
            if error is not None:
                self._bench.say(str(error))
            else:
                self.count += 1
                self._done[folder] = (self.count, about)
            if self._waiting:
                self._go_on()
            else:
                self.written.emit()

        errand.send(self._bench.bridge, self, "about", lambda: write_about(folder, about), deliver)
