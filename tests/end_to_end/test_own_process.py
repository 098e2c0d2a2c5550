"""A run in a process of its own outlives the window that began it: the next window finds it, shows it and stops it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netbuilder import resources
from netbuilder.project import Part, file
from netbuilder.train.events import EpochDone, Finished
from netbuilder.train.run import Run, list_runs
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.training import ENDED, PAUSED, RUNNING
from tests.end_to_end.desktop import Hands, settled, wait_until
from tests.end_to_end.test_two_windows import find, show

LONG = 90


def epochs(run: Run) -> int:
    return sum(isinstance(event, EpochDone) for event in run.events())


@pytest.mark.skipif(sys.platform == "win32", reason="a window is killed in another way there")
def test_a_window_that_is_killed_leaves_its_run_which_the_next_one_finds_and_stops(
    window: MainWindow, hands: Hands, own_home: Path, tmp_path: Path
) -> None:
    digits = next(sample.path for sample in resources.samples() if sample.name == "digits-cnn")
    project = file.open_file(digits).project
    path = tmp_path / "long.netb"
    file.save(project.with_recipe(Part("supervised", {"epochs": 100_000})), path)

    hands.key("ctrl+3")
    page = window.workspaces.page("train")
    wait_until(lambda: page.isVisible(), 20, "the Train page is there")
    scroll = page.apart.parentWidget().parentWidget().parentWidget()
    scroll.ensureWidgetVisible(page.apart)
    spot = settled(page.apart)
    spot.setX(spot.x() - page.apart.width() // 2 + 8)
    hands.click(spot)
    wait_until(lambda: window.bench.training.apart, 10, "the box is ticked")
    window.bench.settings.sync()

    first = subprocess.Popen([sys.executable, "-m", "netbuilder", str(path)], env={**os.environ})
    try:
        wait_until(lambda: find("long.*NetBuilder"), LONG, "the first window is on screen")
        show("long.*NetBuilder", hands)
        hands.key("ctrl+r")
        wait_until(lambda: list_runs("long"), LONG, "a run was begun")
        (run,) = list_runs("long")
        wait_until(lambda: epochs(run) >= 2, LONG, "it is trained")
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    before = epochs(run)
    wait_until(lambda: epochs(run) > before, LONG, "it is trained without a window")

    training = window.bench.training
    window.bench.document.open(file.open_file(path).project, path)
    wait_until(lambda: training.state == RUNNING, LONG, "the next window shows it")
    assert training.is_apart
    assert training.folder == run.folder
    seen = len(training.record.epochs)
    assert seen >= 2
    wait_until(lambda: len(training.record.epochs) > seen, LONG, "it goes on showing it")
    hands.click(window.top_bar.pause)
    wait_until(lambda: training.state == PAUSED, LONG, "it is paused from here")
    hands.click(window.top_bar.pause)
    wait_until(lambda: training.state == RUNNING, LONG, "it goes on from here")
    hands.click(window.top_bar.stop)
    wait_until(lambda: training.state == ENDED, LONG, "it is stopped from here")
    last = run.events()[-1]
    assert isinstance(last, Finished)
    assert last.reason == "stopped"
    assert run.checkpoint("last").epoch >= seen
