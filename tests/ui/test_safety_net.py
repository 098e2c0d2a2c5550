"""Unsaved edits are on disk within two seconds, away from the user's file, and are offered once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project
from netbuilder.project.history import History
from netbuilder.project.recovery import Recovery
from netbuilder.ui.safety_net import SafetyNet
from netbuilder.ui.workbench import Workbench


def drawn() -> Project:
    project = Project()
    return project.with_graph(add_node(project.main, Node("n1", "linear", "digit")))


def leave_behind(folder: Path, project: Project, title: str) -> None:
    """As a killed program does: the file stays, and its lock is gone."""
    recovery = Recovery(folder)
    recovery.keep(History(project), title, None)
    assert recovery.wait(10)
    (kept,) = folder.glob("*.recovery")
    kept.rename(folder / f"{title}.kept")
    recovery.close()
    (folder / f"{title}.kept").rename(folder / f"{title}.recovery")


@pytest.fixture
def net(bench: Workbench, tmp_path: Path) -> Iterator[SafetyNet]:
    net = SafetyNet(bench, tmp_path / "recovery")
    yield net
    net.close()


def test_an_edit_is_kept_within_two_seconds_and_a_save_clears_it(
    bench: Workbench, net: SafetyNet, tmp_path: Path, qtbot: QtBot
) -> None:
    bench.apply("Add Linear", drawn())
    folder = tmp_path / "recovery"
    qtbot.waitUntil(lambda: len(list(folder.glob("*.recovery"))) == 1, timeout=2000)
    bench.document.save(tmp_path / "mine.netb")
    qtbot.waitUntil(lambda: not list(folder.glob("*.recovery")), timeout=2000)


def offered(window: QWidget) -> QMessageBox:
    boxes = [box for box in window.findChildren(QMessageBox, "recoveryOffer") if box.isVisible()]
    assert len(boxes) == 1
    return boxes[0]


def test_lost_work_is_offered_once_and_brought_back(
    bench: Workbench, net: SafetyNet, tmp_path: Path, qtbot: QtBot
) -> None:
    leave_behind(tmp_path / "recovery", drawn(), "mine")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    net.offer(window)
    box = offered(window)
    assert "mine" in box.text()
    with qtbot.waitSignal(box.finished):
        box.defaultButton().click()
    assert bench.project == drawn()
    assert bench.document.edited
    assert not (tmp_path / "recovery" / "mine.recovery").exists()


def test_work_that_is_given_up_is_not_offered_again(
    bench: Workbench, net: SafetyNet, tmp_path: Path, qtbot: QtBot
) -> None:
    leave_behind(tmp_path / "recovery", drawn(), "mine")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    net.offer(window)
    box = offered(window)
    give_up = next(b for b in box.buttons() if box.buttonRole(b) == QMessageBox.ButtonRole.DestructiveRole)
    with qtbot.waitSignal(box.finished):
        give_up.click()
    assert bench.project == Project()
    assert not (tmp_path / "recovery" / "mine.recovery").exists()


def test_nothing_is_offered_where_nothing_was_lost(net: SafetyNet, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    net.offer(window)
    assert window.findChild(QMessageBox) is None
