"""The ports of the open block: renamed and ordered where they are listed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from netbuilder.fields import Text
from netbuilder.graph.graph import MAX_NAME
from netbuilder.ui import icons
from netbuilder.ui.forms.editors import LineEditor
from netbuilder.ui.panels.facts import clear
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets.turns import take_turn


class PortsList(QWidget):
    """`renamed(old, new)` and `moved(name, by)` say what the user wants; `tell` shows what is."""

    renamed = Signal(str, str)
    moved = Signal(str, int)

    def __init__(self, *, outputs: bool, parent: QWidget | None = None):
        super().__init__(parent)
        self._outputs = outputs
        self._told: tuple[tuple[str, ...], str] | None = None
        self.fields: list[LineEditor] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GRID // 2)

    def tell(self, names: Sequence[str], theme: Theme) -> None:
        """Show these ports."""
        told = (tuple(names), theme.name)
        if told == self._told:
            return
        self._told = told
        clear(self._rows)
        self.fields = []
        for at, name in enumerate(names):
            self._rows.addWidget(self._row(at, name, len(names), theme))
        take_turn(self)

    def restore(self) -> None:
        """Take back what has been typed and was refused."""
        for field in self.fields:
            field.restore()

    def commit(self) -> None:
        for field in list(self.fields):
            field.commit()

    def _row(self, at: int, name: str, count: int, theme: Theme) -> QWidget:
        what = "output" if self._outputs else "input"
        mark = QLabel()
        mark.setPixmap(icons.pixmap("export" if self._outputs else "import", theme.muted, 16, self.devicePixelRatioF()))
        mark.setToolTip(f"An {what} of the block")
        field = LineEditor(Text("", max_length=MAX_NAME, label=what), theme)
        field.show_value(name)
        field.setAccessibleName(f"{what} {at + 1}")
        field.setToolTip("The name of this port. Enter renames it, inside and wherever the block stands.")
        field.committed.connect(lambda typed: self.renamed.emit(name, typed.strip()))
        self.fields.append(field)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(mark)
        row.addWidget(field, 1)
        for icon, words, by, can in (
            ("chevron-up", "Move up", -1, at > 0),
            ("chevron-down", "Move down", 1, at < count - 1),
        ):
            button = QToolButton()
            button.setIcon(icons.icon(icon, theme.muted if can else theme.border))
            button.setIconSize(QSize(16, 16))
            button.setAccessibleName(f"{words}: {name}")
            button.setToolTip(words)
            button.setEnabled(can)
            button.clicked.connect(lambda _=False, by=by: self.moved.emit(name, by))
            button.setVisible(count > 1)
            row.addWidget(button)
        return line
