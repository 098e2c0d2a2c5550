"""The four workspaces and the start page: which is in the centre, and which panels stand around it.

Each remembers its own panels. It knows nothing of what is on a page.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QSizePolicy, QStackedWidget, QTabBar, QWidget

LAYOUT_VERSION = 3
DESIGN, START = "design", "start"


class Workspaces(QObject):
    """Pages are made when they are first looked at (`make` by name); the panels belong to Design unless moved in."""

    changed = Signal(str)

    def __init__(self, window: QMainWindow, pages: QStackedWidget, make: dict[str, Callable[[], QWidget]]):
        super().__init__(window)
        self._window, self._pages, self._make = window, pages, make
        self._made: dict[str, QWidget] = {}
        self._states: dict[str, QByteArray] = {}
        self._default: QByteArray | None = None
        self.current = ""
        self._tabs_soon = QTimer(self)  # once the panels stand where they will stand
        self._tabs_soon.setSingleShot(True)
        self._tabs_soon.setInterval(0)
        self._tabs_soon.timeout.connect(self._hide_stray_tabs)

    def page(self, name: str) -> QWidget:
        """The page called `name`, made now if it has not been."""
        if name not in self._made:
            self._made[name] = self._make[name]()
            _take_room(self._made[name], False)
            self._pages.addWidget(self._made[name])
        return self._made[name]

    def go(self, name: str) -> None:
        if name == self.current:
            return
        page = self.page(name)
        if self.current:
            self._states[self.current] = self._window.saveState(LAYOUT_VERSION)
        for other in self._made.values():
            _take_room(other, False)
        self._pages.setCurrentWidget(page)  # it takes its room only once the panels of before have given up theirs:
        self._show_panels(name)  # a window with little room would grow for both, and stay so
        _take_room(page, True)
        self.current = name
        self.changed.emit(name)

    def begin(self) -> None:
        """Take the panels as they stand for Design's default, then put them where they were the last time."""
        self._default = self._window.saveState(LAYOUT_VERSION)
        self._show_panels(self.current)

    def reset(self) -> None:
        """Every panel where it was at first."""
        self._states.clear()
        self._show_panels(self.current)

    def read(self, settings: QSettings) -> None:
        for name in self._make:
            state = settings.value(f"panels/{name}")
            if isinstance(state, QByteArray):
                self._states[name] = state

    def write(self, settings: QSettings) -> None:
        if self.current:
            self._states[self.current] = self._window.saveState(LAYOUT_VERSION)
        for name, state in self._states.items():
            settings.setValue(f"panels/{name}", state)

    def _show_panels(self, name: str) -> None:
        self._tabs_soon.start()
        state = self._states.get(name)
        if state is not None and self._window.restoreState(state, LAYOUT_VERSION):
            return
        if name == DESIGN and self._default is not None:
            self._window.restoreState(self._default, LAYOUT_VERSION)
        elif name != DESIGN:
            for dock in self._window.findChildren(QDockWidget):
                dock.hide()

    def _hide_stray_tabs(self) -> None:
        """Restoring a state can leave the tabs of an arrangement that is no more on screen: those above no panel."""
        panels = [dock.geometry() for dock in self._window.findChildren(QDockWidget) if dock.isVisible()]
        for tabs in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            at = tabs.geometry()
            if not any(panel.left() == at.left() and panel.top() == at.bottom() + 1 for panel in panels):
                tabs.hide()


def _take_room(page: QWidget, takes: bool) -> None:
    """A stack asks for the room of its widest page, and would squeeze the panels around the one that is shown."""
    policy = QSizePolicy.Policy.Expanding if takes else QSizePolicy.Policy.Ignored
    page.setSizePolicy(policy, policy)
