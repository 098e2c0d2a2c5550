"""The verb `resume`: goes on with a run where it was broken off. It knows no Qt, and nothing of how it is trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from netbuilder.headless import Refused, adopted, train_to_the_end
from netbuilder.terminal import TrainingLines, print_json, shown_progress


def resume_verb(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.", show_default=False)],
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Go on to so many in all, in place of the run's own.", show_default=False)
    ] = None,
    device: Annotated[str | None, typer.Option(help="Another device than it was on.", show_default=False)] = None,
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write files for TensorBoard too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Go on with a run where it was broken off: on the same machine, exactly as if nothing had happened.

    Ctrl-C and the exit code are as for train.
    """
    from netbuilder.data.source import DataError
    from netbuilder.fields import BadSetting
    from netbuilder.train.event_lines import events_as_json
    from netbuilder.train.recipes import RecipeError
    from netbuilder.train.resuming import job_of
    from netbuilder.train.run import Run, RunError

    try:
        opened = adopted(Run.open(run))
        job = replace(job_of(opened, epochs=epochs, device=device), tensorboard=tensorboard)
    except (RunError, DataError, RecipeError, BadSetting, OSError) as error:
        raise Refused(str(error)) from error
    with shown_progress() as tell:
        if json:
            train_to_the_end(job, lambda event: print_json(events_as_json(event)), tell)
        else:
            train_to_the_end(job, TrainingLines(job.recipe.curves(opened.spec.target), tell).show, tell)
