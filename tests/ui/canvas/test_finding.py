"""Finding nodes on the canvas, going back to where one was, and the bookmarks."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from netbuilder.ui.canvas.trail import Trail, View
from tests.ui.blocks import project_with_blocks

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def find(canvas, text: str):
    QTest.keyClick(canvas, Qt.Key.Key_F, CONTROL)
    bar = canvas.finding.bar
    assert bar.isVisible()
    assert bar.field.hasFocus()
    QTest.keyClicks(bar.field, text)
    return bar


def picture(canvas) -> QImage:
    return canvas.viewport().grab().toImage()


def test_what_fits_is_gone_to_one_after_the_other_and_escape_ends_it(bench, canvas):
    bar = find(canvas, "r")
    assert {hit.name for hit in canvas.finding.hits} >= {"relu", "norm"}
    names = []
    for _ in canvas.finding.hits:
        QTest.keyClick(bar.field, Qt.Key.Key_Return)
        names.append(bench.selection.only)
    assert names == [hit.id for hit in canvas.finding.hits]
    assert bar.count.text() == f"{len(names)} of {len(names)}"
    QTest.keyClick(bar.field, Qt.Key.Key_Return, SHIFT)
    assert bench.selection.only == names[-2]
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert canvas.hasFocus()


def test_what_does_not_fit_is_dimmed_while_it_is_searched(bench, canvas, body):
    bench.selection.set([])
    before = picture(canvas)
    bar = find(canvas, "name:relu")
    lit, dimmed = (canvas.mapFromScene(body(id) + QPointF(-70, -20)) for id in ("n3", "n4"))
    while_found = picture(canvas)
    assert while_found.pixelColor(lit) == before.pixelColor(lit)
    assert while_found.pixelColor(dimmed) != before.pixelColor(dimmed)
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    assert picture(canvas).pixelColor(dimmed) == before.pixelColor(dimmed)


def test_a_setting_that_was_never_touched_is_found_by_its_default(bench, canvas):
    find(canvas, "kernel_size=3")
    assert [hit.name for hit in canvas.finding.hits] == ["conv"]


def test_every_graph_of_the_project_is_searched_and_opened(bench, canvas):
    bench.document.open(project_with_blocks(), None)
    inside = next(name for name in bench.project.blocks)
    node = next(iter(bench.project.graphs[inside]))
    bar = find(canvas, f"name:{node.name}")
    at = next(at for at, hit in enumerate(canvas.finding.hits) if hit.graph == inside)
    for _ in range(at + 1):
        QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bench.graph_name == inside
    assert bench.selection.only == node.id


def test_what_can_not_be_understood_is_said_under_the_field(canvas):
    bar = find(canvas, "kernel_size>wide")
    assert "compares numbers" in bar._sentence.text()
    bar.field.setText("zzzz")
    assert "No node fits" in bar._sentence.text()


def test_the_empty_field_tells_what_can_be_typed(canvas):
    bar = find(canvas, "")
    assert "kernel_size>3" in bar.field.placeholderText()
    assert "is:error" in bar.field.placeholderText()


# Back and forward


def test_back_leads_out_of_a_block_to_the_same_place_and_forward_in_again(bench, canvas):
    bench.document.open(project_with_blocks(), None)
    canvas.set_zoom(1.4)
    before = canvas.visits.here()
    bench.enter("n3")
    QTest.keyClick(canvas, Qt.Key.Key_Left, ALT)
    assert bench.path == ("main",)
    assert canvas.visits.here().is_like(before)
    QTest.keyClick(canvas, Qt.Key.Key_Right, ALT)
    assert bench.path == ("main", "n3")


def test_the_thumb_buttons_go_back_and_forward(bench, canvas):
    bench.document.open(project_with_blocks(), None)
    bench.enter("n3")
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.BackButton)
    assert bench.path == ("main",)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.ForwardButton)
    assert bench.path == ("main", "n3")


def test_a_block_that_is_gone_is_passed_over(bench, canvas, qtbot):
    bench.document.open(project_with_blocks(), None)
    bench.enter("n3")
    bench.leave()
    bench.selection.set(["n3"])
    canvas.editing.delete_selection()
    with qtbot.waitSignal(bench.said):
        canvas.visits.back()
    assert bench.path == ("main",)


def test_a_new_jump_forgets_what_was_ahead():
    one, two, three = (View(("main",), at, 0, 1) for at in (0, 1000, 2000))
    trail = Trail()
    trail.leave(one)
    assert trail.back(two) == one
    trail.leave(one)
    assert trail.forward(three) is None
    assert trail.back(three) == one


# Bookmarks


def test_a_bookmark_leads_back_to_its_place_and_can_be_undone(bench, canvas):
    canvas.centerOn(QPointF(250, 40))
    before = canvas.visits.here()
    QTest.keyClick(canvas, Qt.Key.Key_3, CONTROL | SHIFT)
    assert bench.document.history.undo_label == "Set bookmark 3"
    assert canvas.bookmarks.words("3") == "conv, in Network"
    canvas.set_zoom(0.4)
    canvas.centerOn(QPointF(3000, 3000))
    QTest.keyClick(canvas, Qt.Key.Key_3, SHIFT)
    assert canvas.visits.here().is_like(before)
    bench.document.undo()
    assert canvas.bookmarks.words("3") == ""


def test_a_digit_stands_for_one_place_of_the_whole_project(bench, canvas):
    bench.document.open(project_with_blocks(), None)
    canvas.bookmarks.set("1")
    bench.enter("n3")
    canvas.bookmarks.set("1")
    marked = [name for name, graph in bench.project.graphs.items() if "1" in graph.annotations.bookmarks]
    assert marked == [bench.graph_name]
    bench.leave()
    canvas.bookmarks.go("1")
    assert bench.path == ("main", "n3")


def test_a_bookmark_that_is_not_set_says_how_to_set_it(bench, canvas, qtbot):
    with qtbot.waitSignal(bench.said) as said:
        QTest.keyClick(canvas, Qt.Key.Key_7, SHIFT)
    assert "no bookmark 7 yet. Ctrl+Shift+7 sets it" in said.args[0]


# The minimap


@pytest.fixture
def minimap(canvas):
    canvas.set_zoom(3.0)
    canvas.centerOn(QPointF(100, 40))
    shown = canvas.floating.minimap
    assert shown.isVisible()
    shown.grab()  # it measures when it paints
    return shown


def pixel_of(minimap, place: QPointF) -> QPoint:
    return (place * minimap._scale() + minimap._offset()).toPoint()


def middle(canvas) -> QPointF:
    return canvas.visible_area().center()


def test_a_click_on_the_minimap_jumps_there(canvas, minimap):
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=pixel_of(minimap, QPointF(600, 80)))
    assert (middle(canvas) - QPointF(600, 80)).manhattanLength() < 20


def test_the_frame_goes_along_with_the_hand_that_takes_it(canvas, minimap):
    start = middle(canvas)
    taken = pixel_of(minimap, start) + QPoint(5, 2)
    QTest.mousePress(minimap, Qt.MouseButton.LeftButton, pos=taken)
    assert (middle(canvas) - start).manhattanLength() < 2, "it does not jump under the hand"
    QTest.mouseMove(minimap, taken + QPoint(30, 0))
    QTest.mouseRelease(minimap, Qt.MouseButton.LeftButton, pos=taken + QPoint(30, 0))
    assert abs(middle(canvas).x() - start.x() - 30 / minimap._scale()) < 20


def test_the_wheel_on_the_minimap_zooms_and_a_key_hides_it(bench, canvas, minimap):
    zoom = canvas.zoom
    at = QPointF(pixel_of(minimap, middle(canvas)))
    event = QWheelEvent(
        at, minimap.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(minimap, event)
    assert canvas.zoom < zoom
    QTest.keyClick(canvas, Qt.Key.Key_M, SHIFT)
    assert not minimap.isVisible()
    assert bench.settings.value("canvas/minimap", True, bool) is False
    QTest.keyClick(canvas, Qt.Key.Key_M, SHIFT)
    assert minimap.isVisible()
