"""The drawings of two runs side by side, a tab for each graph, and what differs in it as a list.

Both views show the same place at the same zoom. It knows nothing about settings and metrics.
"""

from __future__ import annotations

import html
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from netbuilder.comparison.drawings import ADDED, CHANGED, REMOVED, ChangedGraph
from netbuilder.compile.blocks import catalog_of, usual_values
from netbuilder.graph import Edge, Graph
from netbuilder.layers import standard
from netbuilder.project import Project
from netbuilder.ui import icons
from netbuilder.ui.canvas import geometry
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.runs.compared_runs import COLOURS, ComparedRuns
from netbuilder.ui.runs.drawing_view import FIT, SIGNS, TOKENS, DrawingView
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import Card, EmptyHint, FamilyDot, label

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench

MARKS = {ADDED: "plus-circle", REMOVED: "minus-circle", CHANGED: "not-equal-variant"}
LIST, ICON = 132, 16  # pixels: how high the list is at first, and its icons
NODE = Qt.ItemDataRole.UserRole


class Side(QWidget):
    """The drawing of one run under its name, or a sentence where it has none. `fitted` when that is asked for here."""

    fitted = Signal()

    def __init__(self, bench: Workbench, token: str, project: Project, title: str, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench, self._token = bench, token
        self.project = project
        self.view = DrawingView(catalog_of(project, standard()), bench.look)
        self.view.setAccessibleName(f"Drawing of {title}")
        self.view.fit_wanted.connect(self.fitted)
        self.nothing = label("", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.view)
        self.pages.addWidget(self.nothing)
        self._dot = FamilyDot()
        head = QHBoxLayout()
        head.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        head.setSpacing(GRID)
        head.addWidget(self._dot)
        head.addWidget(label(title, "heading"), 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(self.pages, 1)
        self._title = title
        bench.look.changed.connect(self._restyle)
        self._restyle()

    def show_graph(self, changed: ChangedGraph, edges: tuple[Edge, ...], edge_state: str) -> None:
        graph = self.project.graphs.get(changed.name)
        self.pages.setCurrentWidget(self.nothing if graph is None else self.view)
        self.nothing.setText(f"{self._title} has no {changed.title[:1].lower()}{changed.title[1:]}.")
        words = {node.id: str(node) for node in changed.nodes}
        whole = changed.state in (ADDED, REMOVED)  # all of it is, which is said above
        graph = graph or Graph()
        self.view.show_drawing(
            replace(
                graph, annotations=replace(graph.annotations, notes={})
            ),  # they would take the room of what differs
            usual_values(self.project.blocks.get(changed.name)),
            {} if whole else changed.states(),
            words,
            () if whole else edges,
            edge_state,
            in_block=changed.name in self.project.blocks,
        )
        self.view.setAccessibleDescription(". ".join(words.values()))

    def _restyle(self) -> None:
        self._dot.set_color(getattr(self._bench.look.theme, self._token))


class ComparedDrawings(Card):
    """Two views that go together. Where there is nothing to see, a sentence says why."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__("Drawings", parent=parent)
        self._bench = bench
        self._runs: ComparedRuns | None = None
        self._following = False
        self.is_fitted = True  # until a hand moves a drawing: then it stays where that put it
        self.sides: tuple[Side, ...] = ()
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("Graphs of the project")
        self.tabs.currentChanged.connect(self._show_tab)
        self._key = QLabel()
        self._key.setTextFormat(Qt.TextFormat.RichText)
        self._key.setAccessibleName("Added is green, removed is red, changed is amber")
        self.fit_button = QPushButton("Fit")
        self.fit_button.setProperty("role", "small")
        self.fit_button.setToolTip("Show both drawings whole (F)")
        self.fit_button.clicked.connect(self.fit)
        for widget in (self.tabs, self._key, self.fit_button):
            self.header.addWidget(widget)
        self.header.insertStretch(2, 1)
        self.hint = EmptyHint("vector-difference", "Drawings", "", bench.look.theme.muted)
        self.list = QListWidget()
        self.list.setAccessibleName("What differs in this drawing")
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(ICON, ICON))
        self.list.currentItemChanged.connect(lambda item, _: self._go_to(item))
        self._both = QSplitter(Qt.Orientation.Horizontal)
        self._both.setChildrenCollapsible(False)
        self._whole = QSplitter(Qt.Orientation.Vertical)
        self._whole.setProperty("role", "wide")
        self._whole.setChildrenCollapsible(False)
        self._whole.addWidget(self._both)
        self._whole.addWidget(self.list)
        self._whole.setStretchFactor(0, 1)
        self._whole.setSizes([3 * LIST, LIST])
        self.pages = QStackedWidget()
        self.pages.addWidget(self.hint)
        self.pages.addWidget(self._whole)
        self.body.addWidget(self.pages, 1)
        bench.look.changed.connect(self._restyle)
        self._restyle()

    @property
    def changed(self) -> ChangedGraph | None:
        """The graph on show, with what differs in it."""
        at = self.tabs.currentIndex()
        drawings = self._runs.comparison.drawings if self._runs is not None else ()
        return drawings[at] if 0 <= at < len(drawings) else None

    def show_runs(self, runs: ComparedRuns) -> None:
        self._runs = None
        for side in self.sides:
            side.hide()
            side.setParent(None)
            side.deleteLater()
        self.sides = ()
        while self.tabs.count():
            self.tabs.removeTab(0)
        self._runs = runs
        comparison = runs.comparison
        same = not comparison.changed_drawings
        for widget in (self.tabs, self._key, self.fit_button):
            widget.setVisible(not same)
        self.pages.setCurrentWidget(self.hint if same else self._whole)
        if same:
            heading = "Nothing to compare" if comparison.trouble else "No difference"
            self.hint.tell(heading, comparison.about_drawings)
            return
        projects = [project for project in comparison.projects if project is not None]
        self.sides = tuple(Side(self._bench, *of) for of in zip(COLOURS, projects, runs.names, strict=True))
        for side in self.sides:
            self._both.addWidget(side)
            side.fitted.connect(self.fit)
            side.view.steered.connect(self._let_be)
            side.view.resized.connect(self._fit_again)
        one, other = (side.view for side in self.sides)
        one.viewed.connect(lambda: self._follow(other, one))
        other.viewed.connect(lambda: self._follow(one, other))
        for graph in comparison.drawings:
            self.tabs.addTab(_tab_of(graph))
        first = next(at for at, graph in enumerate(comparison.drawings) if graph.state)
        self.tabs.setCurrentIndex(first)
        self._show_tab()

    def fit(self) -> None:
        """Show both drawings whole, in the same place at the same zoom."""
        if not self.sides:
            return
        areas = [side.view.area() for side in self.sides if side.pages.currentWidget() is side.view]
        shown = next((side.view for side in self.sides if side.pages.currentWidget() is side.view), None)
        self.is_fitted = True
        if shown is not None:
            shown.show_area(geometry.bounds(areas), margin=FIT)

    def _let_be(self) -> None:
        self.is_fitted = False

    def _fit_again(self) -> None:
        if self.is_fitted:
            self.fit()

    def _show_tab(self, _: int = 0) -> None:
        changed = self.changed
        if changed is None or not self.sides:
            return
        one, other = self.sides
        one.show_graph(changed, changed.removed_edges, REMOVED)
        other.show_graph(changed, changed.added_edges, ADDED)
        self._fill_list(changed)
        self.fit()

    def _fill_list(self, changed: ChangedGraph) -> None:
        theme = self._bench.look.theme
        self.list.clear()
        whole = changed.state in (ADDED, REMOVED)
        told = [(CHANGED, str(line), "") for line in changed.lines]
        told += [(node.state, str(node), node.id) for node in changed.nodes if not whole]
        told += [(state, f"{words} {state}", "") for state, words in changed.edges if not whole]
        for state, words, id in told:
            item = QListWidgetItem(icons.icon(MARKS[state], getattr(theme, TOKENS[state])), words)
            item.setToolTip(as_plain(words))
            item.setData(NODE, id)
            self.list.addItem(item)
        if not told:
            only = {ADDED: 1, REMOVED: 0}.get(changed.state)
            names = self._runs.names if self._runs is not None else ("", "")
            words = f"{changed.title} is in {names[only]} alone." if only is not None else "It is the same in both."
            item = QListWidgetItem(words)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.list.addItem(item)
        rows = self.list.count() * (self.list.sizeHintForRow(0) + 1) + GRID
        high = sum(self._whole.sizes())
        if high:
            self._whole.setSizes([high - min(LIST, rows), min(LIST, rows)])

    def _go_to(self, item: QListWidgetItem | None) -> None:
        """Bring the node of a line into view."""
        id = item.data(NODE) if item is not None else ""
        for side in self.sides:
            if id in side.view.network.nodes:
                self.is_fitted = False
                side.view.bring_into_view(side.view.network.nodes[id].bounds())
                return

    def _follow(self, view: DrawingView, moved: DrawingView) -> None:
        if not self._following:
            self._following = True
            try:
                view.follow(moved)
            finally:
                self._following = False

    def _restyle(self) -> None:
        theme = self._bench.look.theme
        words = [
            f"<span style='color:{getattr(theme, token)}'>●</span> <span style='color:{theme.muted}'>"
            f"{html.escape(SIGNS[state])} {state}</span>"
            for state, token in TOKENS.items()
        ]
        self._key.setText("&nbsp;&nbsp;".join(words))
        self.hint.set_color(theme.muted)
        if self.changed is not None:
            self._fill_list(self.changed)


def _tab_of(graph: ChangedGraph) -> str:
    """ "Block Encoder · 3", with the number of nodes that differ."""
    if graph.state in (ADDED, REMOVED):
        return f"{graph.title} · {graph.state}"
    count = len(graph.nodes)
    return f"{graph.title} · {count}" if count else graph.title
