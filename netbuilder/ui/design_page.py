"""The Design workspace: the networks' tabs above the canvas. It does nothing itself."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from netbuilder.ui.canvas.canvas import Canvas
from netbuilder.ui.code_banner import CodeBanner
from netbuilder.ui.cost_choice import CostChoice
from netbuilder.ui.graph_tabs import GraphTabs
from netbuilder.ui.workbench import Workbench


class DesignPage(QWidget):
    """`canvas` and `tabs` are its parts."""

    def __init__(self, bench: Workbench, canvas: Canvas, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("design")
        self.canvas = canvas
        self.tabs = GraphTabs(bench)
        self.tabs.row.addWidget(CostChoice(bench))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(CodeBanner(bench))
        column.addWidget(canvas, 1)
        self.setFocusProxy(canvas)
        self.tabs.setFocusProxy(canvas)  # once a network has its name, the keys draw in it
