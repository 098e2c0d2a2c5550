"""The course of a run, read from its events without the losses of its steps. It knows nothing about screens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netbuilder.train.events import Continued, EpochDone, Event, Failed, Finished, Started


@dataclass
class CourseSoFar:
    """What of a run is compared: a `figures.Course`."""

    started: Started | None = None
    epochs: list[EpochDone] = field(default_factory=list)
    finished: Finished | None = None
    failed: Failed | None = None

    @property
    def best_epoch(self) -> int | None:
        return next((done.epoch for done in reversed(self.epochs) if done.best), None)


def course_of(events: Iterable[Event]) -> CourseSoFar:
    """What is left standing of all that a run has said."""
    found = CourseSoFar()
    for event in events:
        match event:
            case Started():
                found.started, found.finished, found.failed = event, None, None
            case Continued():
                found.epochs = [done for done in found.epochs if done.epoch <= event.epoch]
                found.finished = found.failed = None
            case EpochDone():
                found.epochs.append(event)
            case Finished():
                found.finished = event
            case Failed():
                found.failed = event
    return found
