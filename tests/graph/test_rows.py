"""Breaking a long drawing into rows that fit the room."""

from __future__ import annotations

import math
from itertools import combinations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.graph import Edge, Graph
from netbuilder.graph import edits as e
from netbuilder.graph.annotations import MOST_BENDS
from netbuilder.graph.arrange import arrange
from netbuilder.graph.rows import break_rows
from tests import networks
from tests.graph.test_arrange import overlaps, run_through, sized, sized_drawings
from tests.toy import chain

ROOM = (900.0, 500.0)
SIZE = (176.0, 80.0)


def long_chain(number: int) -> Graph:
    return chain(*(f"n{at}" for at in range(number)))


def extent(places: dict[str, tuple[float, float]]) -> tuple[float, float]:
    return max(x for x, _ in places.values()) + SIZE[0], max(y for _, y in places.values()) + SIZE[1]


def test_a_long_chain_goes_on_in_rows_of_a_few() -> None:
    graph = long_chain(12)
    places = arrange(graph, dict.fromkeys(graph.nodes, SIZE), room=ROOM).places
    rows = sorted({y for _, y in places.values()})
    assert [sum(y == row for _, y in places.values()) for row in rows] == [4, 4, 4]
    width, height = extent(places)
    assert width <= ROOM[0] + SIZE[0]
    assert height <= ROOM[1]


def test_what_fits_stays_in_one_row() -> None:
    graph = long_chain(4)
    places = arrange(graph, dict.fromkeys(graph.nodes, SIZE), room=(1000.0, 500.0)).places
    assert len({y for _, y in places.values()}) == 1


def test_a_thousand_nodes_take_the_shape_of_the_room() -> None:
    graph = long_chain(1000)
    width, height = extent(arrange(graph, dict.fromkeys(graph.nodes, SIZE), room=ROOM).places)
    assert 0.6 < (width / height) / (ROOM[0] / ROOM[1]) < 1.6


def test_a_row_is_broken_where_one_edge_passes() -> None:
    graph = long_chain(8)
    for source, target in (("n2", "n5"), ("n3", "n5")):
        graph = e.connect(graph, Edge(source, "y", target, f"from {source}"))
    places = arrange(graph, dict.fromkeys(graph.nodes, SIZE), room=ROOM).places
    inside = [places[f"n{at}"] for at in (2, 3, 4, 5)]
    assert [x for x, _ in inside] == sorted(x for x, _ in inside)
    assert len({y for _, y in places.values()}) > 1


def test_between_blocks_there_are_places_enough_and_no_block_is_torn() -> None:
    graph = networks.drawing("ResNet-18", flat=True)
    found = arrange(graph, sized(graph), room=(1600.0, 900.0))
    whole = nx.Graph((edge.source, edge.target) for edge in graph.edges.values())
    bridges = {frozenset(pair) for pair in nx.bridges(whole)}
    back = [edge for edge in graph.edges.values() if found.places[edge.target][0] <= found.places[edge.source][0]]
    assert len(back) >= 4
    assert {frozenset((edge.source, edge.target)) for edge in back} <= bridges


def ladder(number: int, skips: list[tuple[int, int]]) -> Graph:
    """A chain with edges past some of its nodes, from here so many on."""
    graph = long_chain(number)
    for source, reach in skips:
        if source + reach < number:
            graph = e.connect(graph, Edge(f"n{source}", "y", f"n{source + reach}", f"from n{source}"))
    return graph


def test_where_something_leads_past_every_node_rows_are_broken_all_the_same() -> None:
    graph = ladder(1000, [(at, 7) for at in range(0, 1000, 4)])
    found = arrange(graph, sized(graph), room=ROOM)
    width, height = extent(found.places)
    assert 0.4 < (width / height) / (ROOM[0] / ROOM[1]) < 1.6
    assert not overlaps(sized(graph), found)
    assert not run_through(graph, sized(graph), found)


def test_what_can_be_read_in_whole_is_not_torn() -> None:
    graph = ladder(6, [(0, 5)])
    places = arrange(graph, sized(graph), room=(1000.0, 500.0)).places
    assert len({y for _, y in places.values()}) == 1


def test_what_one_port_sends_to_the_next_row_goes_there_on_one_lane() -> None:
    graph = ladder(41, [(at, 4) for at in range(0, 40, 4)])
    found = arrange(graph, sized(graph), room=ROOM)
    led = {edge: way for edge, way in found.bends.items() if min(x for x, _ in way) < 0}
    pairs = [(one, other) for one, other in combinations(led, 2) if one.source == other.source]
    assert pairs
    assert all(led[one][:5] == led[other][:5] for one, other in pairs)


skips = st.lists(st.tuples(st.integers(0, 60), st.integers(2, 20)), max_size=30, unique=True)


@settings(max_examples=50, deadline=None)
@given(st.integers(20, 80), skips)
def test_no_edge_that_is_led_to_the_next_row_runs_through_a_node(number: int, skips: list[tuple[int, int]]) -> None:
    graph = ladder(number, skips)
    found = arrange(graph, sized(graph), room=ROOM)
    assert not overlaps(sized(graph), found)
    assert not run_through(graph, sized(graph), found)
    assert all(len(way) <= MOST_BENDS for way in found.bends.values())


def test_one_column_is_one_row() -> None:
    assert break_rows([240.0], [0.0], [80.0], [math.inf], ROOM) == [0]


@given(sized_drawings())
def test_in_rows_no_two_nodes_overlap_and_every_edge_leads_to_the_right_or_to_a_lower_row(
    drawn: tuple[Graph, dict],
) -> None:
    graph, sizes = drawn
    found = arrange(graph, sizes, room=ROOM)
    places = found.places
    assert not run_through(graph, sizes, found)
    boxes = [(*places[id], *sizes[id]) for id in graph.nodes]
    for number, (x1, y1, w1, h1) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:number]:
            assert x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1
    for one in graph.edges.values():
        (x1, y1), (x2, y2) = places[one.source], places[one.target]
        assert x1 + sizes[one.source][0] < x2 or y1 + sizes[one.source][1] < y2
    assert arrange(e.move_nodes(graph, places), sizes, room=ROOM).places == places
