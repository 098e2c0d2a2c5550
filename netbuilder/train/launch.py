"""From a source and its data to a run: folder, seed, model, loop, record. The same for the command line and the window.

It is a generator of events like `fit`, and ends the same ways; whatever goes wrong becomes its last event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import Cancelled, DataSource, Tell
from netbuilder.train import device
from netbuilder.train.controls import Controls
from netbuilder.train.environment import differs_from, environment
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import Event, Failed, Finished, Noted, Started
from netbuilder.train.fingerprint import changed_since
from netbuilder.train.networks import make_networks
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.resuming import carry_events, must_be_that_of, since_of, told_first
from netbuilder.train.run import Run, new_run, write_record
from netbuilder.train.spec_record import spec_as_json
from netbuilder.train.tensorboard_log import LogWithTensorBoard

if TYPE_CHECKING:
    import torch
    from filelock import FileLock


@dataclass(frozen=True)
class Launch:
    """What a run begins with.

    `node_lines` gives the node's name by line of the source, `node_names` by attribute of the network. `folder` is
    the run's own, new or empty; None takes the next free one of the title's. With a `dataset`, `data` is not read.
    `outputs` are the names of what the network returns, in order; `networks` has the classes of the further networks of
    the source, by the names of their tabs. `weights` is a file that the network starts from;
    `attributes` says which attribute stands for which place in it. `rates` has what the learning rate of parts of a
    network is multiplied by, by attribute: of the main one under "", of another under the name of its tab; `places` in
    the same way which attribute stands for which place in the drawing. With `tensorboard` the run's folder also gets
    files that TensorBoard reads.

    `resumes` is a run that goes on in its own folder where it was broken off: see `resuming.job_of`. `follows` is a run
    from which this one takes over what fits of its weights and goes on where that one stopped, in a folder of its own;
    with `back`, it goes back to how that one began if the drawing is the one from before.
    """

    source_text: str
    node_lines: Mapping[int, str]
    project_text: str
    data: DataSource
    recipe: Recipe
    device: str = "auto"
    folder: Path | None = None
    title: str = "untitled"
    dataset: Dataset | None = None
    node_names: Mapping[str, str] = field(default_factory=dict)
    weights: Path | None = None
    outputs: tuple[str, ...] = ()
    networks: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    resumes: Run | None = None
    follows: Run | None = None
    back: bool = True
    tensorboard: bool = False


Ready = Callable[[Run, "torch.nn.Module", Dataset], None]


def launch(
    job: Launch,
    *,
    ready: Ready = lambda run, model, dataset: None,
    tell: Tell = lambda what, done, total: None,
    controls: Controls | None = None,
    between: Callable[[], None] = lambda: None,
    patience: float | None = None,
) -> Iterator[Event]:
    """Train, keep all of it in the run's folder, and say how it goes.

    `ready` is called once, before the first step, with what there is to look at; `tell` while the data is read and the
    network compiled, and may raise `Cancelled`; `controls` are looked at between two steps: see `pulling` for them,
    `between` and `patience`. The first event is `Started`, with the run's folder; the last `Finished` or `Failed`.
    """
    from netbuilder.train import faults  # imports torch
    from netbuilder.train.pulling import pulled

    lines = {str(line): name for line, name in job.node_lines.items()}
    run: Run | None = None
    log: EventLog | None = None
    held: FileLock | None = None
    try:
        run = job.resumes if job.resumes is not None else _begin(job, lines)
        held = run.hold()
        log = LogWithTensorBoard(run) if job.tensorboard else EventLog(run.events_file)
        controls = controls or Controls()
        events = pulled(_train(job, run, ready, tell, controls), controls, between, patience)
        yield from _recorded(events, run, log, controls)
    except Cancelled:
        stopped = Finished("stopped", epochs=0, best_epoch=0)
        _write(log, stopped)
        yield stopped
    except Exception as error:
        failed = faults.explain(error, None if run is None else run.model_file, lines, job.recipe)
        _write(log, failed)
        let_go(error)
        yield failed
    finally:
        device.give_back()
        if log is not None:
            log.close()
        if held is not None:
            held.release()


def _begin(job: Launch, lines: Mapping[str, str]) -> Run:
    record: dict[str, Any] = {
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "seed": job.recipe.seed,
        "recipe": {"kind": job.recipe.kind, "settings": job.recipe.changed()},
        "data": {"kind": job.data.kind, "settings": job.data.changed()},
        "lines": dict(lines),
        "node_names": dict(job.node_names),
        "outputs": list(job.outputs),
        "rates": {name: dict(rates) for name, rates in job.rates.items()},
        "networks": dict(job.networks),
        "places": {name: dict(places) for name, places in job.places.items()},
    }
    if job.follows is not None:
        before = job.follows.folder.absolute()
        beside = job.folder is None or Path(job.folder).absolute().parent == before.parent
        record["follows"] = before.name if beside else str(before)
    run = new_run(job.title, job.folder, job.source_text, job.project_text, record)
    if job.follows is not None:
        carry_events(job.follows, run)
    return run


def _train(job: Launch, run: Run, ready: Ready, tell: Tell, controls: Controls) -> Iterator[Event]:
    from netbuilder.train.fit import fit
    from netbuilder.train.keeping import Keep, NotKept

    place = device.resolve(job.device)
    device.ready(place)
    dataset = job.data.read(tell) if job.dataset is None else job.dataset
    asked = job.recipe.as_asked(dataset)
    if job.resumes is not None:
        must_be_that_of(run, dataset, asked.spec)  # before anything of the run is touched
    more: dict[str, Any] = {
        "device": place,
        "threads": device.threads_for_training(),
        **({} if job.resumes is not None else environment(place, dataset)),
        "spec": spec_as_json(asked.spec),
        "beside": {
            role: {"tab": name, "spec": spec_as_json(job.recipe.asked_beside(role, dataset.spec))}
            for role, name in job.recipe.roles().items()
        },
    }
    if job.resumes is not None:  # it may have been given more epochs, which hold from now on
        more["recipe"] = {"kind": job.recipe.kind, "settings": job.recipe.changed()}
    write_record(replace(run, record={**run.record, **more}))
    networks = make_networks(job, run.model_file)
    keep = Keep(run.folder)
    since, told = since_of(job, run, keep)
    if job.resumes is not None and since is not None:
        other = changed_since(run.record, dataset), differs_from(run.record, place)
        since = since._replace(sentence=" ".join(filter(None, (since.sentence, *other))))
    ready(run, networks.model, asked)
    events = fit(
        networks.model,
        dataset,
        job.recipe,
        device=place,
        keep=keep,
        note=networks.note,
        outputs=job.outputs,
        beside=networks.beside,
        rates=networks.rates,
        controls=controls,
        since=since,
        tell=tell,
    )
    try:
        yield from told_first(events, told) if told else events
    except Exception:  # what was being written when it failed is there before that is told
        with suppress(NotKept):
            yield from keep.said(wait=True)
        raise


def _recorded(events: Iterator[Event], run: Run, log: EventLog, controls: Controls) -> Iterator[Event]:
    """All of `events`, each written down before it is told; the last ones also when nobody listens any more."""
    from netbuilder.train.fit import Stop
    from netbuilder.train.keeping import NotKept
    from netbuilder.train.tally import NotFinite

    source = _Steered(events)
    said = False  # that the log can't be written, since it could be
    for event in source:
        try:
            log.write(event)
        except OSError as error:  # what could not be written is held, and goes before what is written next
            if not isinstance(event, (Finished, Noted)):  # the last word, and what is said of this itself
                controls.hold_up()
                source.say(None if said else Noted(_no_room(error)))
                said = True
        else:
            said = False
        source.say(log.noted())
        try:
            yield replace(event, folder=str(run.folder)) if isinstance(event, Started) else event
        except Stop:
            if not isinstance(event, Finished):
                source.stop()
        except GeneratorExit:
            if isinstance(event, Finished):  # all has been said
                raise
            source.stop()
            with suppress(NotKept, NotFinite):  # nobody is left to be told
                for last in source:
                    with suppress(OSError):
                        log.write(last)
            raise


class _Steered:
    """An iterator over a generator that can be told to stop: the next event is then what the generator makes of it.
    What is to be said beside its events comes first."""

    def __init__(self, events: Iterator[Event]):
        self._events = events
        self._stopping = False
        self._noted: list[Noted] = []

    def say(self, noted: Noted | None) -> None:
        self._noted += [noted] if noted is not None else []

    def stop(self) -> None:
        self._stopping = True

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        from netbuilder.train.fit import Stop

        if self._noted:
            return self._noted.pop(0)
        if self._stopping:
            self._stopping = False
            return self._events.throw(Stop())  # type: ignore[attr-defined]
        return next(self._events)


def _no_room(error: OSError) -> str:
    said = (error.strerror or str(error)).rstrip(".")
    return f"The run's log can't be written: {said}. Nothing is lost: free some space, and go on."


def _write(log: EventLog | None, event: Failed | Finished) -> None:
    try:
        if log is not None:
            log.write(event)
    except OSError:  # a full disk may be what the event is about; it is told all the same
        pass


def let_go(error: BaseException) -> None:
    """Drop the frames of a fault: they hold the batch and the graph, and with them the memory that ran out."""
    import traceback

    traceback.clear_frames(error.__traceback__)
    device.give_back()
