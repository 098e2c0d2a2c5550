"""Several nodes at once: how many of what, and the settings that all of them have, edited together in one step."""

from __future__ import annotations

from collections import Counter
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.expression import resolve
from netbuilder.fields import Declared
from netbuilder.graph import Node
from netbuilder.layers import Layer
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.panels.learning_rows import LearningRows
from netbuilder.ui.panels.setting_edits import in_common, label_of, with_setting
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import label, wrapped
from netbuilder.ui.workbench import Workbench


class NodesPage(QWidget):
    """Shows the nodes given to `set_nodes`."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._ids: list[str] = []
        self._shared: tuple[list[type[Layer]], type[Declared]] | None = None
        self.title = label("", "title")
        self.kinds = wrapped("", "muted")
        self.sentence = wrapped("", "muted")
        self.form = DeclaredForm(bench.look)
        self.learning = LearningRows(bench)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, GRID // 2, 0, 0)
        rows.setSpacing(GRID)
        for widget in (self.title, self.kinds, self.sentence, self.form, self.learning):
            rows.addWidget(widget)
        self.form.changed.connect(self._set)

    def set_nodes(self, ids: list[str]) -> None:
        if ids != self._ids:
            self._ids = ids
            self.form.forget()
            self.learning.form.forget()

    def commit(self) -> None:
        """Apply what has been typed and not been committed yet."""
        if self._nodes:
            self.form.commit()
            self.learning.form.commit()

    @property
    def _nodes(self) -> list[Node]:
        nodes = self._bench.graph.nodes
        return [nodes[id] for id in self._ids if id in nodes]

    def show_latest(self) -> None:
        nodes = self._nodes
        if not nodes:
            return
        self.learning.show_nodes([node.id for node in nodes])
        kinds = {node.kind: self._bench.catalog.find(node.kind) for node in nodes}
        counts = Counter(node.kind for node in nodes)
        self.title.setText(f"{len(nodes)} nodes selected")
        titles = {kind: found.title if found else kind for kind, found in kinds.items()}
        self.kinds.setText(" · ".join(f"{count} {titles[kind]}" for kind, count in counts.most_common()))
        known = [kind for kind in kinds.values() if kind is not None]
        shared = self._shared_by(known) if len(known) == len(kinds) else Declared
        self.form.setVisible(bool(shared.fields()))
        if shared.fields():
            self.sentence.setText("A change here is made to all of them, in one step.")
            self._fill(shared, [self._read(node) for node in nodes])
        elif len(kinds) == 1 and known:
            self.sentence.setText(f"{known[0].title} has no settings.")
        else:
            self.sentence.setText("These layers have no setting in common. Select nodes that are more alike.")

    def _read(self, node: Node) -> Layer:
        kind = self._bench.catalog.find(node.kind)
        assert kind is not None
        return kind.read(resolve(self._bench.graph.settings_of(node.id), self._bench.names))[0]

    def _shared_by(self, kinds: list[type[Layer]]) -> type[Declared]:
        """What declares the settings that all of these kinds have: the kind itself, if it is one."""
        if len(kinds) == 1:
            return kinds[0]
        if self._shared is None or self._shared[0] != kinds:
            self._shared = (kinds, in_common(kinds))
        return self._shared[1]

    def _fill(self, shared: type[Declared], layers: list[Layer]) -> None:
        first = {name: layers[0].settings[name] for name in shared.fields()}
        mixed = [n for n, value in first.items() if any(other.settings[n] != value for other in layers)]
        self.form.set_declared(layers[0] if isinstance(layers[0], shared) else shared(**first), mixed=mixed)

    def _set(self, name: str, value: Any) -> None:
        nodes, names = self._nodes, self._bench.names
        graph = with_setting(self._bench.graph, self._bench.catalog, [node.id for node in nodes], name, value, names)
        self._bench.apply_graph(label_of(self.form.rows[name].field, value, nodes), graph)
        self.show_latest()
