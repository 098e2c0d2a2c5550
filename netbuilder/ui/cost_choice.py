"""The button above the canvas that chooses which cost is painted on the nodes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from netbuilder.ui.costing import MEASURES
from netbuilder.ui.icons import icon
from netbuilder.ui.workbench import Workbench


class CostChoice(QToolButton):
    """Says what is painted; its menu has the others."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None):
        super().__init__(parent)
        self._bench = bench
        self.setObjectName("costChoice")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        group = QActionGroup(menu)
        for measure, words in MEASURES.items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, measure=measure: bench.costing.show(measure))
            group.addAction(action)
        self.setMenu(menu)
        bench.costing.changed.connect(self._show)
        bench.keymap.changed.connect(self._show)
        bench.look.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        measure, theme = self._bench.costing.measure, self._bench.look.theme
        for action, words in zip(self.menu().actions(), MEASURES.values(), strict=True):
            action.setChecked(words == MEASURES[measure])  # asked anew: a kept wrapper may be let go of by PySide
        keys = self._bench.keymap.text("showCost")
        self.setToolTip(f"What each node costs, painted on it{f' ({keys})' if keys else ''}")
        self.setText(MEASURES[measure] if measure else "Cost")
        self.setAccessibleName(f"Cost on the nodes: {MEASURES[measure]}")
        self.setIcon(icon("fire", theme.accent if measure else theme.muted))
