"""What can be wrong with a block where it stands: inside itself, too deep, or in a row with copies it does not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netbuilder.compile.inference.types import TensorType
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.problem import Problem
from netbuilder.graph import Node
from netbuilder.graph.block import REPEAT
from netbuilder.layers.block import BlockLayer


def inside_itself(node: Node, block: str) -> Problem:
    """A block within which it stands itself, directly or not."""
    said = (
        f"{node.name} is {block} inside {block}, which would never end. Remove it; to have several in a row, repeat it."
    )
    remove = fixes.fix(f"Remove {node.name}", fixes.take_out(node.id))
    return Problem(said, node.id, short="inside itself", fix=remove)


def too_deep(node: Node, most: int) -> Problem:
    said = f"{node.name} stands inside more than {most} blocks, one in the other. Dissolve some of them."
    return Problem(said, node.id, short="too deep")


def too_many(node: Node, most: int) -> Problem:
    said = f"Blocks stand in more than {most:,} different ways in this project, so {node.name} can't be looked at."
    return Problem(f"{said} Use fewer blocks inside each other.", node.id, short="too many blocks")


def doesnt_repeat(
    node: Node,
    layer: BlockLayer,
    inputs: Sequence[str],
    outputs: Sequence[str],
    flowing: Mapping[str, TensorType],
    gives: Mapping[str, TensorType],
) -> Problem | None:
    """What keeps copies of a block from standing in a row: each must give what the next one takes."""
    times = layer.settings[REPEAT]
    once = fixes.fix(f"Let {node.name} stand once", fixes.without_setting(node.id, REPEAT))
    if not inputs or not outputs:
        lacks = "no input" if not inputs else "no output"
        said = f"{node.name} can't stand {times} times in a row: {layer.block} has {lacks}. Let it stand once."
        return Problem(said, node.id, short=f"{lacks} to repeat", fix=once, setting=REPEAT)
    for output, input in zip(outputs, inputs, strict=False):
        if gives[output] != flowing[input]:
            said = (
                f"{node.name} can't stand {times} times in a row: {layer.block} takes {_told(flowing[input])} as "
                f"{input} but gives {_told(gives[output])} as {output}. Let it give what it takes, or stand once."
            )
            short = f"{flowing[input]} ≠ {gives[output]}"
            return Problem(said, node.id, short=short[:24], fix=once, setting=REPEAT)
    return None


def _told(type: TensorType) -> str:
    return str(type) if type.dtype == "float32" else f"{type} of {type.dtype}"
