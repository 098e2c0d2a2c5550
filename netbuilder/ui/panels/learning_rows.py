"""How the weights of selected nodes are trained: whether at all, and how fast beside the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.fields import Bool, Declared, Float
from netbuilder.graph import Graph, Node
from netbuilder.graph.block import ENDS
from netbuilder.graph.edits import freeze, set_rate
from netbuilder.graph.graph import MAX_RATE
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Section
from netbuilder.ui.workbench import Workbench


class HowItLearns(Declared):
    """What a node says of its training."""

    title = "Training"
    frozen = Bool(
        False,
        help="Its weights stay as they are while the others learn, and so do the mean and the variance of a BatchNorm. "
        "Of a block, that is all in it.",
    )
    rate = Float(
        1.0,
        above=0.0,
        max=MAX_RATE,
        label="learning rate ×",
        help="What the learning rate of its weights is multiplied by: at 0.1, a part that has learned before moves a "
        "tenth as far as the rest. Of a block, that is all in it; what its layers say themselves comes on top.",
    )

    def relevant(self) -> tuple[str, ...]:
        return ("frozen",) if self.frozen else ("frozen", "rate")


def has_weights(bench: Workbench, id: str) -> bool:
    """Whether there is something to train in a node of the open graph, as far as it is known; or it says how."""
    node = bench.graph.owner(id)
    if node.kind in ENDS:
        return False
    cost = bench.seen.cost.per_node.get(node.id) if bench.seen.cost else None
    return node.frozen or node.rate != 1 or (cost is not None and cost.parameters > 0)


class LearningRows(QWidget):
    """For the nodes given to `show_nodes`, as far as they have weights; not there where none has. Every change is one
    step for all of them."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._ids: list[str] = []
        self.form = DeclaredForm(bench.look)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, GRID, 0, 0)
        rows.setSpacing(GRID)
        rows.addWidget(Section("Training"))
        rows.addWidget(self.form)
        self.form.changed.connect(self._set)
        self.hide()

    def show_nodes(self, ids: list[str]) -> None:
        self._ids = [id for id in ids if has_weights(self._bench, id)]
        told = [HowItLearns(frozen=node.frozen, rate=node.rate) for node in self._owners()]
        self.setVisible(bool(told))
        if told:
            mixed = [name for name in told[0].settings if len({one.settings[name] for one in told}) > 1]
            self.form.set_declared(told[0], mixed=mixed)

    def _owners(self) -> list[Node]:
        return [self._bench.graph.owner(id) for id in self._ids]

    def _set(self, name: str, value: Any) -> None:
        owners, edit = self._owners(), _edit(name, value)
        if owners:
            whose = owners[0].name if len(owners) == 1 else f"{len(owners)} nodes"
            verb = "Freeze" if value else "Unfreeze"
            label = f"{verb} {whose}" if name == "frozen" else f"Learn {whose} at ×{value:g}"
            self._bench.apply_graph(label, edit(self._bench.graph, [node.id for node in owners]))
            self.show_nodes(self._ids)


def _edit(name: str, value: Any) -> Callable[[Graph, list[str]], Graph]:
    return lambda graph, ids: freeze(graph, ids, value) if name == "frozen" else set_rate(graph, ids, value)
