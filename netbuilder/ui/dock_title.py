"""The title of a panel: its name, and two buttons that are large enough to hit."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QToolButton, QWidget

from netbuilder.ui.icons import icon
from netbuilder.ui.look import Look
from netbuilder.ui.stylesheet import surface
from netbuilder.ui.theme import GRID


class DockTitle(QWidget):
    """Drag it to move the panel: what is not a button leaves the mouse to the dock."""

    def __init__(self, dock: QDockWidget, look: Look):
        super().__init__(dock)
        self._look = look
        surface(self, "panel")
        name = QLabel(dock.windowTitle())
        name.setProperty("role", "section")
        dock.windowTitleChanged.connect(name.setText)
        self._float = self._button(f"Take {dock.windowTitle()} out of the window, or put it back")
        self._float.clicked.connect(lambda: dock.setFloating(not dock.isFloating()))
        self._close = self._button(f"Hide {dock.windowTitle()} (View, Panels brings it back)")
        self._close.clicked.connect(dock.close)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID // 2, GRID, GRID // 2)
        row.setSpacing(0)
        row.addWidget(name)
        row.addStretch(1)
        row.addWidget(self._float)
        row.addWidget(self._close)
        look.changed.connect(self._retint)
        self._retint()

    @staticmethod
    def _button(tip: str) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setFixedSize(3 * GRID, 3 * GRID)
        button.setIconSize(QSize(14, 14))
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button

    def _retint(self) -> None:
        color = self._look.theme.muted
        self._float.setIcon(icon("dock-window", color))
        self._close.setIcon(icon("close", color))
