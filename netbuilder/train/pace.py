"""How long training has taken, how fast it goes and when it will be done. Pauses are left out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from time import perf_counter

from netbuilder.train.events import Progress

INTERVAL = 0.1  # seconds between two readings of the losses
SLEPT = 60.0  # seconds
WINDOW = 3.0  # seconds over which the speed is taken: what it is, not what it was


def _awake_or_not() -> float:
    """Seconds that also pass while the computer sleeps. Linux has a clock for that, which nobody sets; elsewhere it is
    the one on the wall."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.time() if clock is None else time.clock_gettime(clock)


class Pace:
    """A clock that can be held, and the losses that have not been told yet."""

    def __init__(
        self,
        steps: int,
        epochs: int,
        clock: Callable[[], float] = perf_counter,
        wall: Callable[[], float] = _awake_or_not,
    ):
        self.steps = steps  # of the whole training
        self._wall, self._apart = wall, wall() - clock()
        self._epochs, self._clock = epochs, clock
        self._began = self._read = clock()
        self._held = 0.0  # seconds in which nobody pulled
        self._aside = 0.0  # seconds of validating and saving, which say nothing about the speed of a step
        self._aside_last = 0.0
        self._asides = 0
        self._samples = 0
        self._window: deque[tuple[float, int, int]] = deque([(0.0, 0, 0)])
        self._losses: list[float] = []

    @property
    def seconds(self) -> float:
        """Seconds since the start, pauses left out."""
        return self._clock() - self._began - self._held

    def go_on(self, step: int, epochs: int, seconds: float) -> None:
        """Count from after so many steps, epochs and seconds of a training that was broken off."""
        self._held -= seconds
        self._asides = epochs
        self._aside = seconds  # all of it says nothing about the speed of now
        self._window = deque([(self.seconds - self._aside, 0, step)])

    def hold(self, seconds: float) -> None:
        """Leave out a time in which nothing was trained."""
        self._held += seconds
        self._read += seconds

    def slept(self) -> float:
        """For how many seconds this computer has slept since one asked last: the clock `wall` goes on then, that of the
        program does not. 0 for less than a minute, by which clocks are set now and then."""
        apart = self._wall() - self._clock()
        slept, self._apart = apart - self._apart, apart
        return slept if slept > SLEPT else 0.0

    def set_aside(self, seconds: float) -> None:
        """Take the time between two epochs out of the speed, and expect as much after each epoch to come."""
        self._aside += seconds
        self._aside_last = seconds
        self._asides += 1

    def due(self) -> bool:
        """Whether it is time to read the losses."""
        return self._clock() - self._read >= INTERVAL

    def count(self, samples: int) -> None:
        self._samples += samples

    def keep(self, losses: list[float]) -> None:
        """Losses for the next progress."""
        self._losses += losses

    @property
    def untold(self) -> bool:
        """Whether there are losses that no progress has carried."""
        return bool(self._losses)

    def progress(self, step: int, epoch: int, rate: float | None = None) -> Progress:
        """All that is new since the last time; `rate` is the learning rate by now."""
        self._read = self._clock()
        now = self.seconds - self._aside
        self._window.append((now, self._samples, step))
        while len(self._window) > 2 and now - self._window[1][0] > WINDOW:
            self._window.popleft()
        then, samples, steps = self._window[0]
        spent, left = now - then, None
        if spent > 0 and step > steps and step > 2:  # the first steps are the slowest
            left = (self.steps - step) * spent / (step - steps) + (self._epochs - self._asides) * self._aside_last
        losses, self._losses = tuple(self._losses), []
        return Progress(
            step=step,
            epoch=epoch,
            losses=losses,
            samples_per_second=(self._samples - samples) / spent if spent > 0 else 0.0,
            seconds_left=left,
            rate=rate,
        )
