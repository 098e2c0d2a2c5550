"""What of a node's cost is painted on its card: a number and how hot it is. Plain values; it knows nothing about Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netbuilder.ui.costing import in_words, share, total_of, value_of

if TYPE_CHECKING:
    from netbuilder.compile.cost import Cost

LEVELS = 8  # colours there are, from none to the most


@dataclass(frozen=True)
class Heat:
    """`level` is from 0 (nothing) to `LEVELS` - 1, `part` of the most that any node costs, from 0 to 1."""

    text: str
    part: float
    level: int


def heats(cost: Cost, measure: str, batch: int) -> tuple[Mapping[str, Heat], int]:
    """The heat of each node whose cost is known, and what the hottest costs."""
    values = {id: value_of(measure, node, batch) for id, node in cost.per_node.items()}
    most = max(values.values(), default=0)
    whole = total_of(measure, cost, batch) or sum(values.values())
    found = {}
    for id, value in values.items():
        part = share(value, most)
        text = in_words(measure, value)
        if value and whole:
            percent = 100 * value / whole
            text += f" · {percent:.0f} %" if percent >= 1 else " · <1 %"
        found[id] = Heat(text, part, 0 if not value else max(1, round(part * (LEVELS - 1))))
    return found, most
