"""Two runs side by side in the window: tables, curves and drawings, and the sentences where there is nothing to see."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt

from netbuilder.train.about import About, write_about
from netbuilder.ui.runs.compare_page import ComparePage
from netbuilder.ui.runs.compared_runs import names_of
from netbuilder.ui.swatches import shared_out
from tests.compared import before, two_runs, write_run


@pytest.fixture
def page(bench, qtbot):
    page = ComparePage(bench)
    qtbot.addWidget(page)
    page.resize(1400, 900)
    with qtbot.waitExposed(page):
        page.show()
    yield page
    page.hide()


@pytest.fixture
def shown(page, qtbot, tmp_path):
    page.show_runs(*two_runs(tmp_path))
    qtbot.waitUntil(lambda: page.runs is not None, timeout=20_000)
    return page


def cells(table):
    return [row.cells for row in table.rows]


def test_until_both_are_read_a_sentence_says_so(page, qtbot, tmp_path):
    page.show_runs(*two_runs(tmp_path))
    assert page.hint.isVisible()
    assert page.hint.heading.text() == "Reading both runs"
    assert [name.name.whole for name in page.names] == ["Run 1", "Run 2"]
    qtbot.waitUntil(lambda: page.runs is not None, timeout=20_000)
    assert not page.hint.isVisible()


def test_a_folder_that_is_no_run_gets_its_sentence(page, qtbot, tmp_path):
    one, _ = two_runs(tmp_path)
    page.show_runs(one, tmp_path)
    qtbot.waitUntil(lambda: "can't be compared" in page.hint.heading.text(), timeout=20_000)
    assert "is not the folder of a run" in page.hint.sentence.text()


def test_of_the_settings_those_that_differ_are_listed_and_all_when_asked_for(shown):
    assert cells(shown.settings) == [
        ("How it learns",),
        ("optimizer", "Adam", "SGD"),
        ("    momentum", "–", "0.9"),
        ("learning rate", "0.001", "0.01"),
    ]
    shown.every.setChecked(True)
    assert ("batch size", "64", "64") in cells(shown.settings)
    assert ("device", "CPU", "CPU") in cells(shown.settings)


def test_what_was_reached_has_the_difference_and_a_tick_at_the_better(shown):
    rows = {row.cells[0]: row for row in shown.figures.rows}  # the last of a name is that of the best epoch
    accuracy = rows["validation accuracy"]
    assert accuracy.cells == ("validation accuracy", "0.750", "0.900", "+0.150")
    assert accuracy.better == 2
    assert "Run 2 is better" in accuracy.tip
    at = shown.figures.rows.index(accuracy)
    assert not shown.figures.item(at, 2).icon().isNull()
    assert shown.figures.item(at, 1).icon().isNull()
    assert rows["time"].cells == ("time", "4.5 s", "3.0 s", "−1.5 s")


def test_curves_of_both_runs_are_in_one_plot_each_in_its_colour(shown):
    loss, accuracy = [plot for plot in shown.curves.plots if not plot.isHidden()]
    assert (loss.title.text(), accuracy.title.text()) == ("Loss", "Accuracy")
    for plot in (loss, accuracy):
        drawn = [(curve.name, curve.colour, curve.dashed) for curve in plot._curves]
        assert drawn == [
            ("Run 1 training", "run6", True),
            ("Run 1", "run6", False),
            ("Run 2 training", "run7", True),
            ("Run 2", "run7", False),
        ]


def test_each_drawing_shows_what_became_of_its_nodes_and_the_rest_steps_back(shown):
    one, other = (side.view for side in shown.drawings.sides)
    assert one.states == {"n2": "changed", "n3": "removed"}
    assert other.states == {"n2": "changed", "n6": "added"}
    assert one.network.nodes["n1"].strength < one.network.nodes["n2"].strength
    listed = [shown.drawings.list.item(row).text() for row in range(shown.drawings.list.count())]
    assert listed[:3] == ["node2: out_features 32 → 64", "drop (Dropout) added", "node3 (ReLU) removed"]


def test_the_pictures_have_the_colours_of_the_theme(shown, bench):
    one, other = (side.view for side in shown.drawings.sides)
    theme = bench.look.theme
    for view, token in ((one, theme.danger), (other, theme.good)):
        picture = view.viewport().grab().toImage()
        seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(0, picture.height(), 2)}
        assert token in seen
        assert theme.warning in seen


def test_a_tooltip_says_how_a_node_has_changed(shown):
    view = shown.drawings.sides[0].view
    middle = view.mapFromScene(view.network.nodes["n2"].rect().center())
    assert view.words_at(middle) == "node2: out_features 32 → 64"
    assert view.words_at(QPoint(0, 0)) == ""


def test_both_drawings_are_moved_and_zoomed_as_one_and_fit_shows_all_again(shown, qtbot):
    one, other = (side.view for side in shown.drawings.sides)
    fitted = one.zoom
    one.set_zoom(fitted * 2)
    one.pan(QPoint(40, 20))
    assert other.zoom == one.zoom
    apart = one.mapToScene(one.viewport().rect().center()) - other.mapToScene(other.viewport().rect().center())
    assert apart.manhattanLength() < 3 / one.zoom
    qtbot.keyClick(other, Qt.Key.Key_F)
    assert one.zoom == pytest.approx(fitted)
    assert other.visible_area().contains(one.area().united(other.area()))


def test_an_arrow_moves_the_drawing_and_it_then_stays_when_the_page_grows(shown, qtbot):
    one = shown.drawings.sides[0].view
    assert shown.drawings.is_fitted
    qtbot.keyClick(one, Qt.Key.Key_Left)
    zoom = one.zoom
    shown.resize(1200, 800)
    assert one.zoom == zoom


def test_nothing_in_a_drawing_can_be_moved(shown, qtbot):
    view = shown.drawings.sides[0].view
    place = view.network.nodes["n2"].pos()
    middle = view.mapFromScene(view.network.nodes["n2"].rect().center())
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view.viewport(), middle + QPoint(30, 30))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 30))
    assert view.network.nodes["n2"].pos() == place


def test_each_graph_has_a_tab_and_one_that_is_the_same_says_so(shown):
    tabs = shown.drawings.tabs
    assert [tabs.tabText(at) for at in range(tabs.count())] == ["Network · 3", "Block Cell"]
    tabs.setCurrentIndex(1)
    assert shown.drawings.list.item(0).text() == "It is the same in both."
    view = shown.drawings.sides[0].view
    assert all(item.strength == 1 for item in view.network.nodes.values())


def test_the_same_drawing_is_a_sentence_in_place_of_two_pictures(page, qtbot, tmp_path):
    one = write_run(tmp_path / "a-001", before(), {}, (0.5,))
    other = write_run(tmp_path / "a-002", before(), {"seed": 3}, (0.5,), text=None)
    page.show_runs(one, other)
    qtbot.waitUntil(lambda: page.runs is not None, timeout=20_000)
    assert page.drawings.hint.isVisible()
    assert page.drawings.hint.sentence.text() == "The drawings are the same."
    assert not page.drawings.tabs.isVisible()


def test_other_runs_take_the_place_of_those_on_show(shown, qtbot, tmp_path, bench):
    one = write_run(tmp_path / "a-001", before(), {}, (0.5,))
    other = write_run(tmp_path / "a-002", before(), {}, (0.5,), text="no project")
    shown.show_runs(one, other)
    qtbot.waitUntil(lambda: shown.runs is not None, timeout=20_000)
    assert "can't be shown" in shown.drawings.hint.sentence.text()
    assert shown.same.isVisible()
    assert not shown.drawings.sides


def test_another_theme_is_taken_over(shown, bench):
    bench.look.choose("light")
    assert shown.drawings.sides[0].view.network.paints.theme is bench.look.theme


def test_back_and_escape_close_the_page(shown, qtbot):
    with qtbot.waitSignal(shown.closed):
        shown.back.click()
    with qtbot.waitSignal(shown.closed):
        qtbot.keyClick(shown, Qt.Key.Key_Escape)


def test_the_names_that_the_user_gave_are_in_the_head_the_columns_and_the_legends(page, qtbot, tmp_path):
    one, other = two_runs(tmp_path)
    write_about(one, About("slow and steady"))
    page.show_runs(one, other)
    qtbot.waitUntil(lambda: page.runs is not None, timeout=20_000)
    assert [name.name.whole for name in page.names] == ["slow and steady", "Run 2"]
    heads = [page.figures.horizontalHeaderItem(at) for at in (1, 2)]
    assert [head.toolTip() for head in heads] == ["slow and steady", "Run 2"]
    assert heads[0].text().startswith("slow")
    legend = page.curves.plots[0]._legend.accessibleName()
    assert legend == "training, slow and steady, Run 2"


def test_long_names_leave_room_for_the_rest(page, qtbot, tmp_path):
    one, other = two_runs(tmp_path)
    for folder in (one, other):
        write_about(folder, About("a name that goes on and on " + folder.name))
    page.show_runs(one, other)
    qtbot.waitUntil(lambda: page.runs is not None, timeout=20_000)
    page.curves.plots[0].zoom_to((0.5, 1.5))
    qtbot.waitUntil(lambda: page.curves.plots[0]._whole.isVisible())
    page.grab()
    for plot in page.curves.plots:
        assert plot._legend.geometry().right() <= plot._whole.geometry().left()
        assert plot._legend.geometry().left() >= plot.title.geometry().right()
    assert page.figures.columnWidth(0) >= 100


def test_of_names_that_have_too_little_room_the_longest_are_cut():
    assert shared_out([30, 200, 100], 400) == [30, 200, 100]
    assert shared_out([30, 200, 100], 190) == [30, 80, 80]
    assert shared_out([30, 200, 100], 0) == [0, 0, 0]


@pytest.mark.parametrize(
    ("folders", "titles", "names"),
    [
        (("d-007", "d-008"), ("d", "d"), ("Run 7", "Run 8")),
        (("d-007", "e-007"), ("d", "e"), ("d · Run 7", "e · Run 7")),
        (("x/d-007", "y/d-007"), ("d", "d"), ("x/d-007", "y/d-007")),
    ],
)
def test_two_runs_are_called_so_that_they_can_be_told_apart(folders, titles, names):
    one, other = map(Path, folders)
    assert names_of((one, other), titles) == names
