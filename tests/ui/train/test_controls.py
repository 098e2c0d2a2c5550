"""Steering a run from the window: one step, an end after the epoch, other values, another drawing, going on."""

from __future__ import annotations

import json
import shutil

import pytest
from PySide6.QtWidgets import QWidget

from netbuilder.graph import Node, edits
from netbuilder.train.events import Preparing
from netbuilder.train.run import Run
from netbuilder.ui.runs.interrupted_offer import InterruptedOffer
from netbuilder.ui.train.go_on import why_not
from netbuilder.ui.train.past_runs import RunsList
from netbuilder.ui.train.run_card import RunCard
from netbuilder.ui.train.wording import run_title
from tests.ui.runs import start, train

LONG = 20_000


@pytest.fixture
def card(bench, qtbot):
    card = RunCard(bench)
    qtbot.addWidget(card)

    def show() -> None:
        if bench.training.record is not None:
            card.show_run(bench.training.record, bench.training.state, [])

    bench.training.changed.connect(show)
    bench.training.event.connect(lambda _: show())
    with qtbot.waitExposed(card):
        card.show()
    yield card
    card.hide()


def pause(bench, qtbot):
    bench.training.pause()
    qtbot.waitUntil(lambda: bench.training.state == "paused", timeout=LONG)


def stop(bench, qtbot):
    bench.training.stop()
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=LONG)


def test_one_step_is_taken_and_the_run_stays_paused(bench, qtbot):
    start(bench, qtbot, epochs=100_000)
    pause(bench, qtbot)
    held = len(bench.training.record.step_losses)
    bench.training.one_step()  # brings the losses along that were not told yet when it was paused
    qtbot.waitUntil(lambda: len(bench.training.record.step_losses) > held, timeout=LONG)
    before = len(bench.training.record.step_losses)
    bench.training.one_step()
    qtbot.waitUntil(lambda: len(bench.training.record.step_losses) == before + 1, timeout=LONG)
    assert bench.training.state == "paused"


def test_what_a_run_waits_for_before_its_first_step_is_said(bench, qtbot, card):
    start(bench, qtbot, epochs=100_000)
    pause(bench, qtbot)
    record = bench.training.record
    for said, text in (
        (Preparing("Compiling the network", 1, 2), "Compiling the network: 1 of 2"),
        (Preparing("Looking for pictures"), "Looking for pictures …"),
    ):
        record.add(said)
        card.show_run(record, "preparing", [])
        assert card.notice.text() == text
    record.add(record.started)
    card.show_run(record, "running", [])
    assert card.notice.isHidden()


def test_an_end_after_the_epoch_is_said_and_can_be_taken_back(bench, qtbot, card):
    start(bench, qtbot, epochs=100_000)
    pause(bench, qtbot)
    bench.training.stop_after_epoch()
    assert card.notice.text() == "Stops after this epoch."
    bench.training.stop_after_epoch(False)
    assert card.notice.isHidden()
    bench.training.stop_after_epoch()
    bench.training.resume()
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=LONG)
    record = bench.training.record
    assert record.finished.reason == "stopped"
    assert record.epochs[-1].step == len(record.step_losses)


def test_rate_and_batch_size_are_set_in_the_card_and_kept_in_the_project_as_one_step(bench, qtbot, card):
    start(bench, qtbot, epochs=100_000)
    pause(bench, qtbot)
    before = bench.project
    for name, text in (("learning_rate", "0.0042"), ("batch_size", "7")):
        card.live.fields[name].setText(text)
        card.live.fields[name].returnPressed.emit()
    assert card.live.problem.isHidden()
    bench.training.resume()
    qtbot.waitUntil(lambda: bool(bench.training.record.adjusted), timeout=LONG)
    pause(bench, qtbot)
    last = bench.training.record.adjusted[-1]
    assert (last.learning_rate, last.batch_size) == (0.0042, 7)
    assert bench.project == before
    card.live.keep.click()
    assert bench.project.recipe.settings["batch_size"] == 7
    assert bench.project.recipe.settings["learning_rate"] == 0.0042
    assert not bench.changed_drawing.different
    bench.document.undo()
    assert bench.project == before


@pytest.mark.parametrize(
    ("name", "text"),
    [("learning_rate", "fast"), ("learning_rate", "-1"), ("batch_size", "0"), ("batch_size", "9999999")],
)
def test_a_value_that_makes_no_sense_gets_a_sentence_at_the_field(bench, qtbot, card, name, text):
    start(bench, qtbot, epochs=100_000)
    pause(bench, qtbot)
    card.live.fields[name].setText(text)
    card.live.fields[name].returnPressed.emit()
    assert card.live.problem.text().endswith(".")
    assert not card.live.problem.isHidden()
    assert not bench.training.steered


def with_a_layer_more(bench):
    """Normalize once more before the first ReLU."""
    graph = bench.graph
    edge = next(edge for edge in graph.edges.values() if graph.nodes[edge.target].kind == "relu")
    bench.apply_graph("Insert", edits.insert_on_edge(graph, edge, Node("m1", "batch_norm2d", "more"), "x", "y"))


def test_a_run_goes_on_with_the_changed_drawing_and_back_again(bench, qtbot, card):
    start(bench, qtbot, "digits-cnn", epochs=6)
    qtbot.waitUntil(lambda: len(bench.training.record.epochs) >= 1, timeout=LONG)
    pause(bench, qtbot)
    first, done = bench.training.folder, len(bench.training.record.step_losses)
    assert not bench.changed_drawing.different
    with_a_layer_more(bench)
    qtbot.waitUntil(lambda: bench.changed_drawing.different, timeout=LONG)
    bench.go_on_changed()
    qtbot.waitUntil(lambda: bool(bench.training.record.seams), timeout=LONG)
    record = bench.training.record
    assert bench.training.folder != first
    assert len(record.step_losses) >= done - 1
    assert "keep" in record.seams[0].sentence
    assert record.seams[0].sentence in card.notice.text()
    pause(bench, qtbot)
    bench.document.undo()
    qtbot.waitUntil(lambda: bench.changed_drawing.back, timeout=LONG)
    bench.go_on_changed()
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=LONG)
    record = bench.training.record
    assert record.failed is None
    assert record.finished.reason == "done"
    assert [done.epoch for done in record.epochs] == [1, 2, 3, 4, 5, 6]
    assert Run.open(bench.training.folder).record["follows"]


def broken_off(folder):
    """A copy of the run as a kill would have left it: its last words are not there."""
    copy = folder.with_name(folder.name[:-3] + "999")
    shutil.copytree(folder, copy)
    log = copy / "events.jsonl"
    lines = log.read_text("utf-8").splitlines(keepends=True)
    log.write_text("".join(line for line in lines if '"event": "finished"' not in line), "utf-8")
    return copy


def test_a_run_that_was_killed_goes_on_from_the_list(bench, qtbot):
    start(bench, qtbot, epochs=60)
    qtbot.waitUntil(lambda: len(bench.training.record.epochs) >= 2, timeout=LONG)
    stop(bench, qtbot)
    copy = broken_off(bench.training.folder)
    runs = RunsList(bench)
    qtbot.addWidget(runs)
    runs.reload()
    qtbot.waitUntil(lambda: len(runs.runs) == 2, timeout=LONG)
    runs.list.setCurrentRow(next(row for row, run in enumerate(runs.runs) if run.folder == copy))
    assert runs.current.state == "interrupted"
    assert runs._on.isEnabled()
    runs._on.click()
    qtbot.waitUntil(lambda: bench.training.folder == copy and bench.training.state == "ended", timeout=LONG)
    record = bench.training.record
    assert record.failed is None
    assert record.continued is not None
    assert [done.epoch for done in record.epochs] == list(range(1, 61))
    assert record.title == copy.name
    assert run_title(copy.name) == "Run 999"
    assert bench.training.dataset is not None


def test_the_run_on_screen_goes_on_without_being_looked_for_in_the_list(bench, qtbot):
    start(bench, qtbot, epochs=100_000)
    qtbot.waitUntil(lambda: len(bench.training.record.epochs) >= 2, timeout=LONG)
    stop(bench, qtbot)
    runs = RunsList(bench)
    qtbot.addWidget(runs)
    runs.reload()
    qtbot.waitUntil(lambda: len(runs.runs) == 1, timeout=LONG)
    assert runs.current is None
    assert runs._on.isEnabled()
    runs._on.click()
    qtbot.waitUntil(lambda: bench.training.state == "running", timeout=LONG)
    assert bench.training.folder == runs.runs[0].folder
    stop(bench, qtbot)


def test_while_a_run_is_under_way_no_other_goes_on_and_the_reason_is_said(bench, qtbot):
    start(bench, qtbot, epochs=100_000)
    assert why_not(bench, "interrupted") == "Stop the run that is under way first"


def test_a_run_that_is_done_goes_on_once_it_is_given_more_epochs(bench, qtbot):
    train(bench, qtbot, epochs=2)
    runs = RunsList(bench)
    qtbot.addWidget(runs)
    runs.reload()
    qtbot.waitUntil(lambda: len(runs.runs) == 1, timeout=LONG)
    runs.list.setCurrentRow(0)
    runs._on.click()
    dialog = runs.findChild(object, "moreEpochs")
    assert "2 epochs" in dialog.labelText()
    dialog.setIntValue(5)
    dialog.accept()
    qtbot.waitUntil(lambda: bench.training.alive, timeout=LONG)
    qtbot.waitUntil(lambda: bench.training.state == "ended", timeout=LONG)
    assert bench.training.record.finished.epochs == 5


def test_opening_a_project_offers_to_go_on_with_a_run_that_was_interrupted_lately(bench, qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    offer = InterruptedOffer(bench, host)
    start(bench, qtbot, epochs=60)
    qtbot.waitUntil(lambda: len(bench.training.record.epochs) >= 2, timeout=LONG)
    stop(bench, qtbot)
    copy = broken_off(bench.training.folder)
    record = json.loads((copy / "run.json").read_text("utf-8"))
    (copy / "run.json").write_text(json.dumps({**record, "created": "2999-01-01T00:00:00+00:00"}), "utf-8")
    offer.look()
    qtbot.waitUntil(lambda: offer.sentence == "Run 999 was interrupted.", timeout=LONG)
    offer.button.click()
    qtbot.waitUntil(lambda: bench.training.folder == copy and bench.training.state == "ended", timeout=LONG)
    assert bench.training.record.finished.reason == "done"
