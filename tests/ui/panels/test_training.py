"""The Training dock, with real events of a small run."""

from __future__ import annotations

import pytest

from netbuilder.train.events import EpochDone, Failed, Finished, Progress, Started
from netbuilder.train.history import RunRecord
from netbuilder.ui.panels.training import TrainingPanel
from netbuilder.ui.train import wording
from tests.ui.runs import start, train


@pytest.fixture
def panel(bench, qtbot):
    panel = TrainingPanel(bench)
    qtbot.addWidget(panel)
    panel.resize(1200, 230)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_before_the_first_run_a_sentence_says_what_will_be_here(panel):
    assert panel._nothing.isVisible()
    assert "Press Train" in panel._nothing.sentence.text()


def test_it_fits_into_a_low_dock(panel):
    assert panel.minimumSizeHint().height() <= 220


def test_a_run_is_drawn_and_told_to_its_end(panel, bench, qtbot):
    train(bench, qtbot, epochs=4)
    qtbot.waitUntil(lambda: "finished after 4 epochs" in panel.card.aside.whole)
    rows = panel.card.rows.texts()
    assert {"validation accuracy", "samples / s", "learning rate", "device"} <= rows.keys()
    assert any(name.startswith("best, epoch ") for name in rows)
    assert panel.card.title.text() == "Run 1"
    assert panel.loss._plot is not None
    assert panel.score._plot is not None
    record = bench.training.record
    assert len(panel.loss._curves[0].y) == len(record.step_losses) > 0
    assert len(panel.score._curves[1].y) == 4


def test_pausing_is_said(panel, bench, qtbot):
    start(bench, qtbot, epochs=100_000)
    qtbot.waitUntil(lambda: bench.training.state == "running")
    bench.training.pause()
    qtbot.waitUntil(lambda: "paused" in panel.card.aside.whole, timeout=20_000)
    bench.training.stop()
    qtbot.waitUntil(lambda: panel.card.aside.whole.startswith("stopped after"), timeout=20_000)


def shown(panel, bench, *events):
    record = RunRecord("toy-007")
    for event in events:
        record.add(event)
    panel.card.show_run(record, "ended", [])
    return panel.card


STARTED = Started(24, 10, 8, 80, 20, 100, "cpu", 0)


def test_a_failure_names_the_node_as_a_link(panel, bench, qtbot):
    card = shown(panel, bench, STARTED, Failed("conv<1> got a wrong shape. Change it.", "conv<1>", "Traceback ..."))
    assert not card.failure.isHidden()
    assert '<a href="conv&lt;1&gt;"' in card.failure.text()
    assert card.aside.whole == "failed"
    with qtbot.waitSignal(panel.node_requested) as asked:
        card.failure.linkActivated.emit("conv<1>")
    assert asked.args == ["conv<1>"]


def test_the_details_of_a_failure_open_in_a_window(panel, bench, qtbot):
    card = shown(panel, bench, STARTED, Failed("It failed.", None, "Traceback: line 7"))
    card._more.click()
    window = next(child for child in panel.window().children() if getattr(child, "isWindow", lambda: False)())
    qtbot.waitUntil(window.isVisible)
    assert "Run 7" in window.windowTitle()
    window.close()


def test_the_next_run_hides_the_failure_of_the_last(panel, bench):
    shown(panel, bench, STARTED, Failed("It failed.", None, "Traceback"))
    card = shown(panel, bench, STARTED, Finished("done", 24, 3))
    assert card.failure.isHidden()
    assert card._more.isHidden()


def test_a_hidden_dock_draws_nothing(panel, bench, qtbot):
    panel.hide()
    train(bench, qtbot, epochs=2)
    assert panel.loss._curves == ()
    panel.show()
    qtbot.waitUntil(lambda: len(panel.loss._curves) == 2)


def test_where_a_run_stands():
    record = RunRecord("x-001")
    assert wording.where_it_stands(record, "preparing") == "preparing"
    record.add(STARTED)
    record.add(Progress(155, 16, (0.1,), 1000.0, 41.0))
    assert wording.where_it_stands(record, "running") == "epoch 16 of 24 · 41 s left"
    assert wording.where_it_stands(record, "paused") == "epoch 16 of 24 · paused"
    record.add(EpochDone(16, 160, {}, True, 80.0))
    record.add(Finished("early stop", 16, 12, seconds=80.0))
    assert wording.where_it_stands(record, "ended") == "stopped early after 16 epochs · 1 min 20 s"


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.001, "0.001"), (6.1e-4, "6.1e-4"), (1e-5, "1e-5"), (0, "0"), (2.3456, "2.35"), (12345, "12,345")],
)
def test_numbers_are_short(value, said):
    assert wording.small(value) == said
