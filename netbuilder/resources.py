"""Finds resources/ in a checkout, a wheel and a frozen app; the only code that knows where they are."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".netb"


@dataclass(frozen=True)
class Sample:
    """A project that comes with NetBuilder. `name` is its file's stem and what `netbuilder new` takes."""

    name: str
    title: str
    description: str
    path: Path


def folder() -> Path:
    """The folder that holds icons and sample projects."""
    package = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    places = [package / "_resources", package.parent / "resources"]
    if frozen:
        places.insert(0, Path(frozen) / "resources")
    return next((place for place in places if place.is_dir()), places[-1])


def samples() -> tuple[Sample, ...]:
    """The sample projects, in the order of samples/index.json; those it does not name come after, by name."""
    place = folder() / "samples"
    named = {path.stem: path for path in sorted(place.glob(f"*{SUFFIX}"))}
    found = []
    for entry in _index(place / "index.json"):
        path = named.pop(str(entry.get("name")), None)
        if path is not None:
            title, description = (str(entry.get(key) or "") for key in ("title", "description"))
            found.append(Sample(path.stem, title or path.stem, description, path))
    return (*found, *(Sample(name, name, "", path) for name, path in named.items()))


def is_sample(path: Path) -> bool:
    """Whether this file is one of the samples, which are opened as copies and never written."""
    return path.resolve().parent == (folder() / "samples").resolve()


def _index(path: Path) -> list[dict[str, object]]:
    try:
        entries = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return []  # the samples are still there, under their file names
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
