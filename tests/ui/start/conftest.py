"""A window on its start page, as it is when the program starts without a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.ui.app import begin_with
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.start.start_page import StartPage
from netbuilder.ui.stylesheet import dress
from netbuilder.ui.theme import DARK
from netbuilder.ui.workbench import Workbench


@pytest.fixture(scope="module")
def dressed(qapp: QApplication) -> Iterator[None]:
    """The application in the look it has for users: sizes of text count here."""
    before = qapp.font()
    dress(qapp, DARK)
    yield
    qapp.setStyleSheet("")
    qapp.setPalette(qapp.style().standardPalette())
    qapp.setFont(before)


@pytest.fixture
def window(dressed: None, bench: Workbench, qtbot: QtBot) -> Iterator[MainWindow]:
    shown = MainWindow(bench)
    shown.resize(1600, 1000)
    with qtbot.waitExposed(shown):
        begin_with(shown, None)
    yield shown
    bench.document.open(bench.project, None)
    shown.close()
    shown.deleteLater()  # a change of the look is made to every window that is left
    QApplication.sendPostedEvents(shown, QEvent.Type.DeferredDelete)


@pytest.fixture
def page(window: MainWindow) -> StartPage:
    shown = window.workspaces.page("start")
    assert isinstance(shown, StartPage)
    return shown
