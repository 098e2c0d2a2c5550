"""Room for one more node: nothing ends up on top of anything, and what stands well stays where it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netbuilder.graph import Edge, Graph
from netbuilder.graph import edits as e
from netbuilder.graph.room import GAP, GRID, NEAR, Box, boxes, free_place, nearest_free, place_on_edge
from tests.toy import chain, edge, node

SIZE = (176.0, 80.0)


def row(*names: str, pitch: float = 216.0) -> Graph:
    graph = chain(*names)
    return e.move_nodes(graph, {id: (at * pitch, 0.0) for at, id in enumerate(graph.nodes)})


def test_a_node_in_a_tight_row_pushes_the_rest_of_the_row_aside() -> None:
    graph = row("a", "b", "c")
    place, moves = place_on_edge(graph, Edge("a", "y", "b", "x"), SIZE, {})
    assert place == (216.0, 0.0)
    assert moves == {"b": (432.0, 0.0), "c": (648.0, 0.0)}


def test_where_there_is_room_nothing_moves_and_the_node_comes_onto_the_level_of_its_edge() -> None:
    graph = row("a", "b", pitch=480.0)
    assert place_on_edge(graph, Edge("a", "y", "b", "x"), SIZE, {}, at=(250.0, 30.0)) == ((248.0, 0.0), {})
    (left, _), moves = place_on_edge(graph, Edge("a", "y", "b", "x"), SIZE, {}, at=(100.0, 0.0))
    assert (left, moves) == (SIZE[0] + GAP, {})


def test_what_stands_in_the_row_below_is_not_pushed() -> None:
    graph = e.move_nodes(row("a", "b", "c"), {"c": (0.0, 200.0)})
    _, moves = place_on_edge(graph, Edge("a", "y", "b", "x"), SIZE, {})
    assert set(moves) == {"b"}


def test_a_node_on_a_skip_goes_below_those_that_it_skips() -> None:
    graph = e.connect(row("a", "b", "c"), Edge("a", "y", "c", "skip"))
    (_, top), moves = place_on_edge(graph, Edge("a", "y", "c", "skip"), SIZE, {})
    assert top >= SIZE[1]
    assert moves == {}


@st.composite
def scattered(draw: st.DrawFn) -> tuple[Graph, Edge]:
    """A drawing in which nothing overlaps, and one of its edges."""
    graph = Graph()
    for number in range(draw(st.integers(2, 12))):
        near = (draw(st.integers(0, 60)) * 16.0, draw(st.integers(0, 30)) * 16.0)
        place = free_place(boxes(graph, {}).values(), Box(*near, *SIZE))
        graph = e.move_nodes(e.add_node(graph, node(f"n{number}")), {f"n{number}": place})
        for source in draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else ():
            graph = e.connect(graph, edge(f"n{source}", f"n{number}", input=f"x{source}"))
    if not graph.edges:
        graph = e.connect(graph, edge("n0", "n1"))
    return graph, draw(st.sampled_from(list(graph.edges.values())))


@given(scattered())
def test_nothing_ends_up_on_top_of_anything(drawn: tuple[Graph, Edge]) -> None:
    graph, into = drawn
    place, moves = place_on_edge(graph, into, SIZE, {})
    after = [*boxes(e.move_nodes(graph, moves), {}).values(), Box(*place, *SIZE)]
    for number, one in enumerate(after):
        assert not any(one.near(other, 0.0) for other in after[:number])


boxes_about = st.builds(Box, *[st.integers(-50, 50).map(lambda n: n * 8.0)] * 2, *[st.integers(4, 60).map(float)] * 2)


@given(st.lists(boxes_about, max_size=30), boxes_about)
def test_the_nearest_free_place_is_free_and_none_beside_it_is_nearer(taken: list[Box], wanted: Box) -> None:
    left, top = nearest_free(taken, wanted)
    assert not any(box.near(wanted.at(left, top)) for box in taken)
    assert (left - wanted.left) % GRID == (top - wanted.top) % GRID == 0
    if not any(box.near(wanted) for box in taken):
        assert (left, top) == (wanted.left, wanted.top)
    if len(taken) == 1 and (left, top) != (wanted.left, wanted.top):
        (box,) = taken
        away = abs(left - wanted.left) + abs(top - wanted.top)
        sides = (
            wanted.right - box.left,
            box.right - wanted.left,
            wanted.bottom - box.top,
            box.bottom - wanted.top,
        )
        assert away - GRID <= min(sides) + NEAR <= away
