"""What was being edited when the program was killed. Lives apart from the user's files, and never touches them.

Each open document has one recovery file and a lock that the system lets go of when the process ends, however it
ends: a file whose lock can be had belongs to nobody any more, and is what there is to recover.
"""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from netbuilder.background import LatestJob
from netbuilder.places import data_folder
from netbuilder.project import file
from netbuilder.project.history import History, Step
from netbuilder.project.project import Project
from netbuilder.project.reading import CannotOpen
from netbuilder.project.steps_text import StepTexts, read

SUFFIX = ".recovery"
STRAY = 3600.0  # seconds after which what a killed program left without anything to recover is cleared away


@dataclass(frozen=True)
class Lost:
    """A document that was not closed: its title, the file it came from if any, and where its recovery data is."""

    title: str
    path: Path | None
    history: History
    kept_in: Path

    @property
    def project(self) -> Project:
        return self.history.project


@dataclass(frozen=True)
class _State:
    steps: tuple[Step, ...]
    at: int
    title: str
    path: Path | None
    saves: int


class Recovery:
    """Writes the newest state of one document in the background. `clear` when there is nothing left to lose.

    `failed` is called, on the thread that writes, with the first error of several in a row.
    """

    def __init__(
        self,
        folder: Path | None = None,
        texts: StepTexts | None = None,
        failed: Callable[[BaseException], None] = lambda _: None,
    ):
        self._folder = folder or data_folder() / "recovery"
        self._file = self._folder / f"{uuid.uuid4().hex}{SUFFIX}"
        self._texts = texts or StepTexts()
        self._failed = failed
        self._failing = False
        self._kept = False
        self._saves = 0
        self._lock: FileLock | None = None
        self._job = LatestJob(self._write, self._written, name="recovery")

    def keep(self, history: History, title: str, path: Path | None) -> None:
        """Have this state written soon, in place of the one before."""
        self._kept = True
        self._job.request(_State(history.steps, history.at, title, path, self._saves))

    def clear(self) -> None:
        """There is nothing to recover: the document is saved, or its changes were given up."""
        if self._kept:
            self._kept = False
            self._job.request(None)

    def about_to_save(self, text: str) -> None:
        """What was kept up to now is older than a file of the user's with this text. Called before it is written, so
        that no moment is left in which a kill could make the older state look like the newer."""
        self._saves += 1
        mark = {"text": _digest(text.encode("utf-8", "backslashreplace")), "saves": self._saves}
        with suppress(OSError):  # where nothing can be written, nothing was kept either
            self._folder.mkdir(parents=True, exist_ok=True)
            _mark_of(self._file).write_text(json.dumps(mark), encoding="utf-8")

    def wait(self, timeout: float | None = None) -> bool:
        """Block until what was asked for is on disk."""
        return self._job.wait(timeout)

    def close(self) -> None:
        """The document is closed in good order: leave nothing behind."""
        self._job.close()
        self._file.unlink(missing_ok=True)
        _mark_of(self._file).unlink(missing_ok=True)
        self._release()

    def leave_behind(self) -> None:
        """The program ends and nobody can be asked: leave what is not saved, to be offered at the next start."""
        if not self._kept:
            self.close()
            return
        self._job.close()
        if self._lock is not None:
            self._lock.release()

    def _write(self, state: _State | None) -> None:
        if state is None:
            self._file.unlink(missing_ok=True)
            return
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Taken on this thread, given back on another.
            lock = FileLock(_lock_of(self._file), thread_local=False)
            lock.acquire(timeout=0)
            self._lock = lock
        head = {"title": state.title, "path": str(state.path) if state.path else None, "saves": state.saves}
        file.write_text(f"{json.dumps(head)}\n{self._texts.write(state.steps, state.at)}", self._file)

    def _written(self, _: object, __: object, error: BaseException | None) -> None:
        if error is not None and not self._failing:
            self._failed(error)
        self._failing = error is not None

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            _lock_of(self._file).unlink(missing_ok=True)


def find_lost(folder: Path | None = None) -> list[Lost]:
    """The documents whose program ended without closing them, newest first. What can't be read is left out, and so is
    what another window closes or recovers at this moment, and what the user's file holds already."""
    folder = folder or data_folder() / "recovery"
    found: list[tuple[float, Lost]] = []
    for kept_in in folder.glob(f"*{SUFFIX}"):
        try:
            with FileLock(_lock_of(kept_in), timeout=0, thread_local=False):
                written = kept_in.stat().st_mtime
                lost = _read(kept_in)
        except Timeout:
            continue  # somebody is still editing it
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            continue
        if lost is None:
            _remove(kept_in)
        else:
            found.append((written, lost))
    _clear_away(folder)
    return [lost for _, lost in sorted(found, key=lambda pair: pair[0], reverse=True)]


def forget(lost: Lost) -> None:
    """Offered once: whatever the answer was, it is not offered again."""
    _remove(lost.kept_in)


def _read(kept_in: Path) -> Lost | None:
    """What is lost, or None if the file that it came from has all of it. Raises `ValueError` and others."""
    first, _, rest = kept_in.read_text(encoding="utf-8").partition("\n")
    head = json.loads(first)
    history = read(rest)
    project = history.project
    path = Path(head["path"]) if head["path"] else None
    if path is not None and (_is_older(kept_in, head["saves"], path) or _holds(path, project)):
        return None
    return Lost(str(head["title"]), path, history, kept_in)


def _is_older(kept_in: Path, saves: int, path: Path) -> bool:
    """Whether the same program has saved the document since it wrote the recovery file."""
    try:
        mark = json.loads(_mark_of(kept_in).read_text(encoding="utf-8"))
        return bool(saves < mark["saves"] and mark["text"] == _digest(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _holds(path: Path, project: Project) -> bool:
    """Whether the user's file is this project."""
    try:
        return file.open_file(path).project == project
    except CannotOpen:
        return False


def _clear_away(folder: Path) -> None:
    """Remove what programs left that were killed before there was anything to recover, or while they wrote."""
    for stray in (*folder.glob("*.lock"), *folder.glob("*.saving"), *folder.glob(".*.tmp")):
        kept_in = folder / f"{stray.name.lstrip('.')[:32]}{SUFFIX}"
        try:
            if kept_in.exists() or time.time() - stray.stat().st_mtime < STRAY:
                continue
            with FileLock(_lock_of(kept_in), timeout=0, thread_local=False):
                stray.unlink(missing_ok=True)
            _remove(kept_in)
        except (OSError, Timeout):
            continue


def _remove(kept_in: Path) -> None:
    for path in (kept_in, _mark_of(kept_in), _lock_of(kept_in)):
        path.unlink(missing_ok=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _lock_of(kept_in: Path) -> Path:
    return kept_in.with_suffix(".lock")


def _mark_of(kept_in: Path) -> Path:
    return kept_in.with_suffix(".saving")
