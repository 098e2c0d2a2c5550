"""Which code of others the user has seen and said he trusts: by what it says, wherever it stands.

Nobody else's code is ever run before its digest is in here. The list is kept with the user's data; nothing of a
project file can add to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from netbuilder.places import data_folder

FILE = "trusted.json"


def digest(text: str) -> str:
    """What stands for `text` in the list: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Trust:
    """The digests of what is trusted: those on disk, and those that were only added for this once."""

    def __init__(self, file: Path | None = None):
        self._file = file
        self._known: frozenset[str] | None = None
        self._once: set[str] = set()

    @property
    def file(self) -> Path:
        return self._file or data_folder() / FILE

    def __call__(self, text: str) -> bool:
        """Whether exactly this text is trusted. No code at all is."""
        if not text:
            return True
        if self._known is None:
            self._known = _read(self.file)
        mark = digest(text)
        return mark in self._known or mark in self._once

    def add(self, texts: Iterable[str]) -> None:
        """Trust these from now on. Raises `OSError` where it can't be written down; they are trusted for now then."""
        marks = {digest(text) for text in texts if text}
        self._once |= marks
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self.file.with_name(f"{FILE}.lock")):
            known = _read(self.file)
            if not marks <= known:
                _write(self.file, known | marks)
            self._known = known | marks

    def add_once(self, texts: Iterable[str]) -> None:
        """Trust these as long as this object lives."""
        self._once |= {digest(text) for text in texts if text}


def nothing(text: str) -> bool:
    """Trusts no code but none."""
    return not text


def _read(file: Path) -> frozenset[str]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    return frozenset(mark for mark in found if isinstance(mark, str)) if isinstance(found, list) else frozenset()


def _write(file: Path, marks: Iterable[str]) -> None:
    written = file.with_name(f".{FILE}-{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump(sorted(marks), stream, indent=0)
        written.replace(file)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
