"""The History panel: every step in a row, the present one marked, and a click leads there."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project
from netbuilder.project.history import LONGEST, History
from netbuilder.ui.panels.history import LATER, NOW, HistoryPanel, StepsModel, clock
from netbuilder.ui.workbench import Workbench


def add(bench: Workbench, *names: str) -> None:
    for name in names:
        bench.apply(f"Add {name}", bench.project.with_graph(add_node(bench.project.main, Node(name, "relu", name))))


def rows(model: StepsModel, role: int = Qt.ItemDataRole.DisplayRole) -> list[object]:
    return [model.index(row).data(role) for row in range(model.rowCount())]


@pytest.fixture
def panel(bench: Workbench, qtbot: QtBot) -> HistoryPanel:
    made = HistoryPanel(bench)
    qtbot.addWidget(made)
    made.tester = QAbstractItemModelTester(made.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    made.resize(352, 280)
    with qtbot.waitExposed(made):
        made.show()
    return made


def click(panel: HistoryPanel, row: int, qtbot: QtBot) -> None:
    at = panel.view.visualRect(panel.model.index(row)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_each_step_is_a_row_and_the_present_one_is_marked(bench: Workbench, panel: HistoryPanel, qtbot: QtBot) -> None:
    add(bench, "a", "b", "c")
    bench.document.undo()
    qtbot.waitUntil(lambda: rows(panel.model) == ["Open", "Add a", "Add b", "Add c"])
    assert rows(panel.model, NOW) == [False, False, True, False]
    assert rows(panel.model, LATER) == [False, False, False, True]
    assert panel.model.index(2).data(Qt.ItemDataRole.AccessibleTextRole) == "Add b, now"


def test_a_click_leads_to_a_step_and_forth_again(bench: Workbench, panel: HistoryPanel, qtbot: QtBot) -> None:
    add(bench, "a", "b", "c")
    qtbot.waitUntil(lambda: panel.model.rowCount() == 4)
    click(panel, 1, qtbot)
    assert list(bench.project.main.nodes) == ["a"]
    qtbot.waitUntil(lambda: panel.model.at == 1)
    click(panel, 3, qtbot)
    assert list(bench.project.main.nodes) == ["a", "b", "c"]


def test_the_arrows_and_enter_lead_to_a_step(bench: Workbench, panel: HistoryPanel, qtbot: QtBot) -> None:
    add(bench, "a", "b", "c")
    qtbot.waitUntil(lambda: panel.view.currentIndex().row() == 3)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Return):
        qtbot.keyClick(panel.view, key)
    assert list(bench.project.main.nodes) == ["a"]


def test_a_new_edit_takes_the_place_of_what_was_undone(bench: Workbench, panel: HistoryPanel, qtbot: QtBot) -> None:
    add(bench, "a", "b", "c")
    bench.document.go(1)
    add(bench, "d")
    qtbot.waitUntil(lambda: rows(panel.model) == ["Open", "Add a", "Add d"])
    bench.document.open(Project(), None)
    qtbot.waitUntil(lambda: rows(panel.model) == ["Open"])


def test_of_thousands_of_steps_only_the_rows_that_change_are_touched(qtbot: QtBot) -> None:
    history, model = History(Project()), StepsModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for number in range(LONGEST):
        history.add(f"Step {number}", Project())
    model.show(history.steps, history.at)
    touched: list[tuple[str, int, int]] = []

    def note(what: str):
        return lambda parent, first, last: touched.append((what, first, last))

    model.rowsInserted.connect(note("in"))
    model.rowsRemoved.connect(note("out"))
    model.modelReset.connect(lambda: touched.append(("reset", 0, 0)))
    history.add("One more", Project())
    model.show(history.steps, history.at)
    assert touched == [("out", 0, 0), ("in", LONGEST - 1, LONGEST - 1)]
    assert model.index(LONGEST - 1).data() == "One more"
    assert model.rowCount(QModelIndex()) == LONGEST
    assert tester.model() is model


def test_when_a_step_was_done_is_said_as_short_as_it_is_understood() -> None:
    when = datetime(2026, 11, 3, 14, 5).timestamp()
    assert clock(when, date(2026, 11, 3)) == "14:05"
    assert clock(when, date(2026, 11, 5)) == "Tue 14:05"
    assert clock(when, date(2026, 12, 5)) == "3 Nov"
