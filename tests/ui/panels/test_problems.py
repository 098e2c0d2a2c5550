"""The Problems panel lists what the check found, and mends it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from netbuilder.graph.edits import disconnect, set_settings
from netbuilder.ui.panels.problems import ProblemsPanel
from netbuilder.ui.workbench import Workbench
from tests.ui.panels.conftest import wait_for_check


@pytest.fixture
def panel(checked_bench: Workbench, qtbot: QtBot) -> ProblemsPanel:
    panel = ProblemsPanel(checked_bench)
    panel.resize(352, 500)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_no_problem_is_said_with_a_check(panel: ProblemsPanel) -> None:
    assert panel.count == 0
    assert panel.hint.heading.text() == "No problems."


def test_a_click_asks_for_the_node(checked_bench: Workbench, panel: ProblemsPanel, qtbot: QtBot) -> None:
    counts: list[int] = []
    asked: list[tuple[str, str]] = []
    panel.count_changed.connect(counts.append)
    panel.node_requested.connect(lambda graph, node: asked.append((graph, node)))
    checked_bench.apply_main("Cut", disconnect(checked_bench.project.main, "conv1", "x"))
    wait_for_check(checked_bench, qtbot)
    assert panel.rows
    assert counts[-1] == panel.count == len(checked_bench.checking.latest.problems)
    row = next(row for row in panel.rows if row.problem.node is not None)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton)
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert asked == [("main", row.problem.node)] * 2
    checked_bench.document.undo()
    wait_for_check(checked_bench, qtbot)
    assert counts[-1] == 0
    assert panel.hint.isVisible()


def test_the_button_mends_in_one_step(checked_bench: Workbench, panel: ProblemsPanel, qtbot: QtBot) -> None:
    checked_bench.apply_main("Widen", set_settings(checked_bench.project.main, "digit", {"out_features": 7}))
    wait_for_check(checked_bench, qtbot)
    row = next(row for row in panel.rows if row.button is not None)
    at = checked_bench.document.history.at
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    wait_for_check(checked_bench, qtbot)
    assert checked_bench.document.history.at == at + 1
    assert panel.count == 0
