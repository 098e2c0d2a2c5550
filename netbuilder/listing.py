"""The verb `runs`: all runs that were made, in a table or as JSON. It knows no Qt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netbuilder.headless import Refused, command
from netbuilder.terminal import duration, metric, print_json, print_table

if TYPE_CHECKING:
    from netbuilder.train.runs import RunSummary


def runs_verb(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="A folder to look for runs in; without one, those of all projects are listed.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """List the runs that were made, the newest first: how each ended, what it reached, and where it lies."""
    from netbuilder.train.runs import UNREADABLE, RunsReader, all_runs_folder

    place = all_runs_folder() if folder is None else folder
    if folder is not None and not folder.is_dir():
        raise Refused(f"There is no folder {folder}. Name one that holds runs, or none for those of all projects.")
    found = RunsReader().read(place)
    if json:
        print_json([run.describe() for run in found])
    elif not found:
        print(f"There are no runs in {place} yet. Make one with: {command('train', 'FILE')}")
    else:
        heads, rows = ("run", "state", "reached", "epochs", "time", "made", "note"), [_row(run) for run in found]
        shown = len(heads) if any(row[-1] for row in rows) else len(heads) - 1  # room for a note only where one is
        print_table(heads[:shown], [row[:shown] for row in rows])
        for run in found:
            if run.state == UNREADABLE:
                print(f"note: {run.title} can't be read: {run.sentence[:1].lower()}{run.sentence[1:]}")
        print(f"They lie in {place}." if len(found) > 1 else f"It lies in {found[0].folder}.")


def _row(run: RunSummary) -> tuple[str, ...]:
    score = run.score.removeprefix("validation_").replace("_", " ")
    return (
        f"★ {run.title}" if run.about.star else run.title,
        run.state,
        "" if run.value is None else f"{score} {metric(run.score, run.value)}",
        f"{run.epochs:,}" if run.planned in (None, run.epochs) else f"{run.epochs:,}/{run.planned:,}",
        duration(run.seconds) if run.seconds else "",
        "" if run.created is None else _moment(run.created),
        run.about.note,
    )


def _moment(when: datetime) -> str:
    """In few letters: "26 Nov 19:01", and of another year "26 Nov 2025"."""
    return f"{when:%d %b %H:%M}" if when.year == datetime.now().year else f"{when:%d %b %Y}"
