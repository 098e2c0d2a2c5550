"""The arguments of a recorded call by torch's names for them, defaults filled in.

Functions of torch that are written in Python say their signature; those in C++ are looked up among their schemas.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F

from netbuilder.compile.trace.recording import Call, Ref, Size

MISSING = inspect.Parameter.empty


class Bound(NamedTuple):
    """Arguments by name, with `input` for the first tensor, and what each is when it is left out."""

    given: dict[str, Any]
    defaults: dict[str, Any]


def bound(call: Call) -> Bound | None:
    """The arguments of a call by name; None where they fit no signature that is known."""
    head, _, last = call.target.rpartition(".")
    signature = _signature(head, last)
    if signature is not None:
        try:
            taken = signature.bind(*call.args, **call.kwargs)
        except TypeError:
            return None
        defaults = {name: p.default for name, p in signature.parameters.items() if p.default is not MISSING}
        given = {name: taken.arguments.get(name, defaults.get(name)) for name in signature.parameters}
        return _named(given, defaults)
    for schema in _schemas(last, head):
        found = _bind(schema, call.args, call.kwargs)
        if found is not None:
            return found
    if NUMPY.keys() & call.kwargs.keys():
        return bound(replace(call, kwargs={NUMPY.get(name, name): value for name, value in call.kwargs.items()}))
    return None


NUMPY = {"axis": "dim", "keepdims": "keepdim", "x": "input", "x1": "input", "x2": "other"}  # names torch takes as well


@lru_cache(1000)
def _signature(head: str, last: str) -> inspect.Signature | None:
    """The signature of a function that is written in Python."""
    home: Any = {"torch.nn.functional": F, "torch": torch}.get(head)
    function = getattr(home, f"_{last}", None) if last.startswith(DISPATCHED) and home is F else None
    function = function or getattr(home, last, None)
    if function is None or not inspect.isfunction(function):
        return None
    found = inspect.signature(function)
    variable = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return None if any(p.kind in variable for p in found.parameters.values()) else found


DISPATCHED = ("max_pool", "adaptive_max_pool", "fractional_max_pool")


@lru_cache(1000)
def _schemas(last: str, head: str) -> tuple[Any, ...]:
    part = head.rpartition(".")[2]
    names = [f"{part}_{last}", last] if part in ("special", "linalg", "fft") else [last]
    for name in names:
        packet = getattr(torch.ops.aten, name, None)
        if packet is not None:
            overloads = [getattr(packet, overload)._schema for overload in packet.overloads() if "out" not in overload]
            return tuple(schema for schema in overloads if "Dimname" not in str(schema))
    return ()


def _bind(schema: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Bound | None:
    given: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    rest = list(args)
    places = [argument for argument in schema.arguments if not argument.kwarg_only]
    for number, argument in enumerate(schema.arguments):
        name, kind = argument.name, str(argument.type)
        if argument.has_default_value():
            defaults[name] = argument.default_value
        if not argument.kwarg_only and rest:
            several = len(rest) > len(places) - number and "List[int]" in kind and isinstance(rest[0], (int, Size))
            value = tuple(rest) if several else rest[0]
            rest = [] if several else rest[1:]
            if name in kwargs:
                return None
        elif name in kwargs or (name == "self" and "input" in kwargs):
            value = kwargs[name] if name in kwargs else kwargs["input"]
        elif name in defaults:
            given[name] = defaults[name]
            continue
        else:
            return None
        if not _fits(value, kind, name):
            return None
        given[name] = value
    known = {argument.name for argument in schema.arguments} | {"input"}
    if rest or not known.issuperset(kwargs):
        return None
    return _named(given, defaults)


def _named(given: dict[str, Any], defaults: dict[str, Any]) -> Bound:
    """With the first argument called `input`, where it is the tensor that the function is a method of."""
    first = next(iter(given), "")
    names = {first: "input"} if first in ("tensor", "self") else {}
    return Bound({names.get(name, name): value for name, value in given.items()}, defaults)


def _fits(value: Any, kind: str, name: str) -> bool:
    if kind.startswith("Optional["):
        return value is None or _fits(value, kind[9:-1], name)
    if isinstance(value, Ref):
        return kind == "Tensor"
    if isinstance(value, bool):
        return kind in ("bool", "number")
    if isinstance(value, (int, Size)):
        return kind in ("int", "number", "float", "List[int]")
    if isinstance(value, float):
        return kind in ("float", "number")
    if isinstance(value, str):
        return kind == "str" or (value.startswith("torch.") and kind == "int")
    if isinstance(value, (tuple, list)):
        if all(isinstance(part, Ref) for part in value) and value:
            return kind in ("List[Tensor]", "List[Optional[Tensor]]")
        return kind == "List[int]" or (kind == "List[float]" and not any(isinstance(part, Size) for part in value))
    return False
