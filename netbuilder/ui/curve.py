"""What a plot draws: curves over epochs, and marks. It knows arrays; it does not know what a run is, nor Qt.

Each curve says how it looks within a stretch of the axis, so that a plot never touches more than it shows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from netbuilder.train.epoch_axis import EpochAxis
from netbuilder.ui import series
from netbuilder.ui.pyramid import Pyramid

Points = tuple[np.ndarray, np.ndarray]
Stretch = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Curve:
    """One line. `colour` is a token of the theme. `raw` are the values that `y` smooths: drawn faint, below it.

    `dots` marks every point: for lines that have one an epoch. `dashed` lines belong to another run, which is `run`.
    """

    name: str
    colour: str
    x: np.ndarray
    y: np.ndarray
    raw: Points | None = None
    dots: bool = False
    dashed: bool = False
    run: str = ""

    @property
    def told(self) -> tuple[object, ...]:
        """What changes when there is another curve to draw: a run only ever adds to its own."""
        ends = (float(self.x[-1]), float(self.y[-1])) if len(self.x) else ()
        return self.name, self.colour, self.dashed, len(self.x), ends

    @property
    def raw_is_drawn(self) -> bool:
        return self.raw is not None

    @property
    def end(self) -> float:
        return float(self.x[-1]) if len(self.x) else 0.0

    @property
    def spacing(self) -> float:
        """The least distance between two points."""
        return float(np.diff(self.x).min()) if len(self.x) > 1 else 1.0

    def drawn(self, stretch: Stretch, most: int) -> Points:
        """At most about `most` points that show the line from one place to another, both ends crossed."""
        return series.thin(*_within(self.x, self.y, stretch), most)

    def drawn_raw(self, stretch: Stretch, most: int) -> Points | None:
        return None if self.raw is None else series.thin(*_within(*self.raw, stretch), most)

    def spread(self, stretch: Stretch) -> np.ndarray:
        """Some of the raw values of this stretch."""
        return np.empty(0) if self.raw is None else _within(*self.raw, stretch)[1]

    def value_at(self, x: float) -> float | None:
        """The value of the point nearest to `x`."""
        if not len(self.x):
            return None
        at = int(np.clip(np.searchsorted(self.x, x), 0, len(self.x) - 1))
        if at and abs(self.x[at - 1] - x) < abs(self.x[at] - x):
            at -= 1
        return float(self.y[at])

    def step_at(self, x: float) -> int | None:
        """The step there, where it has a point for each."""
        return None


@dataclass(frozen=True, eq=False)
class StepCurve:
    """A line with a point for each of very many steps: `smooth` over `rough`, which is drawn faint.

    Both grow in place; `count` is how many there were, and `voided` how often some were taken back, when this was made.
    """

    name: str
    colour: str
    axis: EpochAxis
    smooth: Pyramid
    rough: Pyramid | None
    count: int
    voided: int = 0
    dashed: bool = False
    run: str = ""
    dots: bool = False

    @property
    def x(self) -> np.ndarray:
        return self.axis.epochs_at(np.arange(1, len(self.smooth) + 1))

    @property
    def y(self) -> np.ndarray:
        return self.smooth.values

    @property
    def raw(self) -> Points | None:
        return None if self.rough is None else (self.x, self.rough.values)

    @property
    def told(self) -> tuple[object, ...]:
        return self.name, self.colour, self.dashed, self.count, self.voided

    @property
    def raw_is_drawn(self) -> bool:
        return self.rough is not None

    @property
    def end(self) -> float:
        return self.axis.epoch_at(len(self.smooth)) if len(self.smooth) else 0.0

    @property
    def spacing(self) -> float:
        return 1.0 / self.axis.steps_per_epoch

    def drawn(self, stretch: Stretch, most: int) -> Points:
        return self._points(self.smooth, stretch, most)

    def drawn_raw(self, stretch: Stretch, most: int) -> Points | None:
        return None if self.rough is None else self._points(self.rough, stretch, most)

    def spread(self, stretch: Stretch) -> np.ndarray:
        return np.empty(0) if self.rough is None else self.rough.sample(*self._steps(stretch))

    def value_at(self, x: float) -> float | None:
        step = self.step_at(x)
        return None if step is None else float(self.smooth.values[step - 1])

    def step_at(self, x: float) -> int | None:
        if not len(self.smooth):
            return None
        return min(max(1, round(self.axis.step_at(x))), len(self.smooth))

    def _steps(self, stretch: Stretch) -> tuple[int, int]:
        """The places in the row that are in this stretch, and one beyond each end."""
        low, high = (self.axis.step_at(end) for end in stretch)
        return max(0, math.floor(low) - 1), min(len(self.smooth), math.ceil(high) + 1)

    def _points(self, row: Pyramid, stretch: Stretch, most: int) -> Points:
        places, values = row.drawn(*self._steps(stretch), most)
        return self.axis.epochs_at(places + 1), values


@dataclass(frozen=True)
class Mark:
    """A place on the axis of epochs where something was done: with a `label` a line through the whole plot, without
    one a tick. `said` is the sentence that the mouse is told."""

    x: float
    said: str
    label: str = ""


def _within(x: np.ndarray, y: np.ndarray, stretch: Stretch) -> Points:
    first = max(0, int(np.searchsorted(x, stretch[0], side="right")) - 1)
    last = int(np.searchsorted(x, stretch[1], side="left")) + 1
    return x[first:last], y[first:last]


def smooth_alone(curve: Curve | StepCurve, **looks: Any) -> Any:
    """The same curve without what lies faint under it, as among those of other runs; `looks` are further changes."""
    return replace(curve, **{"raw" if isinstance(curve, Curve) else "rough": None}, **looks)
