"""The cheat-sheet, and keys that the user chooses."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from netbuilder.ui.actions import TABLE, Actions
from netbuilder.ui.keymap import Keymap
from netbuilder.ui.keys_dialog import KeysDialog
from netbuilder.ui.mouse_table import MOUSE
from netbuilder.ui.shortcuts_dialog import TOGETHER, ShortcutsDialog, share_out

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def sheet(bench, qtbot):
    made = ShortcutsDialog(bench)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(bench, qtbot):
    made = KeysDialog(bench)
    qtbot.addWidget(made)
    return made


def test_every_key_and_every_gesture_of_the_mouse_is_on_the_sheet(bench, sheet):
    shown = {row.text for row in sheet.shown()}
    merged = {name for names in TOGETHER.values() for name in names}
    with_keys = {entry.text.rstrip("…") for entry in TABLE if entry.keys and entry.name not in merged}
    assert with_keys | set(TOGETHER) | {what for what, _ in MOUSE} <= shown


def test_the_sheet_finds_by_word_and_by_key(sheet):
    sheet.field.setText("zoom in")
    assert [row.text for row in sheet.shown()] == ["Zoom in"]
    sheet.field.setText("ctrl+g")
    assert [row.text for row in sheet.shown()] == ["Make a block"]


def test_the_sheet_follows_the_keys_that_were_chosen(bench, sheet):
    bench.keymap.give("zoomFit", "Home")
    assert next(row for row in sheet.shown() if row.text == "Zoom to fit").keys == ("Home",)


def test_no_two_actions_have_one_key(bench):
    keys = [keys for entry in TABLE for keys in bench.keymap.keys(entry.name)]
    assert len(keys) == len(set(keys))
    assert all(not bench.keymap.refusal(entry.name, entry.keys) for entry in TABLE if entry.keys not in ("", "?"))


def test_a_new_key_calls_the_action_at_once_and_at_the_next_start(bench, qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    actions = Actions(widget, widget, bench.keymap)
    bench.keymap.give("duplicate", "Ctrl+Alt+D")
    assert actions["duplicate"].shortcut().toString() == "Ctrl+Alt+D"
    again = Keymap(bench.settings)
    assert again.keys("duplicate") == ("Ctrl+Alt+D",)
    assert again.is_changed("duplicate")


def test_keys_that_are_free_are_taken_by_pressing_them(bench, dialog):
    dialog.choose("tidy")
    QTest.keyClick(dialog.keys, Qt.Key.Key_L, CONTROL | SHIFT)
    assert bench.keymap.keys("tidy") == ("Ctrl+Shift+L",)
    assert dialog.sentence.text() == "Ctrl+Shift+L is now “Tidy layout”."


def test_a_conflict_is_said_and_only_taken_when_that_is_wanted(bench, dialog):
    dialog.choose("tidy")
    QTest.keyClick(dialog.keys, Qt.Key.Key_G, CONTROL)
    assert dialog.sentence.text() == "Ctrl+G is the key of “Make a block”, which would have none then."
    assert bench.keymap.keys("makeBlock") == ("Ctrl+G",)
    dialog.take.click()
    assert bench.keymap.keys("tidy") == ("Ctrl+G",)
    assert bench.keymap.keys("makeBlock") == ()


def test_resetting_one_gives_a_taken_key_back_to_its_owner(bench, dialog):
    bench.keymap.give("tidy", "Ctrl+G")
    dialog.choose("makeBlock")
    dialog.reset.click()
    assert bench.keymap.keys("makeBlock") == ("Ctrl+G",)
    assert bench.keymap.keys("tidy") == ()
    dialog.reset_all.click()
    assert bench.keymap.keys("tidy") == ("Ctrl+L",)
    assert not bench.keymap.any_changed
    assert not Keymap(bench.settings).any_changed


def test_a_letter_is_a_key_on_the_canvas_but_not_everywhere(bench, dialog):
    dialog.choose("zoomFit")
    QTest.keyClick(dialog.keys, Qt.Key.Key_Q)
    assert bench.keymap.keys("zoomFit") == ("Q",)
    dialog.choose("save")
    QTest.keyClick(dialog.keys, Qt.Key.Key_W)
    assert "Add Ctrl or Alt" in dialog.sentence.text()
    assert bench.keymap.keys("save") == ("Ctrl+S",)


def test_the_space_bar_is_not_given_away(bench, dialog):
    dialog.choose("zoomFit")
    QTest.keyClick(dialog.keys, Qt.Key.Key_Space)
    assert "Space" in dialog.sentence.text()
    assert bench.keymap.keys("zoomFit") == ("F",)


def test_what_the_settings_hold_of_no_sense_is_passed_over(bench):
    bench.settings.setValue("keys/noSuchAction", "Ctrl+K")
    bench.settings.setValue("keys/tidy", "no key at all")
    bench.settings.setValue("keys/zoomFit", "")
    read = Keymap(bench.settings)
    assert read.keys("zoomFit") == ()
    assert read.owner("Ctrl+K") is None


def test_the_groups_of_the_sheet_stand_in_columns_of_about_one_height():
    heights = {"File": 10, "Edit": 28, "View": 20, "Network": 20, "Train": 5, "Help": 4, "Canvas": 8, "Mouse": 20}
    columns = share_out(heights, 4)
    assert sorted(name for column in columns for name in column) == sorted(heights)
    assert max(sum(heights[name] for name in column) for column in columns) <= 34
    assert share_out({"Edit": 3}, 4) == [["Edit"]]


def test_only_actions_that_are_meant_are_found_by_a_word(dialog):
    dialog.field.setText("train")
    found = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
    assert found == ["Go to Train", "Start training", "Pause training", "Stop training"]
