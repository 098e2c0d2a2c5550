"""Inside a block a setting can be an expression of what the block shows: shown with its value, refused kindly."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from netbuilder.fields import BadSetting, Bool, Choice, Declared, Int, Ints, Text
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.reading import read_expression, value_of
from netbuilder.ui.workbench import Workbench

NAMES = {"channels": 8, "wide": True, "mode": "circular"}


class Toy(Declared):
    """One field of each kind that can follow a block's setting."""

    width = Int(32, min=1)
    size = Ints(3, length=2, scalar=True, min=1, words=("same",))
    mode = Choice("zeros", ("zeros", "circular"))
    bias = Bool(True)
    word = Text("")


@pytest.fixture
def form(bench: Workbench, qtbot: QtBot) -> DeclaredForm:
    form = DeclaredForm(bench.look)
    form.set_declared(Toy(), names=NAMES)
    form.resize(360, 400)
    qtbot.addWidget(form)
    with qtbot.waitExposed(form):
        form.show()
    return form


@pytest.fixture
def heard(form: DeclaredForm) -> list[tuple[str, Any]]:
    heard: list[tuple[str, Any]] = []
    form.changed.connect(lambda name, value: heard.append((name, value)))
    return heard


def retype(form: DeclaredForm, qtbot: QtBot, name: str, text: str) -> None:
    line = form.rows[name].line
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, text)
    qtbot.keyClick(line, Qt.Key.Key_Return)


@pytest.mark.parametrize("typed", ["channels * 4", "=channels*4", "= channels * 4"])
def test_a_calculation_with_names_is_kept_as_it_is(
    form: DeclaredForm, heard: list[tuple[str, Any]], qtbot: QtBot, typed: str
) -> None:
    retype(form, qtbot, "width", typed)
    assert heard == [("width", {"=": typed.lstrip("= ")})]
    assert form.rows["width"].value == 32
    assert form.rows["width"].editor._aside == "= 32"


def test_a_number_in_its_place_is_a_number_again(
    form: DeclaredForm, heard: list[tuple[str, Any]], qtbot: QtBot
) -> None:
    retype(form, qtbot, "width", "channels")
    retype(form, qtbot, "width", "8")
    assert heard == [("width", {"=": "channels"}), ("width", 8)], "the same value, but it follows nothing now"
    assert form.rows["width"].editor._aside == ""


@pytest.mark.parametrize(
    ("typed", "says"),
    [("depth * 2", "depth is no setting of this block"), ("channels - 8", "from"), ("=channels ** ", "worked out")],
)
def test_what_can_not_be_is_said_and_not_applied(
    form: DeclaredForm, heard: list[tuple[str, Any]], qtbot: QtBot, typed: str, says: str
) -> None:
    retype(form, qtbot, "width", typed)
    assert not heard
    told = form.rows["width"].problem.text()
    assert says in told or "must be" in told
    assert form.rows["width"].line.text() == typed, "it can be mended"


def test_a_switch_that_follows_is_a_line_while_it_does(form: DeclaredForm) -> None:
    form.set_declared(Toy(bias=True, mode="circular"), written={"bias": "wide", "mode": "mode"}, names=NAMES)
    assert form.rows["bias"].line.text() == "wide"
    assert form.rows["bias"].editor._aside == "= on"
    assert form.rows["mode"].line.text() == "mode"
    form.set_declared(Toy(), names=NAMES)
    assert form.rows["bias"].line is None
    assert form.rows["bias"].editor.isChecked()


def test_words_that_a_field_takes_are_no_names(form: DeclaredForm, heard: list[tuple[str, Any]], qtbot: QtBot) -> None:
    retype(form, qtbot, "size", "same")
    retype(form, qtbot, "word", "channels")
    assert heard == [("size", "same"), ("word", "channels")]
    retype(form, qtbot, "word", "=mode")
    assert heard[-1] == ("word", {"=": "mode"})


def test_outside_of_blocks_nothing_is_an_expression(bench: Workbench, qtbot: QtBot) -> None:
    form = DeclaredForm(bench.look, Toy())
    qtbot.addWidget(form)
    form.show()
    assert not form.rows["width"].more.isVisible()
    retype(form, qtbot, "width", "channels")
    assert "whole number" in form.rows["width"].problem.text()


def test_the_button_of_a_row_asks_what_can_be_done_with_it(form: DeclaredForm, qtbot: QtBot) -> None:
    asked: list[tuple[str, QPoint]] = []
    form.menu_wanted.connect(lambda name, place: asked.append((name, place)))
    assert form.rows["width"].more.isVisible()
    qtbot.mouseClick(form.rows["width"].more, Qt.MouseButton.LeftButton)
    assert [name for name, _ in asked] == ["width"]


def test_reading_tells_expressions_from_values() -> None:
    number, sizes = Toy.fields()["width"], Toy.fields()["size"]
    assert read_expression(number, "64*2") is None
    assert read_expression(number, "channels") == "channels"
    assert read_expression(sizes, "same") is None
    assert read_expression(Toy.fields()["bias"], True) is None
    assert value_of(number, "channels / 2", NAMES) == 4
    with pytest.raises(BadSetting, match="none yet"):
        value_of(number, "channels", {})
