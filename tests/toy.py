"""Small things to test with: graphs of toy nodes, and strategies that draw at random."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import strategies as st

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import annotations as a
from netbuilder.graph import edits as e
from netbuilder.graph.assembly import assemble
from netbuilder.graph.block import block_of, kind_of
from netbuilder.graph.errors import GraphError
from netbuilder.graph.graph import Frame, Note
from netbuilder.layers import standard
from netbuilder.project import Part, Project
from netbuilder.project.blocks import check_recursion, inputs_of, outputs_of


def node(id: str, kind: str = "relu", name: str = "", x: float = 0.0, y: float = 0.0, **settings: object) -> Node:
    return Node(id, kind, name or id, settings, (x, y))


def edge(source: str, target: str, input: str = "x", output: str = "y") -> Edge:
    return Edge(source, output, target, input)


def chain(*ids: str) -> Graph:
    """The nodes one after the other, each feeding the next."""
    graph = Graph()
    for id in ids:
        graph = e.add_node(graph, node(id))
    for source, target in pairwise(ids):
        graph = e.connect(graph, edge(source, target))
    return graph


KINDS = tuple(layer.kind for layer in standard())
names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60)
coordinates = st.floats(-1e7, 1e7, allow_nan=False) | st.integers(-(10**6), 10**6).map(float)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
settings_of_any_kind = st.dictionaries(st.text(max_size=12), values, max_size=3)
parts = st.builds(Part, names, settings_of_any_kind)

Edit = Callable[[Project], Project]


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, Edit]:
    """One thing a user may do, with its label. Where a rule forbids it, it changes nothing."""
    what = draw(
        st.sampled_from(
            ("add", "add", "add", "connect", "connect", "connect", "move", "set", "rename", "beside", "other")
        )
    )
    pick = draw(st.integers(0, 2**31))
    other = draw(st.integers(0, 2**31))
    if what == "add":
        kind = draw(st.sampled_from(KINDS) | names)
        place = (draw(coordinates), draw(coordinates))
        given = draw(settings_of_any_kind)
        return f"Add {kind}", _on_main(
            lambda g: e.add_node(g, Node(e.new_id(g), kind, e.new_name(g, kind[:50]), given, place))
        )
    if what == "connect":
        input, output = draw(st.sampled_from(("x", "x1", "x2"))), draw(st.sampled_from(("y", "h_n")))
        replacing = draw(st.booleans())
        return "Connect", _on_main(
            lambda g: e.connect(g, Edge(_id(g, pick), output, _id(g, other), input), replacing=replacing)
        )
    if what == "move":
        place = (draw(coordinates), draw(coordinates))
        return "Move", _on_main(lambda g: e.move_nodes(g, {_id(g, pick): place}))
    if what == "set":
        given = draw(settings_of_any_kind)
        return "Set", _on_main(lambda g: e.set_settings(g, _id(g, pick), given))
    if what == "rename":
        name = draw(names)
        return f"Rename to {name}", _on_main(lambda g: e.rename_node(g, _id(g, pick), name))
    if what == "beside":
        return "Draw beside", _on_main(draw(beside(pick)))
    part = draw(parts)
    return draw(
        st.sampled_from(
            (
                ("Remove", _on_main(lambda g: e.remove_nodes(g, [_id(g, pick)]))),
                ("Disconnect", _on_main(lambda g: e.disconnect(g, _id(g, pick), "x"))),
                ("Choose the data", lambda project: project.with_data(part)),
                ("Choose the recipe", lambda project: project.with_recipe(part)),
            )
        )
    )


@st.composite
def beside(draw: st.DrawFn, pick: int) -> Callable[[Graph], Graph]:
    """Something drawn beside the network, or a node that is left out or folded up."""
    place, text = (draw(coordinates), draw(coordinates)), draw(st.text(max_size=30))
    size = (draw(st.floats(40, 9999)), draw(st.floats(40, 9999)))
    return draw(
        st.sampled_from(
            (
                lambda g: a.put_frame(
                    g, Frame(a.mark_id(g), text[:9] if text.isprintable() else "", "gray", place, size)
                ),
                lambda g: a.put_note(g, Note(a.mark_id(g), text, place, size)),
                lambda g: a.bend(g, list(g.edges.values())[pick % len(g.edges)], [place]) if g.edges else g,
                lambda g: a.bookmark(g, str(1 + pick % 9), (*place, 0.5)),
                lambda g: a.direct(g, "down" if pick % 2 else "right"),
                lambda g: a.remove_marks(g, list(g.annotations.frames)[:1]),
                lambda g: e.bypass(g, [_id(g, pick)], bypassed=pick % 3 > 0),
                lambda g: e.collapse(g, [_id(g, pick)], collapsed=pick % 3 > 0),
            )
        )
    )


def _id(graph: Graph, number: int) -> str:
    ids = list(graph.nodes)
    return ids[number % len(ids)] if ids else "nobody"


def _on_main(edit: Callable[[Graph], Graph]) -> Edit:
    def edited(project: Project) -> Project:
        try:
            return project.with_graph(edit(project.main))
        except GraphError:
            return project

    return edited


def edited_by(sequence: list[tuple[str, Edit]]) -> Project:
    project = Project()
    for _, edit in sequence:
        project = edit(project)
    return project


def standing(id: str, block: str, name: str = "", **settings: object) -> Node:
    """A node that stands for a block."""
    return Node(id, kind_of(block), name or id, settings)


def rules_broken(project: Project) -> list[str]:
    """What is wrong with a project, whatever it was made by: nothing, or the edit that made it has a fault."""
    wrong = []
    if "main" in project.blocks or "main" not in project.graphs or not set(project.blocks) <= set(project.graphs):
        wrong.append("the graphs are not what the project says")
    try:
        check_recursion(project)
    except GraphError as error:
        wrong.append(str(error))
    for name, graph in project.graphs.items():
        again, broken = assemble(graph.nodes.values(), graph.edges.values())
        wrong += [f"{name}: {error}" for error in broken]
        if again.annotated(graph.annotations) != graph or any(
            (edge.target, edge.input) != at for at, edge in graph.edges.items()
        ):
            wrong.append(f"{name} is not what it is made of")
        wrong += [f"{node.name} shares and has settings" for node in graph if node.shares and node.settings]
        for edge in graph.edges.values():
            for id, port, ports in ((edge.source, edge.output, outputs_of), (edge.target, edge.input, inputs_of)):
                block = block_of(graph.nodes[id].kind)
                if block in project.blocks and port not in [node.name for node in ports(project.graphs[block])]:
                    wrong.append(f"{name}: {graph.nodes[id].name} has no port {port}")
    return wrong
