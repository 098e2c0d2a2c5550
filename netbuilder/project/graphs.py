"""The graphs of a project as tabs: networks and blocks are added, renamed, copied, ordered and removed.

Every function gives a new project or raises the broken rule's own error. Where a block stands, and that none stands
inside itself, is known here; what is in it is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from netbuilder.graph import Edge, Graph, Node
from netbuilder.graph.block import ENTRY, EXIT, INPUT, OUTPUT, Block, block_of, kind_of
from netbuilder.graph.edits import check_name, remove_nodes
from netbuilder.graph.errors import BadName
from netbuilder.graph.free import Free
from netbuilder.project.errors import (
    BadGraphName,
    BlockInUse,
    GraphNameTaken,
    MainStays,
    NoSuchGraph,
    NotABlock,
    WouldRecurse,
)
from netbuilder.project.project import MAIN, Project

T = TypeVar("T")

FRESH = Graph(
    {"n1": Node("n1", INPUT, "x", {}, (0.0, 0.0)), "n2": Node("n2", OUTPUT, "y", {}, (480.0, 0.0))},
    {("n2", EXIT): Edge("n1", ENTRY, "n2", EXIT)},
)


def free_name(project: Project, stem: str) -> str:
    """`stem`, or the first of stem2, stem3 ... that no network or block has."""
    return Free(project.graphs).near(stem)


def add_network(project: Project, name: str, graph: Graph | None = None) -> Project:
    """With another network, empty unless a graph is given. Raises `BadGraphName`, `GraphNameTaken`."""
    _check_free(project, name)
    return replace(project, graphs={**project.graphs, name: graph or Graph()})


def add_block(project: Project, name: str, graph: Graph = FRESH, block: Block | None = None) -> Project:
    """With another block that stands nowhere yet; unless a graph is given it hands its one input x on as y.

    Raises `BadGraphName`, `GraphNameTaken`, `WouldRecurse`.
    """
    _check_free(project, name)
    added = replace(
        project,
        graphs={**project.graphs, name: graph},
        blocks={**project.blocks, name: block or Block()},
    )
    check_recursion(added, name)
    return added


def rename_graph(project: Project, old: str, new: str) -> Project:
    """With the network or block called `new`, also wherever it stands.

    Raises `NoSuchGraph`, `MainStays`, `BadGraphName`, `GraphNameTaken`, `WouldRecurse`.
    """
    graph_of(project, old)
    if old == new:
        return project
    if old == MAIN:
        raise MainStays("renamed")
    _check_free(project, new)
    graphs, blocks = _keyed(project.graphs, old, new), _keyed(project.blocks, old, new)
    if old in project.blocks:
        graphs = {name: with_kinds(graph, {kind_of(old): kind_of(new)}) for name, graph in graphs.items()}
    renamed = replace(project, graphs=graphs, blocks=blocks)
    if new in blocks:
        check_recursion(renamed, new)
    return renamed


def duplicate_graph(project: Project, name: str, copy: str = "") -> tuple[Project, str]:
    """With a copy of the network or block beside it, and the copy's name. Raises `NoSuchGraph` and as adding does."""
    graph = graph_of(project, name)
    copy = copy or free_name(project, name[:56])
    if name in project.blocks:
        made = add_block(project, copy, graph, project.blocks[name])
    else:
        made = add_network(project, copy, graph)
    return move_tab(made, copy, list(made.graphs).index(name) + 1), copy


def remove_graph(project: Project, name: str) -> Project:
    """Without the network or block. Raises `NoSuchGraph`, `MainStays`, `BlockInUse` where it still stands."""
    graph_of(project, name)
    if name == MAIN:
        raise MainStays("removed")
    if name in project.blocks:
        where = list(dict.fromkeys(graph for graph, _ in standings(project, name)))
        if where:
            raise BlockInUse(name, where)
    return replace(
        project,
        graphs={n: graph for n, graph in project.graphs.items() if n != name},
        blocks={n: block for n, block in project.blocks.items() if n != name},
    )


def move_tab(project: Project, name: str, index: int) -> Project:
    """With the network or block at this place among all tabs. Raises `NoSuchGraph`."""
    graph_of(project, name)
    order = [n for n in project.graphs if n != name]
    order.insert(max(0, index), name)
    if order == list(project.graphs):
        return project
    return replace(
        project,
        graphs={n: project.graphs[n] for n in order},
        blocks={n: project.blocks[n] for n in order if n in project.blocks},
    )


def graph_of(project: Project, name: str) -> Graph:
    """The graph called `name`. Raises `NoSuchGraph`."""
    graph = project.graphs.get(name)
    if graph is None:
        raise NoSuchGraph(name)
    return graph


def the_block(project: Project, name: str) -> Block:
    """The block called `name`. Raises `NotABlock`."""
    block = project.blocks.get(name)
    if block is None:
        raise NotABlock(name)
    return block


def standings(project: Project, block: str) -> Iterator[tuple[str, str]]:
    """Where the block stands: the name of each graph and the id of each node."""
    kind = kind_of(block)
    for name, graph in project.graphs.items():
        for node in graph:
            if node.kind == kind:
                yield name, node.id


def blocks_in(graph: Graph) -> list[str]:
    """The names of the blocks that stand in a graph, in the order they were drawn; also of those nobody knows."""
    found = (block_of(node.kind) for node in graph)
    return list(dict.fromkeys(name for name in found if name is not None))


def needs(project: Project, name: str) -> set[str]:
    """The blocks of the project that stand in this graph, or in one of those, however deep."""
    found: set[str] = set()
    todo = [name]
    while todo:
        for inner in blocks_in(project.graphs[todo.pop()]):
            if inner in project.blocks and inner not in found:
                found.add(inner)
                todo.append(inner)
    return found


def check_recursion(project: Project, *names: str) -> None:
    """Raises `WouldRecurse` where one of these blocks (of all, unless some are named) stands inside itself."""
    for way, inner in _circles(project, names or project.blocks):
        raise WouldRecurse(way[way.index(inner) :])


def without_recursion(project: Project) -> tuple[Project, list[tuple[str, str]]]:
    """Without the nodes that make a block stand inside itself; and from which graph which block was taken."""
    cut = [(way[-1], inner) for way, inner in _circles(project, project.blocks)]
    for name, inner in cut:
        graph = project.graphs[name]
        gone = [node.id for node in graph if node.kind == kind_of(inner)]
        project = project.with_graph(remove_nodes(graph, gone), name)
    return project, cut


def _circles(project: Project, starts: Iterable[str]) -> Iterator[tuple[list[str], str]]:
    """Each block that stands inside itself, with the way from a start to the graph that holds it again."""
    done: set[str] = set()
    for start in starts:
        way, todo = [start], [iter(blocks_in(project.graphs[start]))]
        while way:
            inner = next((name for name in todo[-1] if name in project.blocks), None)
            if inner is None:
                done.add(way.pop())
                todo.pop()
            elif inner in way:
                yield way, inner
            elif inner not in done:
                way.append(inner)
                todo.append(iter(blocks_in(project.graphs[inner])))


def with_kinds(graph: Graph, kinds: Mapping[str, str]) -> Graph:
    """With nodes of these kinds of other kinds."""
    if not any(node.kind in kinds for node in graph):
        return graph
    changed = (replace(node, kind=kinds.get(node.kind, node.kind)) for node in graph)
    return replace(graph, nodes={node.id: node for node in changed})


def _check_free(project: Project, name: str) -> None:
    try:
        check_name(name)
    except BadName:
        raise BadGraphName(name) from None
    if name in project.graphs:
        raise GraphNameTaken(name)


def _keyed(entries: Mapping[str, T], old: str, new: str) -> dict[str, T]:
    return {new if name == old else name: value for name, value in entries.items()}
