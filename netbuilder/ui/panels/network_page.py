"""What the Settings panel says when nothing is selected: the network in a few numbers."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.graph import Node
from netbuilder.ui.open_graph import title_of
from netbuilder.ui.panels.facts import Facts, amount
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import EmptyHint, label, wrapped
from netbuilder.ui.workbench import Workbench


class NetworkPage(QWidget):
    """Nodes, parameters, MACs, and what goes in and out; for an empty drawing, how to begin."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.title = label("Network", "title")
        self.sentence = wrapped("Click a node to see and change its settings.", "muted")
        self.facts = Facts()
        self.hint = EmptyHint(
            "graph-outline",
            "Nothing drawn yet",
            "Drag layers from the left onto the canvas, or press Tab there and type a layer's name.",
            bench.look.theme.faint,
        )
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, GRID // 2, 0, 0)
        rows.setSpacing(GRID)
        for widget in (self.title, self.sentence, self.facts, self.hint):
            rows.addWidget(widget)

    def show_latest(self) -> None:
        graph = self._bench.graph
        self.title.setText(title_of(self._bench.graph_name))
        self.hint.set_color(self._bench.look.theme.faint)
        self.hint.setVisible(not len(graph))
        for widget in (self.title, self.sentence, self.facts):
            widget.setVisible(bool(len(graph)))
        seen = self._bench.seen
        cost, types = seen.cost, seen.types
        told = [("nodes", f"{len(graph):,}", False)]
        if cost is not None and types:  # without shapes there is no cost yet
            told.append(("parameters", f"{cost.parameters:,}", False))
            if cost.macs:
                told.append(("MACs per sample", amount(cost.macs), False))
        for node in self._of_family("input"):
            flows = next((type for (id, _), type in types.items() if id == node.id), None)
            told.append((f"in: {node.name}", str(flows) if flows else "not known yet", flows is not None))
        for node in self._of_family("output"):
            edge = next((edge for (target, _), edge in graph.edges.items() if target == node.id), None)
            flows = types.get((edge.source, edge.output)) if edge is not None else None
            told.append((f"out: {node.name}", str(flows) if flows else "not known yet", flows is not None))
        if len(graph):
            self.facts.tell(told)

    def _of_family(self, family: str) -> list[Node]:
        """The nodes of the open graph whose kinds are of this family. Each kind is looked up once: nodes are many."""
        graph, catalog = self._bench.graph, self._bench.catalog
        found = [catalog.find(kind) for kind in {node.kind for node in graph}]
        kinds = {layer.kind for layer in found if layer is not None and layer.family == family}
        return [node for node in graph if node.kind in kinds]
