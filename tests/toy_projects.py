"""Projects with several graphs to test with: what a user may do to one, at random, and what a project means."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import strategies as st

from netbuilder.expression import resolve
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph import edits as e
from netbuilder.graph.block import ENDS, REPEAT, TYPES, Block, Exposed, block_of, kind_of
from netbuilder.graph.errors import GraphError
from netbuilder.graph.order import topological
from netbuilder.project import Project, blocks
from netbuilder.project.clipboard import dumps, loads, paste, piece_of
from netbuilder.project.dissolving import repeats
from netbuilder.project.exposing import USUAL

Edit = Callable[[Project], Project]
WORDS = ("size", "width", "depth", "rate")
simple_settings = st.dictionaries(
    st.sampled_from(("p", "out_features")),
    st.integers(0, 99) | st.sampled_from([{"=": "size"}, {"=": "width * 2 + size"}, [{"=": "depth"}, 3]]),
    max_size=2,
)


@st.composite
def project_edits(draw: st.DrawFn) -> tuple[str, Edit]:
    """One thing a user may do to a project with several graphs. Where a rule forbids it, it changes nothing."""
    what = draw(st.sampled_from((*_ON_GRAPHS, *_ON_PROJECTS, "add", "add", "connect", "connect", "connect", "block")))
    numbers = draw(st.tuples(*[st.integers(0, 2**31)] * 4))
    given = draw(simple_settings)
    word = draw(st.sampled_from(WORDS))

    def edited(project: Project) -> Project:
        places = [place for name in project.blocks for place in blocks.standings(project, name)]
        choices = list(project.blocks if what in _ON_BLOCKS else project.graphs)
        graph_name = _one([place[0] for place in places] if what in _ON_STANDINGS else choices, numbers[0])
        if graph_name == "nobody":
            return project
        try:
            if what in _ON_GRAPHS:
                graph = _ON_GRAPHS[what](project, project.graphs[graph_name], numbers, given)
                return blocks.settled(project, project.with_graph(graph, graph_name))
            return _ON_PROJECTS[what](project, graph_name, numbers, word)
        except GraphError:
            return project

    return what, edited


def begun() -> Project:
    """Where the random edits begin: a block of two inputs that stands twice, in one that stands once."""
    graph = Graph()
    for number, kind in enumerate(("input", "input", "linear", "add", "linear", "output"), 1):
        graph = e.add_node(graph, Node(f"n{number}", kind, f"{kind}{number}"))
    for source, target, input in (("n1", "n3", "x"), ("n3", "n4", "x"), ("n2", "n4", "x2"), ("n4", "n6", "x")):
        graph = e.connect(graph, Edge(source, "y", target, input))
    project = Project().with_graph(e.add_node(e.add_node(Graph(), Node("n1", "input", "a")), Node("n2", "relu", "b")))
    project = blocks.add_block(project, "unit", graph, Block((Exposed("size", "int", 8),)))
    project = blocks.add_block(project, "stage")
    for name, id, kind in (("stage", "n3", "unit"), ("stage", "n4", "unit"), ("main", "n3", "stage")):
        added = e.add_node(project.graphs[name], Node(id, kind_of(kind), f"{kind}_{id}"))
        project = project.with_graph(added, name)
    return project


def built_by(sequence: list[tuple[str, Edit]], project: Project | None = None) -> Project:
    project = project or begun()
    for _, edit in sequence:
        project = edit(project)
    return project


Numbers = tuple[int, ...]
Value = Callable[[], int]


def _one(choices: list[Any], number: int) -> Any:
    return choices[number % len(choices)] if choices else "nobody"


def _id(graph: Graph, number: int) -> str:
    return str(_one(list(graph.nodes), number))


def _port(project: Project, node: Node | None, inputs: bool, number: int) -> str:
    block = block_of(node.kind) if node is not None else None
    if block in project.blocks:
        ports = (blocks.inputs_of if inputs else blocks.outputs_of)(project.graphs[block])
        return str(_one([port.name for port in ports] or ["none"], number))
    return _one(["x", "x2"] if inputs else ["y"], number)


def _add(project: Project, graph: Graph, n: Numbers, given: dict[str, Any]) -> Graph:
    kind = _one(["relu", "linear", "add", "input", "output", *map(kind_of, project.blocks)], n[1])
    place = (float(n[2] % 900), float(n[3] % 900))
    return e.add_node(graph, Node(e.new_id(graph), kind, e.new_name(graph, kind[:50]), given, place))


def _connect(project: Project, graph: Graph, n: Numbers, given: dict[str, Any]) -> Graph:
    ids = topological(graph)
    source, target = (ids[at] for at in sorted((n[1] % max(1, len(ids)), n[2] % max(1, len(ids))))) if ids else ("", "")
    output = _port(project, graph.nodes.get(source), False, n[3])
    input = _port(project, graph.nodes.get(target), True, n[3])
    if "none" in (input, output):
        return graph
    return e.connect(graph, Edge(source, output, target, input), replacing=n[3] % 2 == 0)


def _share(project: Project, graph: Graph, n: Numbers, given: dict[str, Any]) -> Graph:
    id = str(_one([node.id for node in graph if node.kind not in ENDS], n[1]))
    alike = [node.id for node in graph if id in graph.nodes and id != node.id and node.kind == graph.nodes[id].kind]
    return e.share(graph, id, str(_one(alike, n[2])))


_ON_GRAPHS: dict[str, Callable[[Project, Graph, Numbers, dict[str, Any]], Graph]] = {
    "add": _add,
    "connect": _connect,
    "remove": lambda p, g, n, s: e.remove_nodes(g, {_id(g, n[1]), _id(g, n[2])}),
    "rename": lambda p, g, n, s: e.rename_node(g, _id(g, n[1]), _one(["x", "y", "stem", "head"], n[2])),
    "set": lambda p, g, n, s: e.set_settings(g, _id(g, n[1]), s),
    "share": _share,
    "unshare": lambda p, g, n, s: e.unshare(g, str(_one([node.shares for node in g if node.shares], n[1]))),
}


def _block(project: Project, name: str, n: Numbers, word: str) -> Project:
    layers = [node.id for node in project.graphs[name] if node.kind not in ENDS]
    chosen = [id for number, id in enumerate(layers) if not n[1] >> number % 31 & 1]
    return blocks.make_block(project, name, chosen, blocks.free_name(project, word))[0]


def _dissolve(project: Project, name: str, n: Numbers, word: str) -> Project:
    graph = project.graphs[name]
    if len(graph) > 60:
        return project
    return blocks.dissolve(project, name, _standing(project, name, n), drop_unused=n[2] % 2 == 0)[0]


def _standing(project: Project, name: str, n: Numbers) -> str:
    return str(_one([node.id for node in project.graphs[name] if block_of(node.kind) in project.blocks], n[1]))


def _exposed(project: Project, name: str, n: Numbers) -> str:
    return str(_one([s.name for s in project.blocks[name].settings], n[1])) if name in project.blocks else "nobody"


def _expose(project: Project, name: str, n: Numbers, word: str) -> Project:
    type = TYPES[n[1] % len(TYPES)]
    return blocks.expose(project, name, Exposed(word, type, USUAL[type], "What it is."))


def _paste(project: Project, name: str, n: Numbers, word: str) -> Project:
    source = _one(list(project.graphs), n[2])
    chosen = [id for number, id in enumerate(project.graphs[source].nodes) if n[1] >> number % 31 & 1]
    if not chosen or len(project.graphs[name]) > 60:
        return project
    return paste(project, name, loads(dumps(piece_of(project, source, chosen))), (8.0, 8.0))[0]


def _expose_setting(project: Project, name: str, n: Numbers, word: str) -> Project:
    return blocks.expose_setting(project, name, _id(project.graphs[name], n[1]), "p", word, n[2] % 100)


def _rename_setting(project: Project, name: str, n: Numbers, word: str) -> Project:
    old = project.blocks[name].setting(_exposed(project, name, n)) if name in project.blocks else None
    return blocks.change_exposed(project, name, old.name, replace(old, name=word)) if old is not None else project


def _repeat(project: Project, name: str, n: Numbers, word: str) -> Project:
    graph, id = project.graphs[name], _standing(project, name, n)
    settings = {**graph.settings_of(id), REPEAT: 1 + n[2] % 3}
    return project.with_graph(e.set_settings(graph, id, settings), name)


def _rename_port(project: Project, name: str, n: Numbers, word: str) -> Project:
    ports = [node.name for node in project.graphs[name] if node.kind in ENDS]
    return blocks.rename_port(project, name, str(_one(ports, n[1])), word)


def _order_ports(project: Project, name: str, n: Numbers, word: str) -> Project:
    return blocks.order_ports(project, name, [port.name for port in reversed(blocks.inputs_of(project.graphs[name]))])


_ON_PROJECTS: dict[str, Callable[[Project, str, Numbers, str], Project]] = {
    "block": _block,
    "dissolve": _dissolve,
    "expose": _expose,
    "expose a setting": _expose_setting,
    "hide": lambda p, g, n, w: blocks.hide(p, g, _exposed(p, g, n)),
    "rename a setting": _rename_setting,
    "rename a port": _rename_port,
    "order ports": _order_ports,
    "repeat": _repeat,
    "detach": lambda p, g, n, w: blocks.detach(p, g, _standing(p, g, n))[0],
    "paste": _paste,
    "add a network": lambda p, g, n, w: blocks.add_network(p, w),
    "add a block": lambda p, g, n, w: blocks.add_block(p, w),
    "rename a graph": lambda p, g, n, w: blocks.rename_graph(p, g, w),
    "copy a graph": lambda p, g, n, w: blocks.duplicate_graph(p, g)[0] if len(p.graphs) < 12 else p,
    "remove a graph": lambda p, g, n, w: blocks.remove_graph(p, g),
    "move a tab": lambda p, g, n, w: blocks.move_tab(p, g, n[1] % 5 + 1),
}

_ON_STANDINGS = ("dissolve", "repeat", "detach")
_ON_BLOCKS = ("expose", "expose a setting", "hide", "rename a setting", "rename a port", "order ports")


@st.composite
def wired(draw: st.DrawFn) -> Project:
    """A network in which much is joined, layers are shared, and every last node has an Output."""
    count = draw(st.integers(2, 9))
    graph = e.add_node(Graph(), Node("n1", "input", "picture"))
    for number in range(2, count + 2):
        id = f"n{number}"
        place = (draw(st.integers(0, 999)) * 1.0, draw(st.integers(0, 999)) * 1.0)
        kind = draw(st.sampled_from(("linear", "add")))
        graph = e.add_node(graph, Node(id, kind, id, {"p": number}, place))
        for input in draw(st.sampled_from((("x",), ("x", "x2")))):
            graph = e.connect(graph, Edge(f"n{draw(st.integers(1, number - 1))}", "y", id, input))
        if draw(st.integers(0, 3)) == 0:
            try:
                graph = e.share(graph, id, f"n{draw(st.integers(1, number - 1))}")
            except GraphError:
                continue
    ends = [id for id in graph.nodes if not graph.edges_from(id)]
    for number, id in enumerate(ends):
        graph = e.add_node(graph, Node(f"out{number}", "output", f"scores{number}"))
        graph = e.connect(graph, Edge(id, "y", f"out{number}", "x"))
    return Project().with_graph(graph)


class Meaning:
    """What a network computes, however it is cut into blocks: for each Output the layers that lead to it, with their
    settings, and with a number for each set of weights in the order in which they are met."""

    def __init__(self, project: Project, name: str = "main"):
        self._project = project
        self._weights: dict[Any, int] = {}
        self._terms: dict[Any, int] = {}
        self._known: dict[Any, int] = {}
        graph = project.graphs[name]
        ends = sorted(blocks.outputs_of(graph), key=lambda node: node.name)
        into = {end.name: self._into(graph, end.id, (name,), (name,), {}, {}) for end in ends}
        self.outputs = {name: {input: ask() for input, ask in found.items()} for name, found in into.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Meaning) and (self.outputs, self._terms) == (other.outputs, other._terms)

    __hash__ = None  # type: ignore[assignment]

    def _into(self, graph: Graph, id: str, *where: Any) -> dict[str, Value]:
        """What comes into each input that has an edge, worked out when it is asked for: weights are numbered then."""
        edges = sorted(graph.edges_into(id), key=lambda edge: edge.input)
        return {edge.input: partial(self._value, graph, edge.source, edge.output, *where) for edge in edges}

    def _term(self, *what: Any) -> int:
        return self._terms.setdefault(what, len(self._terms) + 1)

    def _value(self, graph: Graph, id: str, output: str, call: Any, place: Any, names: Any, given: Any) -> int:
        """`call` is where this is computed, `place` where its weights are; `names` and `given` come from outside."""
        node = graph.nodes[id]
        if node.kind == "input":
            return given.get(node.name, nothing)() if len(call) > 1 else self._term("input", node.name)
        if (call, id, output) not in self._known:
            into = self._into(graph, id, call, place, names, given)
            owner = graph.owner(id)
            settings = resolve(owner.settings, names)
            name = block_of(node.kind)
            if name in self._project.blocks:
                value = self._block(name, output, into, (*call, id), (*place, owner.id), settings, repeats(owner))
            else:
                values = {input: value for input, ask in into.items() if (value := ask())}
                weights = self._weights.setdefault((place, owner.id), len(self._weights))
                value = self._term(node.kind, json.dumps(settings), weights, output, tuple(values.items()))
            self._known[call, id, output] = value
        return self._known[call, id, output]

    def _block(self, name: str, output: str, into: Any, call: Any, place: Any, settings: Any, count: int) -> int:
        graph, names = self._project.graphs[name], self._project.blocks[name].values(settings)
        inputs = [port.name for port in blocks.inputs_of(graph)]
        results: dict[str, Value] = {}
        for copy in range(count):
            where = ((*call, copy), (*place, copy), names, into)
            ends = blocks.outputs_of(graph)
            results = {end.name: self._into(graph, end.id, *where).get("x", nothing) for end in ends}
            into = {**into, **dict(zip(inputs, results.values(), strict=False))}
        return results.get(output, nothing)()


def nothing() -> int:
    return 0
