"""Deleting a run, so that it can be put back: its folder is set aside first, and goes to the system's trash later.

What is set aside lies in `data_folder()/trash`, beside a line that says where it came from. Where the system has no
trash, it stays there. A run that is being trained is not deleted.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import time
from uuid import uuid4

from netbuilder.places import data_folder
from netbuilder.train.alive import is_alive

ORIGIN = "origin.json"
UNDO_SECONDS = 60  # younger than this, what was set aside may still be put back by whoever did it


class NotDeleted(OSError):
    """The run stays where it is. `str()` is a sentence for the user."""


class NotPutBack(OSError):
    """The run can't go back to where it was. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class SetAside:
    """A deleted run: where it was, and where it lies until it is put back or thrown away."""

    origin: Path
    place: Path

    @property
    def folder(self) -> Path:
        return self.place / self.origin.name


def trash_folder() -> Path:
    return data_folder() / "trash"


def set_aside(folder: Path) -> SetAside:
    """Take a run away from where it lies. Raises `NotDeleted`."""
    folder = Path(folder).absolute()
    if is_alive(folder):
        raise NotDeleted(f"{folder.name} is being trained. Stop it first, and delete it then.")
    made = SetAside(folder, trash_folder() / uuid4().hex[:12])
    try:
        made.place.mkdir(parents=True)
        told = json.dumps({"folder": str(folder), "when": time()}, ensure_ascii=False)
        (made.place / ORIGIN).write_text(told + "\n", encoding="utf-8", errors="backslashreplace")
        _move(folder, made.folder)
    except OSError as error:
        _drop(made.place)
        raise NotDeleted(
            f"{folder.name} can't be deleted: {error.strerror or error}. Close what uses it, or change the rights of "
            "its folder."
        ) from error
    return made


def put_back(run: SetAside) -> None:
    """Undo `set_aside`. Raises `NotPutBack`."""
    if run.origin.exists():
        raise NotPutBack(f"{run.origin} is taken by another run by now. The deleted one lies in {run.folder}.")
    try:
        run.origin.parent.mkdir(parents=True, exist_ok=True)
        _move(run.folder, run.origin)
    except OSError as error:
        raise NotPutBack(
            f"{run.origin.name} can't be put back: {error.strerror or error}. It lies in {run.folder}."
        ) from error
    _drop(run.place)


def throw_away(run: SetAside, send: Callable[[str], None] | None = None) -> bool:
    """Hand it to the system's trash, by `send`, as the folder it was, so that it is restored to there. False where that
    can't be: it then stays where it is."""
    if send is None:
        send = _system_trash
    place = run.folder
    if not run.origin.exists():
        with suppress(OSError):
            run.folder.rename(run.origin)
            place = run.origin
    try:
        send(str(place))
    except Exception:  # each system has errors of its own for a trash that it has not got
        if place != run.folder:
            with suppress(OSError):
                place.rename(run.folder)
        return False
    _drop(run.place)
    return True


def left_over(older_than: float = UNDO_SECONDS) -> Iterator[SetAside]:
    """What was set aside more than so many seconds ago, by a program that has ended before it was thrown away."""
    there = trash_folder()
    for place in sorted(there.iterdir()) if there.is_dir() else ():
        try:
            told = json.loads((place / ORIGIN).read_text(encoding="utf-8"))
            run = SetAside(Path(told["folder"]), place)
            if time() - float(told["when"]) >= older_than and run.folder.is_dir():
                yield run
        except (OSError, ValueError, KeyError, TypeError):
            continue


def _move(folder: Path, to: Path) -> None:
    """At once on one disk; to another one it is copied, and gone from here only when it is whole there."""
    try:
        folder.rename(to)
    except OSError:
        if to.exists() or not folder.is_dir():
            raise
        try:
            shutil.copytree(folder, to, symlinks=True)
        except OSError:
            shutil.rmtree(to, ignore_errors=True)
            raise
        shutil.rmtree(folder)


def _drop(place: Path) -> None:
    """Remove a place of the trash that holds no run any more."""
    with suppress(OSError):
        (place / ORIGIN).unlink(missing_ok=True)
        place.rmdir()


def _system_trash(path: str) -> None:
    from send2trash import send2trash

    send2trash(path)
