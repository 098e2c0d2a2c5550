"""Layers that are called at several places: whether what flows in agrees, and weights that count once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.inference.infer import Answer
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.problem import Problem
from netbuilder.graph import edits

WORDS = {"in_channels": "channels", "in_features": "features", "input_size": "features", "num_features": "channels"}


def disagreeing(standing: Standing) -> list[Problem]:
    """The nodes into which something else flows than the layer they share was made for."""
    problems = []
    for owner, users in _groups(standing).items():
        known = [id for id in users if id in standing.measured]
        if len(known) < 2:
            continue
        first = owner if owner in known else known[0]
        for id in known:
            other = _difference(standing, first, standing, id, (), set())
            if other is not None:
                problems.append(_disagreement(standing, first, id, other))
    return problems


def counted_once(standing: Standing) -> dict[str, Answer]:
    """What was found out of each node, with the weights that several nodes share in one of them."""
    answers = dict(standing.measured)
    for owner, users in _groups(standing).items():
        known = [id for id in users if id in answers]
        used = [id for id in known if id in standing.needed] or known
        holder = owner if owner in used else used[0] if used else None
        for id in known:
            if id != holder:
                answers[id] = replace(answers[id], parameters=0, trained=0, held=0)
    return answers


def _groups(standing: Standing) -> dict[str, list[str]]:
    """The nodes that use one layer together, by the id of the one that has it."""
    graph = standing.graph
    sharing = [node for node in graph if node.shares in graph.nodes]
    groups: dict[str, list[str]] = {node.shares: [node.shares] for node in sharing}
    for node in sharing:
        groups[node.shares].append(node.id)
    return groups


class Difference(NamedTuple):
    """An argument that would not be the same: the names of the nodes on the way in, and what it is for either."""

    way: tuple[str, ...]
    argument: str
    expects: Any
    gets: Any


def _difference(
    one: Standing, id: str, other: Standing, same: str, way: tuple[str, ...], seen: set[tuple[int, int]]
) -> Difference | None:
    """The first argument in which two nodes, or what stands in them, would be made differently."""
    mine, theirs = one.inferred.get(id, {}), other.inferred.get(same, {})
    for name, value in mine.items():
        if name in theirs and theirs[name] != value:
            return Difference(way, name, value, theirs[name])
    a, b = one.doors.get(id), other.doors.get(same)
    if a is None or b is None or a is b or a.graph is not b.graph or (hash(a), hash(b)) in seen:
        return None
    seen.add((hash(a), hash(b)))
    for node in a.graph:
        found = _difference(a, node.id, b, node.id, (*way, node.name), seen)
        if found is not None:
            return found
    return None


def _disagreement(standing: Standing, first: str, id: str, found: Difference) -> Problem:
    node, owner = standing.graph.nodes[id], standing.graph.nodes[first]
    words = WORDS.get(found.argument, found.argument)
    words = words.removesuffix("s") if found.expects == 1 else words
    which = f", whose {'/'.join(found.way)}" if found.way else ", which"
    said = (
        f"{node.name} shares its weights with {owner.name}{which} expects {found.expects} {words}, but gets "
        f"{found.gets}. Bring them to the same size, or give it its own weights."
    )
    lone = node if node.shares else owner
    own = fixes.fix(f"Give {lone.name} its own weights", lambda changed: edits.unshare(changed, lone.id))
    return Problem(said, id, short=f"{found.gets} ≠ {found.expects} {words}"[:24], fix=own)
