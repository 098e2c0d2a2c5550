"""The menus, the tidying and the minimap."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from netbuilder.graph import Edge
from netbuilder.ui.canvas.hit import Hit
from netbuilder.ui.canvas.menus import menu_for


def action(menu, text: str):
    return next(found for found in menu.actions() if found.text().partition("\t")[0] == text)


def test_the_menu_of_a_node_wires_it_without_a_mouse(bench, canvas):
    bench.selection.set(["n3"])
    menu = menu_for(canvas, Hit(canvas.scene().node_item("n3")), QPointF())
    submenu = action(menu, "Connect to").menu()
    assert [found.text() for found in submenu.actions()] == ["norm"]
    submenu.actions()[0].trigger()
    assert bench.project.main.edge_into("n4", "x") == Edge("n3", "y", "n4", "x")


def test_the_menu_of_a_node_disconnects_it_in_one_step(bench, canvas):
    bench.selection.set(["n2"])
    action(menu_for(canvas, Hit(canvas.scene().node_item("n2")), QPointF()), "Disconnect").trigger()
    assert bench.project.main.edges == {}
    bench.document.undo()
    assert len(bench.project.main.edges) == 2


def test_the_menu_of_an_edge_offers_a_layer_to_put_into_it(bench, canvas):
    edge = canvas.scene().edge_item("n3", "x")
    action(menu_for(canvas, Hit(edge=edge), edge.middle()), "Insert layer…").trigger()
    assert "output" not in canvas.floating.menu.found()
    QTest.keyClicks(canvas.floating.menu.field, "dropout")
    QTest.keyClick(canvas.floating.menu.field, Qt.Key.Key_Return)
    graph = bench.project.main
    (made,) = [node for node in graph if node.kind == "dropout"]
    assert graph.edge_into("n3", "x").source == made.id
    assert graph.edges_into(made.id)[0].source == "n2"


def test_duplicating_keeps_the_edges_among_the_copies(bench, canvas):
    bench.selection.set(["n2", "n3"])
    canvas.editing.duplicate()
    graph = bench.project.main
    copies = bench.selection.nodes
    assert len(copies) == 2
    assert len([e for e in graph.edges.values() if e.source in copies and e.target in copies]) == 1
    assert bench.document.history.undo_label == "Duplicate 2 nodes"


def test_tidying_is_one_step_and_leaves_no_cards_on_each_other(bench, canvas, qtbot):
    canvas.edit("Heap", lambda g: type(g)({id: _at(node) for id, node in g.nodes.items()}, g.edges))
    with qtbot.waitSignal(bench.projectChanged):
        canvas.arranging.tidy()
    assert bench.document.history.undo_label == "Tidy layout"
    canvas.arranging.glide.end()
    rects = [item.rect() for item in canvas.scene().nodes.values()]
    assert not any(a.intersects(b) for i, a in enumerate(rects) for b in rects[:i])


def _at(node):
    return type(node)(node.id, node.kind, node.name, node.settings, (0.0, 0.0))


def test_the_minimap_takes_the_view_where_it_is_pressed(canvas):
    canvas.set_zoom(3.0)
    minimap = canvas.floating.minimap
    canvas.grab()
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(1, 60))
    left = canvas.visible_area().center().x()
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(174, 60))
    assert canvas.visible_area().center().x() > left


def test_the_menu_freezes_the_layers_that_have_weights_and_unfreezes_them(bench, canvas, qtbot):
    bench.begin()
    qtbot.waitUntil(lambda: bench.seen.cost is not None and "n2" in bench.seen.cost.per_node, timeout=60_000)
    bench.selection.set(["n2", "n3"])

    def row(text):
        return action(menu_for(canvas, Hit(canvas.scene().node_item("n2")), QPointF()), text)

    row("Freeze").trigger()
    assert [node.id for node in bench.project.main if node.frozen] == ["n2"]
    card = canvas.scene().node_item("n2").card
    assert card.frozen
    assert "frozen" in card.describe()
    row("Unfreeze").trigger()
    assert not any(node.frozen for node in bench.project.main)
    bench.selection.set(["n3"])
    assert not action(menu_for(canvas, Hit(canvas.scene().node_item("n3")), QPointF()), "Freeze").isEnabled()
