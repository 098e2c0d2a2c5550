"""What the user says of a run: a name, a note, a star. It lies in about.json of the run's folder, whose own name stays.

It knows nothing about what a run is or how it went.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

FILE = "about.json"
LONGEST_NAME, LONGEST_NOTE = 120, 4000  # characters


class NotWritten(OSError):
    """What was said of the run could not be kept. `str()` is a sentence for the user."""


@dataclass(frozen=True)
class About:
    """`name` is one line, "" where the run has none of its own; `note` any words."""

    name: str = ""
    note: str = ""
    star: bool = False


def read_about(folder: Path) -> About:
    """What was said of the run in `folder`; nothing, where nothing was or it can't be read."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return About()
    if not isinstance(told, dict):
        return About()
    name, note = told.get("name"), told.get("note")
    return About(
        name=_name(name) if isinstance(name, str) else "",
        note=_note(note) if isinstance(note, str) else "",
        star=told.get("star") is True,
    )


def write_about(folder: Path, about: About) -> About:
    """Keep it in place of what was said before, whole or not at all. Returns what is kept: spaces around words are
    not. Raises `NotWritten`."""
    kept = About(_name(about.name), _note(about.note), about.star)
    temporary = folder / f".about-{uuid4().hex[:8]}.part"
    try:
        with temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(json.dumps(asdict(kept), indent=2, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(folder / FILE)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise NotWritten(
            f"What you say of {folder.name} can't be kept in its folder: {error.strerror or error}. "
            "Make room there, or allow writing to it, and try again."
        ) from error
    return kept


def _name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME].rstrip()


def _note(text: str) -> str:
    return text.strip()[:LONGEST_NOTE].rstrip()
