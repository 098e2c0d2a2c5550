"""What a network was asked, as run.json holds it. It knows nothing about runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from netbuilder.spec import DataSpec, TargetSpec, TensorSpec


def spec_of(told: Mapping[str, Any]) -> DataSpec:
    """What `spec_as_json` wrote down.

    Raises `KeyError`, `TypeError`, `ValueError` or `AttributeError` for anything else.
    """
    inputs = {
        str(name): TensorSpec(tuple(map(int, one["shape"])), str(one["dtype"])) for name, one in told["inputs"].items()
    }
    others = {str(name): _target(one) for name, one in told.get("others", {}).items()}
    return DataSpec(
        str(told["title"]),
        inputs,
        _target(told["target"]),
        others,
        tuple(map(str, told.get("tokens", ()))),
        so_far=str(told.get("so_far", "")),
        gap=str(told.get("gap", "")),
    )


def spec_as_json(spec: DataSpec) -> dict[str, Any]:
    """`spec` as run.json holds it."""
    inputs = {name: {"shape": list(one.shape), "dtype": one.dtype} for name, one in spec.inputs.items()}
    told: dict[str, Any] = {
        "title": spec.title,
        "inputs": inputs,
        "target": _target_as_json(spec.target or TargetSpec("number")),
    }
    if spec.others:
        told["others"] = {name: _target_as_json(target) for name, target in spec.others.items()}
    if spec.tokens:
        told["tokens"] = list(spec.tokens)
    told |= {name: value for name, value in (("so_far", spec.so_far), ("gap", spec.gap)) if value}
    return told


def _target_as_json(target: TargetSpec) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": target.kind, "classes": list(target.classes), "names": list(target.names)}
    return told | ({"positions": list(target.positions)} if target.positions else {})


def _target(told: Mapping[str, Any]) -> TargetSpec:
    classes, names = (tuple(map(str, told[key])) for key in ("classes", "names"))
    return TargetSpec(str(told["kind"]), classes, names, tuple(map(int, told.get("positions", ()))))
