"""The scene keeps in step with the graph by what differs, and shows what the check has found."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

from PySide6.QtCore import QPointF, QRect, QRectF, QSize

from netbuilder.compile.inference.types import Dim, TensorType
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.graph import Graph, Node, edits
from netbuilder.ui import theme
from netbuilder.ui.canvas import geometry
from netbuilder.ui.canvas.card import Card
from netbuilder.ui.canvas.floating import best_place
from netbuilder.ui.canvas.overlays import counts, large


class Fixed:
    """Every letter is eight wide."""

    def name(self, text: str) -> float:
        return 8.0 * len(text)

    text = mono = name


def tell(bench, *problems: Problem, types=None, cost=None) -> None:
    """As if a check had found this."""
    found = {("n2", "y"): TensorType((Dim(1), Dim(0, 32), Dim(0, 6), Dim(0, 6)))} if types is None else types
    view = SimpleNamespace(types=found, inferred={}, cost=cost, inside={})
    bench.checking.latest = SimpleNamespace(project=bench.project, problems=problems, view=lambda path: view)
    bench.checking.checked.emit(bench.checking.latest)


def test_an_edit_leaves_the_items_of_other_nodes_alone(bench, canvas):
    before = dict(canvas.scene().nodes)
    bench.apply_main("Rename", edits.rename_node(bench.project.main, "n2", "stem"))
    assert canvas.scene().nodes == before
    assert canvas.scene().node_item("n2").card.name == "stem"


def test_undo_and_redo_are_followed(bench, canvas):
    bench.apply_main("Delete", edits.remove_nodes(bench.project.main, ["n2"]))
    assert (len(canvas.scene().nodes), len(canvas.scene().edges)) == (3, 0)
    bench.document.undo()
    assert (len(canvas.scene().nodes), len(canvas.scene().edges)) == (4, 2)
    bench.document.redo()
    assert (len(canvas.scene().nodes), len(canvas.scene().edges)) == (3, 0)


def test_edges_end_at_the_ports_they_join(canvas):
    edge = canvas.scene().edge_item("n2", "x")
    assert edge.start == canvas.scene().node_item("n1").port_position("y")
    assert edge.end == canvas.scene().node_item("n2").port_position("x")


def test_a_kind_that_nobody_knows_is_drawn_with_the_ports_its_edges_use(bench, canvas):
    graph = edits.add_node(bench.project.main, Node("n9", "warp_drive", "warp", {"x": 1}, (720.0, 0.0)))
    graph = edits.connect(graph, edits.Edge("n3", "y", "n9", "plasma"))
    bench.apply_main("Add", graph)
    item = canvas.scene().node_item("n9")
    assert item.card.kind_title == "unknown kind"
    assert item.port_position("plasma") == QPointF(720, 40)


def test_the_check_puts_shapes_and_problems_on_the_nodes(bench, canvas):
    wrong = Problem("relu gets nothing.", "n3", short="no input")
    tell(bench, wrong)
    assert canvas.scene().node_item("n2").card.shape == "N×32×6×6"
    assert canvas.scene().node_item("n2").describe() == "Conv2d conv, output N by 32 by 6 by 6, no problems"
    assert canvas.scene().node_item("n3").card.problem == "no input"
    assert canvas.scene().node_item("n3").describe().endswith("error: relu gets nothing.")


def test_the_callout_shows_the_problem_of_the_selected_node_and_its_fix_is_one_step(bench, canvas, qtbot):
    def rename(project):
        return project.with_graph(edits.rename_node(project.main, "n3", "mended"))

    tell(bench, Problem("Bad name.", "n3", fix=Fix("Mend it", rename)))
    bench.selection.set(["n3"])
    callout = canvas.floating.callout
    assert callout.isVisible()
    callout._fix.click()
    assert canvas.hasFocus()
    assert bench.project.main.nodes["n3"].name == "mended"
    assert bench.document.history.undo_label == "Mend it"


def test_the_note_about_a_node_hides_no_other_node_where_it_can():
    node, below, room = QRect(400, 300, 176, 80), QRect(380, 400, 176, 80), QRect(0, 0, 1200, 800)
    place = best_place(QSize(400, 50), node, room, [node, below])
    assert not place.intersects(node)
    assert not place.intersects(below)
    assert room.contains(place)


def test_the_status_counts_nodes_and_what_they_cost(bench, canvas):
    tell(bench, cost=SimpleNamespace(parameters=178954, macs=5_230_000))
    assert canvas.floating.status.text == "4 nodes · 178,954 parameters · 5.2 M MACs"


def test_an_empty_canvas_says_what_to_do_and_offers_the_sample(bench, canvas, qtbot):
    assert not canvas.floating.empty.isVisible()
    bench.apply_main("Delete all", Graph())
    assert canvas.floating.empty.isVisible()
    with qtbot.waitSignal(canvas.sampleWanted):
        canvas.floating.empty.sample.click()


def test_a_sample_is_not_offered_where_it_would_replace_what_is_drawn(bench, canvas):
    bench.try_apply("Add a network", lambda project: project.with_graph(Graph(), "critic"))
    bench.open_graph("critic")
    assert canvas.floating.empty.isVisible()
    assert not canvas.floating.empty.sample.isVisible()


def test_the_minimap_is_there_only_when_the_network_is_larger_than_the_view(canvas):
    assert not canvas.floating.minimap.isVisible()
    canvas.set_zoom(3.0)
    assert canvas.floating.minimap.isVisible()


def test_every_zoom_and_theme_paints_without_a_warning(bench, canvas):
    bench.selection.set(["n2"])
    for name in theme.THEMES:
        bench.look.choose(name)
        for zoom in (0.05, 0.3, 0.45, 1.0, 3.0):
            canvas.set_zoom(zoom)
            assert not canvas.grab().isNull()


def test_a_card_is_wide_enough_for_its_texts_and_on_the_grid():
    card = Card("n1", "a_rather_long_name_for_a_node", "AdaptiveAvgPool2d", "pooling", "s", ("x",), ("y",))
    layout = geometry.lay_out(card, Fixed())
    needed = 8 * (len(card.name) + len(card.kind_title)) + 2 * geometry.PAD + geometry.DOT
    assert layout.width >= needed
    assert layout.width % 8 == layout.height % 8 == 0


def test_a_block_called_after_its_node_is_named_once():
    once = Card("n1", "a_rather_long_name", "a_rather_long_name", "block", is_block=True)
    other = replace(once, name="another_rather_long_name")
    assert (once.caption, other.caption) == ("", "a_rather_long_name")
    assert geometry.lay_out(once, Fixed()).width < geometry.lay_out(other, Fixed()).width


def test_ports_below_each_other_do_not_share_a_hit_area():
    layout = geometry.lay_out(Card("n1", "add", "Add", "merging", "", ("a", "b", "c"), ("y",)), Fixed())
    heights = [place.y() for place in layout.inputs.values()]
    assert all(below - above >= 24 for above, below in pairwise(heights))


def test_an_edge_that_runs_back_keeps_clear_of_both_cards():
    source, target = QRectF(600, 0, 176, 80), QRectF(0, 200, 176, 80)
    path = geometry.curve(QPointF(776, 40), QPointF(0, 240), source, target)
    on_it = [path.pointAtPercent(i / 200) for i in range(201)]
    assert not any(card.adjusted(2, 2, -2, -2).contains(point) for card in (source, target) for point in on_it)


def test_a_free_place_touches_nothing():
    taken = [QRectF(0, 0, 176, 80), QRectF(0, 100, 176, 80)]
    place = QRectF(geometry.free_place(taken, QRectF(8, 8, 176, 80)).x(), 0, 176, 80)
    place.moveTop(geometry.free_place(taken, QRectF(8, 8, 176, 80)).y())
    assert not any(place.intersects(rect) for rect in taken)


def test_large_numbers_are_short():
    assert [large(n) for n in (999, 45_000, 5_230_000, 120_000_000_000)] == ["999", "45.0 k", "5.2 M", "120 G"]
    assert counts(1, None) == "1 node"


def test_an_edge_that_runs_back_goes_round_the_cards_in_its_way(bench, canvas):
    places = {"n1": (0.0, 0.0), "n2": (240.0, 0.0), "n3": (-240.0, 240.0), "n4": (0.0, 180.0)}
    canvas.edit("Two rows", lambda g: edits.move_nodes(g, places))
    edge, between = canvas.scene().edge_item("n3", "x"), canvas.scene().node_item("n4").rect()
    passed = [edge.path.pointAtPercent(step / 200) for step in range(201)]
    assert not any(between.contains(point) for point in passed)


def ways(scene) -> dict[tuple[str, str], tuple]:
    """Where each edge runs, by its table and by its curve."""
    found = {}
    for at, edge in scene.edges.items():
        table = scene.edge_boxes
        points = [edge.path.elementAt(at) for at in range(edge.path.elementCount())]
        curve = [(round(point.x, 3), round(point.y, 3)) for point in points]
        found[at] = (table["line"][edge.row].tolist(), table.sides[edge.row].tolist(), curve)
    return found


def test_edges_run_as_if_drawn_anew_wherever_nodes_were_moved_to(bench, canvas):
    graph = bench.project.main
    graph = edits.move_nodes(graph, {"n3": (0.0, 320.0)})  # its edge runs back, round what is between
    bench.apply_main("Move", graph)
    assert len(ways(canvas.scene())) == 2
    for ids in (["n3"], ["n2", "n4"], list(graph.nodes), ["n1", "n2", "n3"], list(graph.nodes)):
        graph = bench.project.main
        places = {id: (graph.nodes[id].position[0] + 40, graph.nodes[id].position[1] - 24) for id in ids}
        bench.apply_main("Move", edits.move_nodes(graph, places))
        followed = ways(canvas.scene())
        canvas.scene().show_other(bench.project.main, None)
        assert followed == ways(canvas.scene())
        assert [canvas.scene().nodes[id].pos().toTuple() for id in ids] == list(places.values())


def test_moving_all_by_different_steps_leads_each_edge_anew(bench, canvas):
    graph = edits.move_nodes(bench.project.main, {"n3": (0.0, 320.0)})
    bench.apply_main("Move", graph)
    places = {id: (graph.nodes[id].position[0] + 8 * at, 16.0 * at) for at, id in enumerate(graph.nodes)}
    bench.apply_main("Move", edits.move_nodes(graph, places))
    followed = ways(canvas.scene())
    canvas.scene().show_other(bench.project.main, None)
    assert followed == ways(canvas.scene())


def test_a_card_has_room_for_how_its_weights_learn(bench, canvas):
    item = canvas.scene().node_item("n2")
    assert (item.special, item.beside_name) == (False, item.paints.text_width("Conv2d") + 20)
    plain, least = item.layout.width, item.beside_name
    canvas.edit("Slow", lambda g: edits.set_rate(g, ["n2"], 0.1))
    assert geometry.rate(item.card) == "lr ×0.1"
    assert "learning rate times 0.1" in item.describe()
    assert item.special
    assert item.layout.width >= plain
    assert item.beside_name == least + item.paints.text_width("lr ×0.1") + 8
    canvas.edit("Freeze", lambda g: edits.freeze(g, ["n2"]))
    assert geometry.rate(item.card) == ""
    assert item.beside_name == least + geometry.LINK + 4
