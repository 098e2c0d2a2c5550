"""How edges get from the end of one row of a drawing to the start of the next: out beyond the row, back on a lane
between the two, and in from the left. None crosses another that it need not. It knows neither nodes nor rows.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from netbuilder.graph.boxes import Place, up_to_grid
from netbuilder.graph.rows import BETWEEN, LANE

BULGE, WIDER = 40.0, 16.0  # how far beyond the row the innermost turn goes, and each further one more
CORNER = 20.0  # how high a corner is; no more than a lane, so that they lie within each other


@dataclass(frozen=True)
class Return:
    """The lanes of one gap between two rows. What has one origin shares one.

    `lanes` are numbered from the one that leaves the row highest. That one turns outermost and runs lowest, so that
    it comes in innermost, again as the highest.
    """

    lanes: Mapping[Hashable, int]

    @property
    def height(self) -> float:
        """The room from one row to the next."""
        return up_to_grid(BETWEEN + LANE * (len(self.lanes) - 1))

    @property
    def beside(self) -> float:
        """The room before and behind the rows."""
        return BULGE + WIDER * (len(self.lanes) - 1)

    def way(self, origin: Hashable, out: Place, into: Place, bottom: float) -> list[Place]:
        """From where a row ends, `out`, to where the next begins, `into`; `bottom` is the first row's."""
        rank = self.lanes[origin]
        last = len(self.lanes) - 1 - rank
        level = bottom + BETWEEN / 2 + LANE * last
        right, left = out[0] + BULGE + WIDER * last, into[0] - BULGE - WIDER * rank
        leave, enter = min(CORNER, (level - out[1]) / 2), min(CORNER, (into[1] - level) / 2)
        return [
            (right, out[1] + leave),
            (right, level - leave),
            (out[0], level),
            (into[0], level),
            (left, level + enter),
            (left, into[1] - enter),
        ]


def returning(origins: Sequence[Hashable]) -> Return:
    """`origins` of the edges that leave a row, from top to bottom."""
    return Return({origin: rank for rank, origin in enumerate(dict.fromkeys(origins))})
