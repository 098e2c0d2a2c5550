"""What torch refuses, said so that people know what to do: the node, what is wrong, and what would mend it.

`explain` goes through a visible list of faults; one that is not on it is told in torch's own words.
"""

from __future__ import annotations

import re
from math import gcd, prod
from typing import Any

from netbuilder.compile.inference.arguments import Depends
from netbuilder.compile.inference.varying import ONLY_HERE
from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.disagree import disagreement
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.compile.problems.refused import REFUSALS, Tell, depends_on_numbers
from netbuilder.compile.problems.restless import depends, only_here
from netbuilder.compile.problems.trouble import Trouble
from netbuilder.layers.merging import Merge


def explain(trouble: Trouble, fault: str, error: Exception | None = None, *, by: str = "PyTorch says: ") -> Problem:
    """The problem behind torch's message (or one that is said `by` somebody else), or behind an `error` of our own."""
    if isinstance(error, Depends):
        return depends(trouble, error)
    if fault.startswith(ONLY_HERE):
        return only_here(trouble)
    for pattern, tell in FAULTS if trouble.flows else ALONE:
        match = re.search(pattern, fault)
        problem = tell(trouble, match) if match else None
        if problem is not None:
            return problem
    if isinstance(trouble.layer, Merge) or (len(trouble.flows) > 1 and re.search(MEET, fault)):
        return disagreement(trouble)
    said = " ".join(fault.split())[:200].rstrip(".")
    gets = f" with {trouble.first}" if trouble.flows else ""
    return trouble.problem(f"{trouble.name} can't work{gets}; {by}{said}.", "does not work")


def _set(trouble: Trouble, label: str, **settings: Any) -> Fix:
    return fixes.fix(label, fixes.set_to(trouble.node.id, type(trouble.layer), **settings))


def _pair(value: Any, count: int) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,) * count


def _divisor(number: int, most: int) -> int:
    """The largest divisor of `number` that is not more than `most`."""
    return next((d for d in range(min(most, number, 100_000), 0, -1) if number % d == 0), 1)


def _groups(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if "out_channels" not in trouble.settings:
        return None
    channels, filters = trouble.first.type.sizes(1)[1], trouble.settings["out_channels"]
    groups = trouble.settings["groups"]
    best = _divisor(gcd(channels, filters), groups)
    return trouble.problem(
        f"{trouble.name} can't split {channels} channels and {filters} filters into {groups} groups: groups must "
        f"divide both. {best} does.",
        f"{groups} groups don't divide",
        _set(trouble, f"Set groups to {best}", groups=best),
        setting="groups",
    )


def _norm_groups(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if "num_groups" not in trouble.settings:
        return None
    channels, groups = trouble.first.type.sizes(1)[1], trouble.settings["num_groups"]
    best = _divisor(channels, groups)
    return trouble.problem(
        f"{trouble.name} can't split {channels} channels into {groups} groups: num_groups must divide them. "
        f"{best} does.",
        f"{channels} ÷ {groups} groups",
        _set(trouble, f"Set num_groups to {best}", num_groups=best),
        setting="num_groups",
    )


def _heads(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    name = next((name for name in ("num_heads", "nhead") if name in trouble.settings), None)
    if name is None:
        return None
    features, heads = trouble.first.type.sizes(1)[-1], trouble.settings[name]
    best = _divisor(features, heads)
    return trouble.problem(
        f"{trouble.name} can't share {features} features among {heads} heads: {name} must divide them. {best} does.",
        f"{features} ÷ {heads} heads",
        _set(trouble, f"Set {name} to {best}", **{name: best}),
        setting=name,
    )


def _window_too_large(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    """A kernel that is larger than the picture: keep the size with padding, or make the window smaller."""
    kernel = trouble.settings.get("kernel_size")
    sizes = trouble.first.type.sizes(1)[2:]
    if kernel is None or not sizes:
        return None
    kernels = _pair(kernel, len(sizes))
    seen = "×".join(map(str, sizes)) if len(sizes) > 1 else f"{sizes[0]} steps"
    window = "×".join(map(str, kernels)) if len(sizes) > 1 else str(kernels[0])
    thing = "picture" if len(sizes) > 1 else "sequence"
    said = f"{trouble.name} slides a window of {window} over {trouble.first}, but the {thing} is only {seen}."
    padding = type(trouble.layer).fields().get("padding")
    if padding is not None and "words" in padding.limits() and _strides(trouble) == {1}:
        advice, fix = 'Set padding to "same".', _set(trouble, 'Set padding to "same"', padding="same")
    elif max(sizes) == 1 or min(sizes) < 1:
        advice, fix = "Take it out.", fixes.fix(f"Remove {trouble.name}", fixes.take_out(trouble.node.id))
    else:
        fitting = tuple(min(k, s) for k, s in zip(kernels, sizes, strict=True))
        size: Any = fitting if len(set(fitting)) > 1 else fitting[0]
        changes = {"kernel_size": size, "padding": 0}
        if "dilation" in trouble.settings:
            changes["dilation"] = 1
        words = "×".join(map(str, fitting))
        advice, fix = f"Set kernel_size to {words}.", _set(trouble, f"Set kernel_size to {words}", **changes)
    return trouble.problem(f"{said} {advice}", f"only {seen}", fix, setting="kernel_size")


def _strides(trouble: Trouble) -> set[int]:
    return set(_pair(trouble.settings.get("stride"), 1))


def _same_strided(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if "kernel_size" not in trouble.settings:
        return None
    kernels = _pair(trouble.settings["kernel_size"], 1)
    halves = tuple(k // 2 for k in kernels)
    half: Any = halves[0] if len(set(halves)) == 1 else halves
    shown = "×".join(map(str, halves))
    return trouble.problem(
        f'{trouble.name} has padding "same", which needs a stride of 1. Set padding to {shown} instead.',
        "same needs stride 1",
        _set(trouble, f"Set padding to {shown}", padding=half),
        setting="padding",
    )


def _half_window(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if "kernel_size" not in trouble.settings:
        return None
    halves = tuple(k // 2 for k in _pair(trouble.settings["kernel_size"], 1))
    half: Any = halves[0] if len(halves) == 1 else halves
    if len(halves) == 1 and isinstance(trouble.settings["padding"], tuple):
        half = halves[0]
    shown = "×".join(map(str, halves))
    return trouble.problem(
        f"{trouble.name} has more padding than half its window, so some windows would see nothing. "
        f"Set padding to {shown} or less.",
        "too much padding",
        _set(trouble, f"Set padding to {shown}", padding=half),
        setting="padding",
    )


def _padding_mode(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if trouble.settings.get("padding_mode", "zeros") == "zeros":
        return None
    return trouble.problem(
        f"{trouble.name} can't fill its padding from {trouble.first}: there is more padding than picture. "
        'Set padding_mode to "zeros".',
        "too much padding",
        _set(trouble, 'Set padding_mode to "zeros"', padding_mode="zeros"),
        setting="padding_mode",
    )


def _output_padding(trouble: Trouble, match: re.Match[str]) -> Problem:
    return trouble.problem(
        f"{trouble.name} needs an output_padding smaller than its stride or its dilation. Set it to 0.",
        "output_padding too large",
        _set(trouble, "Set output_padding to 0", output_padding=0),
        setting="output_padding",
    )


def _shape(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    name = "shape" if trouble.node.kind == "reshape" else "unflattened_size"
    if name not in trouble.settings:
        return None
    wanted = trouble.settings[name]
    type = trouble.first.type
    dim = trouble.settings.get("dim")
    have = prod(type.sizes(1)[1:]) if dim is None else type.sizes(1)[dim] if dim < type.rank else None
    rest = prod(size for size in wanted if size > 0)
    fix, advice = None, "The sizes must multiply to as many."
    spare = next((n for n, size in enumerate(wanted) if size < 1), len(wanted) - 1)
    others = [size for n, size in enumerate(wanted) if n != spare]
    if have and all(size > 0 for size in others) and have % prod(others) == 0:
        mended = tuple(have // prod(others) if n == spare else size for n, size in enumerate(wanted))
        shown = "×".join(map(str, mended))
        fix, advice = _set(trouble, f"Set {name} to {shown}", **{name: mended}), f"{shown} would."
    elif have:
        fix = _set(trouble, f"Set {name} to {have}", **{name: (have,)})
    numbers = f"{have:,} numbers" if have else "numbers"
    return trouble.problem(
        f"{trouble.name} can't put the {numbers} of {trouble.first} into {'×'.join(map(str, wanted))}"
        f"{f' ({rest:,})' if -1 not in wanted else ''}. {advice}",
        "sizes don't multiply",
        fix,
        setting=name,
    )


def _order(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if trouble.node.kind != "permute":
        return None
    rank = trouble.first.type.rank
    order = (0, *range(2, rank), 1) if rank > 2 else tuple(range(rank))
    shown = ", ".join(map(str, order))
    return trouble.problem(
        f"{trouble.name} must name each of the {rank} dimensions of {trouble.first} once: 0 to {rank - 1}, "
        "in any order.",
        f"needs {rank} dimensions",
        _set(trouble, f"Set dims to {shown}", dims=order),
        setting="dims",
    )


def _no_such_dim(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    name = next((n for n in ("dim", "start_dim", "end_dim") if n in trouble.settings), None)
    if name is None or not trouble.flows:
        return None
    layer, rank = type(trouble.layer), trouble.first.type.rank
    names = [n for n in ("dim", "start_dim", "end_dim") if n in trouble.settings]
    defaults = {n: layer.fields()[n].default for n in names}
    usable = all(isinstance(d, int) and -rank <= d < rank for d in defaults.values())
    changed = {n: d for n, d in defaults.items() if trouble.settings[n] != d}
    fix = None
    if usable and changed:
        words = " and ".join(f"{n} to {d}" for n, d in changed.items())
        fix = _set(trouble, f"Set {words}", **changed)
    shown = " and ".join(f"{n} {trouble.settings[n]}" for n in (changed or defaults))
    return trouble.problem(
        f"{trouble.name} asks for {shown}, but {trouble.first} has only the dimensions 0 to {rank - 1}.",
        f"no {name} {trouble.settings[name]}",
        fix,
        setting=name,
    )


def _flat_order(trouble: Trouble, match: re.Match[str]) -> Problem:
    return trouble.problem(
        f"{trouble.name} must end at the dimension it starts at, or behind it. Set start_dim to 1 and end_dim to -1.",
        "ends before it starts",
        _set(trouble, "Set start_dim to 1 and end_dim to -1", start_dim=1, end_dim=-1),
        setting="end_dim",
    )


def _no_such_entry(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if trouble.node.kind != "select":
        return None
    size = trouble.first.type.sizes(1)[trouble.settings["dim"]]
    return trouble.problem(
        f"{trouble.name} asks for entry {trouble.settings['index']}, but {trouble.first} has only {size} there: 0 to "
        f"{size - 1}. -1 is the last.",
        f"only {size} entries",
        _set(trouble, "Set index to -1", index=-1),
        setting="index",
    )


def _padding_idx(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if "num_embeddings" not in trouble.settings:
        return None
    return trouble.problem(
        f"{trouble.name} has the padding_idx {trouble.settings['padding_idx']}, which is none of its "
        f"{trouble.settings['num_embeddings']:,} numbers. Leave padding_idx empty.",
        "no such padding_idx",
        _set(trouble, "Leave padding_idx empty", padding_idx=None),
        setting="padding_idx",
    )


def _too_few_dims(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if "dims" not in trouble.settings or trouble.node.kind == "permute":
        return None
    rank = trouble.first.type.rank
    return trouble.problem(
        f"{trouble.name} normalizes the last {trouble.settings['dims']} dimensions, but {trouble.first} has only "
        f"{rank - 1} besides the batch. Set dims to 1.",
        f"only {rank - 1} dimensions",
        _set(trouble, "Set dims to 1", dims=1),
        setting="dims",
    )


def _too_large(trouble: Trouble, match: re.Match[str]) -> Problem:
    gets = f" for {trouble.first}" if trouble.flows else ""
    large = _largest(trouble)
    fix = None
    if large is not None:
        default = type(trouble.layer).fields()[large].default
        fix = fixes.fix(f"Set {large} back to {default}", fixes.without_setting(trouble.node.id, large))
    return trouble.problem(
        f"{trouble.name} is larger{gets} than any machine could hold. Make {large or 'its settings'} smaller.",
        "too large",
        fix,
        setting=large,
    )


def _largest(trouble: Trouble) -> str | None:
    """The setting with the largest number, if it is large."""

    def size(value: Any) -> float:
        if isinstance(value, tuple):
            return max(map(size, value), default=0)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0

    name = max(trouble.settings, key=lambda n: size(trouble.settings[n]), default=None)
    return name if name is not None and size(trouble.settings[name]) > 10_000 else None


def _nothing_left(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    if "scale_factor" not in trouble.settings:
        return _window_too_large(trouble, match)
    default = type(trouble.layer).fields()["scale_factor"].default
    return trouble.problem(
        f"{trouble.name} leaves nothing of {trouble.first}. Make scale_factor larger.",
        "nothing is left",
        _set(trouble, f"Set scale_factor to {default:g}", scale_factor=default),
        setting="scale_factor",
    )


def _one_value(trouble: Trouble, match: re.Match[str]) -> Problem:
    return trouble.problem(
        f"{trouble.name} needs more than one number in each channel, but gets {trouble.first}. Take it out.",
        "one number a channel",
        fixes.fix(f"Remove {trouble.name}", fixes.take_out(trouble.node.id)),
    )


MEET = r"must match|broadcast|should be the same|Sizes of tensors|stack expects"

FAULTS: tuple[tuple[str, Tell], ...] = (
    *REFUSALS,
    (r"overflow|[Tt]rying to (create|resize)|too large|must be less than or equal to 2", _too_large),
    (r"channels must be divisible by groups", _groups),
    (r"num_channels .*must be divisible by num_groups", _norm_groups),
    (r"embed_dim must be divisible by num_heads", _heads),
    (r"padding='same' is not supported for strided", _same_strided),
    (r"pad should be at most half|padding should be at most half|pad should be smaller than", _half_window),
    (r"output padding must be smaller", _output_padding),
    (r"Padding size should be less|Padding value causes wrapping|[Pp]adding.*input dim", _padding_mode),
    (r"Kernel size can't be greater|Output size is too small|output size.*too small", _window_too_large),
    (r"is invalid for input of size|don't multiply up|unflatten|cannot reshape|invalid shape dimension", _shape),
    (r"permute|repeated dim", _order),
    (r"flatten.*start_dim cannot come after end_dim|start_dim cannot come after", _flat_order),
    (r"batch itself|normalized_shape", _too_few_dims),
    (r"Dimension out of range|too many indices", _no_such_dim),
    (r"index .* (is )?out of (range|bounds)", _no_such_entry),
    (r"[Pp]adding_idx must be within", _padding_idx),
    (r"sizes should be greater than 0|non-zero size|non-empty|should be greater than zero", _nothing_left),
    (r"Expected more than 1", _one_value),
)

# What can be wrong with a layer into which nothing flows.
ALONE = tuple(entry for entry in FAULTS if entry[1] in (_too_large, depends_on_numbers))
