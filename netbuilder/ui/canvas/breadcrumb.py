"""Where one is when a block is open: the way into it, each step a button, and one to go up. A plate over the canvas."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from netbuilder.graph.block import block_of
from netbuilder.project import Project
from netbuilder.ui.canvas.overlays import Plate
from netbuilder.ui.icons import icon
from netbuilder.ui.look import Look
from netbuilder.ui.open_graph import Path, name_at, title_of
from netbuilder.ui.plain_text import as_caption, as_plain

LONGEST = 24  # characters of one step


@dataclass(frozen=True)
class Crumb:
    """One step of the way: where it leads, its words, and the name of the block that is there."""

    path: Path
    text: str
    block: str = ""


def crumbs_of(project: Project, path: Path) -> list[Crumb]:
    """The way to a path, its network first; one crumb for a graph that stands in no other."""
    found = [Crumb(path[:1], title_of(path[0]), path[0] if path[0] in project.blocks else "")]
    for length in range(2, len(path) + 1):
        around = name_at(project, path[: length - 1])
        node = project.graphs[around].nodes.get(path[length - 1]) if around is not None else None
        if node is None:
            break
        found.append(Crumb(path[:length], node.name, block_of(node.kind) or ""))
    return found


class Breadcrumb(Plate):
    """`chosen(path)` when a step is clicked. Hidden while a network is open."""

    chosen = Signal(object)

    def __init__(self, look: Look, parent: QWidget):
        super().__init__(look, parent)
        self.setObjectName("breadcrumb")
        self.setAccessibleName("Where the open block stands")
        self.steps: list[QToolButton] = []
        self._crumbs: list[Crumb] = []
        self._note = ""
        self.up = QToolButton(self)
        self.up.setObjectName("leaveBlock")
        self.up.setAccessibleName("Go up")
        self.up.setToolTip("Back to the graph around (Alt+Up)")
        self.up.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.up.clicked.connect(self._go_up)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 3, 10, 3)
        self._row.setSpacing(2)
        look.changed.connect(self._retint)
        self.hide()

    def tell(self, crumbs: list[Crumb], note: str) -> None:
        """Show the way; `note` says what is open at its end."""
        self._crumbs, self._note = crumbs, note
        self._fill(len(crumbs))
        self.setVisible(len(crumbs) > 1 or any(crumb.block for crumb in crumbs))

    def fit(self, room: int) -> None:
        """Leave out steps in the middle where it would be wider than this."""
        shown = len(self._crumbs)
        self._fill(shown)
        while shown > 2 and self.sizeHint().width() > room:
            shown -= 1
            self._fill(shown)
        self.adjustSize()

    def _fill(self, shown: int) -> None:
        while self._row.count():
            taken = self._row.takeAt(0)
            widget = taken.widget() if taken else None
            if widget is not None and widget is not self.up:
                widget.hide()
                widget.deleteLater()
        self.steps = []
        self._row.addWidget(self.up)
        self.up.setEnabled(len(self._crumbs) > 1)
        hidden = self._crumbs[1 : 1 + len(self._crumbs) - shown]
        for at, crumb in enumerate(self._crumbs):
            if crumb in hidden:
                if crumb is hidden[0]:
                    self._separate()
                    self._row.addWidget(self._others(hidden))
                continue
            if at:
                self._separate()
            self._row.addWidget(self._step(crumb, last=at == len(self._crumbs) - 1))
        if self._note:
            self._row.addSpacing(6)
            note = QLabel(self._note)
            note.setTextFormat(Qt.TextFormat.PlainText)
            note.setProperty("role", "muted")
            self._row.addWidget(note)
        for at in range(self._row.count()):
            item = self._row.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.show()  # now, so that it counts for the size
        self._retint()

    def _step(self, crumb: Crumb, *, last: bool) -> QToolButton:
        button = QToolButton(self)
        text = crumb.text if len(crumb.text) <= LONGEST else crumb.text[: LONGEST - 1] + "…"
        button.setText(as_caption(text))
        button.setAccessibleName(crumb.text)
        button.setToolTip("" if last else as_plain(f"Go up to {crumb.text}"))
        button.setProperty("role", "crumb")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setEnabled(not last)
        button.clicked.connect(lambda _=False, path=crumb.path: self.chosen.emit(path))
        self.steps.append(button)
        return button

    def _others(self, hidden: list[Crumb]) -> QToolButton:
        button = QToolButton(self)
        button.setText("…")
        button.setAccessibleName("The blocks in between")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for crumb in hidden:
            action = menu.addAction(as_caption(crumb.text))
            action.triggered.connect(lambda _=False, path=crumb.path: self.chosen.emit(path))
        button.setMenu(menu)
        return button

    def _separate(self) -> None:
        mark = QLabel("›", self)
        mark.setProperty("role", "muted")
        self._row.addWidget(mark)

    def _go_up(self) -> None:
        if len(self._crumbs) > 1:
            self.chosen.emit(self._crumbs[-2].path)

    def _retint(self) -> None:
        theme = self.look.theme
        self.up.setIcon(icon("arrow-up", theme.text if self.up.isEnabled() else theme.faint))
