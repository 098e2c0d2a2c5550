"""Tidying, aligning and distributing on the canvas; nodes glide to their places, and any edit finds them there."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from netbuilder.compile.blocks import catalog_of
from netbuilder.graph import edits
from netbuilder.graph.annotations import direct
from netbuilder.layers import standard
from tests import networks
from tests.graph.test_arrange import drawings
from tests.ui.canvas import drawn


def places(bench) -> dict[str, tuple[float, float]]:
    return {id: node.position for id, node in bench.graph.nodes.items()}


def shown(canvas) -> dict[str, tuple[float, float]]:
    return {id: (item.pos().x(), item.pos().y()) for id, item in canvas.scene().nodes.items()}


@pytest.fixture
def scattered(bench, canvas):
    """The small network, with its nodes here and there."""
    at = {"n1": (0.0, 0.0), "n2": (304.0, 96.0), "n3": (560.0, -40.0), "n4": (240.0, 320.0)}
    canvas.edit("Scatter", lambda g: edits.move_nodes(g, at))
    return at


def test_tidying_a_selection_leaves_the_rest_and_its_own_corner(bench, canvas, scattered, qtbot):
    bench.selection.set(["n2", "n3"])
    with qtbot.waitSignal(bench.projectChanged):
        canvas.arranging.tidy()
    now = places(bench)
    assert (now["n1"], now["n4"]) == (scattered["n1"], scattered["n4"])
    assert now["n2"][1] == now["n3"][1] == -40.0
    assert now["n2"][0] == 304.0
    assert bench.document.history.undo_label == "Tidy 2 nodes"


def test_a_tidied_selection_is_laid_over_no_other_node(bench, canvas, scattered, qtbot):
    canvas.edit("In the way", lambda g: edits.move_nodes(g, {"n4": (560.0, 96.0)}))
    bench.selection.set(["n1", "n2", "n3"])
    with qtbot.waitSignal(bench.projectChanged):
        canvas.arranging.tidy()
    canvas.arranging.glide.end()
    assert places(bench)["n4"] == (560.0, 96.0)
    assert not drawn.overlaps(canvas.scene())


def test_after_tidying_the_view_is_fitted_to_where_the_nodes_go(bench, canvas, qtbot):
    canvas.edit("Scatter", lambda g: edits.move_nodes(g, {"n1": (-9000.0, 0.0), "n4": (9000.0, 5000.0)}))
    with qtbot.waitSignal(bench.projectChanged):
        canvas.arranging.tidy()
    assert canvas.arranging.glide.going_on
    fitted = canvas.zoom
    canvas.arranging.glide.end()
    canvas.zoom_to_fit()
    assert fitted == canvas.zoom


def test_a_view_that_is_fitted_while_nodes_glide_has_them_all_in_it_once_they_are_there(bench, canvas, scattered):
    canvas.edit("Far off", lambda g: edits.move_nodes(g, {"n1": (-9000.0, 0.0)}))
    bench.selection.set(["n1", "n4"])
    canvas.arranging.align("right")
    canvas.zoom_to_fit()
    fitted = canvas.zoom
    canvas.arranging.glide.end()
    canvas.zoom_to_fit()
    assert fitted == canvas.zoom


def test_one_selected_node_is_no_reason_to_leave_the_others(bench, canvas, scattered, qtbot):
    bench.selection.set(["n2"])
    with qtbot.waitSignal(bench.projectChanged):
        canvas.arranging.tidy()
    now = places(bench)
    assert now["n1"][1] == now["n2"][1] == now["n3"][1]


def test_tidying_leads_a_long_edge_round_what_it_passes(bench, canvas, qtbot):
    skip = edits.Edge("n1", "y", "n5", "y")

    def draw(graph):
        graph = edits.add_node(graph, type(graph.nodes["n1"])("n5", "add", "sum"))
        graph = edits.connect(graph, edits.Edge("n3", "y", "n5", "x"))
        return edits.connect(graph, skip)

    canvas.edit("Skip", draw)
    with qtbot.waitSignal(bench.projectChanged):
        canvas.arranging.tidy()
    assert bench.graph.bends_of(skip)
    bench.document.undo()
    assert not bench.graph.bends_of(skip)


def test_nodes_glide_from_where_they_were_to_where_the_graph_has_them(bench, canvas, scattered, qtbot):
    glide = canvas.arranging.glide
    bench.selection.set(["n1", "n2"])
    canvas.arranging.align("top")
    assert places(bench)["n2"] == (304.0, 0.0)
    assert glide.going_on
    assert shown(canvas)["n2"] == (304.0, 96.0)
    under_way = canvas.scene().version
    qtbot.waitUntil(lambda: not glide.going_on)
    assert shown(canvas) == places(bench)
    assert canvas.scene().version > under_way, "the minimap shows them in their places"


@pytest.mark.parametrize("how", ["escape", "edit", "press", "fit", "zoom", "undo"])
def test_whatever_comes_next_finds_the_nodes_in_their_place(bench, canvas, scattered, how):
    bench.selection.set(["n1", "n2"])
    canvas.arranging.align("top")
    assert canvas.arranging.glide.going_on
    if how == "escape":
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
    elif how == "edit":
        canvas.edit("Rename", lambda g: edits.rename_node(g, "n4", "other"))
    elif how == "press":
        QTest.mousePress(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.mapFromScene(QPointF(-90, -90)))
    elif how == "fit":
        canvas.zoom_to_fit()
    elif how == "zoom":
        canvas.zoom_to_selection()
    else:
        bench.document.undo()
    assert not canvas.arranging.glide.going_on
    assert shown(canvas) == places(bench)
    if how == "press":
        QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.mapFromScene(QPointF(-90, -90)))


@pytest.mark.parametrize(
    ("line", "side"),
    [
        ("left", lambda r: r.left()),
        ("centre", lambda r: r.center().x()),
        ("right", lambda r: r.right()),
        ("top", lambda r: r.top()),
        ("middle", lambda r: r.center().y()),
        ("bottom", lambda r: r.bottom()),
    ],
)
def test_aligning_puts_the_selection_on_one_line_in_one_step(bench, canvas, scattered, line, side):
    bench.selection.set(["n1", "n2", "n3"])
    canvas.arranging.align(line)
    canvas.arranging.glide.end()
    sides = [side(canvas.scene().nodes[id].rect()) for id in ("n1", "n2", "n3")]
    assert max(sides) - min(sides) <= 1
    assert places(bench)["n4"] == scattered["n4"]
    bench.document.undo()
    assert places(bench) == scattered


def test_distributing_leaves_equal_gaps(bench, canvas, scattered):
    bench.selection.set(["n1", "n2", "n3"])
    canvas.arranging.distribute("across")
    canvas.arranging.glide.end()
    rects = sorted((canvas.scene().nodes[id].rect() for id in ("n1", "n2", "n3")), key=lambda r: r.left())
    gaps = [b.left() - a.right() for a, b in pairwise(rects)]
    assert abs(gaps[0] - gaps[1]) <= 1
    assert bench.document.history.undo_label == "Distribute across"


def test_too_few_nodes_are_told(bench, canvas, scattered):
    said = []
    bench.said.connect(lambda text, *_: said.append(text))
    bench.selection.set(["n1"])
    canvas.arranging.align("left")
    bench.selection.set(["n1", "n2"])
    canvas.arranging.distribute("down")
    assert said == [
        "Select two or more nodes to align left edges.",
        "Select three or more nodes to distribute down.",
    ]
    assert places(bench) == scattered


@pytest.mark.parametrize("down", [False, True], ids=["right", "down"])
@pytest.mark.parametrize("flat", [False, True], ids=["blocks", "flat"])
@pytest.mark.parametrize("name", networks.NAMES)
def test_a_tidied_network_has_no_card_on_another_and_no_edge_through_one(qapp, name, flat, down):
    project = networks.project(name, flat=flat)
    catalog = catalog_of(project, standard())
    graph = direct(project.main, "down") if down else project.main
    scene = drawn.scene_of(drawn.tidied(graph, catalog, (1500.0, 900.0), down=down), catalog)
    assert not drawn.overlaps(scene)
    assert not drawn.run_through(scene)


def test_what_is_counted_in_a_drawing_is_counted(qapp, bench):
    heaped = edits.move_nodes(bench.graph, {"n3": (304.0, 8.0), "n2": (800.0, 0.0), "n4": (320.0, 40.0)})
    scene = drawn.scene_of(heaped, standard())
    assert drawn.overlaps(scene) == [("n3", "n4")]
    assert ("n1", "n3") in [(edge.source, id) for edge, id in drawn.run_through(scene)]


@settings(max_examples=25, deadline=None)
@given(drawings())
def test_no_edge_of_any_drawing_runs_through_a_card(qapp, graph):
    for room in (None, (700.0, 500.0)):
        scene = drawn.scene_of(drawn.tidied(graph, standard(), room), standard())
        assert not drawn.overlaps(scene)
        assert not drawn.run_through(scene)
