"""Reads the project's data off the window's thread, and keeps what was read last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from netbuilder.background import LatestJob
from netbuilder.data.catalog import elsewhere
from netbuilder.data.source import Cancelled, DataError
from netbuilder.project import Part
from netbuilder.spec import DataSpec
from netbuilder.ui.bridge import Bridge

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset


class Loading(QObject):
    """`dataset` is what `part` holds, or None while it is being read or can't be; then `sentence` may say why."""

    changed = Signal()
    progress = Signal(str, int, int)

    def __init__(self, bridge: Bridge, parent: QObject | None = None):
        super().__init__(parent)
        self.part: Part | None = None
        self.dataset: Dataset | None = None
        self.busy = False
        self.sentence = ""
        self.setting: str | None = None  # the field that is to blame for `sentence`
        self._folder: Path | None = None  # of the project's file
        self._bridge = bridge
        self._job = LatestJob(self._read, self._done, name="data")

    @property
    def spec(self) -> DataSpec | None:
        return self.dataset.spec if self.dataset else None

    def request(self, part: Part, folder: Path | None = None, *, opened: bool = False) -> None:
        """Read `part` of a project in `folder`, unless that is what is here or being read.

        `opened`: it comes from a file. What that has on another computer is not looked at before the user says so.
        """
        path = part.settings.get("path")
        moved = folder != self._folder and isinstance(path, str) and not Path(path).is_absolute()
        if part != self.part or moved:
            self._folder = folder
            strange = elsewhere(part) if opened else ""
            if strange:
                self._wait(part, strange)
            else:
                self._start(part)

    def reload(self) -> None:
        """Read the same data again: a file may have changed."""
        if self.part is not None:
            self._start(Part(self.part.kind, self.part.settings))

    def cancel(self) -> None:
        """Stop reading. The data stays unread until asked for again."""
        if self.busy:
            self._stop("Reading was cancelled. Press Reload to read the data again.")

    def close(self) -> None:
        self.part = None
        self._job.close()

    def _wait(self, part: Part, path: str) -> None:
        self.part, self.dataset, self.busy, self.setting = part, None, False, None
        self.sentence = f"The data lies on another computer, {path}. Press Reload to read it from there."
        self.changed.emit()

    def _start(self, part: Part) -> None:
        self.part, self.dataset, self.busy, self.sentence, self.setting = part, None, True, "", None
        self.changed.emit()
        self._job.request(part)

    def _stop(self, sentence: str) -> None:
        stopped = self.part
        self.part = Part(stopped.kind, stopped.settings) if stopped else None  # the reader sees it is not wanted
        self.busy, self.sentence = False, sentence
        self.changed.emit()

    def _read(self, part: Part) -> Dataset:
        from netbuilder.data.catalog import source_of

        def tell(what: str, done: int, total: int) -> None:
            if part is not self.part:
                raise Cancelled
            self._bridge.post(lambda: self.progress.emit(what, done, total) if part is self.part else None)

        return source_of(part, self._folder).read(tell)

    def _done(self, part: Part, dataset: Dataset | None, error: Exception | None) -> None:
        self._bridge.post(lambda: self._deliver(part, dataset, error))

    def _deliver(self, part: Part, dataset: Dataset | None, error: Exception | None) -> None:
        if part is not self.part:
            return
        self.dataset, self.busy = dataset, False
        if error is not None:
            self.sentence = str(error) if isinstance(error, DataError) else f"The data can't be read: {error}"
            self.setting = getattr(error, "setting", None)
        self.changed.emit()
        if error is not None and not isinstance(error, (DataError, Cancelled, OSError)):
            raise error
