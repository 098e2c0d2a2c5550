"""Gestures at random on the real window leave nothing broken. Ten thousand of them: tests/benchmarks/bench_monkey."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from netbuilder import resources
from netbuilder.project.file import open_file
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.workbench import Workbench
from tests.ui.blocks import project_with_blocks
from tests.ui.monkey import Monkey

GESTURES = 300


@pytest.fixture
def window(bench: Workbench, qtbot: QtBot) -> Iterator[MainWindow]:
    shown = MainWindow(bench)
    with qtbot.waitExposed(shown):
        shown.show()
    yield shown
    bench.training.close()
    bench.document.open(bench.project, None)
    shown.close()
    for dock in shown.docks.values():  # one that was pulled off is a window of its own
        dock.hide()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_a_hand_does_the_canvas_shows_the_graph_and_undo_leads_back(window: MainWindow, seed: int) -> None:
    window.bench.document.open(project_with_blocks(), None)
    monkey = Monkey(window, seed)
    monkey.run(GESTURES)
    monkey.undo_and_redo_all()


@pytest.mark.slow
def test_whatever_a_hand_does_while_the_drawing_is_checked_nothing_breaks(window: MainWindow) -> None:
    path = next(sample.path for sample in resources.samples() if sample.name == "digits-resnet")
    window.bench.document.open(open_file(path).project, None)
    window.bench.begin()
    monkey = Monkey(window, 3, settle=True)
    monkey.run(GESTURES)
    monkey.undo_and_redo_all()
