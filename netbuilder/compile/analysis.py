"""What a network costs: parameters, and multiply-accumulates for one sample. It only adds up what was inferred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from netbuilder.compile.infer import Answer


@dataclass(frozen=True)
class NodeCost:
    """What one node costs."""

    parameters: int = 0
    macs: int = 0


@dataclass(frozen=True)
class Cost:
    """What the whole network costs. `macs` is None where a part of it could not be inferred."""

    parameters: int
    macs: int | None
    per_node: Mapping[str, NodeCost] = field(default_factory=dict)


def add_up(answers: Mapping[str, Answer], needed: Iterable[str]) -> Cost:
    """The cost of all that leads to an Output (`needed`); `per_node` also has what does not."""
    per_node = {id: NodeCost(answer.parameters, answer.macs) for id, answer in answers.items() if not answer.fault}
    parts = [per_node.get(id) for id in needed]
    known = [part for part in parts if part is not None]
    complete = len(known) == len(parts)
    return Cost(sum(p.parameters for p in known), sum(p.macs for p in known) if complete else None, per_node)
