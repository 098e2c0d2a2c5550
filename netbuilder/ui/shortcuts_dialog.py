"""The cheat-sheet: every key and what the mouse does, by group, on one page that can be searched."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from netbuilder.ui import plot_keys
from netbuilder.ui.actions import DIGITS, GROUPS, TABLE
from netbuilder.ui.keymap import Keymap, native
from netbuilder.ui.mouse_table import MOUSE, PLOT_MOUSE
from netbuilder.ui.theme import GRID
from netbuilder.ui.workbench import Workbench

COLUMNS, WIDE = 4, 1500  # columns of a page, on a screen of so many pixels; on a narrower one there is one less
ROOM = 12  # letters of two keys beside each other
TOGETHER = {  # rows that are read as one: its words, and the names of which it shows the first and the last key
    "Go to Data, Design, Train, Inspect": ("showData", "showDesign", "showTrain", "showInspect"),
    "Go from node to node": ("walkLeft", "walkRight", "walkUp", "walkDown"),
    "Take in the next node": ("extendLeft", "extendRight", "extendUp", "extendDown"),
    "Set a bookmark": tuple(f"setBookmark{digit}" for digit in DIGITS),
    "Go to a bookmark": tuple(f"goBookmark{digit}" for digit in DIGITS),
    "Nudge": ("nudgeLeft", "nudgeRight", "nudgeUp", "nudgeDown"),
}
IN_SHORT = {  # what the keys of such a row come to
    ("Left", "Right", "Up", "Down"): "Arrows",
    ("Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down"): "Shift+Arrows",
    ("Ctrl+Left", "Ctrl+Right", "Ctrl+Up", "Ctrl+Down"): "Ctrl+Arrows",
}


@dataclass(frozen=True)
class SheetRow:
    """One line: what it does and how; `told` is what a search looks through."""

    group: str
    text: str
    keys: tuple[str, ...]
    typed: bool = True  # rather than done with the mouse

    @property
    def told(self) -> str:
        return " ".join((self.group, self.text, *self.keys)).casefold()


def rows_of(keymap: Keymap) -> list[SheetRow]:
    """Every action that has a key now, in the order of the table, and the mouse's table after them."""
    found = []
    of = {name: words for words, names in TOGETHER.items() for name in names}
    for entry in TABLE:
        words = of.get(entry.name)
        if words is not None:
            names = TOGETHER[words]
            if entry.name == names[0]:
                keys = [one for name in names for one in keymap.keys(name)[:1]]
                if keys:
                    found.append(SheetRow(entry.menu, words, (_span(keys),)))
        elif keymap.keys(entry.name):
            shown = tuple(native(keys) for keys in keymap.keys(entry.name)[:2])
            shown = shown if len("".join(shown)) <= ROOM else shown[:1]
            found.append(SheetRow(entry.menu, entry.text.rstrip("…"), shown))
    found.append(SheetRow("Canvas", "Move the view", (f"{native('Space')} + drag",)))
    found.append(SheetRow("Canvas", "Menu of what is selected", (native("Menu"), native("Shift+F10"))))
    found.append(SheetRow("Canvas", "Call off what goes on", (native("Esc"),)))
    found += [SheetRow("Plots", what, tuple(native(key) for key in keys)) for what, keys in plot_keys.TABLE]
    found += [SheetRow("Plots", what, (how,), typed=False) for what, how in PLOT_MOUSE]
    return [*found, *(SheetRow("Mouse", what, (how,), typed=False) for what, how in MOUSE)]


def _span(keys: list[str]) -> str:
    short = IN_SHORT.get(tuple(keys))
    return short if short is not None else f"{native(keys[0])} … {native(keys[-1])}" if keys[1:] else native(keys[0])


class ShortcutsDialog(QDialog):
    """Made from the table of actions and the keymap, so it can't fall behind. `change_wanted` asks for the dialog in
    which keys are chosen."""

    change_wanted = Signal()

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("shortcutsDialog")
        self.setWindowTitle("Keys and mouse")
        self._keymap = bench.keymap
        self.field = QLineEdit()
        self.field.setObjectName("shortcutsField")
        self.field.setAccessibleName("Search the keys")
        self.field.setPlaceholderText("Search: a word of what it does, or a key")
        self.field.setClearButtonEnabled(True)
        self.field.setFixedWidth(44 * GRID)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(4 * GRID)
        inside = QWidget()
        inside.setProperty("role", "inside")
        inside.setLayout(self._columns)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(inside)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nothing = QLabel()
        self._nothing.setProperty("role", "muted")
        change = QPushButton("Change the keys…")
        change.setObjectName("changeKeys")
        change.setAutoDefault(False)
        change.clicked.connect(self.change_wanted)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        top = QHBoxLayout()
        top.addWidget(self.field)
        top.addWidget(self._nothing, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(change)
        buttons.addStretch(1)
        buttons.addWidget(close)
        page = QVBoxLayout(self)
        page.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 2 * GRID)
        page.setSpacing(2 * GRID)
        page.addLayout(top)
        page.addWidget(self._scroll, 1)
        page.addLayout(buttons)
        self._keymap.changed.connect(lambda: self._fill(self.field.text()))
        self._fill("")
        self._scroll.setMinimumSize(inside.sizeHint().boundedTo(self.screen().availableSize() * 0.85))
        self.field.setFocus()

    def shown(self) -> list[SheetRow]:
        """The rows that are on the page."""
        words = self.field.text().casefold().split()
        return [row for row in rows_of(self._keymap) if all(word in row.told for word in words)]

    def _fill(self, typed: str) -> None:
        while self._columns.count():
            taken = self._columns.takeAt(0)
            column = taken.widget() if taken is not None else None
            if column is not None:
                column.hide()
                column.deleteLater()
        rows = self.shown()
        groups = {name: [row for row in rows if row.group == name] for name in (*GROUPS, "Plots", "Mouse")}
        most = COLUMNS if self.screen().availableSize().width() >= WIDE else COLUMNS - 1
        for names in share_out({name: len(found) + 2 for name, found in groups.items() if found}, most):
            column, lines = QWidget(), QVBoxLayout()
            column.setProperty("role", "inside")
            lines.setContentsMargins(0, 0, 0, 0)
            lines.setSpacing(2 * GRID)
            column.setLayout(lines)
            for name in names:
                lines.addLayout(_group(name, groups[name]))
            lines.addStretch(1)
            self._columns.addWidget(column)
        if len(rows) < len(rows_of(self._keymap)):
            self._columns.addStretch(1)
        self._nothing.setText("" if rows else f"No key does “{typed.strip()}”. The command palette has every command.")

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 48, Qt.Key.Key_Up: -48, Qt.Key.Key_PageDown: 320, Qt.Key.Key_PageUp: -320}
            by = step.get(Qt.Key(event.key()))
            if by is not None:
                bar = self._scroll.verticalScrollBar()
                bar.setValue(bar.value() + by)
                return True
        return super().eventFilter(watched, event)


def share_out(heights: dict[str, int], most: int) -> list[list[str]]:
    """The groups in at most so many columns of about one height: the highest first, each where there is most room."""
    order = list(heights)
    columns: list[list[str]] = [[] for _ in range(min(most, len(heights)))]
    for name in sorted(order, key=lambda one: -heights[one]):
        min(columns, key=lambda column: sum(heights[one] for one in column)).append(name)
    return sorted((sorted(column, key=order.index) for column in columns), key=lambda column: order.index(column[0]))


def _group(title: str, rows: list[SheetRow]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    head = QLabel(title)
    head.setProperty("role", "title")
    grid.addWidget(head, 0, 0, 1, 2)
    for at, row in enumerate(rows, start=1):
        what = QLabel(row.text)
        what.setProperty("role", "small")
        grid.addWidget(what, at, 0)
        keys = QHBoxLayout()
        keys.setSpacing(4)
        keys.addStretch(1)
        for one in row.keys:
            cap = QLabel(one)
            cap.setProperty("role", "keycap" if row.typed else "faint")
            keys.addWidget(cap)
        grid.addLayout(keys, at, 1)
    grid.setColumnStretch(0, 1)
    return grid
