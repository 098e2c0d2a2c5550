"""What is asked of a training while it is under way. It knows nothing of threads' work, files or screens.

Whoever steers sets it from any thread; whoever pulls the events looks at it between two steps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable


class Controls:
    """`called` is true when something was asked since the puller last looked: it is read at every step, without the
    lock. `rate` and `batch_size` are what is wanted from the next step on, None once `fit` has taken them."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.called = False
        self.paused = False
        self.troubled = False  # paused because something is in the way, which may go of itself
        self.stopping = False
        self.after_epoch = False
        self.steps = 0  # to be taken one by one while paused
        self.single = False  # such a step is being taken: what it gives is told at once
        self.rate: float | None = None
        self.batch_size: int | None = None

    def pause(self) -> None:
        """Take no further step until `go_on`."""
        self._ask(paused=True)

    def hold_up(self) -> None:
        """Pause because something is in the way, such as a full disk."""
        self._ask(paused=True, troubled=True)

    def go_on(self) -> None:
        """Go on after a pause, or try again what could not be done."""
        self._ask(paused=False, troubled=False, steps=0)

    def one_step(self) -> None:
        """Take one step, and be paused then."""
        with self.changed:
            self.steps += 1
            self._ask(paused=True)

    def take_step(self) -> None:
        """For whoever pulls: one of the steps that were asked for begins."""
        with self.changed:
            self.steps, self.single, self.called = self.steps - 1, True, True

    def call(self) -> None:
        """Have whoever pulls look up between two steps."""
        self._ask()

    def stop(self) -> None:
        """End after the step at hand, with a checkpoint."""
        self._ask(stopping=True)

    def stop_after_epoch(self, wanted: bool = True) -> None:
        """End once the epoch is done, validated and kept; or no longer do so."""
        self._ask(after_epoch=wanted)

    def set_rate(self, rate: float) -> None:
        """The learning rate from the next step on; a schedule goes on from there in proportion."""
        self._ask(rate=rate)

    def set_batch_size(self, size: int) -> None:
        """How many samples each step looks at from the next one on."""
        self._ask(batch_size=size)

    def wait(self, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Sleep until something was asked that makes `until()` true, or for so many seconds. Whether it is."""
        with self.changed:
            return self.changed.wait_for(until, seconds)

    def _ask(self, **wanted: object) -> None:
        with self.changed:
            for name, value in wanted.items():
                setattr(self, name, value)
            self.called = True
            self.changed.notify_all()
