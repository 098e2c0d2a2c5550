"""The projects that were open lately, each with its folder; one that is not there any more says so and can be let go.

It opens nothing: whoever shows it is told which file is wanted. Files are looked for on a thread: a disk may be asleep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from netbuilder.places import is_elsewhere
from netbuilder.ui import errand, icons
from netbuilder.ui.files import Files
from netbuilder.ui.plain_text import as_plain
from netbuilder.ui.theme import GRID
from netbuilder.ui.widgets import wrapped
from netbuilder.ui.widgets.laid_out_button import LaidOutButton
from netbuilder.ui.widgets.turns import take_turn
from netbuilder.ui.workbench import Workbench

NONE = "Projects that you open or save are listed here."
GONE = "It is not there any more: moved, renamed or deleted."
LEAST_WIDTH, INSET = 20 * GRID, 2 * GRID
UNBROKEN = 24  # letters of a folder's name that stand on one line


class RecentRow(QWidget):
    """One file to open. `chosen` and `let_go` carry its path."""

    chosen = Signal(object)
    let_go = Signal(object)

    def __init__(self, path: Path, parent: QWidget | None = None):
        super().__init__(parent)
        self.path = path
        self.open = _Opening(path)
        self.open.clicked.connect(lambda: self.chosen.emit(self.path))
        self.forget = QToolButton()
        self.forget.setToolTip("Take it off this list")
        self.forget.setAccessibleName(f"Take {path.stem} off the list")
        self.forget.clicked.connect(lambda: self.let_go.emit(self.path))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self.open, 1)
        row.addWidget(self.forget, 0, Qt.AlignmentFlag.AlignTop)
        self.show_missing(False)

    def show_missing(self, missing: bool) -> None:
        self.open.show_missing(missing)
        self.forget.setVisible(missing)


class _Opening(LaidOutButton):
    """The name of a file and the folder it is in."""

    def __init__(self, path: Path):
        super().__init__(LEAST_WIDTH)
        self._folder = home_folder(path)
        self.setObjectName(f"recent-{path.stem}")
        self.setProperty("role", "entry")
        self.setAccessibleName(path.stem)
        self.setToolTip(as_plain(str(path)))
        self._gone = wrapped(GONE, "warning")
        words = QVBoxLayout(self)
        words.setContentsMargins(INSET, GRID // 2, INSET, GRID // 2)
        words.setSpacing(0)
        for part in (wrapped(breakable(path.stem), "heading"), wrapped(breakable(self._folder), "caption"), self._gone):
            words.addWidget(part)
        self.let_through()

    def show_missing(self, missing: bool) -> None:
        self._gone.setVisible(missing)
        self.setAccessibleDescription(f"{self._folder}. {GONE}" if missing else self._folder)
        self.updateGeometry()


class RecentFiles(QWidget):
    """Looks again whether they are there with each `refresh`."""

    def __init__(self, bench: Workbench, files: Files, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench, self._files = bench, files
        self.setObjectName("recentFiles")
        self.setAccessibleName("Recent projects")
        self.rows: list[RecentRow] = []
        self._none = wrapped(NONE, "muted")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)
        self._none.setContentsMargins(INSET, 0, INSET, 0)
        self._column.addWidget(self._none)
        files.recent_changed.connect(self._fill)
        bench.look.changed.connect(self._retint)
        self._fill()

    def refresh(self) -> None:
        """Find out which of them are missing."""
        paths = tuple(row.path for row in self.rows)
        if paths:
            errand.send(self._bench.bridge, self, "recent files", lambda: missing_of(paths), self._show_missing)

    def _fill(self) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self.rows = [RecentRow(path, self) for path in self._files.recent()]
        for row in self.rows:
            self._column.addWidget(row)
            row.chosen.connect(self._open)
            row.let_go.connect(self._files.forget)
        self._none.setVisible(not self.rows)
        self._retint()
        take_turn(self)
        if self.isVisible():
            self.refresh()

    def _open(self, path: Path) -> None:
        self._files.open_path(path)
        self.refresh()  # if it could not be opened, that may be because it is gone

    def _show_missing(self, missing: frozenset[Path] | None, _fault: Exception | None) -> None:
        for row in self.rows:
            row.show_missing(row.path in (missing or ()))

    def _retint(self) -> None:
        for row in self.rows:
            row.forget.setIcon(icons.icon("close", self._bench.look.theme.muted))


def missing_of(paths: Iterable[Path]) -> frozenset[Path]:
    """Those that are not there. Nobody looks on another computer for the sake of a list."""
    return frozenset(path for path in paths if not is_elsewhere(str(path)) and not path.is_file())


def home_folder(path: Path) -> str:
    """The folder of a file, from the home folder on where it lies in that."""
    folder, home = path.parent, Path.home()
    if folder == home:
        return "Your home folder"
    return str(Path("~") / folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)


def breakable(text: str) -> str:
    """The text with places to begin a new line: behind each separator, and within what is very long."""
    parts = re.split(r"(?<=[/\\._-])", text)
    return "\u200b".join(piece for part in parts for piece in re.findall(f".{{1,{UNBROKEN}}}", part))
