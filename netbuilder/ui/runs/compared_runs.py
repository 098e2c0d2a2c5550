"""Two runs read from their folders to be compared on screen. It knows no widget, and is read on a thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netbuilder.train.about import read_about
from netbuilder.train.history import read_record
from netbuilder.ui.train import wording
from netbuilder.ui.train.run_curves import RunCurves, smoothed

if TYPE_CHECKING:
    from netbuilder.comparison.runs import Comparison
    from netbuilder.train.history import RunRecord

COLOURS = ("run6", "run7")  # tokens of the theme


@dataclass(frozen=True, eq=False)
class ComparedRuns:
    """`names` are what the two are called on screen, so that they can be told apart."""

    names: tuple[str, str]
    curves: tuple[RunCurves, RunCurves]
    comparison: Comparison

    @property
    def records(self) -> tuple[RunRecord, RunRecord]:
        return self.curves[0].record, self.curves[1].record


def read_both(one: Path, other: Path) -> ComparedRuns:
    """Both runs and what differs between them. Raises `RunError`."""
    from netbuilder.comparison.runs import compare
    from netbuilder.train.run import Run

    runs = Run.open(one), Run.open(other)
    own = read_about(runs[0].folder).name, read_about(runs[1].folder).name
    names = names_of((one, other), (runs[0].title, runs[1].title), own)
    records = read_record(runs[0]), read_record(runs[1])
    return ComparedRuns(names, (smoothed(records[0]), smoothed(records[1])), compare(runs, records))


def names_of(folders: tuple[Path, Path], titles: tuple[str, str], own: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """The names that the user gave them, else "Run 7" and "Run 8"; with the projects where these differ, with the
    folders where nothing else does."""
    one, other = (name or wording.run_title(folder.name) for name, folder in zip(own, folders, strict=True))
    if titles[0] != titles[1]:
        return f"{titles[0]} · {one}", f"{titles[1]} · {other}"
    if one != other:
        return one, other
    one, other = (f"{folder.parent.name}/{folder.name}" for folder in folders)
    return (one, other) if one != other else (f"{one} (1)", f"{other} (2)")
