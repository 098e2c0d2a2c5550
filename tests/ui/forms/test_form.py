"""The form: one commit an edit, a bad value is said and not applied, and nothing is lost while typing."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from netbuilder.fields import Bool, Choice, Declared, Float, Int, Ints, Path
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.workbench import Workbench

Key = Qt.Key


class Toy(Declared):
    """A thing with one field of each kind."""

    width = Int(32, min=1, help="How wide.")
    rate = Float(0.1, above=0.0, unit="per step")
    size = Ints(3, length=2, scalar=True, min=1)
    mode = Choice("zeros", ("zeros", "circular"))
    bias = Bool(True)
    depth = Int(None, optional=True, none_means="as deep as it needs")
    folder = Path("", must="folder")
    groups = Int(1, min=1, advanced=True)

    def relevant(self) -> list[str]:
        return [name for name in self.fields() if name != "mode" or self.bias]


@pytest.fixture
def form(bench: Workbench, qtbot: QtBot) -> DeclaredForm:
    form = DeclaredForm(bench.look, Toy())
    form.resize(360, 500)
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    form.activateWindow()
    return form


@pytest.fixture
def heard(form: DeclaredForm) -> list[tuple[str, Any]]:
    heard: list[tuple[str, Any]] = []
    form.changed.connect(lambda name, value: heard.append((name, value)))
    return heard


def line(form: DeclaredForm, name: str) -> QLineEdit:
    found = form.rows[name].line
    assert found is not None
    return found


def retype(qtbot: QtBot, edit: QLineEdit, text: str) -> None:
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text) if text else qtbot.keyClick(edit, Key.Key_Delete)


def test_enter_commits_once(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    edit = line(form, "width")
    retype(qtbot, edit, "64*2")
    assert heard == []
    qtbot.keyClick(edit, Key.Key_Return)
    qtbot.keyClick(edit, Key.Key_Return)
    qtbot.keyClick(edit, Key.Key_Tab)
    assert heard == [("width", 128)]
    assert edit.text() == "128"


def test_leaving_the_field_commits(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    retype(qtbot, line(form, "rate"), "1e-3")
    qtbot.keyClick(line(form, "rate"), Key.Key_Tab)
    qtbot.waitUntil(lambda: heard == [("rate", 0.001)])
    assert line(form, "rate").text() == "0.001"


def test_a_bad_value_is_said_under_the_field_and_not_applied(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    edit = line(form, "width")
    retype(qtbot, edit, "0")
    qtbot.keyClick(edit, Key.Key_Return)
    row = form.rows["width"]
    assert heard == []
    assert row.problem.isVisible()
    assert row.problem.text() == "width must be 1 or more."
    assert edit.text() == "0"
    assert edit.property("bad") == "true"
    qtbot.keyClick(edit, Key.Key_Escape)
    assert edit.text() == "32"
    assert not row.problem.isVisible()
    assert edit.property("bad") == "false"
    assert heard == []


def test_up_and_down_step_a_number_within_its_bounds(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    edit = line(form, "width")
    edit.setFocus()
    qtbot.keyClick(edit, Key.Key_Up)
    qtbot.keyClick(edit, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert heard == [("width", 33), ("width", 23)]
    form.set_declared(Toy(width=1))
    qtbot.keyClick(edit, Key.Key_Down)
    assert edit.text() == "1"


def test_an_emptied_optional_field_is_none(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    form.set_declared(Toy(depth=4))
    edit = line(form, "depth")
    retype(qtbot, edit, "")
    qtbot.keyClick(edit, Key.Key_Return)
    assert heard == [("depth", None)]
    assert edit.placeholderText() == "as deep as it needs"


def test_a_switch_and_a_choice_commit_at_once(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    switch, combo = form.editor("bias"), form.editor("mode")
    assert isinstance(combo, QComboBox)
    combo.setFocus()
    qtbot.keyClick(combo, Key.Key_Down)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect().center() / 4)
    assert heard == [("mode", "circular"), ("bias", False)]


def test_what_is_being_typed_survives_a_change_elsewhere(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    edit = line(form, "width")
    retype(qtbot, edit, "77")
    form.set_declared(Toy(rate=0.5))
    assert edit.text() == "77"
    assert edit.hasFocus()
    assert line(form, "rate").text() == "0.5"
    form.set_declared(Toy(width=5))
    assert edit.text() == "5"
    assert heard == []


def test_undo_reaches_the_project_unless_something_is_being_typed(form: DeclaredForm, qtbot: QtBot) -> None:
    from PySide6.QtGui import QKeySequence, QShortcut

    undone: list[bool] = []
    shortcut = QShortcut(QKeySequence.StandardKey.Undo, form)
    shortcut.activated.connect(lambda: undone.append(True))
    edit = line(form, "width")
    retype(qtbot, edit, "7")
    qtbot.keyClick(edit, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == []
    assert edit.text() == "32"
    qtbot.keyClick(edit, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [True]


def test_settings_that_do_not_matter_are_hidden(form: DeclaredForm) -> None:
    assert form.rows["mode"].isVisible()
    form.set_declared(Toy(bias=False))
    assert not form.rows["mode"].isVisible()


def test_advanced_settings_are_folded_until_one_is_set(form: DeclaredForm, qtbot: QtBot) -> None:
    assert form.more is not None
    assert not form.rows["groups"].isVisible()
    qtbot.mouseClick(form.more.heading, Qt.MouseButton.LeftButton)
    assert form.rows["groups"].isVisible()
    qtbot.mouseClick(form.more.heading, Qt.MouseButton.LeftButton)
    form.set_declared(Toy(groups=2))
    assert form.rows["groups"].isVisible()


def test_values_that_differ_are_shown_as_several(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    form.set_declared(Toy(), mixed=["width", "bias"])
    edit = line(form, "width")
    assert edit.text() == ""
    assert edit.placeholderText() == "several values"
    edit.setFocus()
    qtbot.keyClick(edit, Key.Key_Return)
    assert heard == []
    retype(qtbot, edit, "32")
    qtbot.keyClick(edit, Key.Key_Return)
    assert heard == [("width", 32)]


def test_every_editor_has_the_name_and_help_of_its_setting(form: DeclaredForm) -> None:
    for name, row in form.rows.items():
        assert row.editor.accessibleName() == name
        assert row.editor.toolTip()


def test_a_problem_from_outside_is_shown_and_taken_back(form: DeclaredForm) -> None:
    form.set_problem("folder", "There is no such folder.")
    assert form.rows["folder"].problem.isVisible()
    form.set_problem("folder", "")
    assert not form.rows["folder"].problem.isVisible()


def test_a_form_shows_another_kind_of_thing(form: DeclaredForm, heard: list, qtbot: QtBot) -> None:
    class Other(Declared):
        seed = Int(0)

    retype(qtbot, line(form, "width"), "99")  # and not committed: it belongs to what goes away
    form.set_declared(Other())
    assert list(form.rows) == ["seed"]
    assert heard == []


def test_browsing_for_a_path_lets_the_program_go_on_and_takes_what_is_chosen(
    form: DeclaredForm, heard: list[tuple[str, Any]], qtbot: QtBot, tmp_path: Any
) -> None:
    editor = form.editor("folder")
    qtbot.mouseClick(editor.browse, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    (dialog,) = form.window().findChildren(QFileDialog)
    assert dialog.isVisible()
    dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    assert heard == [("folder", str(tmp_path))]
