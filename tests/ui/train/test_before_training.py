"""The two tries before a training, with real steps on real samples."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from netbuilder.train.events import Failed
from netbuilder.train.rate_finder import HIGHEST, LOWEST
from netbuilder.ui.train import before_training
from netbuilder.ui.train.before_training import BeforeTraining, find_rate, learn_one_batch, why_not_yet
from netbuilder.ui.train.one_batch_dialog import OneBatchDialog
from netbuilder.ui.train.rate_finder_dialog import RateFinderDialog
from netbuilder.ui.train.trial_plot import TrialPlot
from tests.ui.runs import open_sample, start


@pytest.fixture
def opened(bench, qtbot):
    """Opens a dialog on a sample, and closes it at the end."""
    made = []

    def open_it(make, sample="iris-mlp", **settings):
        open_sample(bench, sample, **settings)
        bench.begin()
        qtbot.waitUntil(lambda: not why_not_yet(bench), timeout=60_000)
        dialog = make(bench, None)
        qtbot.addWidget(dialog)
        dialog.show()
        made.append(dialog)
        return dialog

    yield open_it
    for dialog in made:
        dialog.reject()
        qtbot.waitUntil(lambda dialog=dialog: not dialog.running, timeout=30_000)
        dialog.close()


def finished(qtbot, dialog):
    if dialog.running:
        with qtbot.waitSignal(dialog.done_with, timeout=60_000):
            pass
    return dialog


def test_a_rate_is_found_and_used_as_one_step_that_can_be_undone(opened, bench, qtbot):
    dialog = finished(qtbot, opened(find_rate, optimizer="sgd", learning_rate=0.001))
    assert isinstance(dialog, RateFinderDialog)
    rate = dialog.plot.rate
    assert LOWEST < rate < HIGHEST
    assert f"A rate of {rate:g} is a good one to begin with" in dialog.sentence.text()
    assert " It is 0.001 now. " in dialog.sentence.text()
    assert dialog.use.text() == f"Use {rate:g}"
    before = bench.project
    dialog.use.click()
    assert bench.project.recipe.settings["learning_rate"] == rate
    assert bench.document.history.undo_label == f"Set learning rate to {rate:g}"
    assert not dialog.isVisible()
    bench.document.undo()
    assert bench.project == before


def test_another_rate_is_chosen_by_a_click_on_the_curve_or_by_arrow_keys(opened, bench, qtbot):
    dialog = finished(qtbot, opened(find_rate))
    plot = dialog.plot
    at = plot._item.vb.mapViewToScene(QPointF(-2.0, sum(plot._item.vb.viewRange()[1]) / 2))
    plot.choose_at(at)
    assert plot.rate == pytest.approx(0.01, rel=0.03)
    assert dialog.use.text() == f"Use {plot.rate:g}"
    plot.choose_at(QPointF(-50, -50))
    assert plot.rate == pytest.approx(0.01, rel=0.03)
    before = plot.rate
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.rate == pytest.approx(before * 1.1, rel=0.03)
    assert dialog.use.text() == f"Use {plot.rate:g}"


def test_the_curve_grows_while_it_goes(opened, qtbot):
    dialog = opened(find_rate)
    qtbot.waitUntil(lambda: len(dialog.plot._raw) > 0, timeout=60_000)
    finished(qtbot, dialog)
    assert len(dialog.plot._raw) == len(dialog._losses) > 30
    assert not dialog.bar.isVisible()


def test_calling_it_off_closes_it_once_the_thread_is_done_and_changes_nothing(opened, bench, qtbot):
    dialog = opened(find_rate, "digits-cnn")
    before = bench.project
    qtbot.waitUntil(lambda: len(dialog._losses) > 0, timeout=60_000)
    dialog.leave.click()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=30_000)
    assert not dialog.running
    assert not dialog._job._thread.is_alive()
    assert bench.project == before


def test_networks_that_learn_against_each_other_are_refused_in_a_sentence(opened, qtbot):
    dialog = finished(qtbot, opened(find_rate, "digits-gan"))
    assert "against each other" in dialog.sentence.text()
    assert not dialog.use.isVisible()


def test_a_batch_is_learned_by_heart_and_said_so(opened, qtbot):
    dialog = finished(qtbot, opened(learn_one_batch))
    assert isinstance(dialog, OneBatchDialog)
    assert dialog.sentence.text().startswith("The network can learn 16 samples by heart: the loss fell from ")
    assert dialog._told[1] == "good"
    assert len(dialog.plot._raw) == len(dialog._losses)


def test_a_rate_that_is_to_blame_can_be_replaced_at_once(opened, bench, qtbot):
    dialog = finished(qtbot, opened(learn_one_batch, learning_rate=1e-6))
    assert dialog._told[1] == "warning"
    assert "is too small." in dialog.sentence.text()
    dialog.use.click()
    assert bench.project.recipe.settings["learning_rate"] == pytest.approx(1e-2)


def test_a_node_that_is_named_leads_to_the_drawing(opened, bench, qtbot):
    dialog = finished(qtbot, opened(learn_one_batch))
    name = next(node.name for node in bench.project.main if node.kind == "linear")
    dialog._hear(Failed(f"The node {name} stopped the training.", name))
    assert f'<a href="{name}">{name}</a>' in dialog.sentence.text()
    with qtbot.waitSignal(bench.nodeRequested):
        dialog.sentence.linkActivated.emit(name)
    assert not dialog.isVisible()


def test_the_buttons_say_why_they_cannot_be_pressed(bench, qtbot):
    section = BeforeTraining(bench, lambda: None, lambda: None)
    qtbot.addWidget(section)
    assert not section.find.isEnabled()
    assert section.find.toolTip().endswith(".")
    start(bench, qtbot, epochs=100_000)
    assert not section.learn.isEnabled()
    assert section.learn.toolTip() == "A run is under way. Stop it, or wait for its end."
    bench.training.stop()
    qtbot.waitUntil(lambda: section.learn.isEnabled(), timeout=30_000)
    assert section.learn.toolTip() == before_training.LEARN_TIP


def test_what_cannot_be_tried_is_said_and_opens_nothing(bench, qtbot):
    with qtbot.waitSignal(bench.said) as told:
        assert find_rate(bench, None) is None
    assert told.args[0].endswith(".")


def test_a_loss_that_bursts_does_not_flatten_the_rest(bench, qtbot):
    plot = TrialPlot(bench, 1e-7, 10, rates=True)
    qtbot.addWidget(plot)
    falls = [2.0] * 10 + [1.5, 1.0, 0.5, 1.0]
    plot.show_losses([10 ** (-7 + at / 3) for at in range(16)], [*falls, 1e6, float("nan")], [*falls, 1e6])
    low, high = plot._item.vb.viewRange()[1]
    assert low < 0.5
    assert high < 5
