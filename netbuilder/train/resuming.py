"""How a run goes on: in its own folder, exactly where it was broken off; or as a new run, with another network.

It knows nothing of the loop, nor of who pulls it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from netbuilder.data.catalog import source_of
from netbuilder.train.event_log import EventTail
from netbuilder.train.events import Continued, EpochDone, Event, Finished, Started
from netbuilder.train.recipes import recipe_of
from netbuilder.train.run import NotOurs, Run, RunError

if TYPE_CHECKING:
    from netbuilder.data.dataset import Dataset
    from netbuilder.spec import DataSpec
    from netbuilder.train.fit import Since
    from netbuilder.train.keeping import Keep
    from netbuilder.train.launch import Launch
    from netbuilder.train.snapshot import Snapshot

LOG_LOST = "The run's events.jsonl is damaged: the curves of {} lost, the training itself is whole."
TOLD_AGAIN = "{} missing from the run's events.jsonl: the checkpoints have told of them again."
NOTHING_KEPT = "No checkpoint had been kept yet, so it begins again."


def job_of(run: Run, *, epochs: int | None = None, device: str | None = None) -> Launch:
    """What it takes to go on with a run, to its end or to so many `epochs`, on the device it was on or another.

    Raises `RunError` where there is nothing to go on with, `NotOurs` for a model.py from elsewhere, `DataError` and
    `RecipeError` for a record that can't be used.
    """
    from netbuilder.train.launch import Launch

    if not run.is_ours:
        raise NotOurs(run)
    run.check_log(writing=True)
    recipe = recipe_of(run.recipe)
    if epochs is not None:
        recipe = recipe.with_settings(epochs=epochs)
    events = run.events()
    over = ending(events)
    if over is not None and max(epochs_of(events), default=0) >= recipe.epochs:
        raise RunError(
            f"The run {run.folder.name} has done all its {recipe.epochs} epochs. Give it more epochs to go on."
        )
    if over is not None and over.reason == "early stop" and epochs is None:
        raise RunError(
            f"The run {run.folder.name} has stopped early, when no epoch was better for {recipe.patience}. "
            "Give it more epochs to go on all the same."
        )
    record, data = run.record, source_of(run.data)
    try:
        source_text, project_text = _text(run), run.project_file.read_text("utf-8")
        outputs = tuple(map(str, record.get("outputs", ())))
        networks = {str(name): str(kind) for name, kind in dict(record.get("networks", {})).items()}
        rates = {str(name): dict(inside) for name, inside in dict(record.get("rates", {})).items()}
    except (OSError, TypeError, ValueError) as error:
        raise RunError(
            f"The run {run.folder.name} can't go on: one of model.py, project.netb and run.json is missing or damaged. "
            "Train the project anew."
        ) from error
    return Launch(
        source_text=source_text,
        node_lines={int(line): name for line, name in run.lines.items() if line.isdigit()},
        project_text=project_text,
        data=data,
        recipe=recipe,
        device=device or str(record.get("device", "auto")),
        folder=run.folder,
        title=run.title,
        node_names=run.node_names,
        outputs=outputs,
        networks=networks,
        rates=rates,
        places=run.places,
        resumes=run,
    )


def must_be_that_of(run: Run, dataset: Dataset, asked: DataSpec) -> None:
    """Raises `RunError` where a run can't go on with this data, of which the network is `asked` so: it is not what that
    was made for, or of another number of samples, so that an epoch would be another. Other numbers are no reason:
    another machine may read them so.
    """
    from netbuilder.train.fingerprint import other_form

    if what := other_form(run.record, dataset, asked):
        raise RunError(
            f"The run {run.folder.name} can't go on with other data than it learned from: {what}. Nothing of it is "
            "lost: give it the data it had, or begin a new run."
        )


def since_of(job: Launch, run: Run, keep: Keep) -> tuple[Since | None, tuple[Event, ...]]:
    """What a training begins from, where it goes on, and what is to be told before that. Raises `CheckpointError` if
    that can't be read."""
    if job.resumes is not None:
        return _broken_off(run, keep)
    if job.follows is not None:
        return _another_network(job, run, job.follows), ()
    return None, ()


def _broken_off(run: Run, keep: Keep) -> tuple[Since | None, tuple[Event, ...]]:
    from netbuilder.train.checkpoint import newest_whole
    from netbuilder.train.fit import Since

    found = newest_whole(run.folder)
    if found is None:
        keep.void(-1)
        return None, (Continued(0, 0, NOTHING_KEPT),)
    _, snapshot, warnings = found
    known = known_epochs(run, snapshot)
    if known.recovered:
        were = f"{known.recovered} epochs were" if known.recovered > 1 else "1 epoch was"
        warnings = (*warnings, TOLD_AGAIN.format(were))
    if known.lost:
        warnings = (*warnings, LOG_LOST.format(f"{known.lost} epochs are" if known.lost > 1 else "1 epoch is"))
    keep.void(snapshot.step)
    return Since(snapshot, known.history, " ".join(warnings)), known.again


def _another_network(job: Launch, run: Run, before: Run) -> Since:
    from netbuilder.train.carrying import Carry
    from netbuilder.train.checkpoint import CheckpointError, newest_whole
    from netbuilder.train.fit import Since

    same = run_before_the_change(job.source_text, job.rates, before) if job.back else None
    source = same or before
    found = newest_whole(source.folder)
    if found is None:
        raise CheckpointError(f"The run {source.folder.name} has no checkpoint to go on from. Train anew.")
    _, snapshot, warnings = found
    if same is not None:
        said = f"The drawing is that of {same.folder.name} again: it goes on from the weights it had then."
        return Since(snapshot, known_epochs(same, snapshot).history, " ".join((said, *warnings)), changed=True)
    older = [one.folder for one in chain_of(before)[1:]]
    carry = Carry.between(before, run, job.recipe, older)
    return Since(snapshot, known_epochs(before, snapshot).history, " ".join(warnings), changed=True, carry=carry)


def run_before_the_change(source_text: str, rates: Any, before: Run) -> Run | None:
    """The run that `before` follows, if its network has this source and these rates and that of `before` has not."""
    earlier = next(iter(chain_of(before)[1:]), None)
    if earlier is None or _text(before) == source_text or _network(earlier) != (source_text, _plain(rates)):
        return None
    return earlier


def chain_of(run: Run) -> list[Run]:
    """A run, the one that it follows, the one that that one follows, and so on, as far as they are still there."""
    found = [run]
    while isinstance(name := found[-1].record.get("follows"), str) and len(found) < 1000:
        try:
            found.append(Run.open(found[-1].folder.parent / name))
        except RunError:
            break
        if found[-1].folder in [one.folder for one in found[:-1]]:
            return found[:-1]
    return found


def carry_events(before: Run, run: Run) -> None:
    """Let a run's log begin with what the run that it follows has said, but for files that are only in that one's
    folder. Raises `OSError`."""
    with (
        before.events_file.open(encoding="utf-8", errors="replace") as said,
        run.events_file.open("w", encoding="utf-8") as log,
    ):
        for line in said:
            if line.endswith("\n") and _event_of(line) not in ("checkpoint_saved", "shown", ""):
                log.write(line)


def told_first(events: Iterator[Event], more: Sequence[Event]) -> Iterator[Event]:
    """The events of a training, with `more` behind the first, which says that it is started."""
    from netbuilder.train.fit import Stop

    stop = None
    for event in (next(events), *more):
        try:
            yield event
        except Stop as wish:  # it is for the training, as soon as that is pulled
            stop = wish
    if stop is not None:
        yield events.throw(stop)  # type: ignore[attr-defined]
    yield from events


def epochs_of(events: Iterable[Event]) -> dict[int, EpochDone]:
    """The epochs that were told, without those that are void."""
    found: dict[int, EpochDone] = {}
    for event in events:
        if isinstance(event, EpochDone):
            found[event.epoch] = event
        elif isinstance(event, Continued):
            found = {epoch: done for epoch, done in found.items() if epoch <= event.epoch}
    return found


def ending(events: Iterable[Event]) -> Finished | None:
    """How a run ended, unless it was begun again since."""
    over = None
    for event in events:
        if isinstance(event, Finished):
            over = event
        elif isinstance(event, (Started, Continued)):
            over = None
    return over


class Known(NamedTuple):
    """What is known of the epochs until a snapshot: the metrics of each (none of those that are `lost`), and what is to
    be told `again`, from the first on that the log has lost and a checkpoint has: so many are `recovered`."""

    history: list[Mapping[str, float]]
    again: tuple[EpochDone, ...] = ()
    recovered: int = 0
    lost: int = 0


def known_epochs(run: Run, snapshot: Snapshot) -> Known:
    """From the run's log, and for what is not in it from the checkpoints that are still there."""
    told = epochs_of(EventTail(run.events_file, merged=True).each())
    numbers = range(1, snapshot.epoch + 1)
    missing = [epoch for epoch in numbers if epoch not in told]
    if not missing:
        return Known([told[epoch].metrics for epoch in numbers])
    recipe = recipe_of(run.recipe)
    kept = {one.epoch: one for one in run.checkpoints() if one.metrics}
    found = {
        epoch: EpochDone(
            epoch,
            kept[epoch].step,
            kept[epoch].metrics,
            kept[epoch].best,
            float(snapshot.numbers["seconds"]) if kept[epoch].step == snapshot.step else 0.0,
            recipe.score(kept[epoch].metrics),
            recovered=True,
        )
        for epoch in missing
        if epoch in kept
    }
    known = told | found
    from_lost = range(min(found), snapshot.epoch + 1) if found else ()
    again = tuple(known[epoch] for epoch in from_lost if epoch in known)
    history = [known[epoch].metrics if epoch in known else {} for epoch in numbers]
    return Known(history, again, len(found), len(missing) - len(found))


def _network(run: Run) -> tuple[str, Any]:
    return _text(run), _plain(run.record.get("rates", {}))


def _text(run: Run) -> str:
    return run.model_file.read_text("utf-8")


def _plain(rates: Any) -> Any:
    return json.loads(json.dumps({name: dict(inside) for name, inside in dict(rates).items()}))


def _event_of(line: str) -> str:
    try:
        return str(json.loads(line).get("event", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""
