"""A mark on each model.py that this program writes, by which it knows its own again before it runs one.

The mark is a keyed hash, and the key stays with the user: a folder that somebody sent can hold any Python, but not the
mark for it.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from filelock import FileLock

from netbuilder.places import data_folder

LENGTH = 32  # bytes


def seal_of(file: Path) -> str:
    """The mark for what is in `file` now. Raises `OSError`."""
    return hmac.new(_key(), file.read_bytes(), "sha256").hexdigest()


def is_sealed(file: Path, seal: object) -> bool:
    """Whether `seal` is the mark that this program made for exactly this content."""
    try:
        return isinstance(seal, str) and hmac.compare_digest(seal.encode(errors="replace"), seal_of(file).encode())
    except OSError:
        return False


def _key() -> bytes:
    """The user's key, made when it is first needed."""
    path = data_folder() / "key"
    key = _read(path)
    if len(key) < LENGTH:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name("key.lock")):
            key = _read(path)
            if len(key) < LENGTH:  # not there yet, or whoever wrote it was killed
                key = secrets.token_bytes(LENGTH)
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                    stream.write(key)
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
