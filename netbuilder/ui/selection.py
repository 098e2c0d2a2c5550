"""Which nodes are selected. View state: not in the project, not in its history."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """The ids of the selected nodes."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None):
        super().__init__(parent)
        self.nodes: frozenset[str] = frozenset()

    def set(self, ids: Iterable[str]) -> None:
        nodes = frozenset(ids)
        if nodes != self.nodes:
            self.nodes = nodes
            self.changed.emit()

    @property
    def only(self) -> str | None:
        """The one selected node, if it is one."""
        return next(iter(self.nodes)) if len(self.nodes) == 1 else None
