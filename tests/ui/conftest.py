"""A workbench to hang widgets on, with its own settings and no thread left behind."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt is imported

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from netbuilder.ui.workbench import Workbench

SAID_OFFSCREEN = "This plugin does not support propagateSizeHints"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.qt_log_ignore(SAID_OFFSCREEN, extend=True))


@pytest.fixture(autouse=True)
def garbage_is_collected_on_this_thread() -> Iterator[None]:
    """Python collects on whichever thread allocates. A workbench of an earlier test must not be destroyed by the
    thread that checks in this one: Qt's objects die where they live."""
    gc.disable()
    gc.collect(1)  # what the test before has left; older generations are slow to walk and have none of it
    yield
    gc.enable()


@pytest.fixture(autouse=True)
def no_window_stays() -> Iterator[None]:
    """A window that a test leaves on screen is in the way of the mouse of the tests after it."""
    yield
    left = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w.windowType() != Qt.WindowType.ToolTip]
    for widget in left:
        widget.hide()
    assert not left, "windows that were not closed"


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Iterator[Workbench]:
    """A workbench with an empty project, in the dark theme. It reads and checks nothing until `begin()`."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("theme", "dark")
    bench = Workbench(settings)
    yield bench
    bench.close()
