"""Sizes that vary where they must not: in front of a layer that has its weights before it sees any data."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.inference.arguments import Depends
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.compile.problems.trouble import Flow, Trouble, listed
from netbuilder.graph.order import upstream
from netbuilder.layers.inputs import Input

LARGEST_GRID = 7  # pictures are pooled to their example's size where that is not more


def depends(trouble: Trouble, error: Depends) -> Problem:
    """An argument that would follow from the batch or from a size that varies."""
    flow = next(flow for flow in trouble.flows if flow.port.name == error.port)
    if not error.symbols:
        return trouble.problem(
            f"{trouble.name} would have a {error.name} that follows the number of samples in a batch: it gets {flow}. "
            "Keep the batch in its first dimension.",
            f"{error.name} varies",
            port=error.port,
        )
    names = listed([symbol.name for symbol in error.symbols])
    fix, advice = _channels_first(trouble, flow)
    if fix is None:
        fix, advice = _pooled(trouble, flow)
    if fix is None:
        fix, advice = settled(trouble)
    return trouble.problem(
        f"{trouble.name} needs the same {error.name} for every sample but gets {flow}, where {names} "
        f"var{'ies' if len(error.symbols) == 1 else 'y'}. {advice}",
        f"{error.name} varies",
        fix,
        port=error.port,
    )


def only_here(trouble: Trouble) -> Problem:
    """A layer that torch runs for the example's size and for no other."""
    symbols = tuple(dict.fromkeys(symbol for flow in trouble.flows for symbol in flow.type.symbols))
    names = listed([symbol.name for symbol in symbols])
    examples = listed([f"{symbol.name} = {symbol.example}" for symbol in symbols])
    fix, advice = settled(trouble)
    return trouble.problem(
        f"{trouble.name} works only for {examples}, but {names} var{'ies' if len(symbols) == 1 else 'y'} in "
        f"{listed([str(flow) for flow in trouble.flows])}. {advice}",
        f"only {examples}",
        fix,
    )


def _channels_first(trouble: Trouble, flow: Flow) -> tuple[Fix | None, str]:
    """What stands last is the same for all: it may well be the channels."""
    type, permute = flow.type, trouble.catalog.find("permute")
    if flow.port.axes[:2] != ("N", "C") or type.rank < 3 or permute is None or type.dims[-1].varies:
        return None, ""
    order = (0, type.rank - 1, *range(1, type.rank - 1))
    label = f"Put a Permute before {trouble.name}"
    advice = f"If the channels come last, put a Permute to {' '.join(map(str, order))} before it."
    return fixes.fix(label, fixes.put_before(trouble.node.id, flow.port.name, [(permute, {"dims": order})])), advice


def _pooled(trouble: Trouble, flow: Flow) -> tuple[Fix | None, str]:
    """Average away what varies: before the Flatten that laid it in one row, or here."""
    graph, target, port, type = trouble.graph, trouble.node, flow.port.name, flow.type
    if flow.source.kind == "flatten" and len(graph.edges_into(flow.source.id)) == 1:
        edge = graph.edges_into(flow.source.id)[0]
        before = trouble.types.get((edge.source, edge.output))
        if before is not None:
            target, port, type = flow.source, edge.input, before
    moving = [number for number, dim in enumerate(type.dims) if dim.varies and number]
    chosen: list[tuple[str, dict[str, Any]]] = []
    words = ""
    if type.rank == 4 and set(moving) <= {2, 3}:
        sizes = [dim.fixed for dim in type.dims[2:]]
        grid = 1 if max(sizes) > LARGEST_GRID else sizes[0] if len(set(sizes)) == 1 else tuple(sizes)
        chosen, words = [("adaptive_avg_pool2d", {"output_size": grid})], "Put an AdaptiveAvgPool2d"
    elif type.rank == 3 and moving == [1] and target is not trouble.node:
        chosen, words = [("mean", {"dim": 1})], "Take the mean over the steps"
    elif type.rank == 3 and moving == [2]:
        chosen, words = [("adaptive_avg_pool1d", {"output_size": 1}), ("flatten", {})], "Pool the steps to one"
        if target is not trouble.node:
            chosen = chosen[:1]
    layers = fixes.find(trouble.catalog, *(kind for kind, _ in chosen))
    if not layers:
        return None, ""
    insert = [(layer, settings) for layer, (_, settings) in zip(layers, chosen, strict=True)]
    label = f"{words} before {target.name}"
    return fixes.fix(label, fixes.put_before(target.id, port, insert)), f"{label}."


def settled(trouble: Trouble) -> tuple[Fix | None, str]:
    """Take the sizes to be as in the example after all."""
    behind = upstream(trouble.graph, [trouble.node.id])
    restless = [
        node for node in trouble.graph if node.id in behind and node.kind == Input.kind and node.settings.get("varies")
    ]
    if not restless:
        return None, "Bring it to one size before."
    names = listed([node.name for node in restless])
    label = f"Let {names} always have one size"
    return fixes.fix(label, *(fixes.without_setting(node.id, "varies") for node in restless)), f"{label}."
