"""The Settings panel: the selected node as a form, several nodes edited together, the network in a few numbers, or
what an open block shows of itself.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from netbuilder.ui.panels.block_page import BlockPage
from netbuilder.ui.panels.network_page import NetworkPage
from netbuilder.ui.panels.node_page import NodePage
from netbuilder.ui.panels.nodes_page import NodesPage
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets.turns import takes_focus
from netbuilder.ui.workbench import Workbench


class SettingsPanel(QWidget):
    """Which page is shown follows the selection; each page follows the project and the newest check. `left` when Esc
    is pressed and nothing half typed is there to be put back."""

    left = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("settings")
        self.setAccessibleName("Settings")
        surface(self)
        self._bench = bench
        self.node_page = NodePage(bench)
        self.nodes_page = NodesPage(bench)
        self.network_page = NetworkPage(bench)
        self.block_page = BlockPage(bench)
        self._page: NodePage | NodesPage | NetworkPage | BlockPage | None = None
        inside = QWidget()
        inside.setProperty("role", "inside")
        pages = QVBoxLayout(inside)
        pages.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID * 2)
        for page in (self.node_page, self.nodes_page, self.network_page, self.block_page):
            page.hide()
            pages.addWidget(page)
        pages.addStretch(1)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setWidget(inside)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the focus, and show it
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.scroll)
        bench.selection.changed.connect(self._select)
        bench.projectChanged.connect(self._project_changed)
        bench.pathChanged.connect(self._path_changed)
        bench.checking.checked.connect(self._checked)
        bench.look.changed.connect(self._show)
        self._select()

    def begin(self) -> bool:
        """Take the keyboard to the first setting of what is on show; False if there is none."""
        page = self._page
        form = page.form if isinstance(page, (NodePage, NodesPage)) else page
        fields = form.findChildren(QWidget) if form is not None else []
        first = next((one for one in fields if takes_focus(one)), None)
        if first is None:
            return False
        first.setFocus(Qt.FocusReason.TabFocusReason)
        self.scroll.ensureWidgetVisible(first)
        return True

    def _select(self) -> None:
        self.block_page.commit()
        self.node_page.commit()  # what was typed belongs to the node that was selected until now
        self.nodes_page.commit()
        graph = self._bench.graph
        chosen = [id for id in graph.nodes if id in self._bench.selection.nodes]
        self.node_page.set_node(chosen[0] if len(chosen) == 1 else None)
        self.nodes_page.set_nodes(chosen if len(chosen) > 1 else [])
        whole = self.block_page if self._bench.graph_name in self._bench.project.blocks else self.network_page
        wanted: NodePage | NodesPage | NetworkPage | BlockPage
        wanted = (whole, self.node_page)[len(chosen)] if len(chosen) < 2 else self.nodes_page
        if wanted is not self._page:
            if self._page is not None:
                self._page.hide()
            self._page = wanted
            wanted.show()
            self.scroll.verticalScrollBar().setValue(0)
        self._show()

    def _project_changed(self, old: object, new: object, label: str) -> None:
        if label == "Open":  # what was typed is not for another project
            self.node_page.forget()
            self.nodes_page.form.forget()
        if self._bench.selection.nodes <= self._bench.graph.nodes.keys():
            self._show()
        else:
            self._select()

    def _path_changed(self, *_: object) -> None:
        """Another graph is open, in which a node may have the id of the one that was on show."""
        self.node_page.forget()
        self.nodes_page.form.forget()
        self._select()

    def _checked(self, checked: object) -> None:
        self._show()

    def _show(self) -> None:
        if self._page is not None:
            self._page.show_latest()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(352, 460)
