"""The window as a whole: what stands where, and what it asks before it goes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from netbuilder import resources
from netbuilder.graph import Node
from netbuilder.graph.edits import add_node, disconnect
from netbuilder.project import Part
from netbuilder.project.file import open_file
from netbuilder.project.recovery import find_lost
from netbuilder.train.events import Paused
from netbuilder.train.run import Run
from netbuilder.ui.actions import TABLE
from netbuilder.ui.main_window import MainWindow
from netbuilder.ui.training import RUNNING
from netbuilder.ui.workbench import Workbench
from tests.ui.blocks import project_with_blocks
from tests.ui.runs import start

WORDS = (
    "palette canvas settings problems source training inspector trainButton pauseButton stopButton exportButton "
    "undoAction redoAction saveAction"
)


@pytest.fixture
def window(bench: Workbench, qtbot: QtBot) -> Iterator[MainWindow]:
    shown = MainWindow(bench)
    with qtbot.waitExposed(shown):
        shown.show()
    yield shown
    bench.training.close()
    bench.document.open(bench.project, None)
    shown.close()


def open_sample(bench: Workbench, name: str, **recipe: object) -> None:
    project = open_file(next(sample.path for sample in resources.samples() if sample.name == name)).project
    part = Part(project.recipe.kind, {**project.recipe.settings, **recipe})
    bench.document.open(project.with_recipe(part), None, name=name)


def visible_tabs(window: MainWindow) -> list[QTabBar]:
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    return [tabs for tabs in window.findChildren(QTabBar, options=direct) if tabs.isVisible() and tabs.count()]


def test_every_name_that_automation_relies_on_is_there_with_an_accessible_name(window: MainWindow) -> None:
    window.workspaces.page("inspect")
    for name in WORDS.split():
        found = window.findChild(QWidget, name) or window.actions_[name.removesuffix("Action")]
        assert found.objectName() == name
        assert (found.accessibleName() if isinstance(found, QWidget) else found.text()) != ""


def test_every_action_in_the_table_does_something_and_no_key_is_taken_twice(window: MainWindow) -> None:
    keys = [keys for entry in TABLE for keys in (entry.keys, *entry.more_keys) if keys]
    assert len(keys) == len(set(keys))
    assert {window.actions_[entry.name].text() for entry in TABLE}


def test_resetting_the_panels_after_a_restart_leaves_no_stray_tabs(bench: Workbench, qtbot: QtBot) -> None:
    def begin() -> MainWindow:
        shown = MainWindow(bench)
        with qtbot.waitExposed(shown):
            shown.show()
        return shown

    first = begin()
    for name in ("palette", "training"):
        first.docks[name].hide()
    qtbot.waitUntil(lambda: not first.docks["training"].isVisible())
    first.workspaces.write(bench.settings)
    first.safety_net.close()
    first.hide()

    second = begin()
    assert not second.docks["training"].isVisible()
    second.actions_["resetLayout"].trigger()
    qtbot.waitUntil(lambda: second.docks["training"].isVisible())
    qtbot.waitUntil(lambda: len(visible_tabs(second)) == 2)
    second.close()


def test_f6_goes_round_the_panels_and_comes_back_to_where_one_was(window: MainWindow, qtbot: QtBot) -> None:
    panels = [window.palette_panel, window.canvas, window.source_panel, window.top_bar]  # the others take no focus yet

    def focused() -> QWidget:
        return next(one for one in panels if one is window.focusWidget() or one.isAncestorOf(window.focusWidget()))

    def press(modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QWidget:
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6, modifier)
        return focused()

    open_sample(window.bench, "iris-mlp")
    window.bench.begin()
    qtbot.waitUntil(window.source_panel.view.isVisible, timeout=60_000)
    window.canvas.setFocus()
    assert press() is window.source_panel, "nothing is selected: there are no settings"
    assert press() is window.top_bar
    assert press() is window.palette_panel
    window.palette_panel.tree.setFocus()
    assert press() is window.canvas
    assert press(Qt.KeyboardModifier.ShiftModifier) is window.palette_panel
    assert window.focusWidget() is window.palette_panel.tree
    window.docks["palette"].hide()
    window.top_bar.train.setFocus()
    assert press() is window.canvas, "a panel that is hidden is passed over"


def test_f6_enters_the_page_of_the_workspace_on_screen(window: MainWindow, qtbot: QtBot) -> None:
    window.workspaces.go("train")
    page = window.workspaces.page("train")
    window.top_bar.train.setFocus()
    qtbot.keyClick(window.top_bar.train, Qt.Key.Key_F6)
    assert page.isAncestorOf(window.focusWidget())
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.focusWidget() is window.top_bar.train


def test_once_a_network_has_its_name_the_keys_draw_in_it(window: MainWindow, qtbot: QtBot) -> None:
    canvas, tabs = window.canvas, window.design_page.tabs
    canvas.setFocus()
    tabs.add_network()
    tabs.rename_open()
    field = tabs.findChild(QLineEdit, "renameField")
    qtbot.waitUntil(field.hasFocus)
    field.setText("critic")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.bench.path == ("critic",)
    qtbot.waitUntil(canvas.hasFocus)


def test_a_network_that_is_added_is_in_sight_and_has_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.workspaces.go("train")
    window.actions_["addNetwork"].trigger()
    assert window.workspaces.current == "design"
    assert window.bench.path == ("Network2",)
    assert window.canvas.hasFocus()


@pytest.mark.parametrize("action", ["train", "save", "export"])
def test_what_is_being_typed_is_taken_before_it_is_trained_saved_or_exported(
    bench: Workbench, window: MainWindow, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths = []

    def note(*_: object) -> None:
        widths.append(bench.graph.nodes["n9"].settings["out_features"])

    monkeypatch.setattr(bench, "train", note)
    monkeypatch.setattr(bench.document, "save", note)
    monkeypatch.setattr(window.files, "ask_save", note)
    monkeypatch.setattr("netbuilder.ui.dialogs.export", note)
    bench.try_edit("Add", lambda graph: add_node(graph, Node("n9", "linear", "wide", {"out_features": 10})))
    bench.selection.set(["n9"])
    window.edit_settings()
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.setText("77")
    window.actions_[action].trigger()
    assert widths == [77]


def test_pressing_train_with_the_mouse_leaves_the_keyboard_on_the_canvas(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.bench, "train", lambda: None)
    window.canvas.setFocus()
    qtbot.mouseClick(window.top_bar.train, Qt.MouseButton.LeftButton)
    assert window.canvas.hasFocus()


def test_all_menus_are_in_sight_in_a_narrow_window(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1120, 720)
    qtbot.waitUntil(lambda: window.width() <= 1180)
    last = window.menus.actions()[-1]
    assert window.menus.actionGeometry(last).right() <= window.menus.width()
    assert window.top_bar.export.mapTo(window, window.top_bar.export.rect().topRight()).x() <= window.width()


def test_a_short_name_of_a_project_is_never_cut_off(bench: Workbench, window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1200, 720)
    qtbot.waitUntil(lambda: window.width() <= 1200)
    bench.document.open(bench.project, Path("/nowhere/flowers.netb"), edited=True)
    title = window.findChild(QLabel, "projectTitle")
    qtbot.waitUntil(lambda: title.text() == "flowers")


@pytest.mark.parametrize("width", [1120, 1300, 1472, 1700])
@pytest.mark.parametrize("edited", [False, True])
def test_nothing_in_the_bar_lies_over_anything_else(
    bench: Workbench, window: MainWindow, qtbot: QtBot, width: int, edited: bool
) -> None:
    bar = window.top_bar
    open_sample(bench, "digits-resnet")
    bench.begin()
    qtbot.waitUntil(lambda: bar.device is not None, timeout=60_000)
    window.resize(width, 720)
    bench.document.open(bench.project, Path("/nowhere/flowers.netb"), edited=edited)
    title = window.findChild(QLabel, "projectTitle")
    qtbot.waitUntil(lambda: title.text() == "flowers")
    shown = [title, *bar.workspaces.values(), bar.device, bar.train, bar.export]
    places = [QRect(one.mapTo(bar, QPoint()), one.size()) for one in shown if one.isVisible()]
    for left, right in pairwise(places):
        assert left.right() < right.left()
    assert places[-1].right() < bar.width()
    assert bar.device.isVisible() or width < 1300


def test_the_buttons_of_a_run_stand_beside_each_other_in_a_narrow_window(
    bench: Workbench, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1300, 720)
    open_sample(bench, "iris-mlp", epochs=100_000)
    bench.begin()
    window.docks["cost"].raise_()
    bar = window.top_bar
    bar.train.click()
    qtbot.waitUntil(lambda: bench.training.state == RUNNING, timeout=60_000)
    qtbot.waitUntil(lambda: window.training_panel.visibleRegion().boundingRect().isValid())
    qtbot.waitUntil(lambda: bar.pause.isVisible() and bar.stop.isVisible())
    buttons = [bar.workspaces["inspect"], bar.pause, bar.stop, bar.device, bar.train, bar.export]
    for left, right in pairwise([button for button in buttons if button.isVisible()]):
        assert left.mapTo(bar, left.rect().topRight()).x() < right.mapTo(bar, QPoint()).x()
    bench.training.stop()
    qtbot.waitUntil(lambda: not bench.training.alive, timeout=30_000)
    assert bar.device.isVisible()


def test_closing_while_it_trains_asks_and_goes_on_if_told_to(
    bench: Workbench, window: MainWindow, qtbot: QtBot
) -> None:
    start(bench, qtbot, epochs=100_000)
    window.close()
    assert window.isVisible()
    box = window.findChild(QMessageBox, "runUnderWay")
    with qtbot.waitSignal(box.finished):
        box.defaultButton().click()
    assert window.isVisible()
    assert bench.training.state == RUNNING
    window.close()
    box = next(box for box in window.findChildren(QMessageBox, "runUnderWay") if box.isVisible())
    stop = next(b for b in box.buttons() if box.buttonRole(b) == QMessageBox.ButtonRole.DestructiveRole)
    stop.click()
    assert not window.isVisible()
    assert not bench.training.alive


def test_closing_while_a_run_is_held_up_says_what_would_be_lost(
    bench: Workbench, window: MainWindow, qtbot: QtBot
) -> None:
    start(bench, qtbot, epochs=100_000)
    assert bench.training.record is not None
    bench.training.record.add(Paused("The checkpoint can't be written: no space."))
    window.close()
    box = window.findChild(QMessageBox, "runUnderWay")
    assert box.informativeText() == (
        "The checkpoint can't be written: no space.\n\n"
        "If it is stopped before that, what it has learned since its last checkpoint is lost."
    )
    with qtbot.waitSignal(box.finished):
        box.defaultButton().click()
    bench.training.close()


def test_at_a_logout_the_run_ends_with_a_checkpoint_and_what_is_not_saved_is_kept(
    bench: Workbench, window: MainWindow, qtbot: QtBot
) -> None:
    open_sample(bench, "iris-mlp", epochs=100_000)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.record is not None and len(bench.training.record.epochs) > 1, timeout=60_000)
    folder = bench.training.folder
    drawn = bench.project.with_recipe(Part("supervised", {"epochs": 7}))
    bench.apply("Change epochs", drawn)
    window.end_unasked()
    assert not window.isVisible()
    assert not any(box.isVisible() for box in window.findChildren(QMessageBox))
    run = Run.open(folder)
    assert run.events()[-1].reason == "stopped"
    assert run.checkpoint("last").goes_on
    (lost,) = find_lost()
    assert lost.project == drawn


def test_a_label_is_in_the_menu_letter_by_letter(bench: Workbench, window: MainWindow) -> None:
    drawn = add_node(bench.project.main, Node("n1", "relu", "R&D"))
    bench.apply_main("Add R&D", drawn)
    assert window.actions_["undo"].text() == "Undo add R&&D", "a single & marks a key and is not shown"


def test_another_project_does_not_show_the_run_of_the_one_before(
    bench: Workbench, window: MainWindow, qtbot: QtBot
) -> None:
    open_sample(bench, "iris-mlp", epochs=2)
    bench.begin()
    bench.train()
    qtbot.waitUntil(lambda: bench.training.record is not None and bench.training.record.ended, timeout=60_000)
    qtbot.waitUntil(lambda: not bench.training.alive)
    open_sample(bench, "wine-mlp")
    assert bench.training.record is None


def test_keys_open_a_block_lead_back_and_paint_cost(bench: Workbench, window: MainWindow, qtbot: QtBot) -> None:
    bench.document.open(project_with_blocks(), None)
    window.canvas.setFocus()
    bench.selection.set(["n3"])
    alt = Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(window.canvas, Qt.Key.Key_Down, alt)
    assert bench.path == ("main", "n3")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Up, alt)
    assert bench.path == ("main",)
    assert bench.selection.only == "n3"
    qtbot.keyClick(window.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ShiftModifier)
    assert bench.costing.measure == "parameters"
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window.canvas, Qt.Key.Key_G, control | Qt.KeyboardModifier.ShiftModifier)
    assert "Stage" not in bench.project.blocks
    qtbot.keyClick(window, Qt.Key.Key_T, control)
    assert bench.path == ("Network2",)
    qtbot.keyClick(window, Qt.Key.Key_PageDown, control)
    assert bench.path == ("main",)


def test_a_problem_in_the_list_opens_the_block_it_is_in(bench: Workbench, window: MainWindow, qtbot: QtBot) -> None:
    project = project_with_blocks()
    cut = disconnect(project.graphs["Unit"], "n3", "x")
    bench.document.open(project.with_graph(cut, "Unit"), None)
    bench.begin()
    qtbot.waitUntil(lambda: any(row.problem.graph == "Unit" for row in window.problems_panel.rows), timeout=60_000)
    rows = window.problems_panel.rows
    window.workspaces.go("data")
    row = next(row for row in rows if row.problem.graph == "Unit")
    row.chosen.emit(row.problem)
    assert bench.path == ("main", "n3", "n2")
    assert bench.selection.only == row.problem.node
    assert window.workspaces.current == "design"
