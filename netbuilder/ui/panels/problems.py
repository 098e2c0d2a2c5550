"""The Problems panel: every problem as a sentence, where it is, and a button that mends it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from netbuilder.compile.problems.problem import Problem
from netbuilder.project import MAIN, Project
from netbuilder.ui import icons
from netbuilder.ui.panels.facts import SEVERITY, clear
from netbuilder.ui.panels.fix_button import FixButton
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import ElidedLabel, EmptyHint, label, wrapped
from netbuilder.ui.widgets.turns import take_turn
from netbuilder.ui.workbench import Workbench

MOST = 100  # rows; nobody reads further, and a broken import may have thousands


class ProblemRow(QFrame):
    """One problem. A click, Enter or Space asks for its node; the button mends it."""

    chosen = Signal(object)
    mended = Signal(object)

    def __init__(self, problem: Problem, node_name: str, graph_name: str, theme: Theme):
        super().__init__()
        self.problem = problem
        self.setProperty("role", "row")
        icon, token = SEVERITY[problem.severity]
        mark = QLabel()
        mark.setPixmap(icons.pixmap(icon, getattr(theme, token), 16, self.devicePixelRatioF()))
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        if node_name:
            where = QHBoxLayout()
            where.setSpacing(GRID)
            where.addWidget(label(node_name, "heading"))
            if graph_name:
                where.addWidget(ElidedLabel(f"in {graph_name}", "faint"), 1)
            else:
                where.addStretch(1)
            words.addLayout(where)
        words.addWidget(wrapped(problem.sentence))
        self.button: QPushButton | None = None
        if problem.fix is not None:
            self.button = FixButton(problem.fix, lambda: self.mended.emit(problem))
            words.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 3 // 2, GRID, GRID * 3 // 2, GRID)
        row.setSpacing(GRID)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.setAccessibleName(f"{problem.severity}: {problem.sentence}")
        if problem.node is not None:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setToolTip(as_plain(f"Show {node_name} on the canvas"))

    def _choose(self) -> None:
        if self.problem.node is not None:
            self.chosen.emit(self.problem)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)


class ProblemsPanel(QWidget):
    """Follows the newest check. `node_requested` carries the graph and the id of the node to show; `count_changed`
    how many problems there are."""

    node_requested = Signal(str, str)
    count_changed = Signal(int)

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("problems")
        self.setAccessibleName("Problems")
        surface(self)
        self._bench = bench
        self.count = 0
        self.rows: list[ProblemRow] = []
        self._told: tuple[object, ...] | None = None
        theme = bench.look.theme
        self.hint = EmptyHint("check-circle-outline", "", "", theme.faint)
        inside = QWidget()
        inside.setProperty("role", "inside")
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, GRID // 2, 0, GRID)
        outer.addLayout(self._list)
        outer.addStretch(1)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setWidget(inside)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its rows take the focus, and show it
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.hint, 1)
        rows.addWidget(self.scroll, 1)
        bench.checking.checked.connect(self._checked)
        bench.look.changed.connect(self._show)
        bench.loading.changed.connect(self._show)
        self._show()

    def _checked(self, checked: object) -> None:
        self._show()

    def _show(self) -> None:
        checked, theme = self._bench.checking.latest, self._bench.look.theme
        problems = tuple(checked.problems) if checked is not None and len(checked.project.main) else ()
        named = tuple((p, *_whereabouts(p, checked.project)) for p in problems) if checked is not None else ()
        told = (named, theme.name)
        if told != self._told:
            self._told = told
            self._fill(named, theme)
        self.hint.setVisible(not problems)
        self.scroll.setVisible(bool(problems))
        if not problems:
            self._tell_none(theme)
        if len(problems) != self.count:
            self.count = len(problems)
            self.count_changed.emit(self.count)

    def _tell_none(self, theme: Theme) -> None:
        checked, loading = self._bench.checking.latest, self._bench.loading
        if checked is None:
            self.hint.tell("Checking the network…", "Problems will be listed here.", "progress-check", theme.faint)
        elif not len(checked.project.main):
            self.hint.tell(
                "Nothing to check yet", "Draw a network, and whatever is wrong with it is listed here.",
                "progress-check", theme.faint,
            )  # fmt: skip
        elif loading.spec is None and loading.busy:
            self.hint.tell("Reading the data…", "Shapes are checked once it is read.", "progress-check", theme.faint)
        elif loading.spec is None and loading.sentence:
            self.hint.tell("The data is missing", loading.sentence, "database-alert-outline", theme.warning)
        else:
            self.hint.tell("No problems.", "The network is ready to train.", "check-circle", theme.good)

    def _fill(self, named: tuple[tuple[Problem, str, str], ...], theme: Theme) -> None:
        focused = next((at for at, row in enumerate(self.rows) if row.isAncestorOf(self.focusWidget() or self)), -1)
        clear(self._list)
        self.rows = []
        for problem, name, graph in named[:MOST]:
            row = ProblemRow(problem, name, graph, theme)
            row.chosen.connect(lambda problem: self.node_requested.emit(problem.graph, problem.node))
            row.mended.connect(self._mend)
            self._list.addWidget(row)
            self.rows.append(row)
        if len(named) > MOST:
            self._list.addWidget(wrapped(f"And {len(named) - MOST:,} more.", "muted"))
        take_turn(self.scroll)
        if focused >= 0 and self.rows:
            self.rows[min(focused, len(self.rows) - 1)].setFocus()

    def _mend(self, problem: Problem) -> None:
        if problem.fix is not None:
            self._bench.try_apply(problem.fix.label, problem.fix.edit)

    def sizeHint(self) -> QSize:
        return QSize(352, 280)


def _whereabouts(problem: Problem, project: Project) -> tuple[str, str]:
    """The names of the problem's node and, unless it is the main one, of the graph it is in."""
    graph = problem.graph
    nodes = project.graphs[graph].nodes if graph in project.graphs else {}
    return nodes[problem.node].name if problem.node in nodes else "", "" if graph == MAIN else graph
