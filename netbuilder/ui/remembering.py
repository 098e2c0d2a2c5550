"""Keeps the history of a project across its being closed: written when it is saved, read when it is opened again.

Both are done in the background; until the history has been read, undo leads back to the opening and no further.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from netbuilder.background import LatestJob
from netbuilder.project.history import History, Step
from netbuilder.project.remembered import recall, remember
from netbuilder.project.steps_text import StepTexts
from netbuilder.ui import errand
from netbuilder.ui.workbench import Workbench

PATIENCE = 10.0  # seconds that the end of the program waits for what is being written


class Remembering(QObject):
    """Listens to the document of a workbench."""

    def __init__(self, bench: Workbench, texts: StepTexts, folder: Path | None = None, parent: QObject | None = None):
        super().__init__(parent)
        self._bench, self._texts, self._folder = bench, texts, folder
        self._job = LatestJob(self._write, lambda *_: None, name="history")
        document = bench.document
        self._leave = [document.saved.connect(self._saved), document.changed.connect(self._changed)]

    def close(self) -> None:
        """End, once what was saved last is written."""
        for leave in self._leave:
            leave()
        self._job.wait(PATIENCE)
        self._job.close()

    def _saved(self, path: Path, text: str) -> None:
        history = self._bench.document.history
        self._job.request((path, text, history.steps, history.at))

    def _write(self, state: tuple[Path, str, tuple[Step, ...], int]) -> None:
        remember(*state, self._texts, self._folder)

    def _changed(self, old: object, new: object, label: str) -> None:
        document = self._bench.document
        if label == "Open" and document.path is not None and len(document.history.steps) == 1:
            path = document.path
            errand.send(
                self._bench.bridge,
                self,
                "history",
                lambda: recall(path, self._folder),
                lambda past, _: self._continue_from(path, past),
            )

    def _continue_from(self, path: Path, past: History | None) -> None:
        if past is not None and self._bench.document.path == path:
            self._bench.document.continue_from(past)
