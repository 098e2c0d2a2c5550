"""Choosing other keys: every action with its keys, a field that takes the next ones pressed, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QKeyCombination, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from netbuilder.ui.actions import GROUPS, TABLE, Entry
from netbuilder.ui.fuzzy import fit, least_meant
from netbuilder.ui.keymap import native
from netbuilder.ui.theme import GRID
from netbuilder.ui.workbench import Workbench

ALONE = {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr, Qt.Key.Key_unknown}
NAME = Qt.ItemDataRole.UserRole


class KeyField(QLineEdit):
    """Takes the next keys that are pressed, whichever they are. Esc leaves it: `left`."""

    pressed = Signal(str)  # in portable text
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setObjectName("newKeys")
        self.setAccessibleName("Press the new keys")
        self.setPlaceholderText("Press the new keys")

    # Qt

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            self._take(event)
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key not in ALONE:
            if key == Qt.Key.Key_Backtab:
                key = Qt.Key.Key_Tab
            keypad = Qt.KeyboardModifier.KeypadModifier
            self.pressed.emit(QKeySequence(QKeyCombination(event.modifiers() & ~keypad, key)).toString())


class KeysDialog(QDialog):
    """What is chosen counts at once, and is kept."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setWindowTitle("Change the keys")
        self._keymap = bench.keymap
        self._wanted = ""  # keys that were pressed and belong to another action
        self.field = QLineEdit()
        self.field.setObjectName("keysField")
        self.field.setAccessibleName("Search the actions")
        self.field.setPlaceholderText("Search: a word of what it does, or a key")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._fill)
        self.table = self._make_table()
        self.keys = KeyField()
        self.keys.pressed.connect(self._press)
        self.keys.left.connect(self.table.setFocus)
        self.keys.setFixedWidth(24 * GRID)
        self.sentence = QLabel()
        self.sentence.setObjectName("keysSentence")
        self.sentence.setWordWrap(True)
        self.take = self._button("Take it", "takeKeys", self._take)
        self.none = self._button("No key", "noKeys", lambda: self._give(""))
        self.reset = self._button("Reset", "resetKeys", self._reset)
        self.reset_all = self._button("Reset all", "resetAllKeys", self._keymap.reset_all)
        close = self._button("Close", "closeKeys", self.reject)
        chosen = QHBoxLayout()
        chosen.setSpacing(GRID)
        for widget in (self.keys, self.none, self.reset):
            chosen.addWidget(widget)
        chosen.addWidget(self.sentence, 1)
        chosen.addWidget(self.take)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reset_all)
        buttons.addStretch(1)
        buttons.addWidget(close)
        page = QVBoxLayout(self)
        page.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        page.setSpacing(2 * GRID)
        page.addWidget(self.field)
        page.addWidget(self.table, 1)
        page.addLayout(chosen)
        page.addLayout(buttons)
        self._keymap.changed.connect(self._refresh)
        self._fill("")
        self.resize(96 * GRID, 80 * GRID)
        self.field.setFocus()

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setObjectName("keysTable")
        table.setAccessibleName("Actions and their keys")
        table.setHorizontalHeaderLabels(["Action", "Keys", "Menu", "Works"])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setStyleSheet("QTableView::item:hover:!selected { background: transparent; }")  # a row is chosen, no cell
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setColumnWidth(1, 24 * GRID)
        table.setColumnWidth(2, 12 * GRID)
        table.setColumnWidth(3, 16 * GRID)
        table.currentCellChanged.connect(lambda *_: self._show_current())
        table.activated.connect(lambda _: self.keys.setFocus())
        return table

    def _button(self, text: str, name: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: do())
        return button

    # What is shown

    def _fill(self, typed: str) -> None:
        order = {group: at for at, group in enumerate(GROUPS)}
        entries = sorted(self._found(typed.strip()), key=lambda one: order[one.menu])
        before = self._current()
        self.table.setRowCount(len(entries))
        for row, entry in enumerate(entries):
            works = "on the canvas" if entry.where == "canvas" else "everywhere"
            for column, text in enumerate((entry.text.rstrip("…"), self._said(entry), entry.menu, works)):
                item = QTableWidgetItem(text)
                item.setData(NAME, entry.name)
                if column == 1 and self._keymap.is_changed(entry.name):
                    font = item.font()
                    font.setBold(True)
                    item.setFont(font)
                    item.setToolTip("Chosen by you")
                self.table.setItem(row, column, item)
        again = next((row for row, entry in enumerate(entries) if before is not None and entry.name == before.name), 0)
        if entries:
            self.table.setCurrentCell(again, 0)
        self._show_current()

    def _found(self, typed: str) -> list[Entry]:
        """The actions whose words fit what is typed, or whose keys have it in them."""
        if not typed:
            return list(TABLE)
        fits = {entry.name: fit(entry.text, typed) for entry in TABLE}
        scores = {name: found.score for name, found in fits.items() if found is not None}
        least = least_meant(max(scores.values(), default=0))
        return [e for e in TABLE if (e.name in scores and scores[e.name] >= least) or self._has_keys(e, typed)]

    def _has_keys(self, entry: Entry, typed: str) -> bool:
        return typed.casefold() in " ".join((*self._keymap.keys(entry.name), self._said(entry))).casefold()

    def _said(self, entry: Entry) -> str:
        return ",  ".join(native(keys) for keys in self._keymap.keys(entry.name))

    def _current(self) -> Entry | None:
        item = self.table.item(self.table.currentRow(), 0)
        name = item.data(NAME) if item is not None else None
        return next((entry for entry in TABLE if entry.name == name), None)

    def choose(self, name: str) -> None:
        """Let what is pressed next be the keys of this action."""
        for row in range(self.table.rowCount()):
            if self.table.item(row, 0).data(NAME) == name:
                self.table.setCurrentCell(row, 0)
                self.table.scrollToItem(self.table.item(row, 0))
        self.keys.setFocus()

    def _refresh(self) -> None:
        self._fill(self.field.text())

    def _show_current(self, sentence: str = "") -> None:
        entry = self._current()
        self._wanted = ""
        for widget in (self.keys, self.none):
            widget.setEnabled(entry is not None)
        self.reset.setEnabled(entry is not None and self._keymap.is_changed(entry.name))
        self.reset_all.setEnabled(self._keymap.any_changed)
        self.take.hide()
        self.keys.setText(native(next(iter(self._keymap.keys(entry.name)), "")) if entry is not None else "")
        if not sentence and entry is None:
            sentence = "No action is called so."
        elif not sentence:
            sentence = "Click into the field, or press Enter, and press the new keys."
        self.sentence.setText(sentence)

    # What is chosen

    def _press(self, keys: str) -> None:
        entry = self._current()
        if entry is None:
            return
        refused, owner = self._keymap.refusal(entry.name, keys), self._keymap.owner(keys, entry.name)
        self.take.hide()
        self._wanted = ""
        if refused:
            self.sentence.setText(refused)
        elif owner is not None:
            self._wanted = keys
            self.keys.setText(native(keys))
            whose = f"“{owner.text.rstrip('…')}”"
            only = len(self._keymap.keys(owner.name)) == 1
            loses = f"the key of {whose}, which would have none then" if only else f"a key of {whose}"
            self.sentence.setText(f"{native(keys)} is {loses}.")
            self.take.show()
            self.take.setFocus()
        else:
            self._give(keys)

    def _take(self) -> None:
        self._give(self._wanted)

    def _give(self, keys: str) -> None:
        entry = self._current()
        if entry is None:
            return
        self._keymap.give(entry.name, keys)
        what = entry.text.rstrip("…")
        self._show_current(f"{native(keys)} is now “{what}”." if keys else f"“{what}” has no key now.")
        self.table.setFocus()

    def _reset(self) -> None:
        entry = self._current()
        if entry is not None:
            self._keymap.reset(entry.name)
            self.table.setFocus()
