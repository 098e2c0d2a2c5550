"""Two programs side by side: what is copied in one is pasted in the other, through the clipboard of the desktop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint

from netbuilder.graph import Edge, Graph, Node
from netbuilder.project import Project, file
from netbuilder.ui.main_window import MainWindow
from tests.end_to_end.desktop import Hands, wait_until

PAIR = Graph(
    {"n1": Node("n1", "conv2d", "conv", {"out_channels": 12}), "n2": Node("n2", "relu", "relu", {}, (240.0, 0.0))},
    {("n2", "x"): Edge("n1", "y", "n2", "x")},
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Path]:
    """The file of a second program, which shows it on this desktop."""
    path = tmp_path / "other.netb"
    file.save(Project(), path)
    environment = {**os.environ, "NETBUILDER_HOME": str(tmp_path / "home")}
    program = subprocess.Popen([sys.executable, "-m", "netbuilder", str(path)], env=environment)
    yield path
    program.send_signal(signal.SIGINT)
    assert program.wait(20) == 0


def test_nodes_copied_in_one_program_are_pasted_in_another_and_back(
    window: MainWindow, hands: Hands, other: Path
) -> None:
    bench = window.bench
    bench.document.open(Project().with_graph(PAIR), None)
    place = window.canvas.viewport().mapToGlobal(QPoint(20, 20))
    wait_until(lambda: find("other.*NetBuilder"), 30, "the other window is on screen")
    show("untitled.*NetBuilder", hands)
    hands.click(place)
    hands.key("ctrl+a", "ctrl+c")

    show("other.*NetBuilder", hands)
    hands.key("ctrl+v", "ctrl+s")
    wait_until(lambda: len(file.open_file(other).project.main) == 2, 20, "the other program has saved the nodes")
    pasted = file.open_file(other).project.main
    assert pasted.named("conv").settings == {"out_channels": 12}
    assert len(pasted.edges) == 1

    hands.key("ctrl+a", "ctrl+c")
    show("untitled.*NetBuilder", hands)
    hands.click(place)
    hands.key("ctrl+v")
    wait_until(lambda: len(bench.project.main) == 4, 20, "the nodes come back")
    assert len(bench.project.main.edges) == 2


def find(title: str) -> str:
    """The window with this title, "" if there is none on screen."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", title], capture_output=True, text=True, check=False
    )
    return next(iter(found.stdout.split()), "")


def show(title: str, hands: Hands) -> None:
    """Bring a window to the front, and the keyboard into it."""
    hands._do("windowactivate", "--sync", find(title))
