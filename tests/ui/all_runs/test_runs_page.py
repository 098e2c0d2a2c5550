"""The table of all runs: sorted, filtered, named, starred and deleted as the user does it, and their curves."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import filelock
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from netbuilder.train import trash
from netbuilder.train.about import About, read_about, write_about
from netbuilder.train.event_log import EventLog
from netbuilder.train.events import Adjusted
from netbuilder.train.runs import all_runs_folder
from netbuilder.ui.runs.columns import AT
from netbuilder.ui.runs.overlay import STEPS, Palette
from netbuilder.ui.runs.runs_page import RunsPage
from tests.ui.all_runs.made import make_run
from tests.ui.runs import smoothing_threads

LEFT, NONE, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def made() -> dict[str, Path]:
    """Four runs of two projects."""
    runs = all_runs_folder()
    return {
        "a1": make_run(runs / "alpha" / "alpha-001", accuracy=0.9, parameters=900, created="2026-03-01T10:00:00+00:00"),
        "a2": make_run(runs / "alpha" / "alpha-002", accuracy=0.8, parameters=12000, created="2026-03-02T10:00+00:00"),
        "b1": make_run(runs / "beta" / "beta-001", accuracy=0.7, parameters=80, created="2026-03-03T10:00:00+00:00"),
        "b2": make_run(runs / "beta" / "beta-002", epochs=0, created="2026-03-04T10:00:00+00:00", failed="No memory."),
    }


@pytest.fixture
def page(bench, qtbot):
    page = RunsPage(bench)
    qtbot.addWidget(page)
    page.resize(1500, 900)
    with qtbot.waitExposed(page):
        page.show()
    page.setFocus()
    qtbot.waitUntil(lambda: page._read_once)
    yield page
    page.hide()


def shown(page: RunsPage) -> list[str]:
    model = page.table.filter
    return [model.run(model.index(row, 0)).folder.name for row in range(model.rowCount())]


def cell(page: RunsPage, folder: Path, column: str) -> QModelIndex:
    row = shown(page).index(folder.name)
    return page.table.filter.index(row, AT[column])


def click(page: RunsPage, qtbot, index: QModelIndex, modifier=NONE) -> None:
    qtbot.mouseClick(page.table.viewport(), LEFT, modifier, page.table.visualRect(index).center())


def test_without_runs_the_page_says_how_to_make_one(page):
    assert page.nothing.isVisible()
    assert "Press Train" in page.nothing.sentence.text()
    assert not page.delete.isEnabled()


def test_the_runs_of_all_projects_are_listed_the_newest_first(made, page):
    assert shown(page) == ["beta-002", "beta-001", "alpha-002", "alpha-001"]
    assert page.count.text() == "4 runs"
    assert cell(page, made["b2"], "state").data() == "failed"
    assert cell(page, made["b2"], "state").data(Qt.ItemDataRole.ToolTipRole) == "No memory."
    assert cell(page, made["a1"], "score").data() == "accuracy  0.900"
    assert cell(page, made["a1"], "name").data() == "Run 1"


def test_numbers_are_sorted_as_numbers_and_what_is_not_told_comes_last(made, page):
    page.table.sortByColumn(AT["parameters"], Qt.SortOrder.AscendingOrder)
    assert shown(page) == ["beta-001", "alpha-001", "alpha-002", "beta-002"]
    page.table.sortByColumn(AT["parameters"], Qt.SortOrder.DescendingOrder)
    assert shown(page) == ["alpha-002", "alpha-001", "beta-001", "beta-002"]


def test_run_2_comes_before_run_10(page, qtbot):
    for number in (10, 2):
        make_run(all_runs_folder() / "p" / f"p-{number:03d}")
    page.reload()
    qtbot.waitUntil(lambda: len(shown(page)) == 2)
    page.table.sortByColumn(AT["name"], Qt.SortOrder.AscendingOrder)
    assert shown(page) == ["p-002", "p-010"]


def test_the_filter_looks_for_every_word_in_name_project_note_recipe_and_state(made, page, qtbot):
    write_about(made["a1"], About(name="Baseline", note="for the talk"))
    page.reload()
    qtbot.waitUntil(lambda: cell(page, made["a1"], "name").data() == "Baseline")
    for words, found in (
        ("basel", ["alpha-001"]),
        ("alpha TALK", ["alpha-001"]),
        ("failed", ["beta-002"]),
        ("supervised beta", ["beta-002", "beta-001"]),
        ("nowhere", []),
    ):
        page.search.setText(words)
        assert shown(page) == found, words
    assert page.nothing.isVisible()
    assert page.count.text() == "0 of 4 runs"


def test_starred_and_this_project_narrow_what_is_shown(made, page, bench, qtbot, tmp_path):
    click(page, qtbot, cell(page, made["b1"], "star"))
    page.starred.click()
    assert shown(page) == ["beta-001"]
    page.starred.click()
    bench.document.open(bench.project, tmp_path / "alpha.netb")
    page.this_project.click()
    assert shown(page) == ["alpha-002", "alpha-001"]


def test_a_reading_that_began_before_a_star_was_written_does_not_take_it_away(made, page, qtbot, monkeypatch):
    old = page._reader.read()
    begun, go = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert go.wait(20)
        return old

    with monkeypatch.context() as patch:
        patch.setattr(page._reader, "read", slow)
        qtbot.waitUntil(lambda: not page._reading)
        page.reload()
        assert begun.wait(20)
        with qtbot.waitSignal(page.remarks.written):
            click(page, qtbot, cell(page, made["a1"], "star"))
        page._again = False  # what is read next would mend it
        go.set()
        qtbot.waitUntil(lambda: not page._reading)
    run = next(run for run in page.table.runs.runs if run.folder == made["a1"])
    assert run.about.star


def test_a_star_is_kept_in_the_folder_and_taken_away_again(made, page, qtbot):
    click(page, qtbot, cell(page, made["a1"], "star"))
    qtbot.waitUntil(lambda: read_about(made["a1"]).star)
    page.table.select([made["a1"], made["a2"]])
    qtbot.keyClick(page.table, Qt.Key.Key_S)  # one of them has none: both have one then
    qtbot.waitUntil(lambda: read_about(made["a2"]).star)
    assert read_about(made["a1"]).star
    qtbot.keyClick(page.table, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: not read_about(made["a1"]).star and not read_about(made["a2"]).star)


def test_the_last_word_on_a_run_is_the_one_that_stays(made, page, qtbot):
    for number in range(20):
        page.remarks.write(made["a1"], About(name=f"name {number}"))
    qtbot.waitUntil(lambda: read_about(made["a1"]).name == "name 19")
    qtbot.waitUntil(lambda: cell(page, made["a1"], "name").data() == "name 19")


def test_a_run_is_renamed_in_place_and_its_folder_keeps_its_name(made, page, qtbot):
    page.table.select([made["a1"]])
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    field = page.table.findChild(QLineEdit)
    assert field.text() == "Run 1"
    field.selectAll()
    qtbot.keyClicks(field, "The good one")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: cell(page, made["a1"], "name").data() == "The good one")
    qtbot.waitUntil(lambda: read_about(made["a1"]) == About(name="The good one"))
    assert made["a1"].is_dir()
    page.table.runs.setData(page.table.filter.mapToSource(cell(page, made["a1"], "name")), "Run 1")
    qtbot.waitUntil(lambda: read_about(made["a1"]) == About())  # what it is called anyway is no name of its own


def test_a_note_is_written_where_it_stands(made, page, qtbot):
    at = cell(page, made["b1"], "note")
    page.table.scrollTo(at)
    click(page, qtbot, at)
    qtbot.mouseDClick(page.table.viewport(), LEFT, NONE, page.table.visualRect(at).center())
    field = page.table.findChild(QLineEdit)
    qtbot.keyClicks(field, "too small")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: read_about(made["b1"]).note == "too small")


def test_what_can_not_be_kept_is_said_and_not_shown(made, page, bench, qtbot):
    (made["a1"] / "about.json").mkdir()
    (made["a1"] / "about.json" / "x").touch()
    with qtbot.waitSignal(bench.said) as said:
        click(page, qtbot, cell(page, made["a1"], "star"))
    assert "can't be kept" in said.args[0]
    qtbot.waitUntil(lambda: not page.table.runs.runs[-1].about.star)


def test_deleted_runs_come_back_by_undo(made, page, qtbot):
    page.table.select([made["a1"], made["b1"]])
    assert page.delete.text() == "Delete 2 runs"
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: shown(page) == ["beta-002", "alpha-002"])
    assert not made["a1"].exists()
    assert page.toast.sentence == "Deleted 2 runs."
    qtbot.mouseClick(page.toast.button, LEFT)
    qtbot.waitUntil(lambda: len(shown(page)) == 4)
    assert json.loads((made["a1"] / "run.json").read_text())["title"] == "alpha"


def test_what_can_not_be_undone_any_more_goes_to_the_trash_of_the_system(made, page, qtbot, monkeypatch, tmp_path):
    sent = []
    monkeypatch.setattr(trash, "_system_trash", lambda path: sent.append(path) or Path(path).rename(tmp_path / "bin"))
    page.table.select([made["a1"]])
    qtbot.mouseClick(page.delete, LEFT)
    qtbot.waitUntil(lambda: page.toast.isVisible())
    assert sent == []
    page.toast._floating._timer.timeout.emit()
    qtbot.waitUntil(lambda: sent == [str(made["a1"])])


def test_a_run_that_is_trained_elsewhere_is_not_deleted_and_that_is_said(made, page, bench, qtbot):
    with filelock.FileLock(made["a1"] / "alive"):
        page.table.select([made["a1"]])
        with qtbot.waitSignal(bench.said) as said:
            qtbot.mouseClick(page.delete, LEFT)
        assert "Stop it first" in said.args[0]
    assert made["a1"].is_dir()


def test_a_run_that_begins_or_goes_on_elsewhere_appears_and_the_selection_stays(made, page, qtbot):
    page.table.select([made["a2"]])
    make_run(all_runs_folder() / "gamma" / "gamma-001", created="2026-04-01T10:00:00+00:00", ended=False)
    page.reload()
    qtbot.waitUntil(lambda: shown(page)[0] == "gamma-001")
    assert page.table.filter.index(0, AT["state"]).data() == "interrupted"
    assert [run.folder for run in page.table.selected()] == [made["a2"]]


def test_two_runs_exactly_can_be_compared(made, page, qtbot):
    page.table.select([made["a1"]])
    assert not page.compare.isEnabled()
    page.table.select([made["a1"], made["a2"]])
    with qtbot.waitSignal(page.compare_requested) as asked:
        qtbot.mouseClick(page.compare, LEFT)
    assert asked.args == [made["a1"], made["a2"]]
    page.table.select([made["a1"], made["a2"], made["b1"]])
    assert not page.compare.isEnabled()


def test_the_way_back_leads_to_the_train_workspace(page, bench, qtbot):
    with qtbot.waitSignal(bench.workspaceRequested) as asked:
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert asked.args == ["train"]


# Their curves


def test_the_curves_of_all_selected_runs_are_in_one_plot(made, page, qtbot):
    page.table.select([made["a1"], made["a2"], made["b1"]])
    page.curves.click()
    qtbot.waitUntil(lambda: len(page.overlay.plot._curves) == 3)
    curves = page.overlay.plot._curves
    assert {curve.name for curve in curves} == {"alpha · Run 1", "alpha · Run 2", "beta · Run 1"}
    assert len({curve.colour for curve in curves}) == 3
    assert page.overlay.which.currentData() == "validation_loss"
    assert page.overlay.legend.count() == 3
    page.overlay.which.setCurrentIndex(page.overlay.which.findData("validation_accuracy"))
    page.overlay.which.activated.emit(page.overlay.which.currentIndex())
    ends = {curve.name: curve.y[-1] for curve in page.overlay.plot._curves}
    assert ends == {"alpha · Run 1": 0.9, "alpha · Run 2": 0.8, "beta · Run 1": 0.7}
    page.overlay.which.setCurrentIndex(page.overlay.which.findData(STEPS))
    page.overlay.which.activated.emit(page.overlay.which.currentIndex())
    assert [len(curve.x) for curve in page.overlay.plot._curves] == [30, 30, 30]


def test_a_run_keeps_its_colour_when_others_come_and_go(made, page, qtbot):
    page.table.select([made["a1"], made["a2"]])
    page.curves.click()
    qtbot.waitUntil(lambda: len(page.overlay.plot._curves) == 2)
    before = dict(page.overlay._colours)
    page.table.select([made["a2"], made["b1"]])
    qtbot.waitUntil(lambda: {"beta · Run 1"} < {curve.name for curve in page.overlay.plot._curves})
    assert page.overlay._colours[made["a2"]] == before[made["a2"]]
    assert not cell(page, made["b1"], "name").data(Qt.ItemDataRole.DecorationRole).isNull()
    page.curves.click()
    assert cell(page, made["b1"], "name").data(Qt.ItemDataRole.DecorationRole) is None


def test_more_runs_than_colours_are_told_apart_by_dashes():
    given = Palette().give([Path(str(number)) for number in range(16)])
    assert len(set(given.values())) == 16


def test_runs_without_curves_are_a_sentence(made, page, qtbot):
    page.curves.click()
    qtbot.waitUntil(lambda: "Select the runs" in page.overlay.plot._sentence.text())
    page.table.select([made["b2"]])
    qtbot.waitUntil(lambda: "before they had anything" in page.overlay.plot._sentence.text())


def test_a_name_with_markup_is_shown_as_it_is(made, page, qtbot):
    write_about(made["a1"], About(name="<b>x</b>", note="<img src=x>"))
    page.reload()
    qtbot.waitUntil(lambda: cell(page, made["a1"], "name").data() == "<b>x</b>")
    assert "<img" not in cell(page, made["a1"], "note").data(Qt.ItemDataRole.ToolTipRole)
    assert QApplication.instance() is not None


def make_unreadable(folder: Path) -> None:
    log = folder / "events.jsonl"
    log.unlink()
    log.mkdir()


def test_a_run_whose_log_can_not_be_read_says_so_in_its_row_and_in_place_of_its_curves(made, page, qtbot):
    make_unreadable(made["a1"])
    page.reload()
    qtbot.waitUntil(lambda: cell(page, made["a1"], "state").data() == "unreadable")
    tip = cell(page, made["a1"], "state").data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("Its events.jsonl is a folder and not a file. Move that folder away")
    click(page, qtbot, cell(page, made["a1"], "project"))
    page.curves.setChecked(True)
    qtbot.waitUntil(lambda: "is a folder and not a file" in page.overlay.plot._sentence.text())


def test_curves_are_smoothed_off_the_thread_of_the_window(made, page, qtbot, monkeypatch):
    on = smoothing_threads(monkeypatch)
    click(page, qtbot, cell(page, made["a1"], "project"))
    page.curves.setChecked(True)
    qtbot.waitUntil(lambda: page.overlay.which.count() > 0)
    page.overlay.which.setCurrentIndex(page.overlay.which.findData(STEPS))
    page.overlay._choose(0)
    assert page.overlay.plot._curves
    assert on
    assert threading.main_thread() not in on


def adjusted(folder: Path, *rates: float) -> None:
    log = EventLog(folder / "events.jsonl")
    for at, rate in enumerate(rates, start=11):
        log.write(Adjusted(at, at / 10, rate, 64, 10))
    log.close()


def test_a_rate_that_was_changed_on_the_way_is_shown_and_sorted_after_the_one_it_began_with(made, page, qtbot):
    adjusted(made["a1"], 0.01, 0.0003)
    adjusted(made["b1"], 0.0001)
    page.reload()
    qtbot.waitUntil(lambda: cell(page, made["a1"], "learning_rate").data() == "0.001 → 3e-4")
    assert cell(page, made["a2"], "learning_rate").data() == "0.001"
    tip = cell(page, made["a1"], "learning_rate").data(Qt.ItemDataRole.ToolTipRole)
    assert "Changed after 1.1 epochs: learning rate 0.01; after 1.2 epochs: learning rate 0.0003." in tip
    page.table.sortByColumn(AT["learning_rate"], Qt.SortOrder.AscendingOrder)
    assert shown(page)[:2] == ["beta-001", "alpha-001"], "to 0.0001, to 0.0003, and those that stayed"
