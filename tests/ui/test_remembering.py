"""What was done to a file on an earlier day can be undone in the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project
from netbuilder.project.steps_text import StepTexts
from netbuilder.ui.files import Files
from netbuilder.ui.remembering import Remembering
from netbuilder.ui.workbench import Workbench


def add(bench: Workbench, name: str) -> None:
    bench.apply(f"Add {name}", bench.project.with_graph(add_node(bench.project.main, Node(name, "relu", name))))


@pytest.fixture
def later(qtbot: QtBot, tmp_path: Path) -> Iterator[Workbench]:
    """The workbench of another day."""
    made = Workbench(QSettings(str(tmp_path / "later.ini"), QSettings.Format.IniFormat))
    yield made
    made.close()


def test_a_project_that_is_opened_again_has_its_history(
    bench: Workbench, later: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    first = Remembering(bench, StepTexts())
    add(bench, "a")
    add(bench, "b")
    bench.document.save(tmp_path / "mine.netb")
    first.close()

    second = Remembering(later, StepTexts())
    with qtbot.waitSignal(later.historyChanged, timeout=10_000):
        assert Files(later, None).open(tmp_path / "mine.netb")
    qtbot.waitUntil(lambda: later.document.history.undo_label == "Add b")
    assert not later.document.edited
    later.document.undo()
    later.document.undo()
    assert later.project == Project()
    assert later.document.edited
    later.document.redo()
    later.document.redo()
    assert not later.document.edited
    second.close()


def test_what_is_done_before_the_history_is_read_comes_after_it(
    bench: Workbench, later: Workbench, qtbot: QtBot, tmp_path: Path
) -> None:
    first = Remembering(bench, StepTexts())
    add(bench, "a")
    bench.document.save(tmp_path / "mine.netb")
    first.close()

    second = Remembering(later, StepTexts())
    Files(later, None).open(tmp_path / "mine.netb")
    add(later, "b")
    qtbot.waitUntil(lambda: len(later.document.history.steps) == 3)
    assert [step.label for step in later.document.history.steps] == ["Open", "Add a", "Add b"]
    second.close()
