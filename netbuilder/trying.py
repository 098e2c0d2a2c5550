"""The verbs `find-rate` and `overfit`: a few steps before a training, of which nothing is kept. They know no Qt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netbuilder.headless import Refused, launch_of, ready_to_train, recipe_with
from netbuilder.terminal import print_json, shown_progress

if TYPE_CHECKING:
    from netbuilder.train.events import Event
    from netbuilder.train.launch import Launch

File = Annotated[Path, typer.Argument(metavar="FILE", help="A project (.netb).", show_default=False)]
Device = Annotated[str, typer.Option(help="cpu, cuda, cuda:1, mps; auto takes the best there is.")]
Trusted = Annotated[bool, typer.Option("--trust", help="Let the Python code run that the project holds of its own.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def find_rate_verb(file: File, device: Device = "auto", trust: Trusted = False, json: Json = False) -> None:
    """Find a learning rate for a project: a hundred steps while the rate rises. Nothing of them is kept."""
    from netbuilder.train.rate_finder import find_rate

    _print(_taken(find_rate(_job(file, device, trust))), json)


def overfit_verb(file: File, device: Device = "auto", trust: Trusted = False, json: Json = False) -> None:
    """See whether a network can learn one batch by heart, and if not, what is in the way. The exit code is 1 then."""
    from netbuilder.train.one_batch import BatchLearned, learn_one_batch

    last = _taken(learn_one_batch(_job(file, device, trust)))
    stuck = isinstance(last, BatchLearned) and last.kind == "stuck"
    if json or not stuck:
        _print(last, json)
    if stuck:
        raise Refused(last.sentence)  # type: ignore[attr-defined]


def _job(file: Path, device: str, trust: bool) -> Launch:
    project, dataset, checked = ready_to_train(file, trust=trust)
    return launch_of(file, dataset, checked, recipe_with(project, {}), device=device)


def _taken(events: Iterator[Event]) -> Event:
    """What came of all steps. Raises `Refused` for what ended them."""
    from netbuilder.train.events import Failed

    last: Event | None = None
    with shown_progress() as tell:
        for last in events:
            if hasattr(last, "steps"):
                tell(f"step {last.step}/{last.steps}\nloss {last.loss:.4g}", last.step, last.steps)  # type: ignore[attr-defined]
    assert last is not None  # nobody calls it off here
    if isinstance(last, Failed):
        raise Refused(last.sentence)
    return last


def _print(last: Event, json: bool) -> None:
    if json:
        print_json(asdict(last))
    else:
        print(last.sentence)  # type: ignore[attr-defined]
