"""Values that meet and do not fit: which of them is to give way, and how."""

from __future__ import annotations

from netbuilder.compile import fixes
from netbuilder.compile.problem import Fix, Problem
from netbuilder.compile.trouble import Flow, Trouble, listed
from netbuilder.graph.order import topological
from netbuilder.layers.merging import Concatenate

AXES = {2: ("batch", "features"), 3: ("batch", "channels", "steps"), 4: ("batch", "channels", "height", "width")}


def disagreement(trouble: Trouble) -> Problem:
    """What is wrong with the inputs of a merge that torch refused."""
    flows = trouble.flows
    joined = isinstance(trouble.layer, Concatenate)
    does = "join" if joined else "add" if trouble.node.kind == "add" else "multiply"
    said = f"{trouble.name} can't {does} {listed([str(flow) for flow in flows])}"
    ranks = {flow.type.rank for flow in flows}
    if len(ranks) > 1:
        advice = "Bring them to the same number of dimensions, with a Flatten, a Reshape or a pooling."
        return trouble.problem(f"{said}: they have different numbers of dimensions. {advice}", "dimensions differ")
    (rank,) = ranks
    axis = trouble.settings.get("dim") if joined else None
    if axis is not None and not -rank <= axis < rank:
        reset = fixes.fix("Join them along dimension 1", fixes.set_to(trouble.node.id, type(trouble.layer), dim=1))
        return trouble.problem(f"{said} along dimension {axis}: there is none.", f"no dim {axis}", reset, setting="dim")
    kept = axis % rank if axis is not None else None
    names = AXES.get(rank, ("batch", *(f"dimension {number}" for number in range(1, rank))))
    differ = [
        number for number in range(rank) if number != kept and len({flow.type.dims[number] for flow in flows}) > 1
    ]
    which = listed([names[number] for number in differ]) or "shapes"
    advice, fix = _give_way(trouble, differ)
    first = differ[0] if differ else 0
    short = " ≠ ".join(dict.fromkeys(str(flow.type.dims[first]) for flow in flows)) + f" {names[first]}"
    return trouble.problem(f"{said}: their {which} differ.{advice}", short, fix)


def _give_way(trouble: Trouble, differ: list[int]) -> tuple[str, Fix | None]:
    """Let the shorter branch (a skip connection) give way to the longer one."""
    if len(trouble.flows) != 2 or not differ:
        return "", None
    order = {id: number for number, id in enumerate(topological(trouble.graph))}
    short, long = sorted(trouble.flows, key=lambda flow: order[flow.source.id])
    if any(not dim.is_fixed for flow in trouble.flows for dim in flow.type.dims[1:]):
        return "", None
    chosen = _project(trouble, short, long) if differ[0] == 1 else _resize(trouble, short, long)
    if chosen is None:
        return "", None
    kind, settings, words = chosen
    layer = trouble.catalog.find(kind)
    if layer is None:
        return "", None
    flow = _larger(short, long) if kind.startswith("adaptive") else short
    change = fixes.put_before(trouble.node.id, flow.port.name, [(layer, settings)])
    return f" Put {words} after {flow.source.name}.", fixes.fix(f"Put {words} after {flow.source.name}", change)


def _project(trouble: Trouble, short: Flow, long: Flow) -> tuple[str, dict[str, object], str] | None:
    """A layer that gives the shorter branch the channels of the longer (and its size, if a stride can)."""
    have, want = short.type.sizes(1), long.type.sizes(1)
    if len(have) == 2:
        return "linear", {"out_features": want[1]}, f"a Linear with {want[1]} features"
    strides = [max(1, round(h / w)) for h, w in zip(have[2:], want[2:], strict=True)]
    fits = all((h - 1) // s + 1 == w for h, w, s in zip(have[2:], want[2:], strides, strict=True))
    if not fits or len(set(strides)) != 1 or len(have) not in (3, 4):
        return None
    settings: dict[str, object] = {"out_channels": want[1], "kernel_size": 1}
    if strides[0] > 1:
        settings["stride"] = strides[0]
    kind, words = ("conv1d", "a Conv1d of width 1") if len(have) == 3 else ("conv2d", "a 1×1 Conv2d")
    return kind, settings, f"{words} with {want[1]} filters"


def _resize(trouble: Trouble, short: Flow, long: Flow) -> tuple[str, dict[str, object], str] | None:
    """A pooling that brings the larger value to the size of the smaller."""
    small = [min(a, b) for a, b in zip(short.type.sizes(1), long.type.sizes(1), strict=True)][2:]
    if tuple(small) not in (short.type.sizes(1)[2:], long.type.sizes(1)[2:]):
        return None  # neither is the smaller one
    if len(small) == 1:
        return "adaptive_avg_pool1d", {"output_size": small[0]}, f"an AdaptiveAvgPool1d to {small[0]}"
    if len(small) == 2:
        size = tuple(small) if small[0] != small[1] else small[0]
        return "adaptive_avg_pool2d", {"output_size": size}, f"an AdaptiveAvgPool2d to {small[0]}×{small[1]}"
    return None


def _larger(a: Flow, b: Flow) -> Flow:
    return a if a.type.sizes(1)[2:] > b.type.sizes(1)[2:] else b
