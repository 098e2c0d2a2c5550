"""What there is to look at after each epoch, the newest first: pictures that a network has made, text that it has
written, plots of what it foretells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from netbuilder.ui.theme import GRID
from netbuilder.ui.train.exhibited import Exhibited
from netbuilder.ui.widgets import Card

if TYPE_CHECKING:
    from netbuilder.train.history import RunRecord
    from netbuilder.ui.workbench import Workbench

MOST = 40  # on screen at once; all are in the run's folder
MOST_PLOTS = 8  # of them plots, which are drawn anew whenever the theme changes


class Exhibits(Card):
    """Those of one run. It is hidden while there are none."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__("After each epoch", parent=parent)
        self._bench = bench
        self.setObjectName("exhibits")
        self._record: RunRecord | None = None
        self._count = 0
        self._voided = 0  # how often something was taken back
        self.items: list[Exhibited] = []
        inside = QWidget()
        inside.setProperty("role", "inside")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, GRID, 0)
        self._column.setSpacing(GRID * 2)
        self._column.addStretch(1)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setWidget(inside)
        self.body.addWidget(self.scroll, 1)
        self.hide()

    def show_record(self, record: RunRecord | None) -> None:
        """Show what a run has to show, adding what is new."""
        voided = record.voided if record is not None else 0
        if record is not self._record or voided != self._voided:
            self._voided = voided
            for item in self.items:
                self._column.removeWidget(item)
                item.deleteLater()
            self._record, self._count, self.items = record, 0, []
        new = record.shown[self._count :] if record is not None else []
        self._count += len(new)
        for event in new[-MOST:]:
            item = Exhibited(self._bench, event, record.folder if record is not None else None)
            self.items.insert(0, item)
            self._column.insertWidget(0, item)
        plots = [item for item in self.items if item.is_plot]
        gone = {*self.items[MOST:], *plots[MOST_PLOTS:]}
        for item in gone:
            self._column.removeWidget(item)
            item.deleteLater()
        self.items = [item for item in self.items if item not in gone]
        self.setVisible(bool(self.items))
