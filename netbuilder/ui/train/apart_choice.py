"""Whether the runs that are begun here are trained by a process of their own: a box that is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

if TYPE_CHECKING:
    from netbuilder.ui.workbench import Workbench


class ApartChoice(QCheckBox):
    """It counts for the next run; the one under way goes on as it was begun."""

    def __init__(self, bench: Workbench):
        super().__init__("In a process of its own")
        self._bench = bench
        self.setObjectName("apart")
        self.setAccessibleName("Train in a process of its own")
        self.setToolTip(
            "The next run goes on when this window is closed, and is found again when it is opened. It begins some "
            "seconds later; Inspect shows its newest checkpoint."
        )
        self._follow()
        self.toggled.connect(bench.training.train_apart)
        bench.training.changed.connect(self._follow)

    def _follow(self) -> None:
        self.setChecked(self._bench.training.apart)
