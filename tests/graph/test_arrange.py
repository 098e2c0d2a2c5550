"""Arranging: left to right, on the grid, nothing on top of anything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph import Graph
from netbuilder.graph import edits as e
from netbuilder.graph.arrange import GRID, arrange
from tests.toy import chain, edge, node


@st.composite
def drawings(draw: st.DrawFn) -> Graph:
    graph = Graph()
    for number in range(draw(st.integers(1, 14))):
        graph = e.add_node(graph, node(f"n{number}"))
        for source in draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else ():
            graph = e.connect(graph, edge(f"n{source}", f"n{number}", input=f"x{source}"))
    return graph


@st.composite
def sized_drawings(draw: st.DrawFn) -> tuple[Graph, dict[str, tuple[float, float]]]:
    graph = draw(drawings())
    side = st.integers(3, 30).map(lambda n: n * 8.0)
    return graph, {id: (draw(side), draw(side)) for id in graph.nodes}


@given(sized_drawings())
def test_every_edge_leads_to_the_right_and_no_two_nodes_overlap(drawn: tuple[Graph, dict]) -> None:
    graph, sizes = drawn
    places = arrange(graph, sizes)
    assert set(places) == set(graph.nodes)
    for one in graph.edges.values():
        assert places[one.source][0] + sizes[one.source][0] < places[one.target][0]
    boxes = [(*places[id], *sizes[id]) for id in graph.nodes]
    for number, (x1, y1, w1, h1) in enumerate(boxes):
        assert x1 % GRID == y1 % GRID == 0
        for x2, y2, w2, h2 in boxes[:number]:
            assert x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1


@given(sized_drawings())
def test_arranging_twice_changes_nothing(drawn: tuple[Graph, dict]) -> None:
    graph, sizes = drawn
    places = arrange(graph, sizes)
    assert arrange(graph, sizes) == places
    assert arrange(e.move_nodes(graph, places), sizes) == places


def test_a_chain_is_a_straight_line() -> None:
    graph = chain("a", "b", "c", "d")
    places = arrange(graph, dict.fromkeys(graph.nodes, (160.0, 64.0)))
    assert len({y for _, y in places.values()}) == 1


def test_only_the_chosen_nodes_get_a_place_and_their_corner_stays() -> None:
    graph = e.move_nodes(chain("a", "b", "c"), {"b": (800.0, 400.0), "c": (1200.0, 300.0)})
    places = arrange(graph, {}, {"b", "c"})
    assert set(places) == {"b", "c"}
    assert min(x for x, _ in places.values()) == 800.0
    assert min(y for _, y in places.values()) == 296.0 or min(y for _, y in places.values()) == 304.0


def test_nothing_to_arrange_gives_no_places() -> None:
    assert arrange(Graph(), {}) == {}
