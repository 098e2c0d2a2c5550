"""What differs between two graphs, by node id and by edge. Cheap where the two share most of their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netbuilder.graph.graph import Edge, Graph, Node

At = tuple[str, str]
Ids = tuple[str, ...]


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
    marks, others = old.annotations, new.annotations
    rerouted: tuple[Edge, ...] = ()
    if marks.bends is not others.bends:
        rerouted = tuple(e for e in new.edges.values() if marks.bends.get(e) != others.bends.get(e))
    gone, come, changed = _nodes(old.nodes, new.nodes)
    return Diff(
        removed_nodes=gone,
        added_nodes=come,
        changed_nodes=changed,
        removed_edges=_missing(old.edges, new.edges),
        added_edges=_missing(new.edges, old.edges),
        rerouted_edges=rerouted,
        annotated=marks is not others and marks != others,
    )


def _nodes(old: Mapping[str, Node], new: Mapping[str, Node]) -> tuple[Ids, Ids, Ids]:
    """The ids that are gone, come and changed. What is the same object is told apart from the rest without a look."""
    if old is new:
        return (), (), ()
    gone: Ids = ()
    if not old.keys() <= new.keys():
        gone = tuple([id for id in old if id not in new])
    others = [(id, node, old.get(id)) for id, node in new.items() if old.get(id) is not node]
    come = tuple([id for id, _, before in others if before is None])
    changed = [
        id
        for id, node, before in others
        if before is not None and (node.position != before.position or node != before)  # most are moved
    ]
    known = set(changed)
    if known and any(node.shares for node in new.values()):
        changed = [id for id, node in new.items() if id in old and (id in known or node.shares in known)]
    return gone, come, tuple(changed)


def _missing(mine: Mapping[At, Edge], others: Mapping[At, Edge]) -> tuple[Edge, ...]:
    """The edges of the one that the other has not."""
    if mine is others:
        return ()
    return tuple([e for at, e in mine.items() if (other := others.get(at)) is not e and other != e])
