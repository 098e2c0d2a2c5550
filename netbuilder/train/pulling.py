"""Pulls the events of a training, and pauses and ends it as is asked between two steps.

It knows nothing of what is trained, nor of who asks: a window, Ctrl-C, or a file that another process writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netbuilder.train.controls import Controls
from netbuilder.train.events import Event, Paused, Resumed, Started, StepDone
from netbuilder.train.fit import Stop

Between = Callable[[], None]


def pulled(
    events: Iterator[Event],
    controls: Controls,
    between: Between = lambda: None,
    patience: float | None = None,
) -> Iterator[Event]:
    """All `events`, and `Paused` and `Resumed` where they are held up.

    `between` is called between two steps when something was asked, also while it is paused: it must come back soon.
    Where the training itself can't go on (a full disk), it waits to be told to, or tries again after `patience`
    seconds. A `Stop` that is thrown in ends it like `controls.stop()`.
    """
    pull: Callable[[], Event] = events.__next__
    held = ended = False
    step = stepped = 0
    while True:
        try:
            event = pull()
        except StopIteration:
            return
        pull = events.__next__
        if isinstance(event, StepDone):
            step = event.step
        if isinstance(event, Paused):
            held = True
            controls.hold_up()
        try:
            yield event
            if not (controls.called and isinstance(event, (StepDone, Started, Paused))):
                continue
            controls.called = False
            between()
            if controls.single and step == stepped and not controls.stopping:
                controls.called = True  # the step that was asked for is not done yet: this is a part of validation
                continue
            controls.single = False
            if controls.paused and not controls.stopping:
                if not held:
                    held = True
                    yield Paused()
                while controls.paused and not controls.stopping and not controls.steps:
                    if not controls.wait(lambda: controls.called, patience if controls.troubled else None):
                        controls.go_on()
                    controls.called = False
                    between()
            if controls.paused and controls.steps and not controls.stopping:
                controls.take_step()
                stepped = step
            elif held and not controls.stopping:
                held = False
                yield Resumed()
            if controls.stopping and not ended:
                ended, pull = True, _thrower(events)
        except Stop:
            ended, pull = True, _thrower(events)


def _thrower(events: Iterator[Event]) -> Callable[[], Event]:
    return lambda: events.throw(Stop())  # type: ignore[attr-defined]
