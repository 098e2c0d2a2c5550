"""Opening and saving, as the window does it: nothing is lost, and nothing is written that was not asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from netbuilder import resources
from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project, file
from netbuilder.ui.files import Files
from netbuilder.ui.workbench import Workbench


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    for box in shown.findChildren(QMessageBox):
        box.close()


@pytest.fixture
def files(bench: Workbench, window: QWidget) -> Files:
    return Files(bench, window)


def draw_something(bench: Workbench, name: str = "digit") -> Project:
    bench.apply_main("Add Linear", add_node(bench.project.main, Node("n1", "linear", name)))
    return bench.project


def box_of(window: QWidget, name: str) -> QMessageBox:
    box = window.findChild(QMessageBox, name)
    assert box is not None, f"no box called {name}"
    return box


def answer(window: QWidget, button: QMessageBox.StandardButton, qtbot: QtBot) -> None:
    box = box_of(window, "unsavedChanges")
    with qtbot.waitSignal(box.finished):
        box.button(button).click()


def test_a_project_is_saved_and_opened_again(bench: Workbench, files: Files, tmp_path: Path) -> None:
    drawn = draw_something(bench)
    path = tmp_path / "mine.netb"
    bench.document.save(path)
    bench.document.open(Project(), None)
    assert files.open(path)
    assert bench.project == drawn
    assert bench.document.path == path
    assert not bench.document.edited


def test_a_sample_opens_as_a_copy_without_a_file(bench: Workbench, files: Files) -> None:
    sample = resources.samples()[0]
    before = sample.path.read_bytes()
    assert files.open(sample.path)
    assert bench.document.path is None
    assert bench.document.title == sample.path.stem
    assert not bench.document.edited
    assert sample.path.read_bytes() == before


def test_a_damaged_file_is_shown_as_an_unsaved_copy_and_left_alone(
    bench: Workbench, files: Files, window: QWidget, tmp_path: Path
) -> None:
    drawn = draw_something(bench)
    text = file.dumps(drawn).replace('"name": "digit"', '"name": 7')
    assert text != file.dumps(drawn)
    path = tmp_path / "hurt.netb"
    path.write_text(text)
    assert files.open(path)
    assert bench.document.path is None
    assert bench.document.edited
    assert path.read_text() == text
    assert "untouched" in box_of(window, "fileProblem").informativeText()


def test_a_file_that_is_no_project_is_refused_with_a_sentence(
    bench: Workbench, files: Files, window: QWidget, tmp_path: Path
) -> None:
    drawn = draw_something(bench)
    path = tmp_path / "photo.netb"
    path.write_bytes(b"\x89PNG\r\n")
    assert not files.open(path)
    assert bench.project == drawn
    assert box_of(window, "fileProblem").informativeText()


def test_leaving_unsaved_work_asks_and_cancel_keeps_it(
    bench: Workbench, files: Files, window: QWidget, qtbot: QtBot
) -> None:
    drawn = draw_something(bench)
    files.new()
    answer(window, QMessageBox.StandardButton.Cancel, qtbot)
    assert bench.project == drawn


def test_unsaved_work_that_is_given_up_is_left_behind(
    bench: Workbench, files: Files, window: QWidget, qtbot: QtBot
) -> None:
    draw_something(bench)
    files.new()
    answer(window, QMessageBox.StandardButton.Discard, qtbot)
    assert bench.project == Project()


def test_saving_before_leaving_writes_the_file_and_then_goes_on(
    bench: Workbench, files: Files, window: QWidget, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.netb"
    bench.document.save(path)
    drawn = draw_something(bench)
    files.new()
    answer(window, QMessageBox.StandardButton.Save, qtbot)
    assert file.open_file(path).project == drawn
    assert bench.project == Project()


def test_calling_off_the_name_also_calls_off_leaving(
    bench: Workbench, files: Files, window: QWidget, qtbot: QtBot
) -> None:
    drawn = draw_something(bench)
    files.new()
    answer(window, QMessageBox.StandardButton.Save, qtbot)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(dialog.finished):
        dialog.reject()
    assert bench.project == drawn
    assert bench.document.edited


def test_a_folder_that_can_not_be_written_is_said_and_loses_nothing(
    bench: Workbench, files: Files, window: QWidget, tmp_path: Path
) -> None:
    drawn = draw_something(bench)
    (tmp_path / "taken").write_text("a file where a folder should be")
    bench.document.path = tmp_path / "taken" / "mine.netb"
    files.save()
    assert "could not be written" in box_of(window, "fileProblem").text()
    assert bench.project == drawn
    assert bench.document.edited


def test_recent_files_come_newest_first_and_once_each(bench: Workbench, files: Files, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.netb" for name in "abc"]
    for path in (*paths, paths[0]):
        file.save(Project(), path)
        files.open(path)
    assert files.recent() == [paths[0], paths[2], paths[1]]
