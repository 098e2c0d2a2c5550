"""Finds resources/ in a checkout, a wheel and a frozen app; the only code that knows where they are."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SUFFIX = ".netb"


@dataclass(frozen=True)
class Score:
    """What a sample reaches when it is trained to its end: a metric of its recipe, and how good it is at least."""

    metric: str
    at_least: float = -math.inf
    at_most: float = math.inf

    def is_reached(self, metrics: Mapping[str, float]) -> bool:
        """Whether an epoch with these metrics is as good."""
        return self.at_least <= metrics.get(self.metric, math.nan) <= self.at_most

    def describe(self) -> dict[str, str | float]:
        """As the index has it, for scripts: the bounds that there are."""
        bounds = {"at_least": self.at_least, "at_most": self.at_most}
        return {"metric": self.metric, **{name: bound for name, bound in bounds.items() if math.isfinite(bound)}}


@dataclass(frozen=True)
class Sample:
    """A project that comes with NetBuilder. `name` is its file's stem and what `netbuilder new` takes; `family` the
    kind of network that it shows."""

    name: str
    title: str
    description: str
    path: Path
    family: str = ""
    score: Score | None = None


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
            title, description, family = (str(entry.get(key) or "") for key in ("title", "description", "family"))
            found.append(Sample(path.stem, title or path.stem, description, path, family, _score(entry.get("score"))))
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


def _score(entry: object) -> Score | None:
    """None where there is none, or it can't be read."""
    if not isinstance(entry, dict) or not isinstance(entry.get("metric"), str):
        return None
    bounds = {key: float(entry[key]) for key in ("at_least", "at_most") if isinstance(entry.get(key), int | float)}
    return Score(entry["metric"], **bounds) if bounds else None
