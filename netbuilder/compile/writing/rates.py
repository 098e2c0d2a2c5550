"""Which parts of a network learn at a rate of their own, by the attribute that holds them. It reads what was drawn on
the nodes, and knows nothing of training.

What is said of a node is meant for all that is in it: the rates of blocks and of what stands in them are multiplied,
and in a frozen block all is frozen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netbuilder.compile.elaboration.standing import Standing
from netbuilder.compile.writing.classes import Made
from netbuilder.graph import Node

FROZEN = 0.0


def rates_of(network: Made, classes: Mapping[Standing, Made]) -> dict[str, float]:
    """By attribute ("stage1.0.conv") what the learning rate is multiplied by, 0 where the weights stay as they are.

    One that is not named has the rate of what it is in; an attribute counts for all in it that is not named itself.
    """
    return dict(_walk(network.standing, classes, "", 1.0, {}))


def _walk(
    standing: Standing, classes: Mapping[Standing, Made], prefix: str, rate: float, marked: dict[Standing, bool]
) -> Iterator[tuple[str, float]]:
    made = classes.get(standing)
    for step, _ in made.made if made is not None else ():
        own, attribute = _rate(standing.graph.owner(step.node.id)), f"{prefix}{step.attribute}"
        if own != 1.0:
            yield attribute, rate * own
        inner = standing.doors.get(step.node.id)
        if inner is None or not rate * own or not _is_marked(inner, marked):
            continue
        copies = range(step.layer.settings["repeat"]) if step.row else [None]
        for copy in copies:
            way = f"{attribute}." if copy is None else f"{attribute}.{copy}."
            yield from _walk(inner, classes, way, rate * own, marked)


def _rate(node: Node) -> float:
    return FROZEN if node.frozen else node.rate


def _is_marked(standing: Standing, known: dict[Standing, bool]) -> bool:
    """Whether a node of it, or of a block in it, has a rate of its own."""
    if standing not in known:
        known[standing] = any(_rate(node) != 1.0 for node in standing.graph) or any(
            _is_marked(inner, known) for inner in standing.doors.values()
        )
    return known[standing]


def all_frozen(standing: Standing) -> bool:
    """Whether a network has weights that could be learned, and none of them is."""
    return _has_weights(standing, {}, frozen_too=True) and not _has_weights(standing, {}, frozen_too=False)


def _has_weights(standing: Standing, known: dict[Standing, bool], *, frozen_too: bool) -> bool:
    if standing not in known:
        known[standing] = any(
            _has_weights(standing.doors[id], known, frozen_too=frozen_too)
            if id in standing.doors
            else id in standing.measured and standing.measured[id].trained > 0
            for id in standing.needed
            if frozen_too or not standing.graph.owner(id).frozen
        )
    return known[standing]
