"""The places one has looked from, as a browser keeps pages: back, forward, and on from there. It knows no screen."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 100


@dataclass(frozen=True)
class View:
    """From where a graph is looked at: the path to the graph, the middle of the view, the zoom."""

    path: tuple[str, ...]
    x: float
    y: float
    zoom: float

    def is_like(self, other: View) -> bool:
        """Whether nobody would call it another place."""
        near = 40 / max(min(self.zoom, other.zoom), 1e-6)
        same = abs(self.x - other.x) < near and abs(self.y - other.y) < near
        return self.path == other.path and same and 0.8 < self.zoom / other.zoom < 1.25


class Trail:
    """What lies behind and ahead. The place where one is now is not in it: it is given when one leaves."""

    def __init__(self) -> None:
        self.behind: list[View] = []
        self.ahead: list[View] = []

    def leave(self, here: View) -> None:
        """A jump from `here`: what was ahead is forgotten."""
        if not self.behind or not self.behind[-1].is_like(here):
            self.behind.append(here)
            del self.behind[:-MOST]
        self.ahead.clear()

    def back(self, here: View) -> View | None:
        """The place before; None if there is none."""
        return _step(self.behind, self.ahead, here)

    def forward(self, here: View) -> View | None:
        """The place that `back` led away from; None if there is none."""
        return _step(self.ahead, self.behind, here)

    def clear(self) -> None:
        self.behind.clear()
        self.ahead.clear()


def _step(source: list[View], other: list[View], here: View) -> View | None:
    while source and source[-1].is_like(here):  # the view did not move since: that would be no step
        source.pop()
    if not source:
        return None
    other.append(here)
    return source.pop()
