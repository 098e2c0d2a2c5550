"""Values that meet and do not fit: which of them is to give way, and how."""

from __future__ import annotations

from typing import Any

from netbuilder.compile.inference.types import Dim
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.fixes import Change
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.compile.problems.trouble import Flow, Trouble, listed
from netbuilder.graph import Edge, Graph
from netbuilder.graph.order import topological
from netbuilder.layers.merging import Concatenate

AXES = {2: ("batch", "features"), 3: ("batch", "channels", "steps"), 4: ("batch", "channels", "height", "width")}
STEPS_FIRST = ("batch", "steps", "features")
DOES = {"concatenate": "join", "stack": "join", "add": "add", "subtract": "subtract", "divide": "divide"}
DOES |= {"multiply": "multiply", "matmul": "multiply", "bmm": "multiply"}
WITH_STEPS_FIRST = frozenset({"recurrent", "attention", "embedding"})
ENLARGE = ("upsample", "conv_transpose", "interpolate", "pixel_shuffle")
LOOK_BACK = 8  # layers

Mending = tuple[str, list[Change]]  # what is done, in words that follow "Put", and the steps


def disagreement(trouble: Trouble) -> Problem:
    """What is wrong with the inputs of a merge that torch refused."""
    flows = trouble.flows
    joined = isinstance(trouble.layer, Concatenate)
    said = f"{trouble.name} can't {DOES.get(trouble.node.kind, 'combine')} {listed([str(flow) for flow in flows])}"
    ranks = {flow.type.rank for flow in flows}
    if len(ranks) > 1:
        return _ranks_differ(trouble, said)
    (rank,) = ranks
    axis = trouble.settings.get("dim") if joined else None
    if axis is not None and not -rank <= axis < rank:
        reset = fixes.fix("Join them along dimension 1", fixes.set_to(trouble.node.id, type(trouble.layer), dim=1))
        return trouble.problem(f"{said} along dimension {axis}: there is none.", f"no dim {axis}", reset, setting="dim")
    kept = axis % rank if axis is not None else None
    steps_first = rank == 3 and any(_steps_first(trouble.graph, flow) for flow in flows)
    names = STEPS_FIRST if steps_first else AXES.get(rank, _plain(rank))
    differ = [number for number in range(rank) if number != kept and _apart(flows, number, joined)]
    which = listed([names[number] for number in differ]) or "shapes"
    advice, fix = _give_way(trouble, differ, steps_first)
    first = differ[0] if differ else 0
    short = " ≠ ".join(dict.fromkeys(str(flow.type.dims[first]) for flow in flows)) + f" {names[first]}"
    return trouble.problem(f"{said}: their {which} differ.{advice}", short, fix)


def _apart(flows: tuple[Flow, ...], number: int, joined: bool) -> bool:
    """Whether the values differ in this dimension. What is 1 in one of them is repeated, unless they are joined."""
    dims = {flow.type.dims[number] for flow in flows}
    return len(dims if joined else dims - {Dim(0, 1)}) > 1


def _plain(rank: int) -> tuple[str, ...]:
    return ("batch", *(f"dimension {number}" for number in range(1, rank)))


def _steps_first(graph: Graph, flow: Flow) -> bool:
    """Whether a sequence comes from where the features stand last."""
    return any(family in WITH_STEPS_FIRST or kind == "linear" for kind, family in _behind(graph, flow))


def _behind(graph: Graph, flow: Flow) -> list[tuple[str, str]]:
    """The kinds and (where the kind tells) families of the layers a value went through, as far as one leads to one."""
    found = []
    node = flow.source
    for _ in range(LOOK_BACK):
        family = next((word for word, kinds in KINDS.items() if node.kind in kinds), "")
        found.append((node.kind, family))
        before = graph.edges_into(node.id)
        if len(before) != 1 or node.kind in ("flatten", "reshape", "permute", "transpose"):
            break
        node = graph.nodes[before[0].source]
    return found


KINDS = {
    "recurrent": ("rnn", "lstm", "gru"),
    "attention": ("multihead_attention", "transformer_encoder", "transformer_encoder_layer", "layer_norm"),
    "embedding": ("embedding", "one_hot"),
}


def _ranks_differ(trouble: Trouble, said: str) -> Problem:
    """Bring the values of more dimensions to the one with the fewest; a gate of pictures to one of pixels."""
    flows = trouble.flows
    least = min(flow.type.rank for flow in flows)
    find = trouble.catalog.find
    words, changes = "", []
    gates = [flow for flow in flows if flow.type.rank == 2]
    pictures = [flow for flow in flows if flow.type.rank == 4]
    reshape = find("reshape")
    gated = (
        len(flows) == 2
        and len(gates) == len(pictures) == 1
        and trouble.node.kind in ("multiply", "add")
        and gates[0].type.dims[1] == pictures[0].type.dims[1]
    )
    if gated and reshape is not None and not gates[0].type.dims[1].varies:
        shape = (gates[0].type.dims[1].fixed, 1, 1)
        words = f"a Reshape to {'×'.join(map(str, shape))} after {gates[0].source.name}"
        changes = [fixes.put_before(trouble.node.id, gates[0].port.name, [(reshape, {"shape": shape})])]
    elif least == 2:
        for flow in flows:
            chosen: list[tuple[str, dict[str, Any]]] = [("flatten", {})] if flow.type.rank > 2 else []
            if flow.type.rank == 3:
                chosen = [("mean", {"dim": 1 if _steps_first(trouble.graph, flow) else 2})]
            elif flow.type.rank == 4:
                chosen = [("adaptive_avg_pool2d", {}), ("flatten", {})]
            layers = fixes.find(trouble.catalog, *(kind for kind, _ in chosen))
            if chosen and layers:
                titles = " and a ".join(layer.title for layer in layers)
                words += f"{' and ' if words else ''}a {titles} after {flow.source.name}".replace("a A", "an A")
                settings = [settings for _, settings in chosen]
                inserted = list(zip(layers, settings, strict=True))
                changes.append(fixes.put_before(trouble.node.id, flow.port.name, inserted))
    advice = f"Put {words}." if words else "Bring them to the same number of dimensions, with a Flatten or a Reshape."
    fix = fixes.fix(f"Put {words}", *changes) if changes else None
    return trouble.problem(f"{said}: they have different numbers of dimensions. {advice}", "dimensions differ", fix)


def _give_way(trouble: Trouble, differ: list[int], steps_first: bool) -> tuple[str, Fix | None]:
    """Let the shorter branches (skip connections) give way to the longest one."""
    if not differ or any(not dim.is_fixed for flow in trouble.flows for dim in flow.type.dims[1:]):
        return "", None
    if any(flow.type.dims[number].varies for flow in trouble.flows for number in differ):
        return "", None
    learned = _reshaped(trouble, differ)
    if learned is not None:
        return learned
    order = {id: number for number, id in enumerate(topological(trouble.graph))}
    *short, long = sorted(trouble.flows, key=lambda flow: order[flow.source.id])
    words: list[str] = []
    changes: list[Change] = []
    channels = 2 if steps_first else 1
    if channels in differ:
        for flow in short:
            if flow.type.dims[channels] != long.type.dims[channels] or flow.type.dims[2:] != long.type.dims[2:]:
                step = _project(trouble, flow, long, steps_first)
                if step is None:
                    break
                words.append(step[0])
                changes += step[1]
    if not changes and any(number >= 2 for number in differ) and not steps_first:
        step = _enlarge(trouble, [*short, long]) or _shrink(trouble, [*short, long])
        if step is not None:
            words, changes = [step[0]], step[1]
    if not changes:
        return "", None
    return f" Put {listed(words)}.", fixes.fix(f"Put {listed(words)}", *changes)


def _reshaped(trouble: Trouble, differ: list[int]) -> tuple[str, Fix | None] | None:
    """A parameter is made as large as what it meets."""
    own = [flow for flow in trouble.flows if flow.source.kind == "parameter" and not flow.source.shares]
    others = [flow for flow in trouble.flows if flow.source.kind != "parameter"]
    layer = trouble.catalog.find("parameter")
    if len(own) != 1 or len(others) != 1 or layer is None:
        return None
    (flow,), (other,) = own, others
    dims = [
        o if number in differ else d for number, (d, o) in enumerate(zip(flow.type.dims, other.type.dims, strict=True))
    ]
    shape = tuple(dim.fixed for dim in dims)
    label = f"Set shape of {flow.source.name} to {'×'.join(map(str, shape))}"
    return f" {label}.", fixes.fix(label, fixes.set_to(flow.source.id, layer, shape=shape))


def _project(trouble: Trouble, flow: Flow, long: Flow, steps_first: bool) -> Mending | None:
    """A layer that gives the shorter branch the channels of the longer (and its size, if a stride can)."""
    have, want = flow.type, long.type
    at = 2 if steps_first else 1
    if want.dims[at].varies or want.rank not in (2, 3, 4):
        return None
    width = want.dims[at].fixed
    if want.rank == 2 or steps_first:
        if have.dims[1:at] != want.dims[1:at]:
            return None
        return _after(trouble, flow, [("linear", {"out_features": width})], f"a Linear with {width} features")
    sizes = list(zip(have.sizes(1)[2:], want.sizes(1)[2:], strict=True))
    strides = [max(1, round(h / w)) for h, w in sizes]
    fits = all((h - 1) // s + 1 == w for (h, w), s in zip(sizes, strides, strict=True))
    settings: dict[str, Any] = {"out_channels": width, "kernel_size": 1}
    if fits and len(set(strides)) == 1 and strides[0] > 1:
        settings["stride"] = strides[0]
    kind, words = ("conv1d", "a Conv1d of width 1") if want.rank == 3 else ("conv2d", "a 1×1 Conv2d")
    return _after(trouble, flow, [(kind, settings)], f"{words} with {width} filters")


def _after(trouble: Trouble, flow: Flow, chosen: list[tuple[str, dict[str, Any]]], words: str) -> Mending | None:
    layers = fixes.find(trouble.catalog, *(kind for kind, _ in chosen))
    if layers is None:
        return None
    inserted = [(layer, settings) for layer, (_, settings) in zip(layers, chosen, strict=True)]
    return f"{words} after {flow.source.name}", [fixes.put_before(trouble.node.id, flow.port.name, inserted)]


def _enlarge(trouble: Trouble, flows: list[Flow]) -> Mending | None:
    """A picture that was enlarged on the way, but not to the size it had: bring it to the size of the other."""
    layer = trouble.catalog.find("interpolate")
    grown = [flow for flow in flows if any(kind.startswith(ENLARGE) for kind, _ in _behind(trouble.graph, flow))]
    if layer is None or len(flows) != 2 or len(grown) != 1 or grown[0].type.rank < 3:
        return None
    (flow,) = grown
    (other,) = (o for o in flows if o is not flow)
    edge = Edge(other.source.id, other.output, trouble.node.id, flow.port.name)
    change = fixes.put_between(edge, trouble.node.id, flow.port.name, layer, "other")
    words = f"an {layer.title} to the size of {other.source.name} after {flow.source.name}"
    return words, [change]


def brought_together(trouble: Trouble) -> tuple[Fix | None, str]:
    """A value that was made smaller and larger again brought to the size of the one it meets."""
    step = _enlarge(trouble, list(trouble.flows)) if all(flow.type.rank > 2 for flow in trouble.flows) else None
    return (fixes.fix(f"Put {step[0]}", *step[1]), f"Put {step[0]}.") if step is not None else (None, "")


def _shrink(trouble: Trouble, flows: list[Flow]) -> Mending | None:
    """A pooling that brings the larger values to the size of the smallest."""
    smallest = min(flows, key=lambda flow: flow.type.sizes(1)[2:])
    small = smallest.type.sizes(1)[2:]
    if any(a < b for flow in flows for a, b in zip(flow.type.sizes(1)[2:], small, strict=True)):
        return None  # none is the smallest in both
    if any(dim.varies for dim in smallest.type.dims[2:]):
        return None
    size: Any = small[0] if len(set(small)) == 1 else tuple(small)
    kind = f"adaptive_avg_pool{len(small)}d"
    layer = trouble.catalog.find(kind)
    if layer is None:
        return None
    larger = [flow for flow in flows if flow.type.sizes(1)[2:] != small]
    changes = [fixes.put_before(trouble.node.id, f.port.name, [(layer, {"output_size": size})]) for f in larger]
    return f"an {layer.title} to {'×'.join(map(str, small))} after {listed([f.source.name for f in larger])}", changes
