"""The Source panel shows what will be trained, and leads from lines to nodes and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QTextCursor
from pytestqt.qtbot import QtBot

from netbuilder.graph.edits import disconnect
from netbuilder.project.file import open_file
from netbuilder.resources import samples
from netbuilder.ui.panels.source import SourcePanel
from netbuilder.ui.panels.source_view import SourceView
from netbuilder.ui.theme import THEMES
from netbuilder.ui.workbench import Workbench
from tests.ui.panels.conftest import wait_for_check


@pytest.fixture
def panel(checked_bench: Workbench, qtbot: QtBot) -> SourcePanel:
    panel = SourcePanel(checked_bench)
    panel.resize(500, 160)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_the_source_of_the_check_is_shown(checked_bench: Workbench, panel: SourcePanel) -> None:
    assert panel.view.toPlainText() + "\n" == checked_bench.checking.latest.source.text
    assert panel.view.isReadOnly()


def test_the_lines_of_the_selected_node_are_lit_and_in_view(checked_bench: Workbench, panel: SourcePanel) -> None:
    lines = checked_bench.checking.latest.source.lines["main", "digit"]
    checked_bench.selection.set(["digit"])
    assert panel.view.lit == lines
    lit = panel.view.extraSelections()
    assert [s.cursor.blockNumber() + 1 for s in lit] == list(lines)
    assert lit[0].format.background().color() == QColor(THEMES["dark"].selected)
    assert panel.view.verticalScrollBar().value() > 0
    checked_bench.selection.set([])
    assert panel.view.lit == ()


def test_a_click_on_a_line_selects_its_node(checked_bench: Workbench, panel: SourcePanel, qtbot: QtBot) -> None:
    line = checked_bench.checking.latest.source.lines["main", "stem"][0]
    cursor = QTextCursor(panel.view.document().findBlockByNumber(line - 1))
    panel.view.setTextCursor(cursor)
    panel.view.ensureCursorVisible()
    at = panel.view.cursorRect(cursor).center() + QPoint(40, 0)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert checked_bench.selection.nodes == {"stem"}


def test_the_place_is_kept_when_the_text_changes(checked_bench: Workbench, panel: SourcePanel, qtbot: QtBot) -> None:
    bar = panel.view.verticalScrollBar()
    bar.setValue(4)
    from netbuilder.graph.edits import rename_node

    checked_bench.apply_main("Rename", rename_node(checked_bench.project.main, "digit", "last"))
    wait_for_check(checked_bench, qtbot)
    assert "self.last" in panel.view.toPlainText()
    assert bar.value() == 4


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_only_the_lines_that_differ_are_written_anew(qtbot: QtBot, ends: str) -> None:
    view = SourceView(THEMES["dark"])
    qtbot.addWidget(view)
    texts = [
        ["a", "b", "c"], ["a", "c"], [], ["a"], ["a", "a"], ["a", "a", "a"], ["b", "😀", "a"], ["b", "😀!", "a"],
        ["x", "😀!", "a", ""], ["", "", ""], [""], ["def f():", "    return 1"], ["def f():", "    return 2", ""],
    ]  # fmt: skip
    for before in texts:
        for after in texts:
            view.set_text("\n".join(before))
            view.set_text(ends.join(after))
            assert view.toPlainText() == "\n".join(after)
    view.set_text("first\nsecond\nthird")
    third = QTextCursor(view.document().findBlockByNumber(2))
    view.set_text("first\nother\nlines\nthird")
    assert third.block().text() == "third"


def test_the_class_of_a_block_comes_into_view_when_the_block_is_opened(
    checked_bench: Workbench, panel: SourcePanel, qtbot: QtBot
) -> None:
    sample = next(sample for sample in samples() if sample.name == "digits-resnet")
    checked_bench.document.open(open_file(sample.path).project, None)
    wait_for_check(checked_bench, qtbot)
    bar = panel.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    block = checked_bench.graph.named("stage2")
    assert block is not None
    assert checked_bench.enter(block.id)
    shown = panel.view.firstVisibleBlock().blockNumber()
    text = panel.view.toPlainText().splitlines()[shown : shown + 6]
    assert any(line.startswith("class BasicBlock") for line in text)


def test_the_source_is_copied(checked_bench: Workbench, panel: SourcePanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == checked_bench.checking.latest.source.text


def test_without_a_source_the_first_error_is_said(checked_bench: Workbench, panel: SourcePanel, qtbot: QtBot) -> None:
    graph = checked_bench.project.main
    checked_bench.apply_main("Cut", disconnect(graph, "out", "x"))
    wait_for_check(checked_bench, qtbot)
    latest = checked_bench.checking.latest
    assert panel.view.isVisible() == (latest.source is not None)
    if latest.source is None:
        assert panel.hint.sentence.text() == next(p for p in latest.problems if p.severity == "error").sentence
