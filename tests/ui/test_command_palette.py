"""Everything the program can do, found by typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from netbuilder.ui.actions import TABLE
from netbuilder.ui.command_palette import ROW, ROWS, Command
from netbuilder.ui.commands import listed
from netbuilder.ui.main_window import MainWindow
from tests.ui.runs import start


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


def test_all_that_have_the_word_are_found_also_those_that_have_it_in_their_menu(window):
    type_in(window, "train")
    found = {command.title for command in window.command_palette.found()}
    of_the_menu = {command.title for command in listed(window) if command.where == "Train"}
    assert of_the_menu <= found
    assert {"Continue with the changed drawing", "Find a learning rate…", "Go to Train"} <= found


def test_what_can_be_done_is_told_anew_while_it_is_open(window, bench, qtbot):
    start(bench, qtbot, epochs=100_000)
    type_in(window, "stop after")
    palette = window.command_palette
    assert palette.found()[0].reason == ""
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    chosen = palette.found()[palette.list.currentIndex().row()]
    bench.training.stop()
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=20_000)
    assert next(one for one in palette.found() if one.title == "Stop after this epoch").reason
    assert palette.found()[palette.list.currentIndex().row()].key == chosen.key
    assert palette.field.text() == "stop after"


def test_what_only_has_the_letters_somewhere_is_left_out_where_something_fits_well(window):
    type_in(window, "train")
    found = window.command_palette.found()
    assert all("train" in f"{command.title} {command.where}".lower() for command in found)


def test_no_letters_are_marked_in_a_title_whose_menu_has_the_word(window):
    type_in(window, "train")
    marked = {command.title: letters for command, letters in window.command_palette._model.rows}
    assert not marked["Continue with the changed drawing"]
    assert marked["Start training"] == set(range(6, 11))


def test_the_word_in_the_title_comes_before_the_word_in_the_menu_and_what_can_be_done_before_what_can_not(window):
    type_in(window, "train")
    found = window.command_palette.found()
    assert [("train" not in command.title.lower(), bool(command.reason)) for command in found] == sorted(
        ("train" not in command.title.lower(), bool(command.reason)) for command in found
    )
    assert {bool(command.reason) for command in found} == {True, False}


def test_a_title_that_begins_with_the_word_is_first_also_where_it_can_not_be_done(window):
    commands = [
        Command("fine", "Look at the pause", "View"),
        Command("begins", "Pausing again", "View"),
        Command("is", "Pause training", "Train", reason="Nothing is being trained"),
    ]
    window.command_palette.open(commands)
    window.command_palette.field.setText("pause")
    assert [command.key for command in window.command_palette.found()] == ["is", "fine"]
    window.command_palette.field.setText("paus")
    assert [command.key for command in window.command_palette.found()] == ["begins", "is", "fine"]


def test_what_does_not_fit_is_reached_with_the_keys_and_half_of_the_next_row_tells_that_there_is_more(window):
    type_in(window, "train")
    shown = window.command_palette
    assert len(shown.found()) > ROWS
    assert shown.list.height() == ROW * ROWS + ROW // 2
    for _ in range(len(shown.found()) - 1):
        QTest.keyClick(shown.field, Qt.Key.Key_Down)
    last = shown.list.currentIndex()
    assert last.row() == len(shown.found()) - 1
    assert shown.list.viewport().rect().contains(shown.list.visualRect(last))


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
