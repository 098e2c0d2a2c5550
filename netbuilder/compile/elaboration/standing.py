"""One standing of a graph: a network, or a block where it stands, with the values it was given and all that follows.

A value that is filled while it is elaborated and not changed any more. It finds nothing out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from netbuilder.compile.cost import Cost, add_up, as_one
from netbuilder.compile.elaboration.view import View
from netbuilder.compile.inference.infer import Answer
from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.planning.plan import Planned, Step, Value
from netbuilder.compile.problems.problem import Problem
from netbuilder.compile.problems.structure import Structure
from netbuilder.graph import Graph
from netbuilder.layers import Layer
from netbuilder.layers.block import BlockLayer
from netbuilder.layers.outputs import Output

Asked = tuple[tuple[tuple[str, TensorType], ...], frozenset[str]]  # what flowed in, and which outputs lead on


@dataclass(eq=False)
class Standing:
    """`values` are those of the exposed settings, `order` the ids of the Inputs in the order of the arguments.

    `ends` are the Outputs that something flows into, and `needed` what leads to them (all, while there is none).
    `measured` is what was found out of each node alone; in `answers` weights that several share count once. `doors`
    are the standings behind block nodes, `parts` the graphs and blocks that all of it was made from.
    """

    name: str
    graph: Graph
    values: Mapping[str, Any]
    structure: Structure
    is_block: bool
    ends: list[str]
    needed: set[str]
    order: list[str] = field(default_factory=list)
    types: dict[Value, TensorType] = field(default_factory=dict)
    inferred: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    measured: dict[str, Answer] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    doors: dict[str, Standing] = field(default_factory=dict)
    asked: dict[str, Asked] = field(default_factory=dict)
    sound: set[str] = field(default_factory=set)  # nodes with an answer and without a problem
    planned: Planned | None = None  # the plan of the last time, then its own
    texts: dict[tuple[str, str], tuple[Any, ...]] = field(default_factory=dict)  # lines as they were written last
    lines: dict[str, tuple[Step, Mapping[Value, str], tuple[str, ...]]] = field(default_factory=dict)  # of `forward`
    parts: tuple[object, ...] = ()
    key: Any = None
    foreign: bool = False  # code of others is in it, or in what stands in it

    @property
    def layers(self) -> Mapping[str, Layer]:
        return self.structure.layers

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The ids of the Output nodes, in the order they were drawn."""
        return tuple(id for id in self.graph.nodes if isinstance(self.layers.get(id), Output))

    @cached_property
    def complete(self) -> bool:
        """Whether all is known that a class needs: every Output is reached, by nodes that can all be run."""
        return (
            bool(self.ends)
            and len(self.ends) == len(self.outputs)
            and all(id in self.answers for id in self.needed)
            and (not self.is_block or all(id in self.answers for id in self.order))
        )

    @cached_property
    def gives(self) -> dict[str, TensorType]:
        """What flows out, by the name of the Output, as far as it is known."""
        found = {}
        for id in self.ends:
            edge = self.graph.edges[id, "x"]
            type = self.types.get((edge.source, edge.output))
            if type is not None:
                found[self.graph.nodes[id].name] = type
        return found

    @cached_property
    def as_one(self) -> Answer:
        """All of it as the answer of one node. It has to be complete."""
        counted = self.needed.union(self.order)
        return as_one(self.graph, {id: answer for id, answer in self.answers.items() if id in counted}, self.types)

    @cached_property
    def cost(self) -> Cost | None:
        if not len(self.graph):
            return None
        seen = self.needed if self.complete else self.graph.nodes  # while it is being drawn, all that is known
        counted = [id for id in seen if id in self.layers]
        return add_up(self.graph, self.answers, self.types, counted)

    @cached_property
    def leaves(self) -> int:
        """How many layers a sample passes, those in blocks as often as they repeat."""
        count = 0
        for id in self.needed:
            layer = self.layers[id]
            if isinstance(layer, BlockLayer):
                count += self.doors[id].leaves * layer.settings["repeat"]
            elif layer.family not in ("input", "output"):
                count += 1
        return count

    @cached_property
    def worst(self) -> Problem | None:
        """The first error in it or in what stands in it; or else the first warning."""
        behind = [inner.worst for inner in self.doors.values()]
        known = [*self.problems, *(problem for problem in behind if problem is not None)]
        return next((problem for problem in known if problem.severity == "error"), known[0] if known else None)

    @cached_property
    def view(self) -> View:
        doors = {id: inner.view for id, inner in self.doors.items()}
        inside = {id: _inside(id, inner) for id, inner in self.doors.items() if inner.worst is not None}
        return View(self.name, self.types, self.inferred, self.cost, doors, inside)

    def within(self) -> Iterator[Standing]:
        """It and all that stands in it, each once."""
        seen: set[int] = set()
        todo = [self]
        while todo:
            one = todo.pop()
            if id(one) not in seen:
                seen.add(id(one))
                yield one
                todo += reversed(list(one.doors.values()))


def _inside(id: str, inner: Standing) -> Problem:
    worst = inner.worst
    assert worst is not None
    sentence = f"Inside {inner.name}: {worst.sentence}"
    return Problem(sentence, id, worst.severity, "problem inside")
