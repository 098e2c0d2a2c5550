"""The curves of a run chosen from the list are drawn over those on screen, and made off the thread of the window."""

from __future__ import annotations

import threading

import pytest

from netbuilder.train.about import About, write_about
from netbuilder.train.run import runs_folder
from netbuilder.ui.train import run_curves
from netbuilder.ui.train.run_curves import smoothed
from netbuilder.ui.train.train_page import TrainPage
from tests.ui.all_runs.made import make_run
from tests.ui.runs import smoothing_threads


@pytest.fixture
def page(bench, qtbot):
    for number in (1, 2):
        make_run(runs_folder(bench.document.title) / f"toy-00{number}")
    page = TrainPage(bench)
    qtbot.addWidget(page)
    page.resize(1500, 900)
    with qtbot.waitExposed(page):
        page.show()
    qtbot.waitUntil(lambda: page.runs.list.count() == 2)
    return page


def test_a_run_that_is_chosen_is_smoothed_elsewhere_and_then_drawn(page, qtbot, monkeypatch):
    on = smoothing_threads(monkeypatch)
    page.runs.list.setCurrentRow(0)
    qtbot.waitUntil(lambda: bool(page.loss._curves))
    assert on
    assert threading.main_thread() not in on


def test_the_run_that_was_chosen_last_is_the_one_that_is_drawn(page, qtbot):
    page.runs.list.setCurrentRow(0)
    page.runs.list.setCurrentRow(1)
    last = page.runs.current.record
    qtbot.waitUntil(lambda: page._other is not None)
    assert page._other.record is last
    page.runs.list.setCurrentRow(-1)
    assert page._other is None


def test_a_run_whose_log_can_not_be_read_does_not_take_the_others_off_the_list(page, qtbot):
    log = page.runs.runs[0].folder / "events.jsonl"
    log.unlink()
    log.mkdir()
    page.runs.reload()
    qtbot.waitUntil(lambda: page.runs.runs[0].trouble != "")
    assert page.runs.list.count() == 2
    assert "can't be read" in page.runs.list.item(0).text()
    assert "is a folder and not a file. Move" in page.runs.list.item(0).toolTip()


def test_a_run_that_has_a_name_is_called_so_in_the_legend(page, qtbot):
    write_about(page.runs.runs[0].folder, About("slow and steady"))
    page.runs.reload()
    qtbot.waitUntil(lambda: page.runs.runs[0].title == "slow and steady")
    main = smoothed(page.runs.runs[1].record)
    page.runs.list.setCurrentRow(0)
    qtbot.waitUntil(lambda: page._other is not None)
    page.plots.show_losses(main, page._other)
    assert page.loss._legend.accessibleName() == "train, validation, slow and steady"


def test_a_page_goes_on_drawing_until_all_losses_are_smoothed(page, bench, qtbot, monkeypatch):
    monkeypatch.setattr(run_curves, "AT_ONCE", 7)
    record = page.runs.runs[0].record
    bench.training.record = record
    page.redraw()
    assert page._curves.behind
    qtbot.waitUntil(lambda: not page._curves.behind and page.loss._curves[0].end == 3)
    bench.training.record = None
