"""What differs between two graphs, by node id and by edge. Cheap where the two share most of their values."""

from __future__ import annotations

from dataclasses import dataclass

from netbuilder.graph.graph import Edge, Graph


@dataclass(frozen=True)
class Diff:
    """Node ids and edges to take away, add and redraw to make the old graph the new one."""

    removed_nodes: tuple[str, ...] = ()
    added_nodes: tuple[str, ...] = ()
    changed_nodes: tuple[str, ...] = ()
    removed_edges: tuple[Edge, ...] = ()
    added_edges: tuple[Edge, ...] = ()
    rerouted_edges: tuple[Edge, ...] = ()  # that go by other points now
    annotated: bool = False  # frames, notes, bookmarks or the direction differ

    def __bool__(self) -> bool:
        return any(vars(self).values())


def diff(old: Graph, new: Graph) -> Diff:
    """The difference that turns `old` into `new`. A node that shares a changed one counts as changed with it."""
    if old is new:
        return Diff()
    a, b = old.nodes, new.nodes
    marks, others = old.annotations, new.annotations
    rerouted: tuple[Edge, ...] = ()
    if marks.bends is not others.bends:
        rerouted = tuple(e for e in new.edges.values() if marks.bends.get(e) != others.bends.get(e))
    changed = {id for id in b if id in a and a[id] is not b[id] and a[id] != b[id]}
    return Diff(
        removed_nodes=tuple(id for id in a if id not in b),
        added_nodes=tuple(id for id in b if id not in a),
        changed_nodes=tuple(id for id in b if id in a and (id in changed or b[id].shares in changed)),
        removed_edges=tuple(e for at, e in old.edges.items() if new.edges.get(at) != e),
        added_edges=tuple(e for at, e in new.edges.items() if old.edges.get(at) != e),
        rerouted_edges=rerouted,
        annotated=marks is not others and marks != others,
    )
