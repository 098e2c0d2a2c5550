"""Small pieces of the Settings panel: a list of facts, and a problem with the button that mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from netbuilder.compile.problems.problem import Problem
from netbuilder.ui import icons
from netbuilder.ui.panels.fix_button import FixButton
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID, Theme
from netbuilder.ui.widgets import ElidedLabel, label, wrapped
from netbuilder.ui.widgets.turns import take_turn

SEVERITY = {"error": ("alert-circle", "danger"), "warning": ("alert", "warning")}


def clear(layout: QVBoxLayout | QHBoxLayout | QGridLayout) -> None:
    """Take every widget out of a layout and off the screen."""
    while layout.count():
        taken = layout.takeAt(0)
        widget = taken.widget() if taken else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class Facts(QWidget):
    """Names at the left, values at the right: "parameters  9,248". Shapes are written in the code's font."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(0, 4)
        self._grid.setColumnStretch(1, 5)
        self._told: list[tuple[str, str, bool]] | None = None
        self.values: dict[str, QLabel] = {}
        self._shown: list[ElidedLabel] = []

    def tell(self, facts: Iterable[tuple[str, str, bool]]) -> None:
        """Show (name, value, whether the value is a shape)."""
        told = list(facts)
        if told == self._told:
            return
        before, self._told = self._told or [], told
        if before and [(name, is_shape) for name, _, is_shape in told] == [(name, shape) for name, _, shape in before]:
            for (name, value, _), shown in zip(told, self._shown, strict=True):
                if value != shown.whole:
                    shown.set_whole(value)
                    shown.setAccessibleName(f"{name}: {value}")
            return
        clear(self._grid)
        self._shown = []
        self.values = {}
        for at, (name, value, is_shape) in enumerate(told):
            shown = ElidedLabel(value, "mono" if is_shape else "")
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(ElidedLabel(name, "muted"), at, 0)
            self._grid.addWidget(shown, at, 1)
            self.values[name] = shown
            self._shown.append(shown)
        self.setVisible(bool(told))


class Callout(QWidget):
    """One problem: its sentence, and its fix as a button if it has one."""

    def __init__(self, problem: Problem, theme: Theme, mend: Callable[[Problem], None]):
        super().__init__()
        surface(self, "callout" if problem.severity == "error" else "card")
        icon, token = SEVERITY[problem.severity]
        mark = QLabel()
        mark.setPixmap(icons.pixmap(icon, getattr(theme, token), 16, self.devicePixelRatioF()))
        mark.setAccessibleName(problem.severity)
        sentence = wrapped(problem.sentence)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.setSpacing(GRID)
        words.addWidget(sentence)
        if problem.fix is not None:
            button = FixButton(problem.fix, lambda: mend(problem))
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID, GRID, GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)


class Callouts(QWidget):
    """The problems of one node, one under the other."""

    def __init__(self, mend: Callable[[Problem], None], parent: QWidget | None = None):
        super().__init__(parent)
        self._mend = mend
        self._told: tuple[tuple[Problem, ...], str] | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(GRID)

    def tell(self, problems: Iterable[Problem], theme: Theme) -> None:
        told = (tuple(problems), theme.name)
        if told == self._told:
            return
        self._told = told
        clear(self._rows)
        for problem in told[0]:
            self._rows.addWidget(Callout(problem, theme, self._mend))
        take_turn(self)
        self.setVisible(bool(told[0]))


def counted(number: int, thing: str) -> str:
    """A number and its noun: "1 node", "1,797 samples"."""
    return f"{number:,} {thing if number == 1 else thing + 's'}"


def amount(number: int) -> str:
    """A large number in a few digits: 5.2 M, 178,954."""
    for size, word in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if number >= size:
            return f"{number / size:.1f} {word}"
    return f"{number:,}"


def heading(text: str) -> QLabel:
    return label(text, "heading")
