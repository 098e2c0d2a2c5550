"""More of what torch refuses: products that do not meet, numbers of different types, sizes that do not split evenly."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import gcd
from typing import Any

from netbuilder.compile.problems import fixes
from netbuilder.compile.problems.problem import Fix, Problem
from netbuilder.compile.problems.trouble import Flow, Trouble, listed

Tell = Callable[[Trouble, "re.Match[str]"], Problem | None]

WIDTHS = {"linear": "out_features", "embedding": "embedding_dim"}
FLOATS = ("float16", "bfloat16", "float32", "float64")


def product(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    """The inner dimensions of a product of matrices differ: one of them stands on its side."""
    if trouble.node.kind not in ("matmul", "bmm") or len(trouble.flows) != 2:
        return None
    one, other = trouble.flows
    a, b = one.type.dims, other.type.dims
    if len(a) < 2 or len(b) < 2 or a[-1] == b[-2]:
        return None
    said = (
        f"{trouble.name} multiplies {one} with {other}, but {a[-1]} and {b[-2]} differ: the last size of the first "
        "has to be the last but one of the second."
    )
    transpose = trouble.catalog.find("transpose")
    turned = other if a[-1] == b[-1] else one if a[-2] == b[-2] else None
    fix, advice = None, ""
    if turned is not None and transpose is not None:
        rank = turned.type.rank
        settings = {"dim0": rank - 2, "dim1": rank - 1}
        label = f"Put a Transpose after {turned.source.name}"
        fix = fixes.fix(label, fixes.put_before(trouble.node.id, turned.port.name, [(transpose, settings)]))
        advice = f" {label}."
    return trouble.problem(said + advice, f"{a[-1]} ≠ {b[-2]}", fix, port=other.port.name)


def types_differ(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    """Numbers of different types meet, or a layer's weights are of another than what flows in."""
    cast = trouble.catalog.find("cast")
    wanted = "float32"
    strange = [flow for flow in trouble.flows if flow.type.dtype != wanted]
    if not strange:
        return None
    flow = strange[0]
    real = flow.type.dtype in FLOATS
    said = (
        f"{trouble.name} works with {wanted} but gets {flow.type.dtype} from {flow.source.name}. Put a Cast to "
        f"{wanted} before it."
    )
    fix = None
    if cast is not None:
        label = f"Put a Cast to {wanted} before {trouble.name}"
        fix = fixes.fix(label, *(_cast(trouble, other, cast, wanted) for other in strange))
    return trouble.problem(said, "other type" if real else f"gets {flow.type.dtype}", fix, port=flow.port.name)


def _cast(trouble: Trouble, flow: Flow, cast: Any, dtype: str) -> fixes.Change:
    return fixes.put_before(trouble.node.id, flow.port.name, [(cast, {"dtype": dtype})])


def depends_on_numbers(trouble: Trouble, match: re.Match[str]) -> Problem:
    """A result whose size is only known once there are numbers."""
    gets = f" of {listed([str(flow) for flow in trouble.flows])}" if trouble.flows else ""
    return trouble.problem(
        f"The result of {trouble.name} has a size that depends on the numbers{gets}, not on their shape, so what lies "
        "behind it can't be made. Use an operation that keeps the shape, such as Where or a mask that is multiplied.",
        "size depends on numbers",
    )


def shuffle(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    """Channels that do not make up whole squares of pixels."""
    if trouble.node.kind != "pixel_shuffle":
        return None
    factor = trouble.settings["upscale_factor"]
    channels = trouble.first.type.sizes(1)[1]
    square = factor * factor
    wanted = -(-channels // square) * square
    fix, advice = widened(trouble, trouble.first, wanted, "channels")
    return trouble.problem(
        f"{trouble.name} makes one channel of every {square}, but {trouble.first} has {channels}, which {square} does "
        f"not divide. {advice}",
        f"{channels} ÷ {square} channels",
        fix,
    )


def unshuffle(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    """A picture that can't be cut into whole squares."""
    if trouble.node.kind != "pixel_unshuffle":
        return None
    sizes = trouble.first.type.sizes(1)[2:]
    common, factor = gcd(*sizes), trouble.settings["downscale_factor"]
    best = next((d for d in range(min(factor, common), 0, -1) if common % d == 0), 1)
    return trouble.problem(
        f"{trouble.name} can't cut {trouble.first} into squares of {factor}×{factor}: downscale_factor must divide "
        f"height and width. {best} does.",
        f"{'×'.join(map(str, sizes))} ÷ {factor}",
        _set(trouble, f"Set downscale_factor to {best}", downscale_factor=best),
        setting="downscale_factor",
    )


def channel_groups(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    """Channels that do not split into as many groups."""
    if trouble.node.kind != "channel_shuffle":
        return None
    channels, groups = trouble.first.type.sizes(1)[1], trouble.settings["groups"]
    best = next((d for d in range(min(groups, channels), 0, -1) if channels % d == 0), 1)
    return trouble.problem(
        f"{trouble.name} can't split {channels} channels into {groups} groups: groups must divide them. {best} does.",
        f"{channels} ÷ {groups} groups",
        _set(trouble, f"Set groups to {best}", groups=best),
        setting="groups",
    )


def halves(trouble: Trouble, match: re.Match[str]) -> Problem | None:
    """A gate that needs two halves."""
    if trouble.node.kind != "glu":
        return None
    rank = trouble.first.type.rank
    dim = trouble.settings["dim"] % rank if -rank <= trouble.settings["dim"] < rank else rank - 1
    size = trouble.first.type.dims[dim].fixed
    fix, advice = widened(trouble, trouble.first, size + 1, "features") if dim in (1, rank - 1) else (None, "")
    return trouble.problem(
        f"{trouble.name} lets one half gate the other, but dimension {dim} of {trouble.first} has {size} numbers, "
        f"which can't be halved. {advice}".rstrip(),
        f"{size} is odd",
        fix,
    )


def widened(trouble: Trouble, flow: Flow, width: int, what: str) -> tuple[Fix | None, str]:
    """Let what flows in have this width: by the layer it comes from, or by one put between."""
    source = flow.source
    setting = "out_channels" if source.kind.startswith("conv") else WIDTHS.get(source.kind)
    layer = trouble.catalog.find(source.kind)
    if setting is not None and layer is not None and setting in layer.fields() and not source.shares:
        label = f"Set {setting} of {source.name} to {width}"
        return fixes.fix(label, fixes.set_to(source.id, layer, **{setting: width})), f"{label}."
    kind, settings = "linear", {"out_features": width}
    if what == "channels" and flow.type.rank in (3, 4):
        kind, settings = f"conv{flow.type.rank - 2}d", {"out_channels": width, "kernel_size": 1}
    between = trouble.catalog.find(kind)
    if between is None:
        return None, ""
    label = f"Put a {between.title} with {width} {what} before {trouble.name}"
    return fixes.fix(label, fixes.put_before(trouble.node.id, flow.port.name, [(between, settings)])), f"{label}."


def _set(trouble: Trouble, label: str, **settings: Any) -> Fix:
    return fixes.fix(label, fixes.set_to(trouble.node.id, type(trouble.layer), **settings))


REFUSALS: tuple[tuple[str, Tell], ...] = (
    (r"shapes cannot be multiplied|to be: \[|size mismatch|Expected size for first two|must match the size", product),
    (
        r"same dtype|expected scalar type|[Ii]nput type .* should be the same|have the same dtype|dtype mismatch",
        types_differ,
    ),
    (
        r"nonzero|masked_select|item\(\) cannot|unique|data-dependent|fake impl|Cannot copy out of meta",
        depends_on_numbers,
    ),
    (r"pixel_shuffle", shuffle),
    (r"pixel_unshuffle|is invalid for input of size", unshuffle),
    (r"[Nn]umber of channels must be divisible by groups", channel_groups),
    (r"[Hh]alving dimension must be even", halves),
)
