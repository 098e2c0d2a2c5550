"""The stretch of epochs that several plots show together: where one of them is gone into, all are.

It knows neither curves nor Qt, only how far each plot reaches.
"""

from __future__ import annotations

from typing import Protocol

from netbuilder.ui import zoom

AHEAD = 0.08  # how far the axis of growing curves may reach beyond the last point


class Shown(Protocol):
    """A plot. `reach` is the epoch at which its curves end, None while it has none; `finest` the least stretch in
    which they have something to see; `growing`: more of them is to come soon."""

    @property
    def reach(self) -> float | None: ...
    @property
    def finest(self) -> float: ...
    @property
    def growing(self) -> bool: ...
    def redraw(self) -> None: ...


class SharedStretch:
    """`chosen` is what is gone into, None for all, which follows the run; `end` is where the axis of all ends."""

    def __init__(self) -> None:
        self.chosen: zoom.Stretch | None = None
        self.end = 1.0
        self._plots: list[Shown] = []

    def add(self, plot: Shown) -> None:
        self._plots.append(plot)

    @property
    def seen(self) -> zoom.Stretch:
        return self.chosen or (0.0, self.end)

    @property
    def narrowest(self) -> float:
        """The least stretch in which one of the plots has something to see."""
        return min((plot.finest for plot in self._plots if plot.reach is not None), default=1.0)

    def zoom_to(self, stretch: zoom.Stretch | None) -> None:
        """Show the curves from one epoch to another, and no more than there is; None: all, also what is to come."""
        if stretch is not None:
            stretch = zoom.within(stretch, self.end, self.narrowest)
        if stretch != self.chosen:
            self.chosen = stretch
            for plot in self._plots:
                plot.redraw()

    def grow(self, drawn: Shown) -> None:
        """Follow how far the curves reach by now, before `drawn` is drawn: the others are only drawn again now and
        then."""
        there = [plot for plot in self._plots if plot.reach is not None]
        last = max([1.0, *(plot.reach or 0.0 for plot in there)])
        end = last
        if last > 1 and any(plot.growing for plot in there):
            fits = last <= self.end <= last * (1 + AHEAD) + 1
            end = self.end if fits else float(int(last * (1 + AHEAD)) + 1)
        if end != self.end:
            self.end = end
            if self.chosen is None:
                for plot in self._plots:
                    if plot is not drawn:
                        plot.redraw()

    def leave(self, plot: Shown) -> None:
        """It has no curves any more: the others may reach less far; where none has any, nothing is gone into."""
        if all(one.reach is None for one in self._plots):
            self.chosen = None
        self.grow(plot)
