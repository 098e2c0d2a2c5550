"""Several nodes at once: how many of what, and the settings of one kind edited together in one step."""

from __future__ import annotations

from collections import Counter
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.expression import resolve
from netbuilder.graph import Node
from netbuilder.layers import Layer
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.panels.setting_edits import label_of, with_setting
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import label, wrapped
from netbuilder.ui.workbench import Workbench


class NodesPage(QWidget):
    """Shows the nodes given to `set_nodes`."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._ids: list[str] = []
        self.title = label("", "title")
        self.kinds = wrapped("", "muted")
        self.sentence = wrapped("", "muted")
        self.form = DeclaredForm(bench.look)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, GRID // 2, 0, 0)
        rows.setSpacing(GRID)
        for widget in (self.title, self.kinds, self.sentence, self.form):
            rows.addWidget(widget)
        self.form.changed.connect(self._set)

    def set_nodes(self, ids: list[str]) -> None:
        if ids != self._ids:
            self._ids = ids
            self.form.forget()

    def commit(self) -> None:
        """Apply what has been typed and not been committed yet."""
        if self._nodes:
            self.form.commit()

    @property
    def _nodes(self) -> list[Node]:
        nodes = self._bench.graph.nodes
        return [nodes[id] for id in self._ids if id in nodes]

    def show_latest(self) -> None:
        nodes = self._nodes
        if not nodes:
            return
        kinds = {node.kind: self._bench.catalog.find(node.kind) for node in nodes}
        counts = Counter(node.kind for node in nodes)
        self.title.setText(f"{len(nodes)} nodes selected")
        titles = {kind: found.title if found else kind for kind, found in kinds.items()}
        self.kinds.setText(" · ".join(f"{count} {titles[kind]}" for kind, count in counts.most_common()))
        only = next(iter(kinds.values())) if len(kinds) == 1 else None
        self.form.setVisible(only is not None and bool(only.fields()))
        if only is None:
            self.sentence.setText("Select nodes of one kind to change their settings together.")
        elif only.fields():
            self.sentence.setText("A change here is made to all of them, in one step.")
            names, graph = self._bench.names, self._bench.graph
            self._fill([only.read(resolve(graph.settings_of(node.id), names))[0] for node in nodes])
        else:
            self.sentence.setText(f"{only.title} has no settings.")

    def _fill(self, layers: list[Layer]) -> None:
        first = layers[0]
        mixed = [n for n, value in first.settings.items() if any(other.settings[n] != value for other in layers)]
        self.form.set_declared(first, mixed=mixed)

    def _set(self, name: str, value: Any) -> None:
        nodes, names = self._nodes, self._bench.names
        graph = with_setting(self._bench.graph, self._bench.catalog, [node.id for node in nodes], name, value, names)
        self._bench.apply_graph(label_of(self.form.rows[name].field, value, nodes), graph)
        self.show_latest()
