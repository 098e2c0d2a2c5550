"""What the keyboard can do on the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit


def labels(bench) -> list[str]:
    return [step.label for step in bench.document.history.steps[1:]]


def test_tab_opens_the_search_and_enter_adds_the_best_match(bench, canvas):
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    field = canvas.findChild(QLineEdit, "layerSearchField")
    QTest.keyClicks(field, "maxpool2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert labels(bench) == ["Add MaxPool2d"]
    assert canvas.hasFocus()


def test_tab_goes_on_from_the_selected_node_where_the_ground_is_not_pointed_at(bench, canvas):
    bench.selection.set(["n3"])
    for typed in ("flatten", "linear"):
        QTest.keyClick(canvas, Qt.Key.Key_Tab)
        field = canvas.findChild(QLineEdit, "layerSearchField")
        QTest.keyClicks(field, typed)
        QTest.keyClick(field, Qt.Key.Key_Return)
    graph = bench.project.main
    made = {node.kind: node.id for node in graph}
    assert graph.edges_into(made["flatten"])[0].source == "n3"
    assert graph.edges_into(made["linear"])[0].source == made["flatten"]
    assert (
        not canvas.scene().node_item(made["linear"]).rect().intersects(canvas.scene().node_item(made["flatten"]).rect())
    )


def test_what_is_pasted_twice_does_not_lie_on_top_of_itself(bench, canvas):
    bench.selection.set(["n2", "n3"])
    canvas.editing.copy()
    canvas.editing.paste()
    canvas.editing.paste()
    rects = canvas.scene().node_rects()
    assert len(rects) == 8
    assert not any(one.intersects(other) for at, one in enumerate(rects) for other in rects[:at])


def test_tab_ends_a_renaming_and_stays_on_the_canvas(bench, canvas):
    bench.selection.set(["n3"])
    QTest.keyClick(canvas, Qt.Key.Key_F2)
    field = canvas.findChild(QLineEdit, "renameField")
    QTest.keyClicks(field, "bend")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert bench.project.main.nodes["n3"].name == "bend"
    assert canvas.hasFocus()


def test_the_arrows_choose_in_the_search_and_escape_closes_it(bench, canvas):
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    field = canvas.findChild(QLineEdit, "layerSearchField")
    QTest.keyClicks(field, "conv")
    second = canvas.floating.menu.found()[1]
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert [node.kind for node in bench.project.main][-1] == second
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()


def test_a_search_that_finds_nothing_says_so(canvas):
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    field = canvas.findChild(QLineEdit, "layerSearchField")
    QTest.keyClicks(field, "zzzz")
    assert canvas.floating.menu.found() == []
    assert "zzzz" in canvas.floating.menu._nothing.text()


def test_tapping_space_opens_the_search(canvas):
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.floating.menu.isVisible()


def test_delete_removes_the_selected_nodes_in_one_step(bench, canvas):
    bench.selection.set(["n2", "n4"])
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert set(bench.project.main.nodes) == {"n1", "n3"}
    assert labels(bench) == ["Delete 2 nodes"]


def test_shift_delete_joins_what_the_node_stood_between(bench, canvas):
    bench.selection.set(["n2"])
    QTest.keyClick(canvas, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert bench.project.main.edge_into("n3", "x").source == "n1"


def test_delete_removes_a_selected_edge(bench, canvas, hand):
    hand.click(canvas.scene().edge_item("n3", "x").middle())
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert labels(bench) == ["Disconnect conv from relu"]


def test_the_arrow_keys_walk_along_the_edges(bench, canvas):
    bench.selection.set(["n1"])
    for _ in range(2):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert bench.selection.only == "n3"
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert bench.selection.only == "n2"
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert bench.selection.only == "n4"


def test_the_selected_node_is_told_to_screen_readers(bench, canvas):
    bench.selection.set(["n2"])
    assert canvas.accessibleDescription() == "Conv2d conv, no problems"
    assert canvas.accessibleName() == "Network canvas"


def test_f2_renames_in_place(bench, canvas):
    bench.selection.set(["n2"])
    QTest.keyClick(canvas, Qt.Key.Key_F2)
    field = canvas.findChild(QLineEdit, "renameField")
    QTest.keyClicks(field, "stem")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert bench.project.main.nodes["n2"].name == "stem"
    assert labels(bench) == ["Rename conv to stem"]


def test_a_name_that_is_taken_is_refused_with_a_sentence(bench, canvas, qtbot):
    bench.selection.set(["n2"])
    QTest.keyClick(canvas, Qt.Key.Key_F2)
    field = canvas.findChild(QLineEdit, "renameField")
    QTest.keyClicks(field, "relu")
    with qtbot.waitSignal(bench.said) as said:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert "already called" in said.args[0]
    assert labels(bench) == []


def test_control_arrows_nudge_by_the_grid(bench, canvas):
    bench.selection.set(["n2"])
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert bench.project.main.nodes["n2"].position == (240.0, 8.0)


def test_select_all_copy_and_paste_make_a_second_network(bench, canvas, qapp):
    QTest.keyClick(canvas, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    canvas.editing.copy()
    canvas.editing.paste()
    graph = bench.project.main
    assert (len(graph), len(graph.edges)) == (8, 4)
    assert bench.selection.nodes == set(graph.nodes) - {"n1", "n2", "n3", "n4"}
    assert labels(bench) == ["Paste 4 nodes"]


def test_pasting_what_is_no_network_says_so(bench, canvas, qapp, qtbot):
    qapp.clipboard().setText("__import__('os').system('true')")
    with qtbot.waitSignal(bench.said) as said:
        canvas.editing.paste()
    assert "no nodes" in said.args[0]
    assert labels(bench) == []


def test_adding_with_a_node_selected_goes_on_from_it(bench, canvas):
    bench.selection.set(["n3"])
    id = canvas.editing.add_layer("linear")
    graph = bench.project.main
    assert graph.edges_into(id)[0].source == "n3"
    assert graph.nodes[id].position[0] > graph.nodes["n3"].position[0]
    assert bench.selection.only == id


def test_layers_added_in_a_row_never_lie_on_each_other(bench, canvas):
    for _ in range(3):
        bench.selection.set(["n1"])
        canvas.editing.add_layer("conv2d")
    rects = [item.rect() for item in canvas.scene().nodes.values()]
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])


def test_zooming_keeps_what_is_under_the_cursor(canvas):
    pixel = canvas.mapFromScene(QPointF(300, 40))
    for zoom in (0.5, 2.0, 0.2, 1.3):
        canvas.set_zoom(zoom, pixel)
        place = canvas.mapToScene(pixel)
        assert abs(place.x() - 300) * zoom < 6
        assert abs(place.y() - 40) * zoom < 6


def test_zoom_to_fit_shows_every_node(canvas):
    canvas.set_zoom(3.0)
    QTest.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.visible_area().contains(canvas.scene().bounds())
