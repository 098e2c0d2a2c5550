"""Follows a run that another process trains, by its folder: what it says, whether it still lives, what is asked of it.

It has the face of a `Worker`, and knows no more than that of Qt.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from netbuilder.data.dataset import Dataset
from netbuilder.train.alive import is_alive
from netbuilder.train.event_log import EventTail
from netbuilder.train.events import CheckpointSaved, Event, Failed, Finished, Noted, Started, StepDone
from netbuilder.train.remote import RemoteControls
from netbuilder.train.run import Run, RunError
from netbuilder.train.worker import Hear, NothingToLookAt, Worker

if TYPE_CHECKING:
    import torch

    from netbuilder.train.starting import Begun

T = TypeVar("T")
OFTEN = 0.1  # seconds between two looks
GONE = (
    "The process that trained this run has ended without a word. Go on with the run: it begins at its last checkpoint."
)


class Follower:
    """Tells `hear` what a run says from `place` on, in bytes of its log, on a thread of its own, until `close`, which
    lets the run go on. `begun` is the process that was begun for it from here, if it was.

    Questions are answered about the newest checkpoint, on `dataset`.
    """

    def __init__(
        self,
        folder: Path,
        hear: Hear = lambda event: None,
        *,
        place: int = 0,
        dataset: Dataset | None = None,
        begun: Begun | None = None,
    ):
        self.folder, self.dataset = folder, dataset
        self.controls = RemoteControls(folder, lambda sentence: self._say(Noted(sentence)))
        self._hear, self._begun = hear, begun
        self._tail = EventTail(folder / "events.jsonl", place, merged=True)
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._inside: Worker | None = None  # answers questions about a checkpoint
        self._stale = self._called_off = False
        self._thread = threading.Thread(target=self._live, name="following", daemon=True)

    def hear(self, hear: Hear) -> None:
        """Tell somebody else. To be said before `start`."""
        self._hear = hear

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the run, also one that has not said anything yet."""
        if self._begun is not None and not (self.folder / "events.jsonl").exists():
            self._called_off = True
            self._begun.process.terminate()
        else:
            self.controls.stop()

    def ask(self, question: Callable[[torch.nn.Module, Dataset], T]) -> Future[T]:
        """As `Worker.ask`, of the newest checkpoint."""
        with self._lock:
            if self._stale and self._inside is not None:
                self._inside.close(timeout=0)
                self._inside = None
            if self._inside is None and self.dataset is not None and not self._over.is_set():
                try:
                    run = Run.open(self.folder)
                    there = bool(run.checkpoints())
                except RunError:
                    there = False
                if there:
                    self._inside, self._stale = Worker.for_run(run, self.dataset, "last"), False
                    self._inside.start()
            if self._inside is not None:
                return self._inside.ask(question)
        answer: Future[T] = Future()
        answer.set_exception(NothingToLookAt("The run has no checkpoint yet. Wait for the end of its first epoch."))
        return answer

    def close(self, timeout: float | None = None) -> bool:
        """Follow it no longer. False if `timeout` seconds were not enough."""
        self._over.set()
        with self._lock:
            inside, self._inside = self._inside, None
        gone = inside.close(timeout) if inside is not None else True
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)
        return gone and not self._thread.is_alive()

    # On its thread

    def _live(self) -> None:
        try:
            quiet = 0
            while not self._over.is_set():
                last = self._tell()
                if last is not None:
                    break
                quiet = 0 if self._lives() else quiet + 1
                if quiet > 5:  # it was gone for half a second, and said nothing more
                    if self._tell() is None:
                        self._say(self._end())
                    break
                self._over.wait(OFTEN)
        finally:
            if self._begun is not None:
                self._begun.tidy()
        self._over.wait()  # questions are answered until somebody closes it

    def _tell(self) -> Event | None:
        """Tell what is new. Returns the last thing it says, once it has."""
        for event in self._tail.each():
            if isinstance(event, Started):
                event = replace(event, folder=str(self.folder))
                if self._begun is not None:
                    self._begun.tidy()
            self._stale |= isinstance(event, CheckpointSaved)
            if not isinstance(event, StepDone):
                self._say(event)
            if isinstance(event, (Finished, Failed)) and not self._lives():
                return event
        return None

    def _lives(self) -> bool:
        if self._begun is not None and self._begun.process.poll() is None:
            return True
        return is_alive(self.folder)

    def _end(self) -> Event:
        """How a run ended whose process is gone without having said so."""
        if self._called_off:
            with suppress(OSError):
                self.folder.rmdir()  # nothing is in it
            return Finished("stopped", epochs=0, best_epoch=0)
        return Failed((self._begun.said() if self._begun is not None else "") or GONE)

    def _say(self, event: Event) -> None:
        try:
            self._hear(event)
        except Exception:
            logging.getLogger(__name__).exception("whoever hears %s failed", type(event).__name__)
