"""A block of a selection: what is selected goes into a graph of its own, and a node stands for it.

An edge that crosses the border ends in a port: one input for each value that comes in, one output for each that goes
out. It knows nodes and edges, and of layers only what it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from netbuilder.expression import NotANumber, expression, names_in, text_of
from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.annotations import holds, remove_marks
from netbuilder.graph.block import ENDS, ENTRY, EXIT, INPUT, OUTPUT, Block, block_of, kind_of
from netbuilder.graph.edits import new_id, new_name
from netbuilder.graph.errors import NoSuchNode
from netbuilder.graph.free import Free
from netbuilder.graph.graph import FAR, MAX_NAME, Annotations, Settings
from netbuilder.graph.order import downstream, upstream
from netbuilder.project.errors import EndsSelected, LeavesAndReturns, NothingSelected, SharedAcross
from netbuilder.project.graphs import add_block, graph_of
from netbuilder.project.ports import inputs_of, outputs_of
from netbuilder.project.project import Project

USUAL = (176.0, 80.0)
BESIDE = 240.0  # from a block's first node to its inputs, and from its last to its outputs
APART = 96.0  # between one port and the next

# The inputs of a node that need an edge, and its outputs: what a layer says, or a block's graph.
Ports = Callable[[Node], tuple[Sequence[str], Sequence[str]]]
Value = tuple[str, str]  # a node's id and one of its outputs


def make_block(
    project: Project,
    graph_name: str,
    ids: Iterable[str],
    name: str,
    sizes: Mapping[str, tuple[float, float]] | None = None,
    ports: Ports | None = None,
) -> tuple[Project, str]:
    """With a block called `name` of these nodes, and the id of the node that stands for it in their place.

    `sizes` are the nodes' widths and heights, for the place of the new node. `ports` tells the ports of layers: an
    input that needs an edge and has none becomes a port as well. Without it a layer has the one output y.
    Raises `NoSuchGraph`, `NoSuchNode`, `NothingSelected`, `EndsSelected`, `LeavesAndReturns`, `SharedAcross`,
    `BadGraphName`, `GraphNameTaken`, `WouldRecurse`.
    """
    graph = graph_of(project, graph_name)
    chosen = set(ids)
    _check(graph, chosen)
    border = _Border(graph, chosen, ports or (lambda node: _ports(project, node)), sizes or {})
    exposed = _exposed(project.blocks.get(graph_name), (graph.nodes[id] for id in chosen))
    made = add_block(project, name, border.inside(), exposed)
    node = Node(
        new_id(graph),
        kind_of(name),
        _node_name(graph, chosen, name),
        {setting.name: expression(setting.name) for setting in exposed.settings},
        _middle([graph.nodes[id] for id in chosen], sizes or {}),
        origin="",
    )
    return made.with_graph(border.outside(node), graph_name), node.id


def _check(graph: Graph, chosen: set[str]) -> None:
    if not chosen:
        raise NothingSelected
    for id in chosen:
        if id not in graph.nodes:
            raise NoSuchNode(id)
    for node in graph:
        if node.id in chosen and node.kind in ENDS:
            raise EndsSelected(node.name)
        if node.shares and (node.id in chosen) != (node.shares in chosen):
            pair = (node, graph.nodes[node.shares])
            inside, outside = pair if node.id in chosen else reversed(pair)
            raise SharedAcross(inside.name, outside.name)
    between = (downstream(graph, chosen) & upstream(graph, chosen)) - chosen
    if between:
        raise LeavesAndReturns(next(node.name for node in graph if node.id in between))


def _ports(project: Project, node: Node) -> tuple[Sequence[str], Sequence[str]]:
    block = block_of(node.kind)
    if block is None or block not in project.blocks:
        return (), (ENTRY,)
    graph = project.graphs[block]
    return [port.name for port in inputs_of(graph)], [port.name for port in outputs_of(graph)]


class _Border:
    """Where a selection is cut out: the ports, by what comes in and what goes out."""

    def __init__(self, graph: Graph, chosen: set[str], ports: Ports, sizes: Mapping[str, tuple[float, float]]):
        self._graph, self._chosen, self._sizes = graph, chosen, sizes
        self._nodes = [node for node in graph if node.id in chosen]
        edges = list(graph.edges.values())
        self._within = [edge for edge in edges if edge.source in chosen and edge.target in chosen]
        coming = [edge for edge in edges if edge.source not in chosen and edge.target in chosen]
        going = [edge for edge in edges if edge.source in chosen and edge.target not in chosen]
        rank = {id: number for number, id in enumerate(graph.nodes)}
        coming.sort(key=lambda edge: rank[edge.target])
        going.sort(key=lambda edge: rank[edge.source])
        self._open = [
            (node.id, input) for node in self._nodes for input in ports(node)[0] if (node.id, input) not in graph.edges
        ]
        self._values_in: list[Value] = list(dict.fromkeys((edge.source, edge.output) for edge in coming))
        self._values_out: list[Value] = list(dict.fromkeys((edge.source, edge.output) for edge in going))
        if not self._values_out:
            used = {edge.source for edge in self._within}
            ends = [node for node in self._nodes if node.id not in used]
            self._values_out = [(node.id, outputs[0]) for node in ends if (outputs := ports(node)[1])]
        self._coming, self._going = coming, going
        self._name_ports()

    def _name_ports(self) -> None:
        names = Free(node.name for node in self._nodes)
        lone = len(self._values_in) + len(self._open) == 1
        self._inputs = {value: names.near("x" if lone else self._source_name(value)) for value in self._values_in}
        self._open_inputs = {at: names.near("x" if lone else self._target_name(at)) for at in self._open}
        lone = len(self._values_out) == 1
        self._outputs = {value: names.near("y" if lone else self._result_name(value)) for value in self._values_out}

    def _source_name(self, value: Value) -> str:
        """An input is called after the node outside that feeds it."""
        id, output = value
        several = len({o for i, o in self._values_in if i == id}) > 1
        return _joined(self._graph.nodes[id].name, output if several else "")

    def _target_name(self, at: tuple[str, str]) -> str:
        return _joined(self._graph.nodes[at[0]].name, at[1])

    def _result_name(self, value: Value) -> str:
        id, output = value
        return _joined(self._graph.nodes[id].name, "out" if output == ENTRY else output)

    def inside(self) -> Graph:
        """The graph of the block: the nodes as they were, with the ports at their left and right."""
        left = min(node.position[0] for node in self._nodes) - BESIDE
        right = max(node.position[0] for node in self._nodes) + BESIDE
        heights = [node.position[1] for node in self._nodes]
        middle = (min(heights) + max(heights)) / 2
        next_id = int(new_id(self._graph).removeprefix("n"))
        nodes, edges = {}, []
        ins = _column([*self._inputs.values(), *self._open_inputs.values()], INPUT, (left, middle), next_id)
        outs = _column(list(self._outputs.values()), OUTPUT, (right, middle), next_id + len(ins))
        for node in (*ins.values(), *self._nodes, *outs.values()):
            nodes[node.id] = node
        for edge in self._coming:
            port = ins[self._inputs[edge.source, edge.output]]
            edges.append(Edge(port.id, ENTRY, edge.target, edge.input))
        edges += [Edge(ins[name].id, ENTRY, *at) for at, name in self._open_inputs.items()]
        edges += self._within
        edges += [Edge(*value, outs[name].id, EXIT) for value, name in self._outputs.items()]
        wired = {(edge.target, edge.input): edge for edge in edges}
        known, within = self._graph.annotations, set(self._within)
        bends = {edge: way for edge, way in known.bends.items() if edge in within}
        return Graph(nodes, wired, Annotations({id: known.frames[id] for id in self._frames}, {}, bends))

    @property
    def _frames(self) -> list[str]:
        """The frames around nodes that are all selected: they go in with them."""
        found = []
        for id, frame in self._graph.annotations.frames.items():
            held = [n.id for n in self._graph if holds(frame, n.position, self._sizes.get(n.id, USUAL))]
            if held and self._chosen.issuperset(held):
                found.append(id)
        return found

    def outside(self, node: Node) -> Graph:
        """The graph with `node`, which is new, in place of what was cut out."""
        nodes: dict[str, Node] = {}
        for id, old in self._graph.nodes.items():
            if id not in self._chosen:
                nodes[id] = old
            elif node.id not in nodes:
                nodes[node.id] = node
        edges = []
        fed: set[str] = set()
        for edge in self._graph.edges.values():
            if edge.source in self._chosen and edge.target in self._chosen:
                continue
            if edge.target in self._chosen:
                port = self._inputs[edge.source, edge.output]
                if port not in fed:
                    edges.append(replace(edge, target=node.id, input=port))
                fed.add(port)
            elif edge.source in self._chosen:
                edges.append(replace(edge, source=node.id, output=self._outputs[edge.source, edge.output]))
            else:
                edges.append(edge)
        left = replace(self._graph, nodes=nodes, edges={(edge.target, edge.input): edge for edge in edges})
        return remove_marks(left, self._frames)


def _joined(name: str, port: str) -> str:
    return f"{name[: MAX_NAME - len(port) - 1]}_{port}" if port else name


def _column(names: Sequence[str], kind: str, middle: tuple[float, float], first: int) -> dict[str, Node]:
    """Ports below each other, by name."""
    top = middle[1] - APART * (len(names) - 1) / 2
    places = [(_on_canvas(middle[0]), _on_canvas(top + APART * number)) for number in range(len(names))]
    return {
        name: Node(f"n{first + number}", kind, name, {}, place)
        for number, (name, place) in enumerate(zip(names, places, strict=True))
    }


def _node_name(graph: Graph, chosen: set[str], name: str) -> str:
    left = replace(graph, nodes={id: node for id, node in graph.nodes.items() if id not in chosen})
    return new_name(left, name)


def _middle(nodes: Sequence[Node], sizes: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    """Where a node of the usual size stands in the middle of these."""
    corners = [(*node.position, *sizes.get(node.id, USUAL)) for node in nodes]
    x = (min(c[0] for c in corners) + max(c[0] + c[2] for c in corners) - USUAL[0]) / 2
    y = (min(c[1] for c in corners) + max(c[1] + c[3] for c in corners) - USUAL[1]) / 2
    return _on_canvas(x), _on_canvas(y)


def _on_canvas(length: float) -> float:
    return min(max(length, -FAR), FAR)


def _exposed(around: Block | None, nodes: Iterable[Node]) -> Block:
    """What a block of these nodes has to be told: the settings of the block around it that their expressions name."""
    if around is None:
        return Block()
    used = {name for node in nodes for name in names_used(node.settings)}
    return Block(tuple(setting for setting in around.settings if setting.name in used))


def names_used(settings: Settings) -> set[str]:
    """The names in the expressions of these settings."""
    used: set[str] = set()
    todo = list(settings.values())
    while todo:
        value = todo.pop()
        if isinstance(value, (list, tuple)):
            todo += value
        elif (text := text_of(value)) is not None:
            try:
                used |= set(names_in(text))
            except NotANumber:
                continue
    return used
