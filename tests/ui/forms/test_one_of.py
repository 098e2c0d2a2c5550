"""Choosing one of several declared things in a form, with its own settings below."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from netbuilder.train.optimizers.kinds import SGD, Adam, Rprop
from netbuilder.train.recipes import Supervised
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.one_of import OneOfEditor, about


@pytest.fixture
def form(bench, qtbot):
    made = DeclaredForm(bench.look, Supervised(), own_first=True)
    qtbot.addWidget(made)
    made.resize(376, 900)
    made.show()
    told = []
    made.changed.connect(lambda name, value: told.append((name, value)))
    made.changed.connect(lambda name, value: made.set_declared(made.declared.with_settings(**{name: value})))
    made.told = told
    return made


def optimizer(form) -> OneOfEditor:
    return form.editor("optimizer")


def pick(form, kind: str) -> None:
    choice = optimizer(form).choice
    choice.setCurrentIndex(choice.findData(kind))
    choice.activated.emit(choice.currentIndex())


def test_picking_a_kind_shows_what_it_is_for_and_its_settings(form):
    pick(form, "sgd")
    assert form.told == [("optimizer", SGD())]
    assert optimizer(form).about.text() == about(SGD)
    assert [name for name, row in optimizer(form).rows.items() if row.isVisibleTo(form)] == ["momentum"]


def test_a_setting_of_the_kind_is_typed_and_checked(form):
    pick(form, "sgd")
    line = optimizer(form).rows["momentum"].editor
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "0.9")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert form.told[-1] == ("optimizer", SGD(momentum=0.9))
    assert "nesterov" in optimizer(form).rows
    line.selectAll()
    QTest.keyClicks(line, "1.5")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert form.told[-1] == ("optimizer", SGD(momentum=0.9))
    assert "momentum must be" in optimizer(form).rows["momentum"].problem.text()


def test_picking_the_same_kind_again_keeps_its_settings(form):
    form.set_declared(Supervised(optimizer=SGD(momentum=0.9)))
    pick(form, "sgd")
    assert form.told == []


def test_what_an_optimizer_does_not_have_is_not_shown(form):
    assert form.rows["weight_decay"].isVisibleTo(form)
    form.set_declared(Supervised(optimizer=Rprop()))
    assert not form.rows["weight_decay"].isVisibleTo(form)
    form.set_declared(Supervised(optimizer=Adam()))
    assert form.rows["weight_decay"].isVisibleTo(form)
