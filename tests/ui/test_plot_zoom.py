"""A plot is gone into with the mouse, shows there what there is, and follows the run again."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from netbuilder.train.events import Adjusted, Continued, EpochDone, Progress, Started
from netbuilder.train.history import RunRecord
from netbuilder.ui.curve import Curve
from netbuilder.ui.plots import CurvePlot
from netbuilder.ui.train import run_curves
from netbuilder.ui.train.run_curves import RunCurves, smoothed

PER_EPOCH, EPOCHS = 1000, 20
LEFT, NONE, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def record():
    record = RunRecord("digits-003")
    record.add(Started(EPOCHS * 2, PER_EPOCH, 64, 300, 100, 1000, "cpu", 0))
    grow(record, EPOCHS)
    return record


def grow(record, epochs):
    for _ in range(epochs):
        step = len(record.step_losses) + PER_EPOCH
        losses = 1 + np.random.default_rng(step).random(PER_EPOCH)
        losses[500] = 7.0
        record.add(Progress(step, step // PER_EPOCH, tuple(losses.tolist()), 1.0, None))
        record.add(EpochDone(step // PER_EPOCH, step, {"validation_loss": 1.0}, False, 1.0))


@pytest.fixture
def curves(record):
    return RunCurves(record)


@pytest.fixture
def plot(bench, qtbot, curves):
    plot = CurvePlot(bench, "Loss")
    qtbot.addWidget(plot)
    plot.resize(640, 260)
    with qtbot.waitExposed(plot):
        plot.show()
    draw(plot, curves)
    return plot


def draw(plot, curves, *, growing=False):
    plot.show_curves(curves.losses(), curves.best, marks=curves.marks, growing=growing)
    plot.grab()


def place(plot, epoch: float) -> QPoint:
    axes = plot._plot
    low, high = axes.seen
    top = axes.widget.height() // 2
    return QPoint(round(axes.left + (epoch - low) / (high - low) * axes.wide * 0.995), top)


def drag(plot, start: float, end: float, modifier=NONE, *, let_go=True):
    viewport = plot._plot.widget.viewport()
    one, other = place(plot, start), place(plot, end)
    QTest.mousePress(viewport, LEFT, modifier, one)
    for share in (0.5, 1.0):
        QTest.mouseMove(viewport, one + (other - one) * share)
    if let_go:
        QTest.mouseRelease(viewport, LEFT, modifier, other)


def turn(plot, notches: float, epoch: float, modifier=NONE) -> bool:
    at = QPointF(place(plot, epoch))
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, int(120 * notches)),
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(plot._plot.widget.viewport(), event)
    return event.isAccepted()


def raw_line(plot):
    return plot._plot._lines[0][0].getData()


def test_the_whole_run_is_drawn_with_few_points_and_every_peak(plot):
    x, y = raw_line(plot)
    assert len(x) < 1000
    assert (x[0], x[-1]) == (1 / PER_EPOCH, EPOCHS)
    assert y.max() == 7.0


def test_dragging_across_a_stretch_shows_each_of_its_steps(plot, record):
    drag(plot, 5.0, 5.4)
    low, high = plot.stretch
    assert (low, high) == pytest.approx((5.0, 5.4), abs=0.2)
    drag(plot, (low + high) / 2 - 0.05, (low + high) / 2 + 0.05)
    x, y = raw_line(plot)
    low, high = plot.stretch
    inside = (x >= low) & (x <= high)
    steps = np.round(x[inside] * PER_EPOCH).astype(int)
    assert (np.diff(steps) == 1).all()
    np.testing.assert_array_equal(y[inside], record.step_losses[steps - 1])
    ends = [float(text) for _, text in plot._plot._ticks[1]]
    assert all(low <= end <= high for end in ends)
    assert len(ends) >= 2


def test_the_values_of_the_axis_are_those_of_the_stretch(plot):
    plot.zoom_to((3.6, 3.8))  # no peak in it
    low, high = plot._plot._item.vb.viewRange()[1]
    assert 0.8 <= low < 1.1
    assert high < 2.2


def test_the_wheel_goes_closer_around_the_mouse_and_back(plot):
    for _ in range(4):
        assert turn(plot, 1, 5.0)
    low, high = plot.stretch
    assert high - low == pytest.approx(EPOCHS * 0.8**4, rel=0.01)
    assert low < 5.0 < high
    for _ in range(5):
        turn(plot, -1, 5.0)
    assert plot.stretch is None


def test_no_zoom_ends_in_nothing(plot):
    for _ in range(100):
        turn(plot, 1, 5.0)
    low, high = plot.stretch
    assert high - low == pytest.approx(4 / PER_EPOCH)
    assert np.isfinite(raw_line(plot)[1]).sum() >= 4


def test_where_the_page_scrolls_the_wheel_is_for_the_page_and_with_ctrl_for_the_plot(bench, qtbot, curves):
    area, plot = QScrollArea(), CurvePlot(bench, "Loss")
    qtbot.addWidget(area)
    plot.setMinimumSize(400, 900)
    area.setWidget(plot)
    area.resize(450, 300)
    with qtbot.waitExposed(area):
        area.show()
    draw(plot, curves)
    assert not turn(plot, 1, 5.0)
    assert plot.stretch is None
    assert turn(plot, 1, 5.0, Qt.KeyboardModifier.ControlModifier)
    assert plot.stretch is not None


def test_shift_and_drag_moves_along(plot):
    plot.zoom_to((4, 6))
    drag(plot, 5.0, 4.5, SHIFT)
    assert plot.stretch == pytest.approx((4.5, 6.5), abs=0.05)


def test_a_click_changes_nothing(plot):
    drag(plot, 5.0, 5.01)
    assert plot.stretch is None


def test_escape_ends_a_drag_without_a_trace(plot):
    drag(plot, 5.0, 9.0, let_go=False)
    assert plot._plot._band.isVisible()
    QTest.keyClick(plot._plot.widget.viewport(), Qt.Key.Key_Escape)
    assert not plot._plot._band.isVisible()
    QTest.mouseRelease(plot._plot.widget.viewport(), LEFT, NONE, place(plot, 9.0))
    assert plot.stretch is None


def test_a_double_click_or_the_button_shows_all_again(plot, qtbot):
    assert not plot._whole.isVisible()
    plot.zoom_to((4, 6))
    assert plot._whole.isVisible()
    QTest.mouseDClick(plot._plot.widget.viewport(), LEFT, NONE, place(plot, 5))
    assert plot.stretch is None
    plot.zoom_to((4, 6))
    qtbot.mouseClick(plot._whole, LEFT)
    assert plot.stretch is None
    assert not plot._whole.isVisible()


def test_the_run_is_followed_while_all_is_seen_and_not_while_a_stretch_is(plot, record, curves):
    plot.zoom_to((4, 6))
    grow(record, 2)
    draw(plot, curves, growing=True)
    assert plot._plot.seen == (4, 6)
    plot.show_all()
    assert plot._plot.seen[1] >= EPOCHS + 2
    grow(record, 3)
    draw(plot, curves, growing=True)
    assert plot._plot.seen[1] >= EPOCHS + 5
    assert raw_line(plot)[0][-1] == EPOCHS + 5


def test_the_mouse_is_told_the_step(plot, qtbot):
    plot.zoom_to((4, 4.2))
    QTest.mouseMove(plot._plot.widget.viewport(), place(plot, 4.1))
    qtbot.waitUntil(plot._plot._tip.isVisible)
    text = plot._plot._tip.text()
    step = int(text.split("step ")[1].split("<")[0].replace(",", ""))
    assert step == pytest.approx(4100, abs=3)
    assert "to zoom in" not in text or plot._plot.mouse.is_new


def test_how_to_zoom_is_said(plot, qtbot):
    assert "Double-click" in plot.title.toolTip()
    QTest.mouseMove(plot._plot.widget.viewport(), place(plot, 5))
    qtbot.waitUntil(plot._plot._tip.isVisible)
    assert "drag to zoom in" in plot._plot._tip.text()


def test_what_is_taken_back_is_drawn_anew(plot, record, curves):
    record.add(Continued(10, 10_000))
    step = 10_000 + 10 * PER_EPOCH  # as long as before
    record.add(Progress(step, 20, (3.0,) * 10 * PER_EPOCH, 1.0, None))
    draw(plot, curves)
    x, y = raw_line(plot)
    assert (y[x > 10.1] == 3.0).all()
    (smooth, *_) = curves.losses()
    assert smooth.y[-1] == pytest.approx(3.0)
    assert smooth.y[5_000] < 2.5


def test_where_the_drawing_was_changed_there_is_a_line_with_a_label_and_where_the_rate_was_a_tick(plot, record, curves):
    record.add(Adjusted(10_000, 10.0, 0.003, 128, 500))
    record.add(Continued(12, 11_000, "3 of 4 layers kept their weights.", changed=True))
    record.add(Adjusted(11_500, 13.0, 0.003, 64, 1000))
    record.add(Progress(12_500, 14, (1.0,) * 1500, 1.0, None))
    draw(plot, curves)
    marks = plot._plot.marks
    ((line, label),) = [seam for seam in marks.seams if seam[0].isVisible()]
    assert (line.value(), label.toPlainText()) == (12.0, "drawing changed")
    assert [tick.value() for tick in marks.ticks if tick.isVisible()] == [10.0, 13.0]
    said = [mark.said for mark in curves.marks]
    assert said == [
        "From here on: learning rate 0.003 · batches of 128, 64 before",
        "3 of 4 layers kept their weights.",
        "From here on: batches of 64, 128 before",
    ]
    QTest.mouseMove(plot._plot.widget.viewport(), place(plot, 12.0))
    assert "3 of 4 layers" in plot._plot._tip.text()
    plot.zoom_to((2, 4))
    assert not line.isVisible()
    assert not any(tick.isVisible() for tick in marks.ticks)


def test_another_run_is_seen_as_a_whole(bench, qtbot, curves):
    from netbuilder.ui.train.run_plots import RunPlots

    plots = RunPlots(bench)
    qtbot.addWidget(plots)
    plots.resize(900, 300)
    plots.show_losses(curves, None)
    plots.loss.zoom_to((2, 4))
    plots.show_losses(curves, None)
    assert plots.loss.stretch == (2, 4)
    other = RunRecord("digits-004")
    other.add(Started(EPOCHS, PER_EPOCH, 64, 300, 100, 1000, "cpu", 0))
    grow(other, 5)
    plots.show_losses(RunCurves(other), None)
    assert plots.loss.stretch is None


def test_a_plot_that_is_left_in_the_middle_of_a_drag_forgets_it(plot):
    drag(plot, 5.0, 9.0, let_go=False)
    QApplication.sendEvent(plot._plot.widget.viewport(), QEvent(QEvent.Type.Hide))
    assert not plot._plot._band.isVisible()
    QTest.mouseRelease(plot._plot.widget.viewport(), LEFT, NONE, place(plot, 9.0))
    assert plot.stretch is None


def test_very_many_losses_that_are_told_at_once_are_drawn_a_stretch_at_a_time_and_end_as_one(monkeypatch, record):
    whole = smoothed(record).losses()[0]
    monkeypatch.setattr(run_curves, "AT_ONCE", 3 * PER_EPOCH)
    curves = RunCurves(record)
    ends = []
    while curves.behind:
        ends.append(curves.losses()[0].end)
    assert ends == pytest.approx([3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 20.0])
    np.testing.assert_array_equal(curves.losses()[0].y, whole.y)
    record.add(Continued(10, 10_000))
    record.add(Progress(10_000 + 4 * PER_EPOCH, 14, (2.0,) * 4 * PER_EPOCH, 1.0, None))
    assert curves.behind, "what was taken back is smoothed anew"
    while curves.behind:
        curves.losses()
    assert curves.losses()[0].end == 14


def test_lines_that_go_up_and_down_very_often_are_drawn_without_smooth_edges(plot, curves, bench):
    def smooth_edges(y) -> bool:
        x = np.linspace(0, 20, len(y))
        plot.show_curves([Curve("one", "training", x, y, dashed=True)])
        return plot._plot._lines[0][0].opts["antialias"]

    assert smooth_edges(np.linspace(1, 0, 500)), "many points alone take no time"
    assert not smooth_edges(np.tile([0.0, 1.0], 250))
    assert smooth_edges(np.tile([0.0, 1.0], 5))
    assert smooth_edges(np.full(500, np.nan))
