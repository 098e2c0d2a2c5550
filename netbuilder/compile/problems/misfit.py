"""What can be seen before torch is asked: inputs of the wrong rank or type, for which torch has no kind word."""

from __future__ import annotations

import re
from math import prod
from typing import Any

from netbuilder.compile.inference.infer import BATCHES, Answer
from netbuilder.compile.inference.types import Dim, TensorType
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.disagree import brought_together
from netbuilder.compile.problems.explain import explain
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.compile.problems.restless import settled
from netbuilder.compile.problems.trouble import Flow, Trouble, listed
from netbuilder.layers import Layer
from netbuilder.layers.inputs import Input
from netbuilder.layers.merging import Merge

MOST_PARAMETERS = 20_000_000_000
MOST_VALUES = 4_000_000_000  # in one sample's output

# The same idea for another number of dimensions, where the name does not say it: kind, rank that flows in, kind.
COUSINS: dict[tuple[str, int], str] = {
    ("batch_norm2d", 2): "batch_norm1d",
    ("batch_norm3d", 2): "batch_norm1d",
    ("dropout2d", 2): "dropout",
    ("dropout1d", 2): "dropout",
    ("dropout3d", 2): "dropout",
}
DIMENSIONAL = re.compile(r"(.+)[123]d$")
FEW_CHANNELS = 4

Insert = list[tuple[type[Layer], dict[str, Any]]]


def misfit(trouble: Trouble) -> Problem | None:
    """What is wrong with the inputs, if the declared ports already tell."""
    for flow in trouble.flows:
        problem = _wrong_type(trouble, flow) or _wrong_rank(trouble, flow)
        if problem is not None:
            return problem
    return _unchecked(trouble)


def _unchecked(trouble: Trouble) -> Problem | None:
    """What torch looks at only when it computes, and so not on the meta device."""
    if trouble.layer.family == "reduction" and trouble.flows:
        twice = _named_twice(trouble)
        if twice is not None:
            return twice
    for batch in BATCHES:
        fault = trouble.layer.overlooked({flow.port.name: flow.type.sizes(batch) for flow in trouble.flows})
        if fault:
            return explain(trouble, fault, by="")
    return None


def _named_twice(trouble: Trouble) -> Problem | None:
    """A dimension that is to be reduced twice."""
    dims, rank = trouble.settings.get("dim"), trouble.first.type.rank
    if not isinstance(dims, tuple) or any(not -rank <= dim < rank for dim in dims):
        return None
    once = tuple({dim % rank: dim for dim in reversed(dims)}.values())[::-1]
    if len(once) == len(dims):
        return None
    shown = ", ".join(map(str, once))
    fix = fixes.fix(f"Set dim to {shown}", fixes.set_to(trouble.node.id, type(trouble.layer), dim=once))
    said = (
        f"{trouble.name} names a dimension of {trouble.first} twice: {', '.join(map(str, dims))}. Set dim to {shown}."
    )
    return trouble.problem(said, "a dimension twice", fix, setting="dim")


def too_large(trouble: Trouble, answer: Answer) -> Problem | None:
    """A layer that no machine could hold."""
    if answer.parameters > MOST_PARAMETERS:
        return trouble.problem(
            f"{trouble.name} would have {answer.parameters:,} parameters ({_bytes(answer.parameters)}), more than any "
            "machine can hold. Make its settings, or what flows into it, smaller.",
            "too many parameters",
        )
    for type in answer.types.values():
        if prod(dim.size(1) for dim in type.dims) > MOST_VALUES:
            return trouble.problem(
                f"{trouble.name} would give {type}, more than any machine can hold. Make its settings, or what flows "
                "into it, smaller.",
                "result too large",
            )
    return None


def doubts(trouble: Trouble, answer: Answer) -> Problem | None:
    """What is wrong with a layer that torch would run."""
    return (
        too_large(trouble, answer)
        or _some_sizes(trouble, answer)
        or _mixes_samples(trouble, answer)
        or _batch_elsewhere(trouble)
        or _channels_last(trouble)
        or _one_of_one(trouble)
    )


def _batch_elsewhere(trouble: Trouble) -> Problem | None:
    """A layer that takes the first dimension for the batch, where the batch is another one."""
    for flow in trouble.flows:
        dims = flow.type.dims
        rows = [number for number, dim in enumerate(dims) if not dim.is_fixed]
        exact = "..." not in flow.port.axes and flow.port.axes[:1] == ("N",)
        if not exact or len(rows) != 1 or rows == [0] or trouble.settings.get("batch_first") is False:
            continue
        order = (rows[0], *(number for number in range(len(dims)) if number != rows[0]))
        fix, advice = _put(trouble, flow, "permute", {"dims": order}, f"Put a Permute before {trouble.name}")
        return trouble.problem(
            f"{trouble.name} takes the first dimension of {flow} for the batch, but the batch N is dimension "
            f"{rows[0]}. {advice}",
            "the batch is not first",
            fix,
            port=flow.port.name,
            severity="warning",
        )
    return None


def _channels_last(trouble: Trouble) -> Problem | None:
    """A picture of the data whose colours stand last, in a layer that wants them first."""
    flow = trouble.flows[0] if trouble.flows else None
    if flow is None or flow.source.kind != Input.kind or flow.port.axes != ("N", "C", "H", "W"):
        return None
    sizes = [dim.fixed for dim in flow.type.dims]
    if len(sizes) != 4 or not (sizes[3] <= FEW_CHANNELS < min(sizes[1:3])):
        return None
    fix, advice = _put(trouble, flow, "permute", {"dims": (0, 3, 1, 2)}, f"Put a Permute before {trouble.name}")
    return trouble.problem(
        f"{trouble.name} takes the first of {flow} for the channels, but the {sizes[3]} at the end look like them. "
        f"{advice}",
        "channels come last",
        fix,
        port=flow.port.name,
        severity="warning",
    )


def _one_of_one(trouble: Trouble) -> Problem | None:
    """A softmax over a single number, which is always 1."""
    if trouble.node.kind not in ("softmax", "log_softmax", "softmin"):
        return None
    type, dim = trouble.first.type, trouble.settings["dim"]
    if not -type.rank <= dim < type.rank or type.dims[dim] != Dim(0, 1):
        return None
    sigmoid = trouble.catalog.find("sigmoid")
    fix = fixes.fix("Make it a Sigmoid", fixes.turn_into(trouble.node.id, sigmoid)) if sigmoid is not None else None
    return trouble.problem(
        f"{trouble.name} shares 1 among the numbers of dimension {dim} of {trouble.first}, but there is only one, so "
        "it always gives the same. Make it a Sigmoid.",
        "always the same",
        fix,
        setting="dim",
        severity="warning",
    )


def _put(trouble: Trouble, flow: Flow, kind: str, settings: dict[str, Any], label: str) -> tuple[Fix | None, str]:
    layer = trouble.catalog.find(kind)
    if layer is None:
        return None, ""
    return fixes.fix(label, fixes.put_before(trouble.node.id, flow.port.name, [(layer, settings)])), f"{label}."


def _some_sizes(trouble: Trouble, answer: Answer) -> Problem | None:
    """It works for the example's size, but not for each."""
    if not answer.elsewhere:
        return None
    names = listed(list(dict.fromkeys(symbol.name for flow in trouble.flows for symbol in flow.type.symbols)))
    given = listed([str(flow) for flow in trouble.flows])
    fix, advice = brought_together(trouble)
    if fix is None:
        fix, advice = settled(trouble)
    return trouble.problem(
        f"{trouble.name} works only for some sizes: {given} do not go together for every {names}. {advice}",
        "only for some sizes",
        fix,
        severity="warning",
    )


def _mixes_samples(trouble: Trouble, answer: Answer) -> Problem | None:
    """A merge that puts every sample beside every other: ranks differ, and the batch met another dimension."""
    if not isinstance(trouble.layer, Merge):
        return None
    batches = [sum(dim.per_sample for dim in flow.type.dims) for flow in trouble.flows]
    if all(sum(not dim.is_fixed for dim in type.dims) <= 1 for type in answer.types.values()) and all(
        sum(dim.per_sample for dim in type.dims) <= max(batches) for type in answer.types.values()
    ):
        return None
    given = listed([str(type) for type in answer.types.values()])
    return trouble.problem(
        f"{trouble.name} mixes up the samples of a batch: {listed([str(f) for f in trouble.flows])} give {given}. "
        "Bring its inputs to the same number of dimensions, and join them along a dimension after the batch.",
        "mixes up samples",
        severity="warning",
    )


def _wrong_type(trouble: Trouble, flow: Flow) -> Problem | None:
    whole = not flow.type.dtype.startswith(("float", "bfloat", "complex"))
    if flow.port.dtype == "int" and not whole:
        sentence = f"{trouble.name} needs whole numbers but gets {flow.type.dtype} from {flow.source.name}."
        advice, dtype = "Let the Input give int64.", "int64"
    elif flow.port.dtype == "float" and whole:
        sentence = (
            f"{trouble.name} needs real numbers but gets whole numbers ({flow.type.dtype}) from {flow.source.name}."
        )
        advice, dtype = "Let the Input give float32, or put an Embedding between them.", "float32"
    elif flow.port.dtype == "bool" and flow.type.dtype != "bool" and not (flow.port.optional and not whole):
        return _needs_mask(trouble, flow)
    elif flow.port.dtype == "complex" and not flow.type.dtype.startswith("complex"):
        return trouble.problem(
            f"{trouble.name} needs complex numbers but gets {flow.type.dtype} from {flow.source.name}. "
            "Put an FFT or a Pairs to complex between them.",
            "needs complex",
            port=flow.port.name,
        )
    else:
        return None
    fix, cast = None, trouble.catalog.find("cast")
    if flow.source.kind == Input.kind:
        fix = fixes.fix(f"Let {flow.source.name} give {dtype}", fixes.set_to(flow.source.id, Input, dtype=dtype))
    elif cast is not None:
        advice = f"Put a Cast to {dtype} between them."
        change = fixes.put_before(trouble.node.id, flow.port.name, [(cast, {"dtype": dtype})])
        fix = fixes.fix(f"Put a Cast to {dtype} before {trouble.name}", change)
    return trouble.problem(f"{sentence} {advice}", f"needs {flow.port.dtype}", fix, port=flow.port.name)


def _needs_mask(trouble: Trouble, flow: Flow) -> Problem:
    compare = trouble.catalog.find("ne")
    fix = None
    if compare is not None:
        change = fixes.put_before(trouble.node.id, flow.port.name, [(compare, {"number": 0})])
        fix = fixes.fix(f"Put a {compare.title} before {trouble.name}", change)
    return trouble.problem(
        f"{trouble.name} needs a mask of true and false but gets {flow.type.dtype} from {flow.source.name}. "
        "Put a comparison between them: Not equal makes true of what is not 0.",
        "needs a mask",
        fix,
        port=flow.port.name,
    )


def _wrong_rank(trouble: Trouble, flow: Flow) -> Problem | None:
    axes, rank = flow.port.axes, flow.type.rank
    too_many = trouble.node.kind == "batch_norm1d" and rank > 3
    if flow.port.accepts_rank(rank) and not too_many:
        return None
    if too_many:
        needs = "a 2-D or 3-D input (N×C or N×C×L)"
    elif "..." in axes:
        needs = f"an input of at least {len(axes) - 1} dimensions"
    else:
        needs = f"a {len(axes)}-D input ({'×'.join(axes)})"
    fix, advice = _other_rank(trouble, flow)
    said = f"{trouble.name} needs {needs} but gets {flow}.{' ' + advice if advice else ''}"
    return trouble.problem(said, f"gets {flow.type}", fix, port=flow.port.name)


def _other_rank(trouble: Trouble, flow: Flow) -> tuple[Fix | None, str]:
    node = trouble.node
    cousin = _cousin(trouble, flow)
    if cousin is not None:
        return fixes.fix(f"Make it a {cousin.title}", fixes.turn_into(node.id, cousin)), f"Make it a {cousin.title}."
    chosen = _between(trouble, flow.type, flow.port.axes)
    if not chosen:
        return None, "Put a Reshape between them."
    names = " and a ".join(layer.title for layer, _ in chosen)
    label = f"Put a {names} before {trouble.name}"
    return fixes.fix(label, fixes.put_before(node.id, flow.port.name, chosen)), f"Put a {names} between them."


def _cousin(trouble: Trouble, flow: Flow) -> type[Layer] | None:
    """The same layer for what flows in; but a picture that comes in without channels is given one."""
    kind, rank = trouble.node.kind, flow.type.rank
    if kind == "conv2d" and flow.source.kind == Input.kind:
        return None
    named = DIMENSIONAL.match(kind)
    found = COUSINS.get((kind, rank)) or (f"{named.group(1)}{rank - 2}d" if named is not None and rank > 2 else "")
    return trouble.catalog.find(found) if found != kind else None


def _between(trouble: Trouble, type: TensorType, axes: tuple[str, ...]) -> Insert:
    """The layers that bring `type` to the rank of `axes`, if there is one obvious way."""
    sizes = [dim.fixed for dim in type.dims[1:]]
    if any(not dim.is_fixed for dim in type.dims[1:]):
        return []
    find = trouble.catalog.find
    reshape = find("reshape")
    if not sizes:  # one number a sample
        return [(reshape, {"shape": (1,) * (len(axes) - 1 - axes.count("..."))})] if reshape and axes else []
    flatten, permute = find("flatten"), find("permute")
    steps = axes[1:2] == ("L",) or axes[1:2] == ("S",)
    if len(axes) == 4 and reshape and len(sizes) in (1, 2):
        side = round(sizes[0] ** 0.5)
        square = (1, side, side) if side * side == sizes[0] else (sizes[0], 1, 1)
        return [(reshape, {"shape": square if len(sizes) == 1 else (1, *sizes)})]
    if len(axes) == 3 and reshape and len(sizes) == 1:
        return [(reshape, {"shape": (sizes[0], 1) if steps else (1, sizes[0])})]
    if len(axes) == 3 and reshape and steps and len(sizes) == 3 and sizes[0] == 1:
        return [(reshape, {"shape": (sizes[1], sizes[2])})]
    if len(axes) == 3 and flatten and permute and len(sizes) > 2:
        flat: Insert = [(flatten, {"start_dim": 2})]
        return [*flat, (permute, {"dims": (0, 2, 1)})] if steps else flat
    return []


def _bytes(parameters: int) -> str:
    size = float(parameters * 4)
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if size < 1000 or unit == "PB":
            break
        size /= 1000
    return f"{size:.3g} {unit}"
