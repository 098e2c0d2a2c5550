"""Whatever is done to a project with several graphs, its rules hold, and what is only regrouped computes the same."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.graph.block import ENDS
from netbuilder.graph.errors import GraphError
from netbuilder.graph.order import downstream, upstream
from netbuilder.project import Project
from netbuilder.project.blocks import detach, dissolve, make_block, remove_graph, rename_port, standings
from netbuilder.project.document import Document
from netbuilder.project.file import dumps, loads
from tests.toy import rules_broken
from tests.toy_projects import Meaning, begun, built_by, project_edits, wired

sequences = st.lists(project_edits(), min_size=5, max_size=60)


@settings(max_examples=150)
@given(sequences)
def test_every_rule_holds_after_every_edit(sequence):
    project = begun()
    for _, edit in sequence:
        project = edit(project)
        assert rules_broken(project) == []


@settings(max_examples=80)
@given(sequences)
def test_whatever_was_built_is_the_same_after_save_and_load(sequence):
    project = built_by(sequence)
    opened = loads(dumps(project))
    assert opened.notes == ()
    assert opened.project == project
    assert dumps(opened.project) == dumps(project)


@settings(max_examples=60)
@given(sequences)
def test_all_can_be_undone_and_done_again(sequence):
    document = Document(begun())
    first = document.project
    for label, edit in sequence:
        document.apply(label, edit(document.project))
    last, steps = document.project, len(document.history.steps)
    for _ in range(steps):
        document.undo()
    assert document.project is first
    for _ in range(steps):
        document.redo()
    assert document.project is last
    assert rules_broken(last) == []


def by_name(graph: Graph) -> tuple[object, ...]:
    """The graph whatever its ids are and in whatever order it was drawn."""
    name = {id: node.name for id, node in graph.nodes.items()}
    return (
        {(n.name, n.kind, repr(n.settings), n.position, name.get(n.shares)) for n in graph},
        {(name[edge.source], edge.output, name[edge.target], edge.input) for edge in graph.edges.values()},
    )


def grouped(project: Project, bits: int) -> tuple[Project, str]:
    """With a block of some nodes, and of those that have to go with them."""
    graph = project.main
    layers = [node.id for node in graph if node.kind not in ENDS]
    chosen = {id for number, id in enumerate(layers) if bits >> number & 1} or {layers[0]}
    size = 0
    while size < len(chosen):
        size = len(chosen)
        chosen |= downstream(graph, chosen) & upstream(graph, chosen)
        owners = {graph.owner(id).id for id in chosen}
        chosen |= {id for id in layers if graph.owner(id).id in owners}
    return make_block(project, "main", chosen, "stage")


bits = st.integers(0, 2**10)


@settings(max_examples=150)
@given(wired(), bits)
def test_a_block_made_and_dissolved_is_the_network_that_was(project, bits):
    made, id = grouped(project, bits)
    assert rules_broken(made) == []
    assert Meaning(made) == Meaning(project)
    back, ids = dissolve(made, "main", id, drop_unused=True)
    assert by_name(back.main) == by_name(project.main)
    assert set(back.main.nodes) == set(project.main.nodes)
    assert list(back.graphs) == ["main"]
    assert set(ids) <= set(back.main.nodes)


@settings(max_examples=150)
@given(wired(), bits, bits, st.integers(1, 3), st.booleans(), st.data())
def test_however_a_network_is_cut_into_blocks_it_computes_the_same(project, first, second, count, shared, data):
    made, id = grouped(project, first)
    # Standing again, repeated, sharing its weights or not, with a block in it.
    if not made.main.nodes[id].shares and made.main.edges_into(id):
        made = made.with_graph(e.set_settings(made.main, id, {"repeat": count}))
        made = stands_again(made, id, shared)
    inner = made.graphs["stage"]
    chosen = [one for number, one in enumerate(inner.nodes) if second >> number & 1]
    meant = Meaning(made)
    with suppress(GraphError):
        made, _ = make_block(made, "stage", chosen, "unit")
    assert Meaning(made) == meant
    assert rules_broken(made) == []
    port = data.draw(st.sampled_from([node.name for node in inner if node.kind in ("input", "output")] or ["none"]))
    if port != "none":
        made = rename_port(made, "stage", port, "door")
    assert Meaning(made) == meant
    if not shared:
        made, _ = detach(made, "main", id)
    assert Meaning(made) == meant
    for name in list(made.blocks):
        while (found := next(standings(made, name), None)) is not None:
            made, _ = dissolve(made, *found)
        made = remove_graph(made, name)
        assert Meaning(made) == meant
        assert rules_broken(made) == []
    assert list(made.graphs) == ["main"]


def stands_again(project: Project, id: str, shared: bool) -> Project:
    """With the block standing once more on the main graph, behind itself, with an Output of its own."""
    graph, inner = project.main, project.graphs["stage"]
    graph = e.add_node(graph, Node("again", graph.nodes[id].kind, "again", graph.nodes[id].settings))
    outputs = [node.name for node in inner if node.kind == "output"]
    for port in [node.name for node in inner if node.kind == "input"]:
        if outputs:
            graph = e.connect(graph, Edge(id, outputs[0], "again", port))
    if shared:
        graph = e.share(graph, "again", id)
    for number, port in enumerate(outputs):
        graph = e.add_node(graph, Node(f"more{number}", "output", f"more{number}"))
        graph = e.connect(graph, Edge("again", port, f"more{number}", "x"))
    return project.with_graph(graph)
