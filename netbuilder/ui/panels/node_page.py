"""One node: its name, its settings, what follows from what flows in, what is wrong with it and what it costs."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from netbuilder.compile.problems.problem import Problem
from netbuilder.expression import resolve
from netbuilder.fields import Text
from netbuilder.graph import Graph, Node
from netbuilder.graph.edits import rename_node
from netbuilder.graph.errors import GraphError
from netbuilder.graph.graph import MAX_NAME
from netbuilder.layers import Layer
from netbuilder.layers.layer import purpose
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.editors import LineEditor
from netbuilder.ui.panels.facts import Callouts, Facts, amount
from netbuilder.ui.panels.following import Following
from netbuilder.ui.panels.learning_rows import LearningRows
from netbuilder.ui.panels.setting_edits import label_of, said, with_setting, written_in
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import FamilyDot, label, wrapped
from netbuilder.ui.workbench import Workbench


class NodePage(QWidget):
    """Shows the node given to `set_node`, as it is in the project; every edit is one step."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self._id: str | None = None
        self._shown_name = ""
        theme = bench.look.theme
        self.dot = FamilyDot()
        self.name = LineEditor(Text("", max_length=MAX_NAME, label="name"), theme)
        self.name.setProperty("role", "name")
        self.name.setAccessibleName("name")
        self.name.setToolTip("The node's name, on the canvas and in the source. Enter renames it.")
        self.name.setObjectName("nodeName")
        self.kind = label("", "muted")
        self.refused = wrapped("", "danger")
        self.refused.hide()
        self.purpose = wrapped("", "muted")
        self.sharing = wrapped("", "muted")
        self.form = DeclaredForm(bench.look)
        self._following = Following(bench, self.form, self)
        self.learning = LearningRows(bench)
        self.callouts = Callouts(self._mend)
        self.facts = Facts()
        header = QHBoxLayout()
        header.setSpacing(GRID // 2)
        header.addWidget(self.dot)
        header.addWidget(self.name, 1)
        header.addWidget(self.kind)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        rows.addLayout(header)
        for widget in (self.refused, self.purpose, self.sharing, self.callouts, self.form, self.learning, self.facts):
            rows.addWidget(widget)
        rows.insertSpacing(rows.indexOf(self.facts), GRID)
        self.name.committed.connect(self._rename)
        self.form.changed.connect(self._set)
        self.form.menu_wanted.connect(self._ask_about)

    def set_node(self, id: str | None) -> None:
        """Show another node (None: nothing). What was being typed for the last one is not carried over."""
        if id == self._id:
            return
        self._id = id
        self.form.forget()
        self.learning.form.forget()
        self._refuse("")
        node = self._node
        if node is not None:
            self.name.show_value(node.name)

    def forget(self) -> None:
        """Take back what has been typed and not been committed."""
        self.name.restore()
        self.form.forget()
        self.learning.form.forget()

    def commit(self) -> None:
        """Apply what has been typed and not been committed yet."""
        if self._node is not None:
            self.name.commit()
            self.form.commit()
            self.learning.form.commit()

    def show_latest(self) -> None:
        """Show the node as the project and the newest check have it."""
        node = self._node
        if node is None:
            return
        theme = self._bench.look.theme
        kind = self._bench.catalog.find(node.kind)
        if node.name != self._shown_name:
            self.name.show_value(node.name)
            self._refuse("")
        self._shown_name = node.name
        self.kind.setText(kind.title if kind else node.kind)
        self.dot.set_color(theme.family(kind.family if kind else ""))
        self.dot.setToolTip(kind.family if kind else "")
        self.sharing.setText(self._said_of_sharing(node))
        self.sharing.setVisible(bool(self.sharing.text()))
        self.form.setVisible(kind is not None)
        if kind is None:
            self.purpose.setText(
                f"This version has no layer called {node.kind!r}. The node is kept as it is, with its "
                "settings; take it out, or open the project with a newer version."
            )
            self.facts.tell([(str(name)[:60], str(value)[:200], True) for name, value in node.settings.items()])
        else:
            settings, names = self._graph.settings_of(node.id), self._bench.names
            layer, _ = kind.read(resolve(settings, names))
            self.purpose.setText(purpose(kind))
            self.form.set_declared(layer, written=written_in(settings), names=names if self._in_block else None)
            self.form.set_shown(self._inferred(node, kind))
            self.facts.tell(self._facts(node, layer))
        self.learning.show_nodes([node.id])
        self.callouts.tell(self._bench.seen.problems_of(node.id), theme)

    @property
    def _node(self) -> Node | None:
        return self._graph.nodes.get(self._id) if self._id is not None else None

    @property
    def _graph(self) -> Graph:
        return self._bench.graph

    @property
    def _in_block(self) -> bool:
        return self._bench.graph_name in self._bench.project.blocks

    def _said_of_sharing(self, node: Node) -> str:
        """Whose layer it is, where several nodes have one."""
        if node.shares:
            owner = self._graph.owner(node.id).name
            return f"Uses the weights of {owner}: a setting changed here is changed there."
        others = [other.name for other in self._graph.sharers(node.id)]
        if not others:
            return ""
        said = ", ".join(others) if len(others) < 4 else f"{len(others)} other nodes"
        return f"{said} {'uses' if len(others) == 1 else 'use'} the weights of this node."

    def _inferred(self, node: Node, kind: type[Layer]) -> dict[str, tuple[Any, str]]:
        values = self._bench.seen.inferred.get(node.id, {})
        told: dict[str, tuple[Any, str]] = {}
        for name, inferred in kind.inferred().items():
            edge = self._graph.edge_into(node.id, inferred.port)
            if edge is None:
                told[name] = (None, "nothing connected")
            elif node.bypassed:
                told[name] = (None, "while it is bypassed")
            elif name in values:
                told[name] = (values[name], f"from {self._graph.nodes[edge.source].name}")
            else:
                told[name] = (None, "not known yet")
        return told

    def _facts(self, node: Node, layer: Layer) -> list[tuple[str, str, bool]]:
        seen = self._bench.seen
        types = seen.types
        told: list[tuple[str, str, bool]] = []
        ins = layer.inputs()
        for port in ins:
            edge = self._graph.edge_into(node.id, port.name)
            words = "input" if len(ins) == 1 else f"input {port.name}"
            if edge is None:
                told.append((words, "nothing connected" if not port.optional else "optional", False))
            else:
                flows = types.get((edge.source, edge.output))
                told.append((words, str(flows) if flows else "not known yet", flows is not None))
        outs = layer.outputs()
        for out in outs:
            flows = types.get((node.id, out.name))
            words = "output" if len(outs) == 1 else f"output {out.name}"
            told.append((words, str(flows) if flows else "not known yet", flows is not None))
        cost = seen.cost.per_node.get(node.id) if seen.cost else None
        if cost is not None:
            told.append(("parameters", f"{cost.parameters:,}", False))
            if cost.macs:
                told.append(("MACs per sample", amount(cost.macs), False))
        return told

    def _set(self, name: str, value: Any) -> None:
        node = self._node
        if node is None:
            return
        field = self.form.rows[name].field
        graph = with_setting(self._graph, self._bench.catalog, [node.id], name, value, self._bench.names)
        kind = self._bench.catalog.find(node.kind)
        if kind is not None and kind.foreign is not Layer.foreign:
            self._bench.trust.follow(kind.read(node.settings)[0], kind.read(graph.nodes[node.id].settings)[0])
        self._bench.apply_graph(label_of(field, value, [node]), graph)
        self.show_latest()

    def _ask_about(self, name: str, place: QPoint) -> None:
        if self._node is not None:
            self._following.menu(self._node.id, name).popup(place)

    def _rename(self, typed: str) -> None:
        node = self._node
        if node is None:
            return
        name = typed.strip()
        if name == node.name:
            self.name.show_value(name)
            self._refuse("")
            return
        try:
            graph = rename_node(self._graph, node.id, name)
        except GraphError as broken:
            self._refuse(str(broken))
            return
        self._refuse("")
        self._bench.apply_graph(f"Rename {node.name} to {said(self.name.field, name)}", graph)

    def _refuse(self, sentence: str) -> None:
        self.refused.setText(sentence)
        self.refused.setVisible(bool(sentence))
        self.name.setProperty("bad", "true" if sentence else "false")
        self.name.style().unpolish(self.name)
        self.name.style().polish(self.name)

    def _mend(self, problem: Problem) -> None:
        if problem.fix is not None:
            self._bench.try_apply(problem.fix.label, problem.fix.edit)
