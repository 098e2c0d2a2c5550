"""The field in which Python is written: what the keys do, when it is taken, and that it can be put back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from netbuilder.layers.custom import Custom
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.code import CodeDialog, CodeEditor


@pytest.fixture
def editor(bench, qtbot):
    editor = CodeEditor(Custom.fields()["code"], bench.look.theme)
    qtbot.addWidget(editor)
    editor.show()
    return editor


def test_enter_keeps_the_indentation_and_deepens_it_after_a_colon(editor, qtbot):
    qtbot.keyClicks(editor.view, "class A:")
    qtbot.keyClick(editor.view, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.view, "x = 1")
    qtbot.keyClick(editor.view, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.view, "y = 2")
    assert editor.view.toPlainText() == "class A:\n    x = 1\n    y = 2"


def test_tab_indents_and_shift_tab_takes_it_back(editor, qtbot):
    editor.show_value("a\nb\n")
    editor.view.selectAll()
    qtbot.keyClick(editor.view, Qt.Key.Key_Tab)
    assert editor.view.toPlainText() == "    a\n    b\n"
    editor.view.selectAll()
    qtbot.keyClick(editor.view, Qt.Key.Key_Backtab)
    assert editor.view.toPlainText() == "a\nb\n"


def test_it_is_taken_by_ctrl_enter_and_only_when_it_changed(editor, qtbot):
    taken = []
    editor.committed.connect(taken.append)
    editor.show_value("x")
    qtbot.keyClick(editor.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert taken == []
    editor.view.setPlainText("x + 1")
    qtbot.keyClick(editor.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert taken == ["x + 1"]


def test_it_can_be_put_back(editor):
    editor.show_value("x")
    editor.view.setPlainText("y")
    editor.restore()
    assert editor.view.toPlainText() == "x"
    assert not editor.is_dirty


def test_the_wide_window_hands_over_only_what_is_applied(bench, qtbot):
    dialog = CodeDialog("x", Custom.fields()["code"], bench.look.theme)
    qtbot.addWidget(dialog)
    taken = []
    dialog.applied.connect(taken.append)
    dialog.open()
    dialog.view.setPlainText("y")
    dialog.reject()
    assert taken == []
    dialog.open()
    box = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(box.buttons()[0], Qt.MouseButton.LeftButton)
    assert taken == ["y"]


def test_a_form_gives_code_room_under_its_name(bench, qtbot):
    form = DeclaredForm(bench.look, Custom())
    qtbot.addWidget(form)
    form.show()
    told = []
    form.changed.connect(lambda name, value: told.append((name, value)))
    editor = form.editor("code")
    assert isinstance(editor, CodeEditor)
    assert editor.mapTo(form, editor.rect().topLeft()).y() > form.rows["code"].name.y()
    editor.view.setPlainText("x * 2\r\n")
    editor.commit()
    assert told == [("code", "x * 2\n")]
