"""The Source panel: the PyTorch source of the drawing, the selected node's lines lit; a click on a line selects."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from netbuilder.graph import Graph
from netbuilder.ui import icons
from netbuilder.ui.panels.source_view import SourceView
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import EmptyHint, label
from netbuilder.ui.workbench import Workbench

SHOWN_COPIED_MS = 1500


class SourcePanel(QWidget):
    """Follows the newest check and the selection."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("source")
        self.setAccessibleName("Source")
        surface(self)
        self._bench = bench
        theme = bench.look.theme
        self._from_here = False  # the selection was made by a click in the source: don't scroll it
        self.view = SourceView(theme)
        self.hint = EmptyHint("code-braces", "", "", theme.faint)
        self.copy = QToolButton()
        self.copy.setObjectName("copySource")
        self.copy.setAccessibleName("Copy the source")
        self.copy.setToolTip("Copy the source")
        self.copy.clicked.connect(self._copy)
        self._copied = QTimer(self)
        self._copied.setSingleShot(True)
        self._copied.setInterval(SHOWN_COPIED_MS)
        self._copied.timeout.connect(self._show_copy)
        self.size_ = label("", "faint")
        self.header = QWidget()
        header = QHBoxLayout(self.header)
        header.setContentsMargins(GRID * 2, GRID // 2, GRID, 0)
        header.addWidget(label("model.py", "mono"))
        header.addWidget(self.size_)
        header.addStretch(1)
        header.addWidget(self.copy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.header)
        rows.addWidget(self.view, 1)
        rows.addWidget(self.hint, 1)
        self.view.line_clicked.connect(self._select)
        bench.checking.checked.connect(self._show_checked)
        bench.loading.changed.connect(self._show_checked)
        bench.selection.changed.connect(self._light)
        bench.pathChanged.connect(self._follow)
        bench.look.changed.connect(self._retint)
        self._show_copy()
        self._show_checked()

    def _show_checked(self, _: object = None) -> None:
        latest = self._bench.checking.latest
        source = latest.source if latest is not None else None
        for widget in (self.header, self.view):
            widget.setVisible(source is not None)
        self.hint.setVisible(source is None)
        if source is not None:
            self.view.set_text(source.text.rstrip("\n"))
            self.size_.setText(f"{self.view.blockCount()} lines")
            self._light()
        else:
            self._tell_why()

    def _tell_why(self) -> None:
        latest, color = self._bench.checking.latest, self._bench.look.theme.faint
        if latest is None or not len(self._bench.project.main):
            self.hint.tell(
                "No source yet",
                "The PyTorch source of what you draw appears here, as it will be trained.",
                "code-braces",
                color,
            )
            return
        first = next((p for p in latest.problems if p.severity == "error"), None)
        if first is not None:
            self.hint.tell("No source while there is an error", first.sentence, "code-braces", color)
        else:
            sentence = self._bench.loading.sentence or "It is written once the data is read and its shapes are known."
            self.hint.tell("The source waits for the data", sentence, "database-clock-outline", color)

    def _light(self) -> None:
        latest = self._bench.checking.latest
        if latest is None or latest.source is None:
            return
        graph = self._bench.graph_name
        lines = sorted({n for id in self._bench.selection.nodes for n in latest.source.lines.get((graph, id), ())})
        self.view.light(lines, scroll=not self._from_here)

    def _follow(self, *_: object) -> None:
        """Another graph is open: show its class, unless a node that is selected is shown."""
        latest = self._bench.checking.latest
        if latest is None or latest.source is None or self._bench.selection.nodes or self._from_here:
            return
        name = self._bench.graph_name
        written = [numbers[0] for (graph, _), numbers in latest.source.lines.items() if graph == name and numbers]
        if written:
            above = latest.source.text.splitlines()[: min(written)]
            self.view.look_at(max(at for at, line in enumerate(above, 1) if line.startswith("class ")))

    def _select(self, line: int) -> None:
        latest = self._bench.checking.latest
        place = latest.source.node_at(line) if latest is not None and latest.source is not None else None
        if place is None or place[1] not in self._bench.project.graphs.get(place[0], Graph()).nodes:
            return
        self._from_here = True
        if place[0] == self._bench.graph_name:
            self._bench.selection.set([place[1]])
        else:
            self._bench.show_place(*place)
        self._from_here = False

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.view.toPlainText() + "\n")
        self.copy.setIcon(icons.icon("check", self._bench.look.theme.good))
        self.copy.setToolTip("Copied")
        self._copied.start()

    def _show_copy(self) -> None:
        self.copy.setIcon(icons.icon("content-copy", self._bench.look.theme.muted))
        self.copy.setToolTip("Copy the source")

    def _retint(self) -> None:
        self.view.set_theme(self._bench.look.theme)
        self._show_copy()
        self._show_checked()

    def sizeHint(self) -> QSize:
        return QSize(352, 280)
