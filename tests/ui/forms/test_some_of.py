"""A list of declared things in a form: added, removed, each with its settings, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from netbuilder.fields import Declared, ForEach, SomeOf, Text
from netbuilder.fields.numbers import Float
from netbuilder.train.metrics.of_classes import F1, Auroc, BalancedAccuracy, TopK
from netbuilder.ui.forms import DeclaredForm
from netbuilder.ui.forms.for_each import ForEachEditor
from netbuilder.ui.forms.some_of import SomeOfEditor


class Output(Declared):
    kind = "output"
    name = Text("")
    weight = Float(1.0, min=0.0, help="How much it counts.")
    scores = SomeOf((F1, Auroc), help="More.")


class Judged(Declared):
    kind = "judged"
    scores = SomeOf((F1, Auroc, BalancedAccuracy, TopK), label="more metrics", help="What else is told.")
    outputs = ForEach(Output, label="further targets", help="How they are learned.")


@pytest.fixture
def form(bench, qtbot):
    made = DeclaredForm(bench.look, Judged())
    qtbot.addWidget(made)
    made.resize(320, 700)
    made.show()
    qtbot.waitExposed(made)
    told = []
    made.changed.connect(lambda name, value: told.append((name, value)))
    made.changed.connect(lambda name, value: made.set_declared(made.declared.with_settings(**{name: value})))
    made.told = told
    return made


def scores(form) -> SomeOfEditor:
    return form.editor("scores")


def add(editor: SomeOfEditor, kind: str) -> None:
    next(action for action in editor.choices.actions() if action.data() == kind).trigger()


def headings(form) -> list[str]:
    return [item.heading.text() for item in scores(form).items]


def test_what_is_added_stands_in_the_list_in_its_order(form):
    assert not scores(form).items
    for kind in ("auroc", "f1", "auroc"):
        add(scores(form), kind)
    assert headings(form) == ["AUROC", "F1", "AUROC"]
    assert form.told[-1] == ("scores", (Auroc(), F1(), Auroc()))


def test_only_what_is_offered_can_be_added(form):
    assert [action.data() for action in scores(form).choices.actions()] == [
        "f1", "auroc", "balanced_accuracy", "top_k_accuracy",
    ]  # fmt: skip
    form.offer("scores", [("f1", "F1")])
    assert [action.text() for action in scores(form).choices.actions()] == ["F1"]


def test_each_opens_its_own_settings_and_says_what_was_changed(form):
    form.set_declared(Judged(scores=(F1(), F1())))
    first, second = scores(form).items
    second.heading.click()
    assert second.rows["average"].isVisibleTo(form)
    assert not first.inside.isVisible()
    choice = second.rows["average"].editor
    choice.setCurrentIndex(choice.findData("micro"))
    choice.activated.emit(choice.currentIndex())
    assert form.told == [("scores", (F1(), F1(average="micro")))]
    assert headings(form) == ["F1", "F1 · micro"]
    assert scores(form).items[1] is second
    assert second.inside.isVisible()


def test_a_setting_that_can_not_be_is_said_where_it_was_typed(form):
    form.set_declared(Judged(scores=(TopK(),)))
    (item,) = scores(form).items
    item.heading.click()
    line = item.rows["top_k"].editor
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "0")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert form.told == []
    assert "k must be" in item.rows["top_k"].problem.text()
    line.selectAll()
    QTest.keyClicks(line, "3")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert form.told == [("scores", (TopK(top_k=3),))]


def test_one_is_removed_by_its_button_and_the_others_stay_as_they_are(form):
    form.set_declared(Judged(scores=(F1(), Auroc(), BalancedAccuracy())))
    first, second, third = scores(form).items
    third_text = third.heading.text()
    first.heading.click()
    second.remove.click()
    assert form.told == [("scores", (F1(), BalancedAccuracy()))]
    assert scores(form).items == [first, third]
    assert first.inside.isVisible()
    assert third.heading.text() == third_text


def test_the_keyboard_removes_and_goes_on_with_the_next(form, qtbot):
    form.set_declared(Judged(scores=(F1(), Auroc())))
    form.activateWindow()
    first, second = scores(form).items
    first.heading.setFocus()
    QTest.keyClick(first.heading, Qt.Key.Key_Delete)
    assert form.told[-1] == ("scores", (Auroc(),))
    assert form.focusWidget() is second.remove
    QTest.keyClick(second.remove, Qt.Key.Key_Delete)
    assert form.told[-1] == ("scores", ())
    assert form.focusWidget() is scores(form).add
    assert not scores(form)._list.isVisible()


def test_tab_visits_the_list_from_above(form):
    form.set_declared(Judged(scores=(F1(), Auroc())))
    first, second = scores(form).items
    add(scores(form), "f1")
    third = scores(form).items[2]
    order = [first.heading, first.remove, second.heading, second.remove, third.heading, third.remove, scores(form).add]
    seen, widget = [], first.heading
    while len(seen) < len(order):
        if widget in order:
            seen.append(widget)
        widget = widget.nextInFocusChain()
    assert seen == order


def test_everything_in_it_has_a_name(form):
    form.set_declared(Judged(scores=(F1(average="micro"),)))
    (item,) = scores(form).items
    assert scores(form).add.accessibleName() == "Add to more metrics"
    assert item.heading.accessibleName() == "F1 · micro"
    assert item.remove.accessibleName() == "Remove F1"


def test_there_is_a_part_for_each_name_that_is_offered(form):
    editor = form.editor("outputs")
    assert isinstance(editor, ForEachEditor)
    assert not editor.parts
    form.offer("outputs", [("price", "a number"), ("colour", "3 classes")])
    assert list(editor.parts) == ["price", "colour"]
    line = editor.parts["colour"].rows["weight"].editor
    line.setText("0.5")
    line.commit()
    assert form.told == [("outputs", (Output(name="colour", weight=0.5),))]
    line.setText("1")
    line.commit()
    assert form.told[-1] == ("outputs", ())


def test_what_is_said_of_a_name_that_is_gone_is_kept(form):
    form.set_declared(Judged(outputs=(Output(name="gone", weight=2.0),)))
    form.offer("outputs", [("price", "a number")])
    add(form.editor("outputs").parts["price"].rows["scores"].editor, "f1")
    assert form.told == [("outputs", (Output(name="gone", weight=2.0), Output(name="price", scores=(F1(),))))]
    form.offer("outputs", [("gone", "")])
    assert form.editor("outputs").parts["gone"].rows["weight"].editor.text() == "2"
