"""What can be seen before torch is asked: inputs of the wrong rank or type, for which torch has no kind word."""

from __future__ import annotations

from math import prod
from typing import Any

from netbuilder.compile import fixes
from netbuilder.compile.explain import explain
from netbuilder.compile.infer import Answer
from netbuilder.compile.problem import Fix, Problem
from netbuilder.compile.trouble import Flow, Trouble, listed
from netbuilder.compile.types import TensorType
from netbuilder.layers import Layer
from netbuilder.layers.inputs import Input
from netbuilder.layers.merging import Merge

MOST_PARAMETERS = 20_000_000_000
MOST_VALUES = 4_000_000_000  # in one sample's output

# The same idea for another number of dimensions: kind, rank that flows in, kind that takes it.
COUSINS: dict[tuple[str, int], str] = {
    ("batch_norm2d", 2): "batch_norm1d",
    ("batch_norm2d", 3): "batch_norm1d",
    ("batch_norm1d", 4): "batch_norm2d",
    ("dropout2d", 2): "dropout",
    ("dropout2d", 3): "dropout1d",
    ("dropout1d", 2): "dropout",
    ("dropout1d", 4): "dropout2d",
    ("max_pool2d", 3): "max_pool1d",
    ("max_pool1d", 4): "max_pool2d",
    ("avg_pool2d", 3): "avg_pool1d",
    ("avg_pool1d", 4): "avg_pool2d",
    ("adaptive_avg_pool1d", 4): "adaptive_avg_pool2d",
    ("adaptive_avg_pool2d", 3): "adaptive_avg_pool1d",
    ("conv1d", 4): "conv2d",
}

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
    settings, kind = trouble.settings, trouble.node.kind
    if kind in ("softmax", "log_softmax"):
        rank = trouble.first.type.rank
        if not -rank <= settings["dim"] < rank:
            return explain(trouble, "Dimension out of range")
    if kind == "conv_transpose2d":
        padding, stride, dilation = (_pair(settings[name]) for name in ("output_padding", "stride", "dilation"))
        if any(p >= max(s, d) for p, s, d in zip(padding, stride, dilation, strict=True)):
            return explain(trouble, "output padding must be smaller")
    return None


def _pair(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value, value)


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
    return too_large(trouble, answer) or _some_sizes(trouble, answer) or _mixes_samples(trouble, answer)


def _some_sizes(trouble: Trouble, answer: Answer) -> Problem | None:
    """It works for the example's size, but not for each."""
    if not answer.elsewhere:
        return None
    names = listed(list(dict.fromkeys(symbol.name for flow in trouble.flows for symbol in flow.type.symbols)))
    given = listed([str(flow) for flow in trouble.flows])
    return trouble.problem(
        f"{trouble.name} works only for some sizes: {given} do not go together for every {names}.",
        "only for some sizes",
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
    else:
        return None
    fix = None
    if flow.source.kind == Input.kind:
        fix = fixes.fix(f"Let {flow.source.name} give {dtype}", fixes.set_to(flow.source.id, Input, dtype=dtype))
    return trouble.problem(f"{sentence} {advice}", f"needs {flow.port.dtype}", fix, port=flow.port.name)


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
    node, rank = trouble.node, flow.type.rank
    cousin = trouble.catalog.find(COUSINS.get((node.kind, rank), ""))
    if cousin is not None:
        return fixes.fix(f"Make it a {cousin.title}", fixes.turn_into(node.id, cousin)), f"Make it a {cousin.title}."
    chosen = _between(trouble, flow.type, flow.port.axes)
    if not chosen:
        return None, "Put a Reshape between them."
    names = " and a ".join(layer.title for layer, _ in chosen)
    label = f"Put a {names} before {trouble.name}"
    return fixes.fix(label, fixes.put_before(node.id, flow.port.name, chosen)), f"Put a {names} between them."


def _between(trouble: Trouble, type: TensorType, axes: tuple[str, ...]) -> Insert:
    """The layers that bring `type` to the rank of `axes`, if there is one obvious way."""
    sizes = [dim.fixed for dim in type.dims[1:]]
    if any(not dim.is_fixed for dim in type.dims[1:]) or not sizes:
        return []
    find = trouble.catalog.find
    reshape, flatten, permute = find("reshape"), find("flatten"), find("permute")
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
