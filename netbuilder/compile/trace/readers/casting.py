"""Functions whose arguments are said in another way than the layer's settings."""

from __future__ import annotations

import math
from typing import Any

from netbuilder.compile.trace.readers.binding import bound
from netbuilder.compile.trace.readers.reading import Desk, Reading, is_number
from netbuilder.compile.trace.recording import Call, Ref, Size


def read_cast(call: Call, desk: Desk) -> Reading | None:
    if len(call.args) != 2 or call.kwargs or not isinstance(call.args[1], str):
        return None
    dtype = call.args[1].removeprefix("torch.")
    return desk.single(call, desk.layer("cast", dtype=dtype), {"x": call.args[0]})


def read_softmax(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    if found is None:
        return None
    given = found.given
    x, dim = given["input"], given.get("dim")
    if dim is None or given.get("dtype") not in (None, f"torch.{desk.dtype(x)}"):
        return None
    return desk.single(call, desk.layer(call.target.rpartition(".")[2], dim=dim), {"x": x})


def read_dropout(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    if found is None or found.given.get("training", found.given.get("train")):
        return None
    return desk.single(call, desk.layer("dropout", p=found.given["p"]), {"x": found.given["input"]})


def read_interpolate(call: Call, desk: Desk) -> Reading | None:
    found = bound(call)
    if found is None:
        return None
    given: dict[str, Any] = found.given
    size, factor = given["size"], given["scale_factor"]
    if given.get("recompute_scale_factor") not in (None, False) or isinstance(size, Size):
        return None
    if isinstance(factor, (tuple, list)):
        if len(set(factor)) != 1:
            return None
        factor = factor[0]
    size = _sizes(size)
    settings = {"size": size, "mode": given["mode"], "align_corners": given["align_corners"]}
    settings |= {"antialias": given.get("antialias", False)}
    settings["scale_factor"] = factor if factor is not None else None
    return desk.single(call, desk.layer("interpolate", **settings), {"x": given["input"]})


def _sizes(size: Any) -> Any:
    if isinstance(size, (tuple, list)):
        return size[0] if len(size) == 1 else tuple(size)
    return size


def read_affine_grid(call: Call, desk: Desk) -> Reading | None:
    """For the size of the latest picture that has it."""
    found = bound(call)
    if found is None or not isinstance(found.given["size"], (tuple, list)):
        return None
    values = desk.recording.values.values()
    size = tuple(found.given["size"])
    before = [v for v in values if v.number < call.results[0] and v.origin in ("input", "call")]
    alike = [value.number for value in before if value.shape == size]
    if not alike:
        return None
    layer = desk.layer("affine_grid", align_corners=bool(found.given["align_corners"]))
    return desk.single(call, layer, {"theta": found.given["theta"], "other": Ref(max(alike))})


def read_one_hot(call: Call, desk: Desk) -> Reading | None:
    """With as many classes as it made in the example, where it was left to find out."""
    x = call.args[0]
    given = {**dict(zip(("num_classes",), call.args[1:], strict=False)), **call.kwargs}
    count = given.get("num_classes", -1)
    if not isinstance(x, Ref) or not isinstance(count, int) or count < 1:
        return None
    layer = desk.layer("one_hot", num_classes=count, dtype="int64")
    return desk.single(call, layer, {"x": x})


def read_clamp(call: Call, desk: Desk) -> Reading | None:
    """Between two numbers; an infinite one is none."""
    found = bound(call)
    if found is None:
        return None
    ends = {name: found.given.get(name) for name in ("min", "max")}
    if [end is None for end in ends.values()].count(True) == 1 and any(isinstance(end, Ref) for end in ends.values()):
        kind, end = ("minimum", ends["max"]) if ends["min"] is None else ("maximum", ends["min"])
        if desk.dtype(end) == desk.dtype(found.given["input"]):
            return desk.single(call, desk.layer(kind), {"x1": found.given["input"], "x2": end})
    if not all(end is None or is_number(end) for end in ends.values()):
        return None
    ends = {name: None if end in (math.inf, -math.inf) else end for name, end in ends.items()}
    if ends == {"min": None, "max": None}:
        return desk.single(call, desk.layer("identity"), {"x": found.given["input"]})
    return desk.single(call, desk.layer("clamp", **ends), {"x": found.given["input"]})
