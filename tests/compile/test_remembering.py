"""A check that remembers the one before it is quick, and says nothing else than a fresh one."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netbuilder.compile.check import Inferences, check
from netbuilder.graph import Graph, Node
from netbuilder.graph import edits as e
from netbuilder.graph.errors import GraphError
from netbuilder.layers import standard
from tests.compile.drawing import DIGITS, draw

CNN = (
    ("conv2d", {"padding": "same"}),
    "relu",
    ("conv2d", {"padding": 1}),
    "max_pool2d",
    "flatten",
    ("linear", {"out_features": 10}),
)
EDITS = st.sampled_from(("setting", "kind of padding", "name", "move", "insert", "remove", "share", "unshare", "loose"))


@given(st.lists(st.tuples(EDITS, st.integers(0, 99)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_after_any_edits_a_check_that_remembers_says_what_a_fresh_one_says(edits: list[tuple[str, int]]) -> None:
    project, memory = draw(*CNN), Inferences()
    before = check(project, standard(), DIGITS, memory)
    for edit, number in edits:
        project = project.with_graph(_edited(project.main, edit, number))
        before = check(project, standard(), DIGITS, memory)
    fresh = check(project, standard(), DIGITS)
    assert before.source == fresh.source
    assert [problem.sentence for problem in before.problems] == [problem.sentence for problem in fresh.problems]
    assert before.cost == fresh.cost


def _edited(graph: Graph, edit: str, number: int) -> Graph:
    """The graph after one small edit, or as it is where the edit breaks a rule."""
    node = list(graph)[number % len(graph)]
    convolutions = [other for other in graph if other.kind == "conv2d"]
    conv = convolutions[number % len(convolutions)] if convolutions else node
    try:
        match edit:
            case "setting":
                return e.set_settings(graph, conv.id, {**graph.settings_of(conv.id), "out_channels": 1 + number})
            case "kind of padding":
                return e.set_settings(graph, conv.id, {**graph.settings_of(conv.id), "padding": number % 3})
            case "name":
                return e.rename_node(graph, node.id, f"{node.kind} {number}")
            case "move":
                return e.move_nodes(graph, {node.id: (float(number), 3.0)})
            case "insert":
                edge = list(graph.edges.values())[number % len(graph.edges)]
                new = Node(e.new_id(graph), "relu", e.new_name(graph, "relu"), {})
                return e.insert_on_edge(graph, edge, new, "x", "y")
            case "remove":
                return e.remove_nodes(graph, [node.id]) if number % 5 == 0 else graph
            case "share":
                return e.share(graph, conv.id, convolutions[-1].id)
            case "unshare":
                return e.unshare(graph, conv.id)
            case _:
                return e.add_node(graph, Node(e.new_id(graph), "relu", e.new_name(graph, "relu"), {}))
    except GraphError:
        return graph
