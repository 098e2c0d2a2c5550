"""The history of a project's file, kept apart from the file for when it is opened again.

It belongs to one file with one content: where the file was moved, or changed by anybody else since, there is none.
What can't be read is no history either; nothing in it is ever run.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from netbuilder.places import data_folder
from netbuilder.project import file
from netbuilder.project.history import History, Step
from netbuilder.project.reading import CannotOpen
from netbuilder.project.steps_text import CannotRead, StepTexts, read

SUFFIX = ".history"
MOST_FILES = 100  # of which each has some megabytes at most; those that were not saved for longest go first


def remember(
    path: Path, text: str, steps: Sequence[Step], at: int, texts: StepTexts, folder: Path | None = None
) -> None:
    """Keep the steps for the file at `path`, which holds this text now. Raises `OSError`."""
    kept_in = _place(path, folder)
    kept_in.parent.mkdir(parents=True, exist_ok=True)
    head = {"path": str(path.absolute()), "text": _digest(text.encode("utf-8", "backslashreplace"))}
    file.write_text(f"{json.dumps(head)}\n{texts.write(steps, at)}", kept_in)
    _forget_the_oldest(kept_in.parent)


def recall(path: Path, folder: Path | None = None) -> History | None:
    """What led to the file at `path` as it is now, if that is known. The step where the user was has been read."""
    try:
        first, _, rest = _place(path, folder).read_text(encoding="utf-8").partition("\n")
        head = json.loads(first)
        if head["path"] != str(path.absolute()) or head["text"] != _digest(path.read_bytes()):
            return None
        history = read(rest)
        history.project  # noqa: B018 - it is read here and not where it would be waited for
    except (OSError, CannotRead, CannotOpen, ValueError, RecursionError, KeyError, TypeError):
        return None
    return history


def _place(path: Path, folder: Path | None) -> Path:
    name = hashlib.sha256(str(path.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return (folder or data_folder() / "history") / f"{name}{SUFFIX}"


def _forget_the_oldest(folder: Path) -> None:
    kept = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
    for path in kept[:-MOST_FILES]:
        path.unlink(missing_ok=True)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
