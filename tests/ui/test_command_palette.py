"""Everything the program can do, found by typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from netbuilder.ui.actions import TABLE
from netbuilder.ui.commands import listed
from netbuilder.ui.main_window import MainWindow


@pytest.fixture
def window(bench, qtbot):
    shown = MainWindow(bench)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.activateWindow()
    shown.canvas.setFocus()
    qtbot.waitUntil(shown.canvas.hasFocus)
    yield shown
    bench.document.open(bench.project, None)
    shown.close()


def type_in(window, text: str) -> None:
    QTest.keyClick(window.canvas, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.command_palette.isVisible()
    QTest.keyClicks(window.command_palette.field, text)


def test_every_row_of_the_table_and_every_entry_of_the_menus_is_listed(window):
    found = listed(window)
    assert {entry.name for entry in TABLE} <= {command.key for command in found}
    titles = {command.title for command in found}
    assert {"Theme: Dark", "Cost on the nodes: Parameters", "Panels: Layers"} <= titles, "what menus have beside it too"
    assert len({command.key for command in found}) == len(found)


def test_a_few_letters_and_enter_do_it(window, bench):
    type_in(window, "add netw")
    assert window.command_palette.found()[0].title == "Add a network"
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    assert not window.command_palette.isVisible()
    assert len(bench.project.networks) == 2
    assert window.canvas.hasFocus()


def test_what_was_used_last_comes_first(window):
    type_in(window, "high con")
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    type_in(window, "")
    assert window.command_palette.found()[0].title.lower().startswith("theme: high contrast")


def test_no_two_commands_have_the_same_words(window):
    titles = [command.title for command in listed(window)]
    assert len(set(titles)) == len(titles)


def test_what_only_has_the_letters_somewhere_is_left_out_where_something_fits_well(window):
    type_in(window, "train")
    assert [command.title for command in window.command_palette.found()] == [
        "Go to Train", "Start training", "Panels: Training", "Pause training", "Stop training",
        "All runs", "One step", "Continue as it was", "Stop after this epoch", "Find a learning rate…",
        "Learn one batch by heart…", "Continue with the weights of now",
    ]  # fmt: skip


def test_what_can_not_be_done_says_why_and_does_nothing(window, bench, qtbot):
    type_in(window, "dissolve the block")
    first = window.command_palette.found()[0]
    assert (first.title, first.reason) == ("Dissolve the block", "Select a block")
    with qtbot.waitSignal(bench.said) as said:
        QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    assert said.args[0] == "Dissolve the block can't be done now: select a block."


def test_it_shows_the_keys_and_the_menu(window):
    undo = next(command for command in listed(window) if command.key == "zoomFit")
    assert (undo.keys, undo.where) == ("F", "View")


def test_escape_gives_the_keyboard_back(window):
    type_in(window, "zoom")
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Escape)
    assert not window.command_palette.isVisible()
    assert window.canvas.hasFocus()


def test_what_is_unknown_gets_a_sentence(window):
    type_in(window, "qqqq")
    assert window.command_palette.found() == []
    assert "qqqq" in window.command_palette._nothing.text()
