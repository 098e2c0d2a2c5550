"""What is selected on the canvas. View state: not in the project, not in its history."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """The ids of the selected nodes, and those of the selected frames and notes (`marks`)."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.nodes: frozenset[str] = frozenset()
        self.marks: frozenset[str] = frozenset()

    def set(self, ids: Iterable[str], marks: Iterable[str] = ()) -> None:
        nodes, chosen = frozenset(ids), frozenset(marks)
        if (nodes, chosen) != (self.nodes, self.marks):
            self.nodes, self.marks = nodes, chosen
            self.changed.emit()

    @property
    def only(self) -> str | None:
        """The one selected node, if it is one."""
        return next(iter(self.nodes)) if len(self.nodes) == 1 else None
