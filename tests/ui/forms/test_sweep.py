"""Changing a number by dragging its name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from netbuilder.fields import Float, Int, Ints
from netbuilder.ui.forms.row import Row
from netbuilder.ui.forms.sweep import swept
from netbuilder.ui.theme import DARK

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def named(field, name="size"):
    field.__set_name__(None, name)
    return field


@pytest.mark.parametrize(
    ("field", "start", "pixels", "doubling", "number"),
    [
        (Int(3), 3, 25, False, 8),
        (Int(3), 3, -25, False, -2),
        (Int(3, min=1), 3, -25, False, 1),
        (Int(3, max=6), 3, 100, False, 6),
        (Int(32), 32, 80, True, 128),
        (Int(48), 48, 40, True, 64),
        (Int(48), 48, -40, True, 32),
        (Int(1, min=1), 1, -400, True, 1),
        (Ints(3, length=2, scalar=True), 3, 10, False, 5),
        (Float(0.5, min=0.0, max=1.0), 0.5, 60, False, 0.75),
        (Float(0.5, min=0.0, max=1.0), 0.5, 999, False, 1.0),
        (Float(1e-3), 1e-3, 160, False, 1e-2),
        (Float(1e-3), 1e-3, -160, False, 1e-4),
        (Float(0.0), 0.0, 160, False, 1.0),
    ],
)
def test_so_many_pixels_are_so_much(field, start, pixels, doubling, number):
    assert swept(named(field), start, pixels, doubling=doubling) == pytest.approx(number)


@pytest.fixture
def row(qtbot):
    made = Row(named(Int(32, min=1, label="size")), DARK)
    qtbot.addWidget(made)
    made.resize(300, 40)
    with qtbot.waitExposed(made):
        made.show()
    made.put_back(32)
    return made


def drag(row, pixels, release=True):
    at = QPoint(5, 5)
    QTest.mousePress(row.name, LEFT, NONE, at)
    for part in (1, 2, 3, 4):
        QTest.mouseMove(row.name, at + QPoint(pixels * part // 4, 0))
    if release:
        QTest.mouseRelease(row.name, LEFT, NONE, at + QPoint(pixels, 0))


def test_a_sweep_is_shown_while_it_goes_on_and_taken_once(row):
    taken = []
    row.changed.connect(lambda name, value: taken.append((name, value)))
    drag(row, 40, release=False)
    assert row.editor.text() == "40"
    assert taken == []
    QTest.mouseRelease(row.name, LEFT, NONE, QPoint(45, 5))
    assert taken == [("size", 40)]


def test_escape_in_a_sweep_puts_the_number_back(row):
    taken = []
    row.changed.connect(lambda name, value: taken.append(value))
    drag(row, 40, release=False)
    QTest.keyClick(row.name, Qt.Key.Key_Escape)
    QTest.mouseRelease(row.name, LEFT, NONE, QPoint(45, 5))
    assert row.editor.text() == "32"
    assert taken == []


def test_a_click_on_the_name_is_no_sweep(row):
    taken = []
    row.changed.connect(lambda name, value: taken.append(value))
    drag(row, 1)
    assert taken == []


def test_a_setting_that_follows_an_expression_is_not_swept(row):
    row.use_names({"width": 16})
    row.put_back(32, written="width * 2")
    drag(row, 40)
    assert row.editor.text() == "width * 2"
