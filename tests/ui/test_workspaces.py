"""Panels keep their widths, whatever is looked at in between."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QStackedWidget, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.ui.workspaces import DESIGN, Workspaces


def wide_page() -> QWidget:
    page = QWidget()
    curves = QWidget()
    curves.setMinimumWidth(900)
    QHBoxLayout(page).addWidget(curves)
    return page


def test_a_window_with_little_room_does_not_grow_for_panels_that_are_about_to_go(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    pages = QStackedWidget()
    window.setCentralWidget(pages)
    panel, inside = QDockWidget("Panel", window), QWidget()
    inside.setMinimumWidth(400)
    panel.setObjectName("panel")
    panel.setWidget(inside)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, panel)
    workspaces = Workspaces(window, pages, {DESIGN: QWidget, "train": wide_page})
    workspaces.go(DESIGN)
    window.resize(1000, 600)
    with qtbot.waitExposed(window):
        window.show()
    workspaces.begin()
    for name in ("train", DESIGN, "train"):
        workspaces.go(name)
        assert window.width() == 1000
    qtbot.waitUntil(lambda: workspaces.page("train").width() == 1000)
    assert window.width() == 1000


def test_a_page_that_needs_much_room_does_not_squeeze_the_panels_around_another(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    pages = QStackedWidget()
    window.setCentralWidget(pages)
    panel = QDockWidget("Panel", window)
    panel.setObjectName("panel")
    panel.setWidget(QWidget())
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, panel)
    workspaces = Workspaces(window, pages, {DESIGN: QWidget, "train": wide_page})
    workspaces.go(DESIGN)
    window.resize(1000, 600)
    with qtbot.waitExposed(window):
        window.show()
    window.resizeDocks([panel], [300], Qt.Orientation.Horizontal)
    workspaces.begin()
    qtbot.waitUntil(lambda: panel.width() == 300)
    for _ in range(2):
        workspaces.go("train")
        qtbot.waitUntil(lambda: workspaces.page("train").width() >= 900)
        assert panel.isHidden()
        workspaces.go(DESIGN)
        qtbot.waitUntil(lambda: panel.isVisible() and panel.width() == 300)
