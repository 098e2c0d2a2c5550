"""Breaking a long drawing into rows that fit the room."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
from hypothesis import given

from netbuilder.graph import Edge, Graph
from netbuilder.graph import edits as e
from netbuilder.graph.arrange import arrange
from netbuilder.graph.rows import break_rows
from tests.graph.test_arrange import drawings, sized_drawings
from tests.toy import chain, node

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


@given(drawings(), drawings())
def test_a_row_ends_only_where_a_single_edge_leads_on(first: Graph, second: Graph) -> None:
    graph = first
    for one in second:
        graph = e.add_node(graph, replace(one, id=f"m{one.id}", name=f"m{one.name}"))
    for edge in second.edges.values():
        graph = e.connect(graph, replace(edge, source=f"m{edge.source}", target=f"m{edge.target}"))
    graph = e.connect(graph, Edge(f"n{len(first) - 1}", "y", "mn0", "x"))
    for number in range(4):
        graph = e.add_node(graph, node(f"t{number}"))
        graph = e.connect(graph, Edge(f"t{number - 1}" if number else f"mn{len(second) - 1}", "y", f"t{number}", "x"))
    places = arrange(graph, dict.fromkeys(graph.nodes, SIZE), room=ROOM).places
    whole = nx.Graph((edge.source, edge.target) for edge in graph.edges.values())
    for edge in graph.edges.values():
        if places[edge.target][0] <= places[edge.source][0]:  # it runs back
            assert (edge.source, edge.target) in {
                pair for bridge in nx.bridges(whole) for pair in (bridge, bridge[::-1])
            }


def test_one_column_is_one_row() -> None:
    assert break_rows([240.0], [0.0], [80.0], [False], ROOM) == [0]


@given(sized_drawings())
def test_in_rows_no_two_nodes_overlap_and_every_edge_leads_to_the_right_or_to_a_lower_row(
    drawn: tuple[Graph, dict],
) -> None:
    graph, sizes = drawn
    places = arrange(graph, sizes, room=ROOM).places
    boxes = [(*places[id], *sizes[id]) for id in graph.nodes]
    for number, (x1, y1, w1, h1) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:number]:
            assert x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1
    for one in graph.edges.values():
        (x1, y1), (x2, y2) = places[one.source], places[one.target]
        assert x1 + sizes[one.source][0] < x2 or y1 + sizes[one.source][1] < y2
    assert arrange(e.move_nodes(graph, places), sizes, room=ROOM).places == places
