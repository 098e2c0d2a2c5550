"""Plots that count the same epochs show the same stretch of them, and the keyboard goes into one as the mouse does."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget

from netbuilder.train.events import EpochDone, Progress, Started
from netbuilder.train.history import RunRecord
from netbuilder.ui.keymap import Keymap
from netbuilder.ui.plots import CurvePlot
from netbuilder.ui.runs.compared_curves import ComparedCurves
from netbuilder.ui.shared_stretch import SharedStretch
from netbuilder.ui.shortcuts_dialog import rows_of
from netbuilder.ui.train.run_curves import RunCurves
from netbuilder.ui.train.run_plots import RunPlots

PER_EPOCH, EPOCHS = 100, 20
Key = Qt.Key


def said(name: str, epochs: int = EPOCHS, *, more: int = 0, metrics=("validation_loss", "validation_accuracy")):
    """A run of so many epochs and so many `more` steps."""
    record = RunRecord(name)
    record.add(Started(40, PER_EPOCH, 64, 300, 100, 1000, "cpu", 0))
    for epoch in range(1, epochs + 1):
        record.add(Progress(epoch * PER_EPOCH, epoch, (1.0 / epoch,) * PER_EPOCH, 1.0, None))
        record.add(EpochDone(epoch, epoch * PER_EPOCH, dict.fromkeys(metrics, 0.5), False, 1.0))
    if more:
        record.add(Progress(epochs * PER_EPOCH + more, epochs + 1, (0.1,) * more, 1.0, None))
    return RunCurves(record)


def shown_in(qtbot, widget):
    qtbot.addWidget(widget)
    widget.resize(1000, 320)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.activateWindow()
    return widget


@pytest.fixture
def plots(bench, qtbot):
    plots = shown_in(qtbot, RunPlots(bench))
    draw(plots, said("digits-003"))
    return plots


def draw(plots, curves):
    plots.show_losses(curves, None)
    plots.show_metrics(curves, None)
    plots.grab()


def seen(*plots):
    return [plot._plot.seen for plot in plots]


def test_where_one_plot_is_gone_into_the_others_of_the_run_are_too_and_all_come_back_at_once(plots):
    QTest.keyClick(plots.loss._plot.widget, Key.Key_Plus)
    wide = seen(plots.loss)[0][1] - seen(plots.loss)[0][0]
    assert wide == pytest.approx(EPOCHS * 0.8)
    assert seen(plots.loss) == seen(plots.score)
    assert plots.score._whole.isVisible(), "the button to see all again is on each"
    QTest.mouseDClick(plots.score._plot.widget.viewport(), Qt.MouseButton.LeftButton, pos=plots.score.rect().center())
    assert seen(plots.loss, plots.score) == [(0, EPOCHS)] * 2


def test_plots_whose_curves_end_apart_have_one_axis(plots):
    draw(plots, said("digits-004", 10, more=50))
    assert seen(plots.loss, plots.score) == [(0, 10.5)] * 2
    plots.score.zoom_to((9.9, 10.5))
    # not narrower than the finest of them allows
    assert seen(plots.loss) == seen(plots.score) == [pytest.approx((9.9, 10.5))], (
        "not narrower than the finest of them allows"
    )


def test_plots_that_are_not_of_this_run_any_more_do_not_stretch_its_axis(plots):
    draw(plots, said("digits-004", 30, metrics=("validation_loss", "validation_accuracy", "validation_f1")))
    draw(plots, said("digits-005", 5, metrics=("validation_loss",)))
    assert plots.score.isHidden()
    assert seen(plots.loss) == [(0, 5)]


def test_the_plots_of_two_runs_that_are_compared_go_together(bench, qtbot):
    class Both:
        curves = (said("one"), said("other", 10))
        names = ("one", "other")

    page = shown_in(qtbot, ComparedCurves(bench))
    page.show_runs(Both)
    loss, accuracy = page.plots
    loss.zoom_to((2, 4))
    assert seen(loss, accuracy) == [(2, 4)] * 2
    page.show_runs(Both)
    assert seen(loss, accuracy) == [(0, EPOCHS)] * 2, "others are seen as a whole first"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Key.Key_Right, (8.8, 12.8)),
        (Key.Key_Left, (7.2, 11.2)),
        (Key.Key_End, (16, 20)),
        (Key.Key_Plus, (8.4, 11.6)),
        (Key.Key_Minus, (7.5, 12.5)),
        (Key.Key_Home, (0, 20)),
        (Key.Key_0, (0, 20)),
        (Key.Key_F, (0, 20)),
    ],
    ids=["right", "left", "end", "plus", "minus", "home", "zero", "fit"],
)
def test_the_keys_go_along_closer_and_back_to_all(plots, key, expected):
    plots.loss.zoom_to((8, 12))
    QTest.keyClick(plots.loss._plot.widget, key)
    assert seen(plots.loss)[0] == pytest.approx(expected)


def test_shift_and_an_arrow_goes_a_whole_width(plots):
    plots.loss.zoom_to((4, 6))
    QTest.keyClick(plots.loss._plot.widget, Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert seen(plots.loss) == [(6, 8)]


def test_keys_that_are_not_the_plots_are_for_the_page_around(bench, qtbot):
    heard = []

    class Page(QWidget):
        def keyPressEvent(self, event):
            heard.extend([event.key()] * (event.key() != Key.Key_Control))

    page = Page()
    QHBoxLayout(page).addWidget(plot := CurvePlot(bench, "Loss"))
    plot.show_curves(said("digits-003").losses())
    shown_in(qtbot, page)
    for key, held in ((Key.Key_Escape, "No"), (Key.Key_Plus, "Control"), (Key.Key_Down, "No"), (Key.Key_Plus, "No")):
        QTest.keyClick(plot._plot.widget, key, getattr(Qt.KeyboardModifier, f"{held}Modifier"))
    assert heard == [Key.Key_Escape, Key.Key_Plus, Key.Key_Down]


def test_the_plot_that_has_the_keyboard_is_seen_and_tab_goes_to_the_next(plots, qtbot):
    plots.loss._plot.widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(plots.loss._plot.widget.hasFocus)
    assert (plots.loss.property("role"), plots.score.property("role")) == ("card focused", "card")
    for _ in range(4):
        if plots.score._plot.widget.hasFocus():
            break
        QTest.keyClick(plots.window().focusWidget(), Key.Key_Tab)
    assert plots.score._plot.widget.hasFocus()
    assert (plots.loss.property("role"), plots.score.property("role")) == ("card", "card focused")


def test_the_keys_are_told_on_the_plot_and_on_the_sheet(plots, bench):
    assert "Home" in plots.loss.title.toolTip()
    assert "Home" in plots.loss._plot.widget.accessibleDescription()
    sheet = [row for row in rows_of(Keymap(bench.settings)) if row.group == "Plots"]
    assert {key for row in sheet for key in row.keys} >= {"+", "-", "Left", "Right", "Home"}


class Plain:
    """A plot that only says how far it reaches."""

    finest = 1.0

    def __init__(self, shared, reach, growing=False):
        self.reach, self.growing, self.drawn = reach, growing, 0
        shared.add(self)

    def redraw(self):
        self.drawn += 1


def test_while_curves_grow_the_others_are_drawn_again_only_now_and_then():
    shared = SharedStretch()
    grows, rests = Plain(shared, 10.0, growing=True), Plain(shared, 9.0)
    for step in range(100):
        grows.reach = 10 + step / 100
        shared.grow(grows)
    assert shared.end >= grows.reach
    assert rests.drawn == 1
    shared.zoom_to((2, 4))
    grows.reach = 30.0
    shared.grow(grows)
    assert rests.drawn == 2, "what is gone into stays as it is"
    assert shared.seen == (2, 4)
