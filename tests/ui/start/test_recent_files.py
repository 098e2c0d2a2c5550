"""Recent projects on the start page: each with its folder, and one that is gone says so and can be let go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from netbuilder.project import Project, file
from netbuilder.ui.files import Files
from netbuilder.ui.start import recent_files
from netbuilder.ui.start.recent_files import GONE, NONE, RecentFiles, breakable, home_folder, missing_of
from netbuilder.ui.workbench import Workbench


@pytest.fixture
def files(bench: Workbench, qtbot: QtBot) -> Iterator[Files]:
    window = QWidget()
    qtbot.addWidget(window)
    yield Files(bench, window)
    for box in window.findChildren(QMessageBox):
        box.close()


@pytest.fixture
def recent(bench: Workbench, files: Files, qtbot: QtBot) -> RecentFiles:
    made = RecentFiles(bench, files)
    qtbot.addWidget(made)
    return made


def saved(files: Files, *paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        file.save(Project(), path)
        files.open(path)


def said(widget: QWidget) -> list[str]:
    return [part.text().replace("\u200b", "") for part in widget.findChildren(QLabel) if not part.isHidden()]


def test_each_is_listed_with_its_folder_the_newest_first(recent: RecentFiles, files: Files, tmp_path: Path) -> None:
    saved(files, tmp_path / "thesis" / "flowers.netb", tmp_path / "digits.netb")
    assert [row.path.stem for row in recent.rows] == ["digits", "flowers"]
    assert said(recent.rows[1]) == ["flowers", home_folder(tmp_path / "thesis" / "flowers.netb")]


def test_a_list_of_none_says_how_files_get_there(recent: RecentFiles) -> None:
    assert said(recent) == [NONE]


def test_one_that_is_gone_says_so_and_can_be_taken_off_the_list(
    recent: RecentFiles, files: Files, tmp_path: Path, qtbot: QtBot
) -> None:
    saved(files, tmp_path / "gone.netb", tmp_path / "there.netb")
    (tmp_path / "gone.netb").unlink()
    recent.refresh()
    qtbot.waitUntil(lambda: GONE in said(recent.rows[1]))
    assert GONE in recent.rows[1].open.accessibleDescription()
    assert GONE not in said(recent.rows[0])
    assert recent.rows[0].forget.isHidden()
    recent.rows[1].forget.click()
    assert [row.path.stem for row in recent.rows] == ["there"]
    assert [path.stem for path in files.recent()] == ["there"]


def test_one_that_went_while_it_was_on_screen_is_told_in_a_sentence_and_marked(
    recent: RecentFiles, files: Files, bench: Workbench, tmp_path: Path, qtbot: QtBot
) -> None:
    saved(files, tmp_path / "gone.netb")
    bench.document.open(Project(), None)
    (tmp_path / "gone.netb").unlink()
    recent.rows[0].open.click()
    box = files.parent().findChild(QMessageBox, "fileProblem")
    assert box is not None
    assert box.informativeText()
    assert bench.document.path is None
    qtbot.waitUntil(lambda: GONE in said(recent.rows[0]))


def test_a_click_opens_it(recent: RecentFiles, files: Files, bench: Workbench, tmp_path: Path, qtbot: QtBot) -> None:
    saved(files, tmp_path / "one.netb", tmp_path / "two.netb")
    recent.rows[1].open.click()
    assert bench.document.path == tmp_path / "one.netb"
    assert [row.path.stem for row in recent.rows] == ["one", "two"]


def test_nobody_looks_on_another_computer_for_the_sake_of_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr(recent_files.Path, "is_file", lambda path: asked.append(path) is not None)
    here = Path("/nowhere/mine.netb")
    assert missing_of([here, Path(r"\\server\share\theirs.netb")]) == {here}
    assert asked == [here]


def test_a_folder_below_ones_own_is_told_from_there() -> None:
    assert home_folder(Path.home() / "networks" / "mine.netb") == str(Path("~/networks"))
    assert home_folder(Path.home() / "mine.netb") == "Your home folder"
    assert home_folder(Path("/srv/networks/mine.netb")) == str(Path("/srv/networks"))


def test_a_long_folder_has_places_to_begin_a_new_line_and_loses_no_letter() -> None:
    folder = "/home/me/a_very-long.name/" + "x" * 100
    shown = breakable(folder)
    assert shown.replace("\u200b", "") == folder
    assert max(map(len, shown.split("\u200b"))) <= 24
