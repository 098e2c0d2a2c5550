"""What differs between the drawings of two projects: nodes and edges of every graph, and the settings that changed.

Nodes are the same where their ids are: a project's own nodes keep theirs. Where a node stands on the canvas is no
difference, nor is what is drawn beside the network. It knows nothing about runs.
"""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.comparison.lines import Line, Told, differing, in_words, line, lines_of, told
from netbuilder.compile.blocks import catalog_of
from netbuilder.graph import Edge, Graph, Node, diff
from netbuilder.graph.block import Block
from netbuilder.layers import Catalog
from netbuilder.project import MAIN, Project

EMPTY = Graph()
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class ChangedNode:
    """A node of one drawing or both: what became of it, and the lines of it that differ (none unless it is changed)."""

    id: str
    name: str
    kind: str  # in words: "Dropout"
    state: str  # ADDED, REMOVED or CHANGED
    lines: tuple[Line, ...] = ()

    def __str__(self) -> str:
        if self.state != CHANGED:
            return f"{self.name} ({self.kind}) {self.state}"
        return f"{self.name}: {', '.join(map(str, self.lines))}"


@dataclass(frozen=True)
class ChangedGraph:
    """A graph of one project or both. `state` is ADDED or REMOVED where only one has it, CHANGED or "" else.

    `edges` are the edges that differ in words, "relu1 → conv2"; `lines` what else the graph declares: the settings that
    a block shows.
    """

    name: str
    title: str
    state: str
    nodes: tuple[ChangedNode, ...] = ()
    added_edges: tuple[Edge, ...] = ()
    removed_edges: tuple[Edge, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()  # ADDED or REMOVED, and the edge in words
    lines: tuple[Line, ...] = ()

    def states(self) -> dict[str, str]:
        """What became of each node that is not as it was, by its id."""
        return {node.id: node.state for node in self.nodes}


def compare_drawings(one: Project, other: Project, standard: Catalog) -> tuple[ChangedGraph, ...]:
    """Each graph that either has, in the order of the tabs, those that only `one` has last."""
    catalogs = catalog_of(one, standard), catalog_of(other, standard)
    names = dict.fromkeys((*other.graphs, *one.graphs))
    return tuple(_compare(name, (one, other), catalogs) for name in names)


def _compare(name: str, projects: tuple[Project, Project], catalogs: tuple[Catalog, Catalog]) -> ChangedGraph:
    one, other = (project.graphs.get(name) for project in projects)
    is_block = any(name in project.blocks for project in projects)
    title = "Network" if name == MAIN else f"Block {name}" if is_block else f"Network {name}"
    change = diff(one or EMPTY, other or EMPTY)
    nodes = _nodes((one or EMPTY, other or EMPTY), catalogs, change.removed_nodes, change.added_nodes)
    shown = _exposed(*(project.blocks.get(name) for project in projects)) if one and other else ()
    lines = differing(shown)
    state = ADDED if one is None else REMOVED if other is None else ""
    if not state and (nodes or lines or change.added_edges or change.removed_edges):
        state = CHANGED
    words = [(ADDED, _edge_in_words(edge, other or EMPTY)) for edge in change.added_edges]
    words += [(REMOVED, _edge_in_words(edge, one or EMPTY)) for edge in change.removed_edges]
    return ChangedGraph(name, title, state, nodes, change.added_edges, change.removed_edges, tuple(words), lines)


def _nodes(
    graphs: tuple[Graph, Graph], catalogs: tuple[Catalog, Catalog], removed: tuple[str, ...], added: tuple[str, ...]
) -> tuple[ChangedNode, ...]:
    """The nodes that differ, in the order of the new drawing; those that are gone come last."""
    one, other = graphs
    found = []
    for id, node in other.nodes.items():
        if id in added:
            found.append(ChangedNode(id, node.name, _title(node, catalogs[1]), ADDED))
        elif lines := _differing(id, graphs, catalogs):
            found.append(ChangedNode(id, node.name, _title(node, catalogs[1]), CHANGED, lines))
    found += [ChangedNode(id, one.nodes[id].name, _title(one.nodes[id], catalogs[0]), REMOVED) for id in removed]
    return tuple(found)


def _differing(id: str, graphs: tuple[Graph, Graph], catalogs: tuple[Catalog, Catalog]) -> tuple[Line, ...]:
    here, there = (graph.nodes[id] for graph in graphs)
    settings = [graph.settings_of(id) for graph in graphs]
    plain = (here.kind, here.name, here.shares, here.bypassed, here.rate, here.frozen)
    same = settings[0] is settings[1] or settings[0] == settings[1]
    if same and plain == (there.kind, there.name, there.shares, there.bypassed, there.rate, there.frozen):
        return ()
    sharing = [graph.owner(id).name if graph.nodes[id].shares else "" for graph in graphs]
    layers = [catalog.find(node.kind) for node, catalog in zip((here, there), catalogs, strict=True)]
    own = [told(layer.read if layer else None, given) for layer, given in zip(layers, settings, strict=True)]
    return differing(
        (
            line("name", here.name, there.name),
            _kind(here, there, catalogs),
            *lines_of(*own),
            line("uses the layer of", sharing[0] or "none", sharing[1] or "none"),
            line("bypassed", here.bypassed, there.bypassed),
            line("learning rate times", here.rate, there.rate),
            line("frozen", here.frozen, there.frozen),
        )
    )


def _kind(here: Node, there: Node, catalogs: tuple[Catalog, Catalog]) -> Line:
    titles = [_title(node, catalog) for node, catalog in zip((here, there), catalogs, strict=True)]
    return Line("layer", titles[0], titles[1], here.kind != there.kind)


def _title(node: Node, catalog: Catalog) -> str:
    layer = catalog.find(node.kind)
    return layer.title if layer is not None else node.kind


def _exposed(one: Block | None, other: Block | None) -> tuple[Line, ...]:
    """What a block shows: its settings, and what they are unless a node says otherwise."""
    shown = [
        {s.name: Told(s.name, (s.type, s.default), in_words(None, s.default)) for s in block.settings} if block else {}
        for block in (one, other)
    ]
    return lines_of(*shown)


def _edge_in_words(edge: Edge, graph: Graph) -> str:
    """ "relu1 → conv2", and into which input where there are several."""
    source, target = graph.nodes[edge.source].name, graph.nodes[edge.target].name
    several = len(graph.edges_into(edge.target)) > 1
    return f"{source} → {target} ({edge.input})" if several else f"{source} → {target}"
