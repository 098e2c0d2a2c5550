"""Arranging: left to right, on the grid, nothing on top of anything, no edge through a node."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph import Edge, Graph
from netbuilder.graph import edits as e
from netbuilder.graph.annotations import MOST_BENDS
from netbuilder.graph.arrange import Arranged, arrange
from netbuilder.graph.boxes import GRID, PORT
from netbuilder.graph.curves import sampled, through
from tests import networks
from tests.toy import chain, edge, node

Sizes = dict[str, tuple[float, float]]
CARD = (176.0, 80.0)


@st.composite
def drawings(draw: st.DrawFn, most: int = 14) -> Graph:
    graph = Graph()
    for number in range(draw(st.integers(1, most))):
        graph = e.add_node(graph, node(f"n{number}"))
        for source in draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else ():
            graph = e.connect(graph, edge(f"n{source}", f"n{number}", input=f"x{source}"))
    return graph


@st.composite
def sized_drawings(draw: st.DrawFn) -> tuple[Graph, Sizes]:
    graph = draw(drawings())
    side = st.integers(3, 30).map(lambda n: n * 8.0)
    return graph, {id: (draw(side), draw(side)) for id in graph.nodes}


@st.composite
def valleys(draw: st.DrawFn) -> Graph:
    """A way down and up again, with a chain of its own at each level."""
    depth, made, graph = draw(st.integers(2, 4)), 0, Graph()
    last, kept = "", []

    def go_on(inputs: list[str]) -> str:
        nonlocal graph, made
        made += 1
        id = f"n{made}"
        graph = e.add_node(graph, node(id))
        for number, source in enumerate(inputs):
            graph = e.connect(graph, edge(source, id, input=f"x{number}"))
        return id

    def chain_of(count: int, start: str) -> str:
        for _ in range(count):
            start = go_on([start] if start else [])
        return start

    for _ in range(depth):
        last = chain_of(draw(st.integers(1, 4)), last)
        kept.append(last)
    last = chain_of(draw(st.integers(1, 4)), last)
    skip_first = draw(st.booleans())
    for source in reversed(kept):
        last = go_on([source, last] if skip_first else [last, source])
        last = chain_of(draw(st.integers(0, 3)), last)
    return graph


def sized(graph: Graph, size: tuple[float, float] = CARD) -> Sizes:
    return dict.fromkeys(graph.nodes, size)


def way(edge: Edge, sizes: Sizes, found: Arranged) -> list[tuple[float, float]]:
    """The places that an edge goes through."""
    (x1, y1), (x2, y2) = found.places[edge.source], found.places[edge.target]
    width, height = sizes[edge.source]
    start = x1 + width, y1 + min(PORT, height)
    return [start, *found.bends.get(edge, ()), (x2, y2 + min(PORT, sizes[edge.target][1]))]


def run_through(graph: Graph, sizes: Sizes, found: Arranged) -> list[tuple[Edge, str]]:
    """Edges, and the nodes they run through that are no ends of theirs. One that runs back is led, or finds its way
    by itself."""
    bad = []
    for one in graph.edges.values():
        places = way(one, sizes, found)
        if len(places) == 2 and places[1][0] <= places[0][0]:
            continue
        points = [point for piece in through(places) for point in sampled(piece, 40)]
        for id, (x, y) in found.places.items():
            width, height = sizes[id]
            if id not in (one.source, one.target) and any(
                x < px < x + width and y < py < y + height for px, py in points
            ):
                bad.append((one, id))
    return bad


def overlaps(sizes: Sizes, found: Arranged) -> list[tuple[str, str]]:
    boxes = [(id, *place, *sizes[id]) for id, place in found.places.items()]
    return [
        (a, b)
        for number, (a, x1, y1, w1, h1) in enumerate(boxes)
        for b, x2, y2, w2, h2 in boxes[:number]
        if not (x1 + w1 <= x2 or x2 + w2 <= x1 or y1 + h1 <= y2 or y2 + h2 <= y1)
    ]


@given(sized_drawings())
def test_every_edge_leads_to_the_right_through_no_node_and_no_two_nodes_overlap(drawn: tuple[Graph, Sizes]) -> None:
    graph, sizes = drawn
    found = arrange(graph, sizes)
    assert set(found.places) == set(graph.nodes)
    for one in graph.edges.values():
        places = way(one, sizes, found)
        assert all(here[0] < there[0] for here, there in pairwise(places))
        assert len(places) - 2 <= MOST_BENDS
    assert not overlaps(sizes, found)
    assert not run_through(graph, sizes, found)
    assert all(x % GRID == y % GRID == 0 for x, y in found.places.values())


@given(sized_drawings() | valleys().map(lambda graph: (graph, sized(graph))))
def test_arranging_twice_changes_nothing(drawn: tuple[Graph, Sizes]) -> None:
    graph, sizes = drawn
    found = arrange(graph, sizes)
    assert arrange(graph, sizes) == found
    assert arrange(e.move_nodes(graph, found.places), sizes) == found


@given(sized_drawings())
def test_from_top_to_bottom_is_from_left_to_right_turned(drawn: tuple[Graph, Sizes]) -> None:
    graph, sizes = drawn
    turned = {id: (height, width) for id, (width, height) in sizes.items()}
    across, down = arrange(graph, turned), arrange(graph, sizes, down=True)
    assert down.places == {id: (y, x) for id, (x, y) in across.places.items()}
    assert down.bends == {edge: tuple((y, x) for x, y in way) for edge, way in across.bends.items()}


@given(valleys(), st.sampled_from([None, (1600.0, 900.0), (780.0, 490.0)]))
def test_what_goes_down_and_up_again_is_a_valley_whose_skips_are_level(
    graph: Graph, room: tuple[float, float] | None
) -> None:
    sizes = sized(graph)
    found = arrange(graph, sizes, room=room)
    assert not overlaps(sizes, found)
    assert not run_through(graph, sizes, found)
    skips = [edge for edge in graph.edges.values() if len(graph.edges_from(edge.source)) > 1]
    skips = [edge for edge in skips if len(graph.edges_into(edge.target)) > 1]
    levels = [found.places[edge.source][1] for edge in skips]
    assert [found.places[edge.target][1] for edge in skips] == levels
    assert len(set(levels)) == len(skips) >= 2
    assert all(y > min(levels) for id, (_, y) in found.places.items() if y not in levels)
    assert not any(edge in found.bends for edge in skips)


def test_a_chain_is_a_straight_line() -> None:
    graph = chain("a", "b", "c", "d")
    found = arrange(graph, sized(graph))
    assert len({y for _, y in found.places.values()}) == 1
    assert not found.bends


def test_a_skip_is_led_beside_a_trunk_that_stays_straight() -> None:
    graph = e.connect(chain("a", "b", "c", "d", "e"), edge("b", "e", input="skip"))
    found = arrange(graph, sized(graph))
    assert len({y for _, y in found.places.values()}) == 1
    (bends,) = found.bends.values()
    assert len(bends) == 2
    assert bends[0][1] == bends[1][1] >= found.places["c"][1] + CARD[1] + 24


def test_edges_from_one_port_are_one_line_up_to_where_they_part() -> None:
    graph = chain(*(f"n{number}" for number in range(12)))
    for number in (5, 8, 11):
        graph = e.connect(graph, edge("n1", f"n{number}", input="skip"))
    found = arrange(graph, sized(graph))
    short, middle, long = sorted(found.bends.values(), key=lambda way: way[-1][0])
    assert short[0] == middle[0] == long[0]
    assert short[-1][1] == middle[-1][1] == long[-1][1]


def test_what_would_wait_long_for_its_turn_stands_beside_what_it_feeds() -> None:
    graph = e.add_node(chain(*(f"n{number}" for number in range(20))), node("key"))
    graph = e.connect(e.connect(graph, edge("n1", "key")), edge("key", "n18", input="y"))
    places = arrange(graph, sized(graph)).places
    assert places["key"][0] == places["n17"][0]


def test_only_the_chosen_nodes_get_a_place_and_their_corner_stays() -> None:
    graph = e.move_nodes(chain("a", "b", "c"), {"b": (800.0, 400.0), "c": (1200.0, 300.0)})
    places = arrange(graph, {}, {"b", "c"}).places
    assert set(places) == {"b", "c"}
    assert min(x for x, _ in places.values()) == 800.0
    assert min(y for _, y in places.values()) == 296.0 or min(y for _, y in places.values()) == 304.0


@given(sized_drawings(), st.data())
def test_what_is_tidied_covers_no_node_that_is_not(drawn: tuple[Graph, Sizes], data: st.DataObject) -> None:
    graph, sizes = drawn
    at = st.integers(-60, 60).map(lambda n: n * 8.0)
    graph = e.move_nodes(graph, {id: (data.draw(at), data.draw(at)) for id in graph.nodes})
    chosen = data.draw(st.sets(st.sampled_from(list(graph.nodes)), min_size=1))
    found = arrange(graph, sizes, chosen)
    whole = Arranged({id: found.places.get(id, node.position) for id, node in graph.nodes.items()}, found.bends)
    assert not [pair for pair in overlaps(sizes, whole) if chosen & set(pair)]
    inside = [one for one in graph.edges.values() if {one.source, one.target} <= chosen]
    assert not run_through(replace(graph, edges={(one.target, one.input): one for one in inside}), sizes, whole)
    again = arrange(e.move_nodes(graph, found.places), sizes, chosen)
    assert again == found


def test_tidied_nodes_go_to_the_nearest_place_that_is_free() -> None:
    graph = e.add_node(chain("a", "b"), node("other"))
    graph = e.move_nodes(graph, {"a": (0.0, 0.0), "b": (0.0, 400.0), "other": (240.0, 0.0)})
    assert arrange(graph, sized(graph), {"a", "b"}).places == {"a": (0.0, -96.0), "b": (240.0, -96.0)}
    graph = e.move_nodes(graph, {"other": (480.0, 0.0)})
    assert arrange(graph, sized(graph), {"a", "b"}).places == {"a": (0.0, 0.0), "b": (240.0, 0.0)}


def test_nothing_to_arrange_gives_no_places() -> None:
    assert arrange(Graph(), {}) == Arranged()


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("name", networks.NAMES)
def test_known_networks_have_no_overlap_and_no_edge_through_a_node(name: str, flat: bool) -> None:
    graph = networks.drawing(name, flat=flat)
    sizes = sized(graph)
    found = arrange(graph, sizes)
    assert not overlaps(sizes, found)
    assert not run_through(graph, sizes, found)


def test_the_trunk_of_a_residual_network_is_one_straight_line() -> None:
    graph = networks.drawing("ResNet-18", flat=True)
    places = arrange(graph, sized(graph)).places
    beside = {id for id, node in graph.nodes.items() if node.name.startswith("downsample")}
    assert len(beside) == 6
    assert len({y for id, (_, y) in places.items() if id not in beside}) == 1


def test_a_u_net_goes_down_on_the_left_and_up_on_the_right() -> None:
    graph = networks.drawing("U-Net", flat=True)
    places = arrange(graph, sized(graph)).places
    pools = [places[id] for id, node in graph.nodes.items() if node.kind == "max_pool2d"]
    joins = [places[id] for id, node in graph.nodes.items() if node.kind == "concatenate"]
    assert len(pools) == len(joins) == 4
    assert [y for _, y in pools] == sorted(y for _, y in pools)
    assert [y for _, y in joins] == sorted((y for _, y in joins), reverse=True)
    assert max(x for x, _ in pools[:3]) < min(x for x, _ in joins)
    assert pools[-1][1] == max(y for _, y in places.values()) > joins[0][1]


def test_branches_of_an_inception_module_lie_side_by_side() -> None:
    graph = networks.drawing("Inception", flat=True)
    places = arrange(graph, sized(graph)).places
    join = next(id for id, node in graph.nodes.items() if node.kind == "concatenate")
    ends = [edge.source for edge in graph.edges_into(join)]
    levels = [places[id][1] for id in ends]
    assert len(ends) == 4
    assert levels == sorted(levels)
    assert len(set(levels)) == 4
