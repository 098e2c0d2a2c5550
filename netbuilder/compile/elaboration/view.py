"""What is known of each standing of a graph: the shapes on its edges, what followed from them, and what it costs.

A path says which standing is meant: the name of a network, and the ids of the block nodes on the way in. It knows
nothing about how any of it was found out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from netbuilder.compile.cost import Cost
from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.planning.plan import Value
from netbuilder.compile.problems.problem import Problem
from netbuilder.project import MAIN

Path = tuple[str, ...]
HOME: Path = (MAIN,)


@dataclass(frozen=True)
class View:
    """One standing of the graph called `graph`.

    `inferred` are the arguments that followed from shapes, by node id. `doors` are the views behind the block nodes,
    by node id, and `inside` says of each block node with something wrong behind it that there is.
    """

    graph: str
    types: Mapping[Value, TensorType] = field(default_factory=dict)
    inferred: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cost: Cost | None = None
    doors: Mapping[str, View] = field(default_factory=dict)
    inside: Mapping[str, Problem] = field(default_factory=dict)


class Views(Mapping[Path, View]):
    """The views by their paths, found by walking in: with blocks in blocks there can be more than fit memory."""

    def __init__(self, roots: Mapping[str, View]):
        self._roots = roots

    def __getitem__(self, path: Path) -> View:
        view = self._roots[path[0]] if path else None
        for id in path[1:]:
            view = view.doors[id] if view is not None else None
        if view is None:
            raise KeyError(path)
        return view

    def __iter__(self) -> Iterator[Path]:
        todo: list[tuple[Path, View]] = [((name,), view) for name, view in reversed(list(self._roots.items()))]
        while todo:
            path, view = todo.pop()
            yield path
            todo += [((*path, id), inner) for id, inner in reversed(list(view.doors.items()))]

    def __len__(self) -> int:
        return sum(1 for _ in self)
