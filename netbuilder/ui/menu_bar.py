"""The menus along the top: the table of actions, and what varies in number: files, panels, themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from netbuilder.ui.actions import DIGITS, MENUS, TABLE
from netbuilder.ui.costing import MEASURES
from netbuilder.ui.plain_text import as_caption

if TYPE_CHECKING:
    from netbuilder.ui.main_window import MainWindow

BEFORE = {  # rows that a line stands before
    *("startPage", "save", "importModel", "quit", "cut", "delete", "wireUp", "selectAll", "addLayer", "shortcuts"),
    *("back", "zoomFit", "nextPanel", "resetLayout", "enterBlock", "shareWeights", "addNetwork", "findRate"),
    *("allRuns", "about", "oneStep", "stop"),
}


class Menus(QMenuBar):
    """Filled once, by `fill`; what changes follows by itself."""

    def fill(self, window: MainWindow) -> None:
        self._window = window
        for title in MENUS:
            menu = self.addMenu(title)
            menu.setToolTipsVisible(True)
            under: dict[str, QMenu] = {}
            for entry in TABLE:
                if entry.menu != title:
                    continue
                if entry.name in BEFORE:
                    menu.addSeparator()
                place = menu
                if entry.under:
                    place = under[entry.under] = under.get(entry.under) or menu.addMenu(entry.under)
                    if entry.under == "Bookmarks":
                        place.aboutToShow.connect(self.name_bookmarks)
                place.addAction(window.actions_[entry.name])
                if entry.name == "open":
                    _add_recent(menu, window)
                elif entry.name == "showCost":
                    _add_costs(menu, window)
            if title == "View":
                _add_panels(menu, window)
                _add_themes(menu, window)

    def name_bookmarks(self) -> None:
        """Say in the entry of each bookmark what is there."""
        for digit in DIGITS:
            words = self._window.canvas.bookmarks.words(digit)
            self._window.actions_[f"goBookmark{digit}"].setText(
                as_caption(f"{digit}: {words}" if words else f"Bookmark {digit}, not set")
            )

    def rows(self) -> list[tuple[str, QAction]]:
        """Every action of the menus, with the titles of the menus it is in: "View › Theme"."""
        found: list[tuple[str, QAction]] = []

        def walk(menu: QMenu, titles: str) -> None:
            for action in menu.actions():
                inner = action.menu()
                if isinstance(inner, QMenu):
                    walk(inner, f"{titles} › {inner.title()}")
                elif not action.isSeparator():
                    found.append((titles, action))

        for top in self.actions():
            menu = top.menu()
            if isinstance(menu, QMenu):
                walk(menu, menu.title())
        return found


def _add_recent(menu: QMenu, window: MainWindow) -> None:
    recent = menu.addMenu("Open recent")

    def fill() -> None:
        recent.clear()
        for path in window.files.recent():
            action = recent.addAction(as_caption(str(path)))
            action.triggered.connect(lambda _=False, path=path: window.files.open_path(path))
        recent.setEnabled(bool(recent.actions()))

    window.files.recent_changed.connect(fill)
    fill()


def _add_costs(menu: QMenu, window: MainWindow) -> None:
    costs, costing = menu.addMenu("Cost on the nodes"), window.bench.costing
    costs.setObjectName("costs")
    group = QActionGroup(costs)
    for measure, words in MEASURES.items():
        action = costs.addAction(words)
        action.setCheckable(True)
        action.triggered.connect(lambda _=False, measure=measure: costing.show(measure))
        group.addAction(action)

    def mark() -> None:
        for measure, action in zip(MEASURES, costs.actions(), strict=True):
            action.setChecked(measure == costing.measure)

    costs.aboutToShow.connect(mark)


def _add_panels(menu: QMenu, window: MainWindow) -> None:
    panels = menu.addMenu("Panels")
    for dock in window.docks.values():
        panels.addAction(dock.toggleViewAction())


def _add_themes(menu: QMenu, window: MainWindow) -> None:
    themes, look = menu.addMenu("Theme"), window.bench.look
    group = QActionGroup(themes)
    for name in look.names():
        title = "As the system" if name == "system" else name.replace("-", " ").capitalize()
        action = themes.addAction(title)
        action.setCheckable(True)
        action.setChecked(name == look.choice)
        action.triggered.connect(lambda _=False, name=name: look.choose(name))
        group.addAction(action)
