"""The button that mends a problem. What it does is said in full, over two lines if one would be too long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from netbuilder.compile.problems.problem import Fix
from netbuilder.ui.plain_text import as_caption, as_plain

LONG = 32  # letters that a narrow panel has room for


class FixButton(QPushButton):
    """`pressed` is called when it is clicked."""

    def __init__(self, fix: Fix, pressed: Callable[[], object]):
        super().__init__(as_caption(in_lines(fix.label)))
        self.setProperty("role", "fix")
        self.setAccessibleName(fix.label)
        self.setToolTip(as_plain(fix.label) if "\n" in self.text() else "")
        self.clicked.connect(lambda: pressed())

    def minimumSizeHint(self) -> QSize:
        return QSize(48, super().minimumSizeHint().height())  # a panel may be made narrower than its words


def in_lines(text: str) -> str:
    """`text`, broken at the space nearest to its middle if it is long."""
    spaces = [at for at, letter in enumerate(text) if letter == " "]
    if len(text) <= LONG or not spaces:
        return text
    at = min(spaces, key=lambda at: abs(at - len(text) / 2))
    return f"{text[:at]}\n{text[at + 1 :]}"
