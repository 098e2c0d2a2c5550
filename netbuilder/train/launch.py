"""From a source and its data to a run: folder, seed, model, loop, record. The same for the command line and the window.

It is a generator of events like `fit`, and ends the same ways; whatever goes wrong becomes its last event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netbuilder.data.dataset import Dataset
from netbuilder.data.source import Cancelled, DataSource, Tell
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import Event, Failed, Finished, Started
from netbuilder.train.networks import make_networks
from netbuilder.train.recipes.recipe import Recipe
from netbuilder.train.run import Run, new_run, write_record
from netbuilder.train.spec_record import spec_as_json

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Launch:
    """What a run begins with.

    `node_lines` gives the node's name by line of the source, `node_names` by attribute of the network. `folder` is
    the run's own, new or empty; None takes the next free one of the title's. With a `dataset`, `data` is not read.
    `outputs` are the names of what the network returns, in order; `networks` has the classes of the further networks of
    the source, by the names of their tabs. `weights` is a file that the network starts from;
    `attributes` says which attribute stands for which place in it. `rates` has what the learning rate of parts of a
    network is multiplied by, by attribute: of the main one under "", of another under the name of its tab.
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


Ready = Callable[[Run, "torch.nn.Module", Dataset], None]


def launch(
    job: Launch,
    *,
    ready: Ready = lambda run, model, dataset: None,
    tell: Tell = lambda what, done, total: None,
) -> Iterator[Event]:
    """Train, keep all of it in the run's folder, and say how it goes.

    `ready` is called once, before the first step, with what there is to look at; `tell` while the data is read, and
    may raise `Cancelled`. The first event is `Started`, with the run's folder; the last `Finished` or `Failed`.
    """
    from netbuilder.train import faults  # imports torch

    lines = {str(line): name for line, name in job.node_lines.items()}
    run: Run | None = None
    log: EventLog | None = None
    try:
        run = _begin(job, lines)
        log = EventLog(run.events_file)
        yield from _recorded(_train(job, run, ready, tell), run, log)
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
        if log is not None:
            log.close()


def _begin(job: Launch, lines: Mapping[str, str]) -> Run:
    record = {
        "created": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "seed": job.recipe.seed,
        "recipe": {"kind": job.recipe.kind, "settings": job.recipe.changed()},
        "data": {"kind": job.data.kind, "settings": job.data.changed()},
        "lines": dict(lines),
        "node_names": dict(job.node_names),
        "outputs": list(job.outputs),
        "rates": {name: dict(rates) for name, rates in job.rates.items()},
    }
    return new_run(job.title, job.folder, job.source_text, job.project_text, record)


def _train(job: Launch, run: Run, ready: Ready, tell: Tell) -> Iterator[Event]:
    from netbuilder.train import device
    from netbuilder.train.checkpoint import Keep
    from netbuilder.train.fit import fit

    place = device.resolve(job.device)
    device.ready(place)
    dataset = job.data.read(tell) if job.dataset is None else job.dataset
    asked = job.recipe.as_asked(dataset)
    more: dict[str, Any] = {
        "device": place,
        "threads": device.threads_for_training(),
        "made_with": device.machine(),
        "spec": spec_as_json(asked.spec),
        "beside": {
            role: {"tab": name, "spec": spec_as_json(job.recipe.asked_beside(role, dataset.spec))}
            for role, name in job.recipe.roles().items()
        },
    }
    write_record(replace(run, record={**run.record, **more}))
    networks = make_networks(job, run.model_file)
    ready(run, networks.model, asked)
    yield from fit(
        networks.model,
        dataset,
        job.recipe,
        device=place,
        keep=Keep(run.folder),
        note=networks.note,
        outputs=job.outputs,
        beside=networks.beside,
        rates=networks.rates,
    )


def _recorded(events: Iterator[Event], run: Run, log: EventLog) -> Iterator[Event]:
    """All of `events`, each written down before it is told; the last ones also when nobody listens any more."""
    from netbuilder.train.fit import Stop

    source = _Steered(events)
    for event in source:
        log.write(event)
        try:
            yield replace(event, folder=str(run.folder)) if isinstance(event, Started) else event
        except Stop:
            source.stop()
        except GeneratorExit:
            source.stop()
            for last in source:
                log.write(last)
            raise


class _Steered:
    """An iterator over a generator that can be told to stop: the next event is then what the generator makes of it."""

    def __init__(self, events: Iterator[Event]):
        self._events = events
        self._stopping = False

    def stop(self) -> None:
        self._stopping = True

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        from netbuilder.train.fit import Stop

        if self._stopping:
            self._stopping = False
            return self._events.throw(Stop())  # type: ignore[attr-defined]
        return next(self._events)


def _write(log: EventLog | None, event: Failed | Finished) -> None:
    try:
        if log is not None:
            log.write(event)
    except OSError:  # a full disk may be what the event is about; it is told all the same
        pass


def let_go(error: BaseException) -> None:
    """Drop the frames of a fault: they hold the batch and the graph, and with them the memory that ran out."""
    import traceback

    import torch

    traceback.clear_frames(error.__traceback__)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
