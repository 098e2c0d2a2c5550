"""Tensors in what a model is given and gives: nested tuples, lists, dicts and records, and what each is called."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import nn


def flat(tree: Any, kind: type[Any] = torch.Tensor) -> list[Any]:
    """Everything of one type in nested tuples, lists, dicts, slices and records, in order."""
    if isinstance(tree, kind):
        return [tree]
    return [leaf for _, part in _parts(tree) for leaf in flat(part, kind)]


def named(tree: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every tensor with its name: keys and places on the way to it, with _ between."""
    if isinstance(tree, torch.Tensor):
        yield name, tree
        return
    for key, part in _parts(tree):
        yield from named(part, f"{name}_{key}" if name else key)


def _parts(tree: Any) -> list[tuple[str, Any]]:
    if isinstance(tree, Mapping):
        return [(str(key), part) for key, part in tree.items()]
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return list(zip(tree._fields, tree, strict=True))
    if isinstance(tree, (tuple, list)) and not isinstance(tree, torch.Size):
        return [(str(number), part) for number, part in enumerate(tree)]
    if isinstance(tree, slice):
        return [("start", tree.start), ("stop", tree.stop), ("step", tree.step)]
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return [(each.name, getattr(tree, each.name, None)) for each in dataclasses.fields(tree)]
    return []


def arguments_of(module: nn.Module, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What `forward` is given, by the names of its arguments where they can be had."""
    try:
        signature = inspect.signature(module.forward)
        bound = signature.bind(*args, **kwargs).arguments
    except (TypeError, ValueError):
        return {**{f"x{number}": value for number, value in enumerate(args, 1)}, **kwargs}
    found: dict[str, Any] = {}
    for name, value in bound.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            found.update(value)
        elif kind is inspect.Parameter.VAR_POSITIONAL and len(value) == 1:
            found[name] = value[0]
        else:
            found[name] = value
    return found


def recorded(tree: Any, ref: Callable[[torch.Tensor], Any]) -> Any:
    """Arguments as a recording holds them: `ref` in place of tensors, strings in place of torch's own types."""
    if isinstance(tree, torch.Tensor):
        return ref(tree)
    if isinstance(tree, (torch.dtype, torch.memory_format, torch.layout, torch.device)):
        return str(tree)
    if isinstance(tree, slice):
        return slice(*(recorded(end, ref) for end in (tree.start, tree.stop, tree.step)))
    if isinstance(tree, tuple):
        return tuple(recorded(each, ref) for each in tree)
    if isinstance(tree, list):
        return [recorded(each, ref) for each in tree]
    if isinstance(tree, Mapping):
        return {name: recorded(each, ref) for name, each in tree.items()}
    return tree.item() if type(tree).__module__ == "numpy" and getattr(tree, "ndim", 1) == 0 else tree
