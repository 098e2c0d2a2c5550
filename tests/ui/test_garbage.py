"""Qt's objects that are garbage are destroyed by the window's thread, however much another one allocates."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from netbuilder.ui.garbage import Garbage


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    gc.enable()
    thresholds = gc.get_threshold()
    gc.set_threshold(100, 2, 2)
    garbage = Garbage()
    yield garbage
    garbage.close()
    gc.set_threshold(*thresholds)


class Held(QObject):
    """Holds itself, as a dialog does whose button has a lambda that names it."""

    def __init__(self, died: list[int]):
        super().__init__()
        self.me, self.died = self, died

    def __del__(self) -> None:
        self.died.append(threading.get_ident())


def test_a_thread_that_makes_garbage_destroys_nothing_of_qt(garbage: Garbage, qtbot: QtBot) -> None:
    died: list[int] = []
    for _ in range(50):
        Held(died)

    def allocate() -> None:
        for _ in range(20_000):
            ring: list[object] = []
            ring.append(ring)

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert died == []
    qtbot.waitUntil(lambda: len(died) == 50, timeout=10_000)
    assert set(died) == {threading.get_ident()}


def test_python_collects_again_when_the_window_is_gone(qtbot: QtBot) -> None:
    garbage = Garbage()
    assert not gc.isenabled()
    garbage.close()
    assert gc.isenabled()
