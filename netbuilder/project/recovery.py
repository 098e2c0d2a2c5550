"""What was being edited when the program was killed. Lives apart from the user's files, and never touches them.

Each open document has one recovery file and a lock that the system lets go of when the process ends, however it
ends: a file whose lock can be had belongs to nobody any more, and is what there is to recover.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from netbuilder.background import LatestJob
from netbuilder.places import data_folder
from netbuilder.project import file
from netbuilder.project.project import Project

SUFFIX = ".recovery"


@dataclass(frozen=True)
class Lost:
    """A document that was not closed: its title, the file it came from if any, and where its recovery data is."""

    title: str
    path: Path | None
    project: Project
    kept_in: Path


class Recovery:
    """Writes the newest state of one document in the background. `clear` when there is nothing left to lose."""

    def __init__(self, folder: Path | None = None):
        self._folder = folder or data_folder() / "recovery"
        self._file = self._folder / f"{uuid.uuid4().hex}{SUFFIX}"
        self._lock: FileLock | None = None
        self._job = LatestJob(self._write, lambda *_: None, name="recovery")

    def keep(self, project: Project, title: str, path: Path | None) -> None:
        """Have this state written soon, in place of the one before."""
        self._job.request((project, title, path))

    def clear(self) -> None:
        """There is nothing to recover: the document is saved, or its changes were given up."""
        self._job.request(None)

    def wait(self, timeout: float | None = None) -> bool:
        """Block until what was asked for is on disk."""
        return self._job.wait(timeout)

    def close(self) -> None:
        """The document is closed in good order: leave nothing behind."""
        self._job.close()
        self._file.unlink(missing_ok=True)
        self._release()

    def _write(self, state: tuple[Project, str, Path | None] | None) -> None:
        if state is None:
            self._file.unlink(missing_ok=True)
            return
        project, title, path = state
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            # Taken on this thread, given back on another.
            self._lock = FileLock(_lock_of(self._file), thread_local=False)
            self._lock.acquire(timeout=0)
        text = json.dumps({"title": title, "path": str(path) if path else None, "project": file.dumps(project)})
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._file)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            _lock_of(self._file).unlink(missing_ok=True)


def find_lost(folder: Path | None = None) -> list[Lost]:
    """The documents whose program ended without closing them, newest first. What can't be read is left out, and so is
    what another window closes or recovers at this moment."""
    folder = folder or data_folder() / "recovery"
    found: list[tuple[float, Lost]] = []
    for kept_in in folder.glob(f"*{SUFFIX}"):
        try:
            with FileLock(_lock_of(kept_in), timeout=0, thread_local=False):
                written = kept_in.stat().st_mtime
                told = json.loads(kept_in.read_text(encoding="utf-8"))
            opened = file.loads(told["project"])
            path = Path(told["path"]) if told["path"] else None
            found.append((written, Lost(str(told["title"]), path, opened.project, kept_in)))
        except Timeout:
            continue  # somebody is still editing it
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            continue
    return [lost for _, lost in sorted(found, key=lambda pair: pair[0], reverse=True)]


def forget(lost: Lost) -> None:
    """Offered once: whatever the answer was, it is not offered again."""
    lost.kept_in.unlink(missing_ok=True)
    _lock_of(lost.kept_in).unlink(missing_ok=True)


def _lock_of(kept_in: Path) -> Path:
    return kept_in.with_suffix(".lock")
