"""Every action with its keys, on one page."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from netbuilder.ui.actions import MENUS, TABLE
from netbuilder.ui.theme import GRID
from netbuilder.ui.workbench import Workbench

ON_CANVAS = (
    ("Add and wire a layer", "double-click it in the list"),
    ("Type the name of a layer", "Tab, Space, or double-click the canvas"),
    ("Connect", "drag from a port to a port or a node"),
    ("Open a block", "double-click it"),
    ("Move the view", "middle button, or Space and drag"),
    ("Zoom", "wheel"),
    ("Call off what the mouse is doing", "Esc"),
)


COLUMNS = (("File", "Network"), ("Edit", "Train", "Help"), ("View", "Canvas"))  # about equally long


class ShortcutsDialog(QDialog):
    """The cheat-sheet: made from the table of actions, so it can't fall behind."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        groups = {
            menu: [(e.text.rstrip("…"), _native(e.keys)) for e in TABLE if e.menu == menu and e.keys] for menu in MENUS
        }
        groups["Canvas"] = list(ON_CANVAS)
        assert set(groups) == {title for column in COLUMNS for title in column}
        columns = QHBoxLayout()
        columns.setSpacing(6 * GRID)
        for titles in COLUMNS:
            column = QVBoxLayout()
            column.setSpacing(3 * GRID)
            for title in titles:
                column.addLayout(self._group(title, groups[title]))
            column.addStretch(1)
            columns.addLayout(column)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        page = QVBoxLayout(self)
        page.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 2 * GRID)
        page.setSpacing(3 * GRID)
        page.addLayout(columns)
        page.addWidget(buttons)

    @staticmethod
    def _group(title: str, rows: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID)
        head = QLabel(title)
        head.setProperty("role", "title")
        grid.addWidget(head, 0, 0, 1, 2)
        for row, (what, keys) in enumerate(rows, start=1):
            grid.addWidget(QLabel(what), row, 0)
            shown = QLabel(keys)
            shown.setProperty("role", "muted")
            grid.addWidget(shown, row, 1)
        grid.setColumnStretch(0, 1)
        return grid


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
