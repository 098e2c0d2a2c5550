"""The workbench: it reads, checks and trains what is drawn, and says in a sentence why it does not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from netbuilder import resources
from netbuilder.graph.edits import remove_nodes, rename_node, set_settings
from netbuilder.project import Part
from netbuilder.project.file import open_file
from netbuilder.ui.training import ENDED, PAUSED, RUNNING
from netbuilder.ui.workbench import Workbench

SOON = 60_000  # milliseconds; torch may have to be imported first


def open_sample(bench: Workbench, name: str, **recipe: object) -> None:
    path = next(sample.path for sample in resources.samples() if sample.name == name)
    project = open_file(path).project
    part = Part(project.recipe.kind, {**project.recipe.settings, **recipe})
    bench.document.open(project.with_recipe(part), None, name=name)


def checked(bench: Workbench, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bench.loading.dataset is not None and bench.checking.is_current, timeout=SOON)


def test_nothing_is_read_or_checked_before_the_first_paint(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp")
    assert not bench.loading.busy
    assert bench.checking.latest is None
    bench.begin()
    checked(bench, qtbot)
    assert bench.checking.latest.can_train
    assert bench.checking.latest.project is bench.project


def test_each_edit_is_checked_and_the_answer_is_of_the_newest(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp")
    bench.begin()
    checked(bench, qtbot)
    linear = next(node for node in bench.project.main if node.kind == "linear")
    for width in range(3, 40):
        bench.apply_main("Set", set_settings(bench.project.main, linear.id, {"out_features": width}))
    checked(bench, qtbot)
    assert bench.checking.latest.project is bench.project
    assert "39" in bench.checking.latest.source.text


def test_a_check_begins_after_the_picture_and_a_row_of_edits_does_not_put_it_off(
    bench: Workbench, qtbot: QtBot
) -> None:
    open_sample(bench, "iris-mlp")
    bench.begin()
    checked(bench, qtbot)
    linear = next(node for node in bench.project.main if node.kind == "linear")
    began: list[object] = []
    bench.checking._job.request = began.append  # type: ignore[method-assign]
    bench.apply_main("Set", set_settings(bench.project.main, linear.id, {"out_features": 5}))
    assert not bench.checking.is_current
    assert began == []
    for width in range(6, 200):
        bench.apply_main("Set", set_settings(bench.project.main, linear.id, {"out_features": width}))
        qtbot.wait(2)
        if began:
            break
    assert began[0][0] is bench.project


def test_train_waits_for_the_data_and_the_check_and_then_trains_to_the_end(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp", epochs=3)
    bench.begin()
    bench.train()  # nothing is read yet
    assert bench.wants_training
    qtbot.waitUntil(lambda: bench.training.state == ENDED, timeout=SOON)
    record = bench.training.record
    assert [done.epoch for done in record.epochs] == [1, 2, 3]
    assert record.finished is not None
    assert record.finished.reason == "done"
    assert (Path(bench.training.folder) / "model.py").read_text() == bench.checking.latest.source.text


def test_a_drawing_with_an_error_is_not_trained_and_its_node_is_shown(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp")
    output = next(node for node in bench.project.main if node.kind == "output")
    bench.apply_main("Delete", remove_nodes(bench.project.main, [output.id]))
    bench.begin()
    with qtbot.waitSignal(bench.said, timeout=SOON) as told:
        bench.train()
    assert "Output" in told.args[0]
    assert not bench.training.alive
    assert bench.training.record is None


def test_data_that_can_not_be_read_is_said_and_leads_to_the_data_workspace(bench: Workbench, qtbot: QtBot) -> None:
    bench.document.open(bench.project.with_data(Part("csv", {"path": "/nowhere/at/all.csv"})), None)
    bench.begin()
    with qtbot.waitSignals([bench.said, bench.workspaceRequested], timeout=SOON):
        bench.train()
    assert bench.loading.dataset is None
    assert bench.loading.sentence
    assert not bench.wants_training


def test_a_wish_to_train_can_be_taken_back(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp")
    bench.train()  # before anything is read: it waits
    assert bench.wants_training
    bench.cancel_training()
    assert not bench.wants_training
    bench.begin()
    checked(bench, qtbot)
    assert bench.training.record is None


def test_a_run_is_paused_asked_continued_and_stopped(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp", epochs=100_000)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.record is not None and len(bench.training.record.epochs) > 1, timeout=SOON)
    bench.training.pause()
    qtbot.waitUntil(lambda: bench.training.state == PAUSED, timeout=SOON)
    answers: list[int] = []
    assert bench.training.ask(lambda model, dataset: len(dataset), answers.append)
    qtbot.waitUntil(lambda: answers == [150], timeout=SOON)
    bench.training.resume()
    qtbot.waitUntil(lambda: bench.training.state == RUNNING, timeout=SOON)
    bench.cancel_training()
    qtbot.waitUntil(lambda: bench.training.state == ENDED, timeout=SOON)
    assert bench.training.record.finished.reason == "stopped"
    assert bench.training.record.checkpoints


def test_a_question_that_fails_is_told_to_who_asked_and_the_run_goes_on(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp", epochs=100_000)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.state == RUNNING, timeout=SOON)
    faults: list[BaseException] = []

    def divide(model: object, dataset: object) -> float:
        return 1 / 0

    bench.training.ask(divide, lambda answer: pytest.fail("there is no answer"), faults.append)
    qtbot.waitUntil(lambda: len(faults) == 1, timeout=SOON)
    assert isinstance(faults[0], ZeroDivisionError)
    epochs = len(bench.training.record.epochs)
    qtbot.waitUntil(lambda: len(bench.training.record.epochs) > epochs, timeout=SOON)


def test_a_broken_rule_is_said_and_changes_nothing(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp")
    before = bench.project
    one, other = list(before.main)[:2]
    with qtbot.waitSignal(bench.said) as told:
        done = bench.try_apply("Rename", lambda p: p.with_graph(rename_node(p.main, one.id, other.name)))
    assert not done
    assert other.name in told.args[0]
    assert bench.project is before


def test_what_is_gone_is_no_longer_selected(bench: Workbench) -> None:
    open_sample(bench, "iris-mlp")
    first, second = list(bench.project.main)[:2]
    bench.selection.set([first.id, second.id])
    bench.apply_main("Delete", remove_nodes(bench.project.main, [first.id]))
    assert bench.selection.nodes == {second.id}


def test_nothing_is_selected_in_a_project_that_was_just_opened(bench: Workbench) -> None:
    open_sample(bench, "iris-mlp")
    bench.selection.set(list(bench.project.main.nodes)[:2])
    open_sample(bench, "wine-mlp")  # whose nodes have the same ids
    assert not bench.selection.nodes


def test_a_wish_to_train_does_not_outlive_its_project(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp")
    bench.train()  # before anything is read: it waits
    open_sample(bench, "wine-mlp")
    bench.begin()
    checked(bench, qtbot)
    assert not bench.wants_training
    assert bench.training.record is None


def test_a_long_answer_about_an_ended_run_does_not_hold_up_the_next(bench: Workbench, qtbot: QtBot) -> None:
    open_sample(bench, "iris-mlp", epochs=1)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.state == ENDED, timeout=SOON)
    asked, may_answer = threading.Event(), threading.Event()

    def think(model: object, dataset: object) -> bool:
        asked.set()
        return may_answer.wait(60)

    bench.training.ask(think, lambda answer: pytest.fail("it is of a run that is no longer on screen"))
    assert asked.wait(60)
    try:
        bench.train()  # would not return until the answer is there
        qtbot.waitUntil(lambda: bench.training.record.finished is not None, timeout=SOON)
    finally:
        may_answer.set()


def test_other_data_asked_for_while_reading_is_what_ends_up_read(bench: Workbench, qtbot: QtBot) -> None:
    bench.begin()
    for kind in ("digits", "wine", "iris"):
        bench.apply(f"Use {kind}", bench.project.with_data(Part(kind)))
    qtbot.waitUntil(lambda: bench.loading.dataset is not None and not bench.loading.busy, timeout=SOON)
    assert bench.loading.spec.title == "iris"


def test_reading_can_be_cancelled_and_started_again(bench: Workbench, qtbot: QtBot) -> None:
    bench.begin()
    bench.loading.cancel()
    assert not bench.loading.busy
    assert "cancelled" in bench.loading.sentence
    bench.loading.reload()
    qtbot.waitUntil(lambda: bench.loading.dataset is not None, timeout=SOON)
    assert bench.loading.sentence == ""
