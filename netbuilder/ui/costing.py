"""How cost is looked at: for which batch, against how much memory, and which part of it is painted on the canvas.

View state that outlives the window; it adds nothing up itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, Signal

from netbuilder.project import Project
from netbuilder.train.recipes import RecipeError, recipe_of

if TYPE_CHECKING:
    from netbuilder.compile.cost import Cost, NodeCost

MEASURES = {"": "Nothing", "parameters": "Parameters", "macs": "Multiply-adds", "memory": "Memory"}
USUAL_BATCH = 32
USUAL_GIB = 8.0
GIB = 2**30
GIB_KEY = "cost/gib"


class Costing(QObject):
    """`changed` when any of it does. The batch is the recipe's until another is typed."""

    changed = Signal()

    def __init__(self, settings: QSettings, parent: QObject | None = None):
        super().__init__(parent)
        self._settings = settings
        self._batch: int | None = None
        self._measure = ""

    @property
    def measure(self) -> str:
        """What is painted on the canvas: a key of `MEASURES`."""
        return self._measure

    def show(self, measure: str) -> None:
        if measure != self._measure and measure in MEASURES:
            self._measure = measure
            self.changed.emit()

    def show_next(self) -> None:
        """The next of the measures, as the key does."""
        order = list(MEASURES)
        self.show(order[(order.index(self._measure) + 1) % len(order)])

    def batch(self, project: Project) -> int:
        """How many samples at a time memory is counted for."""
        if self._batch is not None:
            return self._batch
        try:
            found = recipe_of(project.recipe).settings.get("batch_size", USUAL_BATCH)
        except RecipeError:
            return USUAL_BATCH
        return found if isinstance(found, int) and found > 0 else USUAL_BATCH

    def set_batch(self, batch: int | None) -> None:
        """Count for this batch; None: for the recipe's."""
        if batch != self._batch:
            self._batch = batch
            self.changed.emit()

    @property
    def gib(self) -> float:
        """The memory that a batch should fit into, in GiB."""
        try:
            return float(self._settings.value(GIB_KEY, USUAL_GIB))
        except (TypeError, ValueError):
            return USUAL_GIB

    def set_gib(self, gib: float) -> None:
        if gib != self.gib:
            self._settings.setValue(GIB_KEY, gib)
            self.changed.emit()

    @staticmethod
    def remembered(project: Project) -> int:
        """How many numbers the project's optimizer keeps for each weight."""
        try:
            return int(recipe_of(project.recipe).optimizer.remembers())
        except RecipeError:
            return 2


def value_of(measure: str, cost: NodeCost, batch: int) -> int:
    """What one node costs by this measure; memory in bytes for a batch."""
    if measure == "memory":
        return cost.kept * batch
    return cost.macs if measure == "macs" else cost.parameters


def total_of(measure: str, cost: Cost, batch: int) -> int | None:
    """What the graph costs by this measure; None where a part of it is not known."""
    if measure == "memory":
        return None if cost.kept is None else cost.kept * batch + cost.once
    return cost.macs if measure == "macs" else cost.parameters


def bytes_in_words(number: int) -> str:
    """ "512 B", "3.4 KiB", "1.20 GiB" """
    scaled, units = float(number), ["TiB", "GiB", "MiB", "KiB", "B"]
    unit = units.pop()
    while scaled >= 1000 and units:
        scaled, unit = scaled / 1024, units.pop()
    return f"{scaled:.0f} {unit}" if unit == "B" or scaled >= 100 else f"{scaled:.3g} {unit}"


def in_words(measure: str, number: int) -> str:
    """A value of this measure in a few characters."""
    if measure == "memory":
        return bytes_in_words(number)
    for size, letter in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if number >= size:
            return f"{number / size:.3g} {letter}"
    return f"{number:,}"


def exact(measure: str, number: int) -> str:
    """A value of this measure in full: for a table."""
    return bytes_in_words(number) if measure == "memory" else f"{number:,}"


def share(part: int, whole: Any) -> float:
    """How much of the whole a part is, from 0 to 1."""
    return min(1.0, part / whole) if whole else 0.0
