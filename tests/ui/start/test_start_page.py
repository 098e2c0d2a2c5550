"""The start page: what is there before a project is, that it opens copies and loses nothing, and how one gets back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from netbuilder.graph import Node
from netbuilder.graph.edits import add_node
from netbuilder.project import Project, file
from netbuilder.project.history import History
from netbuilder.project.recovery import Recovery
from netbuilder.resources import samples
from netbuilder.ui.app import begin_with
from netbuilder.ui.commands import listed
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.start.start_page import StartPage
from netbuilder.ui.workbench import Workbench

Answer = QMessageBox.StandardButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def draw_something(bench: Workbench) -> Project:
    bench.apply_main("Add Linear", add_node(bench.project.main, Node("n1", "linear", "digit")))
    return bench.project


def card(page: StartPage, name: str):
    return next(card for card in page.gallery.cards if card.sample.name == name)


def answer(window: MainWindow, button: QMessageBox.StandardButton, qtbot: QtBot) -> None:
    box = next(box for box in window.findChildren(QMessageBox, "unsavedChanges") if box.isVisible())
    with qtbot.waitSignal(box.finished):
        box.button(button).click()


def workspaces_marked(window: MainWindow) -> list[str]:
    return [name for name, button in window.top_bar.workspaces.items() if button.isChecked()]


def test_without_a_file_the_window_shows_the_start_page_and_no_panel(window: MainWindow, page: StartPage) -> None:
    assert window.workspaces.current == "start"
    assert page.isVisible()
    assert not any(dock.isVisible() for dock in window.docks.values())
    assert workspaces_marked(window) == []
    assert QApplication.activeModalWidget() is None


def test_with_a_file_the_start_page_is_never_made(bench: Workbench, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "mine.netb"
    file.save(Project(), path)
    shown = MainWindow(bench)
    with qtbot.waitExposed(shown):
        begin_with(shown, str(path))
    assert shown.workspaces.current == "design"
    assert bench.document.path == path
    assert shown.findChild(StartPage) is None
    shown.close()


def test_the_panels_of_design_stand_where_they_do_without_a_start_page(
    bench: Workbench, window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    page.ways["new"].click()
    qtbot.waitUntil(lambda: window.docks["palette"].isVisible())
    assert all(window.docks[name].isVisible() for name in ("palette", "settings", "source", "training"))
    assert window.docks["palette"].width() == pytest.approx(232, abs=4)
    assert window.docks["settings"].width() == pytest.approx(336, abs=4)


def test_a_card_opens_its_sample_as_an_unsaved_copy_in_design(
    bench: Workbench, window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    sample = card(page, "wine-mlp").sample
    before = sample.path.read_bytes()
    qtbot.mouseClick(card(page, "wine-mlp"), Qt.MouseButton.LeftButton)
    assert window.workspaces.current == "design"
    assert workspaces_marked(window) == ["design"]
    assert bench.project == file.open_file(sample.path).project
    assert bench.document.path is None
    assert not bench.document.edited
    assert sample.path.read_bytes() == before
    assert window.files.recent() == []
    assert window.canvas.hasFocus()


def test_arrows_and_enter_alone_open_a_sample(bench: Workbench, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert bench.document.title == samples()[1].name
    assert window.workspaces.current == "design"


def test_all_of_a_drawing_that_was_opened_from_here_is_in_view(
    bench: Workbench, window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    card(page, "digits-vae").click()
    canvas = window.canvas
    qtbot.waitUntil(lambda: canvas.visible_area().contains(canvas.scene().bounds()))
    assert canvas.zoom > 0.3


def test_new_empty_leads_to_an_empty_canvas(bench: Workbench, window: MainWindow, page: StartPage) -> None:
    page.ways["new"].click()
    assert window.workspaces.current == "design"
    assert bench.project == Project()
    assert window.canvas.floating.empty.isVisible()
    window.canvas.floating.empty.sample.click()
    assert window.workspaces.current == "start"
    assert page.gallery.search.hasFocus()


def test_unsaved_work_is_asked_about_and_cancel_stays_here_with_it(
    bench: Workbench, window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    drawn = draw_something(bench)
    card(page, "iris-mlp").click()
    assert bench.project == drawn
    answer(window, Answer.Cancel, qtbot)
    assert bench.project == drawn
    assert bench.document.edited
    assert window.workspaces.current == "start"


def test_unsaved_work_that_may_go_makes_room_for_the_sample(
    bench: Workbench, window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    draw_something(bench)
    card(page, "iris-mlp").click()
    answer(window, Answer.Discard, qtbot)
    assert bench.document.title == "iris-mlp"
    assert window.workspaces.current == "design"


def test_the_menu_and_a_key_lead_here_and_esc_back_to_the_drawing(
    bench: Workbench, window: MainWindow, page: StartPage, qtbot: QtBot
) -> None:
    window.workspaces.go("design")
    drawn = draw_something(bench)
    window.actions_["startPage"].trigger()
    assert window.workspaces.current == "start"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert window.workspaces.current == "design"
    window.actions_["newFromSample"].trigger()
    assert page.gallery.search.hasFocus()
    assert page.back.accessibleName() == "Back to untitled"
    page.back.click()
    assert window.workspaces.current == "design"
    assert bench.project == drawn


def test_there_is_a_way_back_only_once_there_is_something_to_go_back_to(bench: Workbench, page: StartPage) -> None:
    assert page.back.isHidden()
    draw_something(bench)
    assert not page.back.isHidden()


def test_new_from_sample_and_new_empty_stand_in_the_file_menu(window: MainWindow) -> None:
    of_file = [action.text() for titles, action in window.menus.rows() if titles == "File"]
    assert of_file[:4] == ["New empty project", "New from sample…", "Open…", "Start page"]


def test_every_sample_is_a_command_of_the_palette(bench: Workbench, window: MainWindow) -> None:
    commands = {command.key: command for command in listed(window)}
    for sample in samples():
        assert commands[f"sample {sample.name}"].title == f"New from sample: {sample.title}"
    commands["sample python-gpt"].run()
    assert bench.document.title == "python-gpt"


def test_every_way_has_its_name_and_shows_its_keys(window: MainWindow, page: StartPage) -> None:
    assert [way.accessibleName() for way in page.ways.values()] == ["New empty project", "Open", "Import from PyTorch"]
    assert page.ways["new"].keys == window.bench.keymap.text("new")


def test_going_round_with_f6_enters_the_start_page(window: MainWindow, page: StartPage, qtbot: QtBot) -> None:
    window.top_bar.train.setFocus()
    qtbot.keyClick(window.top_bar.train, Qt.Key.Key_F6)
    assert page.isAncestorOf(QApplication.focusWidget())


def test_lost_work_is_offered_on_top_and_brought_back_into_design(
    bench: Workbench, window: MainWindow, qtbot: QtBot, own_home: Path
) -> None:
    folder = own_home / "recovery"
    lost = Project().with_graph(add_node(Project().main, Node("n1", "linear", "digit")))
    recovery = Recovery(folder)
    recovery.keep(History(lost), "mine", None)
    assert recovery.wait(10)
    (kept,) = folder.glob("*.recovery")
    kept.rename(folder / "mine.kept")  # as a killed program does: the file stays, and its lock is gone
    recovery.close()
    (folder / "mine.kept").rename(folder / "mine.recovery")
    window.safety_net.offer(window)
    box = window.findChild(QMessageBox, "recoveryOffer")
    assert box is not None
    assert window.workspaces.current == "start"
    box.defaultButton().click()
    assert bench.project == lost
    assert window.workspaces.current == "design"


def test_the_page_follows_the_theme(bench: Workbench, window: MainWindow, page: StartPage) -> None:
    seen = []
    for name in ("dark", "light"):
        bench.look.choose(name)
        image = page.gallery.cards[0].grab().toImage()
        middle = image.width() // 2
        seen.append((image.pixelColor(middle, 3).name(), image.pixelColor(middle, image.height() - 4).name()))
        assert seen[-1] == (bench.look.theme.canvas, bench.look.theme.panel)
    assert len(set(seen)) == 2
